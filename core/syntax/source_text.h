// Source bytes to the text the lexer reads: encoding found and undone, newlines made '\n', NUL refused.
// Threads: any.
#pragma once
#include <string_view>

#include "core/base/arena.h"
#include "core/syntax/parse.h"

namespace py {

// The result lives in the arena and is followed by NUL bytes. Null data: see `problem`.
std::string_view read_source(Arena& arena, std::string_view bytes, const ParseOptions& options, SyntaxProblem* problem);

}  // namespace py
