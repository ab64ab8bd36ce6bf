// datetime.time.
#include "core/modules/datetime/format.h"
#include "core/modules/datetime/iso_parse.h"
#include "core/modules/datetime/state.h"
#include "core/object/dict.h"

namespace py::datetime {

namespace {

int fold_of(const Time& time) { return time.fold.load(std::memory_order_relaxed); }

struct Fields {
  Clock clock;
  Value zone;
  int fold;
};
// hour, minute, second, microsecond, tzinfo, fold.
Result<Fields> fields_of(Thread& thread, const Value* values) {
  Fields result{{}, values[4], 0};
  result.clock.hour = TRY(to_field(thread, values[0]));
  result.clock.minute = TRY(to_field(thread, values[1]));
  result.clock.second = TRY(to_field(thread, values[2]));
  result.clock.microsecond = TRY(to_field(thread, values[3]));
  result.fold = TRY(to_field(thread, values[5]));
  TRY(check_clock(thread, result.clock, result.fold));
  TRY(check_zone(thread, result.zone));
  return result;
}

Result<Ref<>> time_new(Thread& thread, Type& type, const Arguments& arguments) {
  Ref<> unpickled = TRY(time_from_state(thread, type, arguments));
  if (!unpickled.is_empty()) return unpickled;
  BIND_ARGUMENTS(bound, "(hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)", arguments);
  Fields fields = TRY(fields_of(thread, bound));
  return make_time(thread, type, fields.clock, fields.zone, fields.fold);
}

Result<Ref<>> replace(Thread& thread, Time& self, Value hour, Value minute, Value second, Value microsecond, Value tzinfo,
                      Value fold) {
  auto given = [](Value value, int otherwise) { return value == Unbound ? Value::integer(otherwise) : value; };
  const Value values[] = {given(hour, self.hour),
                          given(minute, self.minute),
                          given(second, self.second),
                          given(microsecond, static_cast<int>(self.microsecond)),
                          tzinfo == Unbound ? self.tzinfo.peek() : tzinfo,
                          given(fold, fold_of(self))};
  Fields fields = TRY(fields_of(thread, values));
  return make_time(thread, type_of_object(self), fields.clock, fields.zone, fields.fold);
}

Result<Ref<>> fromisoformat(Thread& thread, Type& type, Value text) {
  if (!is<Str>(text)) return raise(thread, types.TypeError, "fromisoformat: argument must be str");
  TextView view = as<Str>(text).view();
  if (view.length && view[0] == 'T') view = view.slice(1, view.length);
  IsoTime time;
  if (!parse_iso_time(view, time)) return raise(thread, types.ValueError, "Invalid isoformat string: {!r}", text);
  Ref<> zone = TRY(iso_zone(thread, time));
  return construct_time(thread, type, time.clock, zone, 0);
}

// Text

Result<Ref<>> time_repr(Thread& thread, Value self) {
  const Time& time = as<Time>(self);
  ShortText text;
  text.add_number(time.hour, 1);
  text.add(", ");
  text.add_number(time.minute, 1);
  if (time.second || time.microsecond) text.add(", "), text.add_number(time.second, 1);
  if (time.microsecond) text.add(", "), text.add_number(static_cast<int>(time.microsecond), 1);
  if (fold_of(time)) text.add(", fold=1");
  const Value zone = time.tzinfo.peek();
  if (zone.is_none()) return format_str(thread, "{}({})", type_of(self), text.view());
  return format_str(thread, "{}({}, tzinfo={!r})", type_of(self), text.view(), zone);
}
Result<Ref<>> time_str(Thread& thread, Value self) { return call_method(thread, self, "isoformat"); }
Result<Ref<>> isoformat(Thread& thread, Time& self, Value timespec) {
  if (timespec != Unbound && !is<Str>(timespec)) {
    return raise(thread, types.TypeError, "isoformat() argument 1 must be str, not {}", type_of(timespec));
  }
  const TimeSpec spec = TRY(time_spec(thread, timespec, self.clock()));
  ShortText text;
  add_clock(text, self.clock(), spec);
  TRY(add_zone_offset(thread, text, self.value(), ":"));
  return Ref<>(TRY(Str::from_ascii(thread, text.view())));
}
Result<Ref<>> time_strftime(Thread& thread, Time& self, Value format) {
  Str& text = *TRY(format_argument(thread, "strftime", format));
  // Before 1970 and after 2038 some systems had trouble; any other year serves as well.
  Ref<> tuple = TRY(struct_time(thread, {{1900, 1, 1}, self.clock()}, -1));
  return strftime(thread, self.value(), text, tuple, static_cast<int>(self.microsecond));
}

// The zone

Result<Offset> own_offset(Thread& thread, const Time& time) { return utc_offset(thread, time.tzinfo.peek(), None); }
Result<Ref<>> utcoffset(Thread& thread, Time& self) { return offset_value(thread, TRY(own_offset(thread, self))); }
Result<Ref<>> dst(Thread& thread, Time& self) {
  return offset_value(thread, TRY(dst_offset(thread, self.tzinfo.peek(), None)));
}
Result<Ref<>> tzname(Thread& thread, Time& self) { return zone_name(thread, self.tzinfo.peek(), None); }

// Comparison

Result<Ref<>> time_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is<Time>(left) || !is<Time>(right)) return not_implemented();
  const Time &a = as<Time>(left), &b = as<Time>(right);
  i64 shift = 0;
  if (a.tzinfo.peek() != b.tzinfo.peek()) {
    Offset mine = TRY(own_offset(thread, a));
    Offset theirs = TRY(own_offset(thread, b));
    if (mine.known != theirs.known) {
      if (op == CompareOp::Equal || op == CompareOp::NotEqual) return boolean(op == CompareOp::NotEqual);
      return raise(thread, types.TypeError, "can't compare offset-naive and offset-aware times");
    }
    shift = mine.microseconds - theirs.microseconds;
  }
  return boolean(ordered(a.clock().total() - shift, b.clock().total(), op));
}

