// PEP 695: the objects that `class C[T]` and `type X = ...` make. TypeVar and its kin are typing's.
#pragma once
#include "core/vm/frame.h"

namespace py {

Result<Ref<>> make_type_parameter(Thread& thread, Pc pc, Value* fp);
Result<Ref<>> make_type_alias(Thread& thread, Pc pc, Value* fp);

}  // namespace py
