#include "core/modules/warning.h"

#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/vm/imports.h"

namespace py {

namespace {

Result<void> warn_with(Thread& thread, Type& category, std::string_view text, int stack_level, Value source) {
  // A program that never imported `warnings` has no filters of its own, but the default ones live in that module as well.
  Ref<> module = TRY(import_module(thread, "warnings"));
  Ref<> function = TRY(get_attribute(thread, module, names::warn()));
  Ref<Str> message = TRY(Str::from_utf8(thread, text));
  const Value values[] = {message.value(), category.value(), Value::integer(stack_level), source};
  if (source.is_none()) {
    TRY(call(thread, function, Arguments{values, 3}));
    return {};
  }
  Ref<Tuple> keywords = TRY(Tuple::from(thread, {intern(thread, "source").value()}));
  TRY(call(thread, function, Arguments{values, 3, keywords.get()}));
  return {};
}

}  // namespace

Result<void> warn(Thread& thread, Type& category, std::string_view text, int stack_level) {
  return warn_with(thread, category, text, stack_level, None);
}

void warn_unclosed(Thread& thread, Value object, std::string_view format) {
  Ref<> pending = take_pending(thread);
  Result<Ref<Str>> text = format_str(thread, format, object);
  if (text.failed() || warn_with(thread, *types.ResourceWarning, text.take()->utf8(), 1, object).failed()) {
    // A warning that became an error cannot be raised from a finaliser.
    if (pending_is(thread, *types.Warning)) {
      report_unraisable(thread, object);
    } else {
      clear_pending(thread);
    }
  }
  thread.pending = pending.release();
}

}  // namespace py
