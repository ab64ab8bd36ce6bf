// Tuples, lists, dicts and sets.
#include "core/builtins/sequence_operations.h"
#include "core/modules/pickle/loader.h"

namespace py::pickle {

Result<void> Loader::load_tuple(isize start) { return push(Ref<>(TRY(pop_tuple(start)))); }
Result<void> Loader::load_short_tuple(isize length) {
  if (height() - length < fence()) return underflow();
  return load_tuple(height() - length);
}
Result<void> Loader::load_list() {
  const isize start = TRY(pop_mark());
  return push(Ref<>(TRY(pop_list(start))));
}
Result<void> Loader::load_dict() {
  const isize start = TRY(pop_mark());
  if ((height() - start) % 2) return raise(thread_, unpickling_error, "odd number of items for DICT");
  Ref<Tuple> items = TRY(pop_tuple(start));
  Ref<Dict> dict = TRY(Dict::make(thread_, items->length / 2));
  for (isize i = 0; i < items->length; i += 2) TRY(dict->set(thread_, (*items)[i], (*items)[i + 1]));
  return push(Ref<>(std::move(dict)));
}
Result<void> Loader::load_frozenset() {
  Ref<Tuple> items = TRY(pop_tuple(TRY(pop_mark())));
  return push(TRY(call(thread_, types.frozenset->value(), {items.value()})));
}

// To the list, or what has extend() or append(), that stands below `start`.
Result<void> Loader::append(isize start) {
  if (start > height() || start <= fence()) return underflow();
  Ref<> target = item_of(*stack_, start - 1);
  if (height() == start) return {};
  if (is_exact<List>(target) && height() - start == 1) return as<List>(target).append(thread_, TRY(pop()));
  Ref<List> items = TRY(pop_list(start));
  if (is_exact<List>(target)) return as<List>(target).extend(thread_, items.value());
  Ref<> extend = TRY(get_attribute_or_empty(thread_, target, "extend"));
  if (!extend.is_empty()) {
    TRY(call(thread_, extend, {items.value()}));
    return {};
  }
  Ref<> append = TRY(get_attribute(thread_, target, "append"));
  for (isize i = 0; i < items->length(); ++i) {
    Ref<> item = item_of(*items, i);
    TRY(call(thread_, append, {item}));
  }
  return {};
}

Result<void> Loader::set_items(isize start) {
  if (start > height() || start <= fence()) return underflow();
  Ref<> target = item_of(*stack_, start - 1);
  if (height() == start) return {};
  if ((height() - start) % 2) return raise(thread_, unpickling_error, "odd number of items for SETITEMS");
  Ref<Tuple> items = TRY(pop_tuple(start));
  for (isize i = 0; i < items->length; i += 2) {
    const Value key = (*items)[i], value = (*items)[i + 1];
    TRY(is_exact<Dict>(target) ? as<Dict>(target).set(thread_, key, value) : set_item(thread_, target, key, value));
  }
  return {};
}

Result<void> Loader::add_items() {
  const isize start = TRY(pop_mark());
  if (start <= fence()) return underflow();
  Ref<> target = item_of(*stack_, start - 1);
  if (height() == start) return {};
  Ref<Tuple> items = TRY(pop_tuple(start));
  const bool is_set = is<Set>(target) && type_of(target).is_subtype_of(*types.set);
  Ref<> add = is_set ? Ref<>() : TRY(get_attribute(thread_, target, "add"));
  for (isize i = 0; i < items->length; ++i) {
    if (is_set) {
      TRY(as<Set>(target).add(thread_, (*items)[i]));
    } else {
      TRY(call(thread_, add, {(*items)[i]}));
    }
  }
  return {};
}

}  // namespace py::pickle
