// The functions of the module builtins, by theme.
#pragma once
#include "core/bind/define.h"

#include <span>

namespace py {

std::span<const MethodSpec> value_functions();      // abs, chr, hash, round, ...
std::span<const MethodSpec> attribute_functions();  // getattr, dir, isinstance, ...
std::span<const MethodSpec> iteration_functions();  // iter, sorted, max, ...
std::span<const MethodSpec> async_functions();      // aiter, anext
std::span<const MethodSpec> stream_functions();     // print, input, breakpoint
std::span<const MethodSpec> class_functions();      // __build_class__

}  // namespace py
