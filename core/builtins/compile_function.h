// compile(), and what eval and exec share with it: program texts given as objects.
#pragma once
#include <atomic>
#include <string>

#include "core/compiler/compiler.h"
#include "core/object/forward.h"
#include "memory/ref.h"

namespace py {

// -O: what compile() uses for optimize=-1.
extern std::atomic<int> default_optimization;

struct SourceText {
  std::string text;
  bool is_str = false;
};
// The text of a str, bytes or buffer. `function` and `wanted` are for the TypeError.
Result<SourceText> source_text(Thread& thread, Value source, const char* function, const char* wanted);

// The name of a program's file: a str, bytes or path.
Result<Ref<Str>> filename_argument(Thread& thread, Value value);

// The flags of compile(), PyCF_*.
struct CompileFlags {
  i64 bits = 0;
  bool dont_inherit = false;  // the future statements of the caller do not count
  int optimize = -1;
  int feature_version = -1;
};
CompileOptions compile_options(Thread& thread, ParseMode mode, const CompileFlags& flags);

// Tells audit hooks of a text that is about to be compiled.
Result<void> audit_compile(Thread& thread, const SourceText& source, Value filename);
Result<Ref<>> builtin_compile(Thread& thread, Value source, Value filename, Str& mode, isize flags, bool dont_inherit,
                              int optimize, int feature_version);

}  // namespace py
