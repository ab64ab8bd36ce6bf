// _decimal: the module `decimal`.
#include "core/modules/decimal/objects.h"
#include "core/modules/registry.h"

namespace py::decimal {

namespace {

Result<void> add_text(Thread& thread, Module& module, std::string_view name, std::string_view text) {
  Ref<Str> value = TRY(Str::from_ascii(thread, text));
  return add_to_module(thread, module, name, value.value());
}

Result<void> initialize(Thread& thread, Module& module) {
  TRY(add_signals(thread, module));
  TRY(add_context(thread, module));
  TRY(add_current_context(thread, module));
  TRY(add_decimal(thread, module));
  TRY(add_int_to_module(thread, module, "MAX_PREC", kMaxPrecision));
  TRY(add_int_to_module(thread, module, "MAX_EMAX", kMaxExponent));
  TRY(add_int_to_module(thread, module, "MIN_EMIN", kMinExponent));
  TRY(add_int_to_module(thread, module, "MIN_ETINY", kMinTiny));
  TRY(add_to_module(thread, module, "HAVE_THREADS", True));
  TRY(add_to_module(thread, module, "HAVE_CONTEXTVAR", True));
  TRY(add_text(thread, module, "__version__", "1.70"));              // of the specification
  return add_text(thread, module, "__libmpdec_version__", "2.5.1");  // whose results these are
}

}  // namespace

}  // namespace py::decimal

namespace py {

const ModuleSpec kDecimalModule = {"_decimal", "Decimal arithmetic by the General Decimal Arithmetic Specification.",
                                   nullptr, 0, decimal::initialize};

}  // namespace py
