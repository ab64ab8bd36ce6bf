// collections.OrderedDict as Python sees it.
#include "core/builtins/sequence_operations.h"
#include "core/modules/collections/collections.h"
#include "core/modules/collections/ordered_dict.h"
#include "core/object/layout.h"
#include "core/object/names.h"
#include "core/object/repr_guard.h"
#include "core/object/type_system.h"

namespace py {

namespace {

using End = OrderedDict::End;

Type* ordered_dict_type;
bool is_ordered(Value value) { return value.is_object() && layout_extends(type_of(value), *ordered_dict_type); }
bool is_exact_ordered(Value value) { return value.is_object() && &type_of(value) == ordered_dict_type; }
OrderedDict& ordered(Value self) { return *static_cast<OrderedDict*>(self.object()); }

// Filling it. Everything goes through __setitem__, which a subclass may have overridden.

Result<void> set_pair(Thread& thread, Value self, Value pair) {
  if (is_exact<Tuple>(pair) && as<Tuple>(pair).length == 2) {
    return set_item(thread, self, as<Tuple>(pair)[0], as<Tuple>(pair)[1]);
  }
  Ref<> iterator = TRY(iterate(thread, pair));
  Ref<> key = TRY(next(thread, iterator));
  if (key.value() == Done) return raise(thread, types.ValueError, "need more than 0 values to unpack");
  Ref<> value = TRY(next(thread, iterator));
  if (value.value() == Done) return raise(thread, types.ValueError, "need more than 1 value to unpack");
  Ref<> surplus = TRY(next(thread, iterator));
  if (surplus.value() != Done) return raise(thread, types.ValueError, "too many values to unpack (expected 2)");
  return set_item(thread, self, key, value);
}
Result<void> set_pairs(Thread& thread, Value self, Value pairs) {
  return for_each(thread, pairs, [&](Value pair) { return set_pair(thread, self, pair); });
}
Result<void> set_from_dict(Thread& thread, Value self, Dict& other) {
  Ref<Tuple> items = TRY(other.snapshot(thread, DictPart::Pairs));
  for (isize i = 0; i < items->length; i += 2) TRY(set_item(thread, self, (*items)[i], (*items)[i + 1]));
  return {};
}
Result<void> update_from(Thread& thread, Value self, Value other) {
  if (is_exact<Dict>(other) || is_exact_ordered(other)) return set_from_dict(thread, self, as<Dict>(other));
  Ref<> keys = TRY(get_attribute_or_empty(thread, other, names::keys()));
  if (!keys.is_empty()) {
    Ref<> list = TRY(call(thread, keys));
    return for_each(thread, list, [&](Value key) -> Result<void> {
      Ref<> value = TRY(get_item(thread, other, key));
      return set_item(thread, self, key, value);
    });
  }
  Ref<> items = TRY(get_attribute_or_empty(thread, other, names::items()));
  if (items.is_empty()) return set_pairs(thread, self, other);
  Ref<> pairs = TRY(call(thread, items));
  return set_pairs(thread, self, pairs);
}

Result<Ref<>> new_(Thread& thread, Type& type, const Arguments&) { return OrderedDict::make(thread, type); }
Result<void> init(Thread& thread, Value self, const Arguments& arguments) {
  if (arguments.positional > 1) {
    return raise(thread, types.TypeError, "expected at most 1 arguments, got {}", arguments.positional);
  }
  if (arguments.positional) TRY(update_from(thread, self, arguments[0]));
  for (u32 i = 0; i < arguments.keyword_count(); ++i) {
    TRY(set_item(thread, self, (*arguments.keywords)[i], arguments[arguments.positional + i]));
  }
  return {};
}
Result<void> update(Thread& thread, Value self, Rest rest, Keywords keywords) {
  if (rest.count > 1) {
    return raise(thread, types.TypeError, "update() takes at most 1 positional argument ({} given)", rest.count);
  }
  if (rest.count) TRY(update_from(thread, self, rest.values[0]));
  for (u32 i = 0; i < keywords.count(); ++i) TRY(set_item(thread, self, (*keywords.names)[i], keywords.values[i]));
  return {};
}
Result<Ref<>> fromkeys(Thread& thread, Type& type, Value iterable, Value value) {
  Ref<> result = TRY(call(thread, type.value()));
  TRY(for_each(thread, iterable, [&](Value key) { return set_item(thread, result, key, value); }));
  return result;
}
// KeyError if the hash of a key is not what it was.
Result<void> check_hashes(Thread& thread, OrderedDict& dict) {
  DictBlock* block = dict.block.load(std::memory_order_acquire);
  if (!block || block->only_strings.load(std::memory_order_relaxed)) return {};
  isize position = 0;
  Value key, value;
  i64 hash;
  while (dict.next_entry(position, key, value, &hash)) {
    Ref<> kept = Ref<>::share(key);
    if (TRY(hash_of(thread, kept)) != hash) return raise_key_error(thread, kept);
  }
  return {};
}
Result<Ref<>> copy(Thread& thread, Value self) {
  if (is_exact_ordered(self)) {
    Ref<OrderedDict> result = TRY(OrderedDict::make(thread, *ordered_dict_type));
    TRY(ordered(self).copy_into(thread, *result));
    TRY(check_hashes(thread, *result));
    result->known.store(static_cast<i32>(result->length()), std::memory_order_relaxed);
    return Ref<>(std::move(result));
  }
  Ref<> result = TRY(call(thread, type_of(self).value()));
  Ref<Tuple> keys = TRY(ordered(self).snapshot(thread, DictPart::Keys));
  for (isize i = 0; i < keys->length; ++i) {
    Ref<> value = TRY(get_item(thread, self, (*keys)[i]));
    TRY(set_item(thread, result, (*keys)[i], value));
  }
  return result;
}

// Methods

Result<Ref<>> get(Thread& thread, Value self, Value key, Value otherwise) {
  Ref<> value = Ref<>::share(TRY(ordered(self).look_up(thread, key)));
  return value.is_empty() ? Ref<>::share(otherwise) : std::move(value);
}
Result<Ref<>> setdefault(Thread& thread, Value self, Value key, Value value) {
  if (is_exact_ordered(self)) return ordered(self).put_default(thread, key, value);
  if (TRY(contains(thread, self, key))) return get_item(thread, self, key);
  TRY(set_item(thread, self, key, value));
  return Ref<>::share(value);
}
Result<Ref<>> pop(Thread& thread, Value self, Value key, Value otherwise) {
  Ref<> value = TRY(ordered(self).take(thread, key));
  if (!value.is_empty()) return value;
  if (otherwise == Unbound) return raise_key_error(thread, key);
  return Ref<>::share(otherwise);
}
Result<Ref<Tuple>> popitem(Thread& thread, Value self, bool last) {
  return ordered(self).take_end(thread, last ? End::Last : End::First);
}
Result<void> move_to_end(Thread& thread, Value self, Value key, bool last) {
  if (!TRY(ordered(self).move(thread, key, last ? End::Last : End::First))) return raise_key_error(thread, key);
  return {};
}
Result<void> clear(Thread&, Value self) {
  ordered(self).clear_all();
  return {};
}
template <DictPart part>
Result<Ref<>> view(Thread& thread, Value self) {
  return make_ordered_view(thread, ordered(self), part);
}
Result<Ref<>> reversed(Thread& thread, Value self) {
  return make_ordered_iterator(thread, ordered(self), DictPart::Keys, OrderedWalk::Backward);
}
Result<Ref<>> reduce(Thread& thread, Value self) {
  Ref<> state = TRY(call_method(thread, self, names::__getstate__()));
  Ref<> items = TRY(call_method(thread, self, names::items()));
  Ref<> iterator = TRY(iterate(thread, items));
  return Tuple::from(thread, {type_of(self).value(), Tuple::empty().value(), state, None, iterator});
}

// Slots

Result<Ref<List>> shown_pairs(Thread& thread, Value self) {
  if (is_exact_ordered(self)) {
    Ref<> iterator = TRY(make_ordered_iterator(thread, ordered(self), DictPart::Pairs, OrderedWalk::Forward));
    return to_list(thread, iterator);
  }
  Ref<> items = TRY(call_method(thread, self, names::items()));
  return to_list(thread, items);
}
Result<Ref<>> ordered_repr(Thread& thread, Value self) {
  ReprGuard guard(ordered(self));
  if (guard.is_recursive()) return ascii_text(thread, "...");
  if (ordered(self).length() == 0) return format_str(thread, "{}()", type_of(self).name_str());
  Ref<List> pairs = TRY(shown_pairs(thread, self));
  Ref<Str> shown = TRY(repr(thread, pairs.value()));
  return format_str(thread, "{}({})", type_of(self).name_str(), *shown);
}

Result<bool> same_order(Thread& thread, OrderedDict& left, OrderedDict& right) {
  Ref<Tuple> mine = TRY(left.snapshot(thread, DictPart::Keys));
  Ref<Tuple> theirs = TRY(right.snapshot(thread, DictPart::Keys));
  if (mine->length != theirs->length) return false;
  for (isize i = 0; i < mine->length; ++i) {
    if (!TRY(equal(thread, (*mine)[i], (*theirs)[i]))) return false;
  }
  return true;
}
Result<Ref<>> compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is_ordered(left) || !is<Dict>(right)) return Ref<>::adopt(NotImplemented);
  Ref<> result = TRY(types.dict->slots.compare(thread, left, right, op));
  const bool equal_so_far = result.value() == Value::boolean(op == CompareOp::Equal);
  const bool decided = (op != CompareOp::Equal && op != CompareOp::NotEqual) || !equal_so_far || !is_ordered(right);
  if (decided) return result;
  const bool same = TRY(same_order(thread, ordered(left), ordered(right)));
  return Ref<>::adopt(Value::boolean(same == (op == CompareOp::Equal)));
}

