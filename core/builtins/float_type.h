// What float and complex share. Threads: no state.
#pragma once
#include "core/object/operations.h"

namespace py {

std::string_view strip_ascii_space(std::string_view text);
// __float__ or __index__ of a value; `message` is the TypeError's when it has neither, {} stands for its type.
Result<double> float_of_number(Thread& thread, Value value, const char* message);

}  // namespace py
