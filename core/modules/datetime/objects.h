// The layouts of the module _datetime, and what its files share: making objects, the arithmetic on them as counts of
// microseconds, the offsets that time zones answer.
// Invariant: fields are in range, but for what a forged pickle state says; a month is always 1 to 12.
// Threads: objects are immutable once made; a hash is computed by whoever asks first.
#pragma once
#include "core/bind/define.h"
#include "core/modules/datetime/gregorian.h"
#include "memory/roots.h"

namespace py::datetime {

using i128 = __int128;
inline constexpr i64 kSecond = 1'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;
inline constexpr i64 kMaxDeltaDays = 999'999'999;

// datetime.timedelta
class Delta : public Object {
 public:
  Value days_value, seconds_value, microseconds_value;  // small ints
  i64 days() const { return days_value.as_int(); }
  i64 seconds() const { return seconds_value.as_int(); }
  i64 microseconds() const { return microseconds_value.as_int(); }
  i128 total() const { return i128{days()} * kDay + seconds() * kSecond + microseconds(); }
  static const ObjectOps kOps;
};

// A time of day.
struct Clock {
  int hour = 0, minute = 0, second = 0, microsecond = 0;
  i64 total() const { return hour * kHour + minute * kMinute + second * kSecond + microsecond; }
};
struct Moment {
  CivilDate date;
  Clock clock;
};

// datetime.date
class Date : public Object {
 public:
  std::atomic<i64> hash_cache;  // -1: not computed
  u16 year;
  u8 month, day;
  CivilDate civil() const { return {year, month, day}; }
  static const ObjectOps kOps;
};

// datetime.time
class Time : public Object {
 public:
  std::atomic<i64> hash_cache;
  Field tzinfo;  // None, or an instance of tzinfo
  u32 microsecond;
  u8 hour, minute, second;
  std::atomic<u8> fold;
  Clock clock() const { return {hour, minute, second, static_cast<int>(microsecond)}; }
  static const ObjectOps kOps;
};

// datetime.datetime
class DateTime : public Date {
 public:
  Field tzinfo;
  u32 microsecond;
  u8 hour, minute, second;
  std::atomic<u8> fold;
  Clock clock() const { return {hour, minute, second, static_cast<int>(microsecond)}; }
  Moment moment() const { return {civil(), clock()}; }
  // Microseconds since midnight before 1 January of year 1, as the clock shows them.
  i64 total() const { return (to_ordinal(civil()) - 1) * kDay + clock().total(); }
  static const ObjectOps kOps;
};

// datetime.tzinfo
class ZoneBase : public Object {
 public:
  static const ObjectOps kOps;
};
// datetime.timezone
class Zone : public ZoneBase {
 public:
  Field offset;  // Delta
  Field name;    // Str, or None
  static const ObjectOps kOps;
};

extern Type *delta_type, *date_type, *time_type, *datetime_type, *zone_base_type, *zone_type, *iso_date_type;
extern GlobalRef utc;  // timezone.utc

// Objects of exactly these fields.
Result<Ref<>> make_delta(Thread& thread, i128 microseconds, Type* type = nullptr);
Result<Ref<>> make_date(Thread& thread, Type& type, CivilDate date);
Result<Ref<>> make_time(Thread& thread, Type& type, Clock clock, Value tzinfo, int fold);
Result<Ref<>> make_datetime(Thread& thread, Type& type, const Moment& moment, Value tzinfo, int fold);
Result<Ref<>> make_zone(Thread& thread, Value offset, Value name);  // name None: none

// An object of a class that may be a subclass: then the class is called.
Result<Ref<>> construct_date(Thread& thread, Type& type, CivilDate date);
Result<Ref<>> construct_time(Thread& thread, Type& type, Clock clock, Value tzinfo, int fold);
Result<Ref<>> construct_datetime(Thread& thread, Type& type, const Moment& moment, Value tzinfo, int fold = 0);

// A number for a field. OverflowError beyond 32 bits.
Result<int> to_field(Thread& thread, Value value);
// ValueError when a field is out of range.
Result<void> check_date(Thread& thread, CivilDate date);
Result<void> check_clock(Thread& thread, Clock clock, int fold);
// TypeError unless it is None or a tzinfo.
Result<void> check_zone(Thread& thread, Value zone);

// The moment so many microseconds after the start of year 1; OverflowError.
Result<Moment> to_moment(Thread& thread, i128 total);
// An int of microseconds as a timedelta.
Result<Ref<>> delta_from_int(Thread& thread, Value microseconds, Type* type = nullptr);
Result<Ref<>> make_integer128(Thread& thread, i128 value);

// What a time zone says: tzinfo.utcoffset(argument) or tzinfo.dst(argument), checked.
struct Offset {
  bool known = false;
  i64 microseconds = 0;
  bool operator==(const Offset&) const = default;
};
Result<Offset> ask_offset(Thread& thread, Value zone, Str& method, Value argument);
Result<Offset> utc_offset(Thread& thread, Value zone, Value argument);
Result<Offset> dst_offset(Thread& thread, Value zone, Value argument);
Result<Ref<>> zone_name(Thread& thread, Value zone, Value argument);  // Str or None
Result<Ref<>> offset_value(Thread& thread, Offset offset);            // timedelta or None
// utcoffset(), dst() and tzname() of time and datetime ask with these.
Value zone_of(Value value);          // of a Date: None
Value zone_argument(Value value);    // of a Time: None

inline Ref<> boolean(bool value) { return Ref<>::adopt(Value::boolean(value)); }
inline Ref<> not_implemented() { return Ref<>::adopt(NotImplemented); }
template <class T>
bool ordered(const T& left, const T& right, CompareOp op) {
  switch (op) {
    case CompareOp::Less: return left < right;
    case CompareOp::LessEqual: return left <= right;
    case CompareOp::Equal: return left == right;
    case CompareOp::NotEqual: return left != right;
    case CompareOp::Greater: return left > right;
    case CompareOp::GreaterEqual: return left >= right;
  }
  return false;
}

// A method of the module `time`, called.
Result<Ref<>> call_time(Thread& thread, std::string_view name, std::initializer_list<Value> arguments);
Result<Ref<>> struct_time(Thread& thread, const Moment& moment, int dst);

Result<void> add_delta(Thread& thread, Module& module);
Result<void> add_date(Thread& thread, Module& module);
Result<void> add_time(Thread& thread, Module& module);
Result<void> add_datetime(Thread& thread, Module& module);
Result<void> add_zones(Thread& thread, Module& module);
Result<void> add_iso_date(Thread& thread);
// A class attribute of one of the types, set while the module is made.
Result<void> add_constant(Thread& thread, Type& type, std::string_view name, Value value);

}  // namespace py::datetime

namespace py::detail {
#define LAYOUT(Class, variable)                                     \
  template <>                                                       \
  struct TypeInfo<datetime::Class> {                                \
    static Type& type() { return *datetime::variable; }             \
    static constexpr u32 kFlag = 0, kShape = 0;                     \
  };
LAYOUT(Delta, delta_type)
LAYOUT(Date, date_type)
LAYOUT(Time, time_type)
LAYOUT(DateTime, datetime_type)
LAYOUT(ZoneBase, zone_base_type)
LAYOUT(Zone, zone_type)
#undef LAYOUT
}  // namespace py::detail