// Equal times hash the same: an aware one as the timedelta from midnight UTC, whatever its fold.
Result<i64> time_hash(Thread& thread, Value self) {
  Time& time = as<Time>(self);
  i64 hash = time.hash_cache.load(std::memory_order_relaxed);
  if (hash != -1) return hash;
  Ref<> plain = Ref<>::share(self);
  if (fold_of(time)) plain = TRY(make_time(thread, *time_type, time.clock(), time.tzinfo.peek(), 0));
  Offset offset = TRY(own_offset(thread, as<Time>(plain)));
  if (offset.known) {
    Ref<> delta = TRY(make_delta(thread, time.clock().total() - offset.microseconds));
    hash = TRY(hash_of(thread, delta));
  } else {
    hash = state_hash(state_bytes(time.clock()));
  }
  time.hash_cache.store(hash, std::memory_order_relaxed);
  return hash;
}

template <auto Time::*field>
Result<Ref<>> get(Thread&, Value self) {
  return Ref<>::adopt(Value::integer(as<Time>(self).*field));
}
Result<Ref<>> get_tzinfo(Thread&, Value self) { return as<Time>(self).tzinfo.load(); }

constexpr MethodSpec kMethods[] = {
    def<isoformat>("isoformat(timespec='auto')",
                   "Return string in ISO 8601 format, [HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\n\n"
                   "timespec names the last part of the time to show: 'hours', 'minutes', 'seconds',\n"
                   "'milliseconds', 'microseconds', or 'auto'.\n"),
    def<time_strftime>("strftime(format)", "format -> strftime() style string."),
    def<format_method>("__format__(format, /)", "Formats self with strftime."),
    def<utcoffset>("utcoffset()", "Return self.tzinfo.utcoffset(self)."),
    def<tzname>("tzname()", "Return self.tzinfo.tzname(self)."),
    def<dst>("dst()", "Return self.tzinfo.dst(self)."),
    def<replace>("replace(hour=<unrepresentable>, minute=<unrepresentable>, second=<unrepresentable>, "
                 "microsecond=<unrepresentable>, tzinfo=<unrepresentable>, *, fold=<unrepresentable>)",
                 "Return time with new specified fields."),
    class_method<fromisoformat>("fromisoformat(string, /)", "string -> time from a string in ISO 8601 format"),
    def<time_reduce_ex>("__reduce_ex__(protocol, /)", "__reduce_ex__(proto) -> (cls, state)"),
    def<time_reduce>("__reduce__()", "__reduce__() -> (cls, state)"),
};
constexpr PropertySpec kProperties[] = {
    {"hour", nullptr, get<&Time::hour>},     {"minute", nullptr, get<&Time::minute>},
    {"second", nullptr, get<&Time::second>}, {"microsecond", nullptr, get<&Time::microsecond>},
    {"tzinfo", nullptr, get_tzinfo},         {"fold", nullptr, get<&Time::fold>}};
constexpr TypeSpec kSpec = {
    .name = "datetime.time",
    .doc = "time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object\n\n"
           "Every argument may be left out. tzinfo is None or an instance of a tzinfo subclass; the others are ints.\n",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = kProperties,
    .property_count = std::size(kProperties),
    .slots = {.repr = time_repr, .str = time_str, .hash = time_hash, .compare = time_compare, .new_ = time_new},
    .ops = &Time::kOps,
    .size = sizeof(Time),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

}  // namespace

Result<void> add_time(Thread& thread, Module& module) {
  time_type = TRY(add_type_to_module(thread, module, kSpec));
  TRY(add_constant(thread, *time_type, "min", TRY(make_time(thread, *time_type, {}, None, 0))));
  TRY(add_constant(thread, *time_type, "max", TRY(make_time(thread, *time_type, {23, 59, 59, 999999}, None, 0))));
  return add_constant(thread, *time_type, "resolution", TRY(make_delta(thread, 1)));
}

}  // namespace py::datetime
