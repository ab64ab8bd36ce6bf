// datetime.date.
#include "core/modules/datetime/format.h"
#include "core/modules/datetime/iso_parse.h"
#include "core/modules/datetime/local_time.h"
#include "core/modules/datetime/state.h"
#include "core/object/dict.h"

namespace py::datetime {

namespace {

Result<CivilDate> civil_of(Thread& thread, Value year, Value month, Value day) {
  CivilDate date;
  date.year = TRY(to_field(thread, year));
  date.month = TRY(to_field(thread, month));
  date.day = TRY(to_field(thread, day));
  TRY(check_date(thread, date));
  return date;
}

Result<Ref<>> date_new(Thread& thread, Type& type, const Arguments& arguments) {
  Ref<> unpickled = TRY(date_from_state(thread, type, arguments));
  if (!unpickled.is_empty()) return unpickled;
  BIND_ARGUMENTS(bound, "(year, month, day)", arguments);
  CivilDate date = TRY(civil_of(thread, bound[0], bound[1], bound[2]));
  return make_date(thread, type, date);
}

// Other constructors

Result<Ref<>> today(Thread& thread, Type& type) {
  Ref<> now = TRY(call_time(thread, "time", {}));
  return call_method(thread, type.value(), "fromtimestamp", {now});
}
Result<Ref<>> fromtimestamp(Thread& thread, Type& type, Value timestamp) {
  Timestamp when = TRY(to_timestamp(thread, timestamp, Rounding::Floor));
  CivilDate date = TRY(local_date(thread, when.seconds));
  return construct_date(thread, type, date);
}
Result<Ref<>> fromordinal(Thread& thread, Type& type, Value number) {
  const int ordinal = TRY(to_field(thread, number));
  if (ordinal < 1) return raise(thread, types.ValueError, "ordinal must be >= 1");
  return construct_date(thread, type, from_ordinal(ordinal));
}
Result<Ref<>> fromisoformat(Thread& thread, Type& type, Value text) {
  if (!is<Str>(text)) return raise(thread, types.TypeError, "fromisoformat: argument must be str");
  const TextView view = as<Str>(text).view();
  const bool length_fits = view.ascii && (view.length == 7 || view.length == 8 || view.length == 10);
  CivilDate date;
  if (length_fits && parse_iso_date(view, date)) return construct_date(thread, type, date);
  return raise(thread, types.ValueError, "Invalid isoformat string: {!r}", text);
}
Result<int> iso_component(Thread& thread, Value value) {
  Result<int> number = to_field(thread, value);
  if (!number.failed() || !pending_is(thread, *types.OverflowError)) return number;
  clear_pending(thread);
  return raise(thread, types.ValueError, "ISO calendar component out of range");
}
Result<Ref<>> fromisocalendar(Thread& thread, Type& type, Value year, Value week, Value day) {
  IsoDate iso;
  iso.year = TRY(iso_component(thread, year));
  iso.week = TRY(iso_component(thread, week));
  iso.weekday = TRY(iso_component(thread, day));
  CivilDate date;
  switch (from_iso(iso, date)) {
    case IsoProblem::Year: return raise(thread, types.ValueError, "Year is out of range: {}", iso.year);
    case IsoProblem::Week: return raise(thread, types.ValueError, "Invalid week: {}", iso.week);
    case IsoProblem::Weekday:
      return raise(thread, types.ValueError, "Invalid day: {} (range is [1, 7])", iso.weekday);
    case IsoProblem::None: break;
  }
  return construct_date(thread, type, date);
}

// Text

Result<Ref<>> date_repr(Thread& thread, Value self) {
  const Date& date = as<Date>(self);
  return format_str(thread, "{}({}, {}, {})", type_of(self), int{date.year}, int{date.month}, int{date.day});
}
Result<Ref<>> date_str(Thread& thread, Value self) { return call_method(thread, self, "isoformat"); }
Result<Ref<>> isoformat(Thread& thread, Date& self) {
  ShortText text;
  add_date(text, self.civil());
  return Ref<>(TRY(Str::from_ascii(thread, text.view())));
}
Result<Ref<>> ctime(Thread& thread, Date& self) { return ctime_text(thread, {self.civil(), {}}); }
Result<Ref<>> date_strftime(Thread& thread, Value self, Value format) {
  Str& text = *TRY(format_argument(thread, "strftime", format));
  Ref<> tuple = TRY(call_method(thread, self, "timetuple"));
  const int microsecond = is<DateTime>(self) ? static_cast<int>(as<DateTime>(self).microsecond) : 0;
  return strftime(thread, self, text, tuple, microsecond);
}

// Parts

Result<Ref<>> timetuple(Thread& thread, Date& self) { return struct_time(thread, {self.civil(), {}}, -1); }
Result<int> toordinal(Thread&, Date& self) { return to_ordinal(self.civil()); }
Result<int> weekday(Thread&, Date& self) { return weekday_of(self.civil()); }
Result<int> isoweekday(Thread&, Date& self) { return weekday_of(self.civil()) + 1; }
Result<Ref<>> isocalendar(Thread& thread, Date& self) {
  const IsoDate iso = to_iso(self.civil());
  return call(thread, iso_date_type->value(),
              {Value::integer(iso.year), Value::integer(iso.week), Value::integer(iso.weekday)});
}
Result<Ref<>> replace(Thread& thread, Date& self, Value year, Value month, Value day) {
  auto given = [](Value value, int otherwise) { return value == Unbound ? Value::integer(otherwise) : value; };
  CivilDate date = TRY(civil_of(thread, given(year, self.year), given(month, self.month), given(day, self.day)));
  return make_date(thread, type_of_object(self), date);
}

// Comparison and arithmetic. What has a datetime on either side is datetime's own business.

Result<i64> date_hash(Thread&, Value self) {
  Date& date = as<Date>(self);
  i64 hash = date.hash_cache.load(std::memory_order_relaxed);
  if (hash == -1) {
    hash = state_hash(state_bytes(date.civil()));
    date.hash_cache.store(hash, std::memory_order_relaxed);
  }
  return hash;
}
Result<Ref<>> date_compare(Thread&, Value left, Value right, CompareOp op) {
  if (!is<Date>(left) || !is<Date>(right)) return not_implemented();
  return boolean(ordered(state_bytes(as<Date>(left).civil()), state_bytes(as<Date>(right).civil()), op));
}

Result<Ref<>> shifted(Thread& thread, const Date& date, i64 days) {
  const i64 ordinal = to_ordinal(date.civil()) + days;
  if (ordinal < 1 || ordinal > kMaxOrdinal) return raise(thread, types.OverflowError, "date value out of range");
  return construct_date(thread, type_of_object(date), from_ordinal(static_cast<i32>(ordinal)));
}
bool is_plain_date(Value value) { return is<Date>(value) && !is<DateTime>(value); }
Result<Ref<>> date_add(Thread& thread, Value left, Value right) {
  if (is_plain_date(left) && is<Delta>(right)) return shifted(thread, as<Date>(left), as<Delta>(right).days());
  if (is_plain_date(right) && is<Delta>(left)) return shifted(thread, as<Date>(right), as<Delta>(left).days());
  return not_implemented();
}
Result<Ref<>> date_subtract(Thread& thread, Value left, Value right) {
  if (!is_plain_date(left)) return not_implemented();
  if (is<Delta>(right)) return shifted(thread, as<Date>(left), -as<Delta>(right).days());
  if (!is_plain_date(right)) return not_implemented();
  const i64 days = to_ordinal(as<Date>(left).civil()) - to_ordinal(as<Date>(right).civil());
  return make_delta(thread, i128{days} * kDay);
}

template <auto Date::*field>
Result<Ref<>> get(Thread&, Value self) {
  return Ref<>::adopt(Value::integer(as<Date>(self).*field));
}

constexpr MethodSpec kMethods[] = {
    class_method<fromtimestamp>("fromtimestamp(timestamp, /)",
                                "Create a date from a POSIX timestamp, a number as time.time() gives it,\n"
                                "which is interpreted as local time."),
    class_method<fromordinal>("fromordinal(ordinal, /)", "int -> date corresponding to a proleptic Gregorian ordinal."),
    class_method<fromisoformat>("fromisoformat(string, /)", "str -> Construct a date from a string in ISO 8601 format."),
    class_method<fromisocalendar>("fromisocalendar(year, week, day)",
                                  "int, int, int -> Construct a date from the ISO year, week number and weekday.\n\n"
                                  "This is the inverse of the date.isocalendar() function"),
    class_method<today>("today()", "Current date or datetime:  same as self.__class__.fromtimestamp(time.time())."),
    def<ctime>("ctime()", "Return ctime() style string."),
    def<date_strftime>("strftime(format)", "format -> strftime() style string."),
    def<format_method>("__format__(format, /)", "Formats self with strftime."),
    def<timetuple>("timetuple()", "Return time tuple, compatible with time.localtime()."),
    def<isocalendar>("isocalendar()", "Return a named tuple containing ISO year, week number, and weekday."),
    def<isoformat>("isoformat()", "Return string in ISO 8601 format, YYYY-MM-DD."),
    def<isoweekday>("isoweekday()", "Return the day of the week represented by the date.\nMonday == 1 ... Sunday == 7"),
    def<toordinal>("toordinal()", "Return proleptic Gregorian ordinal.  January 1 of year 1 is day 1."),
    def<weekday>("weekday()", "Return the day of the week represented by the date.\nMonday == 0 ... Sunday == 6"),
    def<replace>("replace(year=<unrepresentable>, month=<unrepresentable>, day=<unrepresentable>)",
                 "Return date with new specified fields."),
    def<date_reduce>("__reduce__()", "__reduce__() -> (cls, state)"),
};
constexpr PropertySpec kProperties[] = {
    {"year", nullptr, get<&Date::year>}, {"month", nullptr, get<&Date::month>}, {"day", nullptr, get<&Date::day>}};
constexpr TypeSpec kSpec = {
    .name = "datetime.date",
    .doc = "date(year, month, day) --> date object",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = kProperties,
    .property_count = std::size(kProperties),
    .slots = {.repr = date_repr,
              .str = date_str,
              .hash = date_hash,
              .compare = date_compare,
              .new_ = date_new,
              .binary = {date_add, date_subtract}},
    .ops = &Date::kOps,
    .size = sizeof(Date),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

}  // namespace

Result<void> add_date(Thread& thread, Module& module) {
  date_type = TRY(add_type_to_module(thread, module, kSpec));
  TRY(add_constant(thread, *date_type, "min", TRY(make_date(thread, *date_type, {kMinYear, 1, 1}))));
  TRY(add_constant(thread, *date_type, "max", TRY(make_date(thread, *date_type, {kMaxYear, 12, 31}))));
  return add_constant(thread, *date_type, "resolution", TRY(make_delta(thread, kDay)));
}

}  // namespace py::datetime
