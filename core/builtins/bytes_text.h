// Text forms of bytes that bytes, bytearray and memoryview share. Threads: no state.
#pragma once
#include "core/base/text/byte_builder.h"
#include "core/bind/convert.h"

namespace py {

// hex(sep, bytes_per_sep): `separator` Unbound for none; groups count from the right, or from the left when negative.
Result<Ref<>> hex_text(Thread& thread, std::string_view bytes, Value separator, int group);
// The bytes that fromhex() reads.
Result<void> parse_hex(Thread& thread, const Str& text, ByteBuilder& out);
// The 256-byte table of maketrans().
Result<Ref<>> make_translation_table(Thread& thread, Value from, Value to);
// repr() with the text around it: "bytearray(" and ")".
Result<Ref<>> bytes_repr_text(Thread& thread, std::string_view before, std::string_view bytes, std::string_view after);
// decode(encoding, errors), whose arguments were checked to be str or not given.
Result<Ref<>> decode_bytes(Thread& thread, Value self, Value encoding, Value errors);

}  // namespace py
