// The number that a name of sysconf, confstr or pathconf stands for.
#pragma once
#include "core/bind/define.h"

namespace py::posix {

enum class Configuration : u8 { Sysconf, Confstr, Pathconf };
// An int as it is; ValueError for an unknown name.
Result<int> configuration_number(Thread& thread, Configuration kind, Value name);

}  // namespace py::posix
