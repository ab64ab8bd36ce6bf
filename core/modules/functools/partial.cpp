// functools.partial. Threads: its parts change only by __setstate__; each is read once for a call.
#include "core/builtins/sequence_operations.h"
#include "core/modules/functools/functools.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/dict.h"
#include "core/object/layout.h"
#include "core/object/repr_guard.h"
#include "core/object/type_system.h"

namespace py {

namespace {

class Partial final : public Object {
 public:
  Field function;
  Field args;      // Tuple
  Field keywords;  // Dict
  u64 reserved;
  static const ObjectOps kOps;
};
const ObjectOps Partial::kOps = {"functools.partial",
                                 visit_fields<Partial, &Partial::function, &Partial::args, &Partial::keywords>,
                                 release_attributes, fixed_size};
Partial& partial_of(Value self) { return *static_cast<Partial*>(self.object()); }
extern const TypeSpec kPartial;

bool has_attributes(Object& object) {
  bool any = false;
  MUST(for_each_attribute(
      current_thread(), object,
      [](Thread&, void* found, Str&, Value) -> Result<void> {
        *static_cast<bool*>(found) = true;
        return {};
      },
      &any));
  return any;
}

Result<Ref<Tuple>> joined(Thread& thread, Tuple& head, const Value* tail, isize count) {
  Ref<Tuple> result = TRY(Tuple::allocate(thread, head.length + count));
  for (isize i = 0; i < head.length; ++i) set_fresh(*result, result->items()[i], head[i]);
  for (isize i = 0; i < count; ++i) set_fresh(*result, result->items()[head.length + i], tail[i]);
  return result;
}
Result<void> add_keywords(Thread& thread, Dict& dict, const Arguments& arguments) {
  for (u32 i = 0; i < arguments.keyword_count(); ++i) {
    TRY(dict.set(thread, (*arguments.keywords)[i], arguments[arguments.positional + i]));
  }
  return {};
}

Result<Ref<>> partial_call(Thread& thread, Value value, const Arguments& arguments) {
  Partial& self = partial_of(value);
  Ref<> function = self.function.load();
  Ref<> args = self.args.load();
  Ref<> own = self.keywords.load();
  Tuple& head = as<Tuple>(args);
  Dict& keywords = as<Dict>(own);
  constexpr u32 kFew = 16;
  const u32 total = arguments.positional + arguments.keyword_count();
  if (keywords.length() == 0 && static_cast<u32>(head.length) + total <= kFew) {
    Value values[kFew];
    for (isize i = 0; i < head.length; ++i) values[i] = head[i];
    for (u32 i = 0; i < total; ++i) values[static_cast<u32>(head.length) + i] = arguments[i];
    return call(thread, function, Arguments{values, static_cast<u32>(head.length) + arguments.positional, arguments.keywords});
  }
  Ref<Tuple> positional = TRY(joined(thread, head, arguments.values, arguments.positional));
  Ref<Dict> merged = TRY(keywords.copy(thread));
  TRY(add_keywords(thread, *merged, arguments));
  return call_with(thread, function, *positional, merged->length() ? merged.get() : nullptr);
}

Result<Ref<>> partial_new(Thread& thread, Type& type, const Arguments& arguments) {
  if (arguments.positional == 0) return raise(thread, types.TypeError, "type 'partial' takes at least one argument");
  Ref<> function = Ref<>::share(arguments[0]);
  Ref<> args = Ref<>::share(Tuple::empty().value());
  Ref<Dict> keywords;
  if (!is_callable(function)) return raise(thread, types.TypeError, "the first argument must be callable");
  if (type_of(function).slots.call == partial_call && !has_attributes(*function.value().object())) {
    Partial& inner = partial_of(function);
    args = inner.args.load();
    Ref<> inner_keywords = inner.keywords.load();
    keywords = TRY(as<Dict>(inner_keywords).copy(thread));
    function = inner.function.load();
  } else {
    keywords = TRY(Dict::make(thread));
  }
  Ref<Tuple> all = TRY(joined(thread, as<Tuple>(args), arguments.values + 1, arguments.positional - 1));
  TRY(add_keywords(thread, *keywords, arguments));
  Ref<Partial> self = TRY(new_object<Partial>(thread, type));
  set_fresh(*self, self->function, std::move(function));
  set_fresh(*self, self->args, all.value());
  set_fresh(*self, self->keywords, keywords.value());
  return Ref<>(std::move(self));
}

Result<Ref<>> partial_repr(Thread& thread, Value value) {
  Partial& self = partial_of(value);
  ReprGuard guard(self);
  if (guard.is_recursive()) return ascii_text(thread, "...");
  Ref<> function = self.function.load();
  Ref<> args = self.args.load();
  Ref<> keywords = self.keywords.load();
  TextBuilder text;
  const bool plain = type_of(value).spec == &kPartial;
  if (plain) text.append_ascii("functools.");
  Ref<> name = TRY(get_attribute(thread, type_of(value).value(), "__qualname__"));
  text.append(as<Str>(name).view());
  text.append('(');
  text.append(TRY(repr(thread, function))->view());
  for (isize i = 0; i < as<Tuple>(args).length; ++i) {
    text.append_ascii(", ");
    text.append(TRY(repr(thread, as<Tuple>(args)[i]))->view());
  }
  isize position = 0;
  Value key, item;
  while (as<Dict>(keywords).next_entry(position, key, item)) {
    Ref<> keep = Ref<>::share(item);
    Ref<Str> name = TRY(to_str(thread, key));
    text.append_ascii(", ");
    text.append(name->view());
    text.append('=');
    text.append(TRY(repr(thread, keep))->view());
  }
  text.append(')');
  return finish_text(thread, text);
}

Result<Ref<>> reduce(Thread& thread, Value value) {
  Partial& self = partial_of(value);
  Ref<> function = self.function.load();
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {function}));
  Ref<> dict = Ref<>::adopt(None);
  if (has_attributes(self)) dict = Ref<>(TRY(instance_dict(thread, self)));
  Ref<Tuple> state = TRY(Tuple::from(thread, {function, self.args.peek(), self.keywords.peek(), dict}));
  return Tuple::from(thread, {type_of(value).value(), arguments.value(), state.value()});
}

