// The calendar part of the module `time`: struct_time, and the functions from and to it.
#pragma once
#include "core/bind/define.h"

namespace py {

Result<void> add_calendar(Thread& thread, Module& module);

}  // namespace py
