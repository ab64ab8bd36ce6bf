#include "core/builtins/bytes_like.h"
#include "core/modules/binascii/binascii.h"
#include "core/modules/registry.h"

namespace py::binascii {

ModuleException error, incomplete;

Result<AsciiArgument> open_ascii(Thread& thread, Value value) {
  AsciiArgument result;
  if (is<Str>(value)) {
    if (!as<Str>(value).is_ascii()) {
      return raise(thread, types.ValueError, "string argument should contain only ASCII characters");
    }
    result.view_ = as<Str>(value).ascii();
    return result;
  }
  if (!has_buffer(value)) {
    return raise(thread, types.TypeError, "argument should be bytes, buffer or ASCII string, not '{}'", type_of(value));
  }
  result.buffer_ = TRY(get_buffer(thread, value));
  result.view_ = result.buffer_.view();
  return result;
}

Result<Ref<>> finish(Thread& thread, const ByteBuilder& out) {
  if (out.failed()) return raise_memory_error(thread);
  return make_bytes(thread, bytes_view(out.data(), static_cast<isize>(out.size())));
}

int hex_digit(u8 c) {
  if (c >= '0' && c <= '9') return c - '0';
  const u8 lower = c | 32;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

namespace {

Result<void> initialize(Thread& thread, Module& module) {
  for (std::span<const MethodSpec> table : {kBase64Functions, kUuFunctions, kQuotedFunctions}) {
    TRY(add_functions_to_module(thread, module, table.data(), table.size()));
  }
  TRY(error.add(thread, module, "binascii", "Error", types.ValueError));
  return incomplete.add(thread, module, "binascii", "Incomplete");
}

}  // namespace

}  // namespace py::binascii

namespace py {

const ModuleSpec kBinasciiModule = {"binascii", "Conversion between binary data and ASCII", nullptr, 0,
                                    binascii::initialize};

}  // namespace py
