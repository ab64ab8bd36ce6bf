// cmath: the C library's complex functions, whose special values are those of C99 Annex G. A result that is no number
// although the argument was one means a domain error; an infinite one of a finite argument, an overflow.
#include <complex.h>

#include <cmath>

#include "core/modules/registry.h"
#include "core/object/names.h"
#include "core/object/number.h"

namespace py {

namespace {

struct ComplexNumber {
  double real = 0, imaginary = 0;
  bool is_finite() const { return std::isfinite(real) && std::isfinite(imaginary); }
  bool has_nan() const { return std::isnan(real) || std::isnan(imaginary); }
  bool has_infinity() const { return std::isinf(real) || std::isinf(imaginary); }
};

Result<ComplexNumber> complex_argument(Thread& thread, Value value) {
  if (is<Complex>(value)) return ComplexNumber{as<Complex>(value).real, as<Complex>(value).imaginary};
  if (is_float(value) || is_integer(value)) return ComplexNumber{TRY(to_double(thread, value)), 0};
  Ref<> method = TRY(lookup_special(thread, value, "__complex__"));
  if (method.is_empty()) return ComplexNumber{TRY(to_double(thread, value)), 0};
  Ref<> made = TRY(call(thread, method));
  if (!is<Complex>(made))
    return raise(thread, types.TypeError, "__complex__ returned non-complex (type {})", type_of(made));
  return ComplexNumber{as<Complex>(made).real, as<Complex>(made).imaginary};
}

}  // namespace

template <>
struct FromPython<ComplexNumber> {
  using Holder = ComplexNumber;
  static Result<ComplexNumber> convert(Thread& thread, Value value, ArgumentPlace) {
    return complex_argument(thread, value);
  }
};

namespace {

using Native = _Complex double;
Native native(ComplexNumber z) { return __builtin_complex(z.real, z.imaginary); }
ComplexNumber from_native(Native z) { return {__real__ z, __imag__ z}; }

Failure domain_error(Thread& thread) { return raise(thread, types.ValueError, "math domain error"); }
Failure range_error(Thread& thread) { return raise(thread, types.OverflowError, "math range error"); }

Result<Ref<>> checked(Thread& thread, ComplexNumber argument, ComplexNumber result) {
  if (result.has_nan() && !argument.has_nan()) return domain_error(thread);
  if (result.has_infinity() && argument.is_finite()) return range_error(thread);
  return make_complex(thread, result.real, result.imaginary);
}

template <Native (*function)(Native)>
Result<Ref<>> unary(Thread& thread, ComplexNumber z) {
  return checked(thread, z, from_native(function(native(z))));
}
// sin and cos of an infinite real part have no value, whatever the other part is; likewise sinh and cosh.
template <Native (*function)(Native), bool hyperbolic>
Result<Ref<>> periodic(Thread& thread, ComplexNumber z) {
  const double angle = hyperbolic ? z.imaginary : z.real, other = hyperbolic ? z.real : z.imaginary;
  if (std::isinf(angle) && !std::isnan(other)) return domain_error(thread);
  return unary<function>(thread, z);
}
// The same of exp, but exp(-inf + inf j) is 0.
Result<Ref<>> cmath_exp(Thread& thread, ComplexNumber z) {
  if (std::isinf(z.imaginary) && (std::isfinite(z.real) || z.real == INFINITY)) return domain_error(thread);
  return unary<cexp>(thread, z);
}
// tan and tanh: the parts become 1 and 0 long before the functions they are made of overflow.
template <Native (*function)(Native), bool hyperbolic>
Result<Ref<>> tangent(Thread& thread, ComplexNumber z) {
  const double angle = hyperbolic ? z.imaginary : z.real, other = hyperbolic ? z.real : z.imaginary;
  if (std::isinf(angle) && std::isfinite(other)) return domain_error(thread);
  const ComplexNumber result = from_native(function(native(z)));
  return make_complex(thread, result.real, result.imaginary);
}
// Logarithms and inverse tangents have poles.
template <Native (*function)(Native)>
Result<Ref<>> with_pole(Thread& thread, ComplexNumber z) {
  const ComplexNumber result = from_native(function(native(z)));
  if (result.has_infinity() && z.is_finite()) return domain_error(thread);
  return checked(thread, z, result);
}

// log() of a number far from 0 in magnitude, or near 1, without loss.
ComplexNumber logarithm(ComplexNumber z) {
  const double angle = std::atan2(z.imaginary, z.real);
  const double ax = std::fabs(z.real), ay = std::fabs(z.imaginary);
  const double big = ax > ay ? ax : ay, small = ax > ay ? ay : ax;
  if (std::isinf(big) || big == 0 || std::isnan(ax) || std::isnan(ay)) return {std::log(std::hypot(ax, ay)), angle};
  if (big > 8.9e307 || (small < 2.3e-308 && big < 2.3e-308)) {
    const int shift = big > 1 ? -53 : 53;
    return {std::log(std::hypot(std::ldexp(ax, shift), std::ldexp(ay, shift))) - shift * M_LN2, angle};
  }
  const double length = std::hypot(ax, ay);
  if (length > 0.71 && length < 1.73) return {std::log1p((big - 1) * (big + 1) + small * small) / 2, angle};
  return {std::log(length), angle};
}
Result<ComplexNumber> checked_logarithm(Thread& thread, ComplexNumber z) {
  if (z.real == 0 && z.imaginary == 0) return domain_error(thread);
  return logarithm(z);
}
Result<Ref<>> cmath_log(Thread& thread, ComplexNumber z, Value base) {
  const ComplexNumber top = TRY(checked_logarithm(thread, z));
  if (base == Unbound) return make_complex(thread, top.real, top.imaginary);
  const ComplexNumber bottom = TRY(checked_logarithm(thread, TRY(complex_argument(thread, base))));
  Ref<> left = TRY(make_complex(thread, top.real, top.imaginary)),
        right = TRY(make_complex(thread, bottom.real, bottom.imaginary));
  if (bottom.real == 0 && bottom.imaginary == 0) return domain_error(thread);
  return complex_binary(thread, BinaryOp::true_divide, left, right);
}
Result<Ref<>> cmath_log10(Thread& thread, ComplexNumber z) {
  const ComplexNumber result = TRY(checked_logarithm(thread, z));
  return make_complex(thread, result.real / M_LN10, result.imaginary / M_LN10);
}

Result<double> cmath_phase(Thread&, ComplexNumber z) { return std::atan2(z.imaginary, z.real); }
Result<Ref<Tuple>> cmath_polar(Thread& thread, ComplexNumber z) {
  const double length = std::hypot(z.real, z.imaginary);
  if (std::isinf(length) && z.is_finite()) return range_error(thread);
  Ref<> radius = TRY(make_float(thread, length)), angle = TRY(make_float(thread, std::atan2(z.imaginary, z.real)));
  return Tuple::from(thread, {radius, angle});
}

Result<Ref<>> cmath_rect(Thread& thread, double r, double phi) {
  if (std::isfinite(r) && std::isfinite(phi)) {
    if (phi == 0) return make_complex(thread, r, r * phi);
    return make_complex(thread, r * std::cos(phi), r * std::sin(phi));
  }
  if (std::isinf(phi) && r != 0 && !std::isnan(r)) return domain_error(thread);
  if (std::isinf(r) && std::isfinite(phi) && phi != 0) {
    const double sign = std::copysign(1.0, r);
    return make_complex(thread, std::copysign(INFINITY, sign * std::cos(phi)),
                        std::copysign(INFINITY, sign * std::sin(phi)));
  }
  if (std::isinf(r))
    return phi == 0 ? make_complex(thread, r, r > 0 ? phi : -phi) : make_complex(thread, INFINITY, NAN);
  if (r == 0) return make_complex(thread, 0, 0);
  return make_complex(thread, NAN, phi == 0 ? phi : NAN);
}

Result<bool> cmath_isfinite(Thread&, ComplexNumber z) { return z.is_finite(); }
Result<bool> cmath_isnan(Thread&, ComplexNumber z) { return z.has_nan(); }
Result<bool> cmath_isinf(Thread&, ComplexNumber z) { return z.has_infinity(); }

Result<bool> cmath_isclose(Thread& thread, ComplexNumber a, ComplexNumber b, Value relative_value,
                           Value absolute_value) {
  const double relative = relative_value == Unbound ? 1e-9 : TRY(to_double(thread, relative_value));
  const double absolute_tolerance = absolute_value == Unbound ? 0 : TRY(to_double(thread, absolute_value));
  if (relative < 0 || absolute_tolerance < 0) return raise(thread, types.ValueError, "tolerances must be non-negative");
  if (a.real == b.real && a.imaginary == b.imaginary) return true;
  if (a.has_infinity() || b.has_infinity()) return false;
  const double distance = std::hypot(a.real - b.real, a.imaginary - b.imaginary);
  return distance <= relative * std::hypot(b.real, b.imaginary) ||
         distance <= relative * std::hypot(a.real, a.imaginary) || distance <= absolute_tolerance;
}

constexpr MethodSpec kFunctions[] = {
    function<unary<cacos>>("acos(z, /)", "Return the arc cosine of z."),
    function<unary<cacosh>>("acosh(z, /)", "Return the inverse hyperbolic cosine of z."),
    function<unary<casin>>("asin(z, /)", "Return the arc sine of z."),
    function<unary<casinh>>("asinh(z, /)", "Return the inverse hyperbolic sine of z."),
    function<with_pole<catan>>("atan(z, /)", "Return the arc tangent of z."),
    function<with_pole<catanh>>("atanh(z, /)", "Return the inverse hyperbolic tangent of z."),
    function<periodic<ccos, false>>("cos(z, /)", "Return the cosine of z."),
    function<periodic<ccosh, true>>("cosh(z, /)", "Return the hyperbolic cosine of z."),
    function<cmath_exp>("exp(z, /)", "Return the exponential value e**z."),
    function<cmath_log>("log(z, base=<unrepresentable>, /)",
                        "log(z[, base]) -> the logarithm of z.\n\n"
                        "The natural one unless a base is given."),
    function<cmath_log10>("log10(z, /)", "Return the base-10 logarithm of z."),
    function<periodic<csin, false>>("sin(z, /)", "Return the sine of z."),
    function<periodic<csinh, true>>("sinh(z, /)", "Return the hyperbolic sine of z."),
    function<unary<csqrt>>("sqrt(z, /)", "Return the square root of z."),
    function<tangent<ctan, false>>("tan(z, /)", "Return the tangent of z."),
    function<tangent<ctanh, true>>("tanh(z, /)", "Return the hyperbolic tangent of z."),
    function<cmath_phase>("phase(z, /)", "The angle of z in polar coordinates."),
    function<cmath_polar>("polar(z, /)", "Convert a complex from rectangular coordinates to polar coordinates."),
    function<cmath_rect>("rect(r, phi, /)", "The complex number of a distance and an angle."),
    function<cmath_isfinite>("isfinite(z, /)",
                             "Whether neither part of z is infinite or a NaN."),
    function<cmath_isnan>("isnan(z, /)", "Whether a part of z is a NaN."),
    function<cmath_isinf>("isinf(z, /)", "Whether a part of z is infinite."),
    function<cmath_isclose>("isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0)",
                            "Determine whether two complex numbers are close in value."),
};

Result<void> initialize(Thread& thread, Module& module) {
  const std::pair<const char*, double> reals[] = {
      {"pi", M_PI}, {"e", M_E}, {"tau", 2 * M_PI}, {"inf", INFINITY}, {"nan", NAN}};
  for (auto [name, value] : reals) TRY(add_to_module(thread, module, name, TRY(make_float(thread, value))));
  TRY(add_to_module(thread, module, "infj", TRY(make_complex(thread, 0, INFINITY))));
  return add_to_module(thread, module, "nanj", TRY(make_complex(thread, 0, NAN)));
}

}  // namespace

const ModuleSpec kCmathModule = {"cmath", "This module provides access to mathematical functions for complex numbers.",
                                 kFunctions, std::size(kFunctions), initialize};

}  // namespace py
