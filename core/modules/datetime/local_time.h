// Between the clock of the system's time zone and seconds since the epoch. Threads: no state but the C library's.
#pragma once
#include "core/modules/datetime/objects.h"
#include "core/modules/time_conversion.h"

namespace py::datetime {

inline constexpr i64 kEpochSeconds = i64{719162} * 86400;  // from the start of year 1 to 1970

struct Timestamp {
  i64 seconds = 0;
  int microsecond = 0;
};
Timestamp time_now();
// A number of seconds since the epoch. OverflowError, ValueError for NaN.
Result<Timestamp> to_timestamp(Thread& thread, Value value, Rounding rounding);

enum class Where : u8 { Local, Utc };
// What the clock shows then; the fold is 1 when it shows that for the second time.
struct LocalMoment {
  Moment moment;
  int fold = 0;
};
Result<LocalMoment> moment_at(Thread& thread, Timestamp timestamp, Where where);
Result<CivilDate> local_date(Thread& thread, i64 seconds);
// The reverse: seconds since the epoch when the local clock shows this.
Result<i64> local_seconds(Thread& thread, const Moment& moment, int fold);
// A timezone with the offset and name that hold locally at this time.
Result<Ref<>> local_zone(Thread& thread, i64 seconds);

}  // namespace py::datetime
