// datetime.tzinfo, the abstract class of time zones, and datetime.timezone, the fixed offset from UTC.
#include "core/modules/datetime/format.h"
#include "core/modules/datetime/objects.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/names.h"

namespace py::datetime {

namespace {

// tzinfo

Result<Ref<>> zone_base_new(Thread& thread, Type& type, const Arguments&) {
  return Ref<>(TRY(new_object<ZoneBase>(thread, type)));
}

Failure not_implemented(Thread& thread, const char* method) {
  return raise(thread, types.NotImplementedError, "a tzinfo subclass must implement {}()", method);
}
Result<Ref<>> abstract_tzname(Thread& thread, Value, Value) { return not_implemented(thread, "tzname"); }
Result<Ref<>> abstract_utcoffset(Thread& thread, Value, Value) { return not_implemented(thread, "utcoffset"); }
Result<Ref<>> abstract_dst(Thread& thread, Value, Value) { return not_implemented(thread, "dst"); }

// The datetime that fromutc() of `self` is given.
Result<DateTime*> own_datetime(Thread& thread, Value self, Value dt) {
  if (!is<DateTime>(dt)) return raise(thread, types.TypeError, "fromutc: argument must be a datetime");
  if (as<DateTime>(dt).tzinfo.peek() != self) return raise(thread, types.ValueError, "fromutc: dt.tzinfo is not self");
  return &as<DateTime>(dt);
}
Result<Ref<>> shifted(Thread& thread, DateTime& from, i64 microseconds) {
  Moment moment = TRY(to_moment(thread, i128{from.total()} + microseconds));
  return construct_datetime(thread, type_of_object(from), moment, from.tzinfo.load());
}

// Right for all zones whose standard offset is constant: PEP 495 and the notes in datetime.py tell why.
Result<Ref<>> zone_base_fromutc(Thread& thread, Value self, Value dt) {
  DateTime& when = *TRY(own_datetime(thread, self, dt));
  const Offset offset = TRY(utc_offset(thread, self, dt));
  if (!offset.known) return raise(thread, types.ValueError, "fromutc: non-None utcoffset() result required");
  Offset dst = TRY(dst_offset(thread, self, dt));
  if (!dst.known) return raise(thread, types.ValueError, "fromutc: non-None dst() result required");
  Ref<> result = TRY(shifted(thread, when, offset.microseconds - dst.microseconds));
  if (!is<DateTime>(result)) return result;
  dst = TRY(dst_offset(thread, self, result));
  if (!dst.known) {
    return raise(thread, types.ValueError, "fromutc: tz.dst() gave inconsistent results; cannot convert");
  }
  if (dst.microseconds == 0) return result;
  return shifted(thread, as<DateTime>(result), dst.microseconds);
}

Result<Ref<Tuple>> zone_base_reduce(Thread& thread, Value self) {
  Ref<> method = TRY(get_attribute_or_empty(thread, self, "__getinitargs__"));
  Ref<> arguments = method.is_empty() ? Ref<>::share(Tuple::empty().value()) : TRY(call(thread, method));
  Ref<> state = TRY(call_method(thread, self, names::__getstate__()));
  return Tuple::from(thread, {type_of(self).value(), arguments, state});
}

constexpr MethodSpec kBaseMethods[] = {
    def<abstract_tzname>("tzname(dt, /)", "datetime -> string name of time zone."),
    def<abstract_utcoffset>("utcoffset(dt, /)",
                            "datetime -> timedelta: the offset from UTC, negative west of it."),
    def<abstract_dst>("dst(dt, /)", "datetime -> timedelta: the part of the offset that is daylight saving time."),
    def<zone_base_fromutc>("fromutc(dt, /)", "datetime in UTC -> datetime in local time."),
    def<zone_base_reduce>("__reduce__()", "-> (cls, args, state)"),
};
constexpr TypeSpec kBase = {
    .name = "datetime.tzinfo",
    .doc = "Abstract base class for time zone info objects.",
    .methods = kBaseMethods,
    .method_count = std::size(kBaseMethods),
    .slots = {.new_ = zone_base_new},
    .ops = &ZoneBase::kOps,
    .size = sizeof(ZoneBase),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

// timezone

Delta& offset_of(Value self) { return as<Delta>(as<Zone>(self).offset.peek()); }
bool is_utc(Value self) { return self == utc.peek(); }

Result<Ref<>> zone_new(Thread& thread, Type&, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "timezone(offset, name=<unrepresentable>)", arguments);
  if (!is<Delta>(bound[0])) {
    return raise(thread, types.TypeError, "timezone() argument 1 must be datetime.timedelta, not {}", type_of(bound[0]));
  }
  const bool named = bound[1] != Unbound;
  if (named && !is<Str>(bound[1])) {
    return raise(thread, types.TypeError, "timezone() argument 2 must be str, not {}", type_of(bound[1]));
  }
  const i128 total = as<Delta>(bound[0]).total();
  if (!named && total == 0) return Ref<>::share(utc.peek());
  if (total <= -kDay || total >= kDay) {
    return raise(thread, types.ValueError,
                 "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {!r}.",
                 bound[0]);
  }
  return make_zone(thread, bound[0], named ? bound[1] : None);
}

Result<void> check_argument(Thread& thread, Value dt, const char* method) {
  if (dt.is_none() || is<DateTime>(dt)) return {};
  return raise(thread, types.TypeError, "{}(dt) argument must be a datetime instance or None, not {}", method, type_of(dt));
}

Result<Ref<>> own_name(Thread& thread, Value self) {
  const Value name = as<Zone>(self).name.peek();
  if (!name.is_none()) return Ref<>::share(name);
  const i64 offset = static_cast<i64>(offset_of(self).total());
  if (offset == 0) return Ref<>(TRY(Str::from_ascii(thread, "UTC")));
  ShortText text;
  text.add("UTC");
  add_offset(text, offset, ":");
  return Ref<>(TRY(Str::from_ascii(thread, text.view())));
}
Result<Ref<>> zone_tzname(Thread& thread, Value self, Value dt) {
  TRY(check_argument(thread, dt, "tzname"));
  return own_name(thread, self);
}
Result<Ref<>> zone_str(Thread& thread, Value self) { return own_name(thread, self); }
Result<Ref<>> zone_utcoffset(Thread& thread, Value self, Value dt) {
  TRY(check_argument(thread, dt, "utcoffset"));
  return as<Zone>(self).offset.load();
}
Result<Ref<>> zone_dst(Thread& thread, Value, Value dt) {
  TRY(check_argument(thread, dt, "dst"));
  return Ref<>::adopt(None);
}
Result<Ref<>> zone_fromutc(Thread& thread, Value self, Value dt) {
  DateTime& when = *TRY(own_datetime(thread, self, dt));
  return shifted(thread, when, static_cast<i64>(offset_of(self).total()));
}
Result<Ref<Tuple>> zone_getinitargs(Thread& thread, Value self) {
  Zone& zone = as<Zone>(self);
  if (zone.name.peek().is_none()) return Tuple::from(thread, {zone.offset.peek()});
  return Tuple::from(thread, {zone.offset.peek(), zone.name.peek()});
}

Result<Ref<>> zone_repr(Thread& thread, Value self) {
  if (is_utc(self)) return format_str(thread, "{}.utc", type_of(self));
  Zone& zone = as<Zone>(self);
  if (zone.name.peek().is_none()) return format_str(thread, "{}({!r})", type_of(self), zone.offset.peek());
  return format_str(thread, "{}({!r}, {!r})", type_of(self), zone.offset.peek(), zone.name.peek());
}
Result<i64> zone_hash(Thread& thread, Value self) { return hash_of(thread, as<Zone>(self).offset.peek()); }
Result<Ref<>> zone_compare(Thread&, Value left, Value right, CompareOp op) {
  const bool known = is<Zone>(left) && is<Zone>(right) && (op == CompareOp::Equal || op == CompareOp::NotEqual);
  if (!known) return datetime::not_implemented();
  return boolean(ordered(offset_of(left).total(), offset_of(right).total(), op));
}

constexpr MethodSpec kMethods[] = {
    def<zone_tzname>("tzname(dt, /)",
                     "The name that the timezone was made with, else 'UTC(+|-)HH:MM' after its offset."),
    def<zone_utcoffset>("utcoffset(dt, /)", "Return fixed offset."),
    def<zone_dst>("dst(dt, /)", "Return None."),
    def<zone_fromutc>("fromutc(dt, /)", "datetime in UTC -> datetime in local time."),
    def<zone_getinitargs>("__getinitargs__()", "pickle support"),
};
constexpr TypeSpec kZone = {
    .name = "datetime.timezone",
    .doc = "The tzinfo of a fixed distance from UTC.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .slots = {.repr = zone_repr, .str = zone_str, .hash = zone_hash, .compare = zone_compare, .new_ = zone_new},
    .ops = &Zone::kOps,
    .size = sizeof(Zone),
};

Result<Ref<>> fixed_zone(Thread& thread, i64 offset) {
  Ref<> delta = TRY(make_delta(thread, offset));
  return make_zone(thread, delta, None);
}

}  // namespace

Result<void> add_zones(Thread& thread, Module& module) {
  zone_base_type = TRY(add_type_to_module(thread, module, kBase));
  zone_type = TRY(add_type_to_module(thread, module, kZone, zone_base_type));
  utc.set(TRY(fixed_zone(thread, 0)));
  TRY(add_constant(thread, *zone_type, "utc", utc.peek()));
  TRY(add_constant(thread, *zone_type, "min", TRY(fixed_zone(thread, -(kDay - kMinute)))));
  TRY(add_constant(thread, *zone_type, "max", TRY(fixed_zone(thread, kDay - kMinute))));
  return add_to_module(thread, module, "UTC", utc.peek());
}

}  // namespace py::datetime
