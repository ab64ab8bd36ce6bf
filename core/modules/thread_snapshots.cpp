// sys._current_frames() and sys._current_exceptions(): what every thread is doing at one moment.
//
// The frames of other threads go on running, so they are shown by copies that tell where each stood; those have no
// locals. Threads: all stand still while the references are taken and published.
#include "core/modules/sys_hooks.h"
#include "core/bind/define.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/layout.h"
#include "core/vm/frame.h"
#include "memory/root_vector.h"
#include "threading/runtime/world.h"

namespace py {

namespace {

// Takes references out of another thread, which stands still.
void keep(RootVector& values, Value value) {
  publish(value);
  values.push(Ref<>::share(value));
}

struct Snapshot {
  u64 thread_id;
  usize count;  // of the values that belong to it
};

// A copy of each frame, the outermost first: function, code, place of the instruction.
constexpr usize kValuesPerFrame = 3;
constexpr usize kMostFrames = 1000;

void copy_frames(const Thread& thread, RootVector& values) {
  std::vector<Value*> frames;
  for (Value* fp = thread.frame_registers; fp && frames.size() < kMostFrames; fp = frame_caller(fp)) frames.push_back(fp);
  for (usize i = frames.size(); i-- > 0;) {
    Value* fp = frames[i];
    if (!is<Function>(fp[kFunction])) continue;
    keep(values, fp[kFunction]);
    keep(values, frame_code(fp).value());
    values.push(Ref<>::adopt(Value::integer(frame_pc(fp) - frame_code(fp).words)));
  }
}

void copy_exception(const Thread& thread, RootVector& values) {
  const Value handled = handled_exception(const_cast<Thread&>(thread));
  if (handled.is_object()) keep(values, handled);
}

template <class Copy>
std::vector<Snapshot> look_at_others(Thread& thread, RootVector& values, Copy copy) {
  std::vector<Snapshot> snapshots;
  StopTheWorld stop(thread);
  for_each_thread([&](ThreadBase& base) {
    const Thread& other = static_cast<Thread&>(base);
    if (&other == &thread) return;
    const usize before = values.size();
    copy(other, values);
    snapshots.push_back({other.native_id, values.size() - before});
  });
  return snapshots;
}

Result<Ref<>> frame_copy(Thread& thread, const Value* values, Value back) {
  const Function& function = as<Function>(values[0]);
  Ref<FrameObject> frame = TRY(new_object<FrameObject>(thread, *types.frame));
  frame->registers.store(nullptr, std::memory_order_relaxed);
  frame->line = 0;
  frame->last_instruction = static_cast<i32>(values[2].as_int());
  frame->traced_instruction = frame->traced_line = frame->reported_line = 0;
  frame->trace_flags = FrameObject::kCleared;
  set_fresh(*frame, frame->code, values[1]);
  set_fresh(*frame, frame->globals, function.globals.peek());
  set_fresh(*frame, frame->builtins, function.builtins.peek());
  set_fresh(*frame, frame->function, values[0]);
  set_fresh(*frame, frame->back, back);
  for (Field* field : {&frame->locals, &frame->trace, &frame->values}) field->initialize(None);
  return Ref<>(std::move(frame));
}

Result<void> set_for_thread(Thread& thread, Dict& result, u64 id, Value value) {
  Ref<> key = TRY(make_int_unsigned(thread, id));
  return result.set(thread, key, value);
}

Result<Ref<Dict>> current_frames(Thread& thread) {
  RootVector values;
  const std::vector<Snapshot> others = look_at_others(thread, values, copy_frames);
  Ref<Dict> result = TRY(Dict::make(thread));
  usize at = 0;
  for (const Snapshot& other : others) {
    Ref<> frame = Ref<>::adopt(None);
    for (const usize end = at + other.count; at < end; at += kValuesPerFrame) {
      frame = TRY(frame_copy(thread, values.data() + at, frame));
    }
    if (frame.value().is_object()) TRY(set_for_thread(thread, *result, other.thread_id, frame));
  }
  if (thread.frame_registers) {
    Ref<FrameObject> own = TRY(frame_object(thread, thread.frame_registers));
    TRY(set_for_thread(thread, *result, thread.native_id, own.value()));
  }
  return result;
}

Result<Ref<Tuple>> exception_info(Thread& thread, Value exception) {
  if (!exception.is_object()) return Tuple::from(thread, {None, None, None});
  return Tuple::from(thread, {type_of(exception).value(), exception, as<Exception>(exception).traceback.peek()});
}

Result<Ref<Dict>> current_exceptions(Thread& thread) {
  RootVector values;
  const std::vector<Snapshot> others = look_at_others(thread, values, copy_exception);
  Ref<Dict> result = TRY(Dict::make(thread));
  usize at = 0;
  for (const Snapshot& other : others) {
    Ref<Tuple> info = TRY(exception_info(thread, other.count ? values[at++] : None));
    TRY(set_for_thread(thread, *result, other.thread_id, info.value()));
  }
  Ref<Tuple> own = TRY(exception_info(thread, handled_exception(thread)));
  TRY(set_for_thread(thread, *result, thread.native_id, own.value()));
  return result;
}

constexpr MethodSpec kFunctions[] = {
    function<current_frames>("_current_frames()",
                             "The frame that each thread is running, by the thread's identifier. Those of other threads\n"
                             "are copies that show where the thread stood."),
    function<current_exceptions>("_current_exceptions()",
                                 "What each thread handles: type, exception, traceback, by the thread's identifier."),
};

}  // namespace

Result<void> add_thread_snapshots(Thread& thread, Module& module) {
  return add_functions_to_module(thread, module, kFunctions, std::size(kFunctions));
}

}  // namespace py
