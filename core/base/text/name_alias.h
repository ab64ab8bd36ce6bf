// Formal aliases of characters (NameAliases.txt): control names and abbreviations, which ICU does not look up.
// Private to unicode.cpp. Threads: constant data.
#pragma once
#include "core/base/types.h"

namespace py::unicode {

inline constexpr u32 kNoAlias = 0xffffffff;
u32 lookup_alias(const char* upper_name, usize count);

}  // namespace py::unicode
