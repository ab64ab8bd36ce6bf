// _contextvars.
#include "core/builtins/context_types.h"
#include "core/modules/registry.h"

namespace py {

namespace {

constexpr MethodSpec kFunctions[] = {function<copy_context>("copy_context()", nullptr)};

Result<void> initialize(Thread& thread, Module& module) {
  TRY(finish_context_types(thread));
  TRY(add_to_module(thread, module, "Context", types.context->value()));
  TRY(add_to_module(thread, module, "ContextVar", types.context_var->value()));
  return add_to_module(thread, module, "Token", types.context_token->value());
}

}  // namespace

extern const ModuleSpec kContextvarsModule = {"_contextvars", "Context Variables", kFunctions, std::size(kFunctions), initialize};

}  // namespace py
