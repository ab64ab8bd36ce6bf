// _heapq: binary heaps in lists. Comparisons may run Python code, so sizes are checked after each.
// Threads: items of a shared list move under its lock; racing operations may spoil the order, never the list.
#include "core/builtins/sequence_operations.h"
#include "core/modules/registry.h"
#include "core/object/quick_compare.h"

namespace py {

namespace {

enum class Order : u8 { Min, Max };

Failure changed(Thread& thread) {
  return raise(thread, types.RuntimeError, "list changed size during iteration");
}

// Whether item a must stand above item b.
Result<bool> above(Thread& thread, List& heap, isize a, isize b, Order order) {
  if (order == Order::Max) std::swap(a, b);
  const Value left = heap.peek(a), right = heap.peek(b);
  bool quick;
  if (LIKELY(compare_quickly(left, right, CompareOp::Less, quick))) return quick;
  Ref<> first = item_of(heap, a);
  Ref<> second = item_of(heap, b);
  if (first.is_empty() || second.is_empty()) return changed(thread);
  return compare_bool(thread, first, second, CompareOp::Less);
}

bool swap_items(List& heap, isize a, isize b) {
  ObjectLock lock(heap);
  const isize size = heap.size.load(std::memory_order_relaxed);
  if (a >= size || b >= size) return false;
  Field* slots = heap.block.load(std::memory_order_relaxed)->slots;
  const u64 word = slots[a].word().load(std::memory_order_relaxed);
  slots[a].word().store(slots[b].word().load(std::memory_order_relaxed), std::memory_order_release);
  slots[b].word().store(word, std::memory_order_release);
  return true;
}

// Moves an item up to its place, not above `start`.
Result<void> sift_up(Thread& thread, List& heap, isize start, isize at, Order order) {
  const isize size = heap.length();
  while (at > start) {
    const isize parent = (at - 1) >> 1;
    const bool higher = TRY(above(thread, heap, at, parent, order));
    if (heap.length() != size) return changed(thread);
    if (!higher) return {};
    if (!swap_items(heap, at, parent)) return changed(thread);
    at = parent;
  }
  return {};
}

// Moves an item to the bottom along the better children, then up to its place: fewer comparisons than stopping early.
Result<void> sift_down(Thread& thread, List& heap, isize at, Order order) {
  const isize size = heap.length();
  const isize start = at;
  while (at < size >> 1) {
    isize child = 2 * at + 1;
    if (child + 1 < size) {
      if (!TRY(above(thread, heap, child, child + 1, order))) ++child;
      if (heap.length() != size) return changed(thread);
    }
    if (!swap_items(heap, at, child)) return changed(thread);
    at = child;
  }
  return sift_up(thread, heap, start, at, order);
}

Result<void> heappush(Thread& thread, List& heap, Value item) {
  TRY(heap.append(thread, item));
  return sift_up(thread, heap, 0, heap.length() - 1, Order::Min);
}

template <Order order>
Result<Ref<>> pop(Thread& thread, List& heap) {
  if (heap.length() == 0) return raise(thread, types.IndexError, "index out of range");
  Ref<> last = TRY(heap.pop(thread, -1));
  Ref<> top = item_of(heap, 0);
  if (top.is_empty()) return last;
  heap.set(0, last);
  TRY(sift_down(thread, heap, 0, order));
  return top;
}
template <Order order>
Result<Ref<>> replace(Thread& thread, List& heap, Value item) {
  Ref<> top = item_of(heap, 0);
  if (top.is_empty()) return raise(thread, types.IndexError, "index out of range");
  heap.set(0, item);
  TRY(sift_down(thread, heap, 0, order));
  return top;
}
Result<Ref<>> heappushpop(Thread& thread, List& heap, Value item) {
  Ref<> top = item_of(heap, 0);
  if (top.is_empty() || !TRY(compare_bool(thread, top, item, CompareOp::Less))) return Ref<>::share(item);
  if (heap.length() == 0) return raise(thread, types.IndexError, "index out of range");
  top = item_of(heap, 0);
  heap.set(0, item);
  TRY(sift_down(thread, heap, 0, Order::Min));
  return top;
}
template <Order order>
Result<void> heapify(Thread& thread, List& heap) {
  for (isize i = heap.length() / 2 - 1; i >= 0; --i) TRY(sift_down(thread, heap, i, order));
  return {};
}

constexpr MethodSpec kFunctions[] = {
    function<heappush>("heappush(heap, item, /)", "Push item onto heap, maintaining the heap invariant."),
    function<heappushpop>("heappushpop(heap, item, /)",
                          "Put an item on the heap and take the smallest one off, in one step.\n\n"
                          "Quicker than heappush() and heappop()."),
    function<pop<Order::Min>>("heappop(heap, /)", "Pop the smallest item off the heap, maintaining the heap invariant."),
    function<replace<Order::Min>>("heapreplace(heap, item, /)",
                                  "Pop and return the current smallest value, and add the new item.\n\n"
                                  "This is more efficient than heappop() followed by heappush(), and can be\n"
                                  "more appropriate when using a fixed-size heap.  Note that the value\n"
                                  "returned may be larger than item!"),
    function<heapify<Order::Min>>("heapify(heap, /)", "Transform list into a heap, in-place, in O(len(heap)) time."),
    function<pop<Order::Max>>("_heappop_max(heap, /)", "Maxheap variant of heappop."),
    function<heapify<Order::Max>>("_heapify_max(heap, /)", "Maxheap variant of heapify."),
    function<replace<Order::Max>>("_heapreplace_max(heap, item, /)", "Maxheap variant of heapreplace."),
};

Result<void> initialize(Thread& thread, Module& module) {
  Ref<> about = TRY(ascii_text(thread, "Heap queues: lists in which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for all k."));
  return add_to_module(thread, module, "__about__", about);
}

}  // namespace

const ModuleSpec kHeapqModule = {
    "_heapq",
    "Heap queue algorithm (a.k.a. priority queue).\n\n"
    "Heaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for\n"
    "all k, counting elements from 0.  For the sake of comparison,\n"
    "non-existing elements are considered to be infinite.  The interesting\n"
    "property of a heap is that a[0] is always its smallest element.",
    kFunctions, std::size(kFunctions), initialize};

}  // namespace py
