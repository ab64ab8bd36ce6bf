#include "core/modules/testing/c_api.h"

#include <limits.h>
#include <time.h>

#include <limits>

#include "core/builtins/context_map.h"
#include "core/modules/registry.h"
#include "core/object/dict.h"
#include "core/vm/imports.h"

namespace py {

namespace testing {

namespace {

template <class T>
Result<void> add_limits(Thread& thread, Module& module, const char* low, const char* high) {
  if (low) TRY(add_int_to_module(thread, module, low, std::numeric_limits<T>::min()));
  Ref<> greatest = TRY(make_int_unsigned(thread, std::numeric_limits<T>::max()));
  return add_to_module(thread, module, high, greatest);
}

Result<void> add_constants(Thread& thread, Module& module) {
  TRY((add_limits<signed char>(thread, module, "SCHAR_MIN", "SCHAR_MAX")));
  TRY((add_limits<unsigned char>(thread, module, nullptr, "UCHAR_MAX")));
  TRY((add_limits<short>(thread, module, "SHRT_MIN", "SHRT_MAX")));
  TRY((add_limits<unsigned short>(thread, module, nullptr, "USHRT_MAX")));
  TRY((add_limits<int>(thread, module, "INT_MIN", "INT_MAX")));
  TRY((add_limits<unsigned>(thread, module, nullptr, "UINT_MAX")));
  TRY((add_limits<long>(thread, module, "LONG_MIN", "LONG_MAX")));
  TRY((add_limits<unsigned long>(thread, module, nullptr, "ULONG_MAX")));
  TRY((add_limits<long long>(thread, module, "LLONG_MIN", "LLONG_MAX")));
  TRY((add_limits<unsigned long long>(thread, module, nullptr, "ULLONG_MAX")));
  TRY((add_limits<isize>(thread, module, "PY_SSIZE_T_MIN", "PY_SSIZE_T_MAX")));
  return add_int_to_module(thread, module, "SIZEOF_TIME_T", sizeof(time_t));
}

Result<void> initialize(Thread& thread, Module& module) {
  TRY(add_constants(thread, module));
  TRY(add_methods(thread, module));
  TRY(add_calls(thread, module));
  TRY(add_time_conversions(thread, module));
  TRY(import_module(thread, "_contextvars"));  // makes the type
  return add_to_module(thread, module, "hamt", context_map_type().value());
}

}  // namespace

}  // namespace testing

extern const ModuleSpec kTestingCApiModule = {"_testcapi", nullptr, nullptr, 0, testing::initialize};

}  // namespace py
