// Finding, counting, splitting and comparing over text and bytes of any widths.
// Linear in the worst case: short needles use memchr filters, long searches that go badly fall back to Two-Way
// (Crochemore and Perrin 1991). Positions are code point indexes; -1 is "not there". Threads: any; no state.
#pragma once
#include "core/base/text/text_view.h"
#include "core/base/text/unicode.h"

namespace py::text {

// The first / last start of needle within haystack, an empty needle at 0 / length.
isize find(TextView haystack, TextView needle);
isize find_last(TextView haystack, TextView needle);
isize find_char(TextView haystack, u32 code_point, isize start = 0);
isize find_last_char(TextView haystack, u32 code_point);
// Occurrences that do not overlap; an empty needle counts length + 1. Stops at `limit`.
isize count(TextView haystack, TextView needle, isize limit = PTRDIFF_MAX);

enum class Space : u8 { Unicode, Ascii };  // text, bytes
template <class Char>
INLINE bool is_white(Char c, Space kind) {
  if (kind == Space::Ascii) return c == ' ' || (c >= '\t' && c <= '\r');
  return unicode::is_space(c);
}
// The last run of non-space before `position`; false at the start. Drives str.rsplit() without a separator.
bool previous_word(TextView view, isize position, Space kind, isize& start, isize& end);
enum class Lines : u8 { Unicode, Bytes };
// The line at `position` (< length): its end without and with the line break.
void next_line(TextView view, isize position, Lines kind, isize& end, isize& next);

bool equal(TextView left, TextView right);
int compare(TextView left, TextView right);  // -1, 0, 1 by code point
bool starts_with(TextView view, TextView prefix);
bool ends_with(TextView view, TextView suffix);

// str.strip(): the slice left..
enum class Side : u8 { Left = 1, Right = 2, Both = 3 };
TextView strip(TextView view, Side side, Space kind);
TextView strip_characters(TextView view, TextView characters, Side side);

}  // namespace py::text
