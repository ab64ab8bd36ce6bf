// Items and slices.
#include "core/object/bytearray.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/vm/attribute_resolution.h"
#include "core/vm/calls.h"
#include "core/vm/dispatch.h"

namespace py {

namespace {

// The item when it is at hand: borrowed, or Empty for the slow path.
INLINE Value quick_item(Value container, Value key) {
  if (!container.is_object()) return Empty;
  const BuiltinShape shape{container.object()->shape.load(std::memory_order_relaxed)};
  if (shape == BuiltinShape::dict) return static_cast<Dict*>(container.object())->quick_find(key);
  if (!key.is_int()) return Empty;
  i64 index = key.as_int();
  if (shape == BuiltinShape::list) {
    List& list = *static_cast<List*>(container.object());
    return list.peek(index < 0 ? index + list.length() : index);
  }
  if (shape == BuiltinShape::tuple) {
    Tuple& tuple = *static_cast<Tuple*>(container.object());
    if (index < 0) index += tuple.length;
    return static_cast<u64>(index) < static_cast<u64>(tuple.length) ? tuple[index] : Empty;
  }
  if (index < 0) return Empty;
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
  return Empty;
}

// list[key] for a key within range; Empty: anything else.
INLINE Value quick_list_item(Value container, Value key) {
  if (UNLIKELY(!key.is_int() || !is_exact<List>(container))) return Empty;
  return static_cast<List*>(container.object())->peek(static_cast<isize>(key.as_int()));
}

}  // namespace

SLOW(slow_get_item) {
  SAVE_PC();
  const Value value = get_item(*thread, fp[OP_B], fp[OP_C]).release();
  if (UNLIKELY(value.is_error())) RAISE();
  FINISH_SLOW(1, value);
}
// An instance whose class has a __getitem__ in Python.
INLINE Value* push_getitem(Thread& thread, Value* fp, Value container, Value key) {
  Type& type = type_of(container);
  Function* const method = type.has(TypeFlag::Heap) ? python_method(type, names::__getitem__()) : nullptr;
  const Value arguments[] = {container, key};
  return method ? push_for_instruction(thread, fp, *method, arguments, 2) : nullptr;
}
SLOW(get_item_by_method) {
  SAVE_PC();
  Value* const frame = push_getitem(*thread, fp, fp[OP_B], fp[OP_C]);
  if (!frame) GO(slow_get_item);
  fp = frame;
  pc = frame_code(fp).words;
  DISPATCH();
}
SLOW(get_other_item) {
  const Value value = quick_item(fp[OP_B], fp[OP_C]);
  if (UNLIKELY(value.is_empty())) GO(get_item_by_method);
  if (LIKELY(!(OP_FLAGS & kDropC) || !fp[OP_C].is_counted())) FINISH_PART(1, value);
  const Value owned = counted_copy(value);
  FINISH_SLOW(1, owned);
}
OPCODE(GetItem) {
  const Value value = quick_list_item(fp[OP_B], fp[OP_C]);
  if (LIKELY(!value.is_empty())) FINISH_PART(1, value);
  GO(get_other_item);
}

// An item of a list as a condition: mostly a bool, which needs no register.
#define GET_ITEM_THEN_JUMP(name, when)                                    \
  OPCODE(name) {                                                          \
    const Value value = quick_list_item(fp[OP_B], fp[OP_C]);              \
    const int truth = quick_truth(value);                                 \
    if (UNLIKELY(truth < 0 || (OP_FLAGS & kDropB))) GO(op_GetItem);       \
    pc += 1;                                                              \
    if (truth == when) NEXT(1 + OP_D);                                    \
    NEXT(1);                                                              \
  }
GET_ITEM_THEN_JUMP(GetItemThenJumpIfTrue, true)
GET_ITEM_THEN_JUMP(GetItemThenJumpIfFalse, false)

SLOW(slow_get_item_int) {
  SAVE_PC();
  const Value value = get_item(*thread, fp[OP_B], Value::integer(OP_SC)).release();
  if (UNLIKELY(value.is_error())) RAISE();
  FINISH_SLOW(1, value);
}
SLOW(get_other_item_int) {
  const Value value = quick_item(fp[OP_B], Value::integer(OP_SC));
  if (LIKELY(!value.is_empty())) FINISH_PART(1, value);
  SAVE_PC();
  Value* const frame = push_getitem(*thread, fp, fp[OP_B], Value::integer(OP_SC));
  if (!frame) GO(slow_get_item_int);
  fp = frame;
  pc = frame_code(fp).words;
  DISPATCH();
}
OPCODE(GetItemInt) {
  const Value container = fp[OP_B];
  const Value value = quick_list_item(container, Value::integer(OP_SC));
  if (LIKELY(!value.is_empty())) FINISH_PART(1, value);
  if (is_exact<Tuple>(container)) {
    const Tuple& tuple = *static_cast<Tuple*>(container.object());
    const u64 index = static_cast<u64>(OP_SC);
    if (LIKELY(index < static_cast<u64>(tuple.length))) FINISH_PART(1, tuple.values()[index]);
  }
  GO(get_other_item_int);
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
// Negative indices, bytearrays, and everything else.
SLOW(set_other_item) {
  const Value container = fp[OP_A], key = fp[OP_B], value = fp[OP_C];
  if (is_exact<ByteArray>(container) && key.is_int() && value.is_int() && !container.object()->is_shared() &&
      !(OP_FLAGS & kDropA)) {
    ByteArray& bytes = *static_cast<ByteArray*>(container.object());
    const u64 index = static_cast<u64>(key.as_int()), byte = static_cast<u64>(value.as_int());
    if (index < static_cast<u64>(bytes.length()) && byte < 256) {
      bytes.start[index] = static_cast<u8>(byte);
      NEXT(1);
    }
  }
  GO(slow_set_item);
}
// Goes on with `place`, that of list[key] in a list that no other thread sees, else at `slow`. The assembly makes the compiler
// compute the address once: a load and a store with an index each took a tenth longer.
#define LOCAL_LIST_PLACE(place, container, key, slow)                                          \
  const Value container_ = (container), key_ = (key);                                          \
  if (UNLIKELY(!key_.is_int() || !is_exact<List>(container_))) GO(slow);                       \
  List& list_ = *static_cast<List*>(container_.object());                                      \
  const u64 index_ = static_cast<u64>(key_.as_int());                                          \
  if (UNLIKELY(index_ >= static_cast<u64>(list_.size.load(std::memory_order_relaxed)))) GO(slow); \
  if (UNLIKELY(list_.is_shared())) GO(slow);                                                   \
  std::atomic<u64>* place = &list_.block.load(std::memory_order_relaxed)->slots[index_].word(); \
  asm("" : "+r"(place))
OPCODE(SetItem) {
  LOCAL_LIST_PLACE(place, fp[OP_A], fp[OP_B], set_other_item);
  if (UNLIKELY(OP_FLAGS & kDropA)) GO(set_other_item);
  const Value value = fp[OP_C];
  if (OP_FLAGS & kDropC) {
    fp[OP_C] = Empty;
  } else if (UNLIKELY(!try_quick_incref(value))) {
    GO(set_other_item);
  }
  const Value old{place->load(std::memory_order_relaxed)};
  place->store(value.bits, std::memory_order_relaxed);
  GO_ON_DROPPING(1, old);
}
OPCODE(LoadImmediateThenSetItem) {
  const InstructionParts& then = instruction_at(pc + 1);
  LOCAL_LIST_PLACE(place, fp[then.a], fp[then.b], op_LoadImmediate);
  const Value old{place->load(std::memory_order_relaxed)};
  place->store(static_cast<u64>(i64{OP_D}), std::memory_order_relaxed);
  pc += 1;
  GO_ON_DROPPING(1, old);
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

// A part of a list, str or tuple, by bounds that are small ints or None: owned, Error, or Empty for the general way.
Value quick_slice(Thread& thread, Value container, Value start, Value stop, Value step) {
  if (!container.is_object()) return Empty;
  SliceBounds bounds;
  auto release = [](auto&& made) { return made.failed() ? Error : Ref<>(made.take()).release(); };
  const BuiltinShape shape{container.object()->shape.load(std::memory_order_relaxed)};
  if (shape == BuiltinShape::list) {
    List& list = *static_cast<List*>(container.object());
    if (!quick_slice_bounds(start, stop, step, list.length(), bounds)) return Empty;
    if (bounds.step == 1) return release(list.copy(thread, bounds.start, bounds.start + bounds.count));
    return list.is_shared() ? Empty : release(list.strided_copy(thread, bounds.start, bounds.step, bounds.count));
  }
  if (shape == BuiltinShape::str) {
    Str& text = *static_cast<Str*>(container.object());
    if (!quick_slice_bounds(start, stop, step, text.length(), bounds) || bounds.step != 1) return Empty;
    return release(Str::substring(thread, text, bounds.start, bounds.start + bounds.count));
  }
  if (shape == BuiltinShape::tuple) {
    Tuple& tuple = *static_cast<Tuple*>(container.object());
    if (!quick_slice_bounds(start, stop, step, tuple.length, bounds) || bounds.step != 1) return Empty;
    if (bounds.count == tuple.length) return counted_copy(container);
    return release(Tuple::from(thread, tuple.values() + bounds.start, bounds.count));
  }
  return Empty;
}

Value get_slice(Thread& thread, Value container, Value low, Value high) {
  const Value quick = quick_slice(thread, container, low, high, None);
  if (!quick.is_empty()) return quick;
  Result<Ref<Slice>> made = make_slice(thread, low, high, None);
  if (made.failed()) return Error;
  Ref<Slice> slice = made.take();
  return get_item(thread, container, slice.value()).release();
}

Value build_slice(Thread& thread, Value* window) {
  Result<Ref<Slice>> made = make_slice(thread, window[0], window[1], window[2]);
  return made.failed() ? Error : Ref<>(made.take()).release();
}

// list[start:stop] = values, a list or tuple that is not the list itself. None, Error, or Empty for the general way.
Value quick_splice(Thread& thread, Value container, const Value* window, Value source) {
  if (!is_exact<List>(container) || container == source || !window[2].is_none()) return Empty;
  List& list = *static_cast<List*>(container.object());
  const Value* values;
  isize count;
  if (is_exact<List>(source) && !source.object()->is_shared()) {
    List& other = *static_cast<List*>(source.object());
    count = other.length();
    values = count ? reinterpret_cast<const Value*>(other.block.load(std::memory_order_relaxed)->slots) : nullptr;
  } else if (is_exact<Tuple>(source)) {
    values = static_cast<Tuple*>(source.object())->values();
    count = static_cast<Tuple*>(source.object())->length;
  } else {
    return Empty;
  }
  SliceBounds bounds;
  if (!quick_slice_bounds(window[0], window[1], window[2], list.length(), bounds)) return Empty;
  const isize stop = bounds.stop > bounds.start ? bounds.stop : bounds.start;
  return list.splice(thread, bounds.start, stop, values, count).failed() ? Error : None;
}

}  // namespace

OPCODE(GetSlice) {
  SAVE_PC();
  const Value value = get_slice(*thread, fp[OP_B], fp[OP_C], fp[OP_C + 1]);
  if (UNLIKELY(value.is_error())) RAISE();
  drop(fp[OP_C + 1]);
  FINISH_SLOW(1, value);
}
OPCODE(BuildSlice) {
  SAVE_PC();
  const Value value = build_slice(*thread, fp + OP_B);
  if (UNLIKELY(value.is_error())) RAISE();
  for (u32 i = 0; i < 3; ++i) drop(fp[OP_B + i]);
  set_register(fp, OP_A, value);
  NEXT(1);
}

SLOW(slice_then_set) {
  const InstructionParts& then = instruction_at(pc + 1);
  Value* const window = fp + OP_B;
  set_frame_pointer(fp, kPc, pc + 1);
  const Value done = quick_splice(*thread, fp[then.a], window, fp[then.c]);
  if (done.is_empty()) GO(op_BuildSlice);
  pc += 1;
  if (UNLIKELY(done.is_error())) RAISE();
  if (OP_FLAGS & kDropA) drop(fp[OP_A]);
  if (OP_FLAGS & kDropC) drop(fp[OP_C]);
  pc += 1;
  if (UNLIKELY(poll_needed(*thread))) GO(poll_and_go);
  DISPATCH();
}
OPCODE(SliceThen) {
  const InstructionParts& then = instruction_at(pc + 1);
  if (op_at(pc + 1) == Op::SetItem) GO(slice_then_set);
  const Value* window = fp + OP_B;
  set_frame_pointer(fp, kPc, pc + 1);
  const Value part = quick_slice(*thread, fp[then.b], window[0], window[1], window[2]);
  if (part.is_empty()) GO(op_BuildSlice);
  pc += 1;
  if (UNLIKELY(part.is_error())) RAISE();
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  set_register(fp, OP_A, part);
  pc += 1;
  if (UNLIKELY(poll_needed(*thread))) GO(poll_and_go);
  DISPATCH();
}

}  // namespace py
