// async_generator, and the awaitables of asend(), athrow() and aclose().
#include "core/builtins/builtin_types.h"
#include "core/builtins/sequence_operations.h"
#include "core/object/allocate.h"
#include "core/object/code.h"
#include "core/object/names.h"
#include "core/vm/async_generator.h"
#include "core/vm/awaitable.h"
#include "core/vm/coroutine_hooks.h"
#include "core/vm/still_frame.h"

namespace py {

namespace {

// One awaitable: sends `value` into the generator (mode Send), or throws `value` (mode Throw, Close).
enum class StepMode : u8 { Send, Throw, Close };
class AsyncStep final : public Object {
 public:
  Field generator, sent;
  std::atomic<u8> state;  // 0 fresh, 1 iterating, 2 finished
  StepMode mode;
};
usize step_size(const Object& object) { return type_of_object(object).allocation_size(); }
void step_visit(Object& object, Visitor& visitor) {
  visitor.visit(static_cast<AsyncStep&>(object).generator);
  visitor.visit(static_cast<AsyncStep&>(object).sent);
}
const ObjectOps kStepOps = {"async_generator_step", step_visit, nullptr, step_size};

Generator& generator_of(Value self) { return *static_cast<Generator*>(self.object()); }
AsyncStep& step_of(Value self) { return *static_cast<AsyncStep*>(self.object()); }

Result<Ref<>> make_step(Thread& thread, Type& type, Value generator, Value value, StepMode mode) {
  TRY(begin_async_generator(thread, generator_of(generator)));
  Ref<AsyncStep> step = TRY(new_object<AsyncStep>(thread, type));
  step->generator.initialize(Ref<>::share(generator).release());
  step->sent.initialize(Ref<>::share(value).release());
  step->state.store(0);
  step->mode = mode;
  return Ref<>(std::move(step));
}

// A value that the frame yielded: an awaited thing passes through, a `yield value` ends the step.
Result<Ref<>> unwrap(Thread& thread, AsyncStep& step, Resumption result) {
  Generator& generator = generator_of(step.generator.peek());
  const bool closing = step.mode == StepMode::Close;
  if (result.outcome == Outcome::Yielded) {
    if (&type_of(result.value) != types.async_generator_wrapped_value) return std::move(result.value);
    step.state.store(2);
    generator.running_async = false;
    if (closing) return raise(thread, types.RuntimeError, "async generator ignored GeneratorExit");
    Ref<> inner = static_cast<AsyncWrappedValue*>(result.value.value().object())->content.load();
    Ref<Tuple> args = TRY(Tuple::from(thread, {inner}));
    Ref<Exception> stop = TRY(make_exception(thread, *types.StopIteration, *args));
    return raise_value(thread, stop.value());
  }
  step.state.store(2);
  generator.running_async = false;
  if (result.outcome == Outcome::Returned) {
    generator.closed = true;
    if (closing) return raise_stop_iteration(thread, None);
    return raise_with(thread, types.StopAsyncIteration, {});
  }
  if (closing && (pending_is(thread, *types.StopAsyncIteration) || pending_is(thread, *types.GeneratorExit))) {
    clear_pending(thread);
    generator.closed = true;
    return raise_stop_iteration(thread, None);
  }
  return failure;
}

Result<Ref<>> step_send(Thread& thread, Value self, Value value) {
  AsyncStep& step = step_of(self);
  Generator& generator = generator_of(step.generator.peek());
  if (step.state.load() == 2) {
    return raise(thread, types.RuntimeError, step.mode == StepMode::Send ? "cannot reuse already awaited __anext__()/asend()"
                                                                          : "cannot reuse already awaited aclose()/athrow()");
  }
  const bool first = step.state.load() == 0;
  if (first) {
    if (generator.running_async.exchange(true)) {
      step.state.store(2);
      return raise(thread, types.RuntimeError, step.mode == StepMode::Send ? "anext(): asynchronous generator is already running"
                                               : step.mode == StepMode::Throw ? "athrow(): asynchronous generator is already running"
                                                                              : "aclose(): asynchronous generator is already running");
    }
    if (generator.closed || (generator.load_state() == GeneratorState::Finished && step.mode != StepMode::Send)) {
      generator.running_async = false;
      step.state.store(2);
      if (step.mode == StepMode::Close) return raise_stop_iteration(thread, None);
      return raise_with(thread, types.StopAsyncIteration, {});
    }
    step.state.store(1);
  }
  if (first && step.mode != StepMode::Send) {
    if (step.mode == StepMode::Close) {
      generator.closed = true;
      (void)raise_with(thread, types.GeneratorExit, {});
    } else {
      thread.pending = step.sent.load().release();
    }
    if (generator.load_state() == GeneratorState::Created) {
      // Never started: nothing to unwind.
      Ref<> exception = take_pending(thread);
      (void)close_generator(thread, generator);
      thread.pending = exception.release();
      return unwrap(thread, step, {Outcome::Raised, Ref<>()});
    }
    return unwrap(thread, step, throw_with_delegation(thread, generator));
  }
  Ref<> sent = first && value.is_none() ? step.sent.load() : Ref<>::share(value);
  return unwrap(thread, step, resume_generator(thread, generator, sent));
}
Result<Ref<>> step_next(Thread& thread, Value self) { return step_send(thread, self, None); }
Result<Ref<>> step_throw(Thread& thread, Value self, Value type, Value value, Value traceback) {
  AsyncStep& step = step_of(self);
  Generator& generator = generator_of(step.generator.peek());
  Ref<> exception = TRY(thrown_exception(thread, type, value, traceback));
  step.state.store(1);
  generator.running_async = true;
  thread.pending = exception.release();
  return unwrap(thread, step, throw_with_delegation(thread, generator));
}
Result<void> step_close(Thread&, Value self) {
  step_of(self).state.store(2);
  return {};
}
Result<Ref<>> itself(Thread&, Value self) { return Ref<>::share(self); }

constexpr MethodSpec kStepMethods[] = {
    def<step_send>("send(arg, /)", nullptr),
    def<step_throw>("throw(type, value=None, traceback=None, /)", nullptr),
    def<step_close>("close()", nullptr),
};

Result<Ref<>> generator_anext(Thread& thread, Value self) {
  return make_step(thread, *types.async_generator_asend, self, None, StepMode::Send);
}
Result<Ref<>> generator_asend(Thread& thread, Value self, Value value) {
  return make_step(thread, *types.async_generator_asend, self, value, StepMode::Send);
}
Result<Ref<>> generator_athrow(Thread& thread, Value self, Value type, Value value, Value traceback) {
  Ref<> exception = TRY(thrown_exception(thread, type, value, traceback));
  return make_step(thread, *types.async_generator_athrow, self, exception, StepMode::Throw);
}
Result<Ref<>> generator_aclose(Thread& thread, Value self) {
  return make_step(thread, *types.async_generator_athrow, self, None, StepMode::Close);
}
Result<Ref<>> get_code(Thread&, Value self) { return generator_of(self).code.load(); }
Result<Ref<>> get_frame(Thread& thread, Value self) {
  return generator_frame(thread, generator_of(self));
}
Result<Ref<>> get_running(Thread&, Value self) { return Ref<>::adopt(Value::boolean(generator_of(self).running_async)); }
Result<Ref<>> get_await(Thread& thread, Value self) {
  Ref<> delegate = generator_delegate(thread, generator_of(self));
  return delegate.is_empty() ? Ref<>::adopt(None) : std::move(delegate);
}
Result<Ref<>> get_name(Thread&, Value self) { return generator_of(self).name.load(); }
Result<Ref<>> get_qualname(Thread&, Value self) { return generator_of(self).qualified_name.load(); }
Result<Ref<>> generator_repr(Thread& thread, Value self) {
  char address[32];
  std::snprintf(address, sizeof address, "0x%llx", static_cast<unsigned long long>(self.bits & ~u64{7}));
  return Ref<>(TRY(format_str(thread, "<async_generator object {} at {}>", generator_of(self).qualified_name.load().value(), address)));
}
Result<void> set_name(Thread& thread, Value self, Value value) {
  if (!is<Str>(value)) return raise(thread, types.TypeError, "__name__ must be set to a string object");
  generator_of(self).name.store(generator_of(self), value);
  return {};
}
Result<void> set_qualname(Thread& thread, Value self, Value value) {
  if (!is<Str>(value)) return raise(thread, types.TypeError, "__qualname__ must be set to a string object");
  generator_of(self).qualified_name.store(generator_of(self), value);
  return {};
}
// Whoever set the finaliser (an event loop) runs aclose(); without one the generator is closed here, as far as that goes
// without awaiting.
Result<void> generator_finalize(Thread& thread, Value self) {
  Generator& generator = generator_of(self);
  if (generator.load_state() != GeneratorState::Suspended) return {};
  Ref<> finalizer = generator.weak_origin.load();
  if (finalizer.value().is_none() || generator.closed) return close_generator(thread, generator);
  TRY(call(thread, finalizer, {self}));
  return {};
}
constexpr MethodSpec kGeneratorMethods[] = {
    def<generator_asend>("asend(value, /)", "Awaitable that sends a value into the generator."),
    def<generator_athrow>("athrow(type, value=None, traceback=None, /)", "Awaitable that raises an exception in the generator."),
    def<generator_aclose>("aclose()", "Awaitable that raises GeneratorExit in the generator."),
    class_method<generic_alias_of>("__class_getitem__(object, /)", "See PEP 585"),
};
constexpr PropertySpec kGeneratorProperties[] = {{"ag_code", nullptr, get_code},       {"ag_frame", nullptr, get_frame},
                                                 {"ag_running", nullptr, get_running}, {"ag_await", nullptr, get_await},
                                                 {"__name__", "name of the async generator", get_name, set_name},
                                                 {"__qualname__", "qualified name of the async generator", get_qualname, set_qualname}};
constexpr u32 kHidden = static_cast<u32>(TypeFlag::NoInstantiation);

}  // namespace

const TypeSpec async_generator_spec = {.name = "async_generator", .doc = nullptr, .methods = kGeneratorMethods, .method_count = std::size(kGeneratorMethods),
                                       .properties = kGeneratorProperties, .property_count = std::size(kGeneratorProperties),
                                       .slots = {.repr = generator_repr, .finalize = generator_finalize, .async_iter = itself, .async_next = generator_anext},
                                       .ops = &Generator::kOps, .size = sizeof(Generator), .flags = kHidden};
const TypeSpec async_generator_asend_spec = {.name = "async_generator_asend", .doc = nullptr, .methods = kStepMethods, .method_count = std::size(kStepMethods),
                                             .slots = {.iter = itself, .next = step_next, .await = itself}, .ops = &kStepOps,
                                             .size = sizeof(AsyncStep), .flags = kHidden};
const TypeSpec async_generator_athrow_spec = {.name = "async_generator_athrow", .doc = nullptr, .methods = kStepMethods, .method_count = std::size(kStepMethods),
                                              .slots = {.iter = itself, .next = step_next, .await = itself}, .ops = &kStepOps,
                                              .size = sizeof(AsyncStep), .flags = kHidden};
const TypeSpec async_generator_wrapped_value_spec = {.name = "async_generator_wrapped_value", .doc = nullptr, .ops = &AsyncWrappedValue::kOps,
                                                     .size = sizeof(AsyncWrappedValue), .flags = kHidden};

}  // namespace py
