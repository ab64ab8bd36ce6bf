// functools._lru_cache_wrapper: what lru_cache() makes. A dict finds the results, a linked list knows which of them was
// used least recently.
//
// Invariant: the list owns its links through `next`; `previous` is bare. A link may be in the list and not in the dict
// (cleared meanwhile), or briefly the other way round. Threads: the list is changed under the wrapper's lock; the dict
// has its own. Two threads that miss the same key both call the function, as in CPython.
#include "core/builtins/sequence_operations.h"
#include "core/modules/functools/functools.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/layout.h"
#include "core/object/names.h"
#include "core/object/type_system.h"
#include "memory/roots.h"

namespace py {

namespace {

Type* link_type;
GlobalRef keyword_mark;  // stands between positional and keyword arguments in a key

class Link final : public Object {
 public:
  Field key, result;
  Field next;      // Link or Empty; owned by the list
  Link* previous;  // null: first, or not in the list
  i64 hash;        // of the key
  bool listed;
  static const ObjectOps kOps;
  Link* next_link() const {
    const Value word = next.peek();
    return word.is_object() ? static_cast<Link*>(word.object()) : nullptr;
  }
};
const ObjectOps Link::kOps = {"functools._lru_list_elem", visit_fields<Link, &Link::key, &Link::result, &Link::next>, nullptr,
                              fixed_size};

class LruCache final : public Object {
 public:
  Field function;
  Field cache;      // Dict: key -> Link, or the result itself when unbounded
  Field info_type;  // what cache_info() makes
  Field first;      // Link or Empty: used least recently
  Link* last;
  isize count;    // of links in the list
  isize maxsize;  // -1: unbounded
  bool typed;
  std::atomic<isize> hits;
  std::atomic<isize> misses;
  static const ObjectOps kOps;
  Dict& dict() const { return *static_cast<Dict*>(cache.peek().object()); }
};
const ObjectOps LruCache::kOps = {
    "functools._lru_cache_wrapper",
    visit_fields<LruCache, &LruCache::function, &LruCache::cache, &LruCache::info_type, &LruCache::first>,
    release_attributes, fixed_size};
LruCache& cache_of(Value self) { return *static_cast<LruCache*>(self.object()); }

// The list. Words move without counting: the reference to a link travels with the word.

void set_word(Field& field, Value word) { field.word().store(word.bits, std::memory_order_release); }

// Takes a link out; the caller gets the list's reference.
void unlink_locked(LruCache& self, Link& link) {
  Link* following = link.next_link();
  set_word(link.previous ? link.previous->next : self.first, link.next.peek());
  if (following) {
    following->previous = link.previous;
  } else {
    self.last = link.previous;
  }
  set_word(link.next, Empty);
  link.previous = nullptr;
  link.listed = false;
  --self.count;
}
// Takes the caller's reference.
void append_locked(LruCache& self, Link& link) {
  set_word(self.last ? self.last->next : self.first, link.value());
  link.previous = self.last;
  link.listed = true;
  self.last = &link;
  ++self.count;
}

void use(LruCache& self, Link& link) {
  ObjectLock lock(self);
  if (!link.listed || self.last == &link) return;
  unlink_locked(self, link);
  append_locked(self, link);
}

Result<void> drop_oldest(Thread& thread, LruCache& self) {
  for (;;) {
    Value oldest = Empty;
    {
      ObjectLock lock(self);
      if (self.count <= self.maxsize) return {};
      oldest = self.first.peek();
      unlink_locked(self, *static_cast<Link*>(oldest.object()));
    }
    Ref<> link = Ref<>::share(oldest);
    drop_removed(self, oldest);
    Ref<> key = static_cast<Link*>(oldest.object())->key.load();
    const i64 hash = static_cast<Link*>(oldest.object())->hash;
    const Value current = TRY(self.dict().find(thread, key, hash));
    if (current == oldest) TRY(self.dict().remove(thread, key, hash));
  }
}

// Keys

bool is_own_key(Value argument) { return argument.is_int() || is_exact<Str>(argument); }

Result<Ref<>> make_key(Thread& thread, const Arguments& arguments, bool typed) {
  const u32 keywords = arguments.keyword_count();
  if (!typed && !keywords && arguments.positional == 1 && is_own_key(arguments[0])) return Ref<>::share(arguments[0]);
  const u32 total = arguments.positional + keywords;
  const isize size = arguments.positional + (keywords ? 1 + 2 * keywords : 0) + (typed ? total : 0);
  Ref<Tuple> key = TRY(Tuple::allocate(thread, size));
  isize at = 0;
  auto put = [&](Value value) { set_fresh(*key, key->items()[at++], value); };
  for (u32 i = 0; i < arguments.positional; ++i) put(arguments[i]);
  if (keywords) put(keyword_mark.peek());
  for (u32 i = 0; i < keywords; ++i) {
    put((*arguments.keywords)[i]);
    put(arguments[arguments.positional + i]);
  }
  for (u32 i = 0; typed && i < total; ++i) put(type_of(arguments[i]).value());
  return Ref<>(std::move(key));
}

// Calls

// Stores the link unless the key is there already; what is there afterwards. A cache of one thread need not hash again.
Result<Ref<>> stored_link(Thread& thread, LruCache& self, Value key, i64 hash, Value link) {
  if (self.is_shared()) return self.dict().set_default(thread, key, link);
  Ref<> found = Ref<>::share(TRY(self.dict().find(thread, key, hash)));
  if (!found.is_empty()) return found;
  TRY(self.dict().set(thread, key, hash, link));
  return Ref<>::share(link);
}

Result<Ref<>> call_bounded(Thread& thread, LruCache& self, const Arguments& arguments) {
  Ref<> key = TRY(make_key(thread, arguments, self.typed));
  const i64 hash = TRY(hash_of(thread, key));
  Ref<> found = Ref<>::share(TRY(self.dict().find(thread, key, hash)));
  if (!found.is_empty()) {
    Link& link = *static_cast<Link*>(found.value().object());
    use(self, link);
    step_cursor<isize>(self, self.hits, 1);
    return link.result.load();
  }
  step_cursor<isize>(self, self.misses, 1);
  Ref<> result = TRY(call(thread, self.function.peek(), arguments));
  Ref<Link> link = TRY(new_object<Link>(thread, *link_type));
  link->previous = nullptr;
  link->hash = hash;
  link->listed = false;
  set_fresh(*link, link->key, key.value());
  set_fresh(*link, link->result, result.value());
  if (self.is_shared()) publish(link.value());
  Ref<> winner = TRY(stored_link(thread, self, key, hash, link.value()));
  if (winner.value() != link.value()) return result;  // the call itself, or another thread, was faster
  {
    ObjectLock lock(self);
    append_locked(self, *link.share().release());
  }
  TRY(drop_oldest(thread, self));
  return result;
}

Result<Ref<>> call_unbounded(Thread& thread, LruCache& self, const Arguments& arguments) {
  Ref<> key = TRY(make_key(thread, arguments, self.typed));
  const i64 hash = TRY(hash_of(thread, key));
  Ref<> found = Ref<>::share(TRY(self.dict().find(thread, key, hash)));
  if (!found.is_empty()) {
    step_cursor<isize>(self, self.hits, 1);
    return found;
  }
  step_cursor<isize>(self, self.misses, 1);
  Ref<> result = TRY(call(thread, self.function.peek(), arguments));
  TRY(self.dict().set(thread, key, hash, result));
  return result;
}

Result<Ref<>> cache_call(Thread& thread, Value value, const Arguments& arguments) {
  LruCache& self = cache_of(value);
  if (self.maxsize > 0) return call_bounded(thread, self, arguments);
  if (self.maxsize < 0) return call_unbounded(thread, self, arguments);
  step_cursor<isize>(self, self.misses, 1);
  return call(thread, self.function.peek(), arguments);
}

// Construction and the other methods

Result<Ref<>> cache_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "lru_cache(user_function, maxsize, typed, cache_info_type)", arguments);
  if (!is_callable(bound[0])) return raise(thread, types.TypeError, "the first argument must be callable");
  isize maxsize = -1;
  if (!bound[1].is_none()) {
    if (!type_of(bound[1]).slots.index) return raise(thread, types.TypeError, "maxsize should be integer or None");
    maxsize = TRY(to_isize(thread, bound[1]));
    if (maxsize < 0) maxsize = 0;
  }
  const bool typed = TRY(is_true(thread, bound[2]));
  Ref<Dict> cache = TRY(Dict::make(thread));
  Ref<LruCache> self = TRY(new_object<LruCache>(thread, type));
  set_fresh(*self, self->function, bound[0]);
  set_fresh(*self, self->cache, cache.value());
  set_fresh(*self, self->info_type, bound[3]);
  self->last = nullptr;
  self->count = 0;
  self->maxsize = maxsize;
  self->typed = typed;
  self->hits.store(0, std::memory_order_relaxed);
  self->misses.store(0, std::memory_order_relaxed);
  return Ref<>(std::move(self));
}

