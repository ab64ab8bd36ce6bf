// os.stat_result from a struct stat.
#pragma once
#include "core/bind/struct_sequence.h"

#include <sys/stat.h>

namespace py::posix {

Result<Ref<>> make_stat_result(Thread& thread, const struct stat& status);

}  // namespace py::posix
