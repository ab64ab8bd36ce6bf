#include "threading/runtime/os_threads.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>

#include <atomic>
#include <new>

#include "threading/runtime/world.h"
#include "threading/sync/mutex.h"

namespace py {

namespace {

constexpr u32 kMostIdle = 32;
constexpr i64 kIdleNanoseconds = 50'000'000;

struct OsThread {
  std::atomic<void (*)(void*)> entry;  // stored last: `wake` orders what stands below, but the thread sanitizer does not know that
  void* argument;
  usize stack_bytes;
  pthread_t id;
  sigset_t signals;  // to have while it runs `entry`
  sem_t wake;
  OsThread* next_idle;
  u64 ticket;   // while it is idle, its own
  bool joined;
};

thread_local constinit OsThread* current = nullptr;
thread_local constinit bool offered = false;  // since its entry began

Mutex mutex;  // over what follows
OsThread* idle = nullptr;
u32 idle_count = 0;
u64 last_ticket = 0;
bool reuses = true;

// Takes the first idle thread that `wanted` accepts out of the list; null: there is none.
template <class Predicate>
OsThread* take_idle(Predicate wanted) {
  MutexGuard guard(mutex);
  for (OsThread** place = &idle; *place; place = &(*place)->next_idle) {
    OsThread* thread = *place;
    if (!wanted(*thread)) continue;
    *place = thread->next_idle;
    --idle_count;
    return thread;
  }
  return nullptr;
}

timespec idle_deadline() {
  timespec deadline;
  clock_gettime(CLOCK_MONOTONIC, &deadline);
  const i64 nanoseconds = deadline.tv_nsec + kIdleNanoseconds;
  deadline.tv_sec += nanoseconds / 1'000'000'000;
  deadline.tv_nsec = nanoseconds % 1'000'000'000;
  return deadline;
}

// Whether there is work again.
bool wait_for_work(OsThread& self) {
  if (!offered) return false;
  offered = false;
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  const timespec deadline = idle_deadline();
  while (sem_clockwait(&self.wake, CLOCK_MONOTONIC, &deadline) != 0) {
    if (errno != ETIMEDOUT) continue;
    if (take_idle([&](OsThread& thread) { return &thread == &self; })) return false;
    while (sem_wait(&self.wake) != 0) {}  // somebody has taken it, and wakes it in a moment
    break;
  }
  return true;
}

void* run_os_thread(void* memory) {
  auto& self = *static_cast<OsThread*>(memory);
  self.id = pthread_self();
  current = &self;
  do {
    auto* const entry = self.entry.load(std::memory_order_acquire);
    pthread_sigmask(SIG_SETMASK, &self.signals, nullptr);
    entry(self.argument);
  } while (wait_for_work(self));
  sem_destroy(&self.wake);
  delete &self;
  return nullptr;
}

// The thread may be gone when this returns.
int start(OsThread& thread, u64* native_id) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  if (thread.stack_bytes) pthread_attr_setstacksize(&attributes, thread.stack_bytes);
  pthread_t id;
  const int error = pthread_create(&id, &attributes, run_os_thread, &thread);
  pthread_attr_destroy(&attributes);
  if (error) {
    sem_destroy(&thread.wake);
    delete &thread;
  } else if (native_id) {
    *native_id = id;
  }
  return error;
}

}  // namespace

int spawn_os_thread(usize stack_bytes, void (*entry)(void*), void* argument, u64* native_id) {
  multiple_threads.store(true, std::memory_order_relaxed);
  OsThread* thread = take_idle([&](OsThread& candidate) { return candidate.joined && candidate.stack_bytes == stack_bytes; });
  const bool reused = thread != nullptr;
  if (!thread) thread = new (std::nothrow) OsThread{};
  if (!thread) return ENOMEM;
  thread->argument = argument;
  thread->stack_bytes = stack_bytes;
  pthread_sigmask(SIG_SETMASK, nullptr, &thread->signals);
  thread->entry.store(entry, std::memory_order_release);
  if (reused) {
    if (native_id) *native_id = thread->id;
    sem_post(&thread->wake);
    return 0;
  }
  sem_init(&thread->wake, 0, 0);
  return start(*thread, native_id);
}

u64 offer_os_thread() {
  MutexGuard guard(mutex);
  if (!current || offered || !reuses || idle_count == kMostIdle) return 0;
  offered = true;
  current->next_idle = idle;
  current->ticket = ++last_ticket;
  current->joined = false;
  idle = current;
  ++idle_count;
  return last_ticket;
}

void os_thread_was_joined(u64 ticket) {
  MutexGuard guard(mutex);
  for (OsThread* thread = idle; thread; thread = thread->next_idle) {
    if (thread->ticket == ticket) thread->joined = true;
  }
}

void stop_reusing_os_threads() {
  MutexGuard guard(mutex);
  reuses = false;
}

void os_threads_after_fork_in_child() {
  mutex.reset();
  idle = nullptr;  // they are gone; what describes them stays
  idle_count = 0;
}

}  // namespace py
