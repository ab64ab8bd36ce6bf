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

Result<void> warn_strict_subclass(Thread& thread, std::string_view method, const Type& wanted, const Type& returned) {
  Ref<Str> text = TRY(format_str(thread,
                                 "{} returned non-{} (type {}).  The ability to return an instance of a strict subclass of {} "
                                 "is deprecated, and may not be supported in a future version of Python.",
                                 method, wanted, returned, wanted));
  return warn(thread, *types.DeprecationWarning, text->utf8());
}

}  // namespace py
