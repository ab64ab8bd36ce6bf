// _struct: Struct, its iterator, and the functions, which keep the formats they saw.
#include "core/builtins/index_iterator.h"
#include "core/modules/registry.h"
#include "core/modules/struct/format.h"
#include "core/modules/writable_buffer.h"
#include "core/object/allocate.h"
#include "core/object/codec_registry.h"
#include "core/object/dict.h"
#include "core/object/layout.h"

namespace py {

namespace {

using structs::error;
using structs::format_in;
using structs::StructFormat;

// Threads: __init__ may replace the two fields at any time; a method keeps the compiled format it began with.
class Struct final : public Object {
 public:
  Field text;      // the format as a str; None before __init__
  Field compiled;  // Bytes that hold a StructFormat
  static const ObjectOps kOps;
};
const ObjectOps Struct::kOps = {"Struct", visit_fields<Struct, &Struct::text, &Struct::compiled>, release_attributes,
                                fixed_size};

class UnpackIterator final : public Object {
 public:
  Field structure, source;  // source: None at the end
  Field view;               // a memoryview that keeps the source's memory
  std::atomic<isize> position;
  static const ObjectOps kOps;
};
const ObjectOps UnpackIterator::kOps = {
    "unpack_iterator",
    visit_fields<UnpackIterator, &UnpackIterator::structure, &UnpackIterator::source, &UnpackIterator::view>,
    release_attributes, fixed_size};

Type* struct_type;
Type* iterator_type;
GlobalRef cache;  // format as given -> compiled Bytes
constexpr isize kCacheLimit = 100;

Result<Ref<Str>> format_text(Thread& thread, Value format) {
  if (is<Str>(format)) {
    if (as<Str>(format).is_ascii()) return Ref<Str>::share(&as<Str>(format));
    Ref<Str> encoding = TRY(Str::from_ascii(thread, "ascii"));
    (void)TRY(encode_text(thread, as<Str>(format), encoding.get(), nullptr));
    return raise(thread, error, "bad char in struct format");
  }
  if (!is<Bytes>(format)) {
    return raise(thread, types.TypeError, "Struct() argument 1 must be a str or bytes object, not {}", type_of(format));
  }
  Ref<Str> text = TRY(Str::from_latin1(thread, as<Bytes>(format).view()));
  if (!text->is_ascii()) return raise(thread, error, "bad char in struct format");
  return text;
}

Result<Ref<>> compiled_format(Thread& thread, Value format) {
  Dict& known = as<Dict>(cache.peek());
  const bool cacheable = is_exact<Str>(format) || is_exact<Bytes>(format);
  if (cacheable) {
    Ref<> found = TRY(known.get(thread, format));
    if (!found.is_empty()) return found;
  }
  Ref<Str> text = TRY(format_text(thread, format));
  Ref<> result = TRY(structs::compile_format(thread, text->ascii()));
  if (!cacheable) return result;
  if (known.length() >= kCacheLimit) known.clear();
  TRY(known.set(thread, format, result));
  return result;
}

// The operations, on a compiled format.

Result<Ref<>> pack(Thread& thread, Value compiled, const Value* values, u32 count) {
  const StructFormat& format = format_in(compiled);
  if (static_cast<isize>(count) != format.value_count) {
    return raise(thread, error, "pack expected {} items for packing (got {})", format.value_count, count);
  }
  Ref<Bytes> result = TRY(Bytes::allocate(thread, format.size));
  TRY(structs::pack_values(thread, format, values, result->data()));
  return Ref<>(std::move(result));
}

// A negative offset counts from the end of the buffer.
struct Place {
  const char* function;
  const char* verb;
  const char* doing;
  const char* shortage;
};
constexpr Place kPacking = {"pack_into", "pack", "packing", "no space to pack {} bytes at offset {}"};
constexpr Place kUnpacking = {"unpack_from", "unpack", "unpacking", "not enough data to unpack {} bytes at offset {}"};

Result<isize> checked_offset(Thread& thread, const Place& place, isize offset, isize size, isize available) {
  if (offset < 0) {
    if (offset + size > 0) return raise(thread, error, place.shortage, size, offset);
    if (offset + available < 0)
      return raise(thread, error, "offset {} out of range for {}-byte buffer", offset, available);
    offset += available;
  }
  if (available - offset < size) {
    return raise(thread, error,
                 "{} requires a buffer of at least {} bytes for {} {} bytes at offset {} (actual buffer size is {})",
                 place.function, std::to_string(static_cast<u64>(size) + static_cast<u64>(offset)), place.doing, size,
                 offset, available);
  }
  return offset;
}

Result<void> pack_into(Thread& thread, Value compiled, const Value* arguments, u32 count) {
  const StructFormat& format = format_in(compiled);
  if (count == 0) return raise(thread, error, "pack_into expected buffer argument");
  if (count == 1) return raise(thread, error, "pack_into expected offset argument");
  if (static_cast<isize>(count) - 2 != format.value_count) {
    return raise(thread, error, "pack_into expected {} items for packing (got {})", format.value_count, count - 2);
  }
  Buffer buffer = TRY(get_writable_buffer(thread, arguments[0], "argument"));
  const isize offset =
      TRY(checked_offset(thread, kPacking, TRY(to_isize(thread, arguments[1])), format.size, buffer.size));
  return structs::pack_values(thread, format, arguments + 2, buffer.data + offset);
}

// The bytes of a source; bytes objects need no open buffer.
struct Source {
  Buffer buffer;
  std::string_view bytes;
  const u8* data() const { return reinterpret_cast<const u8*>(bytes.data()); }
  isize size() const { return static_cast<isize>(bytes.size()); }
};
Result<void> open_source(Thread& thread, Value value, Source& source) {
  if (LIKELY(is_exact<Bytes>(value))) {
    source.bytes = as<Bytes>(value).view();
    return {};
  }
  source.buffer = TRY(get_buffer(thread, value));
  source.bytes = source.buffer.view();
  return {};
}

Result<Ref<Tuple>> unpack(Thread& thread, Value compiled, Value value) {
  const StructFormat& format = format_in(compiled);
  Source source;
  TRY(open_source(thread, value, source));
  if (source.size() != format.size) return raise(thread, error, "unpack requires a buffer of {} bytes", format.size);
  return structs::unpack_values(thread, format, source.data());
}

Result<Ref<Tuple>> unpack_from(Thread& thread, Value compiled, Value value, isize offset) {
  const StructFormat& format = format_in(compiled);
  Source source;
  TRY(open_source(thread, value, source));
  offset = TRY(checked_offset(thread, kUnpacking, offset, format.size, source.size()));
  return structs::unpack_values(thread, format, source.data() + offset);
}

Result<Ref<>> iter_unpack(Thread& thread, Value compiled, Value source) {
  const StructFormat& format = format_in(compiled);
  if (format.size == 0) return raise(thread, error, "cannot iteratively unpack with a struct of length 0");
  Ref<> view = TRY(call(thread, types.memoryview->value(), {source}));
  Buffer buffer = TRY(get_buffer(thread, view));
  if (buffer.size % format.size != 0) {
    return raise(thread, error, "iterative unpacking requires a buffer of a multiple of {} bytes", format.size);
  }
  Ref<UnpackIterator> iterator = TRY(new_object<UnpackIterator>(thread, *iterator_type));
  iterator->position.store(0);
  set_fresh(*iterator, iterator->structure, compiled);
  set_fresh(*iterator, iterator->source, source);
  set_fresh(*iterator, iterator->view, std::move(view));
  return Ref<>(std::move(iterator));
}

Result<Ref<>> iterator_next(Thread& thread, Value self) {
  UnpackIterator& iterator = *static_cast<UnpackIterator*>(self.object());
  Ref<> view = iterator.view.load();
  Ref<> compiled = iterator.structure.load();
  if (view.value().is_none()) return Ref<>::adopt(Done);
  const StructFormat& format = format_in(compiled);
  Ref<> original = iterator.source.load();
  Source source;
  TRY(open_source(thread, is_exact<Bytes>(original) ? original.value() : view.value(), source));
  const isize position = step_cursor<isize>(iterator, iterator.position, format.size);
  if (position >= source.size()) {
    iterator.view.store(iterator, None);
    iterator.source.store(iterator, None);
    return Ref<>::adopt(Done);
  }
  return Ref<>(TRY(structs::unpack_values(thread, format, source.data() + position)));
}
Result<isize> iterator_length_hint(Thread& thread, Value self) {
  UnpackIterator& iterator = *static_cast<UnpackIterator*>(self.object());
  Ref<> view = iterator.view.load();
  if (view.value().is_none()) return isize{0};
  Buffer buffer = TRY(get_buffer(thread, view));
  const isize left = buffer.size - iterator.position.load();
  return left > 0 ? left / format_in(iterator.structure.peek()).size : 0;
}

// Struct

Result<Ref<>> struct_new(Thread& thread, Type& type, const Arguments&) {
  Ref<Struct> structure = TRY(new_object<Struct>(thread, type));
  structure->text.initialize(None);
  structure->compiled.initialize(None);
  return Ref<>(std::move(structure));
}
Result<void> struct_init(Thread& thread, Value self, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "Struct(format)", arguments);
  Struct& structure = *static_cast<Struct*>(self.object());
  Ref<Str> text = TRY(format_text(thread, bound[0]));
  Ref<Bytes> compiled = TRY(structs::compile_format(thread, text->ascii()));
  ObjectLock lock(structure);
  const Value old_text = structure.text.exchange(structure, std::move(text));
  const Value old_compiled = structure.compiled.exchange(structure, std::move(compiled));
  lock.unlock();
  drop_removed(structure, old_text);
  drop_removed(structure, old_compiled);
  return {};
}
// The compiled format of a Struct whose __init__ ran.
Result<Ref<>> ready(Thread& thread, Value self) {
  Ref<> compiled = static_cast<Struct*>(self.object())->compiled.load();
  if (compiled.value().is_none()) return raise(thread, types.RuntimeError, "Struct object is not initialized");
  return compiled;
}

Result<Ref<>> struct_pack(Thread& thread, Value self, Rest values) {
  Ref<> compiled = TRY(ready(thread, self));
  return pack(thread, compiled, values.values, values.count);
}
Result<void> struct_pack_into(Thread& thread, Value self, Rest arguments) {
  Ref<> compiled = TRY(ready(thread, self));
  return pack_into(thread, compiled, arguments.values, arguments.count);
}
Result<Ref<Tuple>> struct_unpack(Thread& thread, Value self, Value buffer) {
  Ref<> compiled = TRY(ready(thread, self));
  return unpack(thread, compiled, buffer);
}
Result<Ref<Tuple>> struct_unpack_from(Thread& thread, Value self, Value buffer, isize offset) {
  Ref<> compiled = TRY(ready(thread, self));
  return unpack_from(thread, compiled, buffer, offset);
}
Result<Ref<>> struct_iter_unpack(Thread& thread, Value self, Value buffer) {
  Ref<> compiled = TRY(ready(thread, self));
  return iter_unpack(thread, compiled, buffer);
}
Result<isize> struct_sizeof(Thread&, Value self) {
  const Value compiled = static_cast<Struct*>(self.object())->compiled.peek();
  const isize items = compiled.is_none() ? 0 : as<Bytes>(compiled).length;
  return static_cast<isize>(type_of(self).allocation_size()) + items;
}
Result<Ref<>> struct_size(Thread& thread, Value self) {
  return make_int(thread, format_in(TRY(ready(thread, self))).size);
}
Result<Ref<>> struct_text(Thread&, Value self) { return static_cast<Struct*>(self.object())->text.load(); }

// Functions

Result<Ref<>> function_pack(Thread& thread, Rest values) {
  if (values.count == 0) return raise(thread, types.TypeError, "missing format argument");
  Ref<> compiled = TRY(compiled_format(thread, values.values[0]));
  return pack(thread, compiled, values.values + 1, values.count - 1);
}
Result<void> function_pack_into(Thread& thread, Rest values) {
  if (values.count == 0) return raise(thread, types.TypeError, "missing format argument");
  Ref<> compiled = TRY(compiled_format(thread, values.values[0]));
  return pack_into(thread, compiled, values.values + 1, values.count - 1);
}
Result<Ref<Tuple>> function_unpack(Thread& thread, Value format, Value buffer) {
  Ref<> compiled = TRY(compiled_format(thread, format));
  return unpack(thread, compiled, buffer);
}
Result<Ref<Tuple>> function_unpack_from(Thread& thread, Value format, Value buffer, isize offset) {
  Ref<> compiled = TRY(compiled_format(thread, format));
  return unpack_from(thread, compiled, buffer, offset);
}
Result<Ref<>> function_iter_unpack(Thread& thread, Value format, Value buffer) {
  Ref<> compiled = TRY(compiled_format(thread, format));
  return iter_unpack(thread, compiled, buffer);
}
Result<isize> function_calcsize(Thread& thread, Value format) {
  Ref<> compiled = TRY(compiled_format(thread, format));
  return format_in(compiled).size;
}
Result<void> function_clearcache(Thread&) {
  as<Dict>(cache.peek()).clear();
  return {};
}

constexpr const char* kPackDoc = "Return a bytes object containing the values packed according to the format.";
constexpr const char* kPackIntoDoc =
    "Pack the values and write the bytes into the writable buffer, starting at offset.";
constexpr const char* kUnpackDoc =
    "Return a tuple of the values unpacked from the buffer, whose size must be that of the format.";
constexpr const char* kUnpackFromDoc = "Return a tuple of the values unpacked from the buffer at offset.";
constexpr const char* kIterUnpackDoc =
    "Return an iterator that yields a tuple for each chunk of the buffer of the format's size.";

constexpr MethodSpec kMethods[] = {
    def<struct_pack>("pack(*values)", kPackDoc),
    def<struct_pack_into>("pack_into(*arguments)", kPackIntoDoc),
    def<struct_unpack>("unpack(buffer, /)", kUnpackDoc),
    def<struct_unpack_from>("unpack_from(buffer, offset=0)", kUnpackFromDoc),
    def<struct_iter_unpack>("iter_unpack(buffer, /)", kIterUnpackDoc),
    def<struct_sizeof>("__sizeof__()", "Size of the object in memory, in bytes."),
};
constexpr PropertySpec kProperties[] = {{"format", "struct format string", struct_text},
                                        {"size", "struct size in bytes", struct_size}};
constexpr TypeSpec kStructSpec = {
    .name = "_struct.Struct",
    .doc = "Struct(fmt) --> compiled struct object",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = kProperties,
    .property_count = std::size(kProperties),
    .slots = {.init = struct_init, .new_ = struct_new},
    .ops = &Struct::kOps,
    .size = sizeof(Struct),
    .flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::Weakrefable)};
