// The verbs of the diagnostic grammar:
//   at a, range a b       the error is at one match, or from one to the other; an expression without its parentheses
//   last, indent          at the token read last; as an IndentationError
//   from a, end a         from a match to where the lexer stands; at the end of a match
//   target, for, delete   only if the expression has a part that cannot be a target; at that part
//   generator, positional, legacy, comma   with a condition of their own
// In messages: %e what kind of expression a is, %t its text, %d its line.
#include "core/syntax/characters.h"
#include "core/syntax/diagnose.h"
#include "core/syntax/expression_name.h"

namespace py {

std::string_view Diagnosis::token_text(u32 token) const {
  return text_.substr(tokens_.data[token].start, tokens_.data[token].end - tokens_.data[token].start);
}

bool Diagnosis::is_legacy_name(u32 token) const {
  return tokens_.data[token].kind == TokenKind::Name && (token_text(token) == "print" || token_text(token) == "exec");
}

// The tree of what a rule matched: the parser reads it again.
ast::Expr* Diagnosis::expression_of(const PegSpan& span) {
  if (span.rule == ~0u) return nullptr;
  const std::string& rule = PegGrammar::diagnostic().rule_names[span.rule];
  parser_.restore(span.start, 0);
  ast::Expr* result = nullptr;
  if (rule == "star_expressions") result = parser_.star_expressions();
  if (rule == "expression" || rule == "expression_plain") result = parser_.expression();
  if (rule == "disjunction") result = parser_.disjunction();
  if (rule == "bitwise_or") result = parser_.binary(1);
  if (rule == "star_named_expression") result = parser_.star_named_expression();
  if (rule == "bad_annotation_target") result = parser_.atom();
  if (rule == "starred_expression") {
    ++parser_.position_;
    auto* star = arena_.make<ast::Starred>();
    star->value = parser_.expression();
    result = star->value == nullptr ? nullptr : parser_.finish(star, span.start, star->value);
  }
  if (rule == "yield") result = parser_.yield_expression();
  parser_.problem = {};
  return result;
}

ast::Location Diagnosis::location_of(const PegSpan& span) {
  if (ast::Expr* expression = expression_of(span)) return expression->where;
  u32 last = span.end > span.start ? span.end - 1 : span.start;
  // A parameter was matched with the comma after it.
  if (last > span.start && tokens_.data[last].kind == TokenKind::Comma) --last;
  const ast::Location& first = tokens_.data[span.start].where;
  const ast::Location& end = tokens_.data[last].where;
  return {first.line, first.column, end.end_line, end.end_column};
}

// The last condition or else the iterable of the last `for` of a comprehension.
ast::Location Diagnosis::last_condition(const PegSpan& clauses) {
  parser_.restore(clauses.start, 0);
  ast::List<ast::Comprehension*> list;
  if (!parser_.comprehension_clauses(&list) || list.empty()) {
    parser_.problem = {};
    return tokens_.data[clauses.end - 1].where;
  }
  ast::Comprehension* last = list.back();
  return last->ifs.empty() ? last->iter->where : last->ifs.back()->where;
}

std::string Diagnosis::filled(const std::string& message, const PegSpan& span, const ast::Expr* expression) const {
  std::string result;
  for (usize i = 0; i < message.size(); ++i) {
    if (message[i] != '%') {
      result += message[i];
      continue;
    }
    switch (message[++i]) {
      case 'e': result += expression == nullptr ? "expression" : expression_name(expression); break;
      case 't': result += token_text(span.start); break;
      case 'd': result += std::to_string(tokens_.data[span.start].where.line); break;
      default: break;
    }
  }
  return result;
}

bool Diagnosis::at(const ast::Location& where, std::string message, ProblemKind kind) {
  for (u32 i = 0; i < tokens_.size; ++i) {
    const ast::Location& token = tokens_.data[i].where;
    if (token.line < where.line || (token.line == where.line && token.column < where.column)) continue;
    if (in_replacement_field(i) && tokens_.data[i].kind != TokenKind::FStringStart) message = "f-string: " + message;
    break;
  }
  problem_ = problem_at(arena_, text_, where, message);
  problem_.kind = kind;
  return true;
}

bool Diagnosis::at_last(std::string message, ProblemKind kind) {
  u32 last = run_->last_read();
  const Token& token = tokens_.data[last];
  at(token.where, std::move(message), kind);
  // Layout tokens have no extent of their own.
  if (token.kind == TokenKind::Indent || token.kind == TokenKind::Dedent || token.start >= text_.size()) {
    if (token.start < text_.size()) problem_.offset -= 1;
    problem_.end_offset = -1;
  }
  return true;
}

bool Diagnosis::from(const ast::Location& start, std::string message) {
  const ast::Location& last = tokens_.data[run_->last_read()].where;
  at({start.line, start.column, last.end_line, last.end_column}, std::move(message));
  problem_.end_offset -= 1;
  return true;
}

void Diagnosis::expected(u32 position, std::string_view text) {
  at(tokens_.data[position].where, "expected '" + std::string(text) + "'");
}

bool Diagnosis::bad_target(const PegReport& report, const PegSpan& span) {
  ast::Expr* whole = expression_of(span);
  if (whole == nullptr) return false;
  TargetUse use = report.verb == "delete" ? TargetUse::Delete
                  : report.verb == "for"  ? TargetUse::For
                                          : TargetUse::Assign;
  const ast::Expr* part = invalid_target(whole, use);
  return part != nullptr && at(part->where, filled(report.message, span, part));
}

// The arguments of a call, split at the commas that separate them.
std::vector<PegSpan> Diagnosis::split_arguments(const PegSpan& args) const {
  std::vector<PegSpan> parts;
  PegSpan part{args.start, args.start, ~0u};
  i32 depth = 0;
  for (u32 i = args.start; i < args.end; ++i) {
    switch (tokens_.data[i].kind) {
      case TokenKind::LeftParen:
      case TokenKind::LeftBracket:
      case TokenKind::LeftBrace: ++depth; break;
      case TokenKind::RightParen:
      case TokenKind::RightBracket:
      case TokenKind::RightBrace: --depth; break;
      case TokenKind::Lambda: depth += 1000; break;  // its commas are its own, up to its colon
      case TokenKind::Colon:
        if (depth >= 1000) depth -= 1000;
        break;
      case TokenKind::Comma:
        if (depth != 0) break;
        part.end = i;
        parts.push_back(part);
        part.start = i + 1;
        break;
      default: break;
    }
  }
  part.end = args.end;
  if (part.end > part.start) parts.push_back(part);
  return parts;
}

bool Diagnosis::generator_argument(const PegSpan& args, const PegSpan& clauses, const std::string& message) {
  std::vector<PegSpan> positional;
  for (const PegSpan& part : split_arguments(args)) {
    bool keyword = tokens_.data[part.start].kind == TokenKind::DoubleStar ||
                   (tokens_.data[part.start].kind == TokenKind::Name && part.start + 1 < part.end &&
                    tokens_.data[part.start + 1].kind == TokenKind::Equal);
    if (!keyword) positional.push_back(part);
  }
  if (positional.size() <= 1) return false;
  PegSpan last = positional.back();
  last.rule = PegGrammar::diagnostic().rule("expression");
  if (tokens_.data[last.start].kind == TokenKind::Star) last.rule = ~0u;
  ast::Location start = location_of(last), end = last_condition(clauses);
  return at({start.line, start.column, end.end_line, end.end_column}, message);
}

bool Diagnosis::positional_argument(const PegSpan& args, const std::string& message) {
  for (const PegSpan& part : split_arguments(args)) {
    if (tokens_.data[part.start].kind == TokenKind::DoubleStar) return at_last(message + " unpacking");
  }
  return at_last(message);
}

bool Diagnosis::missing_comma(const PegSpan& a, const PegSpan& b, const std::string& message) {
  if (is_legacy_name(a.start) && a.end == a.start + 1) return false;
  if (brackets_after(b.end - 1) == 0) return false;
  ast::Location start = location_of(a), end = location_of(b);
  return at({start.line, start.column, end.end_line, end.end_column}, message);
}

bool Diagnosis::report(const PegReport& report, const PegSpan* spans, u32) {
  const PegSpan a = report.a >= 0 ? spans[report.a] : PegSpan{};
  const PegSpan b = report.b >= 0 ? spans[report.b] : PegSpan{};
  const std::string& verb = report.verb;
  if (verb == "target" || verb == "for" || verb == "delete") return bad_target(report, a);
  if (verb == "generator") return generator_argument(a, b, report.message);
  if (verb == "positional") return positional_argument(a, report.message);
  if (verb == "comma") return missing_comma(a, b, report.message);
  if (verb == "legacy" && !is_legacy_name(a.start)) return false;
  // The place of a `with` or `def` keyword was captured for its line.
  if (verb == "indent") return at_last(filled(report.message, spans[0], nullptr), ProblemKind::IndentationError);
  if (verb == "last") return at_last(report.message);
  ast::Expr* expression = report.message.find("%e") != std::string::npos ? expression_of(a) : nullptr;
  std::string message = filled(report.message, a, expression);
  ast::Location start = location_of(a);
  if (verb == "at") return at(start, message);
  if (verb == "from") return from(start, message);
  if (verb == "end") {
    at({start.line, start.end_column - 1, start.end_line, 0}, message);
    problem_.end_offset = 0;
    return true;
  }
  bool is_clauses = b.rule != ~0u && PegGrammar::diagnostic().rule_names[b.rule] == "clauses";
  ast::Location end = is_clauses ? last_condition(b) : location_of(b);
  return at({start.line, start.column, end.end_line, end.end_column}, message);
}

}  // namespace py
