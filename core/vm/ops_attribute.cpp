// Attributes, through inline caches.
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/object/type_system.h"
#include "core/vm/calls.h"
#include "core/vm/dispatch.h"
#include "core/vm/attribute_resolution.h"
#include "core/vm/inline_cache.h"
#include "core/vm/quick_arithmetic.h"

namespace py {

namespace {

INLINE bool is_saturated(u64 cache) { return cache_rewrites(cache) >= kMaxRewrites; }

}  // namespace

SLOW(slow_get_attribute) {
  SAVE_PC();
  bool unbound = false;
  const Value value = get_attribute_and_cache(*thread, fp[OP_B], constant_name(fp, OP_C), pc, false, &unbound);
  if (UNLIKELY(value.is_error())) RAISE();
  if (cache_kind(pc[1].load(std::memory_order_relaxed)) == CacheKind::Slot && !(OP_FLAGS & kDropB)) quicken(pc, Op::GetAttributeSlot);
  FINISH_SLOW(3, value);
}

// A property is in `word`: its getter runs in a frame of its own.
SLOW(get_property) {
  SAVE_PC();
  const Value getter = static_cast<Property*>(Value{word}.object())->get.peek();
  if (UNLIKELY(!is_exact<Function>(getter))) GO(slow_get_attribute);
  Function& function = *static_cast<Function*>(getter.object());
  Value* const frame = push_for_instruction(*thread, fp, function, fp + OP_B, 1);
  if (UNLIKELY(!frame)) GO(slow_get_attribute);
  fp = frame;
  pc = frame_code(fp).words;
  DISPATCH();
}

// A site that has met too many shapes for its cache: asks the thread's table.
SLOW(get_attribute_of_many) {
  Object& object = *fp[OP_B].object();
  if (const AttributeResolution* known = known_resolution(object.shape_number(), constant_name(fp, OP_C), AttributeUse::Get)) {
    if (LIKELY(known->kind == CacheKind::Slot)) {
      const Value value = reinterpret_cast<Field*>(&object)[known->offset].peek();
      if (LIKELY(!value.is_empty())) FINISH_PART(3, value);
    } else if (known->kind == CacheKind::ClassValue) {
      FINISH_PART(3, known->value);
    } else if (known->kind == CacheKind::Property) {
      word = known->value.bits;
      GO(get_property);
    }
  }
  GO(slow_get_attribute);
}

// Whether the cache says that objects of this shape keep the attribute in a slot.
INLINE bool is_slot_of(u64 cache, u32 shape) {
  return cache >> 24 == (u64{shape} << 8 | static_cast<u64>(CacheKind::Slot));
}

OPCODE(GetAttributeSlot) {
  const Value object = fp[OP_B];
  const u64 cache = pc[1].load(std::memory_order_relaxed);
  if (LIKELY(object.is_object() && is_slot_of(cache, object.object()->shape_number()))) {
    const Value value = reinterpret_cast<Field*>(object.object())[cache_offset(cache)].peek();
    if (LIKELY(!value.is_empty())) FINISH_COPY(3, value);
  }
  GO(op_GetAttribute);
}
OPCODE(GetAttribute) {
  const Value object = fp[OP_B];
  const u64 cache = pc[1].load(std::memory_order_relaxed);
  if (LIKELY(object.is_object())) {
    const u32 shape = object.object()->shape_number();
    if (LIKELY(static_cast<u32>(cache >> 32) == shape)) {
      const CacheKind kind = cache_kind(cache);
      if (LIKELY(kind == CacheKind::Slot)) {
        const Value value = reinterpret_cast<Field*>(object.object())[cache_offset(cache)].peek();
        if (LIKELY(!value.is_empty())) FINISH_PART(3, value);
      } else if (kind == CacheKind::ClassValue || kind == CacheKind::Property) {
        AttributeRecord* record = record_of(pc);
        if (record && record_valid(record, shape) && (cache_offset(cache) == 0 || record->type == object.object())) {
          if (kind == CacheKind::ClassValue) FINISH_PART(3, record->value);
          word = record->value.bits;
          GO(get_property);
        }
      }
    } else if (cache_kind(cache) == CacheKind::ModuleEntry && type_of_object(*object.object()).slots.get_attribute == module_get_attribute) {
      Dict& dict = *static_cast<Dict*>(static_cast<Module*>(object.object())->dict.peek().object());
      DictBlock* block = dict.block.load(std::memory_order_acquire);
      if (block && block->version.load(std::memory_order_acquire) == static_cast<u32>(cache >> 32)) {
        const Value value = block->entries()[cache_offset(cache)].value.peek();
        if (!value.is_empty()) FINISH_PART(3, value);
      }
    } else if (is_saturated(cache)) {
      GO(get_attribute_of_many);
    }
  }
  GO(slow_get_attribute);
}

SLOW(slow_get_method) {
  SAVE_PC();
  bool unbound = false;
  const Value value = get_attribute_and_cache(*thread, fp[OP_B], constant_name(fp, OP_C), pc, true, &unbound);
  if (UNLIKELY(value.is_error())) RAISE();
  Value self = Empty;
  if (unbound) self = OP_FLAGS & kDropB ? take(fp[OP_B]) : counted_copy(fp[OP_B]);
  if (!unbound && (OP_FLAGS & kDropB)) drop(fp[OP_B]);
  set_register(fp, OP_A, value);
  fp[OP_A + kFrameHeader] = self;
  pc += 3;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}

// Where counting takes longer: the method in `word`, borrowed, and its object.
SLOW(copy_method) {
  const Value object = fp[OP_B];
  incref(Value{word});
  if (OP_FLAGS & kDropB) {
    fp[OP_B] = Empty;
  } else {
    incref(object);
  }
  fp[OP_A] = Value{word};
  fp[OP_A + kFrameHeader] = object;
  NEXT(3);
}

// The method is in hand (borrowed): it goes into the window, with its object. Functions and builtin methods of classes are
// mostly uncounted.
#define FINISH_METHOD(value, object)                        \
  do {                                                      \
    const Value method_ = (value);                          \
    word = method_.bits;                                    \
    if (UNLIKELY(method_.is_counted())) GO(copy_method);    \
    if (OP_FLAGS & kDropB) {                                \
      fp[OP_B] = Empty;                                     \
    } else if (UNLIKELY(!try_quick_incref(object))) {       \
      GO(copy_method);                                      \
    }                                                       \
    fp[OP_A] = method_;                                     \
    fp[OP_A + kFrameHeader] = (object);                     \
    NEXT(3);                                                \
  } while (0)

SLOW(get_method_of_many) {
  const Value object = fp[OP_B];
  const u32 shape = object.object()->shape_number();
  const AttributeResolution* known = known_resolution(shape, constant_name(fp, OP_C), AttributeUse::Method);
  if (LIKELY(known && known->kind == CacheKind::Method)) {
    quicken(pc, Op::GetMethodOfMany);
    FINISH_METHOD(known->value, object);
  }
  GO(slow_get_method);
}
OPCODE(GetMethodOfMany) {
  const Value object = fp[OP_B];
  if (LIKELY(object.is_object())) {
    const AttributeResolution* known = known_resolution(object.object()->shape_number(), constant_name(fp, OP_C), AttributeUse::Method);
    if (LIKELY(known && known->kind == CacheKind::Method)) FINISH_METHOD(known->value, object);
  }
  GO(op_GetMethod);
}

OPCODE(GetMethod) {
  const Value object = fp[OP_B];
  const u64 cache = pc[1].load(std::memory_order_relaxed);
  if (LIKELY(object.is_object())) {
    const u32 shape = object.object()->shape_number();
    if (LIKELY(static_cast<u32>(cache >> 32) == shape && cache_kind(cache) == CacheKind::Method)) {
      AttributeRecord* record = record_of(pc);
      if (LIKELY(record && record_valid(record, shape))) {
        FINISH_METHOD(record->value, object);
      }
    } else if (cache_kind(cache) == CacheKind::ClassMethod && static_cast<u32>(cache >> 32) == shape) {
      const AttributeRecord* record = record_of(pc);
      if (record && record->type == object.object() && record_valid(record, shape)) {
        const Value function = static_cast<MethodWrapper*>(record->value.object())->function.peek();
        if (LIKELY(is_exact<Function>(function))) FINISH_METHOD(function, object);
      }
    } else if (cache_kind(cache) == CacheKind::ModuleEntry && type_of_object(*object.object()).slots.get_attribute == module_get_attribute) {
      Dict& dict = *static_cast<Dict*>(static_cast<Module*>(object.object())->dict.peek().object());
      DictBlock* block = dict.block.load(std::memory_order_acquire);
      if (block && block->version.load(std::memory_order_acquire) == static_cast<u32>(cache >> 32)) {
        const Value value = block->entries()[cache_offset(cache)].value.peek();
        if (!value.is_empty()) {
          fp[OP_A + kFrameHeader] = Empty;
          FINISH_PART(3, value);
        }
      }
    } else if (is_saturated(cache)) {
      GO(get_method_of_many);
    }
  }
  GO(slow_get_method);
}

SLOW(slow_set_attribute) {
  SAVE_PC();
  if (UNLIKELY(!set_attribute_and_cache(*thread, fp[OP_A], constant_name(fp, OP_C), fp[OP_B], pc))) RAISE();
  if (cache_kind(pc[1].load(std::memory_order_relaxed)) == CacheKind::Slot && !(OP_FLAGS & kDropA)) quicken(pc, Op::SetAttributeSlot);
  if (OP_FLAGS & kDropA) drop(fp[OP_A]);
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  pc += 3;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}

SLOW(set_attribute_of_many) {
  Object& self = *fp[OP_A].object();
  const AttributeResolution* known = known_resolution(self.shape_number(), constant_name(fp, OP_C), AttributeUse::Set);
  if (LIKELY(known && !self.is_shared() && !(OP_FLAGS & kDropA))) {
    Field& field = reinterpret_cast<Field*>(&self)[known->offset];
    if (known->kind == CacheKind::Slot) {
      STORE_UNSHARED(old, field, fp[OP_B], OP_FLAGS & kDropB, slow_set_attribute);
      GO_ON_DROPPING(3, old);
    }
    if (known->kind == CacheKind::AddSlot && LIKELY(field.peek().is_empty())) {
      STORE_UNSHARED(old, field, fp[OP_B], OP_FLAGS & kDropB, slow_set_attribute);
      self.shape.store(known->new_shape, std::memory_order_release);
      NEXT(3);
    }
  }
  GO(slow_set_attribute);
}

// The object is a temporary, which mostly lives on elsewhere: a.b.c = x.
SLOW(set_attribute_of_dying) {
  const Value object = fp[OP_A];
  const u64 cache = pc[1].load(std::memory_order_relaxed);
  if (UNLIKELY(!object.is_object())) GO(slow_set_attribute);
  Object& self = *object.object();
  const u32 shape = self.shape.load(std::memory_order_relaxed);
  if (cache_kind(cache) != CacheKind::Slot || static_cast<u32>(cache >> 32) != shape || self.is_shared()) GO(slow_set_attribute);
  // Owned by this thread, and not its last reference: nothing dies with this one.
  if (UNLIKELY(object.is_counted() && (self.owner.load(std::memory_order_relaxed) != current_slot || self.local.load(std::memory_order_relaxed) == 1))) {
    GO(slow_set_attribute);
  }
  STORE_UNSHARED(old, reinterpret_cast<Field*>(&self)[cache_offset(cache)], fp[OP_B], OP_FLAGS & kDropB, slow_set_attribute);
  fp[OP_A] = Empty;
  (void)try_quick_decref(object);
  GO_ON_DROPPING(3, old);
}

OPCODE(SetAttributeSlot) {
  const Value object = fp[OP_A];
  const u64 cache = pc[1].load(std::memory_order_relaxed);
  if (LIKELY(object.is_object())) {
    Object& self = *object.object();
    if (LIKELY(is_slot_of(cache, self.shape.load(std::memory_order_relaxed)) && !self.is_shared())) {
      Field& field = reinterpret_cast<Field*>(&self)[cache_offset(cache)];
      {
        STORE_UNSHARED(old, field, fp[OP_B], OP_FLAGS & kDropB, slow_set_attribute);
        GO_ON_DROPPING(3, old);
      }
    }
  }
  GO(op_SetAttribute);
}
OPCODE(SetAttribute) {
  const Value object = fp[OP_A];
  const u64 cache = pc[1].load(std::memory_order_relaxed);
  if (UNLIKELY(OP_FLAGS & kDropA)) GO(set_attribute_of_dying);
  if (LIKELY(object.is_object())) {
    Object& self = *object.object();
    const u32 shape = self.shape.load(std::memory_order_relaxed);
    // A shared object is changed under its lock, in the slow path.
    if (LIKELY(static_cast<u32>(cache >> 32) == shape && !self.is_shared())) {
      const CacheKind kind = cache_kind(cache);
      Field& field = reinterpret_cast<Field*>(&self)[cache_offset(cache)];
      if (LIKELY(kind == CacheKind::Slot)) {
        {
        STORE_UNSHARED(old, field, fp[OP_B], OP_FLAGS & kDropB, slow_set_attribute);
        GO_ON_DROPPING(3, old);
      }
      } else if (kind == CacheKind::AddSlot) {
        AttributeRecord* record = record_of(pc);
        if (record && record_valid(record, shape) && field.peek().is_empty()) {
          STORE_UNSHARED(old, field, fp[OP_B], OP_FLAGS & kDropB, slow_set_attribute);
          self.shape.store(record->new_shape, std::memory_order_release);
          NEXT(3);
        }
      }
    } else if (is_saturated(cache)) {
      GO(set_attribute_of_many);
    }
  }
  GO(slow_set_attribute);
}

// The attribute is the right operand of arithmetic on numbers: it needs no register and no counting.
#define GET_ATTRIBUTE_THEN(second, operation)                                                                       \
  OPCODE(GetAttributeThen##second) {                                                                                \
    const Value object = fp[OP_B];                                                                                  \
    const u64 cache = pc[1].load(std::memory_order_relaxed);                                                        \
    if (UNLIKELY(!object.is_object() || !is_slot_of(cache, object.object()->shape_number()))) GO(op_GetAttribute);  \
    if (UNLIKELY(OP_FLAGS & kDropB)) GO(op_GetAttribute);                                                           \
    const Value right = reinterpret_cast<Field*>(object.object())[cache_offset(cache)].peek();                      \
    Value result;                                                                                                   \
    if (UNLIKELY(!quick_binary<operation>(fp[instruction_at(pc + 3).b], right, result))) GO(op_GetAttribute);       \
    pc += 3;                                                                                                        \
    FINISH(1, result);                                                                                              \
  }
GET_ATTRIBUTE_THEN(Add, BinaryOp::add)
GET_ATTRIBUTE_THEN(Subtract, BinaryOp::subtract)
GET_ATTRIBUTE_THEN(Multiply, BinaryOp::multiply)

// A sum that becomes an attribute.
#define THEN_SET_ATTRIBUTE(name, operation, right)                                                       \
  OPCODE(name##ThenSetAttribute) {                                                                       \
    Value result;                                                                                        \
    if (UNLIKELY(!quick_binary<operation>(fp[OP_B], right, result))) GO(op_##name);                      \
    const Value object = fp[instruction_at(pc + 1).a];                                                   \
    const u64 cache = pc[2].load(std::memory_order_relaxed);                                             \
    if (UNLIKELY(!object.is_object())) GO(op_##name);                                                    \
    Object& self = *object.object();                                                                     \
    if (UNLIKELY(!is_slot_of(cache, self.shape.load(std::memory_order_relaxed)) || self.is_shared())) GO(op_##name); \
    Field& field = reinterpret_cast<Field*>(&self)[cache_offset(cache)];                                 \
    const Value old = field.peek();                                                                      \
    field.word().store(result.bits, std::memory_order_relaxed);                                          \
    pc += 1;                                                                                             \
    GO_ON_DROPPING(3, old);                                                                              \
  }
THEN_SET_ATTRIBUTE(Add, BinaryOp::add, fp[OP_C])
THEN_SET_ATTRIBUTE(Subtract, BinaryOp::subtract, fp[OP_C])
THEN_SET_ATTRIBUTE(AddInt, BinaryOp::add, Value::integer(OP_SC))
THEN_SET_ATTRIBUTE(SubtractInt, BinaryOp::subtract, Value::integer(OP_SC))

OPCODE(DeleteAttribute) {
  SAVE_PC();
  if (set_attribute(*thread, fp[OP_A], constant_name(fp, OP_C), Unbound).failed()) RAISE();
  if (OP_FLAGS & kDropA) drop(fp[OP_A]);
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}

namespace {

// What super().name comes down to, a function to be called with self, by the shape of self, the class and the name. Holds as
// long as the type of the shape has this version. The calling thread's own.
struct SuperResolution {
  const Str* name = nullptr;
  const Object* after = nullptr;
  u32 shape = 0;
  u32 version = 0;
  Value function = {0};  // borrowed
};
constexpr usize kSuperResolutions = 256;
thread_local constinit SuperResolution super_resolutions[kSuperResolutions];

INLINE SuperResolution& super_cell(u32 shape, const Str& name, const Object* after) {
  const u64 hash = (u64{shape} ^ reinterpret_cast<u64>(&name) >> 4 ^ reinterpret_cast<u64>(after) >> 5) * 0x9E3779B97F4A7C15;
  static_assert(kSuperResolutions == 1u << 8);
  return super_resolutions[hash >> 56];
}

// The function when it is remembered; Empty: not.
INLINE Value known_super_method(const Value* window, const Str& name) {
  const Value type = window[1], self = window[2];
  if (window[0] != types.super->value() || !self.is_object() || !type.is_object()) return Empty;
  const u32 shape = self.object()->shape_number();
  const SuperResolution& cell = super_cell(shape, name, type.object());
  if (cell.shape != shape || cell.name != &name || cell.after != type.object()) return Empty;
  const Type& start = *static_cast<Type*>(shape_arena[shape].type);
  return start.version.load(std::memory_order_acquire) == cell.version ? cell.function : Empty;
}

void remember_super_method(Type& start, Value type, Value self, Str& name) {
  const u32 version = type_version(start);
  const Value found = lookup_after(start, as<Type>(type), name);
  if (!is_exact<Function>(found)) return;
  const u32 shape = self.object()->shape_number();
  super_cell(shape, name, type.object()) = {&name, type.object(), shape, version, found};
}

// super(type, self).name; Error when it fails, Empty when `super` is not the builtin.
Value super_attribute(Thread& thread, Value* window, Str& name) {
  if (window[0] != types.super->value()) {
    Result<Ref<>> made = call(thread, window[0], {});
    if (made.failed()) return Error;
    Ref<> object = made.take();
    return get_attribute(thread, object, name).release();
  }
  const Value type = window[1], self = window[2];
  Type* start = nullptr;
  if (is<Type>(self) && is<Type>(type) && as<Type>(self).is_subtype_of(as<Type>(type))) {
    start = &as<Type>(self);
  } else if (is<Type>(type) && type_of(self).is_subtype_of(as<Type>(type))) {
    start = &type_of(self);
  }
  if (!start || &name == &names::__class__()) {
    Result<Ref<>> made = call(thread, window[0], {type, self});
    if (made.failed()) return Error;
    Ref<> object = made.take();
    return get_attribute(thread, object, name).release();
  }
  if (self.is_object() && start != self.object()) remember_super_method(*start, type, self, name);
  const Value found = lookup_after(*start, as<Type>(type), name);
  if (found.is_empty()) {
    (void)raise(thread, types.AttributeError, "'super' object has no attribute '{}'", name);
    return Error;
  }
  auto get = type_of(found).slots.descriptor_get;
  if (!get) return counted_copy(found);
  Ref<> keep = Ref<>::share(found);
  return get(thread, found, start == self.object() ? Unbound : self, start->value()).release();
}

}  // namespace

OPCODE(LoadSuperAttribute) {
  SAVE_PC();
  Value* window = fp + OP_B;
  if (OP_FLAGS & kFlag8) {
    const Value function = known_super_method(window, constant_name(fp, OP_C));
    if (LIKELY(!function.is_empty())) {
      const Value self = take(window[2]);
      drop(window[1]);
      drop(window[0]);
      fp[OP_A] = counted_copy(function);
      fp[OP_A + kFrameHeader] = self;
      NEXT(1);
    }
  }
  const Value value = super_attribute(*thread, window, constant_name(fp, OP_C));
  if (UNLIKELY(value.is_error())) RAISE();
  for (u32 i = 0; i < 3; ++i) drop(window[i]);
  set_register(fp, OP_A, value);
  if (OP_FLAGS & kFlag8) fp[OP_A + kFrameHeader] = Empty;
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}

}  // namespace py
