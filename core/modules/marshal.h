// Values as bytes, for the compiled-code cache.
#pragma once
#include "core/object/operations.h"

#include <string>

namespace py {

Result<Ref<>> unmarshal(Thread& thread, std::string_view data);
Result<std::string> marshal_value(Thread& thread, Value value);

}  // namespace py
