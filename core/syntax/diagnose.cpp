#include "core/syntax/diagnose.h"

#include "core/syntax/characters.h"

namespace py {

Diagnosis::Diagnosis(Arena& arena, std::string_view text, Lexer& lexer, TokenList tokens, Parser& parser,
                     const ParseOptions& options)
    : arena_(arena), text_(text), lexer_(lexer), tokens_(tokens), parser_(parser), options_(options) {}

SyntaxProblem Diagnosis::run() {
  const SyntaxProblem& lexical = lexer_.problem;
  u32 furthest = parser_.furthest();
  if (parser_.problem) {
    if (lexical && lexer_.problem_is_eager) return lexical;
    return parser_.problem;
  }
  if (options_.mode == ParseMode::FunctionType) return after_passes(furthest);
  const char* rule = options_.mode == ParseMode::Exec   ? "file"
                     : options_.mode == ParseMode::Eval ? "eval"
                                                        : "interactive";
  // The statements before the failing one are known to be fine.
  u32 start = parser_.statement_start();
  PegRun first(PegGrammar::diagnostic(), text_, tokens_, *this);
  run_ = &first;
  first.run(rule, start, false);
  u32 last_read = first.too_deep() ? furthest : first.last_read();
  if (options_.allow_incomplete_input && is_incomplete(last_read)) {
    SyntaxProblem problem = problem_at(arena_, text_, tokens_.data[last_read].where, "incomplete input");
    problem.kind = ProblemKind::Incomplete;
    return problem;
  }
  bool reached_error = tokens_.data[last_read].kind == TokenKind::Error;
  if (reached_error && !problem_) return lexical;
  if (problem_ || first.too_deep()) return after_passes(last_read);
  first.forget();
  // The second pass begins with the tokens of the first already read.
  PegRun second(PegGrammar::diagnostic(), text_, tokens_, *this);
  second.set_last_read(last_read);
  run_ = &second;
  second.run(rule, start, true);
  if (!problem_ && second.stopped() && !second.too_deep()) return lexical;
  return after_passes(last_read);
}

SyntaxProblem Diagnosis::after_passes(u32 last_read) {
  const SyntaxProblem& lexical = lexer_.problem;
  bool found = static_cast<bool>(problem_);
  const Token& last = tokens_.data[last_read];
  if (!found) {
    if (last.kind == TokenKind::Indent || last.kind == TokenKind::Dedent) {
      at_last(last.kind == TokenKind::Indent ? "unexpected indent" : "unexpected unindent",
              ProblemKind::IndentationError);
      return problem_;
    }
    ast::Location where = last.where;
    bool in_field = in_replacement_field(last_read);
    problem_ = problem_at(arena_, text_, where, in_field ? "f-string: invalid syntax" : "invalid syntax");
    if (last.start >= text_.size()) problem_.offset = problem_.end_offset = 0;
  }
  if (lexical && (lexer_.problem_is_eager || (run_ && unclosed_before(run_->last_read())))) return lexical;
  return problem_;
}

// CPython has then met the end of the text: the first token made at it was read, or a literal is still open.
bool Diagnosis::is_incomplete(u32 last_read) const {
  if (tokens_.data[last_read].kind == TokenKind::Error) {
    return lexer_.open_string_at_end || lexer_.ends_in_continuation ||
           (!lexer_.problem_is_eager && !lexer_.brackets.empty());
  }
  // A string ends by itself; to see the end of any other token the lexer looked at the end of the text.
  const Token& last = tokens_.data[last_read];
  bool self_ending = last.kind == TokenKind::String || last.kind == TokenKind::FStringEnd;
  return last.start >= text_.size() || (last.end >= text_.size() && !self_ending);
}

// A bracket left open on an earlier line explains more than the place where the parser stumbled.
bool Diagnosis::unclosed_before(u32 last_read) const {
  if (lexer_.problem_is_eager || lexer_.brackets.empty()) return false;
  return tokens_.data[last_read].where.line > lexer_.brackets.back().line;
}

u32 Diagnosis::brackets_after(u32 token) const {
  u32 depth = 0;
  for (u32 i = 0; i <= token; ++i) {
    switch (tokens_.data[i].kind) {
      case TokenKind::LeftParen:
      case TokenKind::LeftBracket:
      case TokenKind::LeftBrace: ++depth; break;
      case TokenKind::RightParen:
      case TokenKind::RightBracket:
      case TokenKind::RightBrace: --depth; break;
      default: break;
    }
  }
  return depth;
}

bool Diagnosis::in_replacement_field(u32 token) const {
  i32 depth = 0;
  for (u32 i = 0; i < token; ++i) {
    depth += tokens_.data[i].kind == TokenKind::FStringStart;
    depth -= tokens_.data[i].kind == TokenKind::FStringEnd;
  }
  return depth > 0;
}

SyntaxProblem diagnose(Arena& arena, std::string_view text, Lexer& lexer, TokenList tokens, Parser& parser,
                       const ParseOptions& options) {
  return Diagnosis(arena, text, lexer, tokens, parser, options).run();
}

}  // namespace py
