// _thread: starting threads, and what threading needs to know of them.
#include "core/modules/signals.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/type_system.h"
#include "core/vm/exceptions.h"
#include "core/vm/interpreter.h"
#include "core/vm/sys_access.h"
#include "core/vm/unraisable.h"
#include "memory/destroy.h"
#include "memory/reclamation.h"
#include "memory/root_vector.h"
#include "memory/roots.h"
#include "memory/weak.h"
#include "threading/modules/local.h"
#include "threading/modules/lock.h"
#include "threading/modules/registry.h"
#include "threading/runtime/os_threads.h"
#include "threading/runtime/world.h"

#include <pthread.h>
#include <sched.h>

#include <cerrno>
#include <csignal>
#include <utility>

namespace py {

namespace {

std::atomic<isize> running_threads{0};
std::atomic<usize> stack_bytes{0};
// The lock that threading waits for: released when the thread ends. Owned.
thread_local Value sentinel = Empty;

enum class Begun : u8 { NotYet, Yes, NoMemory };

// What a new thread runs, and the word by which its starter, who waits so long, learns that it can.
struct Start {
  RootVector call;  // function, arguments, keywords: shared already; nobody else may hold them
  std::atomic<Begun>* begun;

  // Gives the starter the word back.
  void tell(Begun outcome) {
    std::atomic<Begun>* word = std::exchange(begun, nullptr);
    word->store(outcome);
    unpark_all(word);
  }
};

void report_thread_exception(Thread& thread, Value function) {
  if (pending_is(thread, *types.SystemExit)) {
    clear_pending(thread);
    return;
  }
  report_unraisable_as(thread, function, "Exception ignored in thread started by");
}

// What the thread alone kept. Finalisers may use locals again and drop more; at some time they are left alone with it.
void drop_all(Thread& thread) {
  constexpr int kRounds = 4;
  for (int round = 0; round < kRounds; ++round) {
    const bool had_locals = forget_thread_locals(thread);
    leave_interpreter(thread);
    flush_limbo(thread);
    drain_finalizers(thread);
    if (!had_locals && limbo_bytes(thread) == 0) return;
  }
}

// Null: no memory or no slot.
Thread* begin_thread() {
  Thread* thread = enter_thread();
  if (!thread || enter_interpreter(*thread)) return thread;
  leave_thread(thread);
  return nullptr;
}

void thread_main(void* argument) {
  auto* start = static_cast<Start*>(argument);
  Thread* thread = begin_thread();
  if (!thread) return start->tell(Begun::NoMemory);
  start->tell(Begun::Yes);
  const Value function = start->call[0], keywords = start->call[2];
  if (call_with(*thread, function, as<Tuple>(start->call[1]), is<Dict>(keywords) ? &as<Dict>(keywords) : nullptr).failed()) {
    report_thread_exception(*thread, function);
  }
  delete start;
  (void)poll(*thread);
  if (thread->has_pending()) clear_pending(*thread);
  drop_all(*thread);
  running_threads.fetch_sub(1);
  ThreadSlot& slot = *thread->slot;
  leave_thread(thread);
  abandon_thread_locals();
  // Who waits for the thread finds all finalised that died with it.
  const Value lock = std::exchange(sentinel, Empty);
  if (lock.is_object()) {
    open_sentinel(*static_cast<Lock*>(lock.object()), offer_os_thread());
    leave_behind(slot, lock.object());
  }
}

// Whether the thread runs.
bool wait_for_beginning(Thread& thread, std::atomic<Begun>& begun) {
  Detached waiting(thread);
  while (begun.load() == Begun::NotYet) {
    park_if(&begun, [&] { return begun.load() == Begun::NotYet; });
  }
  return begun.load() == Begun::Yes;
}

Result<isize> start_new_thread(Thread& thread, Value function, Value args, Value keywords) {
  if (!is_callable(function)) return raise(thread, types.TypeError, "first arg must be callable");
  if (!is<Tuple>(args)) return raise(thread, types.TypeError, "2nd arg must be a tuple");
  if (keywords != Unbound && !is<Dict>(keywords)) return raise(thread, types.TypeError, "optional 3rd arg must be a dictionary");
  if (!has_multiple_threads()) {
    publish_roots();
    publish_classes();
  }
  std::atomic<Begun> begun{Begun::NotYet};
  auto* start = new Start{{}, &begun};
  for (Value value : {function, args, keywords}) {
    publish(value);
    start->call.push(Ref<>::share(value));
  }
  running_threads.fetch_add(1);
  u64 id = 0;
  if (spawn_os_thread(stack_bytes.load(), thread_main, start, &id) != 0 || !wait_for_beginning(thread, begun)) {
    running_threads.fetch_sub(1);
    delete start;
    return raise(thread, types.RuntimeError, "can't start new thread");
  }
  be_patient_with_new_thread();
  return static_cast<isize>(id);
}

Result<Ref<>> allocate_lock(Thread& thread) { return Ref<>(TRY(make_lock(thread))); }
Result<u64> get_ident(Thread& thread) { return thread.native_id; }
Result<u64> get_native_id(Thread& thread) { return thread.kernel_id; }
Result<void> thread_exit(Thread& thread) { return raise_with(thread, types.SystemExit, {}); }
Result<void> interrupt_main(Thread& thread, int signum) {
  if (signum < 1 || signum >= NSIG) return raise(thread, types.ValueError, "signal number out of range");
  trip_signal(signum);
  return {};
}
Result<isize> thread_count(Thread&) { return running_threads.load(); }
Result<isize> thread_stack_size(Thread& thread, isize size) {
  const isize old = static_cast<isize>(stack_bytes.load());
  if (size == -1) return old;
  if (size < 0) return raise(thread, types.ValueError, "size must be 0 or a positive value");
  if (size && size < 32768) return raise(thread, types.ValueError, "size not valid: {} bytes", size);
  stack_bytes.store(static_cast<usize>(size));
  return old;
}
Result<Ref<>> set_sentinel(Thread& thread) {
  Ref<Lock> lock = TRY(make_lock(thread, Sentinel::Closed));
  decref(sentinel);
  Ref<> result(std::move(lock));
  sentinel = result.share().release();
  return result;
}

// threading.excepthook's arguments, and the hook itself: threading has the Python version of both.
Result<void> excepthook(Thread& thread, Value args) {
  Ref<> type = TRY(get_attribute(thread, args, "exc_type"));
  if (type.value() == types.SystemExit->value()) return {};
  Ref<> err = sys_attribute(thread, "stderr");
  if (err.is_empty() || err.value().is_none()) return {};
  Ref<> owner = TRY(get_attribute(thread, args, "thread"));
  Ref<> name = owner.value().is_none() ? Ref<>::adopt(None) : TRY(get_attribute(thread, owner, names::name()));
  if (name.value().is_none()) name = TRY(make_int_unsigned(thread, thread.native_id));
  Ref<Str> head = TRY(format_str(thread, "Exception in thread {}:\n", name.value()));
  TRY(call_method(thread, err, names::write(), {head.value()}));
  Ref<> hook = sys_attribute(thread, "excepthook");
  Ref<> value = TRY(get_attribute(thread, args, "exc_value"));
  Ref<> traceback = TRY(get_attribute(thread, args, "exc_traceback"));
  TRY(call(thread, hook, {type, value, traceback}));
  TRY(call_method(thread, err, names::flush(), {}));
  return {};
}

constexpr MethodSpec kFunctions[] = {
    function<start_new_thread>("start_new_thread(function, args, kwargs=Unbound, /)", "Start a new thread and return its identifier."),
    function<start_new_thread>("start_new(function, args, kwargs=Unbound, /)", "An obsolete synonym of start_new_thread()."),
    function<allocate_lock>("allocate_lock()", "Create a new lock object."),
    function<allocate_lock>("allocate()", "An obsolete synonym of allocate_lock()."),
    function<get_ident>("get_ident()", "Return a non-zero integer that uniquely identifies the current thread."),
    function<get_native_id>("get_native_id()", "Return the kernel's identifier of the current thread."),
    function<thread_exit>("exit()", "This is synonymous to ``raise SystemExit''."),
    function<thread_exit>("exit_thread()", "An obsolete synonym of exit()."),
    function<interrupt_main>("interrupt_main(signum=2, /)", "Simulate the arrival of the given signal in the main thread."),
    function<thread_count>("_count()", "Return the number of currently running Python threads, excluding the main thread."),
    function<thread_stack_size>("stack_size(size=-1, /)", "Return the thread stack size used when creating new threads."),
    function<set_sentinel>("_set_sentinel()", "Set a sentinel lock that will be released when the current thread finishes."),
    function<excepthook>("_excepthook(args, /)", "Handle uncaught Thread.run() exception."),
};

Result<void> initialize(Thread& thread, Module& module) {
  lock_type = TRY(add_type_to_module(thread, module, kLockSpec));
  TRY(add_to_module(thread, module, "LockType", lock_type->value()));
  recursive_lock_type = TRY(add_type_to_module(thread, module, kRecursiveLockSpec));
  TRY(add_type_to_module(thread, module, kLocalSpec));
  TRY(add_to_module(thread, module, "error", types.RuntimeError->value()));
  return add_to_module(thread, module, "TIMEOUT_MAX", TRY(make_float(thread, 9223372036.0)));
}

}  // namespace

const ModuleSpec kThreadModule = {"_thread", "This module provides primitive operations to write multi-threaded programs.", kFunctions,
                                  std::size(kFunctions), initialize};

}  // namespace py
