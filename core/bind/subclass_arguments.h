// The arguments that a builtin __new__ or __init__ looks at when a subclass is called: keywords are none of its business
// where the subclass has the other one of the two methods, which may take them.
#pragma once
#include "core/object/type.h"

namespace py {

inline Arguments arguments_for_new(const Type& type, const Type& base, const Arguments& arguments) {
  if (&type == &base || type.slots.init == base.slots.init) return arguments;
  return {arguments.values, arguments.positional, nullptr};
}
inline Arguments arguments_for_init(const Type& type, const Type& base, const Arguments& arguments) {
  if (&type == &base || type.slots.new_ == base.slots.new_) return arguments;
  return {arguments.values, arguments.positional, nullptr};
}

}  // namespace py
