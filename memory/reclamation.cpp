#include "memory/reclamation.h"

#include <cstdlib>
#include <new>

#include "core/base/check.h"
#include "memory/counting.h"
#include "threading/runtime/world.h"
#include "threading/sync/test_fault.h"

namespace py {

namespace {

constexpr u32 kBatchEntries = 64;
constexpr usize kBatchBytes = 64 * 1024;
constexpr i64 kBatchAge = 50'000;    // ns a batch that is not full may stay open while other threads live
constexpr int kWaitSlices = 500;     // a laggard in a long native operation must not hold others up for ever
constexpr i64 kWaitSlice = 200'000;  // ns between looks at laggards

struct Entry {
  u64 word;                      // a Value, or a buffer
  void (*free_function)(void*);  // null: a Value
};

struct Batch {
  Batch* next;
  u64 goal;
  usize bytes;
  u32 size;
  Entry entries[kBatchEntries];
};

// Closed batches, oldest first.
struct BatchList {
  Batch* first = nullptr;
  Batch* last = nullptr;

  void append(Batch* batch) {
    batch->next = nullptr;
    (last ? last->next : first) = batch;
    last = batch;
  }
  Batch* pop() {
    Batch* batch = first;
    first = batch->next;
    if (!first) last = nullptr;
    return batch;
  }
};

}  // namespace

struct Limbo {
  Batch* open = nullptr;
  BatchList closed;
  usize bytes = 0;
  i64 closed_at = 0;
  bool is_flushed = false;  // its thread waits to drop all of it itself, with the finalisers that need this
};

namespace {

Mutex orphans_mutex{Rank::Orphans};
BatchList orphans;
std::atomic<u32> orphan_batches{0};
std::atomic<usize> orphan_bytes{0};

void drop_batch(Batch* batch) {
  for (u32 index = 0; index < batch->size; ++index) {
    const Entry& entry = batch->entries[index];
    if (entry.free_function) {
      entry.free_function(reinterpret_cast<void*>(entry.word));
    } else {
      decref(Value{entry.word});
    }
  }
  std::free(batch);
}

void append(Thread& thread, Entry entry, usize bytes) {
  Limbo& limbo = *thread.limbo;
  if (limbo.open && limbo.open->size == kBatchEntries) {
    // Its goal is set at the next safepoint: later is always safe.
    limbo.closed.append(std::exchange(limbo.open, nullptr));
  }
  if (!limbo.open) {
    limbo.open = static_cast<Batch*>(std::malloc(sizeof(Batch)));
    if (!limbo.open) return;  // memory is exhausted: leak rather than drop too early
    *limbo.open = {};
  }
  limbo.open->entries[limbo.open->size++] = entry;
  limbo.open->bytes += bytes;
  limbo.bytes += bytes;
  thread.slot->raise(Breaker::Expedite);
}

bool should_close(const Limbo& limbo) {
  if (!limbo.open && !limbo.closed.first) return false;
  if (limbo.closed.last && limbo.closed.last->goal == 0) return true;
  if (!limbo.open) return false;
  return limbo.bytes > kBatchBytes || live_threads.load(std::memory_order_relaxed) == 1 ||
         monotonic_ns() - limbo.closed_at > kBatchAge;
}

// All that was removed so far gets a goal: the epoch that every reader must have passed.
void close_batches(Limbo& limbo) {
  if (limbo.open) limbo.closed.append(std::exchange(limbo.open, nullptr));
  u64 goal = 0;
  for (Batch* batch = limbo.closed.first; batch; batch = batch->next) {
    if (batch->goal != 0) continue;
    if (goal == 0) {
      goal = global_epoch.fetch_add(1) + 1;
    }
    batch->goal = goal;
  }
  limbo.closed_at = monotonic_ns();
}

void note_goal(Thread& thread) {
  const Batch* oldest = thread.limbo->closed.first;
  const u64 goal = oldest ? oldest->goal : 0;
  // seq_cst, as are the epochs: a laggard that passes now sees the goal, or we see its new epoch.
  if (thread.slot->limbo_goal.load(std::memory_order_relaxed) != goal) thread.slot->limbo_goal.store(goal);
}

void drop_passed(Thread& thread, u64 oldest) {
  Limbo& limbo = *thread.limbo;
  while (limbo.closed.first && limbo.closed.first->goal != 0 && limbo.closed.first->goal <= oldest) {
    Batch* batch = limbo.closed.pop();
    limbo.bytes -= batch->bytes;
    drop_batch(batch);
  }
  note_goal(thread);
}

void drop_passed_orphans(u64 oldest) {
  while (orphan_batches.load() != 0) {
    orphans_mutex.lock();
    Batch* batch = orphans.first && orphans.first->goal <= oldest ? orphans.pop() : nullptr;
    orphans_mutex.unlock();
    if (!batch) return;
    orphan_bytes.fetch_sub(batch->bytes);
    drop_batch(batch);
    orphan_batches.fetch_sub(1);  // not before: who waits for its end looks at the number
  }
}

// Tells others: readers in an epoch before `goal` to pass a safepoint, waiters for one up to `oldest` that it came.
void notify_others(const Thread& thread, u64 goal, u64 oldest) {
  const u32 limit = slot_limit.load();
  for (u32 number = 1; number < limit; ++number) {
    ThreadSlot& slot = thread_slots[number];
    if (&slot == thread.slot) continue;
    const u64 epoch = slot.epoch.load();
    const u64 waits_for = slot.limbo_goal.load();
    if ((epoch && epoch < goal) || (waits_for && waits_for <= oldest)) slot.raise(Breaker::Expedite);
  }
}

u64 last_goal(const Limbo& limbo) { return limbo.closed.last ? limbo.closed.last->goal : 0; }

void reclaim(Thread& thread) {
  note_goal(thread);
  const u64 oldest = oldest_reader_epoch();
  notify_others(thread, last_goal(*thread.limbo), oldest);
  drop_passed(thread, oldest);
  drop_passed_orphans(oldest);
}

void wait_for_laggards(Thread& thread) {
  notify_others(thread, ~u64{0}, 0);
  static std::atomic<u8> nobody{0};
  Detached waiting(thread);
  park_if(&nobody, [] { return true; }, monotonic_ns() + kWaitSlice);
}

void orphan(Limbo& limbo) {
  if (!limbo.closed.first) return;
  orphans_mutex.lock();
  while (limbo.closed.first) {
    Batch* batch = limbo.closed.pop();
    orphan_bytes.fetch_add(batch->bytes);
    orphans.append(batch);
    orphan_batches.fetch_add(1);
  }
  orphans_mutex.unlock();
  limbo.bytes = 0;
}

}  // namespace

Limbo* new_limbo() {
  void* memory = std::malloc(sizeof(Limbo));
  return memory ? new (memory) Limbo : nullptr;
}

void free_limbo(Limbo* limbo) { std::free(limbo); }

usize limbo_bytes(const Thread& thread) { return thread.limbo->bytes; }

void retire(Value value) {
  if (!value.is_counted()) return;
  if (!value.object()->is_shared() || has_fault(TestFault::DropAtOnce)) return decref(value);
  append(current_thread(), {value.bits, nullptr}, 64);
}

void retire_buffer(void* buffer, void (*free_function)(void*), usize bytes) {
  if (has_fault(TestFault::DropAtOnce)) return free_function(buffer);
  append(current_thread(), {reinterpret_cast<u64>(buffer), free_function}, bytes);
}

void limbo_at_safepoint(Thread& thread) {
  Limbo& limbo = *thread.limbo;
  if (should_close(limbo)) {
    close_batches(limbo);
    pass_epoch(*thread.slot);
  }
  reclaim(thread);
  if (limbo.open) thread.slot->raise(Breaker::Expedite);
  for (int slice = 0; slice < kWaitSlices && limbo.bytes + orphan_bytes.load() > kLimboBlockBytes; ++slice) {
    wait_for_laggards(thread);
    reclaim(thread);
  }
}

void limbo_before_detach(Thread& thread) {
  Limbo& limbo = *thread.limbo;
  const bool idle = !limbo.open && !limbo.closed.first && orphan_batches.load(std::memory_order_relaxed) == 0;
  if (LIKELY(idle && !thread.slot->take(Breaker::Expedite))) return;
  close_batches(limbo);
  pass_epoch(*thread.slot);
  reclaim(thread);
  // What dies above may retire more.
  close_batches(limbo);
  if (limbo.is_flushed) return;
  const u64 goal = last_goal(limbo);
  orphan(limbo);
  note_goal(thread);
  if (goal) notify_others(thread, goal, 0);
}

void flush_limbo(Thread& thread) {
  Limbo& limbo = *thread.limbo;
  limbo.is_flushed = true;
  while (true) {
    close_batches(limbo);
    pass_epoch(*thread.slot);
    reclaim(thread);
    if (!limbo.open && !limbo.closed.first && orphan_batches.load() == 0) break;
    wait_for_laggards(thread);
  }
  limbo.is_flushed = false;
}

void flush_all_limbo(Thread& thread) {
  CHECK(is_world_stopped(thread));
  bool found = true;
  while (found) {
    found = false;
    for_each_thread([&](ThreadBase& base) {
      Limbo* limbo = static_cast<Thread&>(base).limbo;
      if (!limbo || (!limbo->open && !limbo->closed.first)) return;
      found = true;
      close_batches(*limbo);
      drop_passed(static_cast<Thread&>(base), ~u64{0});
    });
    found |= orphan_batches.load() != 0;
    drop_passed_orphans(~u64{0});
  }
}

void limbo_after_fork_in_child() { orphans_mutex.reset(); }

}  // namespace py
