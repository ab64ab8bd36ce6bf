// math.
#include "core/modules/registry.h"
#include "core/object/int_math.h"
#include "core/object/names.h"
#include "core/object/number.h"

#include <array>
#include <cerrno>
#include <cfenv>
#include <cmath>
#include <numeric>
#include <vector>

namespace py {

namespace {

// What a function does outside its domain: CPython raises ValueError or OverflowError from the result alone.
enum class Range : u8 { CanOverflow, CannotOverflow };

Result<Ref<>> checked(Thread& thread, double argument, double result, Range range) {
  if (std::isnan(result) && !std::isnan(argument)) return raise(thread, types.ValueError, "math domain error");
  if (std::isinf(result) && std::isfinite(argument)) {
    if (range == Range::CanOverflow) return raise(thread, types.OverflowError, "math range error");
    return raise(thread, types.ValueError, "math domain error");
  }
  return make_float(thread, result);
}

template <double (*function)(double), Range range>
Result<Ref<>> unary(Thread& thread, double x) {
  return checked(thread, x, function(x), range);
}

double gamma_of(double x) {
  if (x == std::floor(x) && x <= 0) return x == 0 ? std::copysign(INFINITY, x) : NAN;
  return std::tgamma(x);
}
Result<Ref<>> math_gamma(Thread& thread, double x) {
  if (x == 0 || (x < 0 && x == std::floor(x)) || x == -INFINITY) return raise(thread, types.ValueError, "math domain error");
  return checked(thread, x, gamma_of(x), Range::CanOverflow);
}
Result<Ref<>> math_lgamma(Thread& thread, double x) {
  if (x <= 0 && x == std::floor(x) && std::isfinite(x)) return raise(thread, types.ValueError, "math domain error");
  int sign;
  return checked(thread, x, std::isinf(x) ? INFINITY : ::lgamma_r(x, &sign), Range::CanOverflow);
}

Result<Ref<>> math_atan2(Thread& thread, double y, double x) { return make_float(thread, std::atan2(y, x)); }
Result<Ref<>> math_copysign(Thread& thread, double x, double y) { return make_float(thread, std::copysign(x, y)); }
Result<Ref<>> math_fmod(Thread& thread, double x, double y) {
  if (std::isinf(y) && std::isfinite(x)) return make_float(thread, x);
  const double result = std::fmod(x, y);
  if (std::isnan(result) && !std::isnan(x) && !std::isnan(y)) return raise(thread, types.ValueError, "math domain error");
  return make_float(thread, result);
}
Result<Ref<>> math_remainder(Thread& thread, double x, double y) {
  const double result = std::remainder(x, y);
  if (std::isnan(result) && !std::isnan(x) && !std::isnan(y)) return raise(thread, types.ValueError, "math domain error");
  return make_float(thread, result);
}
Result<Ref<>> math_pow(Thread& thread, double x, double y) {
  const double result = std::pow(x, y);
  if (std::isfinite(x) && std::isfinite(y)) {
    if (std::isnan(result)) return raise(thread, types.ValueError, "math domain error");
    if (std::isinf(result)) return x == 0 ? raise(thread, types.ValueError, "math domain error") : raise(thread, types.OverflowError, "math range error");
  }
  return make_float(thread, result);
}
Result<Ref<>> math_nextafter(Thread& thread, double x, double y) { return make_float(thread, std::nextafter(x, y)); }
Result<Ref<>> math_ulp(Thread& thread, double x) {
  if (std::isnan(x)) return make_float(thread, x);
  x = std::fabs(x);
  if (std::isinf(x)) return make_float(thread, x);
  const double up = std::nextafter(x, INFINITY);
  return make_float(thread, std::isinf(up) ? x - std::nextafter(x, -INFINITY) : up - x);
}
Result<Ref<>> math_degrees(Thread& thread, double x) { return make_float(thread, x * (180.0 / M_PI)); }
Result<Ref<>> math_radians(Thread& thread, double x) { return make_float(thread, x * (M_PI / 180.0)); }
Result<bool> math_isnan(Thread&, double x) { return std::isnan(x); }
Result<bool> math_isinf(Thread&, double x) { return std::isinf(x); }
Result<bool> math_isfinite(Thread&, double x) { return std::isfinite(x); }
Result<bool> math_isclose(Thread& thread, double a, double b, Value rel, Value abs) {
  const double relative = rel == Unbound ? 1e-9 : TRY(to_double(thread, rel));
  const double absolute_tolerance = abs == Unbound ? 0.0 : TRY(to_double(thread, abs));
  if (relative < 0 || absolute_tolerance < 0) return raise(thread, types.ValueError, "tolerances must be non-negative");
  if (a == b) return true;
  if (std::isinf(a) || std::isinf(b)) return false;
  const double difference = std::fabs(b - a);
  return difference <= std::fabs(relative * b) || difference <= std::fabs(relative * a) || difference <= absolute_tolerance;
}

// Logarithms of ints beyond the range of floats.
Result<double> log_base(Thread& thread, Value value, double (*function)(double), double log_of_two) {
  if (is_integer(value)) {
    const IntegerView integer(value);
    if (integer.view().negative || integer.view().is_zero()) return raise(thread, types.ValueError, "math domain error");
    double x;
    if (big::to_double(integer, x) && std::isfinite(x)) return function(x);
    i64 exponent;
    const double mantissa = big::frexp(integer, exponent);
    return function(mantissa) + log_of_two * static_cast<double>(exponent);
  }
  const double x = TRY(to_double(thread, value));
  if (std::isfinite(x) && x <= 0) return raise(thread, types.ValueError, "math domain error");
  if (x == -INFINITY) return raise(thread, types.ValueError, "math domain error");
  return function(x);
}
Result<Ref<>> math_log(Thread& thread, Value x, Value base) {
  const double numerator = TRY(log_base(thread, x, std::log, M_LN2));
  if (base == Unbound) return make_float(thread, numerator);
  const double denominator = TRY(log_base(thread, base, std::log, M_LN2));
  if (denominator == 0) return raise(thread, types.ZeroDivisionError, "float division by zero");
  return make_float(thread, numerator / denominator);
}
Result<Ref<>> math_log2(Thread& thread, Value x) { return make_float(thread, TRY(log_base(thread, x, std::log2, 1.0))); }
Result<Ref<>> math_log10(Thread& thread, Value x) { return make_float(thread, TRY(log_base(thread, x, std::log10, 0.30102999566398119521))); }

template <double (*function)(double)>
Result<Ref<>> rounded(Thread& thread, Value value, Str& method_name) {
  if (&type_of(value) != types.float_) {
    Ref<> method = TRY(lookup_special(thread, value, method_name));
    if (!method.is_empty()) return call(thread, method, {});
  }
  return int_from_double(thread, function(TRY(to_double(thread, value))));
}
Result<Ref<>> math_floor(Thread& thread, Value x) { return rounded<std::floor>(thread, x, names::__floor__()); }
Result<Ref<>> math_ceil(Thread& thread, Value x) { return rounded<std::ceil>(thread, x, names::__ceil__()); }
Result<Ref<>> math_trunc(Thread& thread, Value x) {
  if (&type_of(x) == types.float_) return rounded<std::trunc>(thread, x, names::__trunc__());
  Ref<> method = TRY(lookup_special(thread, x, names::__trunc__()));
  if (method.is_empty()) return raise(thread, types.TypeError, "type {} doesn't define __trunc__ method", type_of(x));
  return call(thread, method, {});
}
Result<Ref<>> math_frexp(Thread& thread, double x) {
  int exponent = 0;
  const double mantissa = std::isfinite(x) ? std::frexp(x, &exponent) : x;
  Ref<> m = TRY(make_float(thread, mantissa));
  return Ref<>(TRY(Tuple::from(thread, {m, Value::integer(exponent)})));
}
Result<Ref<>> math_ldexp(Thread& thread, double x, Value exponent) {
  if (!is_integer(exponent)) return raise(thread, types.TypeError, "Expected an int as second argument to ldexp.");
  i64 e;
  if (!integer_fits(exponent, e)) e = IntegerView(exponent).view().negative ? -100000 : 100000;
  if (x == 0 || !std::isfinite(x)) return make_float(thread, x);
  if (e > 100000) e = 100000;
  if (e < -100000) e = -100000;
  const double result = std::ldexp(x, static_cast<int>(e));
  if (std::isinf(result)) return raise(thread, types.OverflowError, "math range error");
  return make_float(thread, result);
}
Result<Ref<>> math_modf(Thread& thread, double x) {
  double whole;
  const double part = std::isinf(x) ? std::copysign(0.0, x) : std::modf(x, &whole);
  if (std::isinf(x)) whole = x;
  Ref<> a = TRY(make_float(thread, part)), b = TRY(make_float(thread, whole));
  return Ref<>(TRY(Tuple::from(thread, {a, b})));
}

// Exact sum of floats: Shewchuk's non-overlapping partials ("Adaptive Precision Floating-Point Arithmetic", 1997).
Result<Ref<>> math_fsum(Thread& thread, Value iterable) {
  std::vector<double> partials;
  double special = 0, infinite = 0;
  TRY(for_each(thread, iterable, [&](Value item) -> Result<void> {
    double x = TRY(to_double(thread, item));
    if (!std::isfinite(x)) {
      special += x;
      if (std::isinf(x)) infinite += x;
      return {};
    }
    usize kept = 0;
    for (double y : partials) {
      if (std::fabs(x) < std::fabs(y)) std::swap(x, y);
      const double high = x + y;
      const double low = y - (high - x);
      if (low != 0) partials[kept++] = low;
      x = high;
    }
    if (!std::isfinite(x)) return raise(thread, types.OverflowError, "intermediate overflow in fsum");
    partials.resize(kept);
    partials.push_back(x);
    return {};
  }));
  if (special != 0) {
    if (std::isnan(infinite)) return raise(thread, types.ValueError, "-inf + inf in fsum");
    return make_float(thread, special);
  }
  double high = 0;
  usize n = partials.size();
  if (n) {
    high = partials[--n];
    double low = 0;
    while (n > 0) {
      const double x = high, y = partials[--n];
      high = x + y;
      low = y - (high - x);
      if (low != 0) break;
    }
    // Half-even needs the next partial's sign.
    if (n > 0 && ((low < 0 && partials[n - 1] < 0) || (low > 0 && partials[n - 1] > 0))) {
      const double y = low * 2, x = high + y;
      if (y == x - high) high = x;
    }
  }
  return make_float(thread, high);
}

Result<double> norm(const std::vector<double>& values) {
  double largest = 0;
  bool nan = false;
  for (double x : values) {
    nan |= std::isnan(x);
    largest = std::max(largest, std::isnan(x) ? 0 : std::fabs(x));
  }
  if (std::isinf(largest)) return largest;
  if (nan) return static_cast<double>(NAN);
  if (largest == 0) return 0.0;
  int exponent;
  std::frexp(largest, &exponent);
  long double sum = 0;
  for (double x : values) {
    const long double scaled = std::ldexp(static_cast<long double>(x), -exponent);
    sum += scaled * scaled;
  }
  return static_cast<double>(std::ldexp(std::sqrt(sum), exponent));
}
Result<Ref<>> math_hypot(Thread& thread, Rest rest) {
  std::vector<double> values;
  for (u32 i = 0; i < rest.count; ++i) values.push_back(TRY(to_double(thread, rest.values[i])));
  return make_float(thread, TRY(norm(values)));
}
Result<Ref<>> math_dist(Thread& thread, Value p, Value q) {
  Ref<Tuple> a = TRY(to_tuple(thread, p)), b = TRY(to_tuple(thread, q));
  if (a->length != b->length) return raise(thread, types.ValueError, "both points must have the same number of dimensions");
  std::vector<double> values;
  for (isize i = 0; i < a->length; ++i) {
    const double x = TRY(to_double(thread, (*a)[i])), y = TRY(to_double(thread, (*b)[i]));
    values.push_back(x - y);
  }
  return make_float(thread, TRY(norm(values)));
}

// Integers

// The double's root is off by one at most.
i64 small_root(i64 number) {
  i64 root = static_cast<i64>(std::sqrt(static_cast<double>(number)));
  while (root * root > number) --root;
  while ((root + 1) * (root + 1) <= number) ++root;
  return root;
}
Result<Ref<>> math_isqrt(Thread& thread, Value n) {
  if (n.is_int() && n.as_int() >= 0) return make_int(thread, small_root(n.as_int()));
  Ref<> index = TRY(to_index(thread, n));
  const IntegerView view(index);
  if (view.view().negative) return raise(thread, types.ValueError, "isqrt() argument must be nonnegative");
  return make_integer(thread, big::isqrt(view));
}
Result<Ref<>> math_gcd(Thread& thread, Rest rest) {
  Ref<> result = Ref<>::adopt(Value::integer(0));
  for (u32 i = 0; i < rest.count; ++i) {
    Ref<> index = TRY(to_index(thread, rest.values[i]));
    if (LIKELY(result.value().is_int() && index.value().is_int())) {
      result = TRY(make_int(thread, std::gcd(result.value().as_int(), index.value().as_int())));
    } else {
      result = TRY(make_integer(thread, big::gcd(IntegerView(result), IntegerView(index))));
    }
  }
  return result;
}
Result<Ref<>> math_lcm(Thread& thread, Rest rest) {
  Ref<> result = Ref<>::adopt(Value::integer(1));
  for (u32 i = 0; i < rest.count; ++i) {
    Ref<> index = TRY(to_index(thread, rest.values[i]));
    if (index.value() == Value::integer(0)) result = Ref<>::adopt(Value::integer(0));
    if (result.value() == Value::integer(0)) continue;
    Ref<> divisor = TRY(make_integer(thread, big::gcd(IntegerView(result), IntegerView(index))));
    Ref<> quotient = TRY(binary(thread, BinaryOp::floor_divide, result, divisor));
    Ref<> product = TRY(binary(thread, BinaryOp::multiply, quotient, index));
    result = TRY(absolute(thread, product));
  }
  return result;
}
// Product of low..high by halves, so that the factors stay balanced; of a few, word by word.
Result<Ref<>> range_product(Thread& thread, i64 low, i64 high) {
  constexpr i64 kFew = 32;
  if (high - low < kFew) {
    Ref<> result = Ref<>::adopt(Value::integer(1));
    i64 word = 1;
    for (i64 factor = low; factor <= high; ++factor) {
      i64 product;
      if (LIKELY(!__builtin_mul_overflow(word, factor, &product))) {
        word = product;
        continue;
      }
      Ref<> part = TRY(make_int(thread, word));
      result = TRY(int_multiply(thread, result, part));
      word = factor;
    }
    Ref<> part = TRY(make_int(thread, word));
    return int_multiply(thread, result, part);
  }
  const i64 middle = low + (high - low) / 2;
  Ref<> left = TRY(range_product(thread, low, middle)), right = TRY(range_product(thread, middle + 1, high));
  return binary(thread, BinaryOp::multiply, left, right);
}
Result<Ref<>> math_factorial(Thread& thread, Value n) {
  Ref<> index = TRY(to_index(thread, n));
  i64 value;
  if (!integer_fits(index, value)) {
    if (IntegerView(index).view().negative) return raise(thread, types.ValueError, "factorial() not defined for negative values");
    return raise(thread, types.OverflowError, "factorial() argument should not exceed 9223372036854775807");
  }
  if (value < 0) return raise(thread, types.ValueError, "factorial() not defined for negative values");
  return range_product(thread, 2, value);
}
// The arguments of perm and comb: both at least 0; `count` is the smaller one's machine value.
struct Choice {
  Ref<> from, chosen;
  bool none = false;  // more are to be chosen than there are
};
Result<Choice> choice_arguments(Thread& thread, Value n, Value k) {
  Choice choice{TRY(to_index(thread, n)), TRY(to_index(thread, k))};
  if (int_sign(choice.from) < 0) return raise(thread, types.ValueError, "n must be a non-negative integer");
  if (int_sign(choice.chosen) < 0) return raise(thread, types.ValueError, "k must be a non-negative integer");
  choice.none = int_less(choice.from, choice.chosen);
  return choice;
}
// n * (n - 1) * ... : `count` factors.
Result<Ref<>> falling_product(Thread& thread, Value n, Value count, const char* function) {
  i64 factors, top;
  if (!integer_fits(count, factors)) {
    return raise(thread, types.OverflowError, "{} must not exceed {}", function, INT64_MAX);
  }
  if (integer_fits(n, top)) return range_product(thread, top - factors + 1, top);
  Ref<> result = Ref<>::adopt(Value::integer(1)), factor = Ref<>::share(n);
  for (; factors > 0; --factors) {
    result = TRY(int_multiply(thread, result, factor));
    factor = TRY(int_subtract(thread, factor, Value::integer(1)));
    if (!poll(thread)) return failure;
  }
  return result;
}
Result<Ref<>> math_perm(Thread& thread, Value n, Value k) {
  if (k.is_none()) return math_factorial(thread, n);
  Choice choice = TRY(choice_arguments(thread, n, k));
  if (choice.none) return Ref<>::adopt(Value::integer(0));
  return falling_product(thread, choice.from, choice.chosen, "k");
}
// Pascal's triangle as far as a word holds it.
constexpr i64 kTriangleRows = 67;
constexpr auto kTriangle = [] {
  std::array<i64, kTriangleRows * (kTriangleRows + 1) / 2> triangle{};
  for (usize n = 0, row = 0; n < kTriangleRows; row += ++n) {
    triangle[row] = triangle[row + n] = 1;
    for (usize k = 1; k < n; ++k) triangle[row + k] = triangle[row - n + k - 1] + triangle[row - n + k];
  }
  return triangle;
}();
// n over k as long as all that comes up on the way fits in a word; false otherwise.
bool small_combinations(i64 n, i64 k, i64& result) {
  if (n < kTriangleRows) {
    result = kTriangle[static_cast<usize>(n * (n + 1) / 2 + k)];
    return true;
  }
  result = 1;
  for (i64 i = 0; i < k; ++i) {
    if (__builtin_mul_overflow(result, n - i, &result)) return false;
    result /= i + 1;
  }
  return true;
}
Result<Ref<>> math_comb(Thread& thread, Value n, Value k) {
  if (i64 small; n.is_int() && k.is_int() && k.as_int() >= 0 && k.as_int() <= n.as_int() &&
                 small_combinations(n.as_int(), std::min(k.as_int(), n.as_int() - k.as_int()), small)) {
    return make_int(thread, small);
  }
  Choice choice = TRY(choice_arguments(thread, n, k));
  if (choice.none) return Ref<>::adopt(Value::integer(0));
  Ref<> rest = TRY(int_subtract(thread, choice.from, choice.chosen));
  const Value count = int_less(rest, choice.chosen) ? rest.value() : choice.chosen.value();
  Ref<> top = TRY(falling_product(thread, choice.from, count, "min(n - k, k)"));
  Ref<> bottom = TRY(range_product(thread, 2, count.as_int()));
  return int_floor_divide(thread, top, bottom);
}
Result<Ref<>> math_prod(Thread& thread, Value iterable, Value start) {
  Ref<> result = Ref<>::share(start);
  TRY(for_each(thread, iterable, [&](Value item) -> Result<void> {
    i64 product;
    if (item.is_int() && result.value().is_int() &&
        !__builtin_mul_overflow(item.as_int(), result.value().as_int(), &product) && Value::fits_integer(product)) {
      result = Ref<>::adopt(Value::integer(product));
      return {};
    }
    result = TRY(binary(thread, BinaryOp::multiply, result, item));
    return {};
  }));
  return result;
}

#define UNARY(name, function_pointer, range, doc) function<unary<function_pointer, Range::range>>(name "(x, /)", doc)

constexpr MethodSpec kFunctions[] = {
    UNARY("acos", std::acos, CannotOverflow, "Return the arc cosine (measured in radians) of x."),
    UNARY("acosh", std::acosh, CannotOverflow, "Return the inverse hyperbolic cosine of x."),
    UNARY("asin", std::asin, CannotOverflow, "Return the arc sine (measured in radians) of x."),
    UNARY("asinh", std::asinh, CannotOverflow, "Return the inverse hyperbolic sine of x."),
    UNARY("atan", std::atan, CannotOverflow, "Return the arc tangent (measured in radians) of x."),
    UNARY("atanh", std::atanh, CannotOverflow, "Return the inverse hyperbolic tangent of x."),
    UNARY("cbrt", std::cbrt, CannotOverflow, "Return the cube root of x."),
    UNARY("cos", std::cos, CannotOverflow, "Return the cosine of x (measured in radians)."),
    UNARY("cosh", std::cosh, CanOverflow, "Return the hyperbolic cosine of x."),
    UNARY("erf", std::erf, CannotOverflow, "Error function at x."),
    UNARY("erfc", std::erfc, CannotOverflow, "Complementary error function at x."),
    UNARY("exp", std::exp, CanOverflow, "Return e raised to the power of x."),
    UNARY("exp2", std::exp2, CanOverflow, "Return 2 raised to the power of x."),
    UNARY("expm1", std::expm1, CanOverflow, "Return exp(x)-1."),
    UNARY("fabs", std::fabs, CannotOverflow, "Return the absolute value of the float x."),
    UNARY("log1p", std::log1p, CannotOverflow, "Return the natural logarithm of 1+x (base e)."),
    UNARY("sin", std::sin, CannotOverflow, "Return the sine of x (measured in radians)."),
    UNARY("sinh", std::sinh, CanOverflow, "Return the hyperbolic sine of x."),
    UNARY("sqrt", std::sqrt, CannotOverflow, "Return the square root of x."),
    UNARY("tan", std::tan, CannotOverflow, "Return the tangent of x (measured in radians)."),
    UNARY("tanh", std::tanh, CannotOverflow, "Return the hyperbolic tangent of x."),
    function<math_gamma>("gamma(x, /)", "Gamma function at x."),
    function<math_lgamma>("lgamma(x, /)", "Natural logarithm of absolute value of Gamma function at x."),
    function<math_atan2>("atan2(y, x, /)", "Return the arc tangent (measured in radians) of y/x."),
    function<math_copysign>("copysign(x, y, /)", "Return a float with the magnitude of x but the sign of y."),
    function<math_fmod>("fmod(x, y, /)", "Return fmod(x, y), according to platform C."),
    function<math_remainder>("remainder(x, y, /)", "Difference between x and the closest integer multiple of y."),
    function<math_pow>("pow(x, y, /)", "Return x**y (x to the power of y)."),
    function<math_nextafter>("nextafter(x, y, /)", "Return the next floating-point value after x towards y."),
    function<math_ulp>("ulp(x, /)", "Return the value of the least significant bit of the float x."),
    function<math_degrees>("degrees(x, /)", "Convert angle x from radians to degrees."),
    function<math_radians>("radians(x, /)", "Convert angle x from degrees to radians."),
    function<math_isnan>("isnan(x, /)", "Return True if x is a NaN (not a number), and False otherwise."),
    function<math_isinf>("isinf(x, /)", "Return True if x is a positive or negative infinity, and False otherwise."),
    function<math_isfinite>("isfinite(x, /)", "Return True if x is neither an infinity nor a NaN, and False otherwise."),
    function<math_isclose>("isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0)", "Determine whether two floating point numbers are close in value."),
    function<math_log>("log(x, base=math.e, /)", "Return the logarithm of x to the given base."),
    function<math_log2>("log2(x, /)", "Return the base 2 logarithm of x."),
    function<math_log10>("log10(x, /)", "Return the base 10 logarithm of x."),
    function<math_floor>("floor(x, /)", "Return the floor of x as an Integral."),
    function<math_ceil>("ceil(x, /)", "Return the ceiling of x as an Integral."),
    function<math_trunc>("trunc(x, /)", "Truncates the Real x to the nearest Integral toward 0."),
    function<math_frexp>("frexp(x, /)", "Return the mantissa and exponent of x, as pair (m, e)."),
    function<math_ldexp>("ldexp(x, i, /)", "Return x * (2**i)."),
    function<math_modf>("modf(x, /)", "Return the fractional and integer parts of x."),
    function<math_fsum>("fsum(seq, /)", "Return an accurate floating point sum of values in the iterable seq."),
    function<math_hypot>("hypot(*coordinates)", "Multidimensional Euclidean distance from the origin to a point."),
    function<math_dist>("dist(p, q, /)", "Return the Euclidean distance between two points p and q."),
    function<math_isqrt>("isqrt(n, /)", "Return the integer part of the square root of the input."),
    function<math_gcd>("gcd(*integers)", "Greatest Common Divisor."),
    function<math_lcm>("lcm(*integers)", "Least Common Multiple."),
    function<math_factorial>("factorial(n, /)", "Find n!."),
    function<math_perm>("perm(n, k=None, /)", "Number of ways to choose k items from n items without repetition and with order."),
    function<math_comb>("comb(n, k, /)", "Number of ways to choose k items from n items without repetition and without order."),
    function<math_prod>("prod(iterable, /, *, start=1)", "Calculate the product of all the elements in the input iterable."),
};

Result<void> initialize(Thread& thread, Module& module) {
  const std::pair<const char*, double> constants[] = {{"pi", M_PI}, {"e", M_E}, {"tau", 2 * M_PI}, {"inf", INFINITY}, {"nan", NAN}};
  for (auto [name, number] : constants) TRY(add_to_module(thread, module, name, TRY(make_float(thread, number))));
  return {};
}

}  // namespace

const ModuleSpec kMathModule = {"math", "This module provides access to the mathematical functions\ndefined by the C standard.", kFunctions,
                                std::size(kFunctions), initialize};

}  // namespace py
