// Numbers as text: the numeric strings of the specification. Threads: no state.
#pragma once
#include <string_view>

#include "core/base/text/byte_builder.h"
#include "core/base/text/text_view.h"
#include "core/modules/decimal/operations.h"

namespace py::decimal {

// Whether spaces around the text and underscores in it are passed over.
enum class Syntax : u8 { Lenient, Strict };

// The number that the text names, fitted into the settings. Digits of any script count.
Number parse(TextView text, Syntax syntax, const Settings& settings, u32& conditions);

enum class Notation : u8 { Scientific, Engineering };
// False: out of memory.
bool append_text(const NumberView& value, Notation notation, bool capitals, ByteBuilder& out);

// The digits of a coefficient; "0" for zero.
bool append_digits(BigView coefficient, ByteBuilder& out);

// Digits with the point after the first `before_point` of them, which may be none of them or more than there are.
void append_with_point(std::string_view digits, i64 before_point, ByteBuilder& out);
void append_exponent(char letter, i64 exponent, ByteBuilder& out);

}  // namespace py::decimal
