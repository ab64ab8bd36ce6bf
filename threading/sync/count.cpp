// What the thread sanitizer's instrumentation calls for atomic operations, instead of its runtime: does them and counts.
#include "threading/sync/count.h"

#ifdef WEFT_COUNT_ATOMICS
#include <algorithm>

namespace py {

thread_local constinit AtomicCounts atomic_counts{};

namespace {

constexpr usize kPlaces = 4096;
thread_local constinit AtomicPlace places[kPlaces]{};

}  // namespace

static void note(void* address) {
  ++atomic_counts.operations;
  for (usize at = reinterpret_cast<u64>(address) / 4 % kPlaces, tries = 0; tries < 64; ++tries, at = (at + 1) % kPlaces) {
    if (places[at].address && places[at].address != address) continue;
    places[at] = {address, places[at].count + 1};
    return;
  }
}

usize most_frequent_places(AtomicPlace* result, usize capacity) {
  auto* end = std::partial_sort_copy(places, places + kPlaces, result, result + capacity,
                                     [](const AtomicPlace& a, const AtomicPlace& b) { return a.count > b.count; });
  return static_cast<usize>(std::find_if(result, end, [](const AtomicPlace& place) { return !place.count; }) - result);
}

}  // namespace py

// The orders are those of the C ABI, 5 being sequentially consistent. Every operation is done in the strongest order.
#define NOTE() py::note(__builtin_return_address(0))
#define MODIFY(bits, type, name, operation)                                        \
  type __tsan_atomic##bits##_##name(volatile type* address, type value, int) {     \
    NOTE();                                                                        \
    return operation(address, value, __ATOMIC_SEQ_CST);                            \
  }
#define COMPARE(bits, type, name)                                                                                   \
  int __tsan_atomic##bits##_compare_exchange_##name(volatile type* address, type* expected, type value, int, int) { \
    NOTE();                                                                                                         \
    return __atomic_compare_exchange_n(address, expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);        \
  }
#define WIDTH(bits, type)                                                                                             \
  type __tsan_atomic##bits##_load(const volatile type* address, int) { return __atomic_load_n(address, __ATOMIC_SEQ_CST); } \
  void __tsan_atomic##bits##_store(volatile type* address, type value, int order) {                                   \
    if (order != 5) return __atomic_store_n(address, value, __ATOMIC_RELEASE);                                        \
    NOTE();                                                                                                           \
    __atomic_store_n(address, value, __ATOMIC_SEQ_CST);                                                               \
  }                                                                                                                   \
  MODIFY(bits, type, exchange, __atomic_exchange_n)                                                                   \
  MODIFY(bits, type, fetch_add, __atomic_fetch_add)                                                                   \
  MODIFY(bits, type, fetch_sub, __atomic_fetch_sub)                                                                   \
  MODIFY(bits, type, fetch_and, __atomic_fetch_and)                                                                   \
  MODIFY(bits, type, fetch_or, __atomic_fetch_or)                                                                     \
  MODIFY(bits, type, fetch_xor, __atomic_fetch_xor)                                                                   \
  COMPARE(bits, type, strong)                                                                                         \
  COMPARE(bits, type, weak)                                                                                           \
  type __tsan_atomic##bits##_compare_exchange_val(volatile type* address, type expected, type value, int, int) {      \
    NOTE();                                                                                                           \
    __atomic_compare_exchange_n(address, &expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                \
    return expected;                                                                                                  \
  }

extern "C" {
WIDTH(8, unsigned char)
WIDTH(16, unsigned short)
WIDTH(32, unsigned)
WIDTH(64, unsigned long)
void __tsan_atomic_thread_fence(int) {
  NOTE();
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
void __tsan_atomic_signal_fence(int) { __atomic_signal_fence(__ATOMIC_SEQ_CST); }
void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
}
#endif
