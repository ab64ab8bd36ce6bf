// generator, coroutine, coroutine_wrapper.
#include "core/builtins/builtin_types.h"
#include "core/object/allocate.h"
#include "core/object/code.h"
#include "core/object/names.h"
#include "core/vm/awaitable.h"
#include "core/vm/generator.h"
#include "core/vm/still_frame.h"
#include "core/vm/still_frame.h"

namespace py {

namespace {

Generator& generator_of(Value self) { return *static_cast<Generator*>(self.object()); }

// The result of a step for Python: a return becomes StopIteration.
Result<Ref<>> deliver(Thread& thread, Resumption step) {
  switch (step.outcome) {
    case Outcome::Yielded: return std::move(step.value);
    case Outcome::Raised: return failure;
    case Outcome::Returned: break;
  }
  if (is<Tuple>(step.value) || is<Exception>(step.value)) {
    // raise StopIteration(value) would take these apart.
    Ref<Tuple> args = TRY(Tuple::from(thread, {step.value}));
    Ref<Exception> stop = TRY(make_exception(thread, *types.StopIteration, *args));
    return raise_value(thread, stop.value());
  }
  return raise_stop_iteration(thread, step.value);
}

Failure coroutine_reused(Thread& thread, Generator& generator) {
  return raise(thread, types.RuntimeError, "cannot reuse already awaited {}", generator_kind(generator));
}

Result<Ref<>> generator_next(Thread& thread, Value self) {
  if (&type_of(self) == types.coroutine && generator_of(self).load_state() == GeneratorState::Finished) {
    return coroutine_reused(thread, generator_of(self));
  }
  Resumption step = resume_generator(thread, generator_of(self), None);
  if (step.outcome == Outcome::Returned && step.value.value().is_none()) return Ref<>::adopt(Done);
  return deliver(thread, std::move(step));
}
Result<Ref<>> send(Thread& thread, Generator& generator, Value value) {
  if (generator.load_state() == GeneratorState::Finished && &type_of_object(generator) == types.coroutine) return coroutine_reused(thread, generator);
  return deliver(thread, resume_generator(thread, generator, value));
}
Result<Ref<>> generator_send(Thread& thread, Value self, Value value) { return send(thread, generator_of(self), value); }

Result<Ref<>> generator_throw(Thread& thread, Value self, Value type, Value value, Value traceback) {
  Generator& generator = generator_of(self);
  Ref<> exception = TRY(thrown_exception(thread, type, value, traceback));
  if (generator.load_state() == GeneratorState::Finished && &type_of(self) == types.coroutine) return coroutine_reused(thread, generator);
  thread.pending = exception.release();
  return deliver(thread, throw_with_delegation(thread, generator));
}
Result<void> generator_close(Thread& thread, Value self) { return close_generator(thread, generator_of(self)); }
Result<void> generator_finalize(Thread& thread, Value self) {
  Generator& generator = generator_of(self);
  if (&type_of(self) == types.coroutine && generator.load_state() == GeneratorState::Created) warn_never_awaited(thread, generator);
  // A frame object that somebody keeps wants the parameters of a generator that never ran.
  const bool has_frame = generator.load_state() == GeneratorState::Created && generator.registers()[kFrameObject].is_object();
  if (generator.load_state() == GeneratorState::Suspended || has_frame) return close_generator(thread, generator);
  return {};
}
Result<Ref<>> generator_iter(Thread&, Value self) { return Ref<>::share(self); }
Result<Ref<>> generator_repr(Thread& thread, Value self) {
  char address[32];
  std::snprintf(address, sizeof address, "0x%llx", static_cast<unsigned long long>(self.bits & ~u64{7}));
  return Ref<>(TRY(format_str(thread, "<{} object {} at {}>", type_of(self), generator_of(self).qualified_name.load().value(), address)));
}

Result<Ref<>> get_code(Thread&, Value self) { return generator_of(self).code.load(); }
Result<Ref<>> get_frame(Thread& thread, Value self) {
  return generator_frame(thread, generator_of(self));
}
Result<Ref<>> get_running(Thread&, Value self) {
  return Ref<>::adopt(Value::boolean(generator_of(self).load_state() == GeneratorState::Running));
}
Result<Ref<>> get_suspended(Thread&, Value self) {
  return Ref<>::adopt(Value::boolean(generator_of(self).load_state() == GeneratorState::Suspended));
}
Result<Ref<>> get_delegate(Thread& thread, Value self) {
  Ref<> delegate = generator_delegate(thread, generator_of(self));
  return delegate.is_empty() ? Ref<>::adopt(None) : std::move(delegate);
}
Result<Ref<>> get_name(Thread&, Value self) { return generator_of(self).name.load(); }
Result<void> set_name(Thread& thread, Value self, Value value) {
  if (!is<Str>(value)) return raise(thread, types.TypeError, "__name__ must be set to a string object");
  generator_of(self).name.store(generator_of(self), value);
  return {};
}
Result<Ref<>> get_qualname(Thread&, Value self) { return generator_of(self).qualified_name.load(); }
Result<void> set_qualname(Thread& thread, Value self, Value value) {
  if (!is<Str>(value)) return raise(thread, types.TypeError, "__qualname__ must be set to a string object");
  generator_of(self).qualified_name.store(generator_of(self), value);
  return {};
}
Result<Ref<>> get_origin(Thread&, Value self) { return generator_of(self).weak_origin.load(); }

constexpr MethodSpec kMethods[] = {
    def<generator_send>("send(arg, /)", "Resume with a value; return the next yielded value or raise StopIteration."),
    def<generator_throw>("throw(type, value=None, traceback=None, /)", "Raise an exception inside; return the next yielded value or raise StopIteration."),
    def<generator_close>("close()", "Raise GeneratorExit inside."),
};
constexpr PropertySpec kGeneratorProperties[] = {
    {"gi_code", nullptr, get_code},           {"gi_frame", nullptr, get_frame},         {"gi_running", nullptr, get_running},
    {"gi_suspended", nullptr, get_suspended}, {"gi_yieldfrom", "object being iterated by yield from, or None", get_delegate},
    {"__name__", "name of the generator", get_name, set_name}, {"__qualname__", "qualified name of the generator", get_qualname, set_qualname}};
constexpr PropertySpec kCoroutineProperties[] = {
    {"cr_code", nullptr, get_code},           {"cr_frame", nullptr, get_frame},   {"cr_running", nullptr, get_running},
    {"cr_suspended", nullptr, get_suspended}, {"cr_await", "object being awaited on, or None", get_delegate},
    {"cr_origin", nullptr, get_origin},
    {"__name__", "name of the coroutine", get_name, set_name}, {"__qualname__", "qualified name of the coroutine", get_qualname, set_qualname}};

// What coroutine.__await__() returns.
Result<Ref<>> coroutine_await(Thread& thread, Value self) {
  Ref<Cell> wrapper = TRY(new_object<Cell>(thread, *types.coroutine_wrapper));
  wrapper->content.initialize(Ref<>::share(self).release());
  return Ref<>(std::move(wrapper));
}
Value inner(Value self) { return static_cast<Cell*>(self.object())->content.peek(); }
Result<Ref<>> wrapper_next(Thread& thread, Value self) {
  if (generator_of(inner(self)).load_state() == GeneratorState::Finished) return coroutine_reused(thread, generator_of(inner(self)));
  Resumption step = resume_generator(thread, generator_of(inner(self)), None);
  if (step.outcome == Outcome::Returned && step.value.value().is_none()) return Ref<>::adopt(Done);
  return deliver(thread, std::move(step));
}
Result<Ref<>> wrapper_send(Thread& thread, Value self, Value value) { return send(thread, generator_of(inner(self)), value); }
Result<Ref<>> wrapper_throw(Thread& thread, Value self, Value type, Value value, Value traceback) {
  return generator_throw(thread, inner(self), type, value, traceback);
}
Result<void> wrapper_close(Thread& thread, Value self) { return generator_close(thread, inner(self)); }
constexpr MethodSpec kWrapperMethods[] = {
    def<wrapper_send>("send(arg, /)", nullptr),
    def<wrapper_throw>("throw(type, value=None, traceback=None, /)", nullptr),
    def<wrapper_close>("close()", nullptr),
};

}  // namespace

const TypeSpec generator_spec = {.name = "generator",
                                 .doc = nullptr,
                                 .methods = kMethods,
                                 .method_count = std::size(kMethods),
                                 .properties = kGeneratorProperties,
                                 .property_count = std::size(kGeneratorProperties),
                                 .slots = {.repr = generator_repr, .iter = generator_iter, .next = generator_next, .finalize = generator_finalize},
                                 .ops = &Generator::kOps,
                                 .size = sizeof(Generator),
                                 .flags = static_cast<u32>(TypeFlag::NoInstantiation)};
const TypeSpec coroutine_spec = {.name = "coroutine",
                                 .doc = nullptr,
                                 .methods = kMethods,
                                 .method_count = std::size(kMethods),
                                 .properties = kCoroutineProperties,
                                 .property_count = std::size(kCoroutineProperties),
                                 .slots = {.repr = generator_repr, .finalize = generator_finalize, .await = coroutine_await},
                                 .ops = &Generator::kOps,
                                 .size = sizeof(Generator),
                                 .flags = static_cast<u32>(TypeFlag::NoInstantiation)};
const TypeSpec coroutine_wrapper_spec = {.name = "coroutine_wrapper",
                                         .doc = "A wrapper object implementing __await__ for coroutines.",
                                         .methods = kWrapperMethods,
                                         .method_count = std::size(kWrapperMethods),
                                         .slots = {.iter = generator_iter, .next = wrapper_next},
                                         .ops = &Cell::kOps,
                                         .size = sizeof(Cell),
                                         .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

}  // namespace py
