#include "core/modules/datetime/datetime_constructors.h"

#include "core/modules/datetime/iso_parse.h"
#include "core/modules/datetime/local_time.h"
#include "core/vm/imports.h"

namespace py::datetime {

namespace {

// The moment in the zone `tz`, or in local time.
Result<Ref<>> at(Thread& thread, Type& type, Timestamp timestamp, Value tz) {
  TRY(check_zone(thread, tz));
  LocalMoment shown = TRY(moment_at(thread, timestamp, tz.is_none() ? Where::Local : Where::Utc));
  Ref<> result = TRY(construct_datetime(thread, type, shown.moment, tz, shown.fold));
  if (tz.is_none()) return result;
  return call_method(thread, tz, "fromutc", {result});
}

}  // namespace

Result<Ref<>> datetime_now(Thread& thread, Type& type, Value tz) { return at(thread, type, time_now(), tz); }
Result<Ref<>> datetime_utcnow(Thread& thread, Type& type) {
  LocalMoment shown = TRY(moment_at(thread, time_now(), Where::Utc));
  return construct_datetime(thread, type, shown.moment, None);
}
Result<Ref<>> datetime_fromtimestamp(Thread& thread, Type& type, Value timestamp, Value tz) {
  TRY(check_zone(thread, tz));
  Timestamp when = TRY(to_timestamp(thread, timestamp, Rounding::HalfEven));
  return at(thread, type, when, tz);
}
Result<Ref<>> datetime_utcfromtimestamp(Thread& thread, Type& type, Value timestamp) {
  Timestamp when = TRY(to_timestamp(thread, timestamp, Rounding::HalfEven));
  LocalMoment shown = TRY(moment_at(thread, when, Where::Utc));
  return construct_datetime(thread, type, shown.moment, None);
}

Result<Ref<>> datetime_strptime(Thread& thread, Type& type, Value text, Value format) {
  const Value arguments[] = {text, format};
  for (int i = 0; i < 2; ++i) {
    if (!is<Str>(arguments[i])) {
      return raise(thread, types.TypeError, "strptime() argument {} must be str, not {}", i + 1, type_of(arguments[i]));
    }
  }
  Ref<> module = TRY(import_module(thread, "_strptime"));
  return call_method(thread, module, "_strptime_datetime", {type.value(), text, format});
}

Result<Ref<>> datetime_combine(Thread& thread, Type& type, Value date, Value time, Value tzinfo) {
  if (!is<Date>(date)) {
    return raise(thread, types.TypeError, "combine() argument 1 must be datetime.date, not {}", type_of(date));
  }
  if (!is<Time>(time)) {
    return raise(thread, types.TypeError, "combine() argument 2 must be datetime.time, not {}", type_of(time));
  }
  const Time& clock = as<Time>(time);
  const Value zone = tzinfo == Unbound ? clock.tzinfo.peek() : tzinfo;
  TRY(check_zone(thread, zone));
  return construct_datetime(thread, type, {as<Date>(date).civil(), clock.clock()}, zone,
                            clock.fold.load(std::memory_order_relaxed));
}

Result<Ref<>> datetime_fromisoformat(Thread& thread, Type& type, Value text) {
  if (!is<Str>(text)) return raise(thread, types.TypeError, "fromisoformat: argument must be str");
  const TextView view = as<Str>(text).view();
  const isize end = iso_date_end(view);
  Moment moment;
  IsoTime time;
  bool valid = end > 0 && end <= view.length && parse_iso_date(view.slice(0, end), moment.date);
  if (valid && view.length > end) valid = parse_iso_time(view.slice(end + 1, view.length), time);
  if (!valid) return raise(thread, types.ValueError, "Invalid isoformat string: {!r}", text);
  moment.clock = time.clock;
  Ref<> zone = TRY(iso_zone(thread, time));
  return construct_datetime(thread, type, moment, zone);
}

}  // namespace py::datetime
