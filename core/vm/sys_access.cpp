#include "core/vm/sys_access.h"

#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/str.h"
#include "memory/roots.h"

namespace py {

namespace {
GlobalRef sys_dict_ref;
GlobalRef modules_ref;
}  // namespace

Dict* sys_dict() {
  const Value dict = sys_dict_ref.peek();
  return dict.is_object() ? static_cast<Dict*>(dict.object()) : nullptr;
}
void set_sys_dict(Value dict) { sys_dict_ref.set(Ref<>::share(dict)); }

Ref<> sys_attribute(Thread& thread, std::string_view name) {
  Dict* dict = sys_dict();
  return dict ? Ref<>::share(dict->find_str(intern(thread, name))) : Ref<>();
}

Dict* loaded_modules() {
  const Value dict = modules_ref.peek();
  return dict.is_object() ? static_cast<Dict*>(dict.object()) : nullptr;
}
void set_loaded_modules(Value dict) { modules_ref.set(Ref<>::share(dict)); }

}  // namespace py
