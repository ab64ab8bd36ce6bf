#include "core/syntax/diagnose.h"

namespace py {

SyntaxProblem diagnose(Arena& arena, IdentifierTable& identifiers, std::string_view text, Lexer& lexer, Parser& parser,
                       const ParseOptions& options) {
  if (lexer.problem && (lexer.problem_is_eager || lexer.tokens[parser.furthest()].kind == TokenKind::Error)) {
    return lexer.problem;
  }
  if (parser.problem) return parser.problem;
  return problem_at(arena, text, lexer.tokens[parser.furthest()].where, "invalid syntax");
}

}  // namespace py
