// The module _operator, in two files: the operators as functions, and the classes that make functions.
#pragma once
#include "core/bind/define.h"

namespace py {

Result<void> add_getters(Thread& thread, Module& module);  // itemgetter, attrgetter, methodcaller

}  // namespace py