constexpr MethodSpec kIteratorMethods[] = {def<iterator_length_hint>("__length_hint__()", nullptr)};
constexpr TypeSpec kIteratorSpec = {.name = "_struct.unpack_iterator",
                                    .doc = nullptr,
                                    .methods = kIteratorMethods,
                                    .method_count = std::size(kIteratorMethods),
                                    .slots = {.iter = iterate_self, .next = iterator_next},
                                    .ops = &UnpackIterator::kOps,
                                    .size = sizeof(UnpackIterator),
                                    .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

constexpr MethodSpec kFunctions[] = {
    function<function_pack>("pack(*values)", kPackDoc),
    function<function_pack_into>("pack_into(*arguments)", kPackIntoDoc),
    function<function_unpack>("unpack(format, buffer, /)", kUnpackDoc),
    function<function_unpack_from>("unpack_from(format, /, buffer, offset=0)", kUnpackFromDoc),
    function<function_iter_unpack>("iter_unpack(format, buffer, /)", kIterUnpackDoc),
    function<function_calcsize>("calcsize(format, /)",
                                "Return size in bytes of the struct described by the format string."),
    function<function_clearcache>("_clearcache()", "Clear the internal cache."),
};

Result<void> initialize(Thread& thread, Module& module) {
  cache.set(TRY(Dict::make(thread)));
  TRY(error.add(thread, module, "struct", "error"));
  struct_type = TRY(add_type_to_module(thread, module, kStructSpec));
  iterator_type = TRY(add_type_to_module(thread, module, kIteratorSpec));
  return {};
}

}  // namespace

const ModuleSpec kStructModule = {"_struct",
                                  "Functions to convert between Python values and C structs represented as bytes.",
                                  kFunctions, std::size(kFunctions), initialize};

}  // namespace py
