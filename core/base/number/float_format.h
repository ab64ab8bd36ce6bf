// Text of binary floating point numbers, both ways, as Python writes and reads them; and their exact parts.
// All results are correctly rounded and independent of the locale. Threads: any; no state.
#pragma once
#include "core/base/text/byte_builder.h"
#include "core/base/types.h"

namespace py::real {

struct ShortText {
  char text[32];
  u8 size;
};

// repr(): the shortest digits that read back, "1.0", "1e+16", "1e-05", "inf", "nan", "-0.0".
ShortText repr(double value);

struct Flags {
  bool alternate = false;         // '#': keep the point and trailing zeros
  bool add_dot_0 = false;         // "1.0" rather than "1" ('r' and 'g' only)
  char sign = '-';                // '-', '+' or ' '
  bool no_negative_zero = false;  // 'z': a result that rounds to zero loses its minus
};
// type: 'e', 'f', 'g', 'E', 'F', 'G', 'r', '%' or 'n' (as 'g'). precision < 0: 6, or shortest for 'r'. False: no
// memory.
bool format(double value, char type, i64 precision, Flags flags, ByteBuilder& out);

// float()'s grammar without surrounding white space: underscores, inf, infinity, nan. False: not a number.
bool parse(const char* text, usize count, double& result);
// The longest prefix that is a number without underscores (strtod in the C locale); returns the bytes used, 0 for none.
usize parse_prefix(const char* text, usize count, double& result);

ShortText hex(double value);  // float.hex()
enum class FromHex : u8 { Ok, Invalid, Overflow };
FromHex from_hex(const char* text, usize count, double& result);  // surrounding white space is allowed

// round(value, digits) half to even on the decimal value. False: overflow ("rounded value too large to represent").
bool round_digits(double value, i64 digits, double& result);
double round_half_even(double value);  // to an integral value

// value == numerator * 2**exponent, numerator odd (or 0 with exponent 0). Finite only.
struct Ratio {
  i64 numerator;
  i32 exponent;
};
Ratio exact_ratio(double value);

// hash(float); a nan has none here (its object's address decides) and returns 0.
i64 hash(double value);
double floor_divide(double left, double right, double& remainder);  // divmod(); right != 0
double modulo(double left, double right);                           // right != 0

}  // namespace py::real
