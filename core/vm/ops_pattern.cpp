// Structural pattern matching, and type parameters.
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/vm/dispatch.h"
#include "core/vm/type_parameters.h"

namespace py {

OPCODE(MatchMapping) { FINISH(1, Value::boolean(type_of(fp[OP_B]).has(TypeFlag::Mapping))); }
OPCODE(MatchSequence) { FINISH(1, Value::boolean(type_of(fp[OP_B]).has(TypeFlag::Sequence))); }

namespace {

Result<Ref<>> match_keys(Thread& thread, Value mapping, Value keys_value) {
  Tuple& keys = as<Tuple>(keys_value);
  Ref<Set> seen = TRY(Set::make_set(thread, *types.set));
  Ref<Tuple> values = TRY(Tuple::allocate(thread, keys.length));
  Ref<> get = TRY(get_attribute(thread, mapping, names::get()));
  Ref<> missing = TRY(call(thread, types.object->value(), {}));
  for (isize i = 0; i < keys.length; ++i) {
    if (!TRY(seen->find(thread, keys[i])).is_empty()) {
      return raise(thread, types.ValueError, "mapping pattern checks duplicate key ({!r})", keys[i]);
    }
    TRY(seen->add(thread, keys[i]));
    Ref<> value = TRY(call(thread, get, {keys[i], missing}));
    if (value.value() == missing.value()) return Ref<>::adopt(None);
    values->items()[i].store(*values, std::move(value));
  }
  return Ref<>(std::move(values));
}

Result<Ref<>> match_rest(Thread& thread, Value mapping, Value keys_value) {
  Ref<Dict> rest = TRY(Dict::make(thread));
  Ref<> keys = TRY(call_method(thread, mapping, names::keys()));
  TRY(for_each(thread, keys, [&](Value key) -> Result<void> {
    Ref<> value = TRY(get_item(thread, mapping, key));
    return rest->set(thread, key, value);
  }));
  Tuple& taken = as<Tuple>(keys_value);
  for (isize i = 0; i < taken.length; ++i) TRY(rest->remove(thread, taken[i]));
  return Ref<>(std::move(rest));
}

// int, str and their kin match themselves with a single positional pattern.
bool matches_self(Type& type) {
  for (Type* builtin : {types.bool_, types.bytearray, types.bytes, types.dict, types.float_, types.frozenset, types.int_,
                        types.list, types.set, types.str, types.tuple}) {
    if (type.is_subtype_of(*builtin)) return true;
  }
  return false;
}

Result<Ref<>> match_attribute(Thread& thread, Value subject, Str& name, Set& seen, Type& type) {
  if (!TRY(seen.find(thread, name.value())).is_empty()) {
    return raise(thread, types.TypeError, "{}() got multiple sub-patterns for attribute {!r}", type, name.value());
  }
  TRY(seen.add(thread, name.value()));
  return get_attribute_or_empty(thread, subject, name);
}

Result<Ref<>> match_class(Thread& thread, Value* window, u32 positional) {
  const Value subject = window[0];
  if (!is<Type>(window[1])) return raise(thread, types.TypeError, "called match pattern must be a class");
  Type& type = as<Type>(window[1]);
  if (!TRY(is_instance(thread, subject, type.value()))) return Ref<>::adopt(None);
  Tuple& keywords = as<Tuple>(window[2]);
  Ref<Tuple> values = TRY(Tuple::allocate(thread, positional + keywords.length));
  Ref<Set> seen = TRY(Set::make_set(thread, *types.set));
  if (positional) {
    Ref<> match_args = TRY(get_attribute_or_empty(thread, type.value(), names::__match_args__()));
    const bool self_match = match_args.is_empty() && matches_self(type);
    if (!match_args.is_empty() && !is<Tuple>(match_args)) {
      return raise(thread, types.TypeError, "{}.__match_args__ must be a tuple (got {})", type, type_of(match_args));
    }
    const isize allowed = self_match ? 1 : match_args.is_empty() ? 0 : as<Tuple>(match_args).length;
    if (static_cast<isize>(positional) > allowed) {
      return raise(thread, types.TypeError, "{}() accepts {} positional sub-pattern{} ({} given)", type, allowed,
                   allowed == 1 ? "" : "s", positional);
    }
    for (u32 i = 0; i < positional; ++i) {
      if (self_match) {
        values->items()[i].store(*values, subject);
        continue;
      }
      const Value name = as<Tuple>(match_args)[i];
      if (!is<Str>(name)) {
        return raise(thread, types.TypeError, "__match_args__ elements must be strings (got {})", type_of(name));
      }
      Ref<> value = TRY(match_attribute(thread, subject, as<Str>(name), *seen, type));
      if (value.is_empty()) return Ref<>::adopt(None);
      values->items()[i].store(*values, std::move(value));
    }
  }
  for (isize i = 0; i < keywords.length; ++i) {
    Ref<> value = TRY(match_attribute(thread, subject, as<Str>(keywords[i]), *seen, type));
    if (value.is_empty()) return Ref<>::adopt(None);
    values->items()[positional + i].store(*values, std::move(value));
  }
  return Ref<>(std::move(values));
}

}  // namespace

#define STEP(name, expression)                  \
  OPCODE(name) {                                \
    SAVE_PC();                                  \
    const Value value = (expression).release(); \
    if (UNLIKELY(value.is_error())) RAISE();    \
    FINISH(1, value);                           \
  }
STEP(MatchKeys, match_keys(*thread, fp[OP_B], fp[OP_C]))
STEP(MatchRest, match_rest(*thread, fp[OP_B], fp[OP_C]))
STEP(MakeTypeParameter, make_type_parameter(*thread, pc, fp))
STEP(MakeTypeAlias, make_type_alias(*thread, pc, fp))

OPCODE(MatchClass) {
  SAVE_PC();
  const Value value = match_class(*thread, fp + OP_B, OP_C).release();
  if (UNLIKELY(value.is_error())) RAISE();
  for (u32 i = 0; i < 3; ++i) drop(fp[OP_B + i]);
  FINISH(1, value);
}

}  // namespace py
