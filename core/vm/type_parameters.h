// PEP 695: the objects that `class C[T]` and `type X = ...` make. TypeVar and its kin are typing's.
#pragma once
#include "core/vm/frame.h"

namespace py {

Result<Ref<>> make_type_parameter(Thread& thread, Value* fp, u64 word);
Result<Ref<>> make_type_alias(Thread& thread, Value* fp, u64 word);

}  // namespace py