Result<Ref<>> iter(Thread& thread, Value self) {
  return make_ordered_iterator(thread, ordered(self), DictPart::Keys, OrderedWalk::Forward);
}
Result<bool> ordered_contains(Thread& thread, Value self, Value key) {
  return !TRY(ordered(self).look_up(thread, key)).is_empty();
}
Result<Ref<>> ordered_get_item(Thread& thread, Value self, Value key) {
  Ref<> value = Ref<>::share(TRY(ordered(self).look_up(thread, key)));
  if (LIKELY(!value.is_empty())) return value;
  if (!is_exact_ordered(self)) {
    Ref<> missing = TRY(lookup_special(thread, self, names::__missing__()));
    if (!missing.is_empty()) return call(thread, missing, {key});
  }
  return raise_key_error(thread, key);
}
Result<void> ordered_set_item(Thread& thread, Value self, Value key, Value value) {
  if (value != Unbound) return ordered(self).put(thread, key, value);
  if (TRY(ordered(self).take(thread, key)).is_empty()) return raise_key_error(thread, key);
  return {};
}
Result<Ref<>> or_(Thread& thread, Value left, Value right) {
  const bool own = is_ordered(left);
  if (!is<Dict>(own ? right : left)) return Ref<>::adopt(NotImplemented);
  Ref<> result = TRY(call(thread, type_of(own ? left : right).value(), {left}));
  TRY(update_from(thread, result, right));
  return result;
}
Result<Ref<>> or_in_place(Thread& thread, Value self, Value other) {
  TRY(update_from(thread, self, other));
  return Ref<>::share(self);
}

