// The ways to make a datetime that are class methods. Threads: no state.
#pragma once
#include "core/modules/datetime/objects.h"

namespace py::datetime {

Result<Ref<>> datetime_now(Thread& thread, Type& type, Value tz);
Result<Ref<>> datetime_utcnow(Thread& thread, Type& type);
Result<Ref<>> datetime_fromtimestamp(Thread& thread, Type& type, Value timestamp, Value tz);
Result<Ref<>> datetime_utcfromtimestamp(Thread& thread, Type& type, Value timestamp);
Result<Ref<>> datetime_strptime(Thread& thread, Type& type, Value text, Value format);
Result<Ref<>> datetime_combine(Thread& thread, Type& type, Value date, Value time, Value tzinfo);
Result<Ref<>> datetime_fromisoformat(Thread& thread, Type& type, Value text);

}  // namespace py::datetime
