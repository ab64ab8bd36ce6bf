#include "core/modules/datetime/state.h"

#include "core/base/text/hash.h"

namespace py::datetime {

namespace {

constexpr u8 kFold = 0x80;
constexpr int kFirstProtocolWithFold = 4;

bool is_month(u32 byte) { return byte >= 1 && byte <= 12; }

u32 byte_at(Value state, isize index) {
  return is<Bytes>(state) ? as<Bytes>(state).data()[index] : as<Str>(state)[index];
}
// The bytes of a state of this size; false in `matches` when the value is none. `check` is the place of the byte that
// tells a state from an ordinary argument.
template <usize size, class Check>
Result<bool> read_state(Thread& thread, Value value, const char* name, std::array<u8, size>& bytes, Check&& check) {
  const bool fits = (is<Bytes>(value) && as<Bytes>(value).length == size) || (is<Str>(value) && as<Str>(value).length() == size);
  if (!fits || !check(value)) return false;
  for (usize i = 0; i < size; ++i) {
    const u32 byte = byte_at(value, static_cast<isize>(i));
    if (byte > 0xFF) {
      return raise(thread, types.ValueError,
                   "Failed to encode latin1 string when unpickling a {} object. pickle.load(data, encoding='latin1') is "
                   "assumed.", name);
    }
    bytes[i] = static_cast<u8>(byte);
  }
  return true;
}

Result<Value> zone_of_state(Thread& thread, const Arguments& arguments) {
  const Value zone = arguments.positional == 2 ? arguments[1] : None;
  if (zone.is_none() || is<ZoneBase>(zone)) return zone;
  return raise(thread, types.TypeError, "bad tzinfo state arg");
}

Clock clock_of(const u8* bytes) { return {bytes[0], bytes[1], bytes[2], bytes[3] << 16 | bytes[4] << 8 | bytes[5]}; }
CivilDate date_of(const u8* bytes) { return {bytes[0] << 8 | bytes[1], bytes[2], bytes[3]}; }

template <class State>
Result<Ref<Tuple>> reduce_with(Thread& thread, Value self, const State& state) {
  Ref<Bytes> bytes = TRY(Bytes::from(thread, {reinterpret_cast<const char*>(state.data()), state.size()}));
  const Value zone = zone_of(self);
  Ref<Tuple> arguments = zone.is_none() ? TRY(Tuple::from(thread, {bytes.value()}))
                                        : TRY(Tuple::from(thread, {bytes.value(), zone}));
  return Tuple::from(thread, {type_of(self).value(), arguments.value()});
}

}  // namespace

DateBytes state_bytes(CivilDate date) {
  return {static_cast<u8>(date.year >> 8), static_cast<u8>(date.year), static_cast<u8>(date.month), static_cast<u8>(date.day)};
}
ClockBytes state_bytes(Clock clock) {
  return {static_cast<u8>(clock.hour),
          static_cast<u8>(clock.minute),
          static_cast<u8>(clock.second),
          static_cast<u8>(clock.microsecond >> 16),
          static_cast<u8>(clock.microsecond >> 8),
          static_cast<u8>(clock.microsecond)};
}
MomentBytes state_bytes(const Moment& moment) {
  MomentBytes result;
  const DateBytes date = state_bytes(moment.date);
  const ClockBytes clock = state_bytes(moment.clock);
  std::copy(date.begin(), date.end(), result.begin());
  std::copy(clock.begin(), clock.end(), result.begin() + date.size());
  return result;
}

template <class State>
i64 state_hash(const State& state) {
  return text::hash_bytes(state.data(), state.size());
}
template i64 state_hash(const DateBytes&);
template i64 state_hash(const ClockBytes&);
template i64 state_hash(const MomentBytes&);

Result<Ref<>> date_from_state(Thread& thread, Type& type, const Arguments& arguments) {
  if (arguments.positional != 1) return Ref<>();
  DateBytes bytes;
  const bool found = TRY(read_state(thread, arguments[0], "date", bytes, [](Value v) { return is_month(byte_at(v, 2)); }));
  if (!found) return Ref<>();
  return make_date(thread, type, date_of(bytes.data()));
}

Result<Ref<>> time_from_state(Thread& thread, Type& type, const Arguments& arguments) {
  if (arguments.positional < 1 || arguments.positional > 2) return Ref<>();
  ClockBytes bytes;
  const auto is_hour = [](Value v) { return (byte_at(v, 0) & ~u32{kFold}) < 24; };
  if (!TRY(read_state(thread, arguments[0], "time", bytes, is_hour))) return Ref<>();
  const Value zone = TRY(zone_of_state(thread, arguments));
  const int fold = bytes[0] >= kFold;
  bytes[0] &= 0x7F;
  return make_time(thread, type, clock_of(bytes.data()), zone, fold);
}

Result<Ref<>> datetime_from_state(Thread& thread, Type& type, const Arguments& arguments) {
  if (arguments.positional < 1 || arguments.positional > 2) return Ref<>();
  MomentBytes bytes;
  const auto has_month = [](Value v) { return is_month(byte_at(v, 2) & ~u32{kFold}); };
  if (!TRY(read_state(thread, arguments[0], "datetime", bytes, has_month))) return Ref<>();
  const Value zone = TRY(zone_of_state(thread, arguments));
  const int fold = bytes[2] >= kFold;
  bytes[2] &= 0x7F;
  return make_datetime(thread, type, {date_of(bytes.data()), clock_of(bytes.data() + 4)}, zone, fold);
}

Result<Ref<Tuple>> date_reduce(Thread& thread, Value self) {
  return reduce_with(thread, self, state_bytes(as<Date>(self).civil()));
}
Result<Ref<Tuple>> time_reduce_ex(Thread& thread, Value self, int protocol) {
  ClockBytes bytes = state_bytes(as<Time>(self).clock());
  if (protocol >= kFirstProtocolWithFold && as<Time>(self).fold.load(std::memory_order_relaxed)) bytes[0] |= kFold;
  return reduce_with(thread, self, bytes);
}
Result<Ref<Tuple>> time_reduce(Thread& thread, Value self) { return time_reduce_ex(thread, self, 2); }
Result<Ref<Tuple>> datetime_reduce_ex(Thread& thread, Value self, int protocol) {
  MomentBytes bytes = state_bytes(as<DateTime>(self).moment());
  if (protocol >= kFirstProtocolWithFold && as<DateTime>(self).fold.load(std::memory_order_relaxed)) bytes[2] |= kFold;
  return reduce_with(thread, self, bytes);
}
Result<Ref<Tuple>> datetime_reduce(Thread& thread, Value self) { return datetime_reduce_ex(thread, self, 2); }

}  // namespace py::datetime
