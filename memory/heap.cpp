#include "memory/heap.h"

#include <sys/mman.h>

#include <new>

#include "core/base/check.h"
#include "memory/slot_heap.h"
#include "threading/runtime/world.h"

#if defined(WEFT_ASAN)
#include <sanitizer/asan_interface.h>
#endif

namespace py {

std::atomic<SlotHeap*> slot_heaps[kMaxSlots];
Page* large_spans = nullptr;

namespace {

constexpr usize kCarvedBytes = 4096;  // fresh blocks handed out at a time: keeps untouched memory untouched
constexpr usize kMediumSizes[kMediumClasses] = {1280, 1536, 1792, 2048, 2560,  3072,  3584,  4096,
                                                5120, 6144, 7168, 8192, 10240, 12288, 14336, kMaxMediumObject};
Mutex large_mutex{Rank::Heap};

void poison(void* block, usize bytes) {
#if defined(WEFT_ASAN)
  if (bytes > sizeof(Object))
    ASAN_POISON_MEMORY_REGION(static_cast<char*>(block) + sizeof(Object), bytes - sizeof(Object));
#endif
}

void unpoison(void* block, usize bytes) {
#if defined(WEFT_ASAN)
  ASAN_UNPOISON_MEMORY_REGION(block, bytes);
#endif
}

u16 class_of(usize bytes) {
  if (bytes <= kMaxSmallObject) return static_cast<u16>((bytes + 15) >> 4);
  if (bytes > kMaxMediumObject) return kLargeClass;
  u16 medium = 0;
  while (kMediumSizes[medium] < bytes) ++medium;
  return static_cast<u16>(kSizeClasses + medium);
}

usize class_bytes(u16 size_class) {
  return size_class < kSizeClasses ? usize{size_class} * 16 : kMediumSizes[size_class - kSizeClasses];
}

void*& link_of(void* block) { return *static_cast<void**>(block); }

// Turns a dead object into a free block. Atomic, because the page's thread may just look through its page for its own
// objects.
void wipe_header(void* block) {
  auto* words = static_cast<u64*>(block);
  __atomic_store_n(&words[0], 0, __ATOMIC_RELAXED);
  __atomic_store_n(&words[1], 0, __ATOMIC_RELAXED);
}

Page* new_page(u16 slot, u16 size_class, usize block_bytes, usize units) {
  Page* page = acquire_units(units);
  if (!page) return nullptr;
  new (page) Page{};
  page->block_bytes = static_cast<u32>(block_bytes);
  page->block_reciprocal = static_cast<u32>(((u64{1} << 32) + block_bytes - 1) / block_bytes);
  page->size_class = size_class;
  page->slot.store(slot, std::memory_order_relaxed);
  page->units = static_cast<u32>(units);
  page->capacity = units == 1 ? static_cast<u32>((kUnitBytes - kPageHeaderBytes) / block_bytes) : 1;
  return page;
}

void enlist(Page*& first, Page* page) {
  page->previous = nullptr;
  page->next = first;
  if (first) first->previous = page;
  first = page;
}

void delist(Page*& first, Page* page) {
  (page->previous ? page->previous->next : first) = page->next;
  if (page->next) page->next->previous = page->previous;
}

void list_partial(SlotHeap& heap, Page* page) {
  if (page->listed || page->current) return;
  page->listed = true;
  Page*& first = heap.partial[page->size_class];
  page->previous_listed = nullptr;
  page->next_listed = first;
  if (first) first->previous_listed = page;
  first = page;
}

void unlist_partial(SlotHeap& heap, Page* page) {
  Page*& first = heap.partial[page->size_class];
  (page->previous_listed ? page->previous_listed->next_listed : first) = page->next_listed;
  if (page->next_listed) page->next_listed->previous_listed = page->previous_listed;
  page->listed = false;
}

void put_block(Page* page, void* block) {
  link_of(block) = page->free;
  page->free = block;
  --page->used;
}

void drain_remote(SlotHeap& heap, Page* page) {
  if (!page->remote.load(std::memory_order_relaxed)) return;
  void* block = page->remote.exchange(nullptr, std::memory_order_acquire);  // pairs with the release in push_remote
  while (block) {
    void* next = link_of(block);
    if (page->has_old) page->clear_old(page->index_of(block));
    put_block(page, block);
    heap.live_objects += -1;
    block = next;
  }
}

bool has_room(const Page& page) { return page.free || page.fresh < page.capacity; }

bool is_empty(const Page& page) {
  return page.used == 0 && !page.current && !page.remote_listed.load(std::memory_order_acquire);
}

// An empty page goes back, unless it is the only one of its class with room: the next allocation will want that.
void release_if_empty(SlotHeap& heap, Page* page, bool keep_last) {
  if (!is_empty(*page)) return;
  if (keep_last && heap.partial[page->size_class] == page && !page->next_listed) return;
  if (page->listed) unlist_partial(heap, page);
  delist(heap.pages, page);
  release_units(page);
  heap_shrank(heap);
}

// Takes up the pages to which other threads returned blocks.
void drain_remote_pages(SlotHeap& heap) {
  if (!heap.remote_pages.load(std::memory_order_relaxed)) return;
  Page* page = heap.remote_pages.exchange(nullptr, std::memory_order_acquire);  // pairs with the release in push_remote
  while (page) {
    Page* next = page->next_remote;
    page->remote_listed.store(false, std::memory_order_release);
    drain_remote(heap, page);
    if (page->free) list_partial(heap, page);
    release_if_empty(heap, page, true);
    page = next;
  }
}

// The page is not touched after its block was pushed: that block may be the last one that keeps it.
void push_remote(Page* page, void* block) {
  if (!page->remote_listed.exchange(true)) {
    SlotHeap& heap = *slot_heaps[page->slot.load(std::memory_order_relaxed)].load(std::memory_order_relaxed);
    Page* head = heap.remote_pages.load(std::memory_order_relaxed);
    do {
      page->next_remote = head;
    } while (!heap.remote_pages.compare_exchange_weak(head, page, std::memory_order_release));
  }
  void* head = page->remote.load(std::memory_order_relaxed);
  do {
    link_of(block) = head;
  } while (!page->remote.compare_exchange_weak(head, block, std::memory_order_release));
}

void hand_out(SlotHeap& heap, Page* page, u32 count) {
  page->used += count;
  page->touched = true;
  heap.allocated_bytes += u64{count} * page->block_bytes;
  heap.live_objects += i64{count};
}

// Fills the empty list of a class from the page: recycled blocks, else a few fresh ones. False: the page is full.
bool fill_list(SlotHeap& heap, Page* page) {
  drain_remote(heap, page);
  void*& list = heap.list(page->size_class);
  if (page->free) {
    const u32 carved = page->fresh;
    list = page->free;
    page->free = nullptr;
    const u32 before = page->used;
    page->used = carved;
    page->touched = true;
    heap.live_objects += i64{carved} - before;
    heap.allocated_bytes += u64{carved - before} * page->block_bytes;
    return true;
  }
  const u32 left = page->capacity - page->fresh;
  if (left == 0) return false;
  const u32 wanted = static_cast<u32>(kCarvedBytes / page->block_bytes);
  const u32 count = left < wanted ? left : (wanted ? wanted : 1);
  for (u32 index = page->fresh + count; index-- > page->fresh;) {
    void* block = page->block(index);
    wipe_header(block);
    poison(block, page->block_bytes);
    link_of(block) = list;
    list = block;
  }
  page->fresh += count;
  hand_out(heap, page, count);
  return true;
}

void make_current(SlotHeap& heap, Page* page) {
  page->current = true;
  heap.current[page->size_class] = page;
}

Page* take_partial(SlotHeap& heap, u16 size_class) {
  Page* page = heap.partial[size_class];
  if (page) unlist_partial(heap, page);
  return page;
}

// Makes the list of the class non-empty. False: memory is exhausted.
bool refill(SlotHeap& heap, u16 slot, u16 size_class) {
  Page*& current = heap.current[size_class];
  if (current && fill_list(heap, current)) return true;
  if (current) current->current = false;
  current = nullptr;
  drain_remote_pages(heap);
  Page* page = take_partial(heap, size_class);
  if (!page) {
    page = new_page(slot, size_class, class_bytes(size_class), 1);
    if (!page) return false;
    enlist(heap.pages, page);
  }
  make_current(heap, page);
  CHECK(fill_list(heap, page));
  return true;
}

Object* allocate_large(SlotHeap& heap, usize bytes) {
  if (bytes > usize{1} << 46) return nullptr;
  const usize units = (kPageHeaderBytes + bytes + kUnitBytes - 1) / kUnitBytes;
  Page* page = new_page(0, kLargeClass, 16, units < 2 ? 2 : units);
  if (!page) return nullptr;
  page->fresh = page->used = 1;
  page->touched = true;
  heap.allocated_bytes += bytes;
  wipe_header(page->block(0));
  MutexGuard guard(large_mutex);
  enlist(large_spans, page);
  return reinterpret_cast<Object*>(page->block(0));
}

void free_large(Page* page) {
  large_mutex.lock();
  delist(large_spans, page);
  large_mutex.unlock();
  release_units(page);
}

// Puts a slot's cached blocks back into their pages.
void return_lists(SlotHeap& heap) {
  for (u16 size_class = 1; size_class < kAllClasses; ++size_class) {
    void*& list = heap.list(size_class);
    Page*& current = heap.current[size_class];
    if (!current) continue;
    current->current = false;
    while (list) {
      void* block = list;
      list = link_of(block);
      put_block(current, block);
      heap.live_objects += -1;
    }
    if (has_room(*current)) list_partial(heap, current);
    current = nullptr;
  }
}

}  // namespace

Object* allocate_object_slow(Thread& thread, usize bytes) {
  SlotHeap& heap = *static_cast<SlotHeap*>(thread.allocation);
  const u16 size_class = class_of(bytes);
  if (size_class == kLargeClass) return allocate_large(heap, bytes);
  void*& list = heap.list(size_class);
  if (!list) {
    if (!refill(heap, current_slot, size_class)) return nullptr;
    if (UNLIKELY(heap.live_objects >= heap.collect_at)) request_collection(heap);
  }
  void* block = list;
  list = link_of(block);
  unpoison(block, class_bytes(size_class));
  return static_cast<Object*>(block);
}

void free_object(Object* object) {
  Page* page = page_of(object);
  wipe_header(object);
  if (page->size_class == kLargeClass) return free_large(page);
  poison(object, page->block_bytes);
  if (UNLIKELY(page->slot.load(std::memory_order_relaxed) != current_slot)) return push_remote(page, object);
  SlotHeap& heap = *slot_heaps[current_slot].load(std::memory_order_relaxed);
  if (UNLIKELY(page->has_old)) page->clear_old(page->index_of(object));
  if (page->current) {
    void*& list = heap.list(page->size_class);
    link_of(object) = list;
    list = object;
    return;
  }
  put_block(page, object);
  heap.live_objects += -1;
  list_partial(heap, page);
  if (page->used == 0) release_if_empty(heap, page, true);
}

usize object_capacity(const Object& object) {
  const Page* page = page_of(&object);
  return page->size_class == kLargeClass ? page->units * kUnitBytes - kPageHeaderBytes : page->block_bytes;
}

AllocationCache* slot_heap(u16 slot) {
  SlotHeap* heap = slot_heaps[slot].load(std::memory_order_relaxed);
  if (heap) return heap;
  void* memory = mmap(nullptr, sizeof(SlotHeap), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  heap = new (memory) SlotHeap{};
  heap->collect_at = INT64_MAX;
  slot_heaps[slot].store(heap, std::memory_order_release);  // read by who holds an object of one of its pages
  return heap;
}

void sweep_heap(u16 slot) {
  SlotHeap* heap = slot_heaps[slot].load();
  if (!heap) return;
  return_lists(*heap);
  drain_remote_pages(*heap);
  for (Page* page = heap->pages; page;) {
    Page* next = page->next;
    drain_remote(*heap, page);
    if (has_room(*page)) list_partial(*heap, page);
    release_if_empty(*heap, page, false);
    page = next;
  }
}

void adopt_orphan_heaps(u16 slot) {
  SlotHeap& mine = *slot_heaps[slot].load();
  const u32 limit = slot_limit.load();
  for (u16 other = 1; other < limit; ++other) {
    SlotHeap* heap = slot_heaps[other].load();
    if (!heap || !heap->pages || thread_slots[other].state.load() != ThreadState::Off) continue;
    sweep_heap(other);
    while (Page* page = heap->pages) {
      delist(heap->pages, page);
      page->slot.store(slot, std::memory_order_relaxed);
      page->listed = false;
      enlist(mine.pages, page);
      if (has_room(*page)) list_partial(mine, page);
    }
    for (Page*& list : heap->partial) list = nullptr;
    mine.live_objects += heap->live_objects;
    heap->live_objects += -heap->live_objects;
  }
}

void heap_after_fork_in_child() { large_mutex.reset(); }

i64 count_live_objects() {
  i64 count = 0;
  const u32 limit = slot_limit.load();
  for (u32 slot = 1; slot < limit; ++slot) {
    if (const SlotHeap* heap = slot_heaps[slot].load()) count += heap->live_objects;
  }
  return count;
}

Object* heap_find(u64 address) {
  Page* page = find_page(address);
  if (!page || address < reinterpret_cast<u64>(page->block(0))) return nullptr;
  const u32 index = page->index_of(reinterpret_cast<void*>(address));
  if (index >= page->fresh) return nullptr;
  auto* object = reinterpret_cast<Object*>(page->block(index));
  return is_live_block(*object) ? object : nullptr;
}

bool heap_contains(const void* object) { return object && heap_find(reinterpret_cast<u64>(object)) == object; }

void for_each_object(void (*function)(void*, Object&), void* context) {
  for_each_page([&](Page& page) {
    for (u32 index = 0; index < page.fresh; ++index) {
      auto* object = reinterpret_cast<Object*>(page.block(index));
      if (is_live_block(*object)) function(context, *object);
    }
  });
}

void make_deferred(Object* object) { object->set(ObjectFlag::Deferred); }

void make_immortal(Object* object) { object->owner.store(kImmortalOwner, std::memory_order_relaxed); }

}  // namespace py
