// visit_fields(node, visit): calls visit(index, field) for the Python-visible fields of a node whose type is known, in
// `_fields` order, as long as visit answers true; the result is the last answer.
// with_type(kind, callable): calls callable(tag) with ast::Type<Name>{} for the node type of a kind.
// Threads: any.
#pragma once
#include <type_traits>
#include <utility>

#include "core/syntax/ast.h"

namespace py::ast {

template <class Node>
struct Type {
  using type = Node;
};

#define AST_BEGIN(category, Name, python_name, since)                                     \
  template <class Node, class Visit>                                                      \
    requires std::is_same_v<std::remove_const_t<Node>, Name>                              \
  INLINE bool visit_fields([[maybe_unused]] Node& node, [[maybe_unused]] Visit&& visit) { \
    [[maybe_unused]] usize index = 0;                                                     \
    return true
#define AST_FIELD(field_kind, cpp_type, name, python_name, since) &&visit(index++, node.name)
#define AST_END(Name) \
  ;                   \
  }
#include "core/syntax/ast_nodes.def"

template <class Callable>
INLINE auto with_type(Kind kind, Callable&& callable) {
  switch (kind) {
#define AST_BEGIN(category, Name, python_name, since) \
  case Kind::Name: return callable(Type<Name>{});
#include "core/syntax/ast_nodes.def"
  }
  __builtin_unreachable();
}

}  // namespace py::ast
