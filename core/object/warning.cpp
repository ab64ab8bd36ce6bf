#include "core/object/warning.h"

#include "core/object/names.h"
#include "core/object/operations.h"

namespace py {

Result<Ref<>> (*import_hook)(Thread& thread, std::string_view name) = nullptr;

Result<void> warn(Thread& thread, Type& category, std::string_view message) {
  if (!import_hook) return {};
  Ref<> module = TRY(import_hook(thread, "warnings"));
  Ref<Str> text = TRY(Str::from_utf8(thread, message));
  TRY(call_method(thread, module, names::warn(), {text.value(), category.value()}));
  return {};
}

}  // namespace py
