#include "core/modules/exception_class.h"

#include "core/object/dict.h"

namespace py {

Result<void> ModuleException::add(Thread& thread, Module& module, std::string_view module_name, std::string_view name,
                                  Type* base) {
  Ref<Str> class_name = TRY(Str::from_ascii(thread, name));
  Ref<Str> home = TRY(Str::from_ascii(thread, module_name));
  Ref<Tuple> bases = TRY(Tuple::from(thread, {(base ? base : types.Exception)->value()}));
  Ref<Dict> attributes = TRY(Dict::make(thread));
  TRY(attributes->set_str(thread, "__module__", home.value()));
  class_.set(TRY(call(thread, types.type->value(), {class_name.value(), bases.value(), attributes.value()})));
  return add_to_module(thread, module, name, class_.peek());
}

}  // namespace py
