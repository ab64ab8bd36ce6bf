#include "core/builtins/ast/from_python.h"

#include <climits>

#include "core/bind/define.h"
#include "core/builtins/ast/node_types.h"
#include "core/syntax/ast_fields.h"

namespace py {

namespace {

Failure too_deep(Thread& thread, const char* class_name) {
  return raise(thread, types.RecursionError, "maximum recursion depth exceeded while traversing '{}' node", class_name);
}

bool is_near_stack_end(const Thread& thread) {
  return static_cast<char*>(__builtin_frame_address(0)) < thread.native_stack_limit;
}

// The alternatives of a sum type.
template <class T>
constexpr AstBase kBaseOf = AstBase::Ast;
template <>
constexpr AstBase kBaseOf<ast::Mod> = AstBase::Mod;
template <>
constexpr AstBase kBaseOf<ast::Stmt> = AstBase::Stmt;
template <>
constexpr AstBase kBaseOf<ast::Expr> = AstBase::Expr;
template <>
constexpr AstBase kBaseOf<ast::Pattern> = AstBase::Pattern;
template <>
constexpr AstBase kBaseOf<ast::TypeParam> = AstBase::TypeParam;
template <>
constexpr AstBase kBaseOf<ast::ExceptHandler> = AstBase::ExceptHandler;
template <>
constexpr AstBase kBaseOf<ast::TypeIgnore> = AstBase::TypeIgnore;

constexpr const char* sum_name(AstBase base) {
  constexpr const char* kNames[kAstBases] = {"AST",     "mod",        "stmt",          "expr",
                                             "pattern", "type_param", "excepthandler", "type_ignore"};
  return kNames[static_cast<usize>(base)];
}
constexpr bool is_located(AstBase base) {
  return base != AstBase::Mod && base != AstBase::TypeIgnore && base != AstBase::Ast;
}

// What a conversion answers when an exception is pending.
bool refuse(Failure) { return false; }

void nest(ast::Node& parent, const ast::Node* child) {
  if (child && child->depth >= parent.depth) parent.depth = child->depth + 1;
}

}  // namespace

// Positions

Result<i32> TreeFromPython::position(Value object, u32 attribute, const char* owner, const i32* otherwise) {
  Str& name = *classes_.attributes[attribute];
  Ref<> value = TRY(get_attribute_or_empty(thread_, object, name));
  if (otherwise && (value.is_empty() || value.value().is_none())) return *otherwise;
  if (value.is_empty()) return raise(thread_, types.TypeError, "required field \"{}\" missing from {}", name, owner);
  if (!is_integer(value)) return raise(thread_, types.ValueError, "invalid integer value: {!r}", value.value());
  return TRY(to_int(thread_, value));
}

Result<ast::Location> TreeFromPython::location(Value object, const char* owner, bool end_is_optional) {
  ast::Location where;
  where.line = TRY(position(object, 0, owner, nullptr));
  where.column = TRY(position(object, 1, owner, nullptr));
  where.end_line = TRY(position(object, 2, owner, end_is_optional ? &where.line : nullptr));
  where.end_column = TRY(position(object, 3, owner, end_is_optional ? &where.column : nullptr));
  return where;
}

// Nodes

template <class T>
Result<T*> TreeFromPython::node(Value object) {
  if constexpr (kBaseOf<T> == AstBase::Ast) {
    ast::Location where;
    T* made = TRY(make<T>(object, where));
    const AstNodeRow& row = ast_node_row(T::kKind);
    if (row.located) made->where = TRY(location(object, row.name, true));
    return made;
  } else {
    if (object.is_none()) return static_cast<T*>(nullptr);
    return one_of<T>(object);
  }
}

template <class T>
Result<T*> TreeFromPython::one_of(Value object) {
  constexpr AstBase kBase = kBaseOf<T>;
  ast::Location where;
  if constexpr (is_located(kBase)) where = TRY(location(object, sum_name(kBase), kBase != AstBase::Pattern));
  for (const AstNodeRow& row : ast_node_rows()) {
    if (row.base != kBase || !TRY(is_instance(thread_, object, classes_.node(row.kind).type->value()))) continue;
    return ast::with_type(row.kind, [&](auto type) -> Result<T*> {
      using Node = typename decltype(type)::type;
      if constexpr (std::is_base_of_v<T, Node>) return TRY(make<Node>(object, where));
      __builtin_unreachable();
    });
  }
  return raise(thread_, types.TypeError, "expected some sort of {}, but got {!r}", sum_name(kBase), object);
}

template <class Node>
[[gnu::noinline]] Result<Node*> TreeFromPython::make(Value object, const ast::Location& where) {
  Node* made = arena_.make<Node>();
  made->where = where;
  const bool converted =
      ast::visit_fields(*made, [&](usize index, auto& into) { return field(*made, index, object, into); });
  if (!converted || !require(*made)) return failure;
  if (made->depth > ast::kMaxTreeDepth) return too_deep(thread_, ast_node_row(Node::kKind).name);
  return made;
}

// None where something must stand.
template <class Node>
bool TreeFromPython::require(Node& node) {
  const AstNodeRow& row = ast_node_row(Node::kKind);
  return ast::visit_fields(node, [&](usize index, auto& value) {
    if constexpr (std::is_pointer_v<std::remove_reference_t<decltype(value)>>) {
      if (!value && !row.fields[index].optional()) {
        return refuse(
            raise(thread_, types.ValueError, "field '{}' is required for {}", row.fields[index].name, row.name));
      }
    }
    return true;
  });
}

template <class Field>
bool TreeFromPython::field(ast::Node& parent, usize index, Value object, Field& into) {
  const AstNodeRow& row = ast_node_row(parent.kind);
  const AstFieldRow& about = row.fields[index];
  Result<Ref<>> found = get_attribute_or_empty(thread_, object, *classes_.node(parent.kind).fields[index]);
  if (found.failed()) return false;
  Ref<> value = found.take();
  if (value.is_empty() && (about.optional() || !about.listed)) return true;
  if (value.is_empty()) {
    return refuse(raise(thread_, types.TypeError, "required field \"{}\" missing from {}", about.name, row.name));
  }
  if (value.value().is_none() && about.optional()) return true;
  return convert(parent, index, value, into);
}

// Fields

template <class T>
bool TreeFromPython::convert(ast::Node& parent, usize, Value value, T*& into) {
  if (is_near_stack_end(thread_)) return refuse(too_deep(thread_, ast_node_row(parent.kind).name));
  Result<T*> made = node<T>(value);
  if (made.failed()) return false;
  into = made.take();
  nest(parent, into);
  return true;
}

bool TreeFromPython::is_list(ast::Node& parent, usize index, Value value) {
  if (is<List>(value)) return true;
  const AstNodeRow& row = ast_node_row(parent.kind);
  return refuse(raise(thread_, types.TypeError, "{} field \"{}\" must be a list, not a {}", row.name,
                      row.fields[index].name, type_of(value)));
}
bool TreeFromPython::changed_size(ast::Node& parent, usize index) {
  const AstNodeRow& row = ast_node_row(parent.kind);
  return refuse(raise(thread_, types.RuntimeError, "{} field \"{}\" changed size during iteration", row.name,
                      row.fields[index].name));
}

template <class T>
bool TreeFromPython::convert(ast::Node& parent, usize index, Value value, ast::List<T>& into) {
  if (!is_list(parent, index, value)) return false;
  List& list = as<List>(value);
  const isize length = list.length();
  into.data = arena_.make_array<T>(static_cast<usize>(length));
  into.size = static_cast<u32>(length);
  for (isize i = 0; i < length; ++i) into.data[i] = T{};
  for (isize i = 0; i < length; ++i) {
    Ref<> item = Ref<>::share(list.peek(i));
    if (item.is_empty()) return changed_size(parent, index);
    if (!convert(parent, index, item, into.data[i])) return false;
    if (list.length() != length) return changed_size(parent, index);
  }
  return true;
}

bool TreeFromPython::convert(ast::Node&, usize, Value value, const ast::Identifier*& into) {
  if (value.is_none()) return true;
  if (!is_exact<Str>(value)) return refuse(raise(thread_, types.TypeError, "AST identifier must be of type str"));
  into = identifiers_.intern(as<Str>(value).utf8());
  return true;
}

bool TreeFromPython::convert(ast::Node&, usize, Value value, const ast::String*& into) {
  if (value.is_none()) return true;
  if (!is_exact<Str>(value) && !is_exact<Bytes>(value)) {
    return refuse(raise(thread_, types.TypeError, "AST string must be of type str"));
  }
  const std::string text = is<Str>(value) ? as<Str>(value).utf8() : std::string(as<Bytes>(value).view());
  into = arena_.make<ast::String>(arena_.copy(text));
  return true;
}

bool TreeFromPython::convert(ast::Node&, usize, Value value, i32& into) {
  if (!is_integer(value)) return refuse(raise(thread_, types.ValueError, "invalid integer value: {!r}", value));
  Result<int> number = to_int(thread_, value);
  if (number.failed()) return false;
  into = number.take();
  return true;
}

// Common constants become values of the tree; others stay objects, which validate.h looks at.
bool TreeFromPython::convert(ast::Node&, usize, Value value, ast::ConstantValue& into) {
  using Kind = ast::ConstantValue::Kind;
  if (value.is_none() || value.is_bool() || value == Ellipsis) {
    into.kind = value.is_none()     ? Kind::None
                : value == Ellipsis ? Kind::Ellipsis
                : value == True     ? Kind::True
                                    : Kind::False;
  } else if (value.is_int()) {
    into.kind = Kind::SmallInt;
    into.integer = value.as_int();
  } else if (value.is_float()) {
    into.kind = Kind::Float;
    into.number = value.as_float();
  } else if (is_exact<Str>(value)) {
    Str& text = as<Str>(value);
    into.kind = Kind::Str;
    into.text = arena_.copy(text.utf8());
    for (isize i = 0; !text.is_ascii() && i < text.length(); ++i)
      into.has_surrogates |= text[i] >= 0xD800 && text[i] < 0xE000;
  } else if (is_exact<Bytes>(value)) {
    into.kind = Kind::Bytes;
    into.text = arena_.copy(as<Bytes>(value).view());
  } else {
    into.kind = Kind::Object;
    into.object = value.object();
    keep_alive_.push(Ref<>::share(value));
  }
  return true;
}

template <class Enum>
  requires std::is_enum_v<Enum>
bool TreeFromPython::convert(ast::Node&, usize, Value value, Enum& into) {
  constexpr usize kFirst = first_ast_operator<Enum>();
  for (usize i = 0; i < ast_operator_count<Enum>(); ++i) {
    const AstOperator& candidate = classes_.operators[kFirst + i];
    if (value != candidate.instance) {
      Result<bool> matches = is_instance(thread_, value, candidate.type->value());
      if (matches.failed()) return false;
      if (!matches.take()) continue;
    }
    into = static_cast<Enum>(i);
    return true;
  }
  return refuse(raise(thread_, types.TypeError, "expected some sort of {}, but got {!r}",
                      ast_operator_rows()[kFirst].base, value));
}

Result<ast::Mod*> TreeFromPython::module(Value object, ParseMode mode) {
  const ast::Kind wanted = mode == ParseMode::Exec   ? ast::Kind::Module
                           : mode == ParseMode::Eval ? ast::Kind::Expression
                                                     : ast::Kind::Interactive;
  if (!TRY(is_instance(thread_, object, classes_.node(wanted).type->value()))) {
    return raise(thread_, types.TypeError, "expected {} node, got {}", ast_node_row(wanted).name, type_of(object));
  }
  return one_of<ast::Mod>(object);
}

}  // namespace py
