// for_each_child(node, visit): calls visit(child) for every child node, in field order, skipping absent ones.
// A template because it is a switch over every kind around an inlined callable.
// Threads: any.
#pragma once
#include "core/syntax/ast.h"

namespace py::ast {
namespace detail {

template <class T>
concept NodeType = std::is_base_of_v<Node, T>;

template <NodeType T, class Visit>
INLINE void visit_field(T* child, Visit& visit) {
  if (child != nullptr) visit(static_cast<Node*>(child));
}
template <NodeType T, class Visit>
INLINE void visit_field(const List<T*>& children, Visit& visit) {
  for (T* child : children) {
    if (child != nullptr) visit(static_cast<Node*>(child));
  }
}
template <class T, class Visit>
INLINE void visit_field(const T&, Visit&) {}

}  // namespace detail

template <class Visit>
void for_each_child(const Node* node, Visit&& visit) {
  switch (node->kind) {
#define AST_BEGIN(category, Name, python_name, since) \
  case Kind::Name: {                                  \
    [[maybe_unused]] const auto* self = node->as<Name>();
#define AST_FIELD(field_kind, cpp_type, name, python_name, since) detail::visit_field(self->name, visit);
#define AST_END(Name) \
  break;              \
  }
#include "core/syntax/ast_nodes.def"
  }
}

}  // namespace py::ast
