// Operators, from `lambda` and `if else` down to `**`. Binary operators climb by precedence; chains of equal precedence
// are loops, so that long sums do not recurse.
#include "core/syntax/parser.h"

namespace py {
namespace {

constexpr u32 kMaxRecursion = 1500;  // expression() and unary() frames at once: about 2 MiB of stack

struct BinaryRow {
  int precedence = 0;
  ast::Operator op{};
};

BinaryRow binary_row(TokenKind kind) {
  switch (kind) {
    case TokenKind::Pipe: return {1, ast::Operator::BitOr};
    case TokenKind::Caret: return {2, ast::Operator::BitXor};
    case TokenKind::Ampersand: return {3, ast::Operator::BitAnd};
    case TokenKind::LeftShift: return {4, ast::Operator::LShift};
    case TokenKind::RightShift: return {4, ast::Operator::RShift};
    case TokenKind::Plus: return {5, ast::Operator::Add};
    case TokenKind::Minus: return {5, ast::Operator::Sub};
    case TokenKind::Star: return {6, ast::Operator::Mult};
    case TokenKind::Slash: return {6, ast::Operator::Div};
    case TokenKind::DoubleSlash: return {6, ast::Operator::FloorDiv};
    case TokenKind::Percent: return {6, ast::Operator::Mod};
    case TokenKind::At: return {6, ast::Operator::MatMult};
    default: return {};
  }
}

}  // namespace

bool Parser::starts_expression(TokenKind kind) const {
  switch (kind) {
    case TokenKind::Name:
    case TokenKind::Number:
    case TokenKind::String:
    case TokenKind::FStringStart:
    case TokenKind::False:
    case TokenKind::None:
    case TokenKind::True:
    case TokenKind::Await:
    case TokenKind::Lambda:
    case TokenKind::Not:
    case TokenKind::LeftParen:
    case TokenKind::LeftBracket:
    case TokenKind::LeftBrace:
    case TokenKind::Plus:
    case TokenKind::Minus:
    case TokenKind::Tilde:
    case TokenKind::Ellipsis: return true;
    default: return false;
  }
}

// `first` and the items after it, when a comma follows; a trailing comma belongs to the tuple.
template <class Item>
ast::Expr* Parser::tuple_rest(u32 start, ast::Expr* first, Item item) {
  if (first == nullptr || !at(TokenKind::Comma)) return first;
  usize base = scratch_.size();
  push(first);
  while (accept(TokenKind::Comma)) {
    if (!starts_expression(kind()) && !at(TokenKind::Star)) break;
    ast::Expr* next = item();
    if (next == nullptr) return nullptr;
    push(next);
  }
  auto* tuple = make<ast::Tuple>();
  tuple->elts = take<ast::Expr>(base);
  return finish(tuple, start, tuple->elts);
}

ast::Expr* Parser::star_expressions() {
  u32 start = position_;
  return tuple_rest(start, star_expression(), [this] { return star_expression(); });
}

ast::Expr* Parser::expressions() {
  u32 start = position_;
  ast::Expr* first = expression();
  if (first == nullptr || !at(TokenKind::Comma)) return first;
  return tuple_rest(start, first, [this] { return expression(); });
}

ast::Expr* Parser::starred(u32 start) {
  auto* node = make<ast::Starred>();
  node->value = binary(1);
  if (node->value == nullptr) return nullptr;
  return finish(node, start, node->value);
}

ast::Expr* Parser::star_expression() {
  u32 start = position_;
  return accept(TokenKind::Star) ? starred(start) : expression();
}

ast::Expr* Parser::star_named_expression() {
  u32 start = position_;
  return accept(TokenKind::Star) ? starred(start) : named_expression();
}

ast::Expr* Parser::named_expression() {
  if (!at(TokenKind::Name) || token(1).kind != TokenKind::ColonEqual) return expression();
  u32 start = position_;
  auto* target = make<ast::Name>();
  target->id = tokens_[position_++].identifier;
  target->ctx = ast::ExprContext::Store;
  finish(target, start);
  ++position_;
  auto* node = make<ast::NamedExpr>();
  node->target = target;
  node->value = expression();
  if (node->value == nullptr) return nullptr;
  return finish(node, start, node->value);
}

// Conditional expressions associate to the right; a chain of `else x if y` is a loop, closed from its end.
ast::Expr* Parser::expression() {
  Depth depth(*this);
  if (depth_ > kMaxRecursion) return fail_deep();
  struct Pending {
    u32 start;
    ast::Expr *body, *test;
  };
  if (at(TokenKind::Lambda)) return lambda();
  u32 start = position_;
  ast::Expr* result = disjunction();
  if (LIKELY(result == nullptr || !at(TokenKind::If))) return result;
  std::vector<Pending> pending;
  while (at(TokenKind::If)) {
    ++position_;
    ast::Expr* test = disjunction();
    if (test == nullptr || !expect(TokenKind::Else)) return nullptr;
    pending.push_back({start, result, test});
    start = position_;
    result = at(TokenKind::Lambda) ? lambda() : disjunction();
    if (result == nullptr) return nullptr;
  }
  for (; !pending.empty(); pending.pop_back()) {
    auto* node = make<ast::IfExp>();
    node->test = pending.back().test;
    node->body = pending.back().body;
    node->orelse = result;
    result = finish(node, pending.back().start, node->test, node->body, node->orelse);
    if (result == nullptr) return nullptr;
  }
  return result;
}

ast::Expr* Parser::yield_expression() {
  u32 start = position_++;
  if (accept(TokenKind::From)) {
    auto* node = make<ast::YieldFrom>();
    node->value = expression();
    if (node->value == nullptr) return nullptr;
    return finish(node, start, node->value);
  }
  auto* node = make<ast::Yield>();
  if (starts_expression(kind()) || at(TokenKind::Star)) {
    node->value = star_expressions();
    if (node->value == nullptr) return nullptr;
  }
  return finish(node, start, node->value);
}

ast::Expr* Parser::disjunction() {
  u32 start = position_;
  ast::Expr* first = conjunction();
  if (LIKELY(first == nullptr || !at(TokenKind::Or))) return first;
  usize base = scratch_.size();
  push(first);
  while (accept(TokenKind::Or)) {
    ast::Expr* next = conjunction();
    if (next == nullptr) return nullptr;
    push(next);
  }
  auto* node = make<ast::BoolOp>();
  node->op = ast::BoolOperator::Or;
  node->values = take<ast::Expr>(base);
  return finish(node, start, node->values);
}

ast::Expr* Parser::conjunction() {
  u32 start = position_;
  ast::Expr* first = inversion();
  if (LIKELY(first == nullptr || !at(TokenKind::And))) return first;
  usize base = scratch_.size();
  push(first);
  while (accept(TokenKind::And)) {
    ast::Expr* next = inversion();
    if (next == nullptr) return nullptr;
    push(next);
  }
  auto* node = make<ast::BoolOp>();
  node->op = ast::BoolOperator::And;
  node->values = take<ast::Expr>(base);
  return finish(node, start, node->values);
}

ast::Expr* Parser::inversion() {
  if (LIKELY(!at(TokenKind::Not))) return comparison();
  Depth depth(*this);
  if (depth_ > kMaxRecursion) return fail_deep();
  u32 start = position_++;
  auto* node = make<ast::UnaryOp>();
  node->op = ast::UnaryOperator::Not;
  node->operand = inversion();
  if (node->operand == nullptr) return nullptr;
  return finish(node, start, node->operand);
}

ast::Expr* Parser::comparison() {
  u32 start = position_;
  ast::Expr* left = binary(1);
  if (left == nullptr) return nullptr;
  std::vector<ast::CompareOperator> ops;
  usize base = scratch_.size();
  for (;;) {
    ast::CompareOperator op;
    u32 length = 1;
    switch (kind()) {
      case TokenKind::EqualEqual: op = ast::CompareOperator::Eq; break;
      case TokenKind::NotEqual: op = ast::CompareOperator::NotEq; break;
      case TokenKind::Less: op = ast::CompareOperator::Lt; break;
      case TokenKind::LessEqual: op = ast::CompareOperator::LtE; break;
      case TokenKind::Greater: op = ast::CompareOperator::Gt; break;
      case TokenKind::GreaterEqual: op = ast::CompareOperator::GtE; break;
      case TokenKind::In: op = ast::CompareOperator::In; break;
      case TokenKind::Is:
        op = ast::CompareOperator::Is;
        if (token(1).kind == TokenKind::Not) op = ast::CompareOperator::IsNot, length = 2;
        break;
      case TokenKind::Not:
        if (token(1).kind != TokenKind::In) goto done;
        op = ast::CompareOperator::NotIn, length = 2;
        break;
      default: goto done;
    }
    // `<>` is the token of `!=` but not the operator.
    if (op == ast::CompareOperator::NotEq && text_[token().start] == '<') return fail();
    position_ += length;
    ast::Expr* right = binary(1);
    if (right == nullptr) return nullptr;
    ops.push_back(op);
    push(right);
  }
done:
  if (LIKELY(ops.empty())) return left;
  auto* node = make<ast::Compare>();
  node->left = left;
  node->ops.size = ops.size();
  node->ops.data = arena_.make_array<ast::CompareOperator>(ops.size());
  for (u32 i = 0; i < ops.size(); ++i) node->ops.data[i] = ops[i];
  node->comparators = take<ast::Expr>(base);
  return finish(node, start, left, node->comparators);
}

ast::Expr* Parser::binary(int minimum_precedence) {
  u32 start = position_;
  ast::Expr* left = unary();
  while (left != nullptr) {
    BinaryRow row = binary_row(kind());
    if (row.precedence < minimum_precedence || row.precedence == 0) break;
    ++position_;
    auto* node = make<ast::BinOp>();
    node->left = left;
    node->op = row.op;
    node->right = binary(row.precedence + 1);
    if (node->right == nullptr) return nullptr;
    left = finish(node, start, node->left, node->right);
  }
  return left;
}

ast::Expr* Parser::unary() {
  ast::UnaryOperator op;
  switch (kind()) {
    case TokenKind::Minus: op = ast::UnaryOperator::USub; break;
    case TokenKind::Plus: op = ast::UnaryOperator::UAdd; break;
    case TokenKind::Tilde: op = ast::UnaryOperator::Invert; break;
    default: return power();
  }
  Depth depth(*this);
  if (depth_ > kMaxRecursion) return fail_deep();
  u32 start = position_++;
  auto* node = make<ast::UnaryOp>();
  node->op = op;
  node->operand = unary();
  if (node->operand == nullptr) return nullptr;
  return finish(node, start, node->operand);
}

ast::Expr* Parser::power() {
  u32 start = position_;
  ast::Expr* base = await_primary();
  if (base == nullptr || !at(TokenKind::DoubleStar)) return base;
  Depth depth(*this);
  if (depth_ > kMaxRecursion) return fail_deep();
  ++position_;
  auto* node = make<ast::BinOp>();
  node->left = base;
  node->op = ast::Operator::Pow;
  node->right = unary();
  if (node->right == nullptr) return nullptr;
  return finish(node, start, base, node->right);
}

}  // namespace py