constexpr MethodSpec kMethods[] = {
    class_method<fromkeys>("fromkeys(iterable, value=None)",
                           "A new ordered dict with the items of the iterable as keys, all with the same value."),
    def<get>("get(key, default=None, /)", "The value of a key, or the default when there is no such key."),
    def<setdefault>("setdefault(key, default=None)",
                    "The value of a key; a key that is not there is inserted with the default first."),
    def<pop>("pop(key, default=<unrepresentable>)",
             "Remove a key and return its value.\n\n"
             "Without such a key the result is the default; if that is not given, KeyError is raised."),
    def<popitem>("popitem(last=True)",
                 "Take out the last pair of key and value, or the first if last is false, and return it."),
    def<move_to_end>("move_to_end(key, last=True)",
                     "Make a key the last one, or the first if last is false.\n\nKeyError if there is no such key."),
    def<update>("update(*args, **kwargs)",
                "Take over the pairs of a mapping or of an iterable of pairs, then the names."),
    def<clear>("clear()", "Remove all items."),
    def<copy>("copy()", "A shallow copy."),
    def<view<DictPart::Keys>>("keys()", "A view of the keys."),
    def<view<DictPart::Values>>("values()", "A view of the values."),
    def<view<DictPart::Pairs>>("items()", "A view of the pairs of key and value."),
    def<reversed>("__reversed__()", "An iterator over the keys, the last first."),
    def<reduce>("__reduce__()", "Return state information for pickling."),
};

const TypeSpec kOrderedDict = {
    .name = "collections.OrderedDict",
    .doc = "A dict whose items can be moved to either end, and whose order counts in comparisons with its like.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = &kInstanceDictProperty,
    .property_count = 1,
    .slots = {.repr = ordered_repr,
              .compare = compare,
              .iter = iter,
              .init = init,
              .new_ = new_,
              .get_item = ordered_get_item,
              .set_item = ordered_set_item,
              .contains = ordered_contains,
              .binary = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                         nullptr, nullptr, or_},
              .in_place = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                           nullptr, nullptr, or_in_place}},
    .ops = &OrderedDict::kOps,
    .size = sizeof(OrderedDict),
    .flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::HasDict),
};

}  // namespace

Result<void> add_ordered_dict(Thread& thread, Module& module) {
  make_ordered_view_types(thread);
  ordered_dict_type = TRY(add_type_to_module(thread, module, kOrderedDict, types.dict));
  return {};
}

}  // namespace py
