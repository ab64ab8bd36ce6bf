// The native modules: each is one table, made into a module object at its import. Threads: constant.
#pragma once
#include "core/bind/define.h"

#include <span>

namespace py {

extern const ModuleSpec kCodecsModule;
extern const ModuleSpec kSreModule;
extern const ModuleSpec kStringModule;
extern const ModuleSpec kUnicodeDataModule;

std::span<const ModuleSpec* const> native_modules();

}  // namespace py
