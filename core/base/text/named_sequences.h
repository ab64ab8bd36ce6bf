// Names of sequences of characters (NamedSequences.txt), which ICU does not look up. Private to unicode.cpp.
// Threads: constant data.
#pragma once
#include "core/base/types.h"

namespace py::unicode {

// How many code points the sequence has; 0: there is none of this name.
int lookup_sequence(const char* upper_name, usize count, u32 (&result)[8]);

}  // namespace py::unicode
