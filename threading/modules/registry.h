// The native modules of this folder. Threads: constant.
#pragma once
#include "core/bind/define.h"

#include <span>

namespace py {

extern const ModuleSpec kQueueModule;
extern const ModuleSpec kThreadModule;

std::span<const ModuleSpec* const> threading_native_modules();

}  // namespace py
