#include "core/builtins/ast/node_types.h"

#include <memory>
#include <string>

#include "core/bind/define.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/dict.h"
#include "core/object/sequence.h"
#include "core/object/type_system.h"

namespace py {

namespace {

// Instances of AST: __init__ and pickling.

Result<Ref<>> fields_of(Thread& thread, Type& type) {
  Ref<> fields = TRY(get_attribute_or_empty(thread, type.value(), "_fields"));
  if (fields.is_empty()) return Ref<>(Ref<Tuple>::share(&Tuple::empty()));
  return Ref<>(TRY(to_tuple(thread, fields)));
}

Result<void> ast_init(Thread& thread, Value self, const Arguments& arguments) {
  Type& type = type_of(self);
  Ref<> listed = TRY(fields_of(thread, type));
  Tuple& fields = as<Tuple>(listed);
  if (fields.length < arguments.positional) {
    return raise(thread, types.TypeError, "{} constructor takes at most {} positional argument{}", type.name_str(),
                 fields.length, fields.length == 1 ? "" : "s");
  }
  for (u32 i = 0; i < arguments.positional; ++i) {
    if (!is<Str>(fields[i]))
      return raise(thread, types.TypeError, "attribute name must be string, not '{}'", type_of(fields[i]));
    TRY(set_attribute(thread, self, as<Str>(fields[i]), arguments[i]));
  }
  for (u32 i = 0; i < arguments.keyword_count(); ++i) {
    Str& name = as<Str>((*arguments.keywords)[i]);
    for (u32 field = 0; field < arguments.positional; ++field) {
      if (TRY(equal(thread, fields[field], name.value()))) {
        return raise(thread, types.TypeError, "{} got multiple values for argument '{}'", type, name);
      }
    }
    TRY(set_attribute(thread, self, name, arguments[arguments.positional + i]));
  }
  return {};
}

Result<Ref<Tuple>> ast_reduce(Thread& thread, Value self) {
  Ref<Dict> attributes = TRY(instance_dict(thread, *self.object()));
  return Tuple::from(thread, {type_of(self).value(), Tuple::empty().value(), attributes.value()});
}

constexpr MethodSpec kMethods[] = {def<ast_reduce>("__reduce__()", nullptr)};

const TypeSpec kAst = {
    .name = "ast.AST",
    .doc = nullptr,
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = &kInstanceDictProperty,
    .property_count = 1,
    .slots = {.init = ast_init},
    .flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::HasDict),
};

// The abstract classes that nodes derive from, AST excepted.
struct BaseRow {
  AstBase base;
  const char* name;
  bool located;
  bool end_is_optional;
};
constexpr BaseRow kBases[] = {
    {AstBase::Mod, "mod", false, false},
    {AstBase::Stmt, "stmt", true, true},
    {AstBase::Expr, "expr", true, true},
    {AstBase::Pattern, "pattern", true, false},
    {AstBase::TypeParam, "type_param", true, false},
    {AstBase::ExceptHandler, "excepthandler", true, true},
    {AstBase::TypeIgnore, "type_ignore", false, false},
};

constexpr const char* kAttributeNames[kAstAttributes] = {"lineno", "col_offset", "end_lineno", "end_col_offset"};

// "Name(identifier id, expr_context ctx)"
std::string declaration(const AstNodeRow& row) {
  std::string text = row.name;
  const char* separator = "(";
  for (const AstFieldRow& field : row.fields) {
    if (!field.listed) continue;
    text += separator;
    text += field.type;
    if (field.mark) text += field.mark;
    text += std::string(" ") + field.name;
    separator = ", ";
  }
  return *separator == ',' ? text + ")" : text;
}

// "mod = Module(...)\n    | Interactive(...)"
std::string alternatives(const BaseRow& base) {
  std::string text;
  for (const AstNodeRow& row : ast_node_rows()) {
    if (row.base != base.base || (row.since > 11 && base.base != AstBase::TypeParam)) continue;
    text += text.empty() ? base.name + std::string(" = ")
                         : "\n" + std::string(std::string_view(base.name).size(), ' ') + " | ";
    text += declaration(row);
  }
  return text;
}

std::string operator_alternatives(std::string_view base) {
  std::string text;
  for (const AstOperatorRow& row : ast_operator_rows()) {
    if (row.base == base) text += (text.empty() ? std::string(base) + " = " : " | ") + row.name;
  }
  return text;
}

// Makes the classes one by one; `classes` and `instances` keep alive what `made` refers to.
class ClassMaker {
 public:
  ClassMaker(Thread& thread, AstTypes& made, Dict& classes, List& instances)
      : thread_(thread), made_(made), classes_(classes), instances_(instances) {}
  Result<void> all();

