// Floats and the format mini-language against CPython's answers.
#include <doctest/doctest.h>

#include "core/base/number/float_format.h"
#include "core/base/number/format_spec.h"
#include "tests/unit/core/base/oracle/vectors.h"

using namespace py;
using namespace oracle;

namespace {

std::string short_field(const real::ShortText& text) { return field_of(ascii_view(text.text, text.size)); }

std::string answer(bool ok, const TextBuilder& out, const FormatError& error) {
  if (ok) return field_of(out.view());
  return "!" + field_of(ascii_view(error.text)).substr(1);
}

}  // namespace

TEST_CASE("oracle: float text") {
  run("numbers", "repr", [](const Fields& f) { return short_field(real::repr(double_of(f[0]))); });
  run("numbers", "hex", [](const Fields& f) { return short_field(real::hex(double_of(f[0]))); });
  run("numbers", "hash", [](const Fields& f) { return std::to_string(real::hash(double_of(f[0]))); });
  run("numbers", "round", [](const Fields& f) -> std::string {
    double result;
    bool ok = real::round_digits(double_of(f[0]), std::stol(f[1]), result);
    return ok ? digits_of(result) : "overflow";
  });
  run("numbers", "parse_float", [](const Fields& f) -> std::string {
    std::string text = from_hex(f[0].substr(1));
    double result;
    return real::parse(text.data(), text.size(), result) ? digits_of(result) : "invalid";
  });
  run("numbers", "from_hex", [](const Fields& f) -> std::string {
    std::string text = from_hex(f[0].substr(1));
    double result;
    switch (real::from_hex(text.data(), text.size(), result)) {
      case real::FromHex::Ok: return digits_of(result);
      case real::FromHex::Invalid: return "invalid";
      default: return "overflow";
    }
  });
  run("numbers", "float_divmod", [](const Fields& f) {
    double rest;
    double quotient = real::floor_divide(double_of(f[0]), double_of(f[1]), rest);
    return digits_of(quotient) == f[2] ? digits_of(rest) : "quotient " + digits_of(quotient);
  });
}

TEST_CASE("oracle: format specifications") {
  run("numbers", "format_float", [](const Fields& f) {
    TextBuilder out;
    FormatError error;
    bool ok = format_float(double_of(f[1]), text_of(f[0]).view(), "float", {}, out, error);
    return answer(ok, out, error);
  });
  run("numbers", "format_int", [](const Fields& f) {
    TextBuilder out;
    FormatError error;
    bool ok = format_int(big_of(f[1]).view(), text_of(f[0]).view(), "int", {}, out, error);
    return answer(ok, out, error);
  });
  run("numbers", "format_text", [](const Fields& f) {
    TextBuilder out;
    FormatError error;
    TextBuilder value = text_of(f[1]);
    if (f[0] == "t") return field_of(value.view());  // format(s, "") never parses
    bool ok = format_text(value.view(), text_of(f[0]).view(), "str", out, error);
    return answer(ok, out, error);
  });
  run("numbers", "format_complex", [](const Fields& f) {
    TextBuilder out;
    FormatError error;
    bool ok = format_complex(double_of(f[1]), double_of(f[2]), text_of(f[0]).view(), "complex", {}, out, error);
    return answer(ok, out, error);
  });
}

