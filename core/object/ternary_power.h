// pow(base, exponent, modulus) for native types besides int. Threads: set once, by the module that has such a type.
#pragma once
#include "core/object/type.h"

namespace py {

// NotImplemented: none of the three is of such a type.
using TernaryPower = Result<Ref<>> (*)(Thread&, Value base, Value exponent, Value modulus);
extern std::atomic<TernaryPower> native_ternary_power;

}  // namespace py
