#include "core/builtins/sequence_operations.h"

#include "core/object/number.h"

namespace py {

Result<isize> item_index(Thread& thread, Value key) {
  if (LIKELY(key.is_int())) return key.as_int();
  Ref<> index = TRY(to_index(thread, key));
  i64 result;
  if (integer_fits(index, result)) return result;
  return raise(thread, types.IndexError, "cannot fit '{}' into an index-sized integer", type_of(key));
}

Result<isize> search_bound(Thread& thread, Value bound, isize otherwise) {
  if (bound == Unbound) return otherwise;
  if (type_of(bound).slots.index) return to_isize_clamped(thread, bound);
  return raise(thread, types.TypeError, "slice indices must be integers or have an __index__ method");
}

Ref<> item_of(List& list, isize index) {
  const Value item = list.peek(index);
  if (LIKELY(!item.is_empty())) return Ref<>::share(item);
  if (!list.is_shared()) return Ref<>();
  ObjectLock lock(list);
  return Ref<>::share(list.peek(index));
}

Result<Ref<>> concatenate_foreign(Thread& thread, Value left, Value right, const char* name) {
  BinarySlot slot = type_of(right).slots.binary[static_cast<u8>(BinaryOp::add)];
  if (slot && slot != type_of(left).slots.binary[static_cast<u8>(BinaryOp::add)]) {
    Ref<> result = TRY(slot(thread, left, right));
    if (result.value() != NotImplemented) return result;
  }
  return raise(thread, types.TypeError, "can only concatenate {} (not \"{}\") to {}", name, type_of(right), name);
}

Result<Repetition> repetition(Thread& thread, Value left, Value right, bool sequence_is_left) {
  const Value count = sequence_is_left ? right : left;
  Repetition result;
  if (sequence_is_left && type_of(count).has(TypeFlag::Heap)) {
    BinarySlot slot = type_of(right).slots.binary[static_cast<u8>(BinaryOp::multiply)];
    if (slot && slot != type_of(left).slots.binary[static_cast<u8>(BinaryOp::multiply)]) {
      result.answer = TRY(slot(thread, left, right));
      if (result.answer.value() != NotImplemented) return result;
      result.answer = Ref<>();
    }
  }
  if (!type_of(count).slots.index) {
    return raise(thread, types.TypeError, "can't multiply sequence by non-int of type '{}'", type_of(count));
  }
  result.count = TRY(to_isize(thread, count));
  if (result.count < 0) result.count = 0;
  return result;
}

Result<Ref<>> finish_text(Thread& thread, const TextBuilder& text) {
  if (text.failed()) return raise_memory_error(thread);
  return Str::from_view(thread, text.view());
}

Result<Ref<>> ascii_text(Thread& thread, std::string_view text) { return Str::from_ascii(thread, text); }

}  // namespace py
