#include "core/builtins/dict_views.h"

#include "core/builtins/builtin_types.h"
#include "core/builtins/sequence_operations.h"
#include "core/builtins/set_operations.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"
#include "core/object/repr_guard.h"

namespace py {

const ObjectOps DictView::kOps = {"dict_view", visit_fields<DictView, &DictView::dict>, nullptr, fixed_size};

namespace {

DictView& view_of(Value self) { return *static_cast<DictView*>(self.object()); }
bool is_keys(Value value) { return type_of(value).is_subtype_of(*types.dict_keys); }
bool is_items(Value value) { return type_of(value).is_subtype_of(*types.dict_items); }
bool is_set_view(Value value) { return is_keys(value) || is_items(value); }

Result<Ref<>> view_repr(Thread& thread, Value self) {
  ReprGuard guard(*self.object());
  if (guard.is_recursive()) return ascii_text(thread, "...");
  Ref<List> items = TRY(to_list(thread, self));
  Ref<Str> shown = TRY(repr(thread, items.value()));
  return format_str(thread, "{}({})", type_of(self), *shown);
}
Result<isize> view_length(Thread&, Value self) { return view_of(self).target().length(); }

template <Type* BuiltinTypes::*iterator>
Result<Ref<>> view_iter(Thread& thread, Value self) {
  return make_dict_iterator(thread, *(types.*iterator), view_of(self).target());
}
template <Type* BuiltinTypes::*iterator>
Result<Ref<>> view_reversed(Thread& thread, Value self) {
  return make_dict_iterator(thread, *(types.*iterator), view_of(self).target());
}
Result<Ref<>> view_mapping(Thread& thread, Value self) {
  return call(thread, types.mappingproxy->value(), {view_of(self).dict.peek()});
}

Result<bool> keys_contains(Thread& thread, Value self, Value key) {
  return !TRY(view_of(self).target().find(thread, key)).is_empty();
}
Result<bool> items_contains(Thread& thread, Value self, Value item) {
  if (!is<Tuple>(item) || as<Tuple>(item).length != 2) return false;
  Tuple& pair = as<Tuple>(item);
  Ref<> found = TRY(view_of(self).target().get(thread, pair[0]));
  if (found.is_empty()) return false;
  return equal(thread, found, pair[1]);
}

// Set operations. Either operand may be the view.

Result<bool> all_contained(Thread& thread, Value items, Value container) {
  Ref<> iterator = TRY(iterate(thread, items));
  for (;;) {
    Ref<> item = TRY(next(thread, iterator));
    if (item.value() == Done) return true;
    if (!TRY(contains(thread, container, item))) return false;
  }
}

Result<bool> view_compare_bool(Thread& thread, Value left, Value right, CompareOp op) {
  const isize mine = TRY(length(thread, left));
  const isize theirs = TRY(length(thread, right));
  switch (op) {
    case CompareOp::Equal: return mine == theirs && TRY(all_contained(thread, left, right));
    case CompareOp::NotEqual: return !(mine == theirs && TRY(all_contained(thread, left, right)));
    case CompareOp::Less: return mine < theirs && TRY(all_contained(thread, left, right));
    case CompareOp::LessEqual: return mine <= theirs && TRY(all_contained(thread, left, right));
    case CompareOp::Greater: return mine > theirs && TRY(all_contained(thread, right, left));
    case CompareOp::GreaterEqual: return mine >= theirs && TRY(all_contained(thread, right, left));
  }
  return false;
}
Result<Ref<>> view_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is<Set>(right) && !is_set_view(right)) return Ref<>::adopt(NotImplemented);
  return Ref<>::adopt(Value::boolean(TRY(view_compare_bool(thread, left, right, op))));
}

