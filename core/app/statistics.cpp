#include "core/app/statistics.h"

#include <cstdio>
#include <sys/resource.h>

#include "memory/collector.h"
#include "memory/heap.h"
#include "memory/reclamation.h"
#include "threading/runtime/world.h"
#include "threading/sync/count.h"

namespace py {

namespace {

double seconds(const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; }

void print_collections() {
  constexpr const char* kGenerations[] = {"young", "local", "full"};
  std::fputs("collections            ", stderr);
  for (int generation = 0; generation < 3; ++generation) {
    const CollectionStats stats = collection_stats(generation);
    std::fprintf(stderr, "%s%s %llu (%llu objects)", generation ? ", " : "", kGenerations[generation],
                 static_cast<unsigned long long>(stats.collections), static_cast<unsigned long long>(stats.collected));
  }
  std::fputc('\n', stderr);
}

void print_atomics() {
#ifdef WEFT_COUNT_ATOMICS
  const AtomicCounts counts = atomic_counts;
  std::fprintf(stderr, "instructions           %llu\natomic operations      %llu\n",
               static_cast<unsigned long long>(counts.instructions), static_cast<unsigned long long>(counts.operations));
  AtomicPlace places[12];
  const usize found = most_frequent_places(places, 12);
  for (usize i = 0; i < found; ++i) {
    std::fprintf(stderr, "  %p             %llu\n", places[i].address, static_cast<unsigned long long>(places[i].count));
  }
#endif
}

}  // namespace

void print_statistics(Thread& thread) {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  std::fprintf(stderr, "processor time         %.3f s user, %.3f s system\n", seconds(usage.ru_utime), seconds(usage.ru_stime));
  std::fprintf(stderr, "peak memory            %.1f MB\n", static_cast<double>(usage.ru_maxrss) / 1024);
  std::fprintf(stderr, "threads                %s, %u alive\n", has_multiple_threads() ? "several" : "one", live_threads.load());
  std::fprintf(stderr, "objects alive          %lld\n", static_cast<long long>(count_live_objects()));
  std::fprintf(stderr, "shapes                 %u\n", count_shapes());
  std::fprintf(stderr, "waiting in limbo       %zu bytes\n", limbo_bytes(thread));
  print_collections();
  print_atomics();
}

}  // namespace py
