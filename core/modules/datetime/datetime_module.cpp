// _datetime: the classes of the module `datetime`.
#include "core/modules/datetime/objects.h"
#include "core/modules/registry.h"

namespace py::datetime {

namespace {

Result<void> initialize(Thread& thread, Module& module) {
  TRY(add_delta(thread, module));
  TRY(add_zones(thread, module));
  TRY(add_iso_date(thread));
  TRY(add_date(thread, module));
  TRY(add_time(thread, module));
  TRY(add_datetime(thread, module));
  TRY(add_int_to_module(thread, module, "MINYEAR", kMinYear));
  return add_int_to_module(thread, module, "MAXYEAR", kMaxYear);
}

}  // namespace

}  // namespace py::datetime

namespace py {

const ModuleSpec kDatetimeModule = {"_datetime", "The classes of the module datetime.", nullptr, 0,
                                    datetime::initialize};

}  // namespace py
