#include "core/modules/calendar_time.h"

#include "core/modules/time_conversion.h"

#include "core/bind/struct_sequence.h"
#include "core/object/codec_registry.h"
#include "memory/roots.h"

#include <time.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace py {

namespace {

constexpr StructSequenceField kTimeFields[] = {
    {"tm_year", "year, for example, 1993"},
    {"tm_mon", "month of year, range [1, 12]"},
    {"tm_mday", "day of month, range [1, 31]"},
    {"tm_hour", "hours, range [0, 23]"},
    {"tm_min", "minutes, range [0, 59]"},
    {"tm_sec", "seconds, range [0, 61])"},
    {"tm_wday", "day of week, range [0, 6], Monday is 0"},
    {"tm_yday", "day of year, range [1, 366]"},
    {"tm_isdst", "whether summer time is in force: 1 yes, 0 no, -1 not known"},
    {"tm_zone", "abbreviation of timezone name"},
    {"tm_gmtoff", "offset from UTC in seconds"},
};
constexpr StructSequenceSpec kStructTime = {
    "time.struct_time", "The time value as returned by gmtime(), localtime(), and strptime(), and\n accepted by asctime(), mktime() and strftime().",
    kTimeFields, 11, 9};
Type* struct_time_type;

Result<Ref<>> decode_zone(Thread& thread, const char* text) {
  return decode_utf8(thread, text ? text : "", &intern(thread, "surrogateescape"));
}

Result<Ref<>> make_struct_time(Thread& thread, const tm& when) {
  Ref<Tuple> result = TRY(new_struct_sequence(thread, *struct_time_type));
  const i64 fields[] = {i64{when.tm_year} + 1900, when.tm_mon + 1, when.tm_mday, when.tm_hour, when.tm_min, when.tm_sec,
                        (when.tm_wday + 6) % 7, when.tm_yday + 1, when.tm_isdst};
  for (usize i = 0; i < 9; ++i) set_struct_field(*result, i, Ref<>::adopt(Value::integer(fields[i])));
  set_struct_field(*result, 9, TRY(decode_zone(thread, when.tm_zone)));
  set_struct_field(*result, 10, Ref<>::adopt(Value::integer(when.tm_gmtoff)));
  return Ref<>(std::move(result));
}

// Seconds since the epoch, rounded down; None or nothing: now.
Result<time_t> to_seconds(Thread& thread, Value value) {
  if (value.is_none()) return ::time(nullptr);
  return TRY(to_whole_seconds(thread, value, Rounding::Floor));
}
Result<Ref<>> broken_down(Thread& thread, Value seconds, tm* (*convert)(const time_t*, tm*)) {
  const time_t when = TRY(to_seconds(thread, seconds));
  tm result{};
  errno = 0;
  if (!convert(&when, &result)) return raise_os_error(thread, errno ? errno : EINVAL);
  return make_struct_time(thread, result);
}
Result<Ref<>> time_gmtime(Thread& thread, Value seconds) { return broken_down(thread, seconds, gmtime_r); }
Result<Ref<>> time_localtime(Thread& thread, Value seconds) { return broken_down(thread, seconds, localtime_r); }

struct BrokenTime {
  tm fields{};
  std::string zone;
};
// A tuple of nine numbers, or a struct_time.
Result<void> to_broken(Thread& thread, Value value, const char* function, BrokenTime& out) {
  if (!is<Tuple>(value)) return raise(thread, types.TypeError, "Tuple or struct_time argument required");
  Tuple& items = as<Tuple>(value);
  if (items.length != 9) return raise(thread, types.TypeError, "{}(): illegal time tuple argument", function);
  i64 fields[9];
  for (isize i = 0; i < 9; ++i) {
    if (!type_of(items[i]).slots.index) {
      return raise(thread, types.TypeError, "'{}' object cannot be interpreted as an integer", type_of(items[i]));
    }
    fields[i] = TRY(to_int(thread, items[i]));
  }
  if (fields[0] < i64{INT32_MIN} + 1900) return raise(thread, types.OverflowError, "year out of range");
  tm& when = out.fields;
  when.tm_year = static_cast<int>(fields[0] - 1900);
  when.tm_mon = static_cast<int>(fields[1] - 1);
  when.tm_mday = static_cast<int>(fields[2]);
  when.tm_hour = static_cast<int>(fields[3]);
  when.tm_min = static_cast<int>(fields[4]);
  when.tm_sec = static_cast<int>(fields[5]);
  when.tm_wday = static_cast<int>((fields[6] + 1) % 7);
  when.tm_yday = static_cast<int>(fields[7] - 1);
  when.tm_isdst = static_cast<int>(fields[8]);
  if (&type_of(value) != struct_time_type) return {};
  const Value zone = struct_field(items, 9), offset = struct_field(items, 10);
  if (is<Str>(zone)) {
    out.zone = as<Str>(zone).utf8();
    when.tm_zone = out.zone.c_str();
  }
  if (is_integer(offset)) when.tm_gmtoff = TRY(to_i64(thread, offset));
  return {};
}

// Out-of-range numbers are errors, but for zeros, which many programs pass for the first month and day.
Result<void> check_ranges(Thread& thread, tm& when) {
  if (when.tm_mon == -1) when.tm_mon = 0;
  if (when.tm_mday == 0) when.tm_mday = 1;
  if (when.tm_yday == -1) when.tm_yday = 0;
  struct Range {
    int value, low, high;
    const char* message;
  };
  const Range ranges[] = {{when.tm_mon, 0, 11, "month out of range"},         {when.tm_mday, 0, 31, "day of month out of range"},
                          {when.tm_hour, 0, 23, "hour out of range"},         {when.tm_min, 0, 59, "minute out of range"},
                          {when.tm_sec, 0, 61, "seconds out of range"},       {when.tm_wday, 0, 6, "day of week out of range"},
                          {when.tm_yday, 0, 365, "day of year out of range"}};
  for (const Range& range : ranges) {
    if (range.value < range.low || range.value > range.high) return raise(thread, types.ValueError, range.message);
  }
  return {};
}
Result<void> to_broken_or_now(Thread& thread, Value value, const char* function, BrokenTime& out) {
  if (value == Unbound || value.is_none()) {
    const time_t now = ::time(nullptr);
    localtime_r(&now, &out.fields);
    return {};
  }
  TRY(to_broken(thread, value, function, out));
  return check_ranges(thread, out.fields);
}

Result<Ref<>> as_text(Thread& thread, const tm& when) {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  char text[64];
  std::snprintf(text, sizeof text, "%s %s%3d %.2d:%.2d:%.2d %lld", kDays[when.tm_wday], kMonths[when.tm_mon], when.tm_mday, when.tm_hour,
                when.tm_min, when.tm_sec, static_cast<long long>(when.tm_year) + 1900);
  return Ref<>(TRY(Str::from_ascii(thread, text)));
}
Result<Ref<>> time_asctime(Thread& thread, Value value) {
  BrokenTime when;
  if (value.is_none()) return raise(thread, types.TypeError, "Tuple or struct_time argument required");
  TRY(to_broken_or_now(thread, value, "asctime", when));
  return as_text(thread, when.fields);
}
Result<Ref<>> time_ctime(Thread& thread, Value seconds) {
  const time_t when = TRY(to_seconds(thread, seconds));
  tm local{};
  errno = 0;
  if (!localtime_r(&when, &local)) return raise_os_error(thread, errno ? errno : EINVAL);
  return as_text(thread, local);
}
Result<double> time_mktime(Thread& thread, Value value) {
  BrokenTime when;
  TRY(to_broken(thread, value, "mktime", when));
  when.fields.tm_wday = -1;  // tells an error from the time -1
  const time_t seconds = mktime(&when.fields);
  if (seconds == static_cast<time_t>(-1) && when.fields.tm_wday == -1) {
    return raise(thread, types.OverflowError, "mktime argument out of range");
  }
  return static_cast<double>(seconds);
}

Result<void> format_time(Thread& thread, const std::string& format, const tm& when, std::string& out) {
  if (format.empty()) return {};
  for (usize room = 1024;; room *= 2) {
    std::string buffer(room, 0);
    errno = 0;
    const usize length = strftime(buffer.data(), room, format.c_str(), &when);
    if (length == 0 && errno == EINVAL) return raise(thread, types.ValueError, "Invalid format string");
    // No output at all is a result, too: for example of "%p" in some locales.
    if (length > 0 || room >= 256 * format.size()) {
      out.append(buffer.data(), length);
      return {};
    }
  }
}
Result<Ref<>> time_strftime(Thread& thread, Str& format, Value value) {
  BrokenTime when;
  TRY(to_broken_or_now(thread, value, "strftime", when));
  if (when.fields.tm_isdst < -1) when.fields.tm_isdst = -1;
  if (when.fields.tm_isdst > 1) when.fields.tm_isdst = 1;
  Ref<> encoded = TRY(encode_utf8(thread, format, &intern(thread, "surrogateescape")));
  const std::string text(as<Bytes>(encoded).view());
  if (text.find('\0') != std::string::npos) return raise(thread, types.ValueError, "embedded null character");
  std::string out;
  TRY(format_time(thread, text, when.fields, out));
  return decode_utf8(thread, out, &intern(thread, "surrogateescape"));
}

// tzname, timezone, altzone, daylight: from the offsets in January and July of this year.
Result<void> set_zone(Thread& thread, Module& module) {
  const time_t year = static_cast<time_t>(365.25 * 24 * 3600);
  const time_t january = ::time(nullptr) / year * year, july = january + year / 2;
  tm first{}, second{};
  localtime_r(&january, &first);
  localtime_r(&july, &second);
  const bool south = second.tm_gmtoff < first.tm_gmtoff;
  const tm& winter = south ? second : first;
  const tm& summer = south ? first : second;
  TRY(add_int_to_module(thread, module, "timezone", -winter.tm_gmtoff));
  TRY(add_int_to_module(thread, module, "altzone", -summer.tm_gmtoff));
  TRY(add_int_to_module(thread, module, "daylight", winter.tm_gmtoff != summer.tm_gmtoff));
  Ref<> standard = TRY(decode_zone(thread, winter.tm_zone)), other = TRY(decode_zone(thread, summer.tm_zone));
  Ref<Tuple> names = TRY(Tuple::from(thread, {standard, other}));
  return add_to_module(thread, module, "tzname", names.value());
}
GlobalRef time_module;
Result<void> time_tzset(Thread& thread) {
  tzset();
  return set_zone(thread, as<Module>(time_module.peek()));
}

constexpr MethodSpec kFunctions[] = {
    function<time_gmtime>("gmtime(seconds=None, /)", "Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a. GMT)."),
    function<time_localtime>("localtime(seconds=None, /)", "Convert seconds since the Epoch to a time tuple expressing local time."),
    function<time_asctime>("asctime(tuple=unset, /)", "Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'."),
    function<time_ctime>("ctime(seconds=None, /)", "Convert a time in seconds since the Epoch to a string in local time."),
    function<time_mktime>("mktime(tuple, /)", "Convert a time tuple in local time to seconds since the Epoch."),
    function<time_strftime>("strftime(format, tuple=unset, /)", "Convert a time tuple to a string according to a format specification."),
    function<time_tzset>("tzset()", "Initialize, or reinitialize, the local timezone to the value stored in os.environ['TZ']."),
};

}  // namespace

Result<void> add_calendar(Thread& thread, Module& module) {
  struct_time_type = &make_struct_sequence_type(thread, kStructTime);
  time_module.set(Ref<>::share(module.value()));
  TRY(add_to_module(thread, module, "struct_time", struct_time_type->value()));
  TRY(add_int_to_module(thread, module, "_STRUCT_TM_ITEMS", 11));
  TRY(add_functions_to_module(thread, module, kFunctions, std::size(kFunctions)));
  tzset();
  return set_zone(thread, module);
}

}  // namespace py
