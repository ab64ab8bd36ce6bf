#include "core/modules/datetime/local_time.h"

#include "core/object/codec_registry.h"
#include "core/object/number.h"

#include <time.h>

#include <cerrno>

namespace py::datetime {

namespace {

constexpr i64 kLongestFold = 24 * 3600;

Result<tm> broken_down(Thread& thread, i64 seconds, Where where) {
  const time_t when = seconds;
  tm result{};
  errno = 0;
  if (where == Where::Local ? localtime_r(&when, &result) : gmtime_r(&when, &result)) return result;
  return raise_os_error(thread, errno ? errno : EINVAL);
}
Moment moment_of(const tm& when, int microsecond) {
  return {{when.tm_year + 1900, when.tm_mon + 1, when.tm_mday},
          {when.tm_hour, when.tm_min, when.tm_sec < 59 ? when.tm_sec : 59, microsecond}};
}
// Seconds since the start of year 1 as a clock shows them.
Result<i64> shown_seconds(Thread& thread, const Moment& moment) {
  const CivilDate& date = moment.date;
  if (date.year < kMinYear || date.year > kMaxYear) {
    return raise(thread, types.ValueError, "year {} is out of range", date.year);
  }
  return i64{to_ordinal(date)} * 86400 + moment.clock.hour * 3600 + moment.clock.minute * 60 + moment.clock.second - 86400;
}
// What the local clock shows at `seconds`, both since the start of year 1.
Result<i64> local(Thread& thread, i64 seconds) {
  tm when = TRY(broken_down(thread, seconds - kEpochSeconds, Where::Local));
  return shown_seconds(thread, moment_of(when, 0));
}

}  // namespace

Timestamp time_now() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return {now.tv_sec, static_cast<int>(now.tv_nsec / 1000)};
}

Result<Timestamp> to_timestamp(Thread& thread, Value value, Rounding rounding) {
  const SplitSeconds split = TRY(to_split_seconds(thread, value, 1'000'000, rounding));
  return Timestamp{split.seconds, static_cast<int>(split.fraction)};
}

Result<LocalMoment> moment_at(Thread& thread, Timestamp timestamp, Where where) {
  tm when = TRY(broken_down(thread, timestamp.seconds, where));
  LocalMoment result{moment_of(when, timestamp.microsecond)};
  if (where == Where::Utc) return result;
  // Within a day after the clock was set back, does the time before that show the same?
  const i64 shown = TRY(shown_seconds(thread, result.moment));
  const i64 seconds = timestamp.seconds + kEpochSeconds;
  const i64 change = shown - TRY(local(thread, seconds - kLongestFold)) - kLongestFold;
  if (change < 0) result.fold = TRY(local(thread, seconds + change)) == shown;
  return result;
}

Result<CivilDate> local_date(Thread& thread, i64 seconds) {
  tm when = TRY(broken_down(thread, seconds, Where::Local));
  return CivilDate{when.tm_year + 1900, when.tm_mon + 1, when.tm_mday};
}

// With the offset valid near the time, two candidates; where the clock was changed, the fold decides.
Result<i64> local_seconds(Thread& thread, const Moment& moment, int fold) {
  const i64 shown = TRY(shown_seconds(thread, moment));
  const i64 offset = TRY(local(thread, shown)) - shown;
  const i64 first = shown - offset;
  const i64 first_shown = TRY(local(thread, first));
  i64 other_offset;
  if (first_shown == shown) {
    const i64 probe = fold ? first + kLongestFold : first - kLongestFold;
    other_offset = TRY(local(thread, probe)) - probe;
    if (other_offset == offset) return first - kEpochSeconds;
  } else {
    other_offset = first_shown - first;
  }
  const i64 second = shown - other_offset;
  if (TRY(local(thread, second)) == shown) return second - kEpochSeconds;
  if (first_shown == shown) return first - kEpochSeconds;
  // In the gap of a clock set forward.
  const bool earlier = fold ? first < second : first > second;
  return (earlier ? first : second) - kEpochSeconds;
}

Result<Ref<>> local_zone(Thread& thread, i64 seconds) {
  tm when = TRY(broken_down(thread, seconds, Where::Local));
  Ref<> offset = TRY(make_delta(thread, i128{when.tm_gmtoff} * kSecond));
  Ref<> name = TRY(decode_utf8(thread, when.tm_zone ? when.tm_zone : "", &intern(thread, "surrogateescape")));
  return call(thread, zone_type->value(), {offset, name});
}

}  // namespace py::datetime
