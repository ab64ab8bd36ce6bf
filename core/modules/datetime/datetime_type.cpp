// datetime.datetime.
#include "core/modules/datetime/datetime_arithmetic.h"
#include "core/modules/datetime/datetime_constructors.h"
#include "core/modules/datetime/format.h"
#include "core/modules/datetime/local_time.h"
#include "core/modules/datetime/state.h"
#include "core/object/dict.h"

namespace py::datetime {

namespace {

GlobalRef epoch;  // 1970 in UTC

int fold_of(const DateTime& datetime) { return datetime.fold.load(std::memory_order_relaxed); }

struct Fields {
  Moment moment;
  Value zone;
  int fold;
};
// year, month, day, hour, minute, second, microsecond, tzinfo, fold.
Result<Fields> fields_of(Thread& thread, const Value* values) {
  Fields result{{}, values[7], 0};
  CivilDate& date = result.moment.date;
  Clock& clock = result.moment.clock;
  int* const numbers[] = {&date.year, &date.month, &date.day, &clock.hour, &clock.minute, &clock.second, &clock.microsecond};
  for (usize i = 0; i < 7; ++i) *numbers[i] = TRY(to_field(thread, values[i]));
  result.fold = TRY(to_field(thread, values[8]));
  TRY(check_date(thread, date));
  TRY(check_clock(thread, clock, result.fold));
  TRY(check_zone(thread, result.zone));
  return result;
}

Result<Ref<>> datetime_new(Thread& thread, Type& type, const Arguments& arguments) {
  Ref<> unpickled = TRY(datetime_from_state(thread, type, arguments));
  if (!unpickled.is_empty()) return unpickled;
  BIND_ARGUMENTS(bound, "(year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)", arguments);
  Fields fields = TRY(fields_of(thread, bound));
  return make_datetime(thread, type, fields.moment, fields.zone, fields.fold);
}

Result<Ref<>> replace(Thread& thread, DateTime& self, Value year, Value month, Value day, Value hour, Value minute,
                      Value second, Value microsecond, Value tzinfo, Value fold) {
  auto given = [](Value value, int otherwise) { return value == Unbound ? Value::integer(otherwise) : value; };
  const Value values[] = {given(year, self.year),
                          given(month, self.month),
                          given(day, self.day),
                          given(hour, self.hour),
                          given(minute, self.minute),
                          given(second, self.second),
                          given(microsecond, static_cast<int>(self.microsecond)),
                          tzinfo == Unbound ? self.tzinfo.peek() : tzinfo,
                          given(fold, fold_of(self))};
  Fields fields = TRY(fields_of(thread, values));
  return make_datetime(thread, type_of_object(self), fields.moment, fields.zone, fields.fold);
}

// Text

Result<Ref<>> datetime_repr(Thread& thread, Value self) {
  const DateTime& datetime = as<DateTime>(self);
  ShortText text;
  const int numbers[] = {datetime.year, datetime.month,  datetime.day,
                         datetime.hour, datetime.minute, datetime.second, static_cast<int>(datetime.microsecond)};
  const int count = datetime.microsecond ? 7 : datetime.second ? 6 : 5;
  for (int i = 0; i < count; ++i) {
    if (i) text.add(", ");
    text.add_number(numbers[i], 1);
  }
  if (fold_of(datetime)) text.add(", fold=1");
  const Value zone = datetime.tzinfo.peek();
  if (zone.is_none()) return format_str(thread, "{}({})", type_of(self), text.view());
  return format_str(thread, "{}({}, tzinfo={!r})", type_of(self), text.view(), zone);
}
Result<Ref<>> datetime_str(Thread& thread, Value self) {
  return call_method(thread, self, "isoformat", {Str::character(' ')});
}
Result<Ref<>> isoformat(Thread& thread, DateTime& self, Value separator, Value timespec) {
  if (separator != Unbound && (!is<Str>(separator) || as<Str>(separator).length() != 1)) {
    return raise(thread, types.TypeError, "isoformat() argument 1 must be a unicode character, not {}", type_of(separator));
  }
  if (timespec != Unbound && !is<Str>(timespec)) {
    return raise(thread, types.TypeError, "isoformat() argument 2 must be str, not {}", type_of(timespec));
  }
  const TimeSpec spec = TRY(time_spec(thread, timespec, self.clock()));
  ShortText date, clock;
  add_date(date, self.civil());
  add_clock(clock, self.clock(), spec);
  TRY(add_zone_offset(thread, clock, self.value(), ":"));
  const Value between = separator == Unbound ? Str::character('T') : separator;
  return format_str(thread, "{}{}{}", date.view(), as<Str>(between), clock.view());
}
Result<Ref<>> ctime(Thread& thread, DateTime& self) { return ctime_text(thread, self.moment()); }

// Parts

Result<Ref<>> date(Thread& thread, DateTime& self) { return construct_date(thread, *date_type, self.civil()); }
Result<Ref<>> time(Thread& thread, DateTime& self) {
  return construct_time(thread, *time_type, self.clock(), None, fold_of(self));
}
Result<Ref<>> timetz(Thread& thread, DateTime& self) {
  return construct_time(thread, *time_type, self.clock(), self.tzinfo.peek(), fold_of(self));
}
Result<Ref<>> utcoffset(Thread& thread, DateTime& self) { return offset_value(thread, TRY(own_offset(thread, self))); }
Result<Offset> own_dst(Thread& thread, DateTime& self) { return dst_offset(thread, self.tzinfo.peek(), self.value()); }
Result<Ref<>> dst(Thread& thread, DateTime& self) { return offset_value(thread, TRY(own_dst(thread, self))); }
Result<Ref<>> tzname(Thread& thread, DateTime& self) { return zone_name(thread, self.tzinfo.peek(), self.value()); }

Result<Ref<>> timetuple(Thread& thread, DateTime& self) {
  Offset dst = TRY(own_dst(thread, self));
  return struct_time(thread, self.moment(), !dst.known ? -1 : dst.microseconds != 0);
}
Result<Ref<>> utctimetuple(Thread& thread, DateTime& self) {
  Offset offset = TRY(own_offset(thread, self));
  Moment moment = offset.known ? TRY(to_moment(thread, i128{self.total()} - offset.microseconds)) : self.moment();
  return struct_time(thread, moment, 0);
}
Result<Ref<>> timestamp(Thread& thread, DateTime& self) {
  if (!self.tzinfo.peek().is_none()) {
    Ref<> since = TRY(datetime_subtract(thread, self.value(), epoch.peek()));
    return call_method(thread, since, "total_seconds");
  }
  const i64 seconds = TRY(local_seconds(thread, self.moment(), fold_of(self)));
  return make_float(thread, static_cast<double>(seconds) + self.microsecond / 1e6);
}

// To another zone

Result<Ref<>> zone_when_naive(Thread& thread, const DateTime& self) {
  return local_zone(thread, TRY(local_seconds(thread, self.moment(), fold_of(self))));
}
Result<Ref<>> astimezone(Thread& thread, DateTime& self, Value tz) {
  TRY(check_zone(thread, tz));
  Ref<> own = self.tzinfo.load();
  if (own.value().is_none()) own = TRY(zone_when_naive(thread, self));
  if (own.value() == tz) return Ref<>::share(self.value());
  Offset offset = TRY(utc_offset(thread, own, self.value()));
  if (!offset.known) {
    own = TRY(zone_when_naive(thread, self));
    offset = TRY(utc_offset(thread, own, self.value()));
  }
  const i64 in_utc = self.total() - offset.microseconds;
  Moment moment = TRY(to_moment(thread, in_utc));
  Ref<> zone = tz.is_none() ? TRY(local_zone(thread, in_utc / kSecond - kEpochSeconds)) : Ref<>::share(tz);
  Ref<> attached = TRY(construct_datetime(thread, type_of_object(self), moment, zone));
  return call_method(thread, zone, "fromutc", {attached});
}

template <auto DateTime::*field>
Result<Ref<>> get(Thread&, Value self) {
  return Ref<>::adopt(Value::integer(as<DateTime>(self).*field));
}
Result<Ref<>> get_tzinfo(Thread&, Value self) { return as<DateTime>(self).tzinfo.load(); }

constexpr MethodSpec kMethods[] = {
    class_method<datetime_now>("now(tz=None)",
                               "Returns new datetime object representing current time local to tz.\n\n"
                               "  tz\n    Timezone object.\n\nIf no tz is specified, uses local timezone."),
    class_method<datetime_utcnow>("utcnow()", "Return a new datetime representing UTC day and time."),
    class_method<datetime_fromtimestamp>("fromtimestamp(timestamp, tz=None)",
                                         "timestamp[, tz] -> tz's local time from POSIX timestamp."),
    class_method<datetime_utcfromtimestamp>("utcfromtimestamp(timestamp, /)",
                                            "Construct a naive UTC datetime from a POSIX timestamp."),
    class_method<datetime_strptime>("strptime(string, format, /)",
                                    "string, format -> new datetime parsed from a string (like time.strptime())."),
    class_method<datetime_combine>("combine(date, time, tzinfo=<unrepresentable>)",
                                   "date, time -> datetime with same date and time fields"),
    class_method<datetime_fromisoformat>("fromisoformat(string, /)",
                                         "string -> datetime from a string in most ISO 8601 formats"),
    def<date>("date()", "Return date object with same year, month and day."),
    def<time>("time()", "Return time object with same time but with tzinfo=None."),
    def<timetz>("timetz()", "Return time object with same time and tzinfo."),
    def<ctime>("ctime()", "Return ctime() style string."),
    def<timetuple>("timetuple()", "Return time tuple, compatible with time.localtime()."),
    def<timestamp>("timestamp()", "Return POSIX timestamp as float."),
    def<utctimetuple>("utctimetuple()", "Return UTC time tuple, compatible with time.localtime()."),
    def<isoformat>("isoformat(sep='T', timespec='auto')",
                   "[sep] -> string in ISO 8601 format, YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\n"
                   "sep stands between the date and the time, 'T' unless it is given.\n"
                   "timespec names the last part of the time to show: 'hours', 'minutes', 'seconds',\n"
                   "'milliseconds', 'microseconds', or 'auto'.\n"),
    def<utcoffset>("utcoffset()", "Return self.tzinfo.utcoffset(self)."),
    def<tzname>("tzname()", "Return self.tzinfo.tzname(self)."),
    def<dst>("dst()", "Return self.tzinfo.dst(self)."),
    def<replace>("replace(year=<unrepresentable>, month=<unrepresentable>, day=<unrepresentable>, hour=<unrepresentable>, "
                 "minute=<unrepresentable>, second=<unrepresentable>, microsecond=<unrepresentable>, "
                 "tzinfo=<unrepresentable>, *, fold=<unrepresentable>)",
                 "Return datetime with new specified fields."),
    def<astimezone>("astimezone(tz=None)", "tz -> convert to local time in new timezone tz\n"),
    def<datetime_reduce_ex>("__reduce_ex__(protocol, /)", "__reduce_ex__(proto) -> (cls, state)"),
    def<datetime_reduce>("__reduce__()", "__reduce__() -> (cls, state)"),
};
constexpr PropertySpec kProperties[] = {
    {"hour", nullptr, get<&DateTime::hour>},     {"minute", nullptr, get<&DateTime::minute>},
    {"second", nullptr, get<&DateTime::second>}, {"microsecond", nullptr, get<&DateTime::microsecond>},
    {"tzinfo", nullptr, get_tzinfo},             {"fold", nullptr, get<&DateTime::fold>}};
constexpr TypeSpec kSpec = {
    .name = "datetime.datetime",
    .doc = "datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])\n\n"
           "A year, a month and a day are required. tzinfo is None or an instance of a tzinfo subclass; the others are ints.\n",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = kProperties,
    .property_count = std::size(kProperties),
    .slots = {.repr = datetime_repr,
              .str = datetime_str,
              .hash = datetime_hash,
              .compare = datetime_compare,
              .new_ = datetime_new,
              .binary = {datetime_add, datetime_subtract}},
    .ops = &DateTime::kOps,
    .size = sizeof(DateTime),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

}  // namespace

Result<void> add_datetime(Thread& thread, Module& module) {
  datetime_type = TRY(add_type_to_module(thread, module, kSpec, date_type));
  Type& type = *datetime_type;
  epoch.set(TRY(make_datetime(thread, type, {{1970, 1, 1}, {}}, utc.peek(), 0)));
  TRY(add_constant(thread, type, "min", TRY(make_datetime(thread, type, {{kMinYear, 1, 1}, {}}, None, 0))));
  TRY(add_constant(thread, type, "max",
                   TRY(make_datetime(thread, type, {{kMaxYear, 12, 31}, {23, 59, 59, 999999}}, None, 0))));
  return add_constant(thread, type, "resolution", TRY(make_delta(thread, 1)));
}

}  // namespace py::datetime
