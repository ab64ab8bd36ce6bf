// The type complex: construction and what Python sees. Arithmetic is in complex_arithmetic.cpp.
#include "core/base/number/float_format.h"
#include "core/base/text/case_map.h"
#include "core/builtins/builtin_types.h"
#include "core/builtins/float_type.h"
#include "core/builtins/format_error.h"
#include "core/builtins/number_slots.h"
#include "core/object/allocate.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/object/sequence.h"
#include "core/object/warning.h"

#include <cmath>

namespace py {

namespace {

Result<Ref<>> make_complex_of(Thread& thread, Type& type, double real, double imaginary) {
  Ref<Complex> result = TRY(new_object<Complex>(thread, type));
  result->real = real;
  result->imaginary = imaginary;
  return Ref<>(std::move(result));
}

// The grammar of complex("..."): [float][sign][float]j, in parentheses or not.
class ComplexText {
 public:
  explicit ComplexText(std::string_view text) : rest_(strip_ascii_space(text)) {}

  bool parse(double& real, double& imaginary) {
    real = imaginary = 0;
    const bool bracket = take('(');
    skip_space();
    double first;
    if (take_number(first)) {
      if (starts_with_sign()) {
        real = first;
        imaginary = take_signed_unit();
        if (!take_j()) return false;
      } else if (take_j()) {
        imaginary = first;
      } else {
        real = first;
      }
    } else {
      imaginary = starts_with_sign() ? take_signed_unit() : 1;
      if (!take_j()) return false;
    }
    skip_space();
    if (bracket && !take(')')) return false;
    return rest_.empty();
  }

