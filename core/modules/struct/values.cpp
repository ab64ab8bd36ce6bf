// The items of a format: from Python values to bytes and back.
#include <cmath>
#include <cstring>

#include "core/modules/struct/format.h"
#include "core/object/layout.h"
#include "core/object/number.h"

namespace py::structs {

namespace {

// Packing

bool is_unsigned(u8 code) {
  return code == 'B' || code == 'H' || code == 'I' || code == 'L' || code == 'Q' || code == 'N';
}

// The copies have constant sizes, so that they call nothing.
void put(u8* at, u64 bits, usize size, bool big_endian) {
  if (big_endian) bits = __builtin_bswap64(bits) >> (64 - 8 * size);
  switch (size) {
    case 1: *at = static_cast<u8>(bits); break;
    case 2: std::memcpy(at, &bits, 2); break;
    case 4: std::memcpy(at, &bits, 4); break;
    default: std::memcpy(at, &bits, 8);
  }
}
u64 get(const u8* at, usize size, bool big_endian) {
  u64 bits = 0;
  switch (size) {
    case 1: bits = *at; break;
    case 2: std::memcpy(&bits, at, 2); break;
    case 4: std::memcpy(&bits, at, 4); break;
    default: std::memcpy(&bits, at, 8);
  }
  return big_endian ? __builtin_bswap64(bits) >> (64 - 8 * size) : bits;
}

Result<Ref<>> to_integer_argument(Thread& thread, Value value) {
  if (is_integer(value)) return Ref<>::share(value);
  if (!type_of(value).slots.index) return raise(thread, error, "required argument is not an integer");
  return to_index(thread, value);
}

Failure argument_out_of_range(Thread& thread) {
  clear_pending(thread);
  return raise(thread, error, "argument out of range");
}

COLD Failure out_of_format_range(Thread& thread, u8 code, usize size) {
  const u32 bits = 8 * static_cast<u32>(size);
  const bool no_sign = is_unsigned(code);
  const i64 high = no_sign ? static_cast<i64>((u64{1} << bits) - 1) : (i64{1} << (bits - 1)) - 1;
  const i64 low = no_sign ? 0 : -high - 1;
  const char* word = code == 'b'   ? "byte"
                     : code == 'B' ? "ubyte"
                     : code == 'h' ? "short"
                     : code == 'H' ? "ushort"
                                   : nullptr;
  if (word) return raise(thread, error, "{} format requires {} <= number <= {}", word, low, high);
  const char name[] = {static_cast<char>(code), 0};
  return raise(thread, error, "'{}' format requires {} <= number <= {}", name, low, high);
}

Result<u64> address_bits(Thread& thread, Value integer) {
  const IntegerView view(integer);
  const bool fits = view.view().negative ? big::fits_i64(view) : big::bit_length(view) <= 64;
  if (!fits) return raise(thread, error, "int too large to convert");
  return big::to_u64_wrapping(view);
}

// The low bytes of an int of 64 bits that is in the range of its format.
Result<u64> small_integer_bits(Thread& thread, const FormatItem& item, i64 number) {
  if (is_unsigned(item.code) && item.size >= 4) {
    if (number < 0) return argument_out_of_range(thread);
    if (item.size == 4 && number >> 32) return out_of_format_range(thread, item.code, 4);
    return static_cast<u64>(number);
  }
  if (item.size < 8) {
    const i64 span = i64{1} << (8 * item.size);
    const i64 low = is_unsigned(item.code) ? 0 : -(span >> 1);
    if (number < low || number >= low + span) return out_of_format_range(thread, item.code, item.size);
  }
  return static_cast<u64>(number);
}
Result<u64> integer_bits(Thread& thread, const FormatItem& item, Value value) {
  if (LIKELY(value.is_int() && item.code != 'P')) return small_integer_bits(thread, item, value.as_int());
  Ref<> owned = TRY(to_integer_argument(thread, value));
  const Value integer = owned;
  if (item.code == 'P') return address_bits(thread, integer);
  i64 number;
  if (integer_fits(integer, number)) return small_integer_bits(thread, item, number);
  const IntegerView view(integer);
  const bool fits = is_unsigned(item.code) && item.size >= 4 && !view.view().negative && big::bit_length(view) <= 64;
  if (!fits) return argument_out_of_range(thread);
  const u64 bits = big::to_u64_wrapping(view);
  if (item.size == 4) return out_of_format_range(thread, item.code, 4);
  return bits;
}

Result<u64> float_bits(Thread& thread, const StructFormat& format, const FormatItem& item, Value value) {
  Result<double> converted = to_double(thread, value);
  if (converted.failed()) {
    if (!pending_is(thread, *types.TypeError)) return failure;
    clear_pending(thread);
    return raise(thread, error, "required argument is not a float");
  }
  const double number = converted.take();
  if (item.code == 'd') return std::bit_cast<u64>(number);
  if (item.code == 'f') {
    const float narrow = static_cast<float>(number);
    if (std::isinf(narrow) && std::isfinite(number) && !format.native) {
      return raise(thread, types.OverflowError, "float too large to pack with f format");
    }
    return u64{std::bit_cast<u32>(narrow)};
  }
  const _Float16 half = static_cast<_Float16>(number);
  const u16 bits = std::bit_cast<u16>(half);
  if ((bits & 0x7FFF) == 0x7C00 && std::isfinite(number)) {
    return raise(thread, types.OverflowError, "float too large to pack with e format");
  }
  return u64{bits};
}

// 's' pads with zeros; 'p' has its length in front.
Result<void> pack_bytes(Thread& thread, const FormatItem& item, Value value, u8* at) {
  std::string_view bytes;
  if (is<Bytes>(value)) {
    bytes = as<Bytes>(value).view();
  } else if (!is<ByteArray>(value)) {
    const char name[] = {static_cast<char>(item.code), 0};
    return raise(thread, error, "argument for '{}' must be a bytes object", name);
  }
  Buffer buffer;
  if (is<ByteArray>(value)) {
    buffer = TRY(get_buffer(thread, value));
    bytes = buffer.view();
  }
  usize room = static_cast<usize>(item.count);
  if (item.code == 'p') {
    if (room == 0) return {};
    --room;
    const usize length = bytes.size() < room ? bytes.size() : room;
    *at++ = static_cast<u8>(length < 255 ? length : 255);
  }
  const usize count = bytes.size() < room ? bytes.size() : room;
  if (count) std::memcpy(at, bytes.data(), count);
  return {};
}

Result<void> pack_one(Thread& thread, const StructFormat& format, const FormatItem& item, Value value, u8* at) {
  switch (item.code) {
    case 'c':
      if (!is<Bytes>(value) || as<Bytes>(value).length != 1) {
        return raise(thread, error, "char format requires a bytes object of length 1");
      }
      *at = as<Bytes>(value).data()[0];
      return {};
    case '?': *at = TRY(is_true(thread, value)); return {};
    case 's':
    case 'p': return pack_bytes(thread, item, value, at);
    case 'e':
    case 'f':
    case 'd': put(at, TRY(float_bits(thread, format, item, value)), item.size, format.big_endian); return {};
    default: put(at, TRY(integer_bits(thread, item, value)), item.size, format.big_endian); return {};
  }
}

// Unpacking

Result<Ref<>> unpack_integer(Thread& thread, u8 code, usize size, u64 bits) {
  if (is_unsigned(code) || code == 'P') return make_int_unsigned(thread, bits);
  const u32 unused = 64 - 8 * static_cast<u32>(size);
  return make_int(thread, static_cast<i64>(bits << unused) >> unused);
}

Result<Ref<>> unpack_bytes(Thread& thread, const FormatItem& item, const u8* at) {
  isize length = item.count;
  if (item.code == 'p') {
    if (length > 0 && at[0] < length) {
      length = at[0];
    } else if (length > 0) {
      --length;
    }
    ++at;
  }
  return Ref<>(TRY(Bytes::from(thread, {reinterpret_cast<const char*>(at), static_cast<usize>(length)})));
}

Result<Ref<>> unpack_one(Thread& thread, const StructFormat& format, const FormatItem& item, const u8* at) {
  switch (item.code) {
    case 'c': return Ref<>(TRY(Bytes::from(thread, {reinterpret_cast<const char*>(at), 1})));
    case '?': return Ref<>::adopt(Value::boolean(*at != 0));
    case 's':
    case 'p': return unpack_bytes(thread, item, at);
  }
  const u64 bits = get(at, item.size, format.big_endian);
  switch (item.code) {
    case 'd': return make_float(thread, std::bit_cast<double>(bits));
    case 'f': return make_float(thread, static_cast<double>(std::bit_cast<float>(static_cast<u32>(bits))));
    case 'e': return make_float(thread, static_cast<double>(std::bit_cast<_Float16>(static_cast<u16>(bits))));
    default: return unpack_integer(thread, item.code, item.size, bits);
  }
}

isize values_of(const FormatItem& item) { return item.code == 's' || item.code == 'p' ? 1 : item.count; }

}  // namespace

Result<void> pack_values(Thread& thread, const StructFormat& format, const Value* values, u8* target) {
  std::memset(target, 0, static_cast<usize>(format.size));
  for (const FormatItem *item = format.items(), *end = item + format.item_count; item != end; ++item) {
    u8* at = target + item->offset;
    for (isize left = values_of(*item); left > 0; --left, at += item->size) {
      TRY(pack_one(thread, format, *item, *values++, at));
    }
  }
  return {};
}

Result<Ref<Tuple>> unpack_values(Thread& thread, const StructFormat& format, const u8* source) {
  Ref<Tuple> result = TRY(Tuple::allocate(thread, format.value_count));
  isize index = 0;
  for (const FormatItem *item = format.items(), *end = item + format.item_count; item != end; ++item) {
    const u8* at = source + item->offset;
    for (isize left = values_of(*item); left > 0; --left, at += item->size) {
      set_fresh(*result, result->items()[index++], TRY(unpack_one(thread, format, *item, at)));
    }
  }
  return result;
}

}  // namespace py::structs
