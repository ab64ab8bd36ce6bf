#include "core/bind/struct_sequence.h"

#include "core/bind/define.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/type_system.h"

#include <string>
#include <vector>

namespace py {

namespace {

// The table of a made type, followed by what describes its fields.
struct StructTypeSpec : TypeSpec {
  const StructSequenceSpec* sequence = nullptr;
  std::vector<MemberSpec> named;
};

const StructSequenceSpec& spec_of(const Type& type) { return *static_cast<const StructTypeSpec*>(type.spec)->sequence; }
const StructSequenceSpec& spec_of(Value self) { return spec_of(type_of(self)); }

usize instance_bytes(const Object& object) { return sizeof(Tuple) + 8 * spec_of(type_of_object(object)).field_count; }
void visit_fields(Object& object, Visitor& visitor) {
  visitor.visit(static_cast<Tuple&>(object).items(), spec_of(type_of_object(object)).field_count);
}
const ObjectOps kStructSequenceOps = {"struct sequence", visit_fields, nullptr, instance_bytes};

Result<Ref<>> struct_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "structseq(sequence, dict=absent)", arguments);
  const StructSequenceSpec& spec = spec_of(type);
  // Absent is not the same as None here.
  if (bound[1].is_none()) return raise(thread, types.TypeError, "{}() takes a dict as second arg, if any", std::string_view(spec.name));
  Ref<> source = TRY(to_fast_sequence(thread, bound[0], "constructor requires a sequence"));
  Ref<Tuple> items = TRY(to_tuple(thread, source));
  Value extra = bound[1];
  if (extra != Unbound && !is<Dict>(extra)) {
    return raise(thread, types.TypeError, "{}() takes a dict as second arg, if any", std::string_view(spec.name));
  }
  const usize given = static_cast<usize>(items->length);
  if (given < spec.visible || given > spec.field_count) {
    const bool exact = spec.visible == spec.field_count;
    return raise(thread, types.TypeError, "{}() takes {}{}-sequence ({}-sequence given)", std::string_view(spec.name),
                 exact ? "a " : given < spec.visible ? "an at least " : "an at most ", given < spec.visible ? spec.visible : spec.field_count, given);
  }
  Ref<Tuple> made = TRY(new_struct_sequence(thread, type));
  for (usize i = 0; i < given; ++i) set_struct_field(*made, i, Ref<>::share((*items)[static_cast<isize>(i)]));
  for (usize i = given; i < spec.field_count && is<Dict>(extra); ++i) {
    if (!spec.fields[i].name) continue;
    const Value found = as<Dict>(extra).find_str(intern(thread, spec.fields[i].name));
    if (!found.is_empty()) set_struct_field(*made, i, Ref<>::share(found));
  }
  return Ref<>(std::move(made));
}

Result<Ref<>> struct_repr(Thread& thread, Value self) {
  const StructSequenceSpec& spec = spec_of(self);
  std::string text = std::string(spec.name) + "(";
  for (usize i = 0; i < spec.visible; ++i) {
    if (i) text += ", ";
    if (spec.fields[i].name) text += std::string(spec.fields[i].name) + "=";
    text += TRY(repr(thread, struct_field(as<Tuple>(self), i)))->utf8();
  }
  return Ref<>(TRY(Str::from_utf8(thread, text + ")")));
}

// Hidden fields that an item names as well (st_atime) come after it and win.
Result<Ref<Tuple>> struct_reduce(Thread& thread, Tuple& self) {
  const StructSequenceSpec& spec = spec_of(self.value());
  Ref<Tuple> items = TRY(Tuple::from(thread, self.values(), self.length));
  Ref<Dict> hidden = TRY(Dict::make(thread));
  for (usize i = spec.visible; i < spec.field_count; ++i) {
    if (spec.fields[i].name) TRY(hidden->set_str(thread, spec.fields[i].name, struct_field(self, i)));
  }
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {items.value(), hidden.value()}));
  return Tuple::from(thread, {type_of(self.value()).value(), arguments.value()});
}

constexpr MethodSpec kStructMethods[] = {def<struct_reduce>("__reduce__()", nullptr)};

void add_class_attributes(Thread& thread, Type& type, const StructSequenceSpec& spec) {
  Dict& dict = type.dictionary();
  isize unnamed = 0;
  Ref<List> names = MUST(List::make(thread));
  for (usize i = 0; i < spec.field_count; ++i) {
    if (!spec.fields[i].name) ++unnamed;
    if (spec.fields[i].name && i < spec.visible) MUST(names->append(thread, intern(thread, spec.fields[i].name).value()));
  }
  MUST(dict.set_str(thread, "n_sequence_fields", Value::integer(static_cast<i64>(spec.visible))));
  MUST(dict.set_str(thread, "n_fields", Value::integer(static_cast<i64>(spec.field_count))));
  MUST(dict.set_str(thread, "n_unnamed_fields", Value::integer(unnamed)));
  MUST(dict.set_str(thread, "__match_args__", MUST(names->to_tuple(thread)).value()));
}

}  // namespace

Type& make_struct_sequence_type(Thread& thread, const StructSequenceSpec& spec) {
  auto* table = new StructTypeSpec();
  table->sequence = &spec;
  for (usize i = 0; i < spec.field_count; ++i) {
    const u32 word = static_cast<u32>(sizeof(Tuple) / 8 + i);
    if (spec.fields[i].name) table->named.push_back({spec.fields[i].name, spec.fields[i].doc, word});
  }
  table->name = spec.name;
  table->doc = spec.doc;
  table->methods = kStructMethods;
  table->method_count = std::size(kStructMethods);
  table->members = table->named.data();
  table->member_count = table->named.size();
  table->slots.repr = struct_repr;
  table->slots.new_ = spec.construct ? spec.construct : struct_new;
  table->ops = &kStructSequenceOps;
  Type& type = make_builtin_type(thread, *table, types.tuple);
  finish_builtin_type(thread, type);
  add_class_attributes(thread, type, spec);
  return type;
}

Result<Ref<Tuple>> new_struct_sequence(Thread& thread, Type& type) {
  const StructSequenceSpec& spec = spec_of(type);
  Ref<Tuple> made = TRY(allocate<Tuple>(thread, type, sizeof(Tuple) + 8 * spec.field_count));
  made->length = static_cast<isize>(spec.visible);
  made->reserved = 0;
  for (usize i = 0; i < spec.field_count; ++i) made->items()[i].initialize(None);
  return made;
}

void set_struct_field(Tuple& instance, usize field, Ref<>&& value) { instance.items()[field].store(instance, std::move(value)); }
Value struct_field(const Tuple& instance, usize field) { return instance.items()[field].peek(); }

}  // namespace py
