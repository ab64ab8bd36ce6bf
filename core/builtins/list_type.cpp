// list: its methods and operators. Items and slices are in list_items.cpp, sorting in core/object/sort.cpp.
#include "core/bind/subclass_arguments.h"
#include "core/builtins/builtin_types.h"
#include "core/builtins/list_items.h"
#include "core/builtins/sequence_operations.h"
#include "core/object/allocate.h"
#include "core/object/iterators.h"
#include "core/object/repr_guard.h"
#include "core/object/sort.h"

#include <cstring>

namespace py {

namespace {

// Construction

Result<Ref<>> list_new(Thread& thread, Type& type, const Arguments&) {
  if (&type == types.list) return List::make(thread);
  Ref<List> list = TRY(new_object<List>(thread, type));
  list->size.store(0, std::memory_order_relaxed);
  list->block.store(nullptr, std::memory_order_relaxed);
  return Ref<>(std::move(list));
}

Result<void> list_init(Thread& thread, Value self, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "list(iterable=(), /)", arguments_for_init(type_of(self), *types.list, arguments));
  List& list = as<List>(self);
  if (list.length()) list.clear();
  if (bound[0] == Unbound) return {};
  return list.extend(thread, bound[0]);
}

// Methods

Result<void> list_append(Thread& thread, List& self, Value object) { return self.append(thread, object); }
Result<void> list_extend(Thread& thread, List& self, Value iterable) { return self.extend(thread, iterable); }
Result<void> list_insert(Thread& thread, List& self, isize index, Value object) {
  return self.insert(thread, index, object);
}
Result<Ref<>> list_pop(Thread& thread, List& self, isize index) { return self.pop(thread, index); }
Result<void> list_clear(Thread&, List& self) {
  self.clear();
  return {};
}
Result<Ref<List>> list_copy(Thread& thread, List& self) { return self.copy(thread, 0, PTRDIFF_MAX); }
Result<isize> list_count(Thread& thread, List& self, Value value) { return count_items(thread, self, value); }

Result<isize> list_index(Thread& thread, List& self, Value value, Value start, Value stop) {
  const isize low = position_from(TRY(search_bound(thread, start, 0)), self.length());
  const isize high = position_from(TRY(search_bound(thread, stop, PTRDIFF_MAX)), self.length());
  const isize found = TRY(find_item(thread, self, value, low, high));
  if (found < 0) return raise(thread, types.ValueError, "{!r} is not in list", value);
  return found;
}

Result<void> list_remove(Thread& thread, List& self, Value value) {
  for (isize i = 0;; ++i) {
    Ref<> item = item_of(self, i);
    if (item.is_empty()) return raise(thread, types.ValueError, "list.remove(x): x not in list");
    if (!TRY(equal(thread, item, value))) continue;
    if (remove_found(self, i, item)) return {};
    i = -1;
  }
}

Result<void> list_reverse(Thread&, List& self) {
  ObjectLock lock(self);
  const isize size = self.size.load(std::memory_order_relaxed);
  if (size < 2) return {};
  Field* slots = self.block.load(std::memory_order_relaxed)->slots;
  for (isize low = 0, high = size - 1; low < high; ++low, --high) {
    const u64 word = slots[low].word().load(std::memory_order_relaxed);
    slots[low].word().store(slots[high].word().load(std::memory_order_relaxed), std::memory_order_release);
    slots[high].word().store(word, std::memory_order_release);
  }
  return {};
}

Result<void> list_sort(Thread& thread, List& self, Value key, bool reverse) {
  return sort_list(thread, self, key, reverse ? Reverse::Yes : Reverse::No);
}

Result<Ref<>> list_reversed(Thread& thread, List& self) {
  Ref<> iterator = TRY(make_index_iterator(thread, *types.list_reverse_iterator, self.value()));
  static_cast<IndexIterator*>(iterator.value().object())->index.store(self.length() - 1, std::memory_order_relaxed);
  return iterator;
}

Result<isize> list_sizeof(Thread&, List& self) {
  ObjectLock lock(self);
  const ListItems* items = self.block.load(std::memory_order_relaxed);
  return static_cast<isize>(type_of_object(self).allocation_size()) + (items ? 8 * (items->capacity + 1) : 0);
}

// Slots

Result<Ref<>> list_repr(Thread& thread, Value self) {
  List& list = as<List>(self);
  if (list.length() == 0) return ascii_text(thread, "[]");
  ReprGuard guard(list);
  if (guard.is_recursive()) return ascii_text(thread, "[...]");
  TextBuilder text;
  text.append('[');
  TRY(append_reprs(thread, list, text));
  text.append(']');
  return finish_text(thread, text);
}

// The very same objects throughout; false also when other threads know one of the lists.
bool same_items(const List& left, const List& right) {
  const isize count = left.length();
  if (left.is_shared() || right.is_shared() || count != right.length()) return false;
  if (count == 0) return true;
  const void* mine = left.block.load(std::memory_order_relaxed)->slots;
  const void* theirs = right.block.load(std::memory_order_relaxed)->slots;
  return std::memcmp(mine, theirs, static_cast<usize>(count) * sizeof(Field)) == 0;
}
Result<Ref<>> list_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is<List>(left) || !is<List>(right)) return Ref<>::adopt(NotImplemented);
  if ((op == CompareOp::Equal || op == CompareOp::NotEqual) && same_items(as<List>(left), as<List>(right))) {
    return Ref<>::adopt(Value::boolean(op == CompareOp::Equal));
  }
  return compare_sequences(thread, as<List>(left), as<List>(right), op);
}