// What is left of an operator, as a set; the dict behind a view of keys knows the hashes.
Result<Ref<Set>> left_set(Thread& thread, Value left) {
  return make_set_of(thread, *types.set, is_keys(left) ? view_of(left).dict.peek() : left);
}
Result<Ref<>> view_subtract(Thread& thread, Value left, Value right) {
  Ref<Set> result = TRY(left_set(thread, left));
  TRY(set_difference_update(thread, *result, right));
  return Ref<>(std::move(result));
}
Result<Ref<>> view_or(Thread& thread, Value left, Value right) {
  Ref<Set> result = TRY(left_set(thread, left));
  TRY(set_update(thread, *result, right));
  return Ref<>(std::move(result));
}
Result<Ref<>> view_xor(Thread& thread, Value left, Value right) {
  Ref<Set> result = TRY(left_set(thread, left));
  TRY(set_symmetric_difference_update(thread, *result, right));
  return Ref<>(std::move(result));
}
Result<Ref<>> view_and(Thread& thread, Value left, Value right) {
  if (!is_set_view(left)) std::swap(left, right);
  if (is_set_view(right) && TRY(length(thread, right)) > TRY(length(thread, left))) std::swap(left, right);
  Ref<Set> result = TRY(make_set_of(thread, *types.set, Unbound));
  TRY(for_each(thread, right, [&](Value item) -> Result<void> {
    if (!TRY(contains(thread, left, item))) return {};
    return result->add(thread, item);
  }));
  return Ref<>(std::move(result));
}

Result<bool> view_isdisjoint(Thread& thread, Value self, Value other) {
  if (other == self) return TRY(length(thread, self)) == 0;
  Value walked = other;
  Value asked = self;
  if ((is<Set>(other) || is_set_view(other)) && TRY(length(thread, other)) > TRY(length(thread, self))) {
    std::swap(walked, asked);
  }
  Ref<> iterator = TRY(iterate(thread, walked));
  for (;;) {
    Ref<> item = TRY(next(thread, iterator));
    if (item.value() == Done) return true;
    if (TRY(contains(thread, asked, item))) return false;
  }
}

constexpr PropertySpec kProperties[] = {{"mapping", "dictionary that this view refers to", view_mapping}};

constexpr MethodSpec kKeysMethods[] = {
    def<view_isdisjoint>("isdisjoint(other, /)", "Return True if the view and the given iterable have a null intersection."),
    def<view_reversed<&BuiltinTypes::dict_reverse_key_iterator>>("__reversed__()",
                                                                 "An iterator over the keys, the youngest first."),
};
constexpr MethodSpec kItemsMethods[] = {
    def<view_isdisjoint>("isdisjoint(other, /)", "Return True if the view and the given iterable have a null intersection."),
    def<view_reversed<&BuiltinTypes::dict_reverse_item_iterator>>("__reversed__()",
                                                                  "Return a reverse iterator over the dict items."),
};
constexpr MethodSpec kValuesMethods[] = {
    def<view_reversed<&BuiltinTypes::dict_reverse_value_iterator>>("__reversed__()",
                                                                   "Return a reverse iterator over the dict values."),
};

constexpr TypeSlots set_view_slots(UnarySlot iter, ContainsSlot contains_slot) {
  return {.repr = view_repr,
          .compare = view_compare,
          .iter = iter,
          .length = view_length,
          .contains = contains_slot,
          .binary = {nullptr, view_subtract, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                     view_and, view_or, view_xor}};
}

TypeSpec view_spec(const char* name, std::span<const MethodSpec> methods, const TypeSlots& slots) {
  return {.name = name,
          .doc = nullptr,
          .methods = methods.data(),
          .method_count = methods.size(),
          .properties = kProperties,
          .property_count = std::size(kProperties),
          .slots = slots,
          .ops = &DictView::kOps,
          .size = sizeof(DictView)};
}

}  // namespace

const TypeSpec dict_keys_spec = view_spec(
    "dict_keys", kKeysMethods, set_view_slots(view_iter<&BuiltinTypes::dict_key_iterator>, keys_contains));
const TypeSpec dict_items_spec = view_spec(
    "dict_items", kItemsMethods, set_view_slots(view_iter<&BuiltinTypes::dict_item_iterator>, items_contains));
const TypeSpec dict_values_spec =
    view_spec("dict_values", kValuesMethods,
              {.repr = view_repr, .iter = view_iter<&BuiltinTypes::dict_value_iterator>, .length = view_length});

Result<Ref<>> make_dict_view(Thread& thread, Type& type, Value dict) {
  Ref<DictView> view = TRY(new_object<DictView>(thread, type));
  set_fresh(*view, view->dict, dict);
  return Ref<>(std::move(view));
}

}  // namespace py
