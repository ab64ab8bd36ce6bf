// The type int. Arithmetic is in core/object/arithmetic.cpp.
#include "core/builtins/builtin_types.h"
#include "core/builtins/bytes_like.h"
#include "core/builtins/format_error.h"
#include "core/builtins/number_slots.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/object/sequence.h"

namespace py {

namespace {

Result<Ref<>> from_arguments(Thread& thread, Value x, Value base) {
  if (base == Unbound) {
    if (x == Unbound) return Ref<>::adopt(Value::integer(0));
    return to_integer(thread, x);
  }
  if (x == Unbound) return raise(thread, types.TypeError, "int() missing string argument");
  const isize number = TRY(to_isize_clamped(thread, base));
  if (number != 0 && (number < 2 || number > 36)) {
    return raise(thread, types.ValueError, "int() base must be >= 2 and <= 36, or 0");
  }
  if (!is<Str>(x) && !is<Bytes>(x) && !is<ByteArray>(x)) {
    return raise(thread, types.TypeError, "int() can't convert non-string with explicit base");
  }
  return integer_from_text(thread, x, static_cast<int>(number));
}

Result<Ref<>> int_new(Thread& thread, Type& type, const Arguments& arguments) {
  if (LIKELY(&type == types.int_ && arguments.positional == 1 && !arguments.keywords)) return to_integer(thread, arguments[0]);
  BIND_ARGUMENTS(bound, "int(x=(), /, base=())", arguments);
  if (&type == types.bool_) {
    return raise(thread, types.TypeError, "int.__new__(bool) is not safe, use bool.__new__()");
  }
  Ref<> value = TRY(from_arguments(thread, bound[0], bound[1]));
  if (&type == types.int_) return value;
  return make_integer_of(thread, type, value);
}

Result<Ref<>> int_repr(Thread& thread, Value self) { return integer_repr(thread, self); }
Result<i64> int_hash(Thread&, Value self) { return big::hash(IntegerView(self)); }
Result<Ref<>> int_compare(Thread&, Value left, Value right, CompareOp op) {
  if (!is_integer(left) || !is_integer(right)) return Ref<>::adopt(NotImplemented);
  return Ref<>::adopt(Value::boolean(integer_compare(left, right, op)));
}
Result<bool> int_truth(Thread&, Value self) { return !IntegerView(self).view().is_zero(); }
Result<Ref<>> int_plain(Thread& thread, Value self) { return plain_integer(thread, self); }
Result<Ref<>> int_float(Thread& thread, Value self) { return make_float(thread, TRY(to_double(thread, self))); }
Result<Ref<>> int_negative(Thread& thread, Value self) { return make_integer(thread, big::negate(IntegerView(self))); }
Result<Ref<>> int_absolute(Thread& thread, Value self) { return make_integer(thread, big::absolute(IntegerView(self))); }
Result<Ref<>> int_invert(Thread& thread, Value self) { return make_integer(thread, big::bit_invert(IntegerView(self))); }

bool takes_integers(Value left, Value right) { return is_integer(left) && is_integer(right); }
template <BinaryOp op>
Result<Ref<>> int_operator(Thread& thread, Value left, Value right) {
  if (!takes_integers(left, right)) return Ref<>::adopt(NotImplemented);
  return integer_binary(thread, op, left, right);
}

// Methods

Result<isize> bit_length(Thread&, Value self) { return static_cast<isize>(big::bit_length(IntegerView(self))); }
Result<isize> bit_count(Thread&, Value self) { return static_cast<isize>(big::bit_count(IntegerView(self))); }

Result<big::Order> byte_order(Thread& thread, Value name) {
  if (name == Unbound) return big::Order::Big;
  if (!is<Str>(name)) {
    return raise(thread, types.TypeError, "byteorder must be str, not {}", type_of(name));
  }
  if (as<Str>(name).equals("big")) return big::Order::Big;
  if (as<Str>(name).equals("little")) return big::Order::Little;
  return raise(thread, types.ValueError, "byteorder must be either 'little' or 'big'");
}

Result<Ref<>> to_bytes(Thread& thread, Value self, isize length, Value order_name, bool is_signed) {
  const big::Order order = TRY(byte_order(thread, order_name));
  if (length < 0) return raise(thread, types.ValueError, "length argument must be non-negative");
  const IntegerView number(self);
  if (!is_signed && number.view().negative) {
    return raise(thread, types.OverflowError, "can't convert negative int to unsigned");
  }
  Ref<Bytes> bytes = TRY(Bytes::allocate(thread, length));
  if (length == 0) {
    if (!number.view().is_zero()) return raise(thread, types.OverflowError, "int too big to convert");
    return Ref<>(std::move(bytes));
  }
  if (!big::to_bytes(number, bytes->data(), static_cast<usize>(length), order,
                     is_signed ? big::Signed::Yes : big::Signed::No)) {
    return raise(thread, types.OverflowError, "int too big to convert");
  }
  return Ref<>(std::move(bytes));
}

// At most eight bytes.
u64 unsigned_word(std::string_view bytes, big::Order order) {
  u64 word = 0;
  if (order == big::Order::Little) {
    std::memcpy(&word, bytes.data(), bytes.size());
  } else {
    for (const char byte : bytes) word = word << 8 | static_cast<u8>(byte);
  }
  return word;
}

Result<Ref<>> from_bytes(Thread& thread, Type& type, Value source, Value order_name, bool is_signed) {
  const big::Order order = TRY(byte_order(thread, order_name));
  if (is<Str>(source) || is_integer(source)) {
    return raise(thread, types.TypeError, "cannot convert '{}' object to bytes", type_of(source));
  }
  if (is_exact<Bytes>(source) && &type == types.int_) {
    const Bytes& bytes = as<Bytes>(source);
    if (bytes.length <= 8 && !is_signed) return make_int_unsigned(thread, unsigned_word(bytes.view(), order));
    const big::Signed sign = is_signed ? big::Signed::Yes : big::Signed::No;
    return make_integer(thread, big::from_bytes(bytes.data(), static_cast<usize>(bytes.length), order, sign));
  }
  ByteBuilder bytes;
  Ref<> method = is_exact<Bytes>(source) ? Ref<>() : TRY(lookup_special(thread, source, names::__bytes__()));
  if (method.is_empty()) {
    TRY(collect_iterable(thread, "bytes", source, bytes));
  } else {
    Ref<> result = TRY(call(thread, method, {}));
    if (!is<Bytes>(result)) {
      return raise(thread, types.TypeError, "__bytes__ returned non-bytes (type {})", type_of(result));
    }
    bytes.append(as<Bytes>(result).data(), static_cast<usize>(as<Bytes>(result).length));
  }
  if (bytes.failed()) return raise_memory_error(thread);
  Ref<> number = TRY(make_integer(thread, big::from_bytes(reinterpret_cast<const u8*>(bytes.data()), bytes.size(), order,
                                                          is_signed ? big::Signed::Yes : big::Signed::No)));
  if (&type == types.int_) return number;
  return call(thread, type.value(), {number});
}

Result<Ref<>> as_integer_ratio(Thread& thread, Value self) {
  Ref<> numerator = TRY(plain_integer(thread, self));
  return Tuple::from(thread, {numerator, Value::integer(1)});
}

// Rounds half to even at a power of ten.
Result<Ref<>> round_int(Thread& thread, Value self, Value digits) {
  if (digits == Unbound) return plain_integer(thread, self);
  Ref<> places_value = TRY(to_index(thread, digits));
  const isize count = TRY(to_isize_clamped(thread, places_value));
  if (count >= 0) return plain_integer(thread, self);
  const IntegerView number(self);
  // Beyond this every int rounds to zero: 10**n has more than three bits for each digit.
  if (count < -static_cast<isize>(big::bit_length(number) / 3 + 2)) return Ref<>::adopt(Value::integer(0));
  const BigInt unit = big::power(SmallBig(10).view(), static_cast<u64>(-count));
  big::DivMod parts = big::floor_divmod(number, unit.view());
  const BigInt doubled = big::shift_left(parts.remainder.view(), 1);
  const int order = big::compare(doubled.view(), unit.view());
  const bool up = order > 0 || (order == 0 && parts.quotient.view().is_odd());
  const BigInt quotient = up ? big::add(parts.quotient.view(), SmallBig(1).view()) : std::move(parts.quotient);
  if (unit.failed() || quotient.failed()) return raise_memory_error(thread);
  return make_integer(thread, big::multiply(quotient.view(), unit.view()));
}

Result<Ref<>> int_format(Thread& thread, Value self, Str& spec) {
  if (spec.length() == 0) return to_str(thread, self);
  const IntegerView number(self);
  const u32 type = spec[spec.length() - 1];
  const bool decimal = type == 'd' || type == 'n' || (type >= '0' && type <= '9') || type == ',' || type == '_';
  if (decimal && number.view().size > 32) {
    ByteBuilder digits;
    TRY(append_integer_text(thread, number, 10, digits));
  }
  const std::string name(type_of(self).name_view());
  TextBuilder out;
  FormatError error;
  LocaleHolder locale(spec.view());
  if (!py::format_int(number, spec.view(), name.c_str(), locale.numbers(), out, error)) {
    return raise_format_error(thread, error);
  }
  return Str::from_view(thread, out.view());
}

Result<Ref<>> getnewargs(Thread& thread, Value self) {
  Ref<> value = TRY(plain_integer(thread, self));
  return Tuple::from(thread, {value});
}
Result<isize> size_of(Thread&, Value self) {
  return 24 + 4 * static_cast<isize>((big::bit_length(IntegerView(self)) + 29) / 30);
}

template <i64 value>
Result<Ref<>> constant(Thread&, Value) {
  return Ref<>::adopt(Value::integer(value));
}

constexpr MethodSpec kMethods[] = {
    def<int_plain>("conjugate()", "Returns self, the complex conjugate of any int."),
    def<bit_length>("bit_length()", "Number of bits necessary to represent self in binary."),
    def<bit_count>("bit_count()", "Number of ones in the binary representation of the absolute value of self."),
    def<to_bytes>("to_bytes(length=1, byteorder='big', *, signed=False)", "Return an array of bytes representing an integer."),
    class_method<from_bytes>("from_bytes(bytes, byteorder='big', *, signed=False)",
                             "Return the integer represented by the given array of bytes."),
    def<as_integer_ratio>("as_integer_ratio()", "Return a pair of integers, whose ratio is equal to the original int."),
    def<int_plain>("__trunc__()", "Truncating an Integral returns itself."),
    def<int_plain>("__floor__()", "Flooring an Integral returns itself."),
    def<int_plain>("__ceil__()", "Ceiling of an Integral returns itself."),
    def<round_int>("__round__(ndigits=(), /)", "Rounding an Integral returns itself, or rounds at a power of ten."),
    def<int_format>("__format__(format_spec, /)", "Default object formatter."),
    def<getnewargs>("__getnewargs__()", "Return the arguments to recreate the int."),
    def<size_of>("__sizeof__()", "Returns size in memory, in bytes."),
};

constexpr PropertySpec kProperties[] = {
    {"real", "the real part of a complex number", int_plain},
    {"imag", "the imaginary part of a complex number", constant<0>},
    {"numerator", "the numerator of a rational number in lowest terms", int_plain},
    {"denominator", "the denominator of a rational number in lowest terms", constant<1>},
};

}  // namespace

const TypeSpec int__spec = {
    .name = "int",
    .doc = "int([x]) -> integer\n"
           "int(x, base=10) -> integer\n\n"
           "A whole number: from another number, without its fraction, or from text or bytes in the given base; 0 "
           "from nothing.\n\n"
           "Text may have a sign, and space around it. Bases are 2 to 36; base 0 reads the base off a prefix such as "
           "0x:\n"
           ">>> int('0xff', base=0)\n"
           "255",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = kProperties,
    .property_count = std::size(kProperties),
    .slots = {.repr = int_repr,
              .hash = int_hash,
              .compare = int_compare,
              .new_ = int_new,
              .truth = int_truth,
              .index = int_plain,
              .integer = int_plain,
              .floating = int_float,
              .negative = int_negative,
              .positive = int_plain,
              .absolute = int_absolute,
              .invert = int_invert,
              .binary = {int_operator<BinaryOp::add>, int_operator<BinaryOp::subtract>, int_operator<BinaryOp::multiply>,
                         nullptr, int_operator<BinaryOp::true_divide>, int_operator<BinaryOp::floor_divide>,
                         int_operator<BinaryOp::remainder>, int_operator<BinaryOp::power>,
                         int_operator<BinaryOp::left_shift>, int_operator<BinaryOp::right_shift>,
                         int_operator<BinaryOp::bit_and>, int_operator<BinaryOp::bit_or>,
                         int_operator<BinaryOp::bit_xor>, int_operator<BinaryOp::divmod>}},
    .ops = &BigInteger::kOps,
    .size = ~0u,
    .flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::IsInt),
};

}  // namespace py