TEST_CASE("oracle: integers") {
  run("integers", "int_one", [](const Fields& f) -> std::string {
    BigInt a = big_of(f[0]);
    Fields actual = {f[0],
                     std::to_string(big::bit_length(a.view())),
                     std::to_string(big::bit_count(a.view())),
                     std::to_string(big::hash(a.view())),
                     decimal_of(big::bit_invert(a.view())),
                     decimal_of(big::shift_left(a.view(), 77))};
    for (u64 bits : {0, 1, 13, 63, 64, 65, 200}) actual.push_back(decimal_of(big::shift_right(a.view(), bits)));
    for (usize i = 0; i < f.size(); ++i) {
      if (actual[i] != f[i]) return "field " + std::to_string(i) + " " + actual[i];
    }
    return actual.back();
  });
  run("integers", "int_text", [](const Fields& f) {
    ByteBuilder out;
    big::to_text(big_of(f[0]).view(), static_cast<u32>(std::stoul(f[1])), out);
    bool negative = out.data()[0] == '-';
    BigInt again =
        big::parse(out.data() + negative, out.size() - negative, static_cast<u32>(std::stoul(f[1])), negative);
    CHECK(decimal_of(again) == f[0]);
    return field_of(ascii_view(out.data(), static_cast<isize>(out.size())));
  });
  run("integers", "to_double", [](const Fields& f) -> std::string {
    double result;
    return big::to_double(big_of(f[0]).view(), result) ? digits_of(result) : "overflow";
  });
  run("integers", "isqrt", [](const Fields& f) { return decimal_of(big::isqrt(big_of(f[0]).view())); });
  run("integers", "to_bytes", [](const Fields& f) -> std::string {
    ByteBuilder out;
    usize count = std::stoul(f[1]);
    auto order = f[2] == "little" ? big::Order::Little : big::Order::Big;
    auto is_signed = f[3] == "1" ? big::Signed::Yes : big::Signed::No;
    auto* place = reinterpret_cast<u8*>(out.reserve(count));
    if (!big::to_bytes(big_of(f[0]).view(), place, count, order, is_signed)) return "overflow";
    out.commit(count);
    CHECK(decimal_of(big::from_bytes(place, count, order, is_signed)) == f[0]);
    return bytes_field(out).substr(1);
  });
  run("integers", "int_two", [](const Fields& f) -> std::string {
    BigInt x = big_of(f[0]), y = big_of(f[1]);
    BigView a = x.view(), b = y.view();
    Fields actual = {decimal_of(big::add(a, b)),     decimal_of(big::subtract(a, b)),   decimal_of(big::multiply(a, b)),
                     decimal_of(big::bit_and(a, b)), decimal_of(big::bit_or(a, b)),     decimal_of(big::bit_xor(a, b)),
                     decimal_of(big::gcd(a, b)),     std::to_string(big::compare(a, b))};
    for (usize i = 0; i + 2 < f.size(); ++i) {
      if (actual[i] != f[i + 2]) return "field " + std::to_string(i) + " " + actual[i];
    }
    return actual.back();
  });
  run("integers", "int_divide", [](const Fields& f) -> std::string {
    BigInt a = big_of(f[0]), b = big_of(f[1]);
    big::DivMod parts = big::floor_divmod(a.view(), b.view());
    if (decimal_of(parts.quotient) != f[2]) return "quotient " + decimal_of(parts.quotient);
    if (decimal_of(parts.remainder) != f[3]) return "remainder " + decimal_of(parts.remainder);
    if (decimal_of(big::modulo(a.view(), b.view())) != f[3]) return "modulo";
    double result;
    auto status = big::true_divide(a.view(), b.view(), result);
    return status == big::TrueDivide::Ok ? digits_of(result) : "overflow";
  });
  run("integers", "compare_double",
      [](const Fields& f) { return std::to_string(big::compare_double(big_of(f[0]).view(), double_of(f[1]))); });
  run("integers", "power",
      [](const Fields& f) { return decimal_of(big::power(big_of(f[0]).view(), std::stoul(f[1]))); });
  run("integers", "pow_mod", [](const Fields& f) {
    return decimal_of(big::pow_mod(big_of(f[0]).view(), big_of(f[1]).view(), big_of(f[2]).view()));
  });
  run("integers", "inverse", [](const Fields& f) -> std::string {
    bool found;
    BigInt result = big::inverse_mod(big_of(f[0]).view(), big_of(f[1]).view(), found);
    return found ? decimal_of(result) : "none";
  });
}