 private:
  Result<Ref<Tuple>> names(const char* const* texts, usize count);
  Result<Ref<Dict>> name_space(const std::string& doc, usize slots);
  Result<Type*> finish(const char* name, Type& base, Dict& space);
  Result<void> locate(Dict& space, bool located, bool end_is_optional);
  Result<void> ast();
  Result<void> base(const BaseRow& row);
  Result<void> node(const AstNodeRow& row);
  Result<void> operators();
  Result<u32> shape_of(const AstNodeRow& row, const AstClass& of);

  Thread& thread_;
  AstTypes& made_;
  Dict& classes_;
  List& instances_;
};

Result<Ref<Tuple>> ClassMaker::names(const char* const* texts, usize count) {
  Ref<List> list = TRY(List::make(thread_));
  for (usize i = 0; i < count; ++i) TRY(list->append(thread_, intern(thread_, texts[i]).value()));
  return list->to_tuple(thread_);
}

Result<Ref<Dict>> ClassMaker::name_space(const std::string& doc, usize slots) {
  Ref<Dict> space = TRY(Dict::make(thread_));
  Ref<Str> text = TRY(Str::from_ascii(thread_, doc));
  TRY(space->set_str(thread_, "__module__", intern(thread_, "ast").value()));
  TRY(space->set_str(thread_, "__doc__", text.value()));
  TRY(space->set_str(thread_, "__static_attributes__", Value::integer(static_cast<i64>(slots))));
  return space;
}

Result<void> ClassMaker::locate(Dict& space, bool located, bool end_is_optional) {
  Ref<Tuple> attributes = TRY(names(kAttributeNames, located ? kAstAttributes : 0));
  TRY(space.set_str(thread_, "_attributes", attributes.value()));
  for (usize i = 2; end_is_optional && i < kAstAttributes; ++i) TRY(space.set_str(thread_, kAttributeNames[i], None));
  return {};
}

Result<Type*> ClassMaker::finish(const char* name, Type& base, Dict& space) {
  Ref<Tuple> bases = TRY(Tuple::from(thread_, {base.value()}));
  Ref<Type> type = TRY(make_class(thread_, *types.type, intern(thread_, name), *bases, space, Arguments{nullptr, 0}));
  TRY(classes_.set_str(thread_, name, type.value()));
  return type.get();
}

Result<void> ClassMaker::ast() {
  Type& type = make_builtin_type(thread_, kAst, nullptr);
  finish_builtin_type(thread_, type);
  type.clear_flag(TypeFlag::Immutable);
  for (const char* name : {"_fields", "_attributes", "__match_args__"}) {
    TRY(type.dictionary().set_str(thread_, name, Tuple::empty().value()));
  }
  made_.bases[static_cast<usize>(AstBase::Ast)] = &type;
  return classes_.set_str(thread_, "AST", type.value());
}

Result<void> ClassMaker::base(const BaseRow& row) {
  Ref<Dict> space = TRY(name_space(alternatives(row), row.located ? kAstAttributes : 0));
  TRY(locate(*space, row.located, row.end_is_optional));
  made_.bases[static_cast<usize>(row.base)] = TRY(finish(row.name, *made_.bases[0], *space));
  return {};
}

Result<void> ClassMaker::node(const AstNodeRow& row) {
  std::vector<const char*> listed;
  AstClass& made = made_.nodes[static_cast<usize>(row.kind)];
  for (const AstFieldRow& field : row.fields) {
    if (field.listed) listed.push_back(field.name);
    made.fields.push_back(&intern(thread_, field.name));
  }
  const bool own_attributes = row.base == AstBase::Ast && row.located;
  Ref<Dict> space = TRY(name_space(declaration(row), listed.size() + (own_attributes ? kAstAttributes : 0)));
  Ref<Tuple> fields = TRY(names(listed.data(), listed.size()));
  TRY(space->set_str(thread_, "_fields", fields.value()));
  TRY(space->set_str(thread_, "__match_args__", fields.value()));
  for (const AstFieldRow& field : row.fields) {
    if (field.listed && field.optional()) TRY(space->set_str(thread_, field.name, None));
  }
  if (row.base == AstBase::Ast) TRY(locate(*space, row.located, row.located));
  made.type = TRY(finish(row.name, *made_.bases[static_cast<usize>(row.base)], *space));
  made.shape = TRY(shape_of(row, made));
  return {};
}

Result<u32> ClassMaker::shape_of(const AstNodeRow& row, const AstClass& of) {
  u32 shape = root_shape(*of.type);
  for (usize i = 0; i < row.fields.size() && shape; ++i) {
    if (row.fields[i].listed) shape = shape_with(shape, *of.fields[i]);
  }
  for (usize i = 0; row.located && i < kAstAttributes && shape; ++i) shape = shape_with(shape, *made_.attributes[i]);
  if (!shape) return raise_memory_error(thread_);
  return shape;
}

Result<void> ClassMaker::operators() {
  const char* base_name = "";
  Type* base = nullptr;
  for (const AstOperatorRow& row : ast_operator_rows()) {
    if (std::string_view(row.base) != base_name) {
      base_name = row.base;
      Ref<Dict> space = TRY(name_space(operator_alternatives(base_name), 0));
      TRY(locate(*space, false, false));
      base = TRY(finish(base_name, *made_.bases[0], *space));
    }
    Ref<Dict> space = TRY(name_space(row.name, 0));
    for (const char* name : {"_fields", "__match_args__"}) TRY(space->set_str(thread_, name, Tuple::empty().value()));
    Type* type = TRY(finish(row.name, *base, *space));
    Ref<> instance = TRY(call(thread_, type->value()));
    made_.operators.push_back({type, instance.value()});
    TRY(instances_.append(thread_, std::move(instance)));
  }
  return {};
}

Result<void> ClassMaker::all() {
  for (usize i = 0; i < kAstAttributes; ++i) made_.attributes[i] = &intern(thread_, kAttributeNames[i]);
  TRY(ast());
  for (const BaseRow& row : kBases) TRY(base(row));
  for (const AstNodeRow& row : ast_node_rows()) TRY(node(row));
  return operators();
}

std::atomic<const AstTypes*> current{nullptr};

}  // namespace

Result<const AstTypes*> ast_types(Thread& thread) {
  if (const AstTypes* made = current.load(std::memory_order_acquire)) return made;
  auto made = std::make_unique<AstTypes>();
  Ref<Dict> classes = TRY(Dict::make(thread));
  Ref<List> instances = TRY(List::make(thread));
  TRY(ClassMaker(thread, *made, *classes, *instances).all());
  made->owner.set(TRY(Tuple::from(thread, {classes.value(), instances.value()})));
  // A global reference lives for ever; so do the few classes of a thread that lost the race.
  AstTypes* mine = made.release();
  const AstTypes* first = nullptr;
  current.compare_exchange_strong(first, mine, std::memory_order_acq_rel);
  return first ? first : mine;
}

Result<Ref<Dict>> ast_classes(Thread& thread) {
  const AstTypes* made = TRY(ast_types(thread));
  return Ref<Dict>::share(&as<Dict>(as<Tuple>(made->owner.peek())[0]));
}

}  // namespace py
