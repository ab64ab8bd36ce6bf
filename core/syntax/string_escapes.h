// UTF-8 output for the readers of literals.
#pragma once
#include <string>

#include "core/base/types.h"

namespace py {

// Surrogates are written in three bytes, as WTF-8 does.
void append_utf8(std::string* out, u32 code_point);

}  // namespace py
