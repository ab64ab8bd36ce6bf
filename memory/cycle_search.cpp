#include "memory/cycle_search.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "core/base/check.h"
#include "memory/buffer.h"
#include "memory/field.h"
#include "memory/parallel.h"
#include "memory/root_scan.h"
#include "memory/slot_heap.h"
#include "threading/runtime/world.h"
#include "threading/sync/test_fault.h"

namespace py {

namespace {

constexpr i32 kOutside = INT32_MIN;  // not in S
constexpr i32 kReached = INT32_MAX;
constexpr i32 kEndless = 1 << 30;  // immortal or frozen: a root

// Exact, as nobody counts now.
i32 count_of(const Object& object) {
  const u16 owner = object.owner.load(std::memory_order_relaxed);
  if (owner == kImmortalOwner || object.has(ObjectFlag::Frozen)) return kEndless;
  // Native code may hold a hot object where nobody looks for references, in a buffer or a list of its own.
  if (object.has(ObjectFlag::Hot)) return kEndless;
  if (object.is_deferred()) return 0;
  const i32 shared = object.shared.load(std::memory_order_relaxed) >> 2;
  return owner == kNoOwner ? shared : shared + static_cast<i32>(object.local.load(std::memory_order_relaxed));
}

Object* object_at(Page& page, u32 index) { return reinterpret_cast<Object*>(page.block(index)); }

#ifndef NDEBUG
void check_rest(const Object& object, i32 rest) {
  if (rest >= 0 || rest == kOutside || object.is_deferred()) return;
  std::fprintf(stderr, "collector: a %s at %p has %d references more in fields than it counts\n",
               object.shape_record().ops->name, static_cast<const void*>(&object), -rest);
  CHECK(rest >= 0);
}
#else
[[maybe_unused]] void check_rest(const Object&, i32) {}
#endif

}  // namespace

struct CycleSearch::CountChunk {
  static constexpr usize kCounts = 65536 - 64;
  static_assert(kCounts >= kMaxBlocksPerPage);
  CountChunk* next;
  i32 counts[kCounts];
};

CycleSearch::~CycleSearch() {
  for (usize index = 0; index < page_count_; ++index) pages_[index]->collector_counts = nullptr;
  while (chunks_) buffer_free(std::exchange(chunks_, chunks_->next));
  std::free(pages_);
}

// Null: memory is exhausted.
i32* CycleSearch::take_counts(u32 count) {
  if (!chunks_ || chunk_used_ + count > CountChunk::kCounts) {
    auto* chunk = static_cast<CountChunk*>(buffer_allocate(sizeof(CountChunk)));
    if (!chunk) return nullptr;
    chunk->next = std::exchange(chunks_, chunk);
    chunk_used_ = 0;
  }
  return chunks_->counts + std::exchange(chunk_used_, chunk_used_ + count);
}

bool CycleSearch::add_page(Page& page) {
  if (page.collector_counts || page.fresh == 0) return true;
  if (page_count_ == page_capacity_) {
    const usize larger = page_capacity_ ? page_capacity_ * 2 : 64;
    auto** grown = static_cast<Page**>(std::realloc(pages_, larger * sizeof(Page*)));
    if (!grown) return false;
    pages_ = grown;
    page_capacity_ = larger;
  }
  page.collector_counts = take_counts(page.fresh);
  if (!page.collector_counts) return false;
  pages_[page_count_++] = &page;
  examined_ += page.fresh;
  return true;
}

bool CycleSearch::find_pages() {
  bool ok = true;
  if (scope_ == Scope::Heap) {
    for_each_page([&](Page& page) { ok = ok && add_page(page); });
  } else if (scope_ == Scope::Subset) {
    for (Object* object : *guarded_) ok = ok && add_page(*find_page(reinterpret_cast<u64>(object)));
  } else {
    SlotHeap& heap = *static_cast<SlotHeap*>(thread_.allocation);
    for (Page* page = heap.pages; page && ok; page = page->next) {
      if (scope_ == Scope::Local || page->touched) ok = add_page(*page);
    }
  }
  return ok;
}

bool CycleSearch::is_member(const Page& page, u32 index, const Object& object) const {
  if (scope_ == Scope::Heap) return true;
  if (scope_ == Scope::Young && page.has_old && page.is_old(index)) return false;
  // Before the second thread starts, Shared is only a mark (-X stress=share): nobody else looks.
  const bool is_local = !object.is_shared() || !has_multiple_threads();
  return is_local && object.owner.load(std::memory_order_relaxed) == current_slot && !object.is_deferred() &&
         !object.has(ObjectFlag::Frozen);
}

void CycleSearch::count_page(Page& page) {
  for (u32 index = 0; index < page.fresh; ++index) {
    Object* object = object_at(page, index);
    const bool member = scope_ != Scope::Subset && is_live_block(*object) && is_member(page, index, *object);
    page.collector_counts[index] = member ? count_of(*object) : kOutside;
  }
}

i32* CycleSearch::entry(const Object* object) const {
  Page* page = find_page(reinterpret_cast<u64>(object));
  if (!page) return nullptr;
  // Another thread may be busy with a local search of its own pages.
  if (scope_ != Scope::Heap && scope_ != Scope::Subset && page->slot.load(std::memory_order_relaxed) != current_slot) {
    return nullptr;
  }
  if (!page->collector_counts) return nullptr;
  i32* rest = &page->collector_counts[page->index_of(object)];
  return __atomic_load_n(rest, __ATOMIC_RELAXED) == kOutside ? nullptr : rest;
}

void CycleSearch::count_all() {
  for_each_parallel(pages_, page_count_, is_large(), [this](Page& page) { count_page(page); });
  if (!guarded_) return;
  for (Object* object : *guarded_) {
    Page* page = find_page(reinterpret_cast<u64>(object));
    i32& rest = page->collector_counts[page->index_of(object)];
    if (scope_ == Scope::Subset) rest = count_of(*object);
    if (!object->is_deferred()) --rest;
  }
}

struct CycleSearch::Subtractor : Visitor {
  explicit Subtractor(const CycleSearch& search)
      : Visitor([](Visitor& self, Field& field) {
          const Value value = field.peek();
          if (value.is_counted()) static_cast<Subtractor&>(self).subtract(value.object());
        }),
        search(search) {}