 private:
  void skip_space() {
    while (!rest_.empty() && (rest_[0] == ' ' || (rest_[0] >= '\t' && rest_[0] <= '\r'))) rest_.remove_prefix(1);
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take_j() { return take('j') || take('J'); }
  bool starts_with_sign() const { return rest_.starts_with('+') || rest_.starts_with('-'); }
  bool take_number(double& number) {
    const usize used = real::parse_prefix(rest_.data(), rest_.size(), number);
    rest_.remove_prefix(used);
    return used != 0;
  }
  // "+2.5", or the sign alone for 1 and -1.
  double take_signed_unit() {
    double number;
    if (take_number(number)) return number;
    number = rest_[0] == '+' ? 1 : -1;
    rest_.remove_prefix(1);
    return number;
  }

  std::string_view rest_;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes the underscores between digits out; false: one stands elsewhere.
bool remove_underscores(ByteBuilder& text) {
  usize kept = 0;
  for (usize i = 0; i < text.size(); ++i) {
    const char c = text.data()[i];
    if (c == '_') {
      const bool between = i > 0 && i + 1 < text.size() && is_digit(text.data()[i + 1]) && kept && is_digit(text.data()[kept - 1]);
      if (!between) return false;
      continue;
    }
    text.data()[kept++] = c;
  }
  text.truncate(kept);
  return true;
}

Result<Ref<>> complex_from_text(Thread& thread, Type& type, const Str& source) {
  ByteBuilder text;
  if (!text::to_ascii_digits(source.view(), text)) return raise_memory_error(thread);
  double real, imaginary;
  if (!remove_underscores(text) || !ComplexText({text.data(), text.size()}).parse(real, imaginary)) {
    return raise(thread, types.ValueError, "complex() arg is a malformed string");
  }
  return make_complex_of(thread, type, real, imaginary);
}

// The value's __complex__(), or the value itself.
Result<Ref<>> special_complex(Thread& thread, Value value) {
  if (is_exact<Complex>(value) || value.is_int() || value.is_float()) return Ref<>::share(value);
  Ref<> method = TRY(lookup_special(thread, value, names::complex_method()));
  if (method.is_empty()) return Ref<>::share(value);
  Ref<> result = TRY(call(thread, method, {}));
  if (is<Complex>(result)) {
    if (!is_exact<Complex>(result)) TRY(warn_strict_subclass(thread, "__complex__", *types.complex, type_of(result)));
    return result;
  }
  return raise(thread, types.TypeError, "__complex__ returned non-complex (type {})", type_of(result));
}

bool is_numeric(Value value) {
  return is<Complex>(value) || type_of(value).slots.floating || type_of(value).slots.index;
}

Result<Ref<>> complex_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "complex(real=0, imag=())", arguments);
  const Value imaginary = bound[1];
  if (is_exact<Complex>(bound[0]) && imaginary == Unbound && &type == types.complex) return Ref<>::share(bound[0]);
  if (is<Str>(bound[0])) {
    if (imaginary != Unbound) {
      return raise(thread, types.TypeError, "complex() can't take second arg if first is a string");
    }
    return complex_from_text(thread, type, as<Str>(bound[0]));
  }
  if (is<Str>(imaginary)) return raise(thread, types.TypeError, "complex() second arg can't be a string");
  Ref<> first = TRY(special_complex(thread, bound[0]));
  if (!is_numeric(first)) {
    return raise(thread, types.TypeError, "complex() first argument must be a string or a number, not '{}'", type_of(first));
  }
  if (imaginary != Unbound && !is_numeric(imaginary)) {
    return raise(thread, types.TypeError, "complex() second argument must be a number, not '{}'", type_of(imaginary));
  }
  // real + imag * 1j, where both may be complex.
  double real_part, imaginary_part = 0;
  if (is<Complex>(first)) {
    real_part = as<Complex>(first).real;
    imaginary_part = as<Complex>(first).imaginary;
  } else {
    real_part = TRY(float_of_number(thread, first, "must be real number, not {}"));
  }
  if (imaginary == Unbound) return make_complex_of(thread, type, real_part, imaginary_part);
  const bool had_imaginary = is<Complex>(first);
  if (is<Complex>(imaginary)) {
    real_part -= as<Complex>(imaginary).imaginary;
    const double added = as<Complex>(imaginary).real;
    imaginary_part = had_imaginary ? added + imaginary_part : added;
  } else {
    const double added = TRY(float_of_number(thread, imaginary, "must be real number, not {}"));
    imaginary_part = had_imaginary ? added + imaginary_part : added;
  }
  return make_complex_of(thread, type, real_part, imaginary_part);
}

Result<Ref<>> complex_repr(Thread& thread, Value self) {
  const Complex& number = as<Complex>(self);
  const bool bare = number.real == 0 && !std::signbit(number.real);
  ByteBuilder text;
  real::Flags flags;
  if (!bare) {
    text.append('(');
    real::format(number.real, 'r', -1, flags, text);
    flags.sign = '+';
  }
  real::format(number.imaginary, 'r', -1, flags, text);
  text.append(bare ? "j" : "j)");
  if (text.failed()) return raise_memory_error(thread);
  return Str::from_ascii(thread, {text.data(), text.size()});
}

Result<i64> complex_hash(Thread&, Value self) {
  const Complex& number = as<Complex>(self);
  const i64 own = static_cast<i64>(self.bits >> 4);
  const u64 real_hash = static_cast<u64>(std::isnan(number.real) ? own : real::hash(number.real));
  const u64 imaginary_hash = static_cast<u64>(std::isnan(number.imaginary) ? own : real::hash(number.imaginary));
  const i64 combined = static_cast<i64>(real_hash + 1000003 * imaginary_hash);
  return combined == -1 ? -2 : combined;
}

Result<Ref<>> complex_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (op != CompareOp::Equal && op != CompareOp::NotEqual) return Ref<>::adopt(NotImplemented);
  const Complex& number = as<Complex>(left);
  bool equal;
  if (is<Complex>(right)) {
    equal = number.real == as<Complex>(right).real && number.imaginary == as<Complex>(right).imaginary;
  } else if (is_integer(right) || is_float(right)) {
    Ref<> real_part = TRY(make_float(thread, number.real));
    equal = number.imaginary == 0 && numbers_compare(real_part, right, CompareOp::Equal);
  } else {
    return Ref<>::adopt(NotImplemented);
  }
  return Ref<>::adopt(Value::boolean(equal == (op == CompareOp::Equal)));
}

Result<bool> complex_truth(Thread&, Value self) {
  return as<Complex>(self).real != 0 || as<Complex>(self).imaginary != 0;
}
Result<Ref<>> complex_plain(Thread& thread, Value self) {
  if (is_exact<Complex>(self)) return Ref<>::share(self);
  return make_complex(thread, as<Complex>(self).real, as<Complex>(self).imaginary);
}
Result<Ref<>> complex_negative(Thread& thread, Value self) {
  return make_complex(thread, -as<Complex>(self).real, -as<Complex>(self).imaginary);
}
Result<Ref<>> complex_absolute(Thread& thread, Value self) {
  const Complex& number = as<Complex>(self);
  const double length = std::hypot(number.real, number.imaginary);
  if (std::isinf(length) && std::isfinite(number.real) && std::isfinite(number.imaginary)) {
    return raise(thread, types.OverflowError, "absolute value too large");
  }
  return make_float(thread, length);
}
template <BinaryOp op>
Result<Ref<>> complex_operator(Thread& thread, Value left, Value right) {
  return complex_binary(thread, op, left, right);
}

Result<Ref<>> conjugate(Thread& thread, Complex& self) { return make_complex(thread, self.real, -self.imaginary); }
Result<Ref<>> to_complex(Thread& thread, Complex& self) { return complex_plain(thread, self.value()); }
Result<Ref<>> real_part(Thread& thread, Value self) { return make_float(thread, as<Complex>(self).real); }
Result<Ref<>> imaginary_part(Thread& thread, Value self) { return make_float(thread, as<Complex>(self).imaginary); }
Result<Ref<>> getnewargs(Thread& thread, Complex& self) {
  Ref<> real_value = TRY(make_float(thread, self.real));
  Ref<> imaginary_value = TRY(make_float(thread, self.imaginary));
  return Tuple::from(thread, {real_value, imaginary_value});
}

Result<Ref<>> complex_format(Thread& thread, Complex& self, Str& spec) {
  if (spec.length() == 0) return to_str(thread, self.value());
  const std::string name(type_of_object(self).name_view());
  TextBuilder out;
  FormatError error;
  LocaleHolder locale(spec.view());
  if (!py::format_complex(self.real, self.imaginary, spec.view(), name.c_str(), locale.numbers(), out, error)) {
    return raise_format_error(thread, error);
  }
  return Str::from_view(thread, out.view());
}

constexpr MethodSpec kMethods[] = {
    def<conjugate>("conjugate()", "The number with its imaginary part negated: (1+2j).conjugate() == 1-2j."),
    def<to_complex>("__complex__()", "Convert this value to exact type complex."),
    def<getnewargs>("__getnewargs__()", "Return the arguments to recreate the complex number."),
    def<complex_format>("__format__(format_spec, /)", "Convert to a string according to format_spec."),
};

constexpr PropertySpec kProperties[] = {
    {"real", "the real part of a complex number", real_part},
    {"imag", "the imaginary part of a complex number", imaginary_part},
};

}  // namespace

const TypeSpec complex_spec = {
    .name = "complex",
    .doc = "The number real + imag*1j, from two numbers or from a text such as '1+2j'.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = kProperties,
    .property_count = std::size(kProperties),
    .slots = {.repr = complex_repr,
              .hash = complex_hash,
              .compare = complex_compare,
              .new_ = complex_new,
              .truth = complex_truth,
              .negative = complex_negative,
              .positive = complex_plain,
              .absolute = complex_absolute,
              .binary = {complex_operator<BinaryOp::add>, complex_operator<BinaryOp::subtract>,
                         complex_operator<BinaryOp::multiply>, nullptr, complex_operator<BinaryOp::true_divide>, nullptr,
                         nullptr, complex_operator<BinaryOp::power>}},
    .ops = &Complex::kOps,
    .size = sizeof(Complex),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

}  // namespace py