Result<isize> list_length(Thread&, Value self) { return as<List>(self).length(); }
Result<Ref<>> list_iter(Thread& thread, Value self) { return make_index_iterator(thread, *types.list_iterator, self); }
Result<bool> list_contains(Thread& thread, Value self, Value item) {
  return TRY(find_item(thread, as<List>(self), item, 0, PTRDIFF_MAX)) >= 0;
}

Result<Ref<>> list_add(Thread& thread, Value left, Value right) {
  if (!is<List>(left)) return Ref<>::adopt(NotImplemented);
  if (!is<List>(right)) return concatenate_foreign(thread, left, right, "list");
  Ref<List> result = TRY(List::make(thread, as<List>(left).length() + as<List>(right).length()));
  for (const Value part : {left, right}) {
    // Subclasses may iterate as they like; their items are what counts.
    if (is_exact<List>(part)) {
      TRY(result->extend(thread, part));
    } else {
      Ref<Tuple> items = TRY(as<List>(part).to_tuple(thread));
      TRY(result->extend(thread, items.value()));
    }
  }
  return Ref<>(std::move(result));
}

Result<Ref<>> list_multiply(Thread& thread, Value left, Value right) {
  const bool list_is_left = is<List>(left);
  Repetition times = TRY(repetition(thread, left, right, list_is_left));
  if (!times.answer.is_empty()) return std::move(times.answer);
  List& list = as<List>(list_is_left ? left : right);
  const isize length = list.length();
  if (LIKELY(!list.is_shared() && length)) {
    const Field* slots = list.block.load(std::memory_order_relaxed)->slots;
    return repeated_list(thread, {reinterpret_cast<const Value*>(slots), static_cast<usize>(length)}, times.count);
  }
  Ref<Tuple> items = TRY(list.to_tuple(thread));
  return repeated_list(thread, {items->values(), static_cast<usize>(items->length)}, times.count);
}

Result<Ref<>> list_add_in_place(Thread& thread, Value self, Value other) {
  TRY(as<List>(self).extend(thread, other));
  return Ref<>::share(self);
}

Result<Ref<>> list_multiply_in_place(Thread& thread, Value self, Value other) {
  Repetition times = TRY(repetition(thread, self, other, true));
  if (!times.answer.is_empty()) return std::move(times.answer);
  List& list = as<List>(self);
  if (times.count == 0) list.clear();
  if (times.count > 1) {
    Ref<Tuple> items = TRY(list.to_tuple(thread));
    Ref<List> more = TRY(repeated_list(thread, {items->values(), static_cast<usize>(items->length)}, times.count - 1));
    TRY(list.extend(thread, more.value()));
  }
  return Ref<>::share(self);
}

constexpr MethodSpec kMethods[] = {
    def<list_append>("append(object, /)", "Append object to the end of the list."),
    def<list_clear>("clear()", "Remove all items from list."),
    def<list_copy>("copy()", "Return a shallow copy of the list."),
    def<list_count>("count(value, /)", "Return number of occurrences of value."),
    def<list_extend>("extend(iterable, /)", "Extend list by appending elements from the iterable."),
    def<list_index>("index(value, start=0, stop=sys.maxsize, /)",
                    "The lowest index at which the value stands.\n\n"
                    "ValueError if it stands nowhere in the part that is searched."),
    def<list_insert>("insert(index, object, /)", "Insert object before index."),
    def<list_pop>("pop(index=-1, /)",
                  "Take out the item at an index, the last one by default, and return it.\n\n"
                  "IndexError if there is no such item."),
    def<list_remove>("remove(value, /)",
                     "Take out the first item that is equal to the value.\n\n"
                     "ValueError if there is none."),
    def<list_reverse>("reverse()", "Reverse *IN PLACE*."),
    def<list_sort>("sort(*, key=None, reverse=False)",
                   "Put the items of the list itself in order, smallest first; returns None.\n\n"
                   "Items that compare equal keep their order.\n\n"
                   "With a key function its results are compared; it is called once for each item.\n\n"
                   "`reverse` puts the greatest first."),
    def<list_reversed>("__reversed__()", "Return a reverse iterator over the list."),
    def<list_sizeof>("__sizeof__()", "Return the size of the list in memory, in bytes."),
    class_method<generic_alias_of>("__class_getitem__(object, /)", "See PEP 585"),
};

}  // namespace

const TypeSpec list_spec = {
    .name = "list",
    .doc = "A sequence that can be changed.\n\n"
           "Without an argument it is empty; otherwise it has the items of the iterable.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .slots = {.repr = list_repr,
              .compare = list_compare,
              .iter = list_iter,
              .init = list_init,
              .new_ = list_new,
              .length = list_length,
              .get_item = list_get_item,
              .set_item = list_set_item,
              .contains = list_contains,
              .binary = {list_add, nullptr, list_multiply},
              .in_place = {list_add_in_place, nullptr, list_multiply_in_place}},
    .ops = &List::kOps,
    .size = sizeof(List),
    .flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::IsList) |
             static_cast<u32>(TypeFlag::Sequence),
};

}  // namespace py
