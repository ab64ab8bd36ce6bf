// datetime.timedelta.
#include "core/modules/datetime/delta_arithmetic.h"
#include "core/modules/datetime/format.h"
#include "core/object/dict.h"
#include "core/object/int_math.h"

#include <cmath>

namespace py::datetime {

namespace {

// Adds `value` units of `factor` microseconds to `sum`, an int; what a float leaves beyond whole microseconds goes to
// `fraction`.
Result<Ref<>> add_units(Thread& thread, const char* name, Ref<> sum, Value value, i64 factor, double& fraction) {
  if (is_integer(value)) {
    Ref<> product = TRY(int_multiply(thread, value, Value::integer(factor)));
    return int_add(thread, sum, product);
  }
  if (!is_float(value)) {
    return raise(thread, types.TypeError, "unsupported type for timedelta {} component: {}", name, type_of(value));
  }
  double whole;
  double rest = std::modf(float_value(value), &whole);
  Ref<> units = TRY(make_float(thread, whole));
  units = TRY(to_integer(thread, units));
  Ref<> product = TRY(int_multiply(thread, units, Value::integer(factor)));
  sum = TRY(int_add(thread, sum, product));
  if (rest == 0) return sum;
  rest = std::modf(rest * static_cast<double>(factor), &whole);
  fraction += rest;
  return int_add(thread, sum, Value::integer(static_cast<i64>(whole)));
}

// The fractions of all arguments, rounded to the nearest microsecond; a tie makes the sum even.
Result<Ref<>> add_fraction(Thread& thread, Ref<> sum, double fraction) {
  if (fraction == 0) return sum;
  double whole = std::round(fraction);
  if (std::fabs(whole - fraction) == 0.5) {
    Ref<> odd = TRY(integer_binary(thread, BinaryOp::bit_and, sum, Value::integer(1)));
    const double parity = static_cast<double>(odd.value().as_int());
    whole = 2.0 * std::round((fraction + parity) * 0.5) - parity;
  }
  return int_add(thread, sum, Value::integer(static_cast<i64>(whole)));
}

Result<Ref<>> delta_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "__new__(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)", arguments);
  constexpr struct {
    u32 place;
    i64 factor;
  } kUnits[] = {{2, 1}, {3, 1000}, {1, kSecond}, {4, kMinute}, {5, kHour}, {0, kDay}, {6, 7 * kDay}};
  Ref<> sum = Ref<>::adopt(Value::integer(0));
  double fraction = 0;
  for (const auto& unit : kUnits) {
    if (bound[unit.place] == Value::integer(0)) continue;
    const std::string name(bound_spec.signature.parameters[unit.place].name);
    sum = TRY(add_units(thread, name.c_str(), std::move(sum), bound[unit.place], unit.factor, fraction));
  }
  sum = TRY(add_fraction(thread, std::move(sum), fraction));
  return delta_from_int(thread, sum, &type);
}

Result<Ref<>> delta_repr(Thread& thread, Value self) {
  const Delta& delta = as<Delta>(self);
  ShortText text;
  const std::pair<const char*, i64> parts[] = {
      {"days=", delta.days()}, {"seconds=", delta.seconds()}, {"microseconds=", delta.microseconds()}};
  for (auto [name, number] : parts) {
    if (!number) continue;
    if (!text.view().empty()) text.add(", ");
    text.add(name);
    text.add_number(static_cast<int>(number), 1);
  }
  if (text.view().empty()) text.add('0');
  return format_str(thread, "{}({})", type_of(self), text.view());
}

Result<Ref<>> delta_str(Thread& thread, Value self) {
  const Delta& delta = as<Delta>(self);
  ShortText text;
  const i64 days = delta.days();
  const int seconds = static_cast<int>(delta.seconds()), microseconds = static_cast<int>(delta.microseconds());
  if (days) {
    text.add_number(static_cast<int>(days), 1);
    text.add(days == 1 || days == -1 ? " day, " : " days, ");
  }
  text.add_number(seconds / 3600, 1);
  text.add(':');
  text.add_number(seconds / 60 % 60, 2);
  text.add(':');
  text.add_number(seconds % 60, 2);
  if (microseconds) text.add('.'), text.add_number(microseconds, 6);
  return Ref<>(TRY(Str::from_ascii(thread, text.view())));
}

Result<Ref<Tuple>> state(Thread& thread, const Delta& delta) {
  return Tuple::from(thread, {delta.days_value, delta.seconds_value, delta.microseconds_value});
}
Result<i64> delta_hash(Thread& thread, Value self) {
  Ref<Tuple> key = TRY(state(thread, as<Delta>(self)));
  return hash_of(thread, key.value());
}
Result<Ref<>> delta_compare(Thread&, Value left, Value right, CompareOp op) {
  if (!is<Delta>(left) || !is<Delta>(right)) return not_implemented();
  return boolean(ordered(as<Delta>(left).total(), as<Delta>(right).total(), op));
}
Result<bool> delta_truth(Thread&, Value self) { return as<Delta>(self).total() != 0; }

Result<Ref<>> total_seconds(Thread& thread, Delta& self) {
  Ref<> total = TRY(total_int(thread, self));
  return binary(thread, BinaryOp::true_divide, total, Value::integer(kSecond));
}
Result<Ref<Tuple>> reduce(Thread& thread, Delta& self) {
  Ref<Tuple> arguments = TRY(state(thread, self));
  return Tuple::from(thread, {type_of_object(self).value(), arguments.value()});
}

constexpr MethodSpec kMethods[] = {
    def<total_seconds>("total_seconds()", "Total seconds in the duration."),
    def<reduce>("__reduce__()", "__reduce__() -> (cls, state)"),
};
constexpr u32 kFirstField = sizeof(Object) / 8;
constexpr MemberSpec kMembers[] = {
    {"days", "Number of days.", kFirstField},
    {"seconds", "Number of seconds (>= 0 and less than 1 day).", kFirstField + 1},
    {"microseconds", "Number of microseconds (>= 0 and less than 1 second).", kFirstField + 2},
};
constexpr TypeSpec kSpec = {
    .name = "datetime.timedelta",
    .doc = "Difference between two datetime values.\n\n"
           "timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)\n\n"
           "Each argument is an int or a float of either sign, and may be left out.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .members = kMembers,
    .member_count = std::size(kMembers),
    .slots = {.repr = delta_repr,
              .str = delta_str,
              .hash = delta_hash,
              .compare = delta_compare,
              .new_ = delta_new,
              .truth = delta_truth,
              .negative = delta_negative,
              .positive = delta_positive,
              .absolute = delta_absolute,
              .binary = {delta_add, delta_subtract, delta_multiply, nullptr, delta_true_divide, delta_floor_divide,
                         delta_remainder, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, delta_divmod}},
    .ops = &Delta::kOps,
    .size = sizeof(Delta),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

}  // namespace

Result<void> add_delta(Thread& thread, Module& module) {
  delta_type = TRY(add_type_to_module(thread, module, kSpec));
  TRY(add_constant(thread, *delta_type, "min", TRY(make_delta(thread, -i128{kMaxDeltaDays} * kDay))));
  TRY(add_constant(thread, *delta_type, "max", TRY(make_delta(thread, i128{kMaxDeltaDays + 1} * kDay - 1))));
  return add_constant(thread, *delta_type, "resolution", TRY(make_delta(thread, 1)));
}

}  // namespace py::datetime
