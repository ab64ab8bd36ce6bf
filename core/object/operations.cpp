// Operators, truth, comparison, conversion to C++ numbers, items and iteration.
#include "core/object/operations.h"

#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/iterators.h"
#include "core/object/names.h"
#include "core/object/native.h"
#include "core/object/number.h"
#include "core/object/quick_compare.h"
#include "core/object/quick_format.h"
#include "core/object/quick_next.h"
#include "core/object/recursion_guard.h"
#include "core/object/sequence.h"
#include "core/object/ternary_power.h"
#include "core/object/warning.h"

#include <cmath>

namespace py {

Type& type_of_immediate(Value value) {
  if (value.is_int()) return *types.int_;
  if (value.is_float()) return *types.float_;
  if (value.is_bool()) return *types.bool_;
  if (value == None) return *types.none;
  if (value == Ellipsis) return *types.ellipsis;
  if (value == NotImplemented) return *types.not_implemented;
  CHECK(!"a value that no program may see");
}

Result<Ref<Str>> repr(Thread& thread, Value value) {
  if (value.is_int()) return integer_repr(thread, value);
  RecursionGuard guard(thread);
  TRY(guard.check(" while getting the repr of an object"));
  Ref<> text = TRY(type_of(value).slots.repr(thread, value));
  if (!is<Str>(text)) return raise(thread, types.TypeError, "__repr__ returned non-string (type {})", type_of(text));
  return Ref<Str>::share(&as<Str>(text));
}

Result<Ref<Str>> to_str(Thread& thread, Value value) {
  if (is_exact<Str>(value)) return Ref<Str>::share(&as<Str>(value));
  if (value.is_int()) return integer_repr(thread, value);
  UnarySlot slot = type_of(value).slots.str;
  if (!slot) return repr(thread, value);
  RecursionGuard guard(thread);
  TRY(guard.check(" while getting the str of an object"));
  Ref<> text = TRY(slot(thread, value));
  if (!is<Str>(text)) return raise(thread, types.TypeError, "__str__ returned non-string (type {})", type_of(text));
  return Ref<Str>::share(&as<Str>(text));
}

Result<Ref<Str>> format(Thread& thread, Value value, Value spec) {
  if (LIKELY(is_exact<Str>(spec))) {
    if (as<Str>(spec).length() == 0) {
      if (is_exact<Str>(value)) return Ref<Str>::share(&as<Str>(value));
      if (value.is_int()) return integer_repr(thread, value);
      if (value.is_float()) return repr(thread, value);
    }
    Ref<> quick = TRY(quick_format(thread, value, as<Str>(spec)));
    if (!quick.is_empty()) return Ref<Str>::adopt(static_cast<Str*>(quick.release().object()));
  }
  Ref<> text = TRY(call_special(thread, value, names::__format__(), {spec}));
  if (text.is_empty()) return raise(thread, types.TypeError, "Type {} doesn't define __format__", type_of(value));
  if (!is<Str>(text)) {
    return raise(thread, types.TypeError, "__format__ must return a str, not {}", type_of(text));
  }
  return Ref<Str>::share(&as<Str>(text));
}

Result<bool> is_true(Thread& thread, Value value) {
  if (value.is_bool()) return value == True;
  if (value.is_none()) return false;
  if (value.is_int()) return value.as_int() != 0;
  if (is_exact<Str>(value)) return as<Str>(value).length() != 0;
  if (is_exact<List>(value)) return as<List>(value).length() != 0;
  Type& type = type_of(value);
  if (type.slots.truth) return type.slots.truth(thread, value);
  if (type.slots.length) return TRY(type.slots.length(thread, value)) != 0;
  return true;
}

namespace {

const char* const kCompareSymbols[] = {"<", "<=", "==", "!=", ">", ">="};

CompareOp swapped(CompareOp op) {
  switch (op) {
    case CompareOp::Less: return CompareOp::Greater;
    case CompareOp::LessEqual: return CompareOp::GreaterEqual;
    case CompareOp::Greater: return CompareOp::Less;
    case CompareOp::GreaterEqual: return CompareOp::LessEqual;
    default: return op;
  }
}

Result<Ref<>> compare_slots(Thread& thread, Value left, Value right, CompareOp op) {
  Type& left_type = type_of(left);
  Type& right_type = type_of(right);
  bool tried_right = false;
  if (&left_type != &right_type && right_type.slots.compare && right_type.is_subtype_of(left_type)) {
    tried_right = true;
    Ref<> result = TRY(right_type.slots.compare(thread, right, left, swapped(op)));
    if (result.value() != NotImplemented) return result;
  }
  if (left_type.slots.compare) {
    Ref<> result = TRY(left_type.slots.compare(thread, left, right, op));
    if (result.value() != NotImplemented) return result;
  }
  if (!tried_right && right_type.slots.compare) {
    Ref<> result = TRY(right_type.slots.compare(thread, right, left, swapped(op)));
    if (result.value() != NotImplemented) return result;
  }
  if (op == CompareOp::Equal) return Ref<>::adopt(Value::boolean(left == right));
  if (op == CompareOp::NotEqual) return Ref<>::adopt(Value::boolean(left != right));
  return raise(thread, types.TypeError, "'{}' not supported between instances of '{}' and '{}'",
               kCompareSymbols[static_cast<u8>(op)], left_type, right_type);
}

}  // namespace

Result<Ref<>> compare(Thread& thread, Value left, Value right, CompareOp op) {
  bool quick;
  if (compare_quickly(left, right, op, quick)) return Ref<>::adopt(Value::boolean(quick));
  RecursionGuard guard(thread);
  TRY(guard.check(" in comparison"));
  return compare_slots(thread, left, right, op);
}

Result<bool> compare_bool(Thread& thread, Value left, Value right, CompareOp op) {
  bool quick;
  if (compare_quickly(left, right, op, quick)) return quick;
  Ref<> result = TRY(compare(thread, left, right, op));
  return is_true(thread, result);
}

Result<bool> equal(Thread& thread, Value left, Value right) {
  if (left == right) return true;
  if (left.is_int() && right.is_int()) return false;
  if (is_exact<Str>(left) && is_exact<Str>(right)) return as<Str>(left).equals(as<Str>(right));
  return compare_bool(thread, left, right, CompareOp::Equal);
}

namespace {

const char* const kBinarySymbols[] = {
#define BINARY(member, symbol, dunder, reflected, in_place) symbol,
#include "core/object/binary_ops.def"
#undef BINARY
};

Failure unsupported(Thread& thread, BinaryOp op, Value left, Value right, const char* suffix) {
  const char* symbol = kBinarySymbols[static_cast<u8>(op)];
  std::string shown = symbol;
  if (*suffix) shown = op == BinaryOp::power ? "**=" : shown + suffix;
  const bool is_print = &type_of(left) == types.builtin_function &&
                        std::string_view(static_cast<NativeFunction*>(left.object())->spec->name) == "print";
  if (op == BinaryOp::right_shift && is_print && *suffix == 0) {
    return raise(thread, types.TypeError,
                 "unsupported operand type(s) for {}: '{}' and '{}'. Did you mean \"print(<message>, file=<output_stream>)\"?",
                 shown, type_of(left), type_of(right));
  }
  return raise(thread, types.TypeError, "unsupported operand type(s) for {}: '{}' and '{}'", shown, type_of(left), type_of(right));
}

// NotImplemented when neither operand knows.
Result<Ref<>> binary_slots(Thread& thread, BinaryOp op, Value left, Value right) {
  Type& left_type = type_of(left);
  Type& right_type = type_of(right);
  BinarySlot left_slot = left_type.slots.binary[static_cast<u8>(op)];
  BinarySlot right_slot = &left_type == &right_type ? nullptr : right_type.slots.binary[static_cast<u8>(op)];
  if (right_slot == left_slot) right_slot = nullptr;
  if (left_slot) {
    if (right_slot && right_type.is_subtype_of(left_type)) {
      Ref<> result = TRY(right_slot(thread, left, right));
      if (result.value() != NotImplemented) return result;
      right_slot = nullptr;
    }
    Ref<> result = TRY(left_slot(thread, left, right));
    if (result.value() != NotImplemented) return result;
  }
  if (right_slot) return right_slot(thread, left, right);
  return Ref<>::adopt(NotImplemented);
}

bool is_plain_int(Value value) {
  return value.is_int() || (value.is_object() && has_shape(*value.object(), BuiltinShape::int_));
}
bool are_plain_ints(Value left, Value right, BinaryOp op) {
  return is_plain_int(left) && is_plain_int(right) && op != BinaryOp::matrix_multiply;
}

}  // namespace

Result<Ref<>> binary(Thread& thread, BinaryOp op, Value left, Value right) {
  if (are_plain_ints(left, right, op)) return integer_binary(thread, op, left, right);
  Ref<> result = TRY(binary_slots(thread, op, left, right));
  if (LIKELY(result.value() != NotImplemented)) return result;
  return unsupported(thread, op, left, right, "");
}

Result<Ref<>> in_place(Thread& thread, BinaryOp op, Value left, Value right) {
  if (are_plain_ints(left, right, op)) return integer_binary(thread, op, left, right);
  if (BinarySlot slot = type_of(left).slots.in_place[static_cast<u8>(op)]) {
    Ref<> result = TRY(slot(thread, left, right));
    if (result.value() != NotImplemented) return result;
  }
  Ref<> result = TRY(binary_slots(thread, op, left, right));
  if (LIKELY(result.value() != NotImplemented)) return result;
  return unsupported(thread, op, left, right, "=");
}

namespace {

// base ** exponent % modulus, all of them small and the exponent not negative; the sign is the modulus's.
i64 small_power(i64 base, i64 exponent, i64 modulus) {
  const u64 size = modulus < 0 ? -static_cast<u64>(modulus) : static_cast<u64>(modulus);
  const u64 rest = (base < 0 ? -static_cast<u64>(base) : static_cast<u64>(base)) % size;
  u64 square = base < 0 && rest ? size - rest : rest;
  u64 result = 1 % size;
  for (; exponent; exponent >>= 1) {
    if (exponent & 1) result = static_cast<u64>(static_cast<unsigned __int128>(result) * square % size);
    square = static_cast<u64>(static_cast<unsigned __int128>(square) * square % size);
  }
  return modulus < 0 && result ? static_cast<i64>(result) + modulus : static_cast<i64>(result);
}

}  // namespace

std::atomic<TernaryPower> native_ternary_power;

Result<Ref<>> power(Thread& thread, Value base, Value exponent, Value modulus) {
  if (base.is_int() && exponent.is_int() && modulus.is_int() && exponent.as_int() >= 0 && modulus.as_int() != 0) {
    return make_int(thread, small_power(base.as_int(), exponent.as_int(), modulus.as_int()));
  }
  if (modulus.is_none()) return binary(thread, BinaryOp::power, base, exponent);
  Ref<> own = type_of(base).has(TypeFlag::Heap) ? TRY(lookup_special(thread, base, names::__pow__())) : Ref<>();
  if (!own.is_empty() && &type_of(own) != types.method_wrapper) {
    Ref<> result = TRY(call(thread, own, {exponent, modulus}));
    if (result.value() != NotImplemented) return result;
  }
  if (is_integer(base) && is_integer(exponent) && is_integer(modulus)) {
    return integer_power(thread, base, exponent, modulus);
  }
  if (TernaryPower native = native_ternary_power.load(std::memory_order_acquire)) {
    Ref<> result = TRY(native(thread, base, exponent, modulus));
    if (result.value() != NotImplemented) return result;
  }
  if (is_float(base) || is_float(exponent) || is_float(modulus)) {
    return raise(thread, types.TypeError, "pow() 3rd argument not allowed unless all arguments are integers");
  }
  if (is<Complex>(base) || is<Complex>(exponent)) return raise(thread, types.ValueError, "complex modulo");
  return raise(thread, types.TypeError, "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'", type_of(base),
               type_of(exponent), type_of(modulus));
}

namespace {

Result<Ref<>> unary(Thread& thread, Value value, UnarySlot slot, const char* symbol) {
  if (slot) return slot(thread, value);
  return raise(thread, types.TypeError, "bad operand type for {}: '{}'", symbol, type_of(value));
}

}  // namespace

Result<Ref<>> negative(Thread& thread, Value value) {
  if (value.is_int()) return make_int(thread, -value.as_int());
  return unary(thread, value, type_of(value).slots.negative, "unary -");
}
Result<Ref<>> positive(Thread& thread, Value value) {
  return unary(thread, value, type_of(value).slots.positive, "unary +");
}
Result<Ref<>> invert(Thread& thread, Value value) {
  return unary(thread, value, type_of(value).slots.invert, "unary ~");
}
Result<Ref<>> absolute(Thread& thread, Value value) {
  return unary(thread, value, type_of(value).slots.absolute, "abs()");
}

Result<Ref<>> to_index(Thread& thread, Value value) {
  if (value.is_int()) return Ref<>::adopt(value);
  if (is_integer(value)) return plain_integer(thread, value);
  UnarySlot slot = type_of(value).slots.index;
  if (!slot) {
    return raise(thread, types.TypeError, "'{}' object cannot be interpreted as an integer", type_of(value));
  }
  Ref<> result = TRY(slot(thread, value));
  if (!is_integer(result)) {
    return raise(thread, types.TypeError, "__index__ returned non-int (type {})", type_of(result));
  }
  if (&type_of(result) != types.int_) TRY(warn_strict_subclass(thread, "__index__", *types.int_, type_of(result)));
  return plain_integer(thread, result);
}

Result<isize> to_isize(Thread& thread, Value value) {
  if (LIKELY(value.is_int())) return value.as_int();
  Ref<> index = TRY(to_index(thread, value));
  i64 result;
  if (integer_fits(index, result)) return result;
  return raise(thread, types.OverflowError, "cannot fit '{}' into an index-sized integer", type_of(value));
}

Result<isize> to_isize_clamped(Thread& thread, Value value) {
  if (LIKELY(value.is_int())) return value.as_int();
  Ref<> index = TRY(to_index(thread, value));
  i64 result;
  if (integer_fits(index, result)) return result;
  return IntegerView(index).view().negative ? PTRDIFF_MIN : PTRDIFF_MAX;
}

Result<i64> to_i64(Thread& thread, Value value, const char* message) {
  if (LIKELY(value.is_int())) return value.as_int();
  Ref<> index = TRY(to_index(thread, value));
  i64 result;
  if (integer_fits(index, result)) return result;
  return raise(thread, types.OverflowError, message);
}

Result<u64> to_u64(Thread& thread, Value value) {
  Ref<> index = TRY(to_index(thread, value));
  const IntegerView view(index);
  if (view.view().negative) return raise(thread, types.OverflowError, "can't convert negative int to unsigned");
  if (view.view().size > 1) return raise(thread, types.OverflowError, "int too big to convert");
  return view.view().size ? view.view().limbs[0] : u64{0};
}

Result<u64> to_u64_wrapping(Thread& thread, Value value) {
  Ref<> index = TRY(to_index(thread, value));
  return big::to_u64_wrapping(IntegerView(index));
}

Result<int> to_int(Thread& thread, Value value) {
  const i64 wide = TRY(to_i64(thread, value, "Python int too large to convert to C int"));
  if (wide > INT32_MAX) return raise(thread, types.OverflowError, "signed integer is greater than maximum");
  if (wide < INT32_MIN) return raise(thread, types.OverflowError, "signed integer is less than minimum");
  return static_cast<int>(wide);
}

Result<double> to_double(Thread& thread, Value value) {
  if (is_float(value)) return float_value(value);
  if (value.is_int() && std::abs(value.as_int()) < (i64{1} << 53)) return static_cast<double>(value.as_int());
  Type& type = type_of(value);
  if (!is_integer(value) && type.slots.floating) {
    Ref<> result = TRY(type.slots.floating(thread, value));
    if (!is_float(result)) {
      return raise(thread, types.TypeError, "{}.__float__ returned non-float (type {})", type, type_of(result));
    }
    if (&type_of(result) != types.float_) {
      TRY(warn_strict_subclass(thread, type.name_str().utf8() + ".__float__", *types.float_, type_of(result)));
    }
    return float_value(result);
  }
  if (!is_integer(value) && !type.slots.index) {
    return raise(thread, types.TypeError, "must be real number, not {}", type);
  }
  Ref<> index = TRY(to_index(thread, value));
  double result;
  if (!big::to_double(IntegerView(index), result)) {
    return raise(thread, types.OverflowError, "int too large to convert to float");
  }
  return result;
}

Result<i64> hash_of(Thread& thread, Value value) {
  if (value.is_int()) {
    const i64 number = value.as_int();
    if (LIKELY(hashes_to_itself(number))) return number;
    return big::hash(SmallBig(number).view());
  }
  if (is_exact<Str>(value)) return static_cast<i64>(as<Str>(value).hash());
  HashSlot slot = type_of(value).slots.hash;
  if (!slot) return raise(thread, types.TypeError, "unhashable type: '{}'", type_of(value));
  if (UNLIKELY(stack_is_used_up(thread))) return raise(thread, types.RecursionError, "maximum recursion depth exceeded");
  return slot(thread, value);
}

// Items

Result<Ref<>> get_item(Thread& thread, Value container, Value key) {
  Type& type = type_of(container);
  if (type.slots.get_item) return type.slots.get_item(thread, container, key);
  if (is<Type>(container)) {
    if (container == types.type->value()) return make_generic_alias(thread, container, key);
    Ref<> method = TRY(get_attribute_or_empty(thread, container, names::__class_getitem__()));
    if (!method.is_empty()) return call(thread, method, {key});
    return raise(thread, types.TypeError, "type '{}' is not subscriptable", as<Type>(container));
  }
  return raise(thread, types.TypeError, "'{}' object is not subscriptable", type);
}

Result<void> set_item(Thread& thread, Value container, Value key, Value value) {
  Type& type = type_of(container);
  if (type.slots.set_item) return type.slots.set_item(thread, container, key, value);
  if (value != Unbound) return raise(thread, types.TypeError, "'{}' object does not support item assignment", type);
  const bool is_sequence = type.slots.length && type.slots.contains && type_of(key).slots.index;
  return raise(thread, types.TypeError,
               is_sequence ? "'{}' object doesn't support item deletion" : "'{}' object does not support item deletion", type);
}

Result<bool> contains(Thread& thread, Value container, Value item) {
  Type& type = type_of(container);
  if (type.slots.contains) return type.slots.contains(thread, container, item);
  if (!type.slots.iter && !type.slots.get_item) {
    return raise(thread, types.TypeError, "argument of type '{}' is not iterable", type);
  }
  Ref<> iterator = TRY(iterate(thread, container));
  for (;;) {
    Ref<> candidate = TRY(next(thread, iterator));
    if (candidate.value() == Done) return false;
    if (TRY(equal(thread, candidate, item))) return true;
  }
}

Result<isize> length(Thread& thread, Value container) {
  LengthSlot slot = type_of(container).slots.length;
  if (!slot) return raise(thread, types.TypeError, "object of type '{}' has no len()", type_of(container));
  return slot(thread, container);
}

Result<isize> length_hint(Thread& thread, Value iterable, isize otherwise) {
  if (type_of(iterable).slots.length) {
    Result<isize> exact = length(thread, iterable);
    if (!exact.failed()) return exact;
    if (!pending_is(thread, *types.TypeError)) return failure;
    clear_pending(thread);
  }
  Result<Ref<>> result = call_special(thread, iterable, names::__length_hint__(), {});
  if (result.failed()) {
    if (!pending_is(thread, *types.TypeError)) return failure;
    clear_pending(thread);
    return otherwise;
  }
  Ref<> hint = result.take();
  if (hint.is_empty() || hint.value() == NotImplemented) return otherwise;
  if (!is_integer(hint)) {
    return raise(thread, types.TypeError, "__length_hint__ must be an integer, not {}", type_of(hint));
  }
  const isize count = TRY(to_isize(thread, hint));
  if (count < 0) return raise(thread, types.ValueError, "__length_hint__() should return >= 0");
  return count;
}

// Iteration

Result<Ref<>> iterate(Thread& thread, Value iterable) {
  Type& type = type_of(iterable);
  if (type.slots.iter && !(type.has(TypeFlag::Heap) && type.lookup(names::__iter__()).is_none())) {
    Ref<> iterator = TRY(type.slots.iter(thread, iterable));
    if (!type_of(iterator).slots.next) {
      return raise(thread, types.TypeError, "iter() returned non-iterator of type '{}'", type_of(iterator));
    }
    return iterator;
  }
  if (type.slots.get_item && !type.has(TypeFlag::IsDict) && type.lookup(names::__iter__()).is_empty()) {
    return make_sequence_iterator(thread, iterable);
  }
  return raise(thread, types.TypeError, "'{}' object is not iterable", type);
}

NOINLINE Result<Ref<>> next_by_slot(Thread& thread, Value iterator) {
  NextSlot slot = LIKELY(iterator.is_object()) ? type_of_object(*iterator.object()).slots.next : nullptr;
  if (UNLIKELY(!slot)) return raise(thread, types.TypeError, "'{}' object is not an iterator", type_of(iterator));
  if (UNLIKELY(stack_is_used_up(thread))) return raise(thread, types.RecursionError, "maximum recursion depth exceeded");
  Result<Ref<>> item = slot(thread, iterator);
  if (LIKELY(!item.failed()) || !pending_is(thread, *types.StopIteration)) return item;
  clear_pending(thread);
  return Ref<>::adopt(Done);
}

// A safepoint: native code that goes through a long iterator, or an endless one, can be interrupted and stopped.
Result<Ref<>> next(Thread& thread, Value iterator) {
  if (UNLIKELY(poll_needed(thread)) && !poll(thread)) return failure;
  const Value quick = quick_next(iterator);
  if (LIKELY(!quick.is_empty())) return Ref<>::adopt(quick);
  return next_by_slot(thread, iterator);
}

Result<Ref<List>> to_list(Thread& thread, Value iterable) {
  Ref<List> list = TRY(List::make(thread));
  TRY(list->extend(thread, iterable));
  return list;
}

Result<Ref<Tuple>> to_tuple(Thread& thread, Value iterable) {
  if (is_exact<Tuple>(iterable)) return Ref<Tuple>::share(&as<Tuple>(iterable));
  if (is_exact<List>(iterable)) return as<List>(iterable).to_tuple(thread);
  Ref<List> list = TRY(to_list(thread, iterable));
  return list->to_tuple(thread);
}

Result<Ref<>> to_fast_sequence(Thread& thread, Value iterable, std::string_view message) {
  if (is_exact<List>(iterable) || is_exact<Tuple>(iterable)) return Ref<>::share(iterable);
  Result<Ref<List>> list = to_list(thread, iterable);
  if (!list.failed()) return Ref<>(list.take());
  if (pending_is(thread, *types.TypeError) && !type_of(iterable).slots.iter) {
    clear_pending(thread);
    return raise(thread, types.TypeError, message);
  }
  return failure;
}

}  // namespace py
