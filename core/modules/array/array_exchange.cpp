// Arrays in exchange with other data: bytes, lists, text, files, pickles; and the module.
#include <cstring>

#include "core/modules/array/array.h"
#include "core/modules/registry.h"
#include "core/object/codec_registry.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/vm/imports.h"
#include "memory/roots.h"

namespace py::arrays {

namespace {

Result<void> array_frombytes(Thread& thread, Value self, Value source) {
  Buffer buffer = TRY(get_buffer(thread, source));
  if (buffer.item_size != 1) return raise(thread, types.TypeError, "a bytes-like object is required");
  const isize width = array_of(self).kind->size;
  if (buffer.size % width) return raise(thread, types.ValueError, "bytes length not a multiple of item size");
  // The array itself may be the source, whose open buffer forbids it to grow.
  return array_of(self).append_bytes(thread, buffer.view());
}
Result<Ref<Bytes>> array_tobytes(Thread& thread, Value self) {
  ByteBuilder bytes;
  TRY(array_of(self).copy_to(thread, bytes));
  return Bytes::from(thread, {bytes.data(), bytes.size()});
}

Result<Ref<List>> array_tolist(Thread& thread, Value self) {
  ByteBuilder items;
  Array& array = array_of(self);
  TRY(array.copy_to(thread, items));
  const isize width = array.kind->size, count = static_cast<isize>(items.size()) / width;
  Ref<List> list = TRY(List::make(thread, count));
  for (isize i = 0; i < count; ++i)
    TRY(list->append(thread, TRY(array.kind->unpack(thread, items.data() + i * width))));
  return list;
}
// All items or none.
Result<void> array_fromlist(Thread& thread, Value self, Value list) {
  if (!is<List>(list)) return raise(thread, types.TypeError, "arg must be list");
  Array& array = array_of(self);
  ByteBuilder items;
  const isize length = as<List>(list).length();
  for (isize i = 0; i < length; ++i) {
    Ref<> value = Ref<>::share(as<List>(list).peek(i));
    if (value.is_empty()) return raise(thread, types.RuntimeError, "list changed size during iteration");
    Item item;
    TRY(array.kind->pack(thread, value, &item));
    if (as<List>(list).length() != length)
      return raise(thread, types.RuntimeError, "list changed size during iteration");
    if (!items.append(&item, array.kind->size)) return raise_memory_error(thread);
  }
  return array.append_bytes(thread, {items.data(), items.size()});
}

Result<void> array_fromunicode(Thread& thread, Value self, Value text) {
  if (!is<Str>(text))
    return raise(thread, types.TypeError, "fromunicode() argument must be str, not {}", type_of(text));
  Array& array = array_of(self);
  if (array.kind->code != 'u') {
    return raise(thread, types.ValueError, "fromunicode() may only be called on unicode type arrays");
  }
  ByteBuilder items;
  const Str& characters = as<Str>(text);
  for (isize i = 0; i < characters.length(); ++i) {
    const u32 character = characters[i];
    items.append(&character, sizeof character);
  }
  if (items.failed()) return raise_memory_error(thread);
  return array.append_bytes(thread, {items.data(), items.size()});
}
Result<Ref<>> array_tounicode(Thread& thread, Value self) {
  if (array_of(self).kind->code != 'u') {
    return raise(thread, types.ValueError, "tounicode() may only be called on unicode type arrays");
  }
  ByteBuilder items;
  TRY(array_of(self).copy_to(thread, items));
  TextBuilder text;
  for (usize i = 0; i < items.size(); i += 4) {
    u32 character;
    std::memcpy(&character, items.data() + i, sizeof character);
    if (character > 0x10FFFF) TRY(array_of(self).kind->unpack(thread, items.data() + i));
    text.append(character);
  }
  if (text.failed()) return raise_memory_error(thread);
  return Ref<>(TRY(Str::from_view(thread, text.view())));
}

constexpr isize kFileBlock = 64 * 1024;

Result<void> array_tofile(Thread& thread, Value self, Value file) {
  ByteBuilder bytes;
  TRY(array_of(self).copy_to(thread, bytes));
  std::string_view rest{bytes.data(), bytes.size()};
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, kFileBlock);
    Ref<Bytes> block = TRY(Bytes::from(thread, part));
    TRY(call_method(thread, file, "write", {block.value()}));
    rest.remove_prefix(part.size());
  }
  if (bytes.size() == 0) TRY(get_attribute(thread, file, "write"));
  return {};
}
Result<void> array_fromfile(Thread& thread, Value self, Value file, isize count) {
  if (count < 0) return raise(thread, types.ValueError, "negative count");
  isize bytes;
  if (__builtin_mul_overflow(count, isize{array_of(self).kind->size}, &bytes)) return raise_memory_error(thread);
  Ref<> wanted = TRY(make_int(thread, bytes));
  Ref<> data = TRY(call_method(thread, file, "read", {wanted}));
  if (!is<Bytes>(data)) return raise(thread, types.TypeError, "read() didn't return bytes");
  const bool enough = as<Bytes>(data).length == bytes;
  TRY(array_frombytes(thread, self, data));
  if (!enough) return raise(thread, types.EOFError, "read() didn't return enough bytes");
  return {};
}

