// What the files of `_codecs` share. Threads: no state of their own.
#pragma once
#include "core/bind/define.h"

namespace py {

// Charmaps (charmap.cpp): tables that are a str, a mapping, or an EncodingMap.
Result<Ref<>> charmap_decode(Thread& thread, Buffer& data, Str* errors, Value mapping);
Result<Ref<>> charmap_encode(Thread& thread, Str& text, Str* errors, Value mapping);
Result<Ref<>> charmap_build(Thread& thread, Str& map);
void initialize_encoding_map(Thread& thread);

// The functions behind "strict", "ignore" and so on (error_handlers.cpp).
Result<void> register_builtin_handlers(Thread& thread);

}  // namespace py
