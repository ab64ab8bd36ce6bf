// Exception classes that belong to a native module (struct.error, zlib.error). Threads: made once at the module's
// import, kept for ever; raised by any thread.
#pragma once
#include "core/bind/define.h"
#include "memory/roots.h"

namespace py {

class ModuleException {
 public:
  // Makes class `name` of module `module_name` and adds it to the module. `base` null: Exception.
  Result<void> add(Thread& thread, Module& module, std::string_view module_name, std::string_view name,
                   Type* base = nullptr);
  operator Type*() const { return &as<Type>(class_.peek()); }
  Value value() const { return class_.peek(); }

 private:
  GlobalRef class_;
};

}  // namespace py
