// The Unicode 3.2 that `unicodedata.ucd_3_2_0` shows and that IDNA and stringprep are defined by: today's data where 3.2
// knew the character, with the differences of unicode_3_2.def. Threads: constant data.
#pragma once
#include "core/base/text/text_builder.h"
#include "core/base/text/unicode.h"

namespace py::unicode::v3_2 {

bool is_assigned(u32 code_point);
const char* category(u32 code_point);
const char* bidirectional(u32 code_point);
const char* east_asian_width(u32 code_point);
bool is_mirrored(u32 code_point);
int decimal_value(u32 code_point);  // -1: none
bool normalize(Form form, TextView text, TextBuilder& out);  // false: no memory

}  // namespace py::unicode::v3_2
