// Arithmetic.
#include "core/vm/dispatch.h"
#include "core/vm/leave_frame.h"
#include "core/vm/quick_arithmetic.h"

#include <cmath>

namespace py {

namespace {

// The right operand by the form of the instruction.
enum class Form : u8 { Register, Int, Constant };

template <Form form>
INLINE Value right_operand(Pc pc, Value* fp) {
  if constexpr (form == Form::Register) return fp[OP_C];
  if constexpr (form == Form::Int) return Value::integer(OP_SC);
  return frame_code(fp).constant_values()[OP_C];
}

// text += more, where the register may hold the only reference: the string grows in place then.
bool append_text(Thread& thread, Value& reg, Value more) {
  Ref<Str> text = Ref<Str>::adopt(&as<Str>(reg));
  const bool done = !Str::append(thread, text, as<Str>(more)).failed();
  reg = Ref<>(std::move(text)).release();
  return done;
}

template <BinaryOp op, Form form>
SLOW(slow_binary) {
  SAVE_PC();
  Value left = fp[OP_B];
  Value right = right_operand<form>(pc, fp);
  if constexpr (op == BinaryOp::add && form == Form::Register) {
    if ((OP_FLAGS & kInPlace) && OP_A == OP_B && is_exact<Str>(left) && is_exact<Str>(right)) {
      if (UNLIKELY(!append_text(*thread, fp[OP_A], right))) RAISE();
      if (OP_FLAGS & kDropC) drop(fp[OP_C]);
      NEXT(1);
    }
  }
  if (form == Form::Constant && (OP_FLAGS & kFlag8)) std::swap(left, right);
  const Value value = OP_FLAGS & kInPlace ? in_place(*thread, op, left, right).release()
                                          : binary(*thread, op, left, right).release();
  if (UNLIKELY(value.is_error())) RAISE();
  if constexpr (form == Form::Register) {
    FINISH_SLOW(1, value);
  } else {
    if (OP_FLAGS & kDropB) drop(fp[OP_B]);
    set_register(fp, OP_A, value);
    pc += 1;
    if (poll_needed(*thread)) GO(poll_and_go);
    DISPATCH();
  }
}

// Whether one is an int and the other a float, both immediate: their values as doubles.
INLINE bool mixed(Value a, Value b, double& x, double& y) {
  if (a.is_float() && b.is_int()) {
    x = a.as_float();
    y = static_cast<double>(b.as_int());
    return b.as_int() > -(i64{1} << 53) && b.as_int() < (i64{1} << 53);
  }
  if (a.is_int() && b.is_float()) {
    x = static_cast<double>(a.as_int());
    y = b.as_float();
    return a.as_int() > -(i64{1} << 53) && a.as_int() < (i64{1} << 53);
  }
  return false;
}

constexpr Op float_form(Op op) {
  switch (op) {
    case Op::Add: return Op::AddFloats;
    case Op::Subtract: return Op::SubtractFloats;
    case Op::Multiply: return Op::MultiplyFloats;
    default: return Op::TrueDivideFloats;
  }
}

constexpr bool has_float_case(BinaryOp op) {
  return op == BinaryOp::add || op == BinaryOp::subtract || op == BinaryOp::multiply || op == BinaryOp::true_divide;
}

// Zeros, and the few other floats that are objects, for which the general algorithm would be a long way round.
template <BinaryOp op, Form form>
SLOW(boxed_float_binary) {
  auto number = [](Value value, double& result) {
    if (value.is_float()) {
      result = value.as_float();
    } else if (is_exact<BoxedFloat>(value)) {
      result = static_cast<BoxedFloat*>(value.object())->number;
    } else {
      return false;
    }
    return true;
  };
  double x, y;
  const bool floats = number(fp[OP_B], x) && number(right_operand<form>(pc, fp), y);
  if (floats && !(op == BinaryOp::true_divide && y == 0)) {
    SAVE_PC();
    const Value value = make_float(*thread, float_operation<op>(x, y)).release();
    if (UNLIKELY(value.is_error())) RAISE();
    if (OP_FLAGS & kDropB) drop(fp[OP_B]);
    if (form == Form::Register && (OP_FLAGS & kDropC)) drop(fp[OP_C]);
    FINISH(1, value);
  }
  GO((slow_binary<op, form>));
}

}  // namespace

#define ARITHMETIC(name, operation, form)                                                       \
  OPCODE(name) {                                                                                \
    const Value left = fp[OP_B];                                                                \
    const Value right = right_operand<form>(pc, fp);                                          \
    if (form != Form::Constant && LIKELY(both_ints(left, right))) {                             \
      Value result;                                                                             \
      if (LIKELY(int_operation<operation>(left, right, result))) FINISH(1, result);             \
    } else if constexpr (has_float_case(operation)) {                                           \
      double x, y;                                                                              \
      if (both_floats(left, right)) {                                                           \
        if constexpr (form == Form::Register) quicken(pc, float_form(Op::name));                \
        x = left.as_float(), y = right.as_float();                                              \
      } else if (!mixed(left, right, x, y)) {                                                   \
        GO((boxed_float_binary<operation, form>));                                              \
      }                                                                                         \
      const double z = float_operation<operation>(x, y);                                        \
      if (LIKELY(Value::fits_float(z))) FINISH(1, Value::floating_unchecked(z));                \
    }                                                                                           \
    GO((slow_binary<operation, form>));                                                         \
  }

ARITHMETIC(Add, BinaryOp::add, Form::Register)
ARITHMETIC(Subtract, BinaryOp::subtract, Form::Register)
ARITHMETIC(Multiply, BinaryOp::multiply, Form::Register)
ARITHMETIC(MatrixMultiply, BinaryOp::matrix_multiply, Form::Register)
ARITHMETIC(TrueDivide, BinaryOp::true_divide, Form::Register)
ARITHMETIC(FloorDivide, BinaryOp::floor_divide, Form::Register)
ARITHMETIC(Remainder, BinaryOp::remainder, Form::Register)
OPCODE(Power) {
  const Value left = fp[OP_B], right = fp[OP_C];
  if (both_floats(left, right) && left.as_float() > 0) {
    const double z = std::pow(left.as_float(), right.as_float());
    if (LIKELY(Value::fits_float(z))) FINISH(1, Value::floating_unchecked(z));
  }
  GO((slow_binary<BinaryOp::power, Form::Register>));
}
ARITHMETIC(LeftShift, BinaryOp::left_shift, Form::Register)
ARITHMETIC(RightShift, BinaryOp::right_shift, Form::Register)
ARITHMETIC(BitAnd, BinaryOp::bit_and, Form::Register)
ARITHMETIC(BitOr, BinaryOp::bit_or, Form::Register)
ARITHMETIC(BitXor, BinaryOp::bit_xor, Form::Register)
// The result of the first goes straight into the second, which is the next instruction: it needs no Value of its own.
#define FUSED(first_name, second_name, first, second, is_left)                                              \
  OPCODE(first_name##Then##second_name) {                                                                   \
    const Value left = fp[OP_B], right = fp[OP_C];                                                          \
    const InstructionParts& then = instruction_at(pc + 1);                                                  \
    const Value other = fp[is_left ? then.c : then.b];                                                      \
    if (LIKELY(both_floats(left, Value{right.bits & other.bits}))) {                                        \
      const double inner = float_operation<first>(left.as_float(), right.as_float()), term = other.as_float(); \
      const double outer = is_left ? float_operation<second>(inner, term) : float_operation<second>(term, inner); \
      if (LIKELY(Value::fits_float(outer))) {                                                               \
        pc += 1;                                                                                            \
        FINISH(1, Value::floating_unchecked(outer));                                                        \
      }                                                                                                     \
    } else if (both_ints(left, Value{right.bits | other.bits})) {                                           \
      Value inner, outer;                                                                                   \
      if (LIKELY(int_operation<first>(left, right, inner)) &&                                               \
          LIKELY(is_left ? int_operation<second>(inner, other, outer) : int_operation<second>(other, inner, outer))) { \
        pc += 1;                                                                                            \
        FINISH(1, outer);                                                                                   \
      }                                                                                                     \
    }                                                                                                       \
    GO(op_##first_name);                                                                                    \
  }
#define FUSED_ROW(first_name, first)                                      \
  FUSED(first_name, Add, first, BinaryOp::add, true)                      \
  FUSED(first_name, Subtract, first, BinaryOp::subtract, true)            \
  FUSED(first_name, Multiply, first, BinaryOp::multiply, true)            \
  FUSED(first_name, AddRight, first, BinaryOp::add, false)                \
  FUSED(first_name, SubtractRight, first, BinaryOp::subtract, false)      \
  FUSED(first_name, MultiplyRight, first, BinaryOp::multiply, false)
FUSED_ROW(Add, BinaryOp::add)
FUSED_ROW(Subtract, BinaryOp::subtract)
FUSED_ROW(Multiply, BinaryOp::multiply)

#define THEN_RETURN(name, operation)                                                          \
  OPCODE(name##ThenReturn) {                                                                  \
    Value result;                                                                             \
    if (UNLIKELY(!quick_binary<operation>(fp[OP_B], fp[OP_C], result))) GO(op_##name);        \
    word = result.bits;                                                                       \
    pc += 1;                                                                                  \
    LEAVE_FRAME();                                                                            \
  }
THEN_RETURN(Add, BinaryOp::add)
THEN_RETURN(Subtract, BinaryOp::subtract)
THEN_RETURN(Multiply, BinaryOp::multiply)

#define FLOAT_ARITHMETIC(name, operation)                                                             \
  OPCODE(name##Floats) {                                                                              \
    const Value left = fp[OP_B], right = fp[OP_C];                                                    \
    if (LIKELY(both_floats(left, right))) {                                                           \
      const double result = float_operation<operation>(left.as_float(), right.as_float());            \
      if (LIKELY(Value::fits_float(result))) FINISH(1, Value::floating_unchecked(result));            \
    }                                                                                                 \
    GO(op_##name);                                                                                    \
  }
FLOAT_ARITHMETIC(Add, BinaryOp::add)
FLOAT_ARITHMETIC(Subtract, BinaryOp::subtract)
FLOAT_ARITHMETIC(Multiply, BinaryOp::multiply)
FLOAT_ARITHMETIC(TrueDivide, BinaryOp::true_divide)

ARITHMETIC(AddInt, BinaryOp::add, Form::Int)
ARITHMETIC(SubtractInt, BinaryOp::subtract, Form::Int)
ARITHMETIC(MultiplyInt, BinaryOp::multiply, Form::Int)
ARITHMETIC(FloorDivideInt, BinaryOp::floor_divide, Form::Int)
ARITHMETIC(RemainderInt, BinaryOp::remainder, Form::Int)
ARITHMETIC(LeftShiftInt, BinaryOp::left_shift, Form::Int)
ARITHMETIC(RightShiftInt, BinaryOp::right_shift, Form::Int)
ARITHMETIC(BitAndInt, BinaryOp::bit_and, Form::Int)
ARITHMETIC(PowerInt, BinaryOp::power, Form::Int)
ARITHMETIC(AddConstant, BinaryOp::add, Form::Constant)
ARITHMETIC(SubtractConstant, BinaryOp::subtract, Form::Constant)
ARITHMETIC(MultiplyConstant, BinaryOp::multiply, Form::Constant)
ARITHMETIC(TrueDivideConstant, BinaryOp::true_divide, Form::Constant)

#define UNARY(name, function)                                        \
  SLOW(slow_##name) {                                                \
    SAVE_PC();                                                       \
    const Value value = function(*thread, fp[OP_B]).release();       \
    if (UNLIKELY(value.is_error())) RAISE();                         \
    if (OP_FLAGS & kDropB) drop(fp[OP_B]);                           \
    set_register(fp, OP_A, value);                                   \
    pc += 1;                                                         \
    if (poll_needed(*thread)) GO(poll_and_go);                       \
    DISPATCH();                                                      \
  }
UNARY(Negative, negative)
UNARY(Positive, positive)
UNARY(Invert, invert)
OPCODE(Negative) {
  const Value value = fp[OP_B];
  if (value.is_int() && value.as_int() != Value::kIntMin) FINISH(1, Value::integer(-value.as_int()));
  if (value.is_float()) FINISH(1, Value::floating_unchecked(-value.as_float()));
  GO(slow_Negative);
}
OPCODE(Positive) { GO(slow_Positive); }
OPCODE(Invert) {
  const Value value = fp[OP_B];
  if (value.is_int()) FINISH(1, Value::integer(~value.as_int()));
  GO(slow_Invert);
}

}  // namespace py
