#include "core/vm/async_generator.h"

#include "core/object/allocate.h"
#include "core/object/casts.h"
#include "core/object/names.h"
#include "core/vm/awaitable.h"
#include "core/vm/imports.h"

namespace py {

namespace {

usize fixed_size(const Object& object) { return type_of_object(object).allocation_size(); }
void visit_content(Object& object, Visitor& visitor) { visitor.visit(static_cast<AsyncWrappedValue&>(object).content); }

}  // namespace

const ObjectOps AsyncWrappedValue::kOps = {"async_generator_wrapped_value", visit_content, nullptr, fixed_size};

Value wrap_async_yield(Thread& thread, Value value) {
  Result<Ref<AsyncWrappedValue>> made = new_object<AsyncWrappedValue>(thread, *types.async_generator_wrapped_value);
  if (made.failed()) return Error;
  Ref<AsyncWrappedValue> wrapped = made.take();
  wrapped->content.initialize(Ref<>::share(value).release());
  return Ref<>(std::move(wrapped)).release();
}

void warn_never_awaited(Thread& thread, Generator& coroutine) {
  Result<Ref<>> warnings = import_module(thread, "warnings");
  if (!warnings.failed()) {
    Ref<> module = warnings.take();
    if (!call_method(thread, module, "_warn_unawaited_coroutine", {coroutine.value()}).failed()) return;
  }
  report_unraisable(thread, coroutine.value());
}

}  // namespace py
