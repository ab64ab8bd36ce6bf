#include "memory/thread.h"

#include <cstdlib>
#include <new>

#include "core/base/check.h"
#include "core/base/trace.h"
#include "memory/collector.h"
#include "memory/destroy.h"
#include "memory/heap.h"
#include "memory/merge.h"
#include "memory/pages.h"
#include "memory/parallel.h"
#include "memory/reclamation.h"
#include "memory/roots.h"
#include "memory/weak.h"
#include "threading/runtime/world.h"

namespace py {

void (*visit_thread_hook)(Thread&, Visitor&) = nullptr;
void (*leave_thread_hook)(Thread&) = nullptr;

namespace {

Thread& as_thread(ThreadBase& base) { return static_cast<Thread&>(base); }

void after_fork_in_child(ThreadBase& base) {
  heap_after_fork_in_child();
  pages_after_fork_in_child();
  weak_table_after_fork_in_child();
  roots_after_fork_in_child();
  limbo_after_fork_in_child();
  parallel_after_fork_in_child();
  collector_after_fork_in_child(as_thread(base));
}

void install_hooks() {
  runtime_hooks.merge = merge_slot_queue;
  runtime_hooks.quiescent = [](ThreadBase& base) { limbo_at_safepoint(as_thread(base)); };
  runtime_hooks.before_detach = [](ThreadBase& base) { limbo_before_detach(as_thread(base)); };
  runtime_hooks.collect = [](ThreadBase& base) { collect_if_due(as_thread(base)); };
  runtime_hooks.run_finalizers = [](ThreadBase& base) { drain_finalizers(as_thread(base)); };
  runtime_hooks.before_fork = [](ThreadBase& base) { flush_all_limbo(as_thread(base)); };
  runtime_hooks.after_fork_in_child = after_fork_in_child;
}

Thread* new_thread() {
  void* memory = std::malloc(sizeof(Thread));
  if (!memory) return nullptr;
  auto* thread = new (memory) Thread;
  thread->limbo = new_limbo();
  if (thread->limbo) return thread;
  std::free(thread);
  return nullptr;
}

void free_thread(Thread* thread) {
  free_limbo(thread->limbo);
  std::free(thread->death_row.pending);
  std::free(thread);
}

void trace_thread(const char* what) {
  if (is_traced(TraceChannel::Thread)) trace(TraceChannel::Thread, "%s, %u alive", what, live_threads.load());
}

}  // namespace

Thread* enter_thread() {
  static std::atomic<bool> started{false};
  if (!started.exchange(true)) install_hooks();
  Thread* thread = new_thread();
  if (!thread) return nullptr;
  thread->is_main = live_threads.load() == 0;
  if (!enter_world(*thread)) {
    free_thread(thread);
    return nullptr;
  }
  thread->allocation = slot_heap(current_slot);
  current_thread_pointer = thread;
  if (!thread->allocation) {
    leave_thread(thread);
    return nullptr;
  }
  thread->native_stack_limit = thread->native_stack_low + 128 * 1024;
  begin_allocating(*thread);
  trace_thread("begins");
  return thread;
}

void leave_thread(Thread* thread) {
  trace_thread("ends");
  drain_finalizers(*thread);
  if (thread->allocation) sweep_heap(slot_number(*thread->slot));
  leave_world(*thread);  // its last finalisers run here
  if (leave_thread_hook) leave_thread_hook(*thread);
  current_thread_pointer = nullptr;
  free_thread(thread);
}

}  // namespace py
