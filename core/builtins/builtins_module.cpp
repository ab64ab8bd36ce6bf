// The module `builtins`: functions, classes, exceptions and constants under their names.
#include "core/builtins/builtin_functions.h"
#include "core/builtins/builtin_types.h"

namespace py {

namespace {

Result<void> add_classes(Thread& thread, Module& module) {
  Type* const classes[] = {
      types.object,     types.type,  types.bool_,  types.int_,      types.float_,       types.complex,
      types.str,        types.bytes, types.list,   types.tuple,     types.dict,         types.set,
      types.frozenset,  types.range, types.slice,  types.bytearray, types.memoryview,   types.enumerate,
      types.zip,        types.map,   types.filter, types.reversed,  types.property,     types.staticmethod,
      types.classmethod, types.super,
#define EXCEPTION(name, base, layout, doc) types.name,
#include "core/object/exceptions.def"
#undef EXCEPTION
  };
  for (Type* type : classes) TRY(add_to_module(thread, module, type->name_view(), type->value()));
  TRY(add_to_module(thread, module, "EnvironmentError", types.OSError->value()));
  return add_to_module(thread, module, "IOError", types.OSError->value());
}

Result<void> add_constants(Thread& thread, Module& module) {
  const std::pair<const char*, Value> constants[] = {{"None", None},   {"False", False},
                                                     {"True", True},   {"Ellipsis", Ellipsis},
                                                     {"__debug__", True}, {"NotImplemented", NotImplemented}};
  for (const auto& [name, value] : constants) TRY(add_to_module(thread, module, name, value));
  return {};
}

Result<void> initialize(Thread& thread, Module& module) {
  for (const auto& functions : {value_functions(), attribute_functions(), iteration_functions(), async_functions(),
                                stream_functions(), class_functions()}) {
    TRY(add_functions_to_module(thread, module, functions.data(), functions.size()));
  }
  TRY(add_classes(thread, module));
  return add_constants(thread, module);
}

}  // namespace

const ModuleSpec kBuiltinsModule = {
    "builtins",
    "Built-in functions, exceptions, and other objects.\n\n"
    "Noteworthy: None is the `nil' object; Ellipsis represents `...' in slices.",
    nullptr, 0, initialize};

}  // namespace py
