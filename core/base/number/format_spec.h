// The format mini-language of str.format() and format(): [[fill]align][sign][z][#][0][width][,_][.precision][type].
// One function per kind of value parses the specification and appends the result; errors carry CPython's text.
// Library reference, "Format Specification Mini-Language". Threads: any; no state.
#pragma once
#include "core/base/number/big_int.h"
#include "core/base/text/text_builder.h"
#include "core/base/text/text_view.h"

namespace py {

struct FormatSpec {
  u32 fill = ' ';
  u32 type = 0;  // 0: none given
  isize width = -1;
  isize precision = -1;
  char align = '>';    // '<', '>', '=', '^'
  char sign = 0;       // 0, '-', '+', ' '
  char thousands = 0;  // 0, ',' or '_'
  bool alternate = false;
  bool no_negative_zero = false;
  bool align_given = false;
};

// What the 'n' type needs of the locale; the default is the C locale.
struct LocaleNumbers {
  TextView decimal_point = ascii_view(".", 1);
  TextView thousands_separator = {};
  const char* grouping = "";  // as struct lconv: "\3" is groups of three
};

// The places of a number around its digits.
struct NumberParts {
  char sign = 0;
  TextView prefix;  // "0x"
  TextView digits;  // before the point; these are grouped
  TextView point;   // empty: none
  TextView rest;    // after the point, exponent, '%', or "inf"
};
// The parts padded as the specification says, the digits grouped by the conventions. False: out of memory.
bool append_number_parts(const NumberParts& parts, const FormatSpec& spec, const LocaleNumbers& conventions,
                         TextBuilder& out);

struct FormatError {
  enum class Kind : u8 { None, Value, Overflow, Memory };
  Kind kind = Kind::None;
  char text[320];  // set when there is an error
};

// type_name stands in the error texts ("Unknown format code 'x' for object of type 'str'").
bool format_text(TextView value, TextView spec, const char* type_name, TextBuilder& out, FormatError& error);
bool format_int(BigView value, TextView spec, const char* type_name, const LocaleNumbers& locale, TextBuilder& out,
                FormatError& error);
bool format_float(double value, TextView spec, const char* type_name, const LocaleNumbers& locale, TextBuilder& out,
                  FormatError& error);
bool format_complex(double real, double imaginary, TextView spec, const char* type_name, const LocaleNumbers& locale,
                    TextBuilder& out, FormatError& error);

bool parse_format_spec(TextView spec, const char* type_name, u32 default_type, char default_align, FormatSpec& result,
                       FormatError& error);

}  // namespace py