Result<Ref<>> cache_info(Thread& thread, Value value) {
  LruCache& self = cache_of(value);
  const Value maxsize = self.maxsize < 0 ? None : Value::integer(self.maxsize);
  return call(thread, self.info_type.peek(),
              {Value::integer(self.hits.load(std::memory_order_relaxed)),
               Value::integer(self.misses.load(std::memory_order_relaxed)), maxsize, Value::integer(self.dict().length())});
}
Result<void> cache_clear(Thread&, Value value) {
  LruCache& self = cache_of(value);
  Value chain;
  {
    ObjectLock lock(self);
    chain = self.first.peek();
    for (Link* link = chain.is_object() ? static_cast<Link*>(chain.object()) : nullptr; link; link = link->next_link()) {
      link->listed = false;
      link->previous = nullptr;
    }
    set_word(self.first, Empty);
    self.last = nullptr;
    self.count = 0;
    self.hits.store(0, std::memory_order_relaxed);
    self.misses.store(0, std::memory_order_relaxed);
  }
  drop_removed(self, chain);
  self.dict().clear();
  return {};
}
Result<Ref<>> cache_self(Thread&, Value value) { return Ref<>::share(value); }
Result<Ref<>> cache_deepcopy(Thread&, Value value, Value) { return Ref<>::share(value); }
Result<Ref<>> cache_reduce(Thread& thread, Value value) { return get_attribute(thread, value, names::__qualname__()); }
Result<Ref<>> cache_get(Thread& thread, Value self, Value instance, Value) {
  if (instance == Unbound || instance.is_none()) return Ref<>::share(self);
  return make_bound_method(thread, self, instance);
}

