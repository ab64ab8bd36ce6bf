#include "core/vm/inline_cache.h"

#include "core/compiler/opcodes.h"
#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/type_system.h"
#include "memory/buffer.h"
#include "threading/runtime/world.h"
#include "threading/sync/mutex.h"

#include <vector>

namespace py {

namespace {

void store_record(std::atomic<u64>* words, u64 first, const AttributeRecord& content) {
  auto* record = static_cast<AttributeRecord*>(buffer_allocate(sizeof(AttributeRecord)));
  if (!record) return;
  *record = content;
  const u64 old = words[2].exchange(reinterpret_cast<u64>(record), std::memory_order_acq_rel);
  words[1].store(first, std::memory_order_release);
  if (old) retire_buffer(reinterpret_cast<void*>(old), buffer_free, sizeof(AttributeRecord));
}

bool cacheable(const ShapeRecord& record) {
  return !(record.flags.load(std::memory_order_relaxed) & static_cast<u32>(ShapeFlag::Retired));
}
bool in_dictionary_mode(const ShapeRecord& record) {
  return record.flags.load(std::memory_order_relaxed) & static_cast<u32>(ShapeFlag::Dictionary);
}

Value module_attribute(Object& object, Str& name, std::atomic<u64>* words) {
  Module& module = static_cast<Module&>(object);
  Dict& dict = *static_cast<Dict*>(module.dict.peek().object());
  if (type_of_object(object).lookup(name) != Empty) return Empty;
  const Value value = dict.find_str(name);
  if (value.is_empty()) return Empty;
  const u32 version = dict.keys_version();
  const isize entry = dict.entry_index(name);
  if (entry >= 0 && entry < 0x1000000) {
    // The version alone names the key set, and with it the module.
    words[1].store(cache_word(version, CacheKind::ModuleEntry, static_cast<u32>(entry)), std::memory_order_relaxed);
  }
  incref(value);
  return value;
}

}  // namespace

Value get_attribute_and_cache(Thread& thread, Value object, Str& name, std::atomic<u64>* words, bool method, bool* unbound) {
  Type& type = type_of(object);
  if (object.is_object() && type.slots.get_attribute == module_get_attribute) {
    const Value value = module_attribute(*object.object(), name, words);
    if (!value.is_empty()) return value;
  }
  if (!object.is_object() || type.slots.get_attribute != generic_get_attribute) {
    if (object.is_object() && type.slots.get_attribute == type_get_attribute && &type == types.type) {
      // A plain class attribute reached through the class itself.
      Type& owner = as<Type>(object);
      const u32 version = type_version(owner);
      const Value found = owner.lookup(name);
      if (!found.is_empty() && types.type->lookup(name).is_empty()) {
        Type& found_type = type_of(found);
        const bool plain = !found_type.slots.descriptor_get || &found_type == types.function;
        if (plain && owner.version.load() == version) {
          store_record(words, cache_word(object.object()->shape_number(), CacheKind::ClassValue, 1),
                       {object.object()->shape_number(), version, &owner, found, 0, 0});
          incref(found);
          return found;
        }
      }
    }
    if (!method || object.is_object()) return get_attribute(thread, object, name).release();
  }
  const u32 version = type_version(type);
  const Value found = type.lookup(name);
  Type* found_type = found.is_empty() ? nullptr : &type_of(found);
  const bool data = found_type && found_type->has(TypeFlag::DataDescriptor);
  if (type.has(TypeFlag::HasDict) && !data && object.is_object()) {
    Object& self = *object.object();
    const u32 shape = self.shape_number();
    ShapeRecord& record = shape_arena[shape];
    if (in_dictionary_mode(record)) return get_attribute(thread, object, name).release();
    const u32 slot = find_slot(shape, name);
    if (slot != kNoSlot) {
      if (slot < type.inline_slots && cacheable(record)) {
        words[1].store(cache_word(shape, CacheKind::Slot, type.slot_word(slot)), std::memory_order_relaxed);
      }
      return get_attribute(thread, object, name).release();
    }
  }
  if (data || found.is_empty() || !object.is_object()) {
    if (!object.is_object() && method && found_type && found_type->has(TypeFlag::MethodDescriptor)) {
      *unbound = true;
      incref(found);
      return found;
    }
    if (found_type == types.member_descriptor && object.is_object()) {
      const MemberDescriptor& member = *static_cast<MemberDescriptor*>(found.object());
      // A __slots__ member is a slot like any other; Empty takes the slow path, which raises.
      if (!member.none_when_empty && layout_extends(type, *member.owner)) {
        words[1].store(cache_word(object.object()->shape_number(), CacheKind::Slot, member.word), std::memory_order_relaxed);
      }
    }
    return get_attribute(thread, object, name).release();
  }
  const u32 shape = object.object()->shape_number();
  if (method && found_type->has(TypeFlag::MethodDescriptor)) {
    if (type.version.load() == version) {
      store_record(words, cache_word(shape, CacheKind::Method, 0), {shape, version, &type, found, 0, 0});
    }
    *unbound = true;
    incref(found);
    return found;
  }
  if (!found_type->slots.descriptor_get) {
    if (type.version.load() == version) {
      store_record(words, cache_word(shape, CacheKind::ClassValue, 0), {shape, version, &type, found, 0, 0});
    }
    incref(found);
    return found;
  }
  return get_attribute(thread, object, name).release();
}

bool set_attribute_and_cache(Thread& thread, Value object, Str& name, Value value, std::atomic<u64>* words) {
  Type& type = type_of(object);
  const bool plain = object.is_object() && type.slots.set_attribute == generic_set_attribute;
  if (!plain) return !set_attribute(thread, object, name, value).failed();
  Object& self = *object.object();
  const Value found = type.lookup(name);
  const u32 before = self.shape_number();
  if (!found.is_empty() && type_of(found).slots.descriptor_set) {
    if (&type_of(found) == types.member_descriptor) {
      const MemberDescriptor& member = *static_cast<MemberDescriptor*>(found.object());
      if (!member.read_only && !member.none_when_empty && layout_extends(type, *member.owner)) {
        words[1].store(cache_word(before, CacheKind::Slot, member.word), std::memory_order_relaxed);
      }
    }
    return !set_attribute(thread, object, name, value).failed();
  }
  if (!type.has(TypeFlag::HasDict) || in_dictionary_mode(shape_arena[before])) {
    return !set_attribute(thread, object, name, value).failed();
  }
  const u32 version = type_version(type);
  if (set_attribute(thread, object, name, value).failed()) return false;
  const u32 after = self.shape_number();
  const u32 slot = in_dictionary_mode(shape_arena[after]) ? kNoSlot : find_slot(after, name);
  if (slot == kNoSlot || slot >= type.inline_slots || !cacheable(shape_arena[before])) return true;
  if (after == before) {
    words[1].store(cache_word(before, CacheKind::Slot, type.slot_word(slot)), std::memory_order_relaxed);
  } else if (shape_arena[after].parent == before) {
    store_record(words, cache_word(before, CacheKind::AddSlot, type.slot_word(slot)), {before, version, &type, Empty, after, 0});
  }
  return true;
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
      const Op op = Instruction{code->words[at].load(std::memory_order_relaxed)}.op();
      const u8 caches = op_info[static_cast<u32>(op)].cache_words;
      if (op == Op::GetAttribute || op == Op::GetMethod || op == Op::SetAttribute) {
        code->words[at + 1].store(0, std::memory_order_relaxed);
      }
      at += 1u + caches;
    }
  }
}

}  // namespace py
