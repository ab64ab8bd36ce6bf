#include "memory/root_scan.h"

#include "memory/field.h"
#include "memory/heap.h"
#include "memory/roots.h"
#include "threading/runtime/world.h"
#include "threading/sync/test_fault.h"

namespace py {

namespace {

struct Reach {
  void (*function)(void*, Object*);
  void* context;

  void value(Value value) const {
    if (value.is_object()) function(context, value.object());
  }
  void word(u64 word) const {
    Object* object = heap_find(word);
    if (object && object->is_deferred()) function(context, object);
  }
};

// Words that another frame, or a red zone, owns are read on purpose.
[[gnu::noinline]] __attribute__((no_sanitize("address", "thread"))) void scan_range(void* context, const void* low,
                                                                                    const void* high) {
  const auto& reach = *static_cast<const Reach*>(context);
  const auto* word = reinterpret_cast<const u64*>((reinterpret_cast<u64>(low) + 7) & ~u64{7});
  for (; word < high; ++word) reach.word(*word);
}

void scan_native_stack(const Thread& thread, bool collects, const Reach& reach) {
  if (has_fault(TestFault::CollectorForgetsStacks)) return;
  for (const u64 word : collects ? thread.collection_registers : thread.saved_registers) reach.word(word);
  const void* low = collects ? thread.collection_stack_pointer : thread.stack_pointer;
  scan_range(const_cast<Reach*>(&reach), low, thread.native_stack_high);
}

void scan_registers(Thread& thread, Visitor& visitor, const Reach& reach) {
  for (const Value* value = thread.stack_begin; value < thread.stack_top; ++value) reach.value(*value);
  reach.value(thread.pending);
  reach.value(thread.handled);
  reach.value(thread.context);
  const DeathRow& row = thread.death_row;
  for (u32 index = 0; index < row.size; ++index) {
    reach.function(reach.context, reinterpret_cast<Object*>(row.pending[index] & ~u64{1}));
  }
  if (visit_thread_hook) visit_thread_hook(thread, visitor);
}

}  // namespace

void scan_roots(Thread& collector, Visitor& visitor, void (*function)(void*, Object*), void* context) {
  Reach reach{function, context};
  if (!has_fault(TestFault::CollectorForgetsRoots)) visit_roots(visitor);
  for_each_thread([&](ThreadBase& base) {
    auto& thread = static_cast<Thread&>(base);
    scan_registers(thread, visitor, reach);
    scan_native_stack(thread, &thread == &collector, reach);
  });
  enumerate_conservative_ranges(scan_range, &reach);
}

}  // namespace py