constexpr MethodSpec kMethods[] = {
    def<cache_info>("cache_info()", "Report cache statistics"),
    def<cache_clear>("cache_clear()", "Clear the cache and cache statistics"),
    def<cache_reduce>("__reduce__()", nullptr),
    def<cache_self>("__copy__()", nullptr),
    def<cache_deepcopy>("__deepcopy__(memo, /)", nullptr),
};
const TypeSpec kLruCache = {
    .name = "functools._lru_cache_wrapper",
    .doc = "A callable that remembers the results of a function.\n\n"
           "user_function:      whose results\n\n"
           "maxsize:  how many; None: all; 0: none\n\n"
           "typed:    whether arguments of different types, such as 3 and 3.0, count as different\n\n"
           "cache_info_type:    what cache_info() answers with",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = &kInstanceDictProperty,
    .property_count = 1,
    .slots = {.call = cache_call, .descriptor_get = cache_get, .new_ = cache_new},
    .ops = &LruCache::kOps,
    .size = sizeof(LruCache),
    .flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::HasDict) |
             static_cast<u32>(TypeFlag::MethodDescriptor),
};
const TypeSpec kLink = {
    .name = "functools._lru_list_elem",
    .doc = nullptr,
    .ops = &Link::kOps,
    .size = sizeof(Link),
    .flags = static_cast<u32>(TypeFlag::NoInstantiation),
};

}  // namespace

Result<void> add_lru_cache(Thread& thread, Module& module) {
  link_type = &make_builtin_type(thread, kLink);
  finish_builtin_type(thread, *link_type);
  Ref<> mark = TRY(call(thread, types.object->value()));
  keyword_mark.set(std::move(mark));
  TRY(add_type_to_module(thread, module, kLruCache));
  return {};
}

}  // namespace py
