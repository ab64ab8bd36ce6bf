// The sys module as native code uses it: attributes that programs may replace (sys.stdout, sys.path, sys.excepthook).
#pragma once
#include "core/object/operations.h"

namespace py {

// The dict of the module `sys`; null before it exists.
Dict* sys_dict();
void set_sys_dict(Value dict);
// sys.name, owned; Empty when absent.
Ref<> sys_attribute(Thread& thread, std::string_view name);

}  // namespace py