Result<Ref<Tuple>> array_buffer_info(Thread& thread, Value self) {
  Array& array = array_of(self);
  u64 address;
  isize size;
  {
    ObjectLock lock(array);
    address = reinterpret_cast<u64>(array.block);
    size = array.length();
  }
  Ref<> pointer = TRY(make_int_unsigned(thread, address));
  return Tuple::from(thread, {pointer, Value::integer(size)});
}

// Pickles: the items as bytes with the machine format's number, which _array_reconstructor translates elsewhere.

GlobalRef reconstructor;

Result<Ref<Tuple>> array_reduce(Thread& thread, Value self, Value protocol) {
  if (!is_integer(protocol)) return raise(thread, types.TypeError, "__reduce_ex__ argument should be an integer");
  const i64 version = TRY(to_i64(thread, protocol));
  Array& array = array_of(self);
  Ref<> state = TRY(get_attribute_or_empty(thread, self, names::__dict__()));
  if (state.is_empty()) state = Ref<>::adopt(None);
  const Value code = Str::character(static_cast<u32>(array.kind->code));
  const Value type = type_of(self).value();
  if (version < 3) {
    Ref<List> items = TRY(array_tolist(thread, self));
    Ref<Tuple> arguments = TRY(Tuple::from(thread, {code, items.value()}));
    return Tuple::from(thread, {type, arguments.value(), state});
  }
  Ref<Bytes> items = TRY(array_tobytes(thread, self));
  Ref<Tuple> arguments =
      TRY(Tuple::from(thread, {type, code, Value::integer(array.kind->machine_format), items.value()}));
  return Tuple::from(thread, {reconstructor.peek(), arguments.value(), state});
}

struct MachineFormat {
  u8 size;
  bool integer, is_signed, big_endian;
};
constexpr MachineFormat kMachineFormats[] = {
    {1, true, false, false},  {1, true, true, false}, {2, true, false, false},  {2, true, false, true},
    {2, true, true, false},   {2, true, true, true},  {4, true, false, false},  {4, true, false, true},
    {4, true, true, false},   {4, true, true, true},  {8, true, false, false},  {8, true, false, true},
    {8, true, true, false},   {8, true, true, true},  {4, false, true, false},  {4, false, true, true},
    {8, false, true, false},  {8, false, true, true}, {2, false, false, false}, {2, false, false, true},
    {4, false, false, false}, {4, false, false, true}};
constexpr i64 kFirstText = 18;

// The kind that items of a foreign format are kept in: the wanted one, or for ints the first of the same size.
const ItemKind& kind_for(const ItemKind& wanted, const MachineFormat& format) {
  if (!format.integer) return wanted;
  for (const ItemKind& kind : item_kinds()) {
    if (kind.integer && kind.size == format.size && kind.is_signed == format.is_signed) return kind;
  }
  return wanted;
}

Result<Ref<>> decode_characters(Thread& thread, const MachineFormat& format, Value bytes) {
  const char* name = format.size == 2    ? (format.big_endian ? "utf-16-be" : "utf-16-le")
                     : format.big_endian ? "utf-32-be"
                                         : "utf-32-le";
  Ref<Str> encoding = TRY(Str::from_ascii(thread, name));
  return decode_text(thread, bytes, encoding.get(), nullptr);
}

// One item of the format, whatever the order of its bytes, as an object.
Result<Ref<>> foreign_item(Thread& thread, const MachineFormat& format, const u8* at) {
  u64 bits = 0;
  for (u32 i = 0; i < format.size; ++i) bits |= u64{at[format.big_endian ? format.size - 1 - i : i]} << (8 * i);
  if (!format.integer) {
    return make_float(thread, format.size == 8 ? std::bit_cast<double>(bits)
                                               : static_cast<double>(std::bit_cast<float>(static_cast<u32>(bits))));
  }
  if (!format.is_signed) return make_int_unsigned(thread, bits);
  const u32 unused = 64 - 8u * format.size;
  return make_int(thread, static_cast<i64>(bits << unused) >> unused);
}

