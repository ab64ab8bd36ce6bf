#include "core/bind/convert.h"

namespace py {

Failure wrong_argument(Thread& thread, ArgumentPlace place, const char* wanted, Value given) {
  const Signature& signature = place.spec.signature;
  const std::string_view name = place.spec.name;
  const std::string_view shown = given.is_none() ? "None" : type_of(given).name_view();
  if (signature.count == 1) {
    return raise(thread, types.TypeError, "{}() argument must be {}, not {}", name, wanted, shown);
  }
  if (signature.positional_only >= place.number) {
    return raise(thread, types.TypeError, "{}() argument {} must be {}, not {}", name, place.number, wanted, shown);
  }
  return raise(thread, types.TypeError, "{}() argument '{}' must be {}, not {}", name,
               signature.parameters[place.number - 1].name, wanted, shown);
}

Failure wrong_self(Thread& thread, ArgumentPlace place, const Type& wanted, Value given) {
  return raise(thread, types.TypeError, "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
               std::string_view(place.spec.name), wanted, type_of(given));
}

}  // namespace py
