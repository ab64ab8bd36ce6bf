// The table of syntax tree nodes (core/syntax/ast_nodes.def) as data: what the classes of the `ast` module are made
// from.
// Threads: constant.
#pragma once
#include <span>

#include "core/syntax/ast.h"

namespace py {

inline constexpr usize kAstKinds = 0
#define AST_BEGIN(category, Name, python_name, since) +1
#include "core/syntax/ast_nodes.def"
    ;

// What a node's class derives from.
enum class AstBase : u8 { Ast, Mod, Stmt, Expr, Pattern, TypeParam, ExceptHandler, TypeIgnore };

struct AstFieldRow {
  const char* name;
  const char* type;  // as ASDL names it
  char mark;         // '?' optional, '*' list, else 0
  bool listed;       // in `_fields`: a field that is newer than Python 3.11 is not, unless the whole node is
  bool optional() const { return mark == '?'; }
};

struct AstNodeRow {
  ast::Kind kind;
  const char* name;
  AstBase base;
  bool located;
  int since;
  std::span<const AstFieldRow> fields;
};

struct AstOperatorRow {
  const char* base;  // boolop, cmpop ...
  const char* name;
};

std::span<const AstNodeRow> ast_node_rows();
inline const AstNodeRow& ast_node_row(ast::Kind kind) { return ast_node_rows()[static_cast<usize>(kind)]; }
std::span<const AstOperatorRow> ast_operator_rows();  // in the order of the enumerations
// The row of the first operator of an enumeration.
template <class Enum>
consteval usize first_ast_operator() {
  usize row = 0;
#define AST_OPERATOR(enumeration, Name, symbol)           \
  if (std::is_same_v<Enum, ast::enumeration>) return row; \
  ++row;
#include "core/syntax/ast_nodes.def"
  return row;
}
template <class Enum>
consteval usize ast_operator_count() {
  usize count = 0;
#define AST_OPERATOR(enumeration, Name, symbol) count += std::is_same_v<Enum, ast::enumeration>;
#include "core/syntax/ast_nodes.def"
  return count;
}

}  // namespace py
