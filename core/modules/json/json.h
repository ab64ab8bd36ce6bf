// What the files of the module `_json` share: strings in both directions, and the types. Threads: no state.
#pragma once
#include <span>

#include "core/base/text/text_builder.h"
#include "core/bind/define.h"

namespace py::json {

// JSONDecodeError(message, text, position)
COLD Failure raise_decode_error(Thread& thread, const char* message, Value text, isize position);

// The string literal whose opening quote stands before `end`; `end` moves past the closing one.
enum class Strict : u8 { No, Yes };
Result<Ref<Str>> scan_string(Thread& thread, Str& text, isize& end, Strict strict);

// Appends the literal, quotes included.
enum class Escape : u8 { Ascii, Minimal };
void append_literal(TextView text, Escape escape, TextBuilder& out);

extern const std::span<const MethodSpec> kStringFunctions;
// Which of our two functions encodes strings for json.encoder, if it is one.
bool is_builtin_encoder(Value callable, Escape& escape);
Result<void> remember_encoders(Thread& thread, Module& module);
Result<void> add_scanner(Thread& thread, Module& module);
Result<void> add_encoder(Thread& thread, Module& module);

}  // namespace py::json