  void subtract(Object* object) {
    i32* rest = search.entry(object);
    if (!rest) return;
    if (UNLIKELY(search.is_large())) {
      __atomic_fetch_sub(rest, 1, __ATOMIC_RELAXED);
    } else {
      *rest -= 1;
    }
  }
  const CycleSearch& search;
};

void CycleSearch::subtract_page(Page& page) {
  Subtractor subtractor(*this);
  for (u32 index = 0; index < page.fresh; ++index) {
    Object* object = object_at(page, index);
    if (__atomic_load_n(&page.collector_counts[index], __ATOMIC_RELAXED) == kOutside) continue;
    const ObjectOps& ops = *object->shape_record().ops;
    if (ops.visit) ops.visit(*object, subtractor);
    if (has_fault(TestFault::CollectorForgetsEdges) && ops.visit) subtractor.subtract(object);
  }
}

void CycleSearch::subtract_all() {
  for_each_parallel(pages_, page_count_, is_large(), [this](Page& page) { subtract_page(page); });
}

class CycleSearch::Marker : public Visitor {
 public:
  explicit Marker(const CycleSearch& search)
      : Visitor([](Visitor& self, Field& field) {
          const Value value = field.peek();
          if (value.is_object()) static_cast<Marker&>(self).reach(value.object());
        }),
        search_(search) {}

  void reach(Object* object) {
    i32* rest = object ? search_.entry(object) : nullptr;
    if (!rest) return;
    // Others mark at the same time in a large search only.
    const i32 before = UNLIKELY(search_.is_large()) ? __atomic_exchange_n(rest, kReached, __ATOMIC_RELAXED)
                                                    : std::exchange(*rest, kReached);
    if (before != kReached) ok_ = pending_.push(object) && ok_;
  }
  void run() {
    while (!pending_.is_empty()) follow(*pending_.pop());
  }
  bool ok() const { return ok_; }

 private:
  void follow(Object& object) {
    ShapeRecord& shape = object.shape_record();
    reach(shape.type);
    if (shape.ops->visit) shape.ops->visit(object, *this);
  }

  const CycleSearch& search_;
  ObjectStack pending_;
  bool ok_ = true;
};

bool CycleSearch::mark_all() {
  std::atomic<bool> ok{true};
  Marker roots(*this);
  if (scope_ == Scope::Heap) {
    scan_roots(
        thread_, roots, [](void* marker, Object* object) { static_cast<Marker*>(marker)->reach(object); }, &roots);
    roots.run();
  }
  for_each_parallel(pages_, page_count_, is_large(), [&](Page& page) {
    Marker marker(*this);
    for (u32 index = 0; index < page.fresh; ++index) {
      const i32 rest = __atomic_load_n(&page.collector_counts[index], __ATOMIC_RELAXED);
      if (rest > 0 && rest != kReached) marker.reach(object_at(page, index));
    }
    marker.run();
    if (!marker.ok()) ok.store(false, std::memory_order_relaxed);
  });
  return ok.load(std::memory_order_relaxed) && roots.ok();
}

bool CycleSearch::run() {
  if (!find_pages()) return false;
  count_all();
  subtract_all();
#ifndef NDEBUG
  for (usize number = 0; number < page_count_ && !has_fault(TestFault::CollectorForgetsEdges); ++number) {
    Page& page = *pages_[number];
    for (u32 index = 0; index < page.fresh; ++index) check_rest(*object_at(page, index), page.collector_counts[index]);
  }
#endif
  return mark_all();
}

bool CycleSearch::is_garbage(const Object& object) const {
  const i32* rest = entry(&object);
  return rest && *rest != kReached;
}

bool CycleSearch::list_garbage(ObjectStack& garbage) {
  for (usize number = 0; number < page_count_; ++number) {
    Page& page = *pages_[number];
    for (u32 index = 0; index < page.fresh; ++index) {
      const i32 rest = page.collector_counts[index];
      if (rest == kOutside || rest == kReached || !is_live_block(*object_at(page, index))) continue;
      if (!garbage.push(object_at(page, index))) return false;
    }
  }
  return true;
}

void CycleSearch::age_survivors() {
  for (usize number = 0; number < page_count_; ++number) {
    Page& page = *pages_[number];
    for (u32 index = 0; index < page.fresh; ++index) {
      if (page.collector_counts[index] == kReached) page.set_old(index);
    }
    page.has_old = true;
    page.touched = page.current;
  }
}

}  // namespace py
