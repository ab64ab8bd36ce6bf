#include "core/vm/coroutine_hooks.h"

#include "core/object/casts.h"
#include "core/object/sequence.h"
#include "core/vm/tracing.h"

namespace py {

CoroutineHooks& coroutine_hooks(Thread& thread) {
  if (!thread.vm) thread.vm = new VmState();
  return thread.vm->hooks;
}

void set_async_generator_hooks(Thread& thread, Value first_iteration, Value finalizer) {
  CoroutineHooks& hooks = coroutine_hooks(thread);
  Ref<> old_first = Ref<>::adopt(std::exchange(hooks.first_iteration, Ref<>::share(first_iteration).release()));
  Ref<> old_finalizer = Ref<>::adopt(std::exchange(hooks.finalizer, Ref<>::share(finalizer).release()));
}

Result<void> begin_async_generator(Thread& thread, Generator& generator) {
  if (generator.hooks_called.load() || generator.hooks_called.exchange(true)) return {};
  if (!thread.vm) return {};
  const CoroutineHooks& hooks = thread.vm->hooks;
  if (!hooks.finalizer.is_none()) generator.weak_origin.store(generator, hooks.finalizer);
  if (hooks.first_iteration.is_none()) return {};
  Ref<> hook = Ref<>::share(hooks.first_iteration);
  TRY(call(thread, hook, {generator.value()}));
  return {};
}

Result<Ref<>> coroutine_origin(Thread& thread) {
  const int depth = thread.vm ? thread.vm->hooks.origin_depth : 0;
  if (depth == 0) return Ref<>::adopt(None);
  Ref<List> rows = TRY(List::make(thread));
  Value* fp = thread.frame_registers ? frame_caller(thread.frame_registers) : nullptr;  // not the coroutine's own
  for (int i = 0; fp && i < depth; ++i, fp = frame_caller(fp)) {
    Code& code = frame_code(fp);
    Ref<Tuple> row = TRY(Tuple::from(thread, {code.filename.peek(), Value::integer(frame_line(fp)), code.name.peek()}));
    TRY(rows->append(thread, row.value()));
  }
  return Ref<>(TRY(rows->to_tuple(thread)));
}

}  // namespace py
