// Iteration and unpacking.
#include "core/object/dict.h"
#include "core/object/iterators.h"
#include "core/object/quick_next.h"
#include "core/object/sequence.h"
#include "core/vm/dispatch.h"
#include "core/vm/tracing.h"

namespace py {

OPCODE(GetIterator) {
  SAVE_PC();
  const Value value = iterate(*thread, fp[OP_B]).release();
  if (UNLIKELY(value.is_error())) RAISE();
  FINISH_SLOW(1, value);
}

SLOW(end_iteration) {
  SAVE_PC();
  drop(fp[OP_A]);
  if (UNLIKELY(!poll(*thread))) RAISE();
  NEXT(1 + OP_SC);
}
SLOW(slow_for_iterator) {
  SAVE_PC();
  const Value iterator = fp[OP_A];
  const Value item = next_by_slot(*thread, iterator).release();  // the class may have lost its __next__
  if (UNLIKELY(item.is_error())) RAISE();
  if (item == Done) GO(end_iteration);
  set_register(fp, OP_B, item);
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}

// for a, b in pairs: the pair is never made.
SLOW(next_of_pairs) {
  SAVE_PC();
  const InstructionParts& then = instruction_at(pc + 1);
  Value pair[2];
  switch (next_pair(*thread, fp[OP_A], pair)) {
    case PairStep::Found: break;
    case PairStep::Ended: GO(end_iteration);
    case PairStep::Failed: RAISE();
    case PairStep::NoPairs: GO(slow_for_iterator);
  }
  set_register(fp, then.a, pair[0]);
  set_register(fp, then.a + 1u, pair[1]);
  pc += 2;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}

#define FINISH_ITEM(value)                        \
  do {                                            \
    const Value item_ = (value);                  \
    const Value old_ = fp[OP_B];                  \
    fp[OP_B] = item_;                             \
    pc += 1;                                      \
    if (UNLIKELY(old_.is_counted())) {            \
      word = old_.bits;                           \
      GO(drop_and_go);                            \
    }                                             \
    DISPATCH();                                   \
  } while (0)

// The end of a ForIterator whose borrowed item is in `word`, where counting takes longer.
SLOW(copy_item) {
  const Value item{word};
  incref(item);
  FINISH_ITEM(item);
}
#define FINISH_ITEM_COPY(value)                       \
  do {                                                \
    const Value copied_ = (value);                    \
    word = copied_.bits;                              \
    if (UNLIKELY(!try_quick_incref(copied_))) GO(copy_item); \
    FINISH_ITEM(copied_);                             \
  } while (0)

// An unshared range iterator.
SLOW(next_of_range) {
  RangeIterator& range = *static_cast<RangeIterator*>(fp[OP_A].object());
  const i64 remaining = range.remaining.load(std::memory_order_relaxed);
  if (UNLIKELY(remaining <= 0)) GO(end_iteration);
  const i64 value = range.next.load(std::memory_order_relaxed);
  range.next.store(value + range.step, std::memory_order_relaxed);
  range.remaining.store(remaining - 1, std::memory_order_relaxed);
  FINISH_ITEM(Value::integer(value));
}

// The iterators of other things than unshared lists.
SLOW(next_of_other) {
  Object& object = *fp[OP_A].object();
  const BuiltinShape shape{object.shape.load(std::memory_order_relaxed)};
  if (shape == BuiltinShape::generator) GO(resume_for_iterator);
  if (UNLIKELY(object.is_shared())) GO(slow_for_iterator);  // other threads may step it too
  if (shape == BuiltinShape::range_iterator) GO(next_of_range);
  if (shape == BuiltinShape::list_iterator) {
    IndexIterator& state = static_cast<IndexIterator&>(object);
    const Value source = state.source.peek();
    if (LIKELY(source.is_object())) {
      const isize index = state.index.load(std::memory_order_relaxed);
      const Value item = static_cast<List*>(source.object())->peek(index);
      if (LIKELY(!item.is_empty())) {
        state.index.store(index + 1, std::memory_order_relaxed);
        FINISH_ITEM_COPY(item);
      }
    }
  } else if (shape == BuiltinShape::tuple_iterator) {
    IndexIterator& state = static_cast<IndexIterator&>(object);
    const Value source = state.source.peek();
    const isize index = state.index.load(std::memory_order_relaxed);
    if (LIKELY(source.is_object() && index < static_cast<Tuple*>(source.object())->length)) {
      state.index.store(index + 1, std::memory_order_relaxed);
      FINISH_ITEM_COPY((*static_cast<Tuple*>(source.object()))[index]);
    }
  } else if (shape == BuiltinShape::str_iterator) {
    IndexIterator& state = static_cast<IndexIterator&>(object);
    const Value source = state.source.peek();
    const isize index = state.index.load(std::memory_order_relaxed);
    if (LIKELY(source.is_object() && index < static_cast<Str*>(source.object())->length())) {
      const u32 character = (*static_cast<Str*>(source.object()))[index];
      if (LIKELY(character < 256)) {
        state.index.store(index + 1, std::memory_order_relaxed);
        FINISH_ITEM(Str::character(character));
      }
    }
  } else if (shape == BuiltinShape::bytes_iterator) {
    IndexIterator& state = static_cast<IndexIterator&>(object);
    const Value source = state.source.peek();
    const isize index = state.index.load(std::memory_order_relaxed);
    if (LIKELY(source.is_object() && index < static_cast<Bytes*>(source.object())->length)) {
      state.index.store(index + 1, std::memory_order_relaxed);
      FINISH_ITEM(Value::integer(static_cast<Bytes*>(source.object())->data()[index]));
    }
  }
  const InstructionParts& then = instruction_at(pc + 1);
  const bool unpacked = op_at(pc + 1) == Op::UnpackSequence && then.c == 2 && then.b == OP_B && (then.flags & kDropB);
  if (unpacked && !is_tracing(*thread)) GO(next_of_pairs);
  GO(slow_for_iterator);
}

SLOW(next_of_list) {
  IndexIterator& state = *static_cast<IndexIterator*>(fp[OP_A].object());
  if (UNLIKELY(!has_shape(state, BuiltinShape::list_iterator))) GO(next_of_other);
  const Value source = state.source.peek();
  if (UNLIKELY(!source.is_object() || source.object()->is_shared())) GO(next_of_other);
  const List& list = *static_cast<List*>(source.object());
  const isize index = state.index.load(std::memory_order_relaxed);
  if (UNLIKELY(index >= list.size.load(std::memory_order_relaxed))) GO(next_of_other);
  state.index.store(index + 1, std::memory_order_relaxed);
  FINISH_ITEM_COPY(list.block.load(std::memory_order_relaxed)->slots[index].peek());
}

// Mostly over a range whose state stands in registers. The assembly makes the compiler address them without an index:
// processors forward what was just stored there faster then.
#define FOR_ITERATOR()                                                            \
  do {                                                                            \
    Value* range_ = fp + OP_A;                                                    \
    asm("" : "+r"(range_));                                                       \
    const Value next_ = range_[0];                                                \
    if (UNLIKELY(!next_.is_int())) GO(next_of_list);                              \
    if (UNLIKELY(next_ == range_[1])) GO(end_iteration);                          \
    range_[0].bits = next_.bits + range_[2].bits;                                 \
    FINISH_ITEM(next_);                                                           \
  } while (0)
OPCODE(ForIterator) { FOR_ITERATOR(); }
OPCODE(LoopFor) {
  if (UNLIKELY(poll_needed(*thread))) GO(poll_and_loop);
  pc += 1 + OP_D;
  FOR_ITERATOR();
}

// Unpacking

namespace {

Failure wrong_unpack_count(Thread& thread, bool too_many, u32 wanted, isize got) {
  if (too_many) return raise(thread, types.ValueError, "too many values to unpack (expected {})", wanted);
  return raise(thread, types.ValueError, "not enough values to unpack (expected {}, got {})", wanted, got);
}

Result<void> unpack_iterable(Thread& thread, Value source, Value* window, u32 count) {
  if (!type_of(source).slots.iter && !type_of(source).slots.get_item) {
    return raise(thread, types.TypeError, "cannot unpack non-iterable {} object", type_of(source));
  }
  Ref<> iterator = TRY(iterate(thread, source));
  for (u32 i = 0; i < count; ++i) {
    Ref<> item = TRY(next(thread, iterator));
    if (item.value() == Done) return wrong_unpack_count(thread, false, count, i);
    set_register(window, i, item.release());
  }
  Ref<> more = TRY(next(thread, iterator));
  if (more.value() != Done) return wrong_unpack_count(thread, true, count, 0);
  return {};
}

Result<void> unpack_sequence(Thread& thread, Value source, Value* window, u32 count) {
  Ref<Tuple> tuple;
  if (is_exact<Tuple>(source)) {
    tuple = Ref<Tuple>::share(&as<Tuple>(source));
  } else if (is_exact<List>(source)) {
    tuple = TRY(as<List>(source).to_tuple(thread));
  } else {
    return unpack_iterable(thread, source, window, count);
  }
  if (tuple->length != static_cast<isize>(count)) {
    return wrong_unpack_count(thread, tuple->length > static_cast<isize>(count), count, tuple->length);
  }
  for (u32 i = 0; i < count; ++i) set_register(window, i, counted_copy((*tuple)[i]));
  return {};
}

Result<void> unpack_extended(Thread& thread, Value source, Value* window, u32 before, u32 after) {
  if (!type_of(source).slots.iter && !type_of(source).slots.get_item) {
    return raise(thread, types.TypeError, "cannot unpack non-iterable {} object", type_of(source));
  }
  Ref<List> list = TRY(to_list(thread, source));
  const isize length = list->length();
  if (length < static_cast<isize>(before + after)) {
    return raise(thread, types.ValueError, "not enough values to unpack (expected at least {}, got {})", before + after, length);
  }
  Ref<List> middle = TRY(list->copy(thread, before, length - after));
  for (u32 i = 0; i < before; ++i) set_register(window, i, counted_copy(list->peek(i)));
  set_register(window, before, Ref<>(std::move(middle)).release());
  for (u32 i = 0; i < after; ++i) set_register(window, before + 1 + i, counted_copy(list->peek(length - after + i)));
  return {};
}

}  // namespace

// A tuple or an unshared list of the right length: nothing can go wrong.
template <bool to_locals>
INLINE bool unpack_quickly(Value source, Value* window, u32 count) {
  const Value* items;
  if (is_exact<Tuple>(source)) {
    Tuple& tuple = *static_cast<Tuple*>(source.object());
    if (tuple.length != static_cast<isize>(count)) return false;
    items = tuple.values();
  } else if (is_exact<List>(source) && !source.object()->is_shared()) {
    List& list = *static_cast<List*>(source.object());
    if (list.length() != static_cast<isize>(count) || count == 0) return false;
    items = reinterpret_cast<const Value*>(list.block.load(std::memory_order_relaxed)->slots);
  } else {
    return false;
  }
  for (u32 i = 0; i < count; ++i) {
    if constexpr (to_locals) {
      set_register(window, i, counted_copy(items[i]));
    } else {
      window[i] = counted_copy(items[i]);
    }
  }
  return true;
}

// To local variables, which keep what they have when the count is wrong.
SLOW(unpack_to_locals) {
  const Value source = fp[OP_B];
  SAVE_PC();
  if (UNLIKELY(!unpack_quickly<true>(source, fp + OP_A, OP_C))) {
    Value window[kMostLocalsUnpacked];
    for (Value& word : window) word = Empty;
    const bool failed = unpack_sequence(*thread, source, window, OP_C).failed();
    for (u32 i = 0; i < OP_C; ++i) {
      if (failed) {
        drop(window[i]);
      } else {
        set_register(fp, OP_A + i, window[i]);
      }
    }
    if (failed) RAISE();
  }
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}

OPCODE(UnpackSequence) {
  const Value source = fp[OP_B];
  if (OP_FLAGS & kFlag8) GO(unpack_to_locals);
  if (LIKELY(unpack_quickly<false>(source, fp + OP_A, OP_C))) {
    if (!(OP_FLAGS & kDropB)) NEXT(1);
    // The window may begin where the dying source stood.
    if (OP_B < OP_A || OP_B >= OP_A + OP_C) fp[OP_B] = Empty;
    pc += 1;
    if (source.is_counted()) {
      word = source.bits;
      GO(drop_and_go);
    }
    DISPATCH();
  }
  SAVE_PC();
  if (UNLIKELY(unpack_sequence(*thread, fp[OP_B], fp + OP_A, OP_C).failed())) RAISE();
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}
OPCODE(UnpackExtended) {
  SAVE_PC();
  if (UNLIKELY(unpack_extended(*thread, fp[OP_B], fp + OP_A, OP_C & 0xFF, OP_C >> 8).failed())) RAISE();
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}
OPCODE(GetLength) {
  const Value sized = fp[OP_B];
  if (!(OP_FLAGS & kDropB) && sized.is_object()) {
    const BuiltinShape shape{sized.object()->shape.load(std::memory_order_relaxed)};
    if (shape == BuiltinShape::tuple) FINISH(1, Value::integer(static_cast<Tuple*>(sized.object())->length));
    if (shape == BuiltinShape::list) FINISH(1, Value::integer(static_cast<List*>(sized.object())->length()));
    if (shape == BuiltinShape::dict) FINISH(1, Value::integer(static_cast<Dict*>(sized.object())->length()));
  }
  SAVE_PC();
  Result<isize> count = length(*thread, fp[OP_B]);
  if (count.failed()) RAISE();
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  set_register(fp, OP_A, Value::integer(count.take()));
  NEXT(1);
}

}  // namespace py
