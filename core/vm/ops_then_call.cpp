// Calls that are run along with what comes before them: the last argument, or the look-up of the method.
#include "core/vm/inline_cache.h"
#include "core/vm/push_frame.h"
#include "core/vm/quick_arithmetic.h"

namespace py {

// The last argument, then the call.
#define MOVE_THEN(name, call)                                     \
  OPCODE(name) {                                                  \
    const Value value = fp[OP_B];                                 \
    DCHECK(!fp[OP_A].is_counted());                               \
    if (OP_FLAGS & kDropB) {                                      \
      fp[OP_B] = Empty;                                           \
    } else if (UNLIKELY(!try_quick_incref(value))) {              \
      GO(op_Move);                                                \
    }                                                             \
    fp[OP_A] = value;                                             \
    pc += 1;                                                      \
    call(TRY_PUSH_FRAME);                                         \
  }
MOVE_THEN(MoveThenCall, CALL)
MOVE_THEN(MoveThenCallMethod, CALL_METHOD)
#define ARITHMETIC_THEN_CALL(name, plain, operation)                                              \
  OPCODE(name) {                                                                                  \
    const Value left = fp[OP_B], right = Value::integer(OP_SC);                                   \
    Value result;                                                                                 \
    if (UNLIKELY(!both_ints(left, right) || !int_operation<operation>(left, right, result))) GO(plain); \
    DCHECK(!fp[OP_A].is_counted());                                                               \
    fp[OP_A] = result;                                                                            \
    pc += 1;                                                                                      \
    CALL(TRY_PUSH_FRAME);                                                                         \
  }
ARITHMETIC_THEN_CALL(AddIntThenCall, op_AddInt, BinaryOp::add)
ARITHMETIC_THEN_CALL(SubtractIntThenCall, op_SubtractInt, BinaryOp::subtract)

// The method of a class that the cache knows, without arguments.
OPCODE(GetMethodThenCall) {
  const Value object = fp[OP_B];
  if (UNLIKELY(!object.is_object())) GO(op_GetMethod);
  const u64 cache = pc[1].load(std::memory_order_relaxed);
  const u32 shape = object.object()->shape_number();
  if (UNLIKELY(static_cast<u32>(cache >> 32) != shape || cache_kind(cache) != CacheKind::Method)) GO(op_GetMethod);
  const AttributeRecord* record = record_of(pc);
  if (UNLIKELY(!record || !record_valid(record, shape))) GO(op_GetMethod);
  const Value method = record->value;
  if (UNLIKELY(method.is_counted())) GO(op_GetMethod);
  if (OP_FLAGS & kDropB) {
    fp[OP_B] = Empty;
  } else if (UNLIKELY(!try_quick_incref(object))) {
    GO(op_GetMethod);
  }
  Value* const arguments = fp + OP_A + kFrameHeader;
  fp[OP_A] = method;
  arguments[0] = object;
  pc += 3;
  if (LIKELY(is_exact<Function>(method))) TRY_PUSH_FRAME(method, arguments, 1u);
  GO(op_CallMethodPositional);
}

}  // namespace py
