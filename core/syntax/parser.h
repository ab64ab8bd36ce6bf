// The parser for valid programs: recursive descent over the token array. On the first token it cannot use it gives up:
// `failed()`, with `furthest()` the token; diagnose.h then finds out what to say. Errors that only this parser can see
// (string escapes, recursion depth) are in `problem`. Every function that fails returns null or false, and every caller
// passes that on.
// Threads: used by one call of parse().
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/syntax/ast.h"
#include "core/syntax/identifiers.h"
#include "core/syntax/parse.h"
#include "core/syntax/token.h"

namespace py {

// What every failing function returns: false, or a null pointer of any type.
struct Failure {
  operator bool() const { return false; }
  template <class T>
  operator T*() const {
    return nullptr;
  }
};

class Parser {
 public:
  Parser(Arena& arena, IdentifierTable& identifiers, std::string_view text, TokenList tokens,
         const ParseOptions& options);

  ast::Mod* parse_module();

  bool failed() const { return failed_; }
  u32 furthest() const { return failed_at_; }
  // Where the failing statement of the module starts.
  u32 statement_start() const { return statement_start_; }
  SyntaxProblem problem;
  SyntaxWarningNote* warnings = nullptr;

 private:
  friend class Diagnosis;
  enum class Targets : u8 { For, With };

  // parser.cpp
  ast::Mod* expression_module();
  ast::Mod* interactive_module();
  ast::Mod* function_type_module();
  bool end_of_text();

  // parse_statement.cpp
  bool statements(std::vector<void*>& into);
  bool statement();
  bool simple_statements();
  ast::Stmt* simple_statement();
  ast::Stmt* expression_statement();
  ast::Stmt* annotated_assignment(u32 start, ast::Expr* target);
  ast::Stmt* augmented_assignment(u32 start, ast::Expr* target, ast::Operator op);
  ast::Stmt* assignment(u32 start, ast::Expr* first);
  ast::Expr* right_hand_side();
  ast::Stmt* return_statement();
  ast::Stmt* raise_statement();
  ast::Stmt* delete_statement();
  ast::Stmt* assert_statement();
  ast::Stmt* import_statement();
  ast::Stmt* import_from_statement();
  bool import_names(ast::ImportFrom* node);
  ast::Alias* import_alias(bool dotted);
  ast::Stmt* scope_declaration();
  ast::Stmt* type_alias();
  bool dotted_name(const ast::Identifier** name);

  // parse_compound.cpp
  ast::Stmt* compound_statement();
  bool block(ast::List<ast::Stmt*>* body);
  ast::Stmt* if_statement();
  ast::Stmt* while_statement();
  ast::Stmt* for_statement(u32 start, bool is_async);
  ast::Stmt* with_statement(u32 start, bool is_async);
  bool with_items(ast::List<ast::WithItem*>* items, bool parenthesised);
  ast::WithItem* with_item();
  ast::Stmt* try_statement();
  ast::ExceptHandler* except_handler(bool* is_star);
  ast::Stmt* async_statement();
  bool optional_else(ast::List<ast::Stmt*>* orelse);
  template <class Node>
  ast::Stmt* finish_try(Node* node, u32 start);

  // parse_definition.cpp
  ast::Stmt* decorated();
  ast::Stmt* function_definition(u32 start, bool is_async, ast::List<ast::Expr*> decorators);
  template <class Node>
  ast::Stmt* function_rest(u32 start, ast::List<ast::Expr*> decorators);
  ast::Stmt* class_definition(ast::List<ast::Expr*> decorators);
  ast::Arguments* parameters(TokenKind closing, bool annotated);
  ast::Arg* parameter(bool annotated, bool star_annotation);
  bool type_parameters(ast::List<ast::TypeParam*>* list);
  ast::TypeParam* type_parameter();
  ast::Expr* lambda();

  // parse_pattern.cpp
  ast::Stmt* match_statement();
  ast::MatchCase* match_case();
  ast::Pattern* open_pattern();
  ast::Pattern* as_pattern();
  ast::Pattern* or_pattern();
  ast::Pattern* closed_pattern();
  ast::Pattern* star_pattern();
  ast::Pattern* sequence_pattern(TokenKind closing);
  ast::Pattern* mapping_pattern();
  ast::Pattern* name_or_class_pattern();
  ast::Pattern* class_pattern(u32 start, ast::Expr* cls);
  ast::Pattern* literal_pattern();
  ast::Expr* literal_expression();
  ast::Expr* signed_number();
  ast::Expr* dotted_value();

  // parse_expression.cpp
  ast::Expr* star_expressions();
  ast::Expr* star_expression();
  ast::Expr* star_named_expression();
  ast::Expr* named_expression();
  ast::Expr* expression();
  ast::Expr* expressions();
  ast::Expr* yield_expression();
  ast::Expr* disjunction();
  ast::Expr* conjunction();
  ast::Expr* inversion();
  ast::Expr* comparison();
  ast::Expr* binary(int minimum_precedence);
  ast::Expr* unary();
  ast::Expr* power();
  ast::Expr* starred(u32 start);
  template <class Item>
  ast::Expr* tuple_rest(u32 start, ast::Expr* first, Item item);
  bool starts_expression(TokenKind kind) const;

  // parse_primary.cpp
  ast::Expr* await_primary();
  ast::Expr* primary();
  ast::Expr* call(u32 start, ast::Expr* callee);
  bool call_arguments(ast::List<ast::Expr*>* args, ast::List<ast::Keyword*>* keywords, u32 opening);
  ast::Expr* subscript(u32 start, ast::Expr* value);
  ast::Expr* slices();
  ast::Expr* slice();
  ast::Expr* target_list(bool* is_list);
  ast::Expr* star_target();

