#include "core/vm/tracing.h"

#include <algorithm>

#include "core/object/names.h"
#include "core/object/native.h"
#include "core/object/sequence.h"
#include "core/vm/dispatch.h"
#include "threading/runtime/world.h"

namespace py {

namespace {

u32 tracing_threads = 0;  // changed, like the table, while the world is stopped

void count_tracing_thread(Thread& thread, int change) {
  StopTheWorld stop(thread);
  const bool before = tracing_threads != 0;
  tracing_threads = static_cast<u32>(static_cast<int>(tracing_threads) + change);
  const bool after = tracing_threads != 0;
  if (before != after) switch_op_table(after);
}

bool any_function(const VmState& state) { return !state.functions[0].is_none() || !state.functions[1].is_none(); }

}  // namespace

void set_trace_function(Thread& thread, TraceKind kind, Value function) {
  if (!thread.vm) {
    if (function.is_none()) return;
    thread.vm = new VmState();
  }
  VmState& state = *thread.vm;
  const bool before = any_function(state);
  const Value old = state.function(kind);
  incref(function);
  state.function(kind) = function;
  decref(old);
  const bool after = any_function(state);
  if (before != after) count_tracing_thread(thread, after ? 1 : -1);
  if (kind == TraceKind::Profile) {
    for (VmState::NativeCall& call : state.native_calls) decref(call.callable);
    state.native_calls.clear();
    state.profile_hook = nullptr;
  }
  for (Value* fp = thread.frame_registers; fp; fp = frame_caller(fp)) add_frame_flag(fp, kTraceEntered);
}

void set_profile_hook(Thread& thread, ProfileHook hook, Value self) {
  if (thread.vm && thread.vm->profile_hook == hook && trace_function(thread, TraceKind::Profile) == self) return;
  set_trace_function(thread, TraceKind::Profile, self);
  thread.vm->profile_hook = hook;
}

Value trace_function(Thread& thread, TraceKind kind) { return thread.vm ? thread.vm->function(kind) : None; }

Result<Ref<>> call_tracing(Thread& thread, Value function, Tuple& arguments) {
  if (!thread.vm) return call_with(thread, function, arguments, nullptr);
  const u32 inside = std::exchange(thread.vm->inside, 0);
  Result<Ref<>> result = call_with(thread, function, arguments, nullptr);
  thread.vm->inside = inside;
  return result;
}

bool is_prologue(Op op) { return op == Op::MakeGenerator || op == Op::MakeCell; }

namespace {

bool is_implicit_return(Instruction instruction) {
  return instruction.op() == Op::ReturnNone && instruction.flags() & kFlag8;
}

}  // namespace

bool is_silent(Instruction instruction) {
  if (is_implicit_return(instruction)) return true;
  switch (const Op op = instruction.op(); op) {
    case Op::Jump:
    case Op::Loop:
    case Op::LoopFor:
    case Op::Clear:
    case Op::PushHandled:
    case Op::PopHandled:
    case Op::Reraise: return true;
    default: return is_prologue(op);
  }
}

void forget_tracing(Thread& thread) {
  if (!thread.vm) return;
  set_trace_function(thread, TraceKind::Trace, None);
  set_trace_function(thread, TraceKind::Profile, None);
  set_async_generator_hooks(thread, None, None);
  delete std::exchange(thread.vm, nullptr);
}

void visit_tracing(Thread& thread, Visitor& visitor) {
  if (!thread.vm) return;
  auto visit = [&](Value& word) {
    if (word.is_object()) visitor.visit(reinterpret_cast<Field&>(word));
  };
  for (Value& function : thread.vm->functions) visit(function);
  visit(thread.vm->hooks.first_iteration);
  visit(thread.vm->hooks.finalizer);
  for (VmState::NativeCall& call : thread.vm->native_calls) visit(call.callable);
}

namespace {

// One report to Python. A function that raises is switched off.
Result<Ref<>> report(Thread& thread, TraceKind kind, Value function, FrameObject& frame, std::string_view event,
                     Value argument) {
  VmState& state = *thread.vm;
  Ref<> keep = Ref<>::share(function);
  ++state.inside;
  const FrameObject* outer = std::exchange(state.reported, &frame);
  const std::string_view outer_event = std::exchange(state.event, event);
  Result<Ref<>> result = call(thread, function, {frame.value(), intern(thread, event).value(), argument});
  state.reported = outer;
  state.event = outer_event;
  --state.inside;
  if (!result.failed()) return result;
  Ref<> pending = take_pending(thread);
  if (kind == TraceKind::Trace) frame.trace.store(frame, None);
  set_trace_function(thread, kind, None);
  thread.pending = pending.release();
  return failure;
}

// To the frame's own trace function; what it returns is the next one.
Result<void> report_local(Thread& thread, FrameObject& frame, std::string_view event, Value argument) {
  if (trace_function(thread, TraceKind::Trace).is_none()) return {};
  Ref<> function = frame.trace.load();
  if (function.value().is_none()) return {};
  Ref<> next = TRY(report(thread, TraceKind::Trace, function, frame, event, argument));
  if (!next.value().is_none()) frame.trace.store(frame, std::move(next));
  return {};
}

void report_to_hook(Thread& thread, Value* fp, ProfileEvent event, Value argument) {
  VmState& state = *thread.vm;
  Ref<> self = Ref<>::share(state.function(TraceKind::Profile));
  const bool is_native = event != ProfileEvent::Call && event != ProfileEvent::Return;
  ++state.inside;
  if (state.profile_hook(thread, self, event, is_native ? argument : frame_code(fp).value()).failed()) {
    report_unraisable(thread, self);
  }
  --state.inside;
}

Result<void> report_profile(Thread& thread, Value* fp, ProfileEvent kind, Value argument) {
  static constexpr const char* kNames[] = {"call", "return", "c_call", "c_return", "c_exception"};
  const Value function = trace_function(thread, TraceKind::Profile);
  if (function.is_none()) return {};
  if (thread.vm->profile_hook) {
    report_to_hook(thread, fp, kind, argument);
    return {};
  }
  const char* event = kNames[static_cast<u32>(kind)];
  Ref<FrameObject> frame = TRY(frame_object(thread, fp));
  TRY(report(thread, TraceKind::Profile, function, *frame, event, argument));
  return {};
}

i32 instruction_index(Value* fp) { return static_cast<i32>(frame_pc(fp) - frame_code(fp).words); }

Instruction instruction_at(Value* fp) { return plain_instruction(frame_pc(fp)->load(std::memory_order_relaxed)); }

bool at_start(Value* fp) {
  const Code& code = frame_code(fp);
  for (Pc pc = code.words; pc < frame_pc(fp); ++pc) {
    if (!is_prologue(Instruction{pc->load(std::memory_order_relaxed)}.op())) return false;
  }
  return true;
}

Result<void> report_call(Thread& thread, Value* fp) {
  add_frame_flag(fp, kTraceEntered);
  const bool first_time = at_start(fp);
  const Value function = trace_function(thread, TraceKind::Trace);
  if (!function.is_none()) {
    Ref<FrameObject> frame = TRY(frame_object(thread, fp));
    if (first_time) {
      frame->reported_line = frame_code(fp).first_line;
      frame->traced_instruction = FrameObject::kBeforeFirst;
      frame->traced_line = -1;
    } else {
      frame->reported_line = frame_code(fp).line_at(frame_pc(fp) - 1 - frame_code(fp).words);  // of the Yield where it waited
    }
    Result<Ref<>> local = report(thread, TraceKind::Trace, function, *frame, "call", None);
    frame->reported_line = 0;
    frame->trace.store(*frame, TRY(std::move(local)));
  }
  return report_profile(thread, fp, ProfileEvent::Call, None);
}

// A line is reported when it begins, and again when a jump leads back to it.
Result<void> report_line(Thread& thread, FrameObject& frame, i32 line, bool again) {
  const i32 last = std::exchange(frame.traced_line, line);
  if (line <= 0 || (line == last && !again) || frame.trace_flags & FrameObject::kNoLines) return {};
  return report_local(thread, frame, "line", None);
}

// The trace function has set another line: nothing more is reported of the instruction at hand.
bool has_jumped(FrameObject& frame, Value* fp, i32 from) {
  const i32 index = instruction_index(fp);
  if (index == from) return false;
  frame.traced_instruction = index;
  frame.traced_line = frame_code(fp).line_at(index);
  return true;
}

Result<void> report_lines(Thread& thread, FrameObject& frame, Value* fp) {
  const Op op = instruction_at(fp).op();
  if (is_prologue(op)) return {};
  const i32 index = instruction_index(fp);
  const i32 last = std::exchange(frame.traced_instruction, index);
  const Code& code = frame_code(fp);
  const u32 row = code.position_row(static_cast<u32>(index));
  if (last == FrameObject::kUnknown) {
    frame.traced_line = code.positions[row].line;
    return {};
  }
  bool again = index < last && op != Op::Send;
  u32 first = row;
  while (first && code.positions[first - 1].instruction == static_cast<u32>(index)) --first;
  for (u32 mark = first; mark < row && code.positions[row].instruction == static_cast<u32>(index); ++mark) {
    frame.reported_line = code.positions[mark].line;
    Result<void> reported = report_line(thread, frame, frame.reported_line, std::exchange(again, false));
    frame.reported_line = 0;
    if (reported.failed()) return failure;
    if (has_jumped(frame, fp, index)) return {};
  }
  if (!is_silent(instruction_at(fp))) TRY(report_line(thread, frame, code.positions[row].line, again));
  if (has_jumped(frame, fp, index)) return {};
  if (frame.trace_flags & FrameObject::kOpcodes) TRY(report_local(thread, frame, "opcode", None));
  return {};
}

Result<void> report_return(Thread& thread, Value* fp, Value value) {
  Ref<> keep = Ref<>::share(value);
  if (const Value known = frame_extra(fp, kFrameObject); known.is_object()) {
    Ref<FrameObject> frame = Ref<FrameObject>::share(static_cast<FrameObject*>(known.object()));
    // Falling off the end is part of the line before it.
    if (is_implicit_return(instruction_at(fp))) frame->reported_line = std::max(frame->traced_line, 0);
    Result<void> reported = report_local(thread, *frame, "return", value);
    frame->reported_line = 0;
    if (reported.failed()) return failure;
  }
  return report_profile(thread, fp, ProfileEvent::Return, value);
}

// The native function that the instruction is about to call, owned; Empty when it calls none.
Result<Ref<>> native_callable(Thread& thread, Value* fp, Instruction instruction) {
  const Op op = instruction.op();
  if (op != Op::Call && op != Op::CallMethod && op != Op::CallSpread) return Ref<>();
  const Value* base = fp + instruction.a();
  const Value callable = *base;
  if (!callable.is_object()) return Ref<>();
  Type& type = type_of(callable);
  if (&type == types.builtin_function) return Ref<>::share(callable);
  if (&type != types.method_descriptor) return Ref<>();
  const bool bound = op == Op::CallMethod && !base[kFrameHeader].is_empty();
  if (!bound && (op == Op::CallSpread || instruction.b() == 0)) return Ref<>();
  const Value self = base[op == Op::CallMethod && !bound ? kFrameHeader + 1 : kFrameHeader];
  if (!type_of(self).is_subtype_of(*static_cast<NativeFunction*>(callable.object())->owner)) return Ref<>();
  return type.slots.descriptor_get(thread, callable, self, type_of(self).value());
}

Result<void> report_native_call(Thread& thread, Value* fp) {
  if (trace_function(thread, TraceKind::Profile).is_none()) return {};
  Ref<> callable = TRY(native_callable(thread, fp, instruction_at(fp)));
  if (callable.is_empty()) return {};
  TRY(report_profile(thread, fp, ProfileEvent::NativeCall, callable));
  if (!trace_function(thread, TraceKind::Profile).is_none())
    thread.vm->native_calls.push_back({fp, callable.release()});
  return {};
}

Result<void> report_native_end(Thread& thread, Value* fp, ProfileEvent event) {
  std::vector<VmState::NativeCall>& calls = thread.vm->native_calls;
  if (calls.empty() || calls.back().fp != fp) return {};
  Ref<> callable = Ref<>::adopt(calls.back().callable);
  calls.pop_back();
  return report_profile(thread, fp, event, callable);
}

Result<void> trace_step(Thread& thread, Value* fp) {
  const Instruction instruction = instruction_at(fp);
  if (instruction.op() == Op::MakeGenerator) return {};  // the call that makes a generator is no call of its code
  TRY(report_native_end(thread, fp, ProfileEvent::NativeReturn));
  if (!(frame_flags(fp) & kTraceEntered)) TRY(report_call(thread, fp));
  if (const Value known = frame_extra(fp, kFrameObject); known.is_object()) {
    Ref<FrameObject> frame = Ref<FrameObject>::share(static_cast<FrameObject*>(known.object()));
    if (!frame->trace.peek().is_none()) TRY(report_lines(thread, *frame, fp));
  }
  switch (instruction_at(fp).op()) {
    case Op::Return: return report_return(thread, fp, fp[instruction_at(fp).a()]);
    case Op::Yield: return report_return(thread, fp, fp[instruction_at(fp).b()]);
    case Op::ReturnNone: return report_return(thread, fp, None);
    default: return report_native_call(thread, fp);
  }
}

// Reports while an exception is pending, which stays so unless the trace function raises another one.
template <class Report>
void with_pending_aside(Thread& thread, Report body) {
  Ref<> exception = take_pending(thread);
  if (!body(exception.value()).failed()) thread.pending = exception.release();
}

}  // namespace

bool trace_instruction(Thread& thread, Value* fp) { return !trace_step(thread, fp).failed(); }

void trace_exception(Thread& thread, Value* fp) {
  with_pending_aside(thread, [&](Value exception) -> Result<void> {
    TRY(report_native_end(thread, fp, ProfileEvent::NativeException));
    const Value known = frame_extra(fp, kFrameObject);
    if (!known.is_object()) return {};
    Ref<FrameObject> frame = Ref<FrameObject>::share(static_cast<FrameObject*>(known.object()));
    if (frame->trace.peek().is_none()) return {};
    Ref<Tuple> details =
        TRY(Tuple::from(thread, {type_of(exception).value(), exception, as<Exception>(exception).traceback.peek()}));
    return report_local(thread, *frame, "exception", details.value());
  });
}

void trace_unwound_frame(Thread& thread, Value* fp) {
  if (!(frame_flags(fp) & kTraceEntered)) return;
  with_pending_aside(thread, [&](Value) { return report_return(thread, fp, None); });
}

}  // namespace py
