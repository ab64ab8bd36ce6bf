// The compiler: from a syntax tree with its scopes to Code.
// Threads: any; a call touches only its arguments and the interned names.
#pragma once
#include "core/object/code.h"
#include "core/syntax/parse.h"
#include "core/syntax/scope.h"

namespace py {

struct CompileOptions {
  ParseMode mode = ParseMode::Exec;
  u32 future_flags = 0;         // inherited, as CO_FUTURE_*
  bool source_is_str = false;   // the text was a str: no encoding cookie
  bool source_is_file = false;  // the text is a whole file: its errors name the file
  bool allow_incomplete_input = false;
  bool dont_imply_dedent = false;
  bool allow_top_level_await = false;
  u8 optimize = 0;              // 1: no asserts; 2: no docstrings
};

// Parses only; the tree lives in the arena.
Result<ParseResult> parse_source(Thread& thread, Arena& arena, std::string_view source, Str& filename,
                                 const CompileOptions& options);
// The value of a literal as an object of its own.
Result<Ref<>> make_constant(Thread& thread, const ast::ConstantValue& value);
// Parses and compiles; SyntaxError and its kin as Python exceptions.
Result<Ref<Code>> compile_source(Thread& thread, std::string_view source, Str& filename, const CompileOptions& options);
// Compiles a finished tree. `source` may be empty: then errors show no text.
Result<Ref<Code>> compile_tree(Thread& thread, Arena& arena, IdentifierTable& identifiers, ast::Mod* tree, Str& filename,
                               std::string_view source, const CompileOptions& options);
// Issues the warnings found in a text; one that the filters make an exception becomes a SyntaxError.
Result<void> warn_about_source(Thread& thread, Arena& arena, const SyntaxWarningNote* notes, Str& filename,
                               std::string_view source);
// Raises the SyntaxError (or other) that a problem stands for.
Failure raise_problem(Thread& thread, const SyntaxProblem& problem, Str& filename);
// The same for a problem found in a finished tree, with the line of the text that it was made from.
Failure raise_problem_in(Thread& thread, SyntaxProblem problem, std::string_view source, Str& filename);

}  // namespace py
