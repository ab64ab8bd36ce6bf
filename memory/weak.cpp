#include "memory/weak.h"

#include <cstdlib>

#include "core/base/check.h"
#include "memory/destroy.h"
#include "memory/object_stack.h"
#include "memory/publish.h"
#include "threading/runtime/world.h"
#include "threading/sync/test_fault.h"

namespace py {

namespace {

// A hash table with chains, for the targets whose address falls into this stripe.
struct alignas(64) Stripe {
  Mutex mutex{Rank::WeakTable};
  WeakNode** buckets = nullptr;
  usize bucket_count = 0;
  usize size = 0;
};

constexpr usize kStripes = 64;
Stripe stripes[kStripes];

u64 hash_of(const Object* target) { return (reinterpret_cast<u64>(target) >> 4) * 0x9E3779B97F4A7C15; }
Stripe& stripe_of(const Object* target) { return stripes[hash_of(target) >> 58]; }

class [[nodiscard]] StripeGuard {
 public:
  explicit StripeGuard(Stripe& stripe) : stripe_(has_multiple_threads() ? &stripe : nullptr) {
    if (stripe_) stripe_->mutex.lock();
  }
  ~StripeGuard() {
    if (stripe_) stripe_->mutex.unlock();
  }

 private:
  Stripe* stripe_;
};

WeakNode*& bucket_of(Stripe& stripe, const Object* target) {
  return stripe.buckets[hash_of(target) >> 20 & (stripe.bucket_count - 1)];
}

WeakNode* reversed(WeakNode* chain) {
  WeakNode* result = nullptr;
  while (chain) {
    WeakNode* next = chain->next;
    chain->next = result;
    result = chain;
    chain = next;
  }
  return result;
}

bool resize_locked(Stripe& stripe, usize bucket_count) {
  auto** buckets = static_cast<WeakNode**>(std::calloc(bucket_count, sizeof(WeakNode*)));
  if (!buckets) return false;
  WeakNode** old = stripe.buckets;
  const usize old_count = stripe.bucket_count;
  stripe.buckets = buckets;
  stripe.bucket_count = bucket_count;
  for (usize index = 0; index < old_count; ++index) {
    // Reversed first: the nodes of a target stay in their order, newest first.
    for (WeakNode* node = reversed(old[index]); node;) {
      WeakNode* next = node->next;
      WeakNode*& first = bucket_of(stripe, node->target.load(std::memory_order_relaxed));
      node->next = first;
      first = node;
      node = next;
    }
  }
  std::free(old);
  return true;
}

bool insert_locked(Stripe& stripe, WeakNode& node, Object* target) {
  if (stripe.size >= stripe.bucket_count * 2) {
    const bool grown = resize_locked(stripe, stripe.bucket_count ? stripe.bucket_count * 4 : 8);
    if (!grown && !stripe.buckets) return false;
  }
  WeakNode*& first = bucket_of(stripe, target);
  node.next = first;
  first = &node;
  ++stripe.size;
  return true;
}

// Marks the target as one whose death must be decided by one compare-and-swap, and has its death clear the table.
void prepare_target(Object* target) {
  allow_weak_references(target);
  if (!target->has(ObjectFlag::HasWeakReference)) target->set(ObjectFlag::HasWeakReference);
}

// Takes all nodes of the target out and chains them, newest first: the order of their callbacks.
WeakNode* take_all_locked(Stripe& stripe, const Object* target) {
  if (!stripe.buckets) return nullptr;
  WeakNode* taken = nullptr;
  for (WeakNode** link = &bucket_of(stripe, target); *link;) {
    WeakNode* node = *link;
    if (node->target.load(std::memory_order_relaxed) != target) {
      link = &node->next;
      continue;
    }
    *link = node->next;
    node->next = taken;
    taken = node;
    --stripe.size;
  }
  return reversed(taken);
}

}  // namespace

bool register_weak(WeakNode& node, Object* target, Object* holder, bool has_callback) {
  prepare_target(target);
  allow_weak_references(holder);
  if (target->is_shared()) publish(holder->value());
  node.holder = holder;
  node.has_callback.store(has_callback, std::memory_order_relaxed);
  Stripe& stripe = stripe_of(target);
  StripeGuard guard(stripe);
  if (!insert_locked(stripe, node, target)) return false;
  node.target.store(target, std::memory_order_release);
  return true;
}

void unregister_weak(WeakNode& node) {
  Object* target = node.target.load(std::memory_order_acquire);
  if (!target) return;
  Stripe& stripe = stripe_of(target);
  StripeGuard guard(stripe);
  if (node.target.load(std::memory_order_relaxed) != target) return;  // the target died first
  WeakNode** link = &bucket_of(stripe, target);
  while (*link != &node) link = &(*link)->next;
  *link = node.next;
  node.target.store(nullptr, std::memory_order_relaxed);
  --stripe.size;
}

Ref<> load_weak(WeakNode& node) {
  Object* target = node.target.load(std::memory_order_acquire);
  if (!target) return {};
  StripeGuard guard(stripe_of(target));
  // Still registered: so the block is not freed before we unlock, and its counts can be looked at.
  if (node.target.load(std::memory_order_relaxed) != target || !try_incref(target)) return {};
  return Ref<>::adopt(target->value());
}

bool is_weak_dead(const WeakNode& node) { return node.target.load(std::memory_order_acquire) == nullptr; }

void for_each_weak(Object* target, bool (*function)(void*, Object&), void* context) {
  Stripe& stripe = stripe_of(target);
  StripeGuard guard(stripe);
  WeakNode* node = stripe.buckets ? bucket_of(stripe, target) : nullptr;
  for (; node; node = node->next) {
    if (node->target.load(std::memory_order_relaxed) == target && !function(context, *node->holder)) return;
  }
}

usize count_weak(Object* target) {
  usize count = 0;
  for_each_weak(
      target,
      [](void* counter, Object&) {
        ++*static_cast<usize*>(counter);
        return true;
      },
      &count);
  return count;
}

Ref<> find_plain_weak(Object* target, Object* type) {
  struct Search {
    Object* type;
    Value found = Empty;
  } search{type};
  for_each_weak(
      target,
      [](void* context, Object& holder) {
        auto& search = *static_cast<Search*>(context);
        ShapeRecord& shape = holder.shape_record();
        if (shape.type != search.type || shape.ops->weak_node(holder)->has_callback.load()) return true;
        if (!try_incref(&holder)) return true;
        search.found = holder.value();
        return false;
      },
      &search);
  return Ref<>::adopt(search.found);
}

void clear_weak_references(Thread& thread, Object* target, bool (*is_garbage)(void*, Object&), void* context) {
  if (has_fault(TestFault::LateWeakClear)) return;
  Stripe& stripe = stripe_of(target);
  StripeGuard guard(stripe);
  for (WeakNode* node = take_all_locked(stripe, target); node;) {
    WeakNode* next = node->next;
    Object* holder = node->holder;
    const bool queue = node->has_callback.load(std::memory_order_relaxed) &&
                       !(is_garbage && is_garbage(context, *holder)) && try_incref(holder);
    // The last touch: a holder that dies in another thread does not wait for us any more.
    node->target.store(nullptr, std::memory_order_release);
    if (queue) add_pending(thread, holder, LastRite::CallBack);
    node = next;
  }
}

void weak_table_after_fork_in_child() {
  for (Stripe& stripe : stripes) stripe.mutex.reset();
}

}  // namespace py
