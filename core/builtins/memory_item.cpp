#include "core/builtins/memory_item.h"

#include "core/object/casts.h"
#include "core/object/function.h"
#include "core/object/number.h"
#include "memory/lock.h"

#include <cstring>

namespace py {

namespace {

constexpr usize kLargestItem = 8;

template <class T>
T load(MemoryView& view, const u8* at) {
  T value;
  ObjectLock lock(view.exporting_object());
  std::memcpy(&value, at, sizeof value);
  return value;
}
template <class T>
void store(u8* at, T value) {
  std::memcpy(at, &value, sizeof value);
}

template <class T>
INLINE Result<Ref<>> make_item(Thread& thread, T number) {
  if constexpr (sizeof(T) < 8) return Ref<>::adopt(Value::integer(number));
  if constexpr (std::is_signed_v<T>) return make_int(thread, number);
  return make_int_unsigned(thread, static_cast<u64>(number));
}

COLD Failure invalid_type(Thread& thread, const char* format) {
  return raise(thread, types.TypeError, "memoryview: invalid type for format '{}'", format);
}
COLD Failure invalid_value(Thread& thread, const char* format) {
  return raise(thread, types.ValueError, "memoryview: invalid value for format '{}'", format);
}

// The pending TypeError or OverflowError becomes the memoryview's own.
Failure translated_error(Thread& thread, const char* format) {
  if (pending_is(thread, *types.TypeError)) {
    clear_pending(thread);
    return invalid_type(thread, format);
  }
  if (pending_is(thread, *types.OverflowError) || pending_is(thread, *types.ValueError)) {
    clear_pending(thread);
    return invalid_value(thread, format);
  }
  return failure;
}

template <class T>
Result<void> pack_integer(Thread& thread, u8* at, Value item, const char* format) {
  if constexpr (std::is_signed_v<T>) {
    Result<i64> number = to_i64(thread, item);
    if (number.failed()) return translated_error(thread, format);
    const i64 wide = number.take();
    if (wide != static_cast<T>(wide)) return invalid_value(thread, format);
    store(at, static_cast<T>(wide));
  } else {
    Result<u64> number = to_u64(thread, item);
    if (number.failed()) return translated_error(thread, format);
    const u64 wide = number.take();
    if (wide != static_cast<T>(wide)) return invalid_value(thread, format);
    store(at, static_cast<T>(wide));
  }
  return {};
}

Result<void> pack_float(Thread& thread, u8* at, Value item, char kind, const char* format) {
  Result<double> number = to_double(thread, item);
  if (number.failed()) return translated_error(thread, format);
  const double wide = number.take();
  if (kind == 'd') {
    store(at, wide);
    return {};
  }
  store(at, static_cast<float>(wide));  // too large a value becomes an infinity
  return {};
}

Result<void> pack_character(Thread& thread, u8* at, Value item, const char* format) {
  if (!is<Bytes>(item)) return invalid_type(thread, format);
  if (as<Bytes>(item).length != 1) return invalid_value(thread, format);
  *at = as<Bytes>(item).data()[0];
  return {};
}

// Calls body.operator()<T>() with the C type of an integer format; false for other formats.
template <class Body>
bool with_integer_type(char kind, Body&& body) {
  switch (kind) {
    case 'b': body.template operator()<signed char>(); return true;
    case 'B': body.template operator()<unsigned char>(); return true;
    case 'h': body.template operator()<short>(); return true;
    case 'H': body.template operator()<unsigned short>(); return true;
    case 'i': body.template operator()<int>(); return true;
    case 'I': body.template operator()<unsigned int>(); return true;
    case 'l':
    case 'q':
    case 'n': body.template operator()<long>(); return true;
    case 'L':
    case 'Q':
    case 'N':
    case 'P': body.template operator()<unsigned long>(); return true;
    default: return false;
  }
}

}  // namespace

isize native_size(char kind) {
  isize size = 0;
  if (with_integer_type(kind, [&]<class T>() { size = sizeof(T); })) return size;
  return kind == 'f' ? sizeof(float) : kind == 'd' ? sizeof(double) : 1;
}

Result<Ref<>> unpack_item(Thread& thread, MemoryView& view, const u8* at) {
  const char kind = view.layout().kind;
  Result<Ref<>> result = failure;
  if (with_integer_type(kind, [&]<class T>() { result = make_item(thread, load<T>(view, at)); })) return result;
  switch (kind) {
    case 'c': {
      const char byte = load<char>(view, at);
      return Bytes::from(thread, {&byte, 1});
    }
    case '?': return Ref<>::adopt(Value::boolean(load<u8>(view, at) != 0));
    case 'f': return make_float(thread, load<float>(view, at));
    case 'd': return make_float(thread, load<double>(view, at));
  }
  return raise(thread, types.NotImplementedError, "memoryview: format {} not supported", view.layout().format());
}

namespace {

Result<void> pack_native(Thread& thread, u8* at, Value item, char kind, const char* format) {
  Result<void> result;
  if (with_integer_type(kind, [&]<class T>() { result = pack_integer<T>(thread, at, item, format); })) return result;
  switch (kind) {
    case 'c': return pack_character(thread, at, item, format);
    case '?': *at = TRY(is_true(thread, item)); return {};
    default: return pack_float(thread, at, item, kind, format);
  }
}

}  // namespace

Result<void> pack_item(Thread& thread, MemoryView& view, u8* at, Value item) {
  const char* format = view.layout().format();
  const char kind = view.layout().kind;
  if (!kind) return raise(thread, types.NotImplementedError, "memoryview: format {} not supported", format);
  u8 packed[kLargestItem];
  TRY(pack_native(thread, packed, item, kind, *format == '@' ? format + 1 : format));
  ObjectLock lock(view.exporting_object());
  std::memcpy(at, packed, static_cast<usize>(view.layout().item_size));
  return {};
}

}  // namespace py