  // parse_atom.cpp
  ast::Expr* atom();
  ast::Expr* parenthesised();
  ast::Expr* list_display();
  ast::Expr* brace_display();
  ast::Expr* dictionary(u32 start, ast::Expr* first_key, ast::Expr* first_value);
  ast::Expr* set_display(u32 start);
  bool comprehension_clauses(ast::List<ast::Comprehension*>* generators);
  ast::Comprehension* comprehension_clause();
  bool at_comprehension() const;
  template <class Node>
  ast::Expr* comprehension(Node* node, u32 start, ast::Expr* element, TokenKind closing);
  ast::Expr* simple_constant(ast::ConstantValue::Kind kind);

  // parse_number.cpp
  ast::Expr* number();

  // parse_string.cpp, string_escapes.cpp, parse_fstring.cpp
  ast::Expr* strings();
  ast::Expr* plain_strings(u32 start, u32 end);
  ast::Expr* formatted_strings(u32 start, u32 end);
  bool string_value(const Token& token, ast::ConstantValue* value);
  bool fstring(std::vector<void*>& parts, bool* is_template);
  bool fstring_parts(std::vector<void*>& parts, bool in_spec, bool raw, bool is_template);
  bool replacement_field(std::vector<void*>& parts, bool is_template);
  ast::Expr* conversion_and_spec(u32 start, ast::Expr* value, std::string_view debug_text, bool is_template);
  void warn_escape(const char* what, std::string_view escape, const Token& token);
  bool decode_escapes(std::string_view body, const Token& token, bool bytes, std::string* out, bool* surrogates);
  ast::Constant* string_constant(std::string_view text, bool surrogates, ast::Location where);

  // Machinery, in parser.cpp.
  const Token& token() const { return tokens_[position_]; }
  const Token& token(u32 ahead) const {
    return tokens_[position_ + ahead < token_count_ ? position_ + ahead : token_count_ - 1];
  }
  TokenKind kind() const { return tokens_[position_].kind; }
  bool at(TokenKind kind) const { return tokens_[position_].kind == kind; }
  bool at_word(std::string_view word) const { return at(TokenKind::Name) && token().identifier->text == word; }
  bool accept(TokenKind kind) {
    if (!at(kind)) return false;
    ++position_;
    return true;
  }
  bool expect(TokenKind kind) { return accept(kind) || fail(); }
  Failure fail() {
    if (!failed_) {
      failed_ = true;
      failed_at_ = position_;
    }
    return {};
  }
  // Nested too deep: for this parser (MemoryError), or for whoever walks the tree (RecursionError).
  Failure fail_deep(ProblemKind kind = ProblemKind::MemoryError, std::string_view message = {});
  Failure fail_here(ProblemKind kind, std::string_view message);
  Failure fail_at_token(u32 token, ProblemKind kind, std::string_view message);
  void warn(SyntaxWarningNote::Category category, std::string_view message, const Token& token);
  const ast::Identifier* expect_name();

  template <class T>
  T* make() {
    return arena_.make<T>();
  }
  template <class T, class... Children>
  T* finish(T* node, u32 start, Children... children) {
    const ast::Location& first = tokens_[start].where;
    u32 last_token = position_ - 1;
    while (is_layout(tokens_[last_token].kind)) --last_token;
    const ast::Location& last = tokens_[last_token].where;
    node->where = {first.line, first.column, last.end_line, last.end_column};
    (nest(node, children), ...);
    if (UNLIKELY(node->depth > ast::kMaxTreeDepth)) {
      return fail_deep(ProblemKind::RecursionError, "maximum recursion depth exceeded during compilation");
    }
    return node;
  }
  static bool is_layout(TokenKind kind) { return kind >= TokenKind::Newline && kind <= TokenKind::Dedent; }
  static void nest(ast::Node* node, const ast::Node* child) {
    if (child != nullptr && child->depth >= node->depth) node->depth = child->depth + 1;
  }
  template <class T>
  static void nest(ast::Node* node, const ast::List<T*>& children) {
    for (T* child : children) nest(node, child);
  }
  template <class T>
  ast::List<T*> take(usize base) {
    u32 size = scratch_.size() - base;
    ast::List<T*> list;
    if (size == 0) return list;
    list.size = size;
    list.data = arena_.make_array<T*>(size);
    for (u32 i = 0; i < size; ++i) list.data[i] = static_cast<T*>(scratch_[base + i]);
    scratch_.resize(base);
    return list;
  }
  void push(void* node) { scratch_.push_back(node); }
  bool set_context(ast::Expr* target, ast::ExprContext context);
  // A target made of a single name, attribute or item: what `:=`-less `op=` and annotations need.
  static bool is_single_target(const ast::Expr* target);
  void restore(u32 position, usize scratch) {
    position_ = position;
    failed_ = false;
    scratch_.resize(scratch);
  }

  // Counts the recursion of the C++ functions.
  struct Depth {
    explicit Depth(Parser& parser) : parser(parser) { ++parser.depth_; }
    ~Depth() { --parser.depth_; }
    Parser& parser;
  };

  Arena& arena_;
  IdentifierTable& identifiers_;
  std::string_view text_;
  Token* tokens_;
  u32 token_count_;
  u32 position_ = 0;
  u32 failed_at_ = 0;
  u32 statement_start_ = 0;
  u32 warned_until_ = 0;  // literals before this byte have had their warning
  bool failed_ = false;
  u32 depth_ = 0;
  const ParseOptions& options_;
  std::vector<void*> scratch_;
  SyntaxWarningNote* last_warning_ = nullptr;
};

}  // namespace py
