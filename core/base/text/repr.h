// repr() of str and bytes, and ascii(). Each returns false only without memory. Threads: any; no state.
#pragma once
#include "core/base/text/byte_builder.h"
#include "core/base/text/text_builder.h"
#include "core/base/text/text_view.h"

namespace py::text {

// Whether ASCII text stands in its repr as it is, between single quotes.
bool is_plain_ascii(TextView ascii);
bool repr_text(TextView view, TextBuilder& out);
// repr() with everything beyond ASCII escaped: ascii(str).
bool repr_ascii(TextView view, TextBuilder& out);
// ascii() of an object: escapes the non-ASCII characters of an existing repr.
bool escape_non_ascii(TextView view, TextBuilder& out);
// b'...'. `prefix` is "b" for bytes.
bool repr_bytes(const u8* bytes, isize count, const char* prefix, TextBuilder& out);

}  // namespace py::text
