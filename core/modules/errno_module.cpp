// errno: the system's error numbers.
#include "core/modules/registry.h"
#include "core/object/dict.h"

#include <cerrno>

namespace py {

namespace {

struct ErrorName {
  const char* name;
  int number;
};
#define X(name) {#name, name},
constexpr ErrorName kErrors[] = {
#include "core/modules/errno.def"
};
#undef X

Result<void> initialize(Thread& thread, Module& module) {
  Ref<Dict> codes = TRY(Dict::make(thread));
  for (const ErrorName& error : kErrors) {
    TRY(add_int_to_module(thread, module, error.name, error.number));
    TRY(codes->set(thread, Value::integer(error.number), intern(thread, error.name).value()));
  }
  return add_to_module(thread, module, "errorcode", codes.value());
}

}  // namespace

extern const ModuleSpec kErrnoModule = {"errno", "This module makes available standard errno system symbols.", nullptr, 0, initialize};

}  // namespace py
