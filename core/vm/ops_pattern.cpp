// Structural pattern matching, and type parameters.
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/vm/attribute_resolution.h"
#include "core/vm/dispatch.h"
#include "core/vm/type_parameters.h"

namespace py {

OPCODE(MatchMapping) { FINISH(1, Value::boolean(type_of(fp[OP_B]).has(TypeFlag::Mapping))); }
OPCODE(MatchSequence) { FINISH(1, Value::boolean(type_of(fp[OP_B]).has(TypeFlag::Sequence))); }

namespace {

// Whether items[index] is equal to one before it.
Result<bool> is_repeated(Thread& thread, const Tuple& items, isize index) {
  for (isize i = 0; i < index; ++i) {
    if (TRY(equal(thread, items[i], items[index]))) return true;
  }
  return false;
}

Result<Ref<>> item_or_empty(Thread& thread, Value mapping, Value get, Value key, Value missing) {
  if (is_exact<Dict>(mapping)) return as<Dict>(mapping).get(thread, key);
  Ref<> value = TRY(call(thread, get, {key, missing}));
  return value.value() == missing ? Ref<>() : std::move(value);
}

// The values go into the window.
Result<bool> match_keys(Thread& thread, Value mapping, Value keys_value, Value* window) {
  Tuple& keys = as<Tuple>(keys_value);
  Ref<> get, missing;
  if (!is_exact<Dict>(mapping)) {
    get = TRY(get_attribute(thread, mapping, names::get()));
    missing = TRY(call(thread, types.object->value(), {}));
  }
  for (isize i = 0; i < keys.length; ++i) {
    if (TRY(is_repeated(thread, keys, i))) {
      return raise(thread, types.ValueError, "mapping pattern checks duplicate key ({!r})", keys[i]);
    }
    Ref<> value = TRY(item_or_empty(thread, mapping, get, keys[i], missing));
    if (value.is_empty()) {
      while (i-- > 0) drop(window[i]);
      return false;
    }
    window[i] = value.release();
  }
  return true;
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

// A simple slot or class attribute without a detour.
Result<Ref<>> pattern_attribute(Thread& thread, Value subject, Str& name) {
  if (subject.is_object() && name.is_interned() && type_of_object(*subject.object()).has(TypeFlag::PlainGetAttribute)) {
    const AttributeResolution& found = resolve_attribute(subject.object()->shape_number(), name, AttributeUse::Get);
    Value value = Empty;
    if (found.kind == CacheKind::Slot) value = reinterpret_cast<Field*>(subject.object())[found.offset].peek();
    if (found.kind == CacheKind::ClassValue) value = found.value;
    if (!value.is_empty()) return Ref<>::share(value);
  }
  return get_attribute_or_empty(thread, subject, name);
}

// __match_args__: a tuple, or Empty.
Result<Ref<>> match_arguments(Thread& thread, Type& type) {
  Ref<> found = type.metatype() == types.type ? Ref<>::share(type.lookup(names::__match_args__())) : Ref<>();
  if (!is_exact<Tuple>(found)) found = TRY(get_attribute_or_empty(thread, type.value(), names::__match_args__()));
  if (found.is_empty() || is<Tuple>(found)) return found;
  return raise(thread, types.TypeError, "{}.__match_args__ must be a tuple (got {})", type, type_of(found));
}

// One match of a class pattern: the values of the attributes, in the order of the sub-patterns, go into the window.
class ClassMatch {
 public:
  ClassMatch(Value subject, Type& type, Tuple& keywords, Value* window)
      : subject_(subject), type_(type), keywords_(keywords), window_(window) {}

  Result<bool> match(Thread& thread, isize positional) {
    if (!TRY(is_instance(thread, subject_, type_.value()))) return false;
    if (positional) {
      arguments_ = TRY(match_arguments(thread, type_));
      const bool self_match = arguments_.is_empty() && matches_self(type_);
      const isize allowed = self_match ? 1 : arguments_.is_empty() ? 0 : as<Tuple>(arguments_).length;
      if (positional > allowed) {
        return raise(thread, types.TypeError, "{}() accepts {} positional sub-pattern{} ({} given)", type_, allowed,
                     allowed == 1 ? "" : "s", positional);
      }
      if (self_match) window_[count_++] = counted_copy(subject_);
    }
    while (count_ < positional) {
      const Value name = as<Tuple>(arguments_)[count_];
      if (!is<Str>(name)) {
        return raise(thread, types.TypeError, "__match_args__ elements must be strings (got {})", type_of(name));
      }
      if (!TRY(take_attribute(thread, as<Str>(name), positional))) return false;
    }
    for (isize i = 0; i < keywords_.length; ++i) {
      if (!TRY(take_attribute(thread, as<Str>(keywords_[i]), positional))) return false;
    }
    return true;
  }

 private:
  Result<bool> take_attribute(Thread& thread, Str& name, isize positional) {
    for (isize i = 0; i < count_; ++i) {
      if (i < positional && arguments_.is_empty()) continue;
      const Value earlier = i < positional ? as<Tuple>(arguments_)[i] : keywords_[i - positional];
      if (!as<Str>(earlier).equals(name)) continue;
      return raise(thread, types.TypeError, "{}() got multiple sub-patterns for attribute {!r}", type_, name.value());
    }
    Ref<> value = TRY(pattern_attribute(thread, subject_, name));
    if (value.is_empty()) {
      while (count_ > 0) drop(window_[--count_]);
      return false;
    }
    window_[count_++] = value.release();
    return true;
  }

  const Value subject_;
  Type& type_;
  Tuple& keywords_;
  Value* const window_;
  isize count_ = 0;
  Ref<> arguments_;
};

Result<bool> match_class(Thread& thread, Value subject, isize positional, Value* window) {
  const Ref<> type = Ref<>::adopt(take(window[0])), keywords = Ref<>::adopt(take(window[1]));
  if (!is<Type>(type)) return raise(thread, types.TypeError, "called match pattern must be a type");
  return ClassMatch(subject, as<Type>(type), as<Tuple>(keywords), window).match(thread, positional);
}

}  // namespace

#define STEP(name, expression)                  \
  OPCODE(name) {                                \
    SAVE_PC();                                  \
    const Value value = (expression).release(); \
    if (UNLIKELY(value.is_error())) RAISE();    \
    FINISH(1, value);                           \
  }
STEP(MatchRest, match_rest(*thread, fp[OP_B], fp[OP_C]))
STEP(MakeTypeParameter, make_type_parameter(*thread, pc, fp))
STEP(MakeTypeAlias, make_type_alias(*thread, pc, fp))

// Into A goes whether the pattern matched; without a match nothing stays in the window behind it.
#define MATCH(name, expression)                                                      \
  OPCODE(name) {                                                                     \
    SAVE_PC();                                                                       \
    Result<bool> matched = (expression);                                             \
    if (UNLIKELY(matched.failed())) RAISE();                                         \
    fp[OP_A] = Value::boolean(matched.take());                                       \
    pc += 1;                                                                         \
    if (poll_needed(*thread)) GO(poll_and_go);                                       \
    DISPATCH();                                                                      \
  }
MATCH(MatchKeys, match_keys(*thread, fp[OP_B], fp[OP_C], fp + OP_A + 1))
MATCH(MatchClass, match_class(*thread, fp[OP_B], OP_C, fp + OP_A + 1))

}  // namespace py
