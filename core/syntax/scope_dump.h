// A scope table as text, one line per symbol: "path name kind flags", for tests and debugging.
// Threads: any.
#pragma once
#include <string>

#include "core/syntax/scope.h"

namespace py {

std::string dump_scopes(const ScopeTable& table);

}  // namespace py
