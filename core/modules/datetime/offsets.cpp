// What the methods of a tzinfo answer, checked.
#include "core/modules/datetime/objects.h"

namespace py::datetime {

Value zone_of(Value value) {
  if (is<DateTime>(value)) return as<DateTime>(value).tzinfo.peek();
  if (is<Time>(value)) return as<Time>(value).tzinfo.peek();
  return None;
}
Value zone_argument(Value value) { return is<Time>(value) ? None : value; }

Result<Offset> ask_offset(Thread& thread, Value zone, Str& method, Value argument) {
  if (zone.is_none()) return Offset{};
  Ref<> answer = TRY(call_method(thread, zone, method, {argument}));
  if (answer.value().is_none()) return Offset{};
  if (!is<Delta>(answer)) {
    return raise(thread, types.TypeError, "tzinfo.{}() must return None or a timedelta, not '{}'", method, type_of(answer));
  }
  const i128 total = as<Delta>(answer).total();
  if (total <= -kDay || total >= kDay) {
    return raise(thread, types.ValueError,
                 "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24).");
  }
  return Offset{true, static_cast<i64>(total)};
}

Result<Offset> utc_offset(Thread& thread, Value zone, Value argument) {
  if (zone.is_object() && &type_of(zone) == zone_type && (argument.is_none() || is<DateTime>(argument))) {
    return Offset{true, static_cast<i64>(as<Delta>(as<Zone>(zone).offset.peek()).total())};
  }
  return ask_offset(thread, zone, intern(thread, "utcoffset"), argument);
}
Result<Offset> dst_offset(Thread& thread, Value zone, Value argument) {
  return ask_offset(thread, zone, intern(thread, "dst"), argument);
}

Result<Ref<>> offset_value(Thread& thread, Offset offset) {
  if (!offset.known) return Ref<>::adopt(None);
  return make_delta(thread, offset.microseconds);
}

Result<Ref<>> zone_name(Thread& thread, Value zone, Value argument) {
  if (zone.is_none()) return Ref<>::adopt(None);
  Ref<> answer = TRY(call_method(thread, zone, "tzname", {argument}));
  if (answer.value().is_none() || is<Str>(answer)) return answer;
  return raise(thread, types.TypeError, "tzinfo.tzname() must return None or a string, not '{}'", type_of(answer));
}

}  // namespace py::datetime
