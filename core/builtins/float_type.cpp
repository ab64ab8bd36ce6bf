// The type float. Arithmetic is in core/object/arithmetic.cpp.
#include "core/base/number/float_format.h"
#include "core/base/text/case_map.h"
#include "core/bind/subclass_arguments.h"
#include "core/builtins/builtin_types.h"
#include "core/builtins/bytes_like.h"
#include "core/builtins/float_type.h"
#include "core/builtins/format_error.h"
#include "core/builtins/number_slots.h"
#include "core/object/allocate.h"
#include "core/object/int_math.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/object/sequence.h"
#include "core/object/warning.h"

#include <cmath>

namespace py {

std::string_view strip_ascii_space(std::string_view text) {
  auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

Result<double> float_of_number(Thread& thread, Value value, const char* message) {
  if (&type_of(value) == types.float_) return float_value(value);
  const TypeSlots& slots = type_of(value).slots;
  if (slots.floating) {
    Ref<> result = TRY(slots.floating(thread, value));
    if (!is_float(result)) {
      return raise(thread, types.TypeError, "{}.__float__ returned non-float (type {})", type_of(value), type_of(result));
    }
    if (&type_of(result) != types.float_) {
      TRY(warn_strict_subclass(thread, type_of(value).name_str().utf8() + ".__float__", *types.float_, type_of(result)));
    }
    return float_value(result);
  }
  if (slots.index) return to_double(thread, value);
  return raise(thread, types.TypeError, message, type_of(value));
}

namespace {

Result<double> parse_float(Thread& thread, std::string_view text, Value source) {
  double number;
  text = strip_ascii_space(text);
  if (real::parse(text.data(), text.size(), number)) return number;
  return raise(thread, types.ValueError, "could not convert string to float: {!r}", source);
}

Result<double> float_from_text(Thread& thread, Value source) {
  if (!is<Str>(source)) {
    BytesLike bytes = TRY(BytesLike::open(thread, source));
    return parse_float(thread, bytes.bytes(), source);
  }
  const Str& text = as<Str>(source);
  if (text.is_ascii()) return parse_float(thread, text.ascii(), source);
  ByteBuilder ascii;
  if (!text::to_ascii_digits(text.view(), ascii)) return raise_memory_error(thread);
  return parse_float(thread, {ascii.data(), ascii.size()}, source);
}

Result<Ref<>> float_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "float(x=0, /)", arguments_for_new(type, *types.float_, arguments));
  const Value x = bound[0];
  const bool exact = &type_of(x) == types.float_;
  if (exact && &type == types.float_) return Ref<>::share(x);
  const bool is_number = type_of(x).slots.floating || type_of(x).slots.index;
  const bool is_text = is_exact<Str>(x) || (!is_number && (is<Str>(x) || has_buffer(x)));
  const double number =
      is_text ? TRY(float_from_text(thread, x))
              : TRY(float_of_number(thread, x, "float() argument must be a string or a real number, not '{}'"));
  if (&type == types.float_) return make_float(thread, number);
  Ref<BoxedFloat> boxed = TRY(new_object<BoxedFloat>(thread, type));
  boxed->number = number;
  return Ref<>(std::move(boxed));
}

Result<Ref<>> float_to_repr(Thread& thread, Value self) { return float_repr(thread, float_value(self)); }
Result<i64> float_hash(Thread&, Value self) {
  const double number = float_value(self);
  if (std::isnan(number)) return static_cast<i64>(self.bits >> 4);  // a nan is always an object
  return real::hash(number);
}
Result<Ref<>> float_compare(Thread&, Value left, Value right, CompareOp op) {
  const bool known = (is_float(left) || is_integer(left)) && (is_float(right) || is_integer(right));
  if (!known) return Ref<>::adopt(NotImplemented);
  return Ref<>::adopt(Value::boolean(numbers_compare(left, right, op)));
}
Result<bool> float_truth(Thread&, Value self) { return float_value(self) != 0; }
Result<Ref<>> float_plain(Thread& thread, Value self) {
  if (&type_of(self) == types.float_) return Ref<>::share(self);
  return make_float(thread, float_value(self));
}
Result<Ref<>> float_negative(Thread& thread, Value self) { return make_float(thread, -float_value(self)); }
Result<Ref<>> float_absolute(Thread& thread, Value self) { return make_float(thread, std::fabs(float_value(self))); }

Result<Ref<>> float_truncated(Thread& thread, Value self) { return int_from_double(thread, float_value(self)); }
Result<Ref<>> float_floor(Thread& thread, Value self) { return int_from_double(thread, std::floor(float_value(self))); }
Result<Ref<>> float_ceil(Thread& thread, Value self) { return int_from_double(thread, std::ceil(float_value(self))); }

template <BinaryOp op>
Result<Ref<>> float_operator(Thread& thread, Value left, Value right) {
  return float_binary(thread, op, left, right);
}

// Methods

Result<Ref<>> round_float(Thread& thread, Value self, Value digits) {
  const double number = float_value(self);
  if (digits.is_none()) return int_from_double(thread, std::isfinite(number) ? real::round_half_even(number) : number);
  const isize places = TRY(to_isize_clamped(thread, digits));
  if (!std::isfinite(number) || number == 0) return make_float(thread, number);
  double rounded;
  if (!real::round_digits(number, places, rounded)) {
    return raise(thread, types.OverflowError, "rounded value too large to represent");
  }
  return make_float(thread, rounded);
}

Result<bool> is_integer_value(Thread&, Value self) {
  const double number = float_value(self);
  return std::isfinite(number) && std::floor(number) == number;
}

Result<Ref<>> as_integer_ratio(Thread& thread, Value self) {
  const double number = float_value(self);
  if (std::isinf(number)) return raise(thread, types.OverflowError, "cannot convert Infinity to integer ratio");
  if (std::isnan(number)) return raise(thread, types.ValueError, "cannot convert NaN to integer ratio");
  const real::Ratio ratio = real::exact_ratio(number);
  const SmallBig numerator(ratio.numerator), one(1);
  const u64 shift = static_cast<u64>(ratio.exponent < 0 ? -ratio.exponent : ratio.exponent);
  Ref<> top = TRY(make_integer(thread, big::shift_left(numerator.view(), ratio.exponent > 0 ? shift : 0)));
  Ref<> bottom = TRY(make_integer(thread, big::shift_left(one.view(), ratio.exponent < 0 ? shift : 0)));
  return Tuple::from(thread, {top, bottom});
}

Result<Ref<>> to_hex(Thread& thread, Value self) {
  const real::ShortText text = real::hex(float_value(self));
  return Str::from_ascii(thread, {text.text, text.size});
}

Result<Ref<>> from_hex(Thread& thread, Type& type, Value source) {
  if (!is<Str>(source)) return raise(thread, types.TypeError, "bad argument type for built-in operation");
  const std::string text = as<Str>(source).utf8();
  double number;
  switch (real::from_hex(text.data(), text.size(), number)) {
    case real::FromHex::Ok: break;
    case real::FromHex::Invalid:
      return raise(thread, types.ValueError, "invalid hexadecimal floating-point string");
    case real::FromHex::Overflow:
      return raise(thread, types.OverflowError, "hexadecimal value too large to represent as a float");
  }
  Ref<> result = TRY(make_float(thread, number));
  if (&type == types.float_) return result;
  return call(thread, type.value(), {result});
}

Result<Ref<>> get_format(Thread& thread, Type&, Str& name) {
  if (name.equals("double") || name.equals("float")) return Str::from_ascii(thread, "IEEE, little-endian");
  return raise(thread, types.ValueError, "__getformat__() argument 1 must be 'double' or 'float'");
}

Result<Ref<>> float_format(Thread& thread, Value self, Str& spec) {
  if (spec.length() == 0) return to_str(thread, self);
  const std::string name(type_of(self).name_view());
  TextBuilder out;
  FormatError error;
  LocaleHolder locale(spec.view());
  if (!py::format_float(float_value(self), spec.view(), name.c_str(), locale.numbers(), out, error)) {
    return raise_format_error(thread, error);
  }
  return Str::from_view(thread, out.view());
}

Result<Ref<>> getnewargs(Thread& thread, Value self) {
  Ref<> value = TRY(make_float(thread, float_value(self)));
  return Tuple::from(thread, {value});
}
Result<isize> size_of(Thread&, Value) { return isize{24}; }
Result<Ref<>> imaginary_part(Thread& thread, Value) { return make_float(thread, 0.0); }

constexpr MethodSpec kMethods[] = {
    def<float_plain>("conjugate()", "Return self, the complex conjugate of any float."),
    def<float_truncated>("__trunc__()", "The number without its fraction, as an int."),
    def<float_floor>("__floor__()", "Return the floor as an Integral."),
    def<float_ceil>("__ceil__()", "Return the ceiling as an Integral."),
    def<round_float>("__round__(ndigits=None, /)",
                     "Return the Integral closest to x, rounding half toward even, or a float with ndigits digits."),
    def<as_integer_ratio>("as_integer_ratio()", "Return a pair of integers, whose ratio is equal to the original float."),
    def<is_integer_value>("is_integer()", "Return True if the float is an integer."),
    def<to_hex>("hex()", "Return a hexadecimal representation of a floating-point number."),
    class_method<from_hex>("fromhex(string, /)", "Create a floating-point number from a hexadecimal string."),
    class_method<get_format>("__getformat__(typestr, /)", "Describe how the C types 'double' or 'float' are stored."),
    def<float_format>("__format__(format_spec, /)", "Formats the float according to format_spec."),
    def<getnewargs>("__getnewargs__()", "Return the arguments to recreate the float."),
    def<size_of>("__sizeof__()", "Returns size in memory, in bytes."),
};

constexpr PropertySpec kProperties[] = {
    {"real", "the real part of a complex number", float_plain},
    {"imag", "the imaginary part of a complex number", imaginary_part},
};

}  // namespace

const TypeSpec float__spec = {
    .name = "float",
    .doc = "A floating-point number from a number, or from the text of one.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = kProperties,
    .property_count = std::size(kProperties),
    .slots = {.repr = float_to_repr,
              .hash = float_hash,
              .compare = float_compare,
              .new_ = float_new,
              .truth = float_truth,
              .integer = float_truncated,
              .floating = float_plain,
              .negative = float_negative,
              .positive = float_plain,
              .absolute = float_absolute,
              .binary = {float_operator<BinaryOp::add>, float_operator<BinaryOp::subtract>,
                         float_operator<BinaryOp::multiply>, nullptr, float_operator<BinaryOp::true_divide>,
                         float_operator<BinaryOp::floor_divide>, float_operator<BinaryOp::remainder>,
                         float_operator<BinaryOp::power>, nullptr, nullptr, nullptr, nullptr, nullptr,
                         float_operator<BinaryOp::divmod>}},
    .ops = &BoxedFloat::kOps,
    .size = sizeof(BoxedFloat),
    .flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::IsFloat),
};

}  // namespace py