Result<void> setstate(Thread& thread, Value value, Value state) {
  Partial& self = partial_of(value);
  auto invalid = [&] { return raise(thread, types.TypeError, "invalid partial state"); };
  if (!is<Tuple>(state) || as<Tuple>(state).length != 4) return invalid();
  Tuple& parts = as<Tuple>(state);
  if (!is_callable(parts[0]) || !is<Tuple>(parts[1])) return invalid();
  if (!parts[2].is_none() && !is<Dict>(parts[2])) return invalid();
  Ref<Tuple> args = is_exact<Tuple>(parts[1]) ? Ref<Tuple>::share(&as<Tuple>(parts[1]))
                                              : TRY(Tuple::from(thread, as<Tuple>(parts[1]).values(), as<Tuple>(parts[1]).length));
  Ref<> keywords = Ref<>::share(parts[2]);
  if (parts[2].is_none()) {
    keywords = TRY(Dict::make(thread));
  } else if (!is_exact<Dict>(parts[2])) {
    keywords = TRY(as<Dict>(parts[2]).copy(thread));
  }
  if (!parts[3].is_none() && !is<Dict>(parts[3])) return invalid();
  self.function.store(self, parts[0]);
  self.args.store(self, args.value());
  self.keywords.store(self, std::move(keywords));
  Ref<> dict = parts[3].is_none() ? Ref<>(TRY(Dict::make(thread))) : Ref<>::share(parts[3]);
  return set_instance_dict(thread, self, dict);
}

constexpr MethodSpec kMethods[] = {
    def<reduce>("__reduce__()", nullptr),
    def<setstate>("__setstate__(state, /)", nullptr),
    class_method<generic_alias_of>("__class_getitem__(object, /)", "See PEP 585"),
};
constexpr u32 kFirstField = sizeof(Object) / 8;
constexpr MemberSpec kMembers[] = {
    {"func", "function object to use in future partial calls", kFirstField},
    {"args", "tuple of arguments to future partial calls", kFirstField + 1},
    {"keywords", "dictionary of keyword arguments to future partial calls", kFirstField + 2},
};

const TypeSpec kPartial = {
    .name = "functools.partial",
    .doc = "partial(func, *args, **keywords) - a callable that calls func with these arguments\n"
           "    before those that it is called with.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = &kInstanceDictProperty,
    .property_count = 1,
    .members = kMembers,
    .member_count = std::size(kMembers),
    .slots = {.repr = partial_repr, .call = partial_call, .new_ = partial_new},
    .ops = &Partial::kOps,
    .size = sizeof(Partial),
    .flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::HasDict),
};

}  // namespace

Result<void> add_partial(Thread& thread, Module& module) {
  TRY(add_type_to_module(thread, module, kPartial));
  return {};
}

}  // namespace py
