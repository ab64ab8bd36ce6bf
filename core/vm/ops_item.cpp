// Items, iteration, unpacking.
#include "core/object/bytearray.h"
#include "core/object/dict.h"
#include "core/object/iterators.h"
#include "core/object/sequence.h"
#include "core/vm/dispatch.h"

namespace py {

namespace {

// The item when it is at hand: borrowed, or Empty for the slow path.
INLINE Value quick_item(Value container, Value key) {
  if (!container.is_object()) return Empty;
  const BuiltinShape shape{container.object()->shape.load(std::memory_order_relaxed)};
  if (key.is_int()) {
    i64 index = key.as_int();
    if (shape == BuiltinShape::list) {
      List& list = *static_cast<List*>(container.object());
      if (index < 0) index += list.length();
      return list.peek(index);
    }
    if (shape == BuiltinShape::tuple) {
      Tuple& tuple = *static_cast<Tuple*>(container.object());
      if (index < 0) index += tuple.length;
      if (static_cast<u64>(index) < static_cast<u64>(tuple.length)) return tuple[index];
    }
  }
  if (key.is_int() && key.as_int() >= 0) {
    const isize index = key.as_int();
    if (shape == BuiltinShape::str) {
      const Str& text = *static_cast<Str*>(container.object());
      if (index < text.length() && text[index] < 256) return Str::character(text[index]);
    } else if (shape == BuiltinShape::bytes) {
      const Bytes& bytes = *static_cast<Bytes*>(container.object());
      if (index < bytes.length) return Value::integer(bytes.data()[index]);
    } else if (shape == BuiltinShape::bytearray && !container.object()->is_shared()) {
      const ByteArray& bytes = *static_cast<ByteArray*>(container.object());
      if (index < bytes.length()) return Value::integer(bytes.start[index]);
    }
  }
  if (shape == BuiltinShape::dict) return static_cast<Dict*>(container.object())->quick_find(key);
  return Empty;
}

}  // namespace

SLOW(slow_get_item) {
  SAVE_PC();
  const Value value = get_item(*thread, fp[OP_B], fp[OP_C]).release();
  if (UNLIKELY(value.is_error())) RAISE();
  FINISH_SLOW(1, value);
}
OPCODE(GetItem) {
  const Value value = quick_item(fp[OP_B], fp[OP_C]);
  if (UNLIKELY(value.is_empty())) GO(slow_get_item);
  if (UNLIKELY(OP_FLAGS & (kDropB | kDropC))) {
    const Value owned = counted_copy(value);
    FINISH_SLOW(1, owned);
  }
  FINISH_COPY(1, value);
}
SLOW(slow_get_item_int) {
  SAVE_PC();
  const Value value = get_item(*thread, fp[OP_B], Value::integer(OP_SC)).release();
  if (UNLIKELY(value.is_error())) RAISE();
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  set_register(fp, OP_A, value);
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}
OPCODE(GetItemInt) {
  const Value value = quick_item(fp[OP_B], Value::integer(OP_SC));
  if (UNLIKELY(value.is_empty())) GO(slow_get_item_int);
  if (OP_FLAGS & kDropB) {
    const Value owned = counted_copy(value);
    drop(fp[OP_B]);
    set_register(fp, OP_A, owned);
    pc += 1;
    if (UNLIKELY(poll_needed(*thread))) GO(poll_and_go);
    DISPATCH();
  }
  FINISH_COPY(1, value);
}

SLOW(slow_set_item) {
  SAVE_PC();
  if (UNLIKELY(set_item(*thread, fp[OP_A], fp[OP_B], fp[OP_C]).failed())) RAISE();
  if (OP_FLAGS & kDropA) drop(fp[OP_A]);
  drop_dying(pc, fp);
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}
OPCODE(SetItem) {
  const Value container = fp[OP_A], key = fp[OP_B];
  if (LIKELY(key.is_int() && is_exact<List>(container) && !(OP_FLAGS & (kDropA | kDropB)))) {
    List& list = *static_cast<List*>(container.object());
    i64 index = key.as_int();
    if (LIKELY(!list.is_shared())) {
      const isize size = list.size.load(std::memory_order_relaxed);
      if (index < 0) index += size;
      if (LIKELY(static_cast<u64>(index) < static_cast<u64>(size))) {
        Field& slot = list.block.load(std::memory_order_relaxed)->slots[index];
        GO_ON_DROPPING(1, store_unshared(slot, fp[OP_C], OP_FLAGS & kDropC));
      }
    }
  }
  if (is_exact<ByteArray>(container) && key.is_int() && fp[OP_C].is_int() && !container.object()->is_shared() &&
      !(OP_FLAGS & (kDropA | kDropB))) {
    ByteArray& bytes = *static_cast<ByteArray*>(container.object());
    const u64 index = static_cast<u64>(key.as_int()), value = static_cast<u64>(fp[OP_C].as_int());
    if (index < static_cast<u64>(bytes.length()) && value < 256) {
      bytes.start[index] = static_cast<u8>(value);
      NEXT(1);
    }
  }
  GO(slow_set_item);
}
OPCODE(DeleteItem) {
  SAVE_PC();
  if (UNLIKELY(set_item(*thread, fp[OP_A], fp[OP_B], Unbound).failed())) RAISE();
  if (OP_FLAGS & kDropA) drop(fp[OP_A]);
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}

namespace {

// container[low:high] with small ints or None as bounds needs no slice object for the common types. Owned, Error, or
// Empty for the general way.
Value quick_slice(Thread& thread, Value container, Value low, Value high) {
  if (!(low.is_int() || low.is_none()) || !(high.is_int() || high.is_none())) return Empty;
  auto slice = [&]<class T>(T& sequence, isize length, auto&& part) {
    isize start = low.is_none() ? 0 : low.as_int(), stop = high.is_none() ? length : high.as_int();
    if (start < 0) start = start + length < 0 ? 0 : start + length;
    if (stop < 0) stop = stop + length < 0 ? 0 : stop + length;
    if (stop > length) stop = length;
    if (start > stop) start = stop;
    auto made = part(sequence, start, stop);
    return made.failed() ? Error : Ref<>(made.take()).release();
  };
  if (is_exact<List>(container)) {
    return slice(as<List>(container), as<List>(container).length(),
                 [&](List& list, isize start, isize stop) { return list.copy(thread, start, stop); });
  }
  if (is_exact<Str>(container)) {
    return slice(as<Str>(container), as<Str>(container).length(),
                 [&](Str& text, isize start, isize stop) { return Str::substring(thread, text, start, stop); });
  }
  if (is_exact<Tuple>(container)) {
    return slice(as<Tuple>(container), as<Tuple>(container).length, [&](Tuple& tuple, isize start, isize stop) {
      if (start == 0 && stop == tuple.length) return Result<Ref<Tuple>>(Ref<Tuple>::share(&tuple));
      return Tuple::from(thread, tuple.values() + start, stop - start);
    });
  }
  return Empty;
}

Value get_slice(Thread& thread, Value container, Value low, Value high) {
  const Value quick = quick_slice(thread, container, low, high);
  if (!quick.is_empty()) return quick;
  Result<Ref<Slice>> made = make_slice(thread, low, high, None);
  if (made.failed()) return Error;
  Ref<Slice> slice = made.take();
  return get_item(thread, container, slice.value()).release();
}

}  // namespace

OPCODE(GetSlice) {
  SAVE_PC();
  const Value value = get_slice(*thread, fp[OP_B], fp[OP_C], fp[OP_C + 1]);
  if (UNLIKELY(value.is_error())) RAISE();
  drop(fp[OP_C + 1]);
  FINISH_SLOW(1, value);
}
namespace {
Value build_slice(Thread& thread, Value* window) {
  Result<Ref<Slice>> made = make_slice(thread, window[0], window[1], window[2]);
  return made.failed() ? Error : Ref<>(made.take()).release();
}
}  // namespace
OPCODE(BuildSlice) {
  SAVE_PC();
  const Value value = build_slice(*thread, fp + OP_B);
  if (UNLIKELY(value.is_error())) RAISE();
  for (u32 i = 0; i < 3; ++i) drop(fp[OP_B + i]);
  set_register(fp, OP_A, value);
  NEXT(1);
}

// Iteration

OPCODE(GetIterator) {
  SAVE_PC();
  const Value value = iterate(*thread, fp[OP_B]).release();
  if (UNLIKELY(value.is_error())) RAISE();
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  set_register(fp, OP_A, value);
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}

SLOW(end_iteration) {
  drop(fp[OP_A]);
  pc += 1 + OP_SC;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}
SLOW(slow_for_iterator) {
  SAVE_PC();
  const Value iterator = fp[OP_A];
  const Value item = next(*thread, iterator).release();  // the class may have lost its __next__
  if (UNLIKELY(item.is_error())) RAISE();
  if (item == Done) GO(end_iteration);
  set_register(fp, OP_B, item);
  pc += 1;
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

OPCODE(ForIterator) {
  const Value iterator = fp[OP_A];
  Object& object = *iterator.object();
  const BuiltinShape shape{object.shape.load(std::memory_order_relaxed)};
  if (shape == BuiltinShape::range_iterator && LIKELY(!object.is_shared())) {
    RangeIterator& range = static_cast<RangeIterator&>(object);
    const i64 remaining = range.remaining.load(std::memory_order_relaxed);
    if (UNLIKELY(remaining <= 0)) GO(end_iteration);
    const i64 value = range.next.load(std::memory_order_relaxed);
    range.next.store(value + range.step, std::memory_order_relaxed);
    range.remaining.store(remaining - 1, std::memory_order_relaxed);
    FINISH_ITEM(Value::integer(value));
  }
  if (shape == BuiltinShape::list_iterator) {
    IndexIterator& state = static_cast<IndexIterator&>(object);
    const Value source = state.source.peek();
    if (LIKELY(source.is_object())) {
      const isize index = state.index.load(std::memory_order_relaxed);
      const Value item = static_cast<List*>(source.object())->peek(index);
      if (LIKELY(!item.is_empty())) {
        state.index.store(index + 1, std::memory_order_relaxed);
        FINISH_ITEM(counted_copy(item));
      }
    }
  } else if (shape == BuiltinShape::tuple_iterator) {
    IndexIterator& state = static_cast<IndexIterator&>(object);
    const Value source = state.source.peek();
    const isize index = state.index.load(std::memory_order_relaxed);
    if (LIKELY(source.is_object() && index < static_cast<Tuple*>(source.object())->length)) {
      state.index.store(index + 1, std::memory_order_relaxed);
      FINISH_ITEM(counted_copy((*static_cast<Tuple*>(source.object()))[index]));
    }
  } else if (shape == BuiltinShape::generator) {
    GO(resume_for_iterator);
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
  }
  GO(slow_for_iterator);
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
  for (u32 i = 0; i < count; ++i) window[i] = counted_copy(items[i]);
  return true;
}

OPCODE(UnpackSequence) {
  const Value source = fp[OP_B];
  if (LIKELY(unpack_quickly(source, fp + OP_A, OP_C))) {
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
  SAVE_PC();
  Result<isize> count = length(*thread, fp[OP_B]);
  if (count.failed()) RAISE();
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  set_register(fp, OP_A, Value::integer(count.take()));
  NEXT(1);
}

}  // namespace py
