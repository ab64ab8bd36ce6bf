// From "this does not parse" to the message CPython gives.
// Threads: used by one call of parse().
#pragma once
#include "core/syntax/lexer.h"
#include "core/syntax/parser.h"

namespace py {

SyntaxProblem diagnose(Arena& arena, IdentifierTable& identifiers, std::string_view text, Lexer& lexer, Parser& parser,
                       const ParseOptions& options);

}  // namespace py
