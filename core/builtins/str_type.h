// What the files of the type str share. Threads: str is immutable.
#pragma once
#include "core/bind/define.h"

#include <span>

namespace py {

// str % values (str_percent.cpp), and the same for bytes with %b and %a (bytes_percent.cpp).
Result<Ref<>> percent_format(Thread& thread, Str& format, Value values);
Result<Ref<>> percent_format_bytes(Thread& thread, std::string_view format, Value values, bool as_bytearray);

// str.format and str.format_map (str_format.cpp).
Result<Ref<>> str_format(Thread& thread, Str& self, Rest positional, Keywords keywords);
Result<Ref<>> str_format_map(Thread& thread, Str& self, Value mapping);
Result<Ref<>> str___format__(Thread& thread, Str& self, Str& spec);

// An instance of a subclass of str.
Result<Ref<>> make_str_of(Thread& thread, Type& type, Str& text);

extern const std::span<const MethodSpec> kStrMethods;

}  // namespace py
