// The dialects that csv.register_dialect() named. Threads: a dict, shared as any.
#pragma once
#include "core/bind/define.h"

namespace py::csv {

Result<Ref<>> registered_dialect(Thread& thread, Value name);

}  // namespace py::csv
