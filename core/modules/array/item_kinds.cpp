#include <cstring>
#include <limits>

#include "core/modules/array/array.h"
#include "core/object/number.h"

namespace py::arrays {

namespace {

template <class T>
T load(const void* item) {
  T value;
  std::memcpy(&value, item, sizeof value);
  return value;
}
template <class T>
void store(void* item, T value) {
  std::memcpy(item, &value, sizeof value);
}

// What the range errors call a type, and the wider one that is checked before it.
struct RangeName {
  const char* name;
  i64 low, high;
};
constexpr RangeName kShort = {"signed short integer", INT16_MIN, INT16_MAX};
constexpr RangeName kInt = {"signed integer", INT32_MIN, INT32_MAX};
constexpr RangeName kNone = {nullptr, 0, 0};

Result<void> check_range(Thread& thread, const RangeName& range, i64 value) {
  if (value < range.low) return raise(thread, types.OverflowError, "{} is less than minimum", range.name);
  if (value > range.high) return raise(thread, types.OverflowError, "{} is greater than maximum", range.name);
  return {};
}

template <class T>
constexpr RangeName range_of(const char* name) {
  return {name, static_cast<i64>(std::numeric_limits<T>::min()), static_cast<i64>(std::numeric_limits<T>::max())};
}
constexpr RangeName kByte = range_of<i8>("signed char"), kUnsignedByte = range_of<u8>("unsigned byte integer"),
                    kUnsignedShort = range_of<u16>("unsigned short");

template <class T, const RangeName& wide, const RangeName& narrow>
Result<void> pack_small(Thread& thread, Value value, void* item) {
  const i64 number = TRY(to_i64(thread, value));
  if (wide.name) TRY(check_range(thread, wide, number));
  if (narrow.name) TRY(check_range(thread, narrow, number));
  store(item, static_cast<T>(number));
  return {};
}
// Of 'q': its overflow has a text of its own.
Result<void> pack_long_long(Thread& thread, Value value, void* item) {
  store(item, TRY(to_i64(thread, value, "int too big to convert")));
  return {};
}

struct UnsignedTexts {
  const char *negative, *large;
};
constexpr UnsignedTexts kLongTexts = {"can't convert negative value to unsigned int",
                                      "Python int too large to convert to C unsigned long"};
constexpr UnsignedTexts kLongLongTexts = {"can't convert negative int to unsigned", "int too big to convert"};

template <class T, const UnsignedTexts& texts>
Result<void> pack_unsigned(Thread& thread, Value value, void* item) {
  Ref<> integer = TRY(to_index(thread, value));
  const IntegerView view(integer);
  if (view.view().negative) return raise(thread, types.OverflowError, texts.negative);
  if (big::bit_length(view) > 64) return raise(thread, types.OverflowError, texts.large);
  const u64 number = big::to_u64_wrapping(view);
  if (sizeof(T) == 4 && number >> 32) return raise(thread, types.OverflowError, "unsigned int is greater than maximum");
  store(item, static_cast<T>(number));
  return {};
}
template <class T>
Result<void> pack_float(Thread& thread, Value value, void* item) {
  store(item, static_cast<T>(TRY(to_double(thread, value))));
  return {};
}
Result<void> pack_character(Thread& thread, Value value, void* item) {
  if (!is<Str>(value) || as<Str>(value).length() != 1) {
    return raise(thread, types.TypeError, "array item must be unicode character");
  }
  store(item, as<Str>(value)[0]);
  return {};
}

template <class T>
Result<Ref<>> unpack_number(Thread& thread, const void* item) {
  if constexpr (std::is_floating_point_v<T>) return make_float(thread, static_cast<double>(load<T>(item)));
  if constexpr (std::is_signed_v<T>) return make_int(thread, static_cast<i64>(load<T>(item)));
  return make_int_unsigned(thread, static_cast<u64>(load<T>(item)));
}
Result<Ref<>> unpack_character(Thread& thread, const void* item) {
  const u32 character = load<u32>(item);
  if (character > 0x10FFFF) {
    char shown[16];
    std::snprintf(shown, sizeof shown, "U+%08x", character);
    return raise(thread, types.ValueError, "character {} is not in range [U+0000; U+10ffff]", shown);
  }
  return Str::from_code_point(thread, character);
}

constexpr ItemKind kKinds[] = {
    {'b', 1, "b", true, true, 1, pack_small<i8, kShort, kByte>, unpack_number<i8>},
    {'B', 1, "B", true, false, 0, pack_small<u8, kNone, kUnsignedByte>, unpack_number<u8>},
    {'u', 4, "w", false, false, 20, pack_character, unpack_character},
    {'h', 2, "h", true, true, 4, pack_small<i16, kNone, kShort>, unpack_number<i16>},
    {'H', 2, "H", true, false, 2, pack_small<u16, kInt, kUnsignedShort>, unpack_number<u16>},
    {'i', 4, "i", true, true, 8, pack_small<i32, kNone, kInt>, unpack_number<i32>},
    {'I', 4, "I", true, false, 6, pack_unsigned<u32, kLongTexts>, unpack_number<u32>},
    {'l', 8, "l", true, true, 12, pack_small<i64, kNone, kNone>, unpack_number<i64>},
    {'L', 8, "L", true, false, 10, pack_unsigned<u64, kLongTexts>, unpack_number<u64>},
    {'q', 8, "q", true, true, 12, pack_long_long, unpack_number<i64>},
    {'Q', 8, "Q", true, false, 10, pack_unsigned<u64, kLongLongTexts>, unpack_number<u64>},
    {'f', 4, "f", false, true, 14, pack_float<float>, unpack_number<float>},
    {'d', 8, "d", false, true, 16, pack_float<double>, unpack_number<double>},
};

}  // namespace

std::span<const ItemKind> item_kinds() { return kKinds; }

const ItemKind* find_kind(u32 code) {
  for (const ItemKind& kind : kKinds) {
    if (static_cast<u32>(kind.code) == code) return &kind;
  }
  return nullptr;
}

}  // namespace py::arrays
