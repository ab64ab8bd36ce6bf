// Tracing: sys.settrace and sys.setprofile.
//
// While any thread traces, every entry of op_table is `op_traced`, which looks whether this thread does, reports what
// the instruction at hand means (call, line, return, a call of a native function), and runs it. So tracing costs
// nothing while nobody traces. Exceptions are reported where they unwind.
// Invariant: a frame has the flag kTraceEntered
// once its call was reported, or when it was there before tracing began.
// Threads: VmState belongs to its thread.
#pragma once
#include <vector>

#include "core/vm/coroutine_hooks.h"
#include "core/vm/frame.h"

namespace py {

enum class TraceKind : u8 { Trace, Profile };
enum class ProfileEvent : u8 { Call, Return, NativeCall, NativeReturn, NativeException };

// A profile function that is native: `self` is what sys.getprofile() returns, `callee` the Code or the native function.
// Nothing is traced while it runs. A failure is reported as unraisable.
using ProfileHook = Result<void> (*)(Thread& thread, Value self, ProfileEvent event, Value callee);

struct VmState {
  Value functions[2] = {None, None};  // by TraceKind, owned
  ProfileHook profile_hook = nullptr;  // called instead of the profile function, with it as `self`
  u32 inside = 0;                     // trace functions running: they are not traced
  const FrameObject* reported = nullptr;  // what the innermost one is told of, and which event
  std::string_view event = "call";
  struct NativeCall {
    Value* fp;
    Value callable;  // owned
  };
  std::vector<NativeCall> native_calls;  // whose end is to be reported
  CoroutineHooks hooks;

  Value& function(TraceKind kind) { return functions[static_cast<u32>(kind)]; }
  bool is_active() const { return !inside && (!functions[0].is_none() || !functions[1].is_none()); }
};

// Instructions at the beginning of a code object that are no part of the program.
bool is_prologue(Op op);
// Instructions that are no part of a line: entering, jumping, keeping the books of exceptions.
bool is_silent(Instruction instruction);

// None switches off. The frames that run now count as entered.
void set_trace_function(Thread& thread, TraceKind kind, Value function);
void set_profile_hook(Thread& thread, ProfileHook hook, Value self);
Value trace_function(Thread& thread, TraceKind kind);  // borrowed
// Calls function(*args) as if no trace function were running.
Result<Ref<>> call_tracing(Thread& thread, Value function, Tuple& arguments);
void forget_tracing(Thread& thread);  // the thread ends: the whole VmState goes
void visit_tracing(Thread& thread, Visitor& visitor);

// Reports the instruction at the saved pc before it runs. False: the trace function raised.
[[nodiscard]] bool trace_instruction(Thread& thread, Value* fp);
// Reports the pending exception, which the frame is in the traceback of; then, if it leaves the frame, that.
void trace_exception(Thread& thread, Value* fp);
void trace_unwound_frame(Thread& thread, Value* fp);

inline bool is_tracing(Thread& thread) { return UNLIKELY(thread.vm != nullptr) && thread.vm->is_active(); }

}  // namespace py
