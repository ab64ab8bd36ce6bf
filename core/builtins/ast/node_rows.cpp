#include "core/builtins/ast/node_rows.h"

#include <string_view>

// In this namespace the cpp_type column of the table means what it says.
namespace py::ast {
namespace {

constexpr AstBase base_of(std::string_view category, std::string_view name) {
  if (name == "ExceptHandler") return AstBase::ExceptHandler;
  if (name == "TypeIgnore") return AstBase::TypeIgnore;
  if (category == "Mod") return AstBase::Mod;
  if (category == "Stmt") return AstBase::Stmt;
  if (category == "Expr") return AstBase::Expr;
  if (category == "Pattern") return AstBase::Pattern;
  if (category == "TypeParam") return AstBase::TypeParam;
  return AstBase::Ast;
}
constexpr bool is_located(std::string_view category) { return category != "Mod" && category != "Plain"; }

constexpr char mark_of(std::string_view field_kind) {
  if (field_kind.starts_with("Optional")) return '?';
  if (field_kind.ends_with("s") || field_kind == "NodesOrNone") return '*';
  return 0;
}

// The ASDL name of what a field holds.
template <class T>
constexpr const char* kTypeName = nullptr;
template <class T>
constexpr const char* kTypeName<List<T>> = kTypeName<T>;
#define AST_TYPE(Cpp, name) \
  template <>               \
  constexpr const char* kTypeName<Cpp> = name;
AST_TYPE(Stmt*, "stmt")
AST_TYPE(Expr*, "expr")
AST_TYPE(Pattern*, "pattern")
AST_TYPE(TypeParam*, "type_param")
AST_TYPE(ExceptHandler*, "excepthandler")
AST_TYPE(TypeIgnore*, "type_ignore")
AST_TYPE(Comprehension*, "comprehension")
AST_TYPE(Arguments*, "arguments")
AST_TYPE(Arg*, "arg")
AST_TYPE(Keyword*, "keyword")
AST_TYPE(Alias*, "alias")
AST_TYPE(WithItem*, "withitem")
AST_TYPE(MatchCase*, "match_case")
AST_TYPE(const Identifier*, "identifier")
AST_TYPE(const String*, "string")
AST_TYPE(ConstantValue, "constant")
AST_TYPE(i32, "int")
AST_TYPE(ExprContext, "expr_context")
AST_TYPE(BoolOperator, "boolop")
AST_TYPE(Operator, "operator")
AST_TYPE(UnaryOperator, "unaryop")
AST_TYPE(CompareOperator, "cmpop")
#undef AST_TYPE

// The fields of each node, after an empty row, since an array needs one.
#define AST_BEGIN(category, Name, python_name, since) \
  struct Name##Row {                                  \
    static constexpr int kSince = since;              \
    static constexpr AstFieldRow kFields[] = {{},
#define AST_FIELD(field_kind, cpp_type, name, python_name, since) \
  {python_name, kTypeName<cpp_type>, mark_of(#field_kind), since <= 11 || kSince > 11},
#define AST_END(Name) \
  }                   \
  ;                   \
  }                   \
  ;
#include "core/syntax/ast_nodes.def"

constexpr AstNodeRow kNodes[] = {
#define AST_BEGIN(category, Name, python_name, since) \
  {Kind::Name,                                        \
   python_name,                                       \
   base_of(#category, #Name),                         \
   is_located(#category),                             \
   since,                                             \
   std::span(Name##Row::kFields).subspan(1)},
#include "core/syntax/ast_nodes.def"
};
static_assert(std::size(kNodes) == kAstKinds);

constexpr AstOperatorRow kOperators[] = {
#define AST_OPERATOR(enumeration, Name, symbol) {kTypeName<enumeration>, #Name},
#include "core/syntax/ast_nodes.def"
};

}  // namespace
}  // namespace py::ast

namespace py {

std::span<const AstNodeRow> ast_node_rows() { return ast::kNodes; }
std::span<const AstOperatorRow> ast_operator_rows() { return ast::kOperators; }

}  // namespace py
