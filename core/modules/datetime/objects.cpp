#include "core/modules/datetime/objects.h"

#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/layout.h"
#include "core/object/number.h"
#include "core/vm/imports.h"

namespace py::datetime {

Type *delta_type, *date_type, *time_type, *datetime_type, *zone_base_type, *zone_type, *iso_date_type;
GlobalRef utc;

const ObjectOps Delta::kOps = {.name = "timedelta", .visit = visit_attributes, .release = release_attributes,
                               .size = fixed_size, .only_attributes = true};
const ObjectOps Date::kOps = {.name = "date", .visit = visit_attributes, .release = release_attributes,
                              .size = fixed_size, .only_attributes = true};
const ObjectOps Time::kOps = {"time", visit_fields<Time, &Time::tzinfo>, release_attributes, fixed_size};
const ObjectOps DateTime::kOps = {"datetime", visit_fields<DateTime, &DateTime::tzinfo>, release_attributes, fixed_size};
const ObjectOps ZoneBase::kOps = {.name = "tzinfo", .visit = visit_attributes, .release = release_attributes,
                                  .size = fixed_size, .only_attributes = true};
const ObjectOps Zone::kOps = {"timezone", visit_fields<Zone, &Zone::offset, &Zone::name>, release_attributes, fixed_size};

Result<Ref<>> make_delta(Thread& thread, i128 microseconds, Type* type) {
  i128 days = microseconds / kDay;
  i64 rest = static_cast<i64>(microseconds % kDay);
  if (rest < 0) rest += kDay, --days;
  if (days < -kMaxDeltaDays || days > kMaxDeltaDays) {
    if (days != static_cast<i32>(days)) {
      return raise(thread, types.OverflowError, "Python int too large to convert to C int");
    }
    return raise(thread, types.OverflowError, "days={}; must have magnitude <= {}", static_cast<i64>(days), kMaxDeltaDays);
  }
  Ref<Delta> delta = TRY(new_object<Delta>(thread, type ? *type : *delta_type));
  delta->days_value = Value::integer(static_cast<i64>(days));
  delta->seconds_value = Value::integer(rest / kSecond);
  delta->microseconds_value = Value::integer(rest % kSecond);
  return Ref<>(std::move(delta));
}

Result<Ref<>> delta_from_int(Thread& thread, Value microseconds, Type* type) {
  i64 small;
  if (integer_fits(microseconds, small)) return make_delta(thread, small, type);
  Ref<> days = TRY(integer_binary(thread, BinaryOp::floor_divide, microseconds, Value::integer(kDay)));
  if (!integer_fits(days, small) || small != static_cast<i32>(small)) {
    return raise(thread, types.OverflowError, "Python int too large to convert to C int");
  }
  Ref<> rest = TRY(integer_binary(thread, BinaryOp::remainder, microseconds, Value::integer(kDay)));
  return make_delta(thread, i128{small} * kDay + rest.value().as_int(), type);
}

Result<Ref<>> make_integer128(Thread& thread, i128 value) {
  const i64 small = static_cast<i64>(value);
  if (small == value) return make_int(thread, small);
  constexpr i64 kUnit = i64{1} << 60;
  i64 high = static_cast<i64>(value / kUnit);
  Ref<> shifted = TRY(integer_binary(thread, BinaryOp::multiply, Value::integer(high), Value::integer(kUnit)));
  return integer_binary(thread, BinaryOp::add, shifted, Value::integer(static_cast<i64>(value % kUnit)));
}

Result<Ref<>> make_date(Thread& thread, Type& type, CivilDate date) {
  Ref<Date> result = TRY(new_object<Date>(thread, type));
  result->hash_cache.store(-1, std::memory_order_relaxed);
  result->year = static_cast<u16>(date.year);
  result->month = static_cast<u8>(date.month);
  result->day = static_cast<u8>(date.day);
  return Ref<>(std::move(result));
}

namespace {

// What Time and DateTime have in common.
template <class T>
void set_clock(T& object, Clock clock, Value tzinfo, int fold) {
  object.hash_cache.store(-1, std::memory_order_relaxed);
  object.hour = static_cast<u8>(clock.hour);
  object.minute = static_cast<u8>(clock.minute);
  object.second = static_cast<u8>(clock.second);
  object.microsecond = static_cast<u32>(clock.microsecond);
  object.fold.store(static_cast<u8>(fold), std::memory_order_relaxed);
  set_fresh(object, object.tzinfo, tzinfo);
}

}  // namespace

Result<Ref<>> make_time(Thread& thread, Type& type, Clock clock, Value tzinfo, int fold) {
  Ref<Time> result = TRY(new_object<Time>(thread, type));
  set_clock(*result, clock, tzinfo, fold);
  return Ref<>(std::move(result));
}

Result<Ref<>> make_datetime(Thread& thread, Type& type, const Moment& moment, Value tzinfo, int fold) {
  Ref<DateTime> result = TRY(new_object<DateTime>(thread, type));
  result->year = static_cast<u16>(moment.date.year);
  result->month = static_cast<u8>(moment.date.month);
  result->day = static_cast<u8>(moment.date.day);
  set_clock(*result, moment.clock, tzinfo, fold);
  return Ref<>(std::move(result));
}

Result<Ref<>> make_zone(Thread& thread, Value offset, Value name) {
  Ref<Zone> result = TRY(new_object<Zone>(thread, *zone_type));
  set_fresh(*result, result->offset, offset);
  set_fresh(*result, result->name, name);
  return Ref<>(std::move(result));
}

Result<Ref<>> construct_date(Thread& thread, Type& type, CivilDate date) {
  if (&type == date_type || &type == datetime_type) {
    TRY(check_date(thread, date));
    if (&type == date_type) return make_date(thread, type, date);
    return make_datetime(thread, type, {date, {}}, None, 0);
  }
  return call(thread, type.value(), {Value::integer(date.year), Value::integer(date.month), Value::integer(date.day)});
}

Result<Ref<>> construct_time(Thread& thread, Type& type, Clock clock, Value tzinfo, int fold) {
  if (&type == time_type) {
    TRY(check_clock(thread, clock, fold));
    return make_time(thread, type, clock, tzinfo, fold);
  }
  Ref<> result = TRY(call(thread, type.value(), {Value::integer(clock.hour), Value::integer(clock.minute),
                                                 Value::integer(clock.second), Value::integer(clock.microsecond), tzinfo}));
  if (fold && is<Time>(result)) as<Time>(result).fold.store(1, std::memory_order_relaxed);
  return result;
}

Result<Ref<>> construct_datetime(Thread& thread, Type& type, const Moment& moment, Value tzinfo, int fold) {
  const CivilDate& date = moment.date;
  const Clock& clock = moment.clock;
  if (&type == datetime_type) {
    TRY(check_date(thread, date));
    TRY(check_clock(thread, clock, fold));
    return make_datetime(thread, type, moment, tzinfo, fold);
  }
  Ref<> result = TRY(call(thread, type.value(),
                          {Value::integer(date.year), Value::integer(date.month), Value::integer(date.day),
                           Value::integer(clock.hour), Value::integer(clock.minute), Value::integer(clock.second),
                           Value::integer(clock.microsecond), tzinfo}));
  if (fold && is<DateTime>(result)) as<DateTime>(result).fold.store(1, std::memory_order_relaxed);
  return result;
}

Result<int> to_field(Thread& thread, Value value) {
  const i64 number = TRY(to_i64(thread, value));
  if (number == static_cast<int>(number)) return static_cast<int>(number);
  return raise(thread, types.OverflowError, number > 0 ? "signed integer is greater than maximum"
                                                       : "signed integer is less than minimum");
}
Result<void> check_date(Thread& thread, CivilDate date) {
  if (date.year < kMinYear || date.year > kMaxYear) {
    return raise(thread, types.ValueError, "year {} is out of range", date.year);
  }
  if (date.month < 1 || date.month > 12) return raise(thread, types.ValueError, "month must be in 1..12");
  if (date.day < 1 || date.day > days_in_month(date.year, date.month)) {
    return raise(thread, types.ValueError, "day is out of range for month");
  }
  return {};
}
Result<void> check_clock(Thread& thread, Clock clock, int fold) {
  if (clock.hour < 0 || clock.hour > 23) return raise(thread, types.ValueError, "hour must be in 0..23");
  if (clock.minute < 0 || clock.minute > 59) return raise(thread, types.ValueError, "minute must be in 0..59");
  if (clock.second < 0 || clock.second > 59) return raise(thread, types.ValueError, "second must be in 0..59");
  if (clock.microsecond < 0 || clock.microsecond > 999999) {
    return raise(thread, types.ValueError, "microsecond must be in 0..999999");
  }
  if (fold != 0 && fold != 1) return raise(thread, types.ValueError, "fold must be either 0 or 1");
  return {};
}
Result<void> check_zone(Thread& thread, Value zone) {
  if (zone.is_none() || is<ZoneBase>(zone)) return {};
  return raise(thread, types.TypeError, "tzinfo argument must be None or of a tzinfo subclass, not type '{}'", type_of(zone));
}

Result<Moment> to_moment(Thread& thread, i128 total) {
  if (total < 0 || total >= i128{kMaxOrdinal} * kDay) return raise(thread, types.OverflowError, "date value out of range");
  i64 rest = static_cast<i64>(total % kDay);
  Moment result{from_ordinal(static_cast<i32>(total / kDay) + 1), {}};
  result.clock.microsecond = static_cast<int>(rest % kSecond);
  rest /= kSecond;
  result.clock.second = static_cast<int>(rest % 60);
  result.clock.minute = static_cast<int>(rest / 60 % 60);
  result.clock.hour = static_cast<int>(rest / 3600);
  return result;
}

Result<Ref<>> call_time(Thread& thread, std::string_view name, std::initializer_list<Value> arguments) {
  static Str& time_name = intern(thread, "time");
  Ref<> module = Ref<>::share(loaded_modules()->find_str(time_name));
  if (!is<Module>(module)) module = TRY(import_module(thread, "time"));
  Ref<> function = TRY(get_attribute(thread, module, name));
  return call(thread, function, arguments);
}
Result<Ref<>> struct_time(Thread& thread, const Moment& moment, int dst) {
  const int fields[] = {moment.date.year,    moment.date.month,        moment.date.day,
                        moment.clock.hour,   moment.clock.minute,      moment.clock.second,
                        weekday_of(moment.date), day_of_year(moment.date), dst};
  Ref<Tuple> tuple = TRY(Tuple::allocate(thread, 9));
  for (usize i = 0; i < 9; ++i) tuple->items()[i].initialize(Value::integer(fields[i]));
  return call_time(thread, "struct_time", {tuple.value()});
}

Result<void> add_constant(Thread& thread, Type& type, std::string_view name, Value value) {
  return type.dictionary().set_str(thread, name, value);
}

}  // namespace py::datetime
