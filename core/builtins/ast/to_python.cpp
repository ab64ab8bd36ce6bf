#include "core/builtins/ast/to_python.h"

#include "core/bind/define.h"
#include "core/builtins/ast/node_types.h"
#include "core/compiler/compiler.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/layout.h"
#include "core/syntax/ast_fields.h"

namespace py {

namespace {

constexpr usize kMaxFields = 8;

class TreeToPython {
 public:
  TreeToPython(Thread& thread, const AstTypes& classes) : thread_(thread), classes_(classes) {}

  Result<Ref<>> node(const ast::Node& node) {
    return ast::with_type(node.kind, [&](auto type) { return make(*node.as<typename decltype(type)::type>()); });
  }

 private:
  // Not inlined, so that a deep tree needs little of the C++ stack.
  template <class Node>
  [[gnu::noinline]] Result<Ref<>> make(const Node& node);

  Result<Ref<>> field(const ast::Node* child) {
    if (!child) return Ref<>::adopt(None);
    return node(*child);
  }
  Result<Ref<>> field(const ast::Identifier* name) {
    return name ? Ref<>::adopt(intern(thread_, name->text).value()) : Ref<>::adopt(None);
  }
  Result<Ref<>> field(const ast::String* text) {
    if (!text) return Ref<>::adopt(None);
    return Str::from_utf8(thread_, text->text);
  }
  Result<Ref<>> field(i32 number) { return Ref<>::adopt(Value::integer(number)); }
  Result<Ref<>> field(const ast::ConstantValue& value) { return make_constant(thread_, value); }
  template <class Enum>
    requires std::is_enum_v<Enum>
  Result<Ref<>> field(Enum value) {
    return Ref<>::share(classes_.operator_of(value).instance);
  }
  template <class T>
  Result<Ref<>> field(const ast::List<T>& list) {
    Ref<List> made = TRY(List::make(thread_, list.size));
    for (const T& item : list) TRY(made->append(thread_, TRY(field(item))));
    return Ref<>(std::move(made));
  }

  Result<Ref<>> instance(const AstClass& of, Ref<>* fields, usize count, const ast::Location* where);

  Thread& thread_;
  const AstTypes& classes_;
};

// A field that the class does not list (one newer than 3.11) becomes a plain attribute if there is something in it.
template <class T>
bool is_worth_adding(const T&) {
  return false;
}
template <class T>
bool is_worth_adding(const ast::List<T>& list) {
  return !list.empty();
}

template <class Node>
Result<Ref<>> TreeToPython::make(const Node& node) {
  const AstNodeRow& row = ast_node_row(Node::kKind);
  const AstClass& of = classes_.node(Node::kKind);
  Ref<> values[kMaxFields];
  usize count = 0;
  const bool converted = ast::visit_fields(node, [&](usize index, const auto& value) {
    if (!row.fields[index].listed) return true;
    Result<Ref<>> result = field(value);
    if (result.failed()) return false;
    values[count++] = result.take();
    return true;
  });
  if (!converted) return failure;
  Ref<> object = TRY(instance(of, values, count, row.located ? &node.where : nullptr));
  const bool complete = ast::visit_fields(node, [&](usize index, const auto& value) {
    if (row.fields[index].listed || !is_worth_adding(value)) return true;
    Result<Ref<>> result = field(value);
    return !result.failed() && !set_attribute(thread_, object, *of.fields[index], result.take()).failed();
  });
  if (!complete) return failure;
  return object;
}

// Fills the slots directly: the shape of the class lists the fields and the attributes in this order.
Result<Ref<>> TreeToPython::instance(const AstClass& of, Ref<>* fields, usize count, const ast::Location* where) {
  Type& type = *of.type;
  Object* object = allocate_object(thread_, type.allocation_size(), of.shape);
  if (!object) return raise_memory_error(thread_);
  Field* words = reinterpret_cast<Field*>(object);
  for (usize word = 2; word < type.allocation_size() / 8; ++word) words[word].initialize(Empty);
  u32 slot = 0;
  for (usize i = 0; i < count; ++i) set_fresh(*object, words[type.slot_word(slot++)], std::move(fields[i]));
  if (where) {
    for (i32 number : {where->line, where->column, where->end_line, where->end_column}) {
      words[type.slot_word(slot++)].initialize(Value::integer(number));
    }
  }
  return Ref<>::adopt(object->value());
}

}  // namespace

Result<Ref<>> tree_to_python(Thread& thread, const ast::Mod& tree) {
  return TreeToPython(thread, *TRY(ast_types(thread))).node(tree);
}

}  // namespace py