Result<Ref<>> reconstruct(Thread& thread, Value type, Value code, Value format_number, Value items) {
  if (!is<Type>(type))
    return raise(thread, types.TypeError, "first argument must be a type object, not {}", type_of(type));
  if (!as<Type>(type).is_subtype_of(*array_type)) {
    return raise(thread, types.TypeError, "{} is not a subtype of {}", as<Type>(type), "array.array");
  }
  if (!is<Str>(code) || as<Str>(code).length() != 1) {
    return raise(thread, types.TypeError, "_array_reconstructor() argument 2 must be a unicode character, not {}",
                 type_of(code));
  }
  const ItemKind* wanted = find_kind(as<Str>(code)[0]);
  if (!wanted) return raise(thread, types.ValueError, "second argument must be a valid type code");
  const i64 number = TRY(to_int(thread, format_number));
  if (number < 0 || number >= static_cast<i64>(std::size(kMachineFormats))) {
    return raise(thread, types.ValueError, "third argument must be a valid machine format code.");
  }
  if (!is<Bytes>(items))
    return raise(thread, types.TypeError, "fourth argument should be bytes, not {}", type_of(items));
  const bool native = number == wanted->machine_format;
  const MachineFormat& format = kMachineFormats[number];
  const ItemKind& kind = native ? *wanted : kind_for(*wanted, format);
  Ref<> array = TRY(call(thread, type, {Str::character(static_cast<u32>(kind.code))}));
  if (native) {
    TRY(array_frombytes(thread, array, items));
    return array;
  }
  if (number >= kFirstText) {
    Ref<> text = TRY(decode_characters(thread, format, items));
    TRY(array_fromunicode(thread, array, text));
    return array;
  }
  if (as<Bytes>(items).length % format.size)
    return raise(thread, types.ValueError, "string length not a multiple of item size");
  for (isize at = 0; at < as<Bytes>(items).length; at += format.size) {
    Ref<> item = TRY(foreign_item(thread, format, as<Bytes>(items).data() + at));
    TRY(array_of(array).append(thread, item));
  }
  return array;
}

constexpr MethodSpec kRows[] = {
    def<array_frombytes>("frombytes(buffer, /)",
                         "Append the items that the bytes of the buffer stand for, in machine format."),
    def<array_tobytes>("tobytes()",
                       "The items as the machine has them, one after the other."),
    def<array_fromlist>("fromlist(list, /)", "Append items to array from list."),
    def<array_tolist>("tolist()", "Convert array to an ordinary list with the same items."),
    def<array_fromunicode>("fromunicode(ustr, /)", "Extends this array with data from the unicode string ustr."),
    def<array_tounicode>("tounicode()", "Convert an array of type 'u' to a unicode string."),
    def<array_fromfile>("fromfile(f, n, /)",
                        "Read n objects from the file object f and append them to the end of the array."),
    def<array_tofile>("tofile(f, /)", "Write the items as the machine has them to a binary file."),
    def<array_buffer_info>("buffer_info()", "Return a tuple (address, length) of the block that holds the items."),
    def<array_reduce>("__reduce_ex__(value, /)", "Return state information for pickling."),
};
constexpr MethodSpec kFunctions[] = {
    function<reconstruct>("_array_reconstructor(arraytype, typecode, mformat_code, items, /)",
                          "What pickled arrays are made again by."),
};

Result<void> initialize(Thread& thread, Module& module) {
  TRY(add_array_types(thread, module));
  reconstructor.set(TRY(get_attribute(thread, module.value(), "_array_reconstructor")));
  std::string codes;
  for (const ItemKind& kind : item_kinds()) codes += kind.code;
  Ref<Str> text = TRY(Str::from_ascii(thread, codes));
  TRY(add_to_module(thread, module, "typecodes", text.value()));
  Ref<> classes = TRY(import_module(thread, "collections.abc"));
  Ref<> mutable_sequence = TRY(get_attribute(thread, classes, "MutableSequence"));
  TRY(call_method(thread, mutable_sequence, "register", {array_type->value()}));
  return {};
}

}  // namespace

const std::span<const MethodSpec> kExchangeMethods = kRows;

}  // namespace py::arrays

namespace py {

const ModuleSpec kArrayModule = {"array",
                                 "This module defines an object type which can efficiently represent\n"
                                 "an array of basic values: characters, integers, floating point numbers.",
                                 arrays::kFunctions, std::size(arrays::kFunctions), arrays::initialize};

}  // namespace py
