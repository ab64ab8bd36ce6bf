#include "core/syntax/parser.h"

#include "core/syntax/characters.h"

namespace py {

Parser::Parser(Arena& arena, IdentifierTable& identifiers, std::string_view text, TokenList tokens,
               const ParseOptions& options)
    : arena_(arena),
      identifiers_(identifiers),
      text_(text),
      tokens_(tokens.data),
      token_count_(tokens.size),
      options_(options) {}

ast::Mod* Parser::parse_module() {
  switch (options_.mode) {
    case ParseMode::Eval: return expression_module();
    case ParseMode::Single: return interactive_module();
    case ParseMode::FunctionType: return function_type_module();
    case ParseMode::Exec: break;
  }
  auto* module = make<ast::Module>();
  while (!at(TokenKind::EndMarker)) {
    statement_start_ = position_;
    if (!statement()) return nullptr;
  }
  module->body = take<ast::Stmt>(0);
  return module;
}

ast::Mod* Parser::expression_module() {
  auto* module = make<ast::Expression>();
  module->body = expressions();
  if (module->body == nullptr || !end_of_text()) return nullptr;
  return module;
}

ast::Mod* Parser::interactive_module() {
  auto* module = make<ast::Interactive>();
  if (accept(TokenKind::Newline)) {
    auto* pass = make<ast::Pass>();
    pass->where = tokens_[position_ - 1].where;
    push(pass);
  } else if (at(TokenKind::EndMarker)) {
    return fail();
  } else {
    ast::Stmt* compound = compound_statement();
    if (failed_) return nullptr;
    if (compound != nullptr) {
      push(compound);
      if (!expect(TokenKind::Newline)) return nullptr;
    } else if (!simple_statements()) {
      return nullptr;
    }
  }
  while (accept(TokenKind::Newline)) {
  }
  if (!at(TokenKind::EndMarker)) {
    return fail_at_token(position_ - 1, ProblemKind::SyntaxError,
                         "multiple statements found while compiling a single statement");
  }
  module->body = take<ast::Stmt>(0);
  return module;
}

// The type comment of a function: `(int, *str, **bytes) -> None`. The stars leave no trace.
ast::Mod* Parser::function_type_module() {
  auto* module = make<ast::FunctionType>();
  if (!expect(TokenKind::LeftParen)) return nullptr;
  bool star = false, double_star = false;
  while (!at(TokenKind::RightParen)) {
    if (scratch_.size() && (double_star || !expect(TokenKind::Comma))) return fail();
    if (star && !at(TokenKind::DoubleStar)) return fail();
    star |= accept(TokenKind::Star);
    double_star |= accept(TokenKind::DoubleStar);
    ast::Expr* type = expression();
    if (type == nullptr) return nullptr;
    push(type);
  }
  ++position_;
  module->argtypes = take<ast::Expr>(0);
  if (!expect(TokenKind::Arrow)) return nullptr;
  module->returns = expression();
  if (module->returns == nullptr || !end_of_text()) return nullptr;
  return module;
}

bool Parser::end_of_text() {
  while (accept(TokenKind::Newline)) {
  }
  return at(TokenKind::EndMarker) || fail();
}

const ast::Identifier* Parser::expect_name() {
  if (!at(TokenKind::Name)) return fail();
  return tokens_[position_++].identifier;
}

bool Parser::is_single_target(const ast::Expr* target) {
  return target->is<ast::Name>() || target->is<ast::Attribute>() || target->is<ast::Subscript>();
}

bool Parser::set_context(ast::Expr* target, ast::ExprContext context) {
  auto each = [&](ast::List<ast::Expr*> list) {
    for (ast::Expr* item : list) {
      if (!set_context(item, context)) return false;
    }
    return true;
  };
  switch (target->kind) {
    case ast::Kind::Name: target->as<ast::Name>()->ctx = context; return true;
    case ast::Kind::Attribute: target->as<ast::Attribute>()->ctx = context; return true;
    case ast::Kind::Subscript: target->as<ast::Subscript>()->ctx = context; return true;
    case ast::Kind::Starred:
      if (context == ast::ExprContext::Del) return false;
      target->as<ast::Starred>()->ctx = context;
      return set_context(target->as<ast::Starred>()->value, context);
    case ast::Kind::Tuple: target->as<ast::Tuple>()->ctx = context; return each(target->as<ast::Tuple>()->elts);
    case ast::Kind::ListDisplay:
      target->as<ast::ListDisplay>()->ctx = context;
      return each(target->as<ast::ListDisplay>()->elts);
    default: return false;
  }
}

COLD Failure Parser::fail_deep(ProblemKind kind, std::string_view message) { return fail_here(kind, message); }

COLD Failure Parser::fail_here(ProblemKind kind, std::string_view message) {
  return fail_at_token(position_ < token_count_ ? position_ : token_count_ - 1, kind, message);
}

COLD Failure Parser::fail_at_token(u32 index, ProblemKind kind, std::string_view message) {
  if (!problem) {
    const ast::Location& where = tokens_[index].where;
    problem = problem_at(arena_, text_, where, message);
    problem.kind = kind;
  }
  return fail();
}

COLD void Parser::warn(SyntaxWarningNote::Category category, std::string_view message, const Token& token) {
  auto* note = arena_.make<SyntaxWarningNote>(category, arena_.copy(message), token.where.line, token.where.column);
  (last_warning_ == nullptr ? warnings : last_warning_->next) = note;
  last_warning_ = note;
}

}  // namespace py
