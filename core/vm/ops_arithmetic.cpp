// Arithmetic and comparison, comparisons that jump among them.
#include "core/object/dict.h"
#include "core/object/number.h"
#include "core/vm/dispatch.h"

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

INLINE bool both_ints(Value a, Value b) { return ((a.bits | b.bits) & 3) == 0; }
INLINE bool both_floats(Value a, Value b) { return (a.bits & b.bits & 3) == 3; }

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

template <BinaryOp op>
INLINE double float_operation(double a, double b) {
  if constexpr (op == BinaryOp::add) return a + b;
  if constexpr (op == BinaryOp::subtract) return a - b;
  if constexpr (op == BinaryOp::multiply) return a * b;
  return a / b;
}

// The int case; false when the result leaves 62 bits or the operation needs the slow path.
template <BinaryOp op>
INLINE bool int_operation(Value a, Value b, Value& result) {
  const i64 x = static_cast<i64>(a.bits), y = static_cast<i64>(b.bits);
  i64 z;
  if constexpr (op == BinaryOp::add) {
    if (__builtin_add_overflow(x, y, &z)) return false;
    result = {static_cast<u64>(z)};
  } else if constexpr (op == BinaryOp::subtract) {
    if (__builtin_sub_overflow(x, y, &z)) return false;
    result = {static_cast<u64>(z)};
  } else if constexpr (op == BinaryOp::multiply) {
    if (__builtin_mul_overflow(x >> 2, y, &z)) return false;
    result = {static_cast<u64>(z)};
  } else if constexpr (op == BinaryOp::bit_and) {
    result = {a.bits & b.bits};
  } else if constexpr (op == BinaryOp::bit_or) {
    result = {a.bits | b.bits};
  } else if constexpr (op == BinaryOp::bit_xor) {
    result = {a.bits ^ b.bits};
  } else if constexpr (op == BinaryOp::left_shift) {
    const i64 value = a.as_int(), amount = b.as_int();
    if (amount < 0 || amount > 60) return false;
    const i64 shifted = static_cast<i64>(static_cast<u64>(value) << amount);
    if ((shifted >> amount) != value || !Value::fits_integer(shifted)) return false;
    result = Value::integer(shifted);
  } else if constexpr (op == BinaryOp::right_shift) {
    const i64 amount = b.as_int();
    if (amount < 0) return false;
    result = Value::integer(a.as_int() >> (amount > 62 ? 62 : amount));
  } else if constexpr (op == BinaryOp::floor_divide) {
    const i64 n = a.as_int(), d = b.as_int();
    if (d <= 0) {
      if (d == 0) return false;
    } else if ((d & (d - 1)) == 0) {  // a shift, floor included
      result = Value::integer(n >> __builtin_ctzll(static_cast<u64>(d)));
      return true;
    }
    if (LIKELY(((n | d) >> 32) == 0)) {  // a 32-bit division takes a third of the time
      result = Value::integer(static_cast<u32>(n) / static_cast<u32>(d));
      return true;
    }
    i64 quotient = n / d;
    if (n % d != 0 && ((n ^ d) < 0)) --quotient;
    if (!Value::fits_integer(quotient)) return false;
    result = Value::integer(quotient);
  } else if constexpr (op == BinaryOp::remainder) {
    const i64 n = a.as_int(), d = b.as_int();
    if (d <= 0) {
      if (d == 0) return false;
    } else if ((d & (d - 1)) == 0) {
      result = Value::integer(n & (d - 1));
      return true;
    }
    if (LIKELY(((n | d) >> 32) == 0)) {
      result = Value::integer(static_cast<u32>(n) % static_cast<u32>(d));
      return true;
    }
    i64 remainder = n % d;
    if (remainder != 0 && ((remainder ^ d) < 0)) remainder += d;
    result = Value::integer(remainder);
  } else {
    return false;
  }
  return true;
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
PRESERVE_NONE u64 boxed_float_binary(Pc pc, Value* fp, Thread* thread, u64 word) {
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

// Comparison

namespace {

template <CompareOp op, class T>
INLINE bool ordered(T a, T b) {
  if constexpr (op == CompareOp::Less) return a < b;
  if constexpr (op == CompareOp::LessEqual) return a <= b;
  if constexpr (op == CompareOp::Equal) return a == b;
  if constexpr (op == CompareOp::NotEqual) return a != b;
  if constexpr (op == CompareOp::Greater) return a > b;
  return a >= b;
}

// Equality of two exact strings runs no code.
template <CompareOp op>
INLINE bool quick_text_equality(Value left, Value right, bool& result) {
  if constexpr (op == CompareOp::Equal || op == CompareOp::NotEqual) {
    if (is_exact<Str>(left) && is_exact<Str>(right)) {
      result = as<Str>(left).equals(as<Str>(right)) == (op == CompareOp::Equal);
      return true;
    }
  }
  return false;
}

template <CompareOp op>
SLOW(slow_compare) {
  SAVE_PC();
  bool same;
  if (quick_text_equality<op>(fp[OP_B], fp[OP_C], same)) FINISH_SLOW(1, Value::boolean(same));
  const Value value = compare(*thread, fp[OP_B], fp[OP_C], op).release();
  if (UNLIKELY(value.is_error())) RAISE();
  FINISH_SLOW(1, value);
}

template <CompareOp op, bool when, bool immediate>
SLOW(slow_compare_jump) {
  SAVE_PC();
  const Value right = immediate ? Value::integer(OP_SB) : fp[OP_B];
  bool answer;
  if (immediate || !quick_text_equality<op>(fp[OP_A], right, answer)) {
    Result<bool> result = compare_bool(*thread, fp[OP_A], right, op);
    if (UNLIKELY(result.failed())) RAISE();
    answer = result.take();
  }
  if (OP_FLAGS & kDropA) drop(fp[OP_A]);
  if (!immediate && (OP_FLAGS & kDropB)) drop(fp[OP_B]);
  if (UNLIKELY(!poll(*thread))) RAISE();
  if (answer == when) {
    pc += OP_SC;
  }
  NEXT(1);
}

}  // namespace

#define COMPARE(name, operation)                                                                       \
  OPCODE(name) {                                                                                       \
    const Value left = fp[OP_B], right = fp[OP_C];                                                     \
    if (LIKELY(both_ints(left, right))) {                                                              \
      FINISH(1, Value::boolean(ordered<operation>(static_cast<i64>(left.bits), static_cast<i64>(right.bits)))); \
    }                                                                                                  \
    if (both_floats(left, right)) {                                                                    \
      FINISH(1, Value::boolean(ordered<operation>(left.as_float(), right.as_float())));                \
    }                                                                                                  \
    GO((slow_compare<operation>));                                                                     \
  }
COMPARE(Less, CompareOp::Less)
COMPARE(LessEqual, CompareOp::LessEqual)
COMPARE(Equal, CompareOp::Equal)
COMPARE(NotEqual, CompareOp::NotEqual)
COMPARE(Greater, CompareOp::Greater)
COMPARE(GreaterEqual, CompareOp::GreaterEqual)

#define COMPARE_JUMP(name, operation, when, immediate)                                                  \
  OPCODE(name) {                                                                                        \
    const Value left = fp[OP_A];                                                                        \
    const Value right = immediate ? Value::integer(OP_SB) : fp[OP_B];                                   \
    if (LIKELY(both_ints(left, right))) {                                                               \
      if (ordered<operation>(static_cast<i64>(left.bits), static_cast<i64>(right.bits)) == when) NEXT(1 + OP_SC); \
      NEXT(1);                                                                                          \
    }                                                                                                   \
    if (!immediate && both_floats(left, right)) {                                                       \
      if (ordered<operation>(left.as_float(), right.as_float()) == when) NEXT(1 + OP_SC);               \
      NEXT(1);                                                                                          \
    }                                                                                                   \
    GO((slow_compare_jump<operation, when, immediate>));                                                \
  }
#define COMPARE_JUMPS(suffix, operation)                                \
  COMPARE_JUMP(JumpIf##suffix, operation, true, false)                  \
  COMPARE_JUMP(JumpUnless##suffix, operation, false, false)             \
  COMPARE_JUMP(JumpIf##suffix##Int, operation, true, true)              \
  COMPARE_JUMP(JumpUnless##suffix##Int, operation, false, true)
COMPARE_JUMPS(Less, CompareOp::Less)
COMPARE_JUMPS(LessEqual, CompareOp::LessEqual)
COMPARE_JUMPS(Equal, CompareOp::Equal)
COMPARE_JUMPS(NotEqual, CompareOp::NotEqual)
COMPARE_JUMPS(Greater, CompareOp::Greater)
COMPARE_JUMPS(GreaterEqual, CompareOp::GreaterEqual)

#define IDENTITY(name, test)                        \
  OPCODE(name) {                                    \
    const Value left = fp[OP_B], right = fp[OP_C];  \
    const Value result = Value::boolean(test);      \
    FINISH_SLOW(1, result);                         \
  }
IDENTITY(Is, left == right)
IDENTITY(IsNot, left != right)

namespace {

// A str or a small int in a dict or set of exact types needs nobody's __hash__ or __eq__.
INLINE Result<bool> quick_contains(Thread& thread, Value container, Value item) {
  if (container.is_object()) {
    const BuiltinShape shape{container.object()->shape.load(std::memory_order_relaxed)};
    if (shape == BuiltinShape::frozenset) {
      const isize contained = static_cast<Set*>(container.object())->quick_membership(item);
      if (LIKELY(contained != Dict::kAskPython)) return contained != 0;
    } else if (shape == BuiltinShape::dict || shape == BuiltinShape::set) {
      const isize entry = static_cast<Dict*>(container.object())->quick_entry(item);
      if (LIKELY(entry != Dict::kAskPython)) return entry >= 0;
    }
  }
  return contains(thread, container, item);
}

}  // namespace

#define MEMBERSHIP(name, expected)                                 \
  OPCODE(name) {                                                   \
    SAVE_PC();                                                     \
    Result<bool> found = quick_contains(*thread, fp[OP_C], fp[OP_B]); \
    if (UNLIKELY(found.failed())) RAISE();                         \
    FINISH_SLOW(1, Value::boolean(found.take() == expected));      \
  }
MEMBERSHIP(In, true)
MEMBERSHIP(NotIn, false)

}  // namespace py
