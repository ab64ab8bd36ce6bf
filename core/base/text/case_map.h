// str's case methods and predicates on whole strings. Full mappings, with the final sigma rule.
// Each appends to `out` and returns false only without memory. Threads: any; no state.
#pragma once
#include "core/base/text/byte_builder.h"
#include "core/base/text/text_builder.h"
#include "core/base/text/text_view.h"

namespace py::text {

bool lower(TextView view, TextBuilder& out);
bool upper(TextView view, TextBuilder& out);
bool title(TextView view, TextBuilder& out);
bool capitalize(TextView view, TextBuilder& out);
bool swap_case(TextView view, TextBuilder& out);
bool case_fold(TextView view, TextBuilder& out);
bool expand_tabs(TextView view, isize tab_size, TextBuilder& out);

// str.isX(): false for an empty string, but is_ascii/is_printable/is_identifier as Python defines them.
bool all_alpha(TextView view);
bool all_alnum(TextView view);
bool all_decimal(TextView view);
bool all_digit(TextView view);
bool all_numeric(TextView view);
bool all_space(TextView view);
bool all_printable(TextView view);  // true when empty
bool is_lower(TextView view);
bool is_upper(TextView view);
bool is_title(TextView view);
bool is_identifier(TextView view);

// The case methods on ASCII alone: the result is as long.
void title_ascii(const u8* from, u8* to, isize count);
void capitalize_ascii(const u8* from, u8* to, isize count);
void swap_case_ascii(const u8* from, u8* to, isize count);

// The same for bytes, ASCII only.
void lower_bytes(const u8* from, u8* to, isize count);
void upper_bytes(const u8* from, u8* to, isize count);

// Numbers in text may use any decimal digits and any white space: int("٣"). Appends ASCII; code points that are
// neither become '?'. Used before parsing int, float and complex.
bool to_ascii_digits(TextView view, ByteBuilder& out);

}  // namespace py::text
