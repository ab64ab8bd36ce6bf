// _queue: SimpleQueue, an unbounded queue whose get() blocks.
#include <cmath>

#include "core/modules/collections/deque.h"
#include "core/modules/exception_class.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"
#include "core/vm/imports.h"
#include "threading/modules/registry.h"

namespace py {

namespace {

// Threads: the items are a Deque, which has a lock of its own. Whoever waits is parked at `waiting`'s address: it
// counts itself, then looks at `available` under the bucket's lock; put() first raises `available`, then looks at
// `waiting`.
class SimpleQueue final : public Object {
 public:
  Field items;  // Deque
  std::atomic<isize> available;
  std::atomic<u32> waiting;
  static const ObjectOps kOps;
};
const ObjectOps SimpleQueue::kOps = {"SimpleQueue", visit_fields<SimpleQueue, &SimpleQueue::items>, release_attributes,
                                     fixed_size};

ModuleException empty_error;
GlobalRef deque_type;
constexpr double kTimeoutMax = 9223372036.0;

SimpleQueue& queue_of(Value self) { return *static_cast<SimpleQueue*>(self.object()); }
Deque& items_of(SimpleQueue& queue) { return *static_cast<Deque*>(queue.items.peek().object()); }

Result<Ref<>> queue_new(Thread& thread, Type& type, const Arguments& arguments) {
  if (arguments.positional || arguments.keyword_count()) {
    return raise(thread, types.TypeError, "SimpleQueue() takes no arguments");
  }
  Ref<> items = TRY(call(thread, deque_type.peek()));
  Ref<SimpleQueue> queue = TRY(new_object<SimpleQueue>(thread, type));
  queue->available.store(0);
  queue->waiting.store(0);
  set_fresh(*queue, queue->items, std::move(items));
  return Ref<>(std::move(queue));
}

Result<void> queue_put_nowait(Thread& thread, Value self, Value item) {
  SimpleQueue& queue = queue_of(self);
  TRY(items_of(queue).append(thread, item));
  queue.available.fetch_add(1);
  if (queue.waiting.load()) unpark_one(&queue.waiting);
  return {};
}
Result<void> queue_put(Thread& thread, Value self, Value item, bool, Value) {
  return queue_put_nowait(thread, self, item);
}

// Reserves one of the available items. False: there is none.
bool try_reserve(SimpleQueue& queue) {
  isize available = queue.available.load();
  while (available > 0) {
    if (queue.available.compare_exchange_weak(available, available - 1)) return true;
  }
  return false;
}

Result<i64> deadline_from(Thread& thread, Value timeout) {
  if (timeout.is_none()) return kNoDeadline;
  const double seconds = TRY(to_double(thread, timeout));
  if (std::isnan(seconds)) return raise(thread, types.ValueError, "Invalid value NaN (not a number)");
  if (seconds < 0) return raise(thread, types.ValueError, "'timeout' must be a non-negative number");
  if (seconds > kTimeoutMax) return raise(thread, types.OverflowError, "timeout value is too large");
  return monotonic_ns() + static_cast<i64>(std::ceil(seconds * 1e9));
}

// Waits until an item is reserved. False: the deadline came.
Result<bool> reserve_blocking(Thread& thread, SimpleQueue& queue, i64 deadline) {
  while (!try_reserve(queue)) {
    queue.waiting.fetch_add(1);
    const ParkResult result = park_detached(
        thread, &queue.waiting, [](void* context) { return static_cast<SimpleQueue*>(context)->available.load() == 0; },
        &queue, deadline);
    queue.waiting.fetch_sub(1);
    if (!poll(thread)) {
      // The wake-up may have been meant for whoever waits next.
      if (queue.available.load() && queue.waiting.load()) unpark_one(&queue.waiting);
      return failure;
    }
    if (result == ParkResult::TimedOut) return try_reserve(queue);
  }
  return true;
}

Result<Ref<>> queue_get(Thread& thread, Value self, bool block, Value timeout) {
  SimpleQueue& queue = queue_of(self);
  Ref<> keep = Ref<>::share(self);
  bool reserved = try_reserve(queue);
  if (block) {
    const i64 deadline = TRY(deadline_from(thread, timeout));
    if (!reserved) reserved = TRY(reserve_blocking(thread, queue, deadline));
  }
  if (!reserved) return raise_with(thread, empty_error, {});
  return items_of(queue).pop_left(thread);
}
Result<Ref<>> queue_get_nowait(Thread& thread, Value self) { return queue_get(thread, self, false, None); }
Result<bool> queue_empty(Thread&, Value self) { return queue_of(self).available.load() == 0; }
Result<isize> queue_qsize(Thread&, Value self) { return queue_of(self).available.load(); }
Result<Ref<>> queue_alias(Thread& thread, Type& type, Value item) {
  return make_generic_alias(thread, type.value(), item);
}

constexpr MethodSpec kMethods[] = {
    def<queue_empty>("empty()", "Return True if the queue is empty, False otherwise (not reliable!)."),
    def<queue_get>("get(block=True, timeout=None)",
                   "Remove and return an item from the queue.\n\nWaits for one if block is true; raises the Empty "
                   "exception after\n"
                   "timeout seconds, or at once if block is false."),
    def<queue_get_nowait>("get_nowait()", "Remove and return an item from the queue without blocking."),
    def<queue_put>("put(item, block=True, timeout=None)",
                   "Put the item on the queue. Never blocks; block and timeout are ignored."),
    def<queue_put_nowait>("put_nowait(item)", "Put an item into the queue without blocking."),
    def<queue_qsize>("qsize()", "Return the approximate size of the queue (not reliable!)."),
    class_method<queue_alias>("__class_getitem__(item, /)", "See PEP 585"),
};
constexpr TypeSpec kQueueSpec = {
    .name = "_queue.SimpleQueue",
    .doc = "Simple, unbounded, reentrant FIFO queue.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .slots = {.new_ = queue_new},
    .ops = &SimpleQueue::kOps,
    .size = sizeof(SimpleQueue),
    .flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::Weakrefable)};

Result<void> initialize(Thread& thread, Module& module) {
  Ref<> collections = TRY(import_module(thread, "_collections"));
  deque_type.set(TRY(get_attribute(thread, collections, "deque")));
  TRY(empty_error.add(thread, module, "_queue", "Empty"));
  TRY(add_type_to_module(thread, module, kQueueSpec));
  return {};
}

}  // namespace

const ModuleSpec kQueueModule = {"_queue", "The queue that queue.SimpleQueue is.", nullptr, 0, initialize};

}  // namespace py
