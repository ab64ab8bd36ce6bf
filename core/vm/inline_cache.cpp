#include "core/vm/inline_cache.h"

#include "core/compiler/opcodes.h"
#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/type_system.h"
#include "core/vm/attribute_resolution.h"
#include "memory/buffer.h"
#include "threading/runtime/world.h"
#include "threading/sync/mutex.h"

#include <vector>

namespace py {

namespace {

// Whether the site may be rewritten once more; adds the count to `first`.
bool may_rewrite(std::atomic<u64>* words, u64& first) {
  const u64 old = words[1].load(std::memory_order_relaxed);
  const u32 rewrites = cache_rewrites(old) + (old ? 1 : 0);
  if (rewrites > kMaxRewrites) return false;
  first |= u64{rewrites} << 16;
  return true;
}

void store_word(std::atomic<u64>* words, u64 first) {
  if (may_rewrite(words, first)) words[1].store(first, std::memory_order_relaxed);
}

void store_record(std::atomic<u64>* words, u64 first, const AttributeRecord& content) {
  if (!may_rewrite(words, first)) return;
  auto* record = static_cast<AttributeRecord*>(buffer_allocate(sizeof(AttributeRecord)));
  if (!record) return;
  *record = content;
  const u64 old = words[2].exchange(reinterpret_cast<u64>(record), std::memory_order_acq_rel);
  words[1].store(first, std::memory_order_release);
  if (old) retire_buffer(reinterpret_cast<void*>(old), buffer_free, sizeof(AttributeRecord));
}

void remember(std::atomic<u64>* words, const AttributeResolution& found) {
  const u64 first = cache_word(found.shape, found.kind, found.offset);
  if (found.kind == CacheKind::Slot) {
    store_word(words, first);
  } else if (found.kind != CacheKind::None) {
    Type* type = static_cast<Type*>(shape_arena[found.shape].type);
    store_record(words, first, {found.shape, found.version, type, found.value, found.new_shape, 0});
  }
}

Value module_attribute(Object& object, Str& name, std::atomic<u64>* words) {
  Module& module = static_cast<Module&>(object);
  Dict& dict = *static_cast<Dict*>(module.dict.peek().object());
  if (type_of_object(object).lookup(name) != Empty) return Empty;
  const Value value = dict.find_str(name);
  if (value.is_empty()) return Empty;
  const u32 version = dict.keys_version();
  const isize entry = dict.entry_index(name);
  if (entry >= 0 && entry <= kMaxCacheOffset) {
    // The version alone names the key set, and with it the module.
    store_word(words, cache_word(version, CacheKind::ModuleEntry, static_cast<u32>(entry)));
  }
  incref(value);
  return value;
}

// A plain class attribute reached through the class itself. Owned, or Empty.
Value class_attribute(Type& owner, Str& name, std::atomic<u64>* words) {
  const u32 version = type_version(owner);
  const Value found = owner.lookup(name);
  if (found.is_empty() || !types.type->lookup(name).is_empty()) return Empty;
  Type& found_type = type_of(found);
  const bool plain = !found_type.slots.descriptor_get || &found_type == types.function;
  if (!plain || owner.version.load() != version) return Empty;
  store_record(words, cache_word(owner.shape_number(), CacheKind::ClassValue, 1),
               {owner.shape_number(), version, &owner, found, 0, 0});
  incref(found);
  return found;
}

// The function of a classmethod in Python that is reached through the class itself, unbound. Owned, or Empty.
Value class_method(Type& owner, Str& name, std::atomic<u64>* words) {
  const u32 version = type_version(owner);
  const Value found = owner.lookup(name);
  if (found.is_empty() || &type_of(found) != types.classmethod || !types.type->lookup(name).is_empty()) return Empty;
  const Value function = static_cast<MethodWrapper*>(found.object())->function.peek();
  if (!is_exact<Function>(function)) return Empty;
  store_record(words, cache_word(owner.shape_number(), CacheKind::ClassMethod, 0), {owner.shape_number(), version, &owner, found, 0, 0});
  incref(function);
  return function;
}

// A method of an immediate value, unbound. Owned, or Empty.
Value immediate_method(Value object, Str& name) {
  const Value found = type_of(object).lookup(name);
  if (found.is_empty() || !type_of(found).has(TypeFlag::MethodDescriptor)) return Empty;
  incref(found);
  return found;
}

}  // namespace

Value get_attribute_and_cache(Thread& thread, Value object, Str& name, std::atomic<u64>* words, bool method, bool* unbound) {
  if (!object.is_object()) {
    const Value found = method ? immediate_method(object, name) : Empty;
    if (found.is_empty()) return get_attribute(thread, object, name).release();
    *unbound = true;
    return found;
  }
  Object& self = *object.object();
  Type& type = type_of_object(self);
  Value value = Empty;
  if (LIKELY(type.has(TypeFlag::PlainGetAttribute))) {
    const AttributeResolution& found = resolve_attribute(self.shape_number(), name, method ? AttributeUse::Method : AttributeUse::Get);
    if (found.kind == CacheKind::Slot) {
      value = reinterpret_cast<Field*>(&self)[found.offset].peek();
    } else if (found.kind == CacheKind::Property) {
      remember(words, found);
    } else {
      value = found.value;
    }
    if (LIKELY(found.kind != CacheKind::None && !value.is_empty())) {
      *unbound = found.kind == CacheKind::Method;
      incref(value);
      remember(words, found);
      return value;
    }
  } else if (type.slots.get_attribute == module_get_attribute) {
    value = module_attribute(self, name, words);
  } else if (&type == types.type && type.slots.get_attribute == type_get_attribute) {
    value = method ? class_method(static_cast<Type&>(self), name, words) : Empty;
    *unbound = !value.is_empty();
    if (value.is_empty()) value = class_attribute(static_cast<Type&>(self), name, words);
  }
  return value.is_empty() ? get_attribute(thread, object, name).release() : value;
}

namespace {

// Stores into the slot that was found. False: the object changed its shape meanwhile.
bool store_resolved(Object& self, const AttributeResolution& found, Value value) {
  Field& field = reinterpret_cast<Field*>(&self)[found.offset];
  Ref<> owned = Ref<>::share(value);
  Value old = Empty;
  {
    ObjectLock lock(self);
    if (self.shape.load(std::memory_order_relaxed) != found.shape) return false;
    old = field.exchange(self, std::move(owned));
    // After the value: pairs with shape_number.
    if (found.kind == CacheKind::AddSlot) self.shape.store(found.new_shape, std::memory_order_release);
  }
  drop_removed(self, old);
  return true;
}

}  // namespace

bool set_attribute_and_cache(Thread& thread, Value object, Str& name, Value value, std::atomic<u64>* words) {
  if (object.is_object() && LIKELY(type_of_object(*object.object()).slots.set_attribute == generic_set_attribute)) {
    // A copy: storing may run code that resolves something else.
    const AttributeResolution found = resolve_attribute(object.object()->shape_number(), name, AttributeUse::Set);
    if (found.kind != CacheKind::None) {
      remember(words, found);
      if (LIKELY(store_resolved(*object.object(), found, value))) return true;
    }
  }
  return !set_attribute(thread, object, name, value).failed();
}

namespace {

Mutex code_mutex;
std::vector<Code*>* all_code;

}  // namespace

void register_code(Code& code) {
  code_mutex.lock();
  if (!all_code) all_code = new std::vector<Code*>();
  code.unique_id = static_cast<u32>(all_code->size());
  all_code->push_back(&code);
  code_mutex.unlock();
}

void forget_code(Code& code) {
  code_mutex.lock();
  if (all_code && code.unique_id < all_code->size() && (*all_code)[code.unique_id] == &code) (*all_code)[code.unique_id] = nullptr;
  code_mutex.unlock();
}

void sweep_all_caches(Thread& thread) {
  StopTheWorld stop(thread);
  for (Code* code : *all_code) {
    if (!code) continue;
    for (u32 at = 0; at < code->word_count;) {
      const Op op = plain_instruction(code->words[at].load(std::memory_order_relaxed)).op();
      const u8 caches = op_info[static_cast<u32>(op)].cache_words;
      if (op == Op::GetAttribute || op == Op::GetMethod || op == Op::SetAttribute) {
        code->words[at + 1].store(0, std::memory_order_relaxed);
      }
      at += 1u + caches;
    }
  }
}

}  // namespace py
