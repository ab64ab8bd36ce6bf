// dict: its methods and operators. Views and iterators are in dict_views.cpp and dict_iterators.cpp.
#include "core/builtins/builtin_types.h"
#include "core/builtins/dict_update.h"
#include "core/builtins/dict_views.h"
#include "core/builtins/sequence_operations.h"
#include "core/object/allocate.h"
#include "core/object/names.h"
#include "core/object/repr_guard.h"

namespace py {

namespace {

// Construction

Result<Ref<>> dict_new(Thread& thread, Type& type, const Arguments&) {
  if (&type == types.dict) return Dict::make(thread);
  Ref<Dict> dict = TRY(new_object<Dict>(thread, type));
  dict->block.store(nullptr, std::memory_order_relaxed);
  dict->used.store(0, std::memory_order_relaxed);
  return Ref<>(std::move(dict));
}

Result<void> dict_init(Thread& thread, Value self, const Arguments& arguments) {
  return update_dict_from_call(thread, as<Dict>(self), arguments, "dict");
}

Result<Ref<>> dict_fromkeys(Thread& thread, Type& type, Value iterable, Value value) {
  Ref<> result = TRY(call(thread, type.value()));
  if (!is_exact<Dict>(result)) {
    TRY(for_each(thread, iterable, [&](Value key) { return set_item(thread, result, key, value); }));
    return result;
  }
  Dict& dict = as<Dict>(result);
  if (is_exact<Dict>(iterable) || (is<Set>(iterable) && type_of(iterable).slots.iter == types.set->slots.iter)) {
    Ref<Dict> keys = TRY(static_cast<Dict*>(iterable.object())->copy(thread));
    isize position = 0;
    i64 hash;
    for (Value key, ignored; keys->next_entry(position, key, ignored, &hash);) TRY(dict.set(thread, key, hash, value));
    return result;
  }
  TRY(for_each(thread, iterable, [&](Value key) { return dict.set(thread, key, value); }));
  return result;
}

// Methods

Result<void> dict_clear(Thread&, Dict& self) {
  self.clear();
  return {};
}
Result<Ref<Dict>> dict_copy(Thread& thread, Dict& self) { return self.copy(thread); }
Result<Ref<>> dict_get(Thread& thread, Dict& self, Value key, Value otherwise) {
  Ref<> value = TRY(self.get(thread, key));
  if (value.is_empty()) return Ref<>::share(otherwise);
  return value;
}
Result<Ref<>> dict_setdefault(Thread& thread, Dict& self, Value key, Value value) {
  return self.set_default(thread, key, value);
}
Result<Ref<>> dict_pop(Thread& thread, Dict& self, Value key, Value otherwise) {
  Ref<> value = TRY(self.remove(thread, key));
  if (!value.is_empty()) return value;
  if (otherwise == Unbound) return raise_key_error(thread, key);
  return Ref<>::share(otherwise);
}
Result<Ref<Tuple>> dict_popitem(Thread& thread, Dict& self) { return self.pop_item(thread); }
Result<void> dict_update(Thread& thread, Dict& self, Rest rest, Keywords keywords) {
  // The surplus values and those of the keywords stand side by side in the call.
  if (rest.count > 1) return raise(thread, types.TypeError, "update expected at most 1 argument, got {}", rest.count);
  if (rest.count) TRY(update_dict(thread, self, rest.values[0]));
  for (u32 i = 0; i < keywords.count(); ++i) TRY(self.set(thread, (*keywords.names)[i], keywords.values[i]));
  return {};
}
Result<Ref<>> dict_keys(Thread& thread, Dict& self) { return make_dict_view(thread, *types.dict_keys, self.value()); }
Result<Ref<>> dict_values(Thread& thread, Dict& self) { return make_dict_view(thread, *types.dict_values, self.value()); }
Result<Ref<>> dict_items(Thread& thread, Dict& self) { return make_dict_view(thread, *types.dict_items, self.value()); }
Result<Ref<>> dict_reversed(Thread& thread, Dict& self) {
  return make_dict_iterator(thread, *types.dict_reverse_key_iterator, self);
}
Result<isize> dict_sizeof(Thread&, Dict& self) {
  ObjectLock lock(self);
  DictBlock* block = self.block.load(std::memory_order_relaxed);
  isize size = static_cast<isize>(type_of_object(self).allocation_size());
  if (block) {
    size += static_cast<isize>(sizeof(DictBlock) + block->capacity * sizeof(DictEntry)) +
            (isize{block->index_width} << block->log2_index);
  }
  return size;
}

// Slots

Result<Ref<>> dict_repr(Thread& thread, Value self) {
  Dict& dict = as<Dict>(self);
  if (dict.length() == 0) return ascii_text(thread, "{}");
  ReprGuard guard(dict);
  if (guard.is_recursive()) return ascii_text(thread, "{...}");
  TextBuilder text;
  text.append('{');
  isize position = 0;
  Value key, value;
  bool first = true;
  while (dict.next_entry(position, key, value)) {
    Ref<> keep_key = Ref<>::share(key);
    Ref<> keep_value = Ref<>::share(value);
    if (!first) text.append_ascii(", ", 2);
    first = false;
    text.append(TRY(repr(thread, key))->view());
    text.append_ascii(": ", 2);
    text.append(TRY(repr(thread, value))->view());
  }
  text.append('}');
  return finish_text(thread, text);
}

Result<bool> dicts_equal(Thread& thread, Dict& left, Dict& right) {
  if (left.length() != right.length()) return false;
  isize position = 0;
  Value key, value;
  i64 hash;
  while (left.next_entry(position, key, value, &hash)) {
    Ref<> keep_key = Ref<>::share(key);
    Ref<> mine = Ref<>::share(value);
    Ref<> theirs = Ref<>::share(TRY(right.find(thread, key, hash)));
    if (theirs.is_empty() || !TRY(equal(thread, mine, theirs))) return false;
  }
  return true;
}

Result<Ref<>> dict_compare(Thread& thread, Value left, Value right, CompareOp op) {
  const bool known = is<Dict>(left) && is<Dict>(right) && (op == CompareOp::Equal || op == CompareOp::NotEqual);
  if (!known) return Ref<>::adopt(NotImplemented);
  const bool same = TRY(dicts_equal(thread, as<Dict>(left), as<Dict>(right)));
  return Ref<>::adopt(Value::boolean(same == (op == CompareOp::Equal)));
}

Result<isize> dict_length(Thread&, Value self) { return as<Dict>(self).length(); }
Result<Ref<>> dict_iter(Thread& thread, Value self) {
  return make_dict_iterator(thread, *types.dict_key_iterator, as<Dict>(self));
}
Result<bool> dict_contains(Thread& thread, Value self, Value key) {
  return !TRY(as<Dict>(self).find(thread, key)).is_empty();
}
Result<Ref<>> dict_get_item(Thread& thread, Value self, Value key) {
  Ref<> value = TRY(as<Dict>(self).get(thread, key));
  if (LIKELY(!value.is_empty())) return value;
  if (!is_exact<Dict>(self)) {
    Ref<> missing = TRY(lookup_special(thread, self, names::__missing__()));
    if (!missing.is_empty()) return call(thread, missing, {key});
  }
  return raise_key_error(thread, key);
}
Result<void> dict_set_item(Thread& thread, Value self, Value key, Value value) {
  if (value != Unbound) return as<Dict>(self).set(thread, key, value);
  if (TRY(as<Dict>(self).remove(thread, key)).is_empty()) return raise_key_error(thread, key);
  return {};
}

Result<Ref<>> dict_or(Thread& thread, Value left, Value right) {
  if (!is<Dict>(left) || !is<Dict>(right)) return Ref<>::adopt(NotImplemented);
  Ref<Dict> result = TRY(as<Dict>(left).copy(thread));
  TRY(update_dict(thread, *result, right));
  return Ref<>(std::move(result));
}
Result<Ref<>> dict_or_in_place(Thread& thread, Value self, Value other) {
  TRY(update_dict(thread, as<Dict>(self), other));
  return Ref<>::share(self);
}

constexpr MethodSpec kMethods[] = {
    def<dict_clear>("clear()", "D.clear() -> None.  Remove all items from D."),
    def<dict_copy>("copy()", "D.copy() -> a shallow copy of D"),
    class_method<dict_fromkeys>("fromkeys(iterable, value=None, /)",
                                "A new dict with the items of the iterable as keys, all with the same value."),
    def<dict_get>("get(key, default=None, /)",
                  "The value of a key, or the default when the dict has no such key."),
    def<dict_items>("items()", "D.items() -> a set-like object providing a view on D's items"),
    def<dict_keys>("keys()", "D.keys() -> a set-like object providing a view on D's keys"),
    def<dict_pop>("pop(key, default=<unrepresentable>, /)",
                  "D.pop(k[,d]) -> the value of the key k, which is removed.\n\n"
                  "Without such a key the result is d; if that is not given, KeyError is raised."),
    def<dict_popitem>("popitem()",
                      "Take the youngest pair of key and value out of the dict and return it.\n\n"
                      "KeyError if the dict is empty."),
    def<dict_setdefault>("setdefault(key, default=None, /)",
                         "The value of a key; a key that the dict does not have is inserted with the default first."),
    def<dict_update>("update(*args, **kwargs)",
                     "D.update([E, ]**F) -> None.  Take over the pairs of E, a mapping or an iterable of pairs, then "
                     "the names F.\n\n"
                     "E counts as a mapping if it has a method keys()."),
    def<dict_values>("values()", "D.values() -> an object providing a view on D's values"),
    def<dict_reversed>("__reversed__()", "An iterator over the keys, the youngest first."),
    def<dict_sizeof>("__sizeof__()", "D.__sizeof__() -> size of D in memory, in bytes"),
    class_method<generic_alias_of>("__class_getitem__(object, /)", "See PEP 585"),
};

}  // namespace

const TypeSpec dict_spec = {
    .name = "dict",
    .doc = "dict() -> empty\n"
           "dict(mapping) -> with the keys and values of the mapping\n"
           "dict(iterable) -> from pairs of a key and a value\n"
           "dict(**names) -> with the names as keys; may follow either of the others\n\n"
           "A mapping from keys, which must be hashable, to values. It keeps the order in which keys came.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .slots = {.repr = dict_repr,
              .compare = dict_compare,
              .iter = dict_iter,
              .init = dict_init,
              .new_ = dict_new,
              .length = dict_length,
              .get_item = dict_get_item,
              .set_item = dict_set_item,
              .contains = dict_contains,
              .binary = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                         dict_or},
              .in_place = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                           nullptr, dict_or_in_place}},
    .ops = &Dict::kOps,
    .size = sizeof(Dict),
    .flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::IsDict) |
             static_cast<u32>(TypeFlag::Mapping),
};

}  // namespace py
