// Contexts as Python sees them. Threads: see objects.h.
#pragma once
#include "core/modules/decimal/objects.h"

namespace py::decimal {

// A context with the settings of `model`; without its flags unless wanted.
Result<Ref<DecimalContext>> copy_context(Thread& thread, const DecimalContext& model, bool with_flags);

// Sets an attribute by its name, as `context.prec = value`. False: contexts have none of that name.
Result<bool> set_setting(Thread& thread, DecimalContext& context, std::string_view name, Value value);

// The three contexts that the module begins with: BasicContext, ExtendedContext and DefaultContext.
bool is_template(Value context);
DecimalContext& default_context();

extern const MethodSpec kContextMethods[];
extern const usize kContextMethodCount;

}  // namespace py::decimal
