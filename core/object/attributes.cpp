#include "core/object/attributes.h"

#include "core/base/trace.h"
#include "core/object/allocate.h"
#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/str.h"
#include "memory/buffer.h"
#include "memory/lock.h"
#include "threading/sync/mutex.h"

#include <cstring>

namespace py {

namespace {

Mutex transition_mutex;  // guards the making of shapes; lookups are lock-free

// name -> slot for shapes with many names.
struct ShapeTable {
  u32 mask;
  struct Cell {
    Str* name;
    u32 slot;
  } cells[];
};

constexpr u32 kLinearLimit = 8;

u64 name_hash(const Str& name) { return reinterpret_cast<u64>(&name) >> 5; }

u32 find_in_table(const ShapeTable& table, const Str& name) {
  for (u64 at = name_hash(name);; ++at) {
    const ShapeTable::Cell& cell = table.cells[at & table.mask];
    if (cell.name == &name) return cell.slot;
    if (!cell.name) return kNoSlot;
  }
}

const ShapeTable* build_table(ShapeRecord& record, u32 shape) {
  u32 size = 16;
  while (size < record.slot_count * 2) size *= 2;
  auto* table = static_cast<ShapeTable*>(buffer_allocate_zeroed(sizeof(ShapeTable) + size * sizeof(ShapeTable::Cell)));
  CHECK(table != nullptr);
  table->mask = size - 1;
  for (u32 at = shape; shape_arena[at].key.is_object(); at = shape_arena[at].parent) {
    Str* name = static_cast<Str*>(shape_arena[at].key.object());
    u64 cell = name_hash(*name);
    while (table->cells[cell & table->mask].name) ++cell;
    table->cells[cell & table->mask] = {name, shape_arena[at].slot_count - 1};
  }
  void* expected = nullptr;
  if (!record.table.compare_exchange_strong(expected, table, std::memory_order_acq_rel)) {
    buffer_free(table);
    return static_cast<ShapeTable*>(expected);
  }
  return table;
}

// Whether dead instances hold nothing that has to be given back.
bool is_leaf(const Type& type) {
  if (!type.ops || type.slots.finalize) return false;
  const ObjectOps& ops = *type.ops;
  if (ops.weak_node || ops.close) return false;
  const bool has_slots = type.has(TypeFlag::HasDict) || type.instance_size != type.native_size;
  return ops.only_attributes ? !has_slots : !ops.visit && !ops.release;
}

std::string text_or(Value value, const char* otherwise) { return is<Str>(value) ? as<Str>(value).utf8() : otherwise; }

// How many words of an instance are the header and Fields, if nothing else has to be given back; 0: it is not so.
u32 plain_words(const Type& type, u32 slot_count) {
  if (!type.ops) return 0;
  const bool bare_exception = type.ops == &Exception::kOps && type.native_size == sizeof(Exception) && slot_count == 0;
  if (bare_exception && type.instance_size == type.native_size) return offsetof(Exception, suppress_context) / sizeof(Value);
  if (type.ops == &Function::kOps) return offsetof(Function, version) / sizeof(Value);
  if (type.ops == &Traceback::kOps) return offsetof(Traceback, line) / sizeof(Value);
  const bool instance = type.ops->visit == visit_attributes && type.native_size == sizeof(Object) && type.instance_size &&
                        !type.ops->close && !type.ops->weak_node;
  return instance ? static_cast<u32>(type.allocation_size() / sizeof(Value)) : 0;
}

u32 new_shape(Type& type, u32 parent, Value key, u32 slot_count, u32 flags) {
  const u32 number = allocate_shape();
  if (!number) return 0;
  ShapeRecord& record = shape_arena[number];
  record.ops = type.ops;
  record.type = &type;
  if (type.slots.finalize) flags |= static_cast<u32>(ShapeFlag::HasFinalizer);
  if (is_leaf(type)) flags |= static_cast<u32>(ShapeFlag::Leaf);
  const u32 words = plain_words(type, slot_count);
  if (words && !(flags & static_cast<u32>(ShapeFlag::Dictionary))) {
    flags |= static_cast<u32>(ShapeFlag::Plain);
    record.words = words;
    record.overflow_word = type.has(TypeFlag::HasDict) ? type.overflow_word() : 0;
  }
  record.flags.store(flags, std::memory_order_relaxed);
  record.parent = parent;
  record.slot_count = slot_count;
  record.inline_slots = type.inline_slots;
  record.key = key;
  if (is_traced(TraceChannel::Shapes)) {
    trace(TraceChannel::Shapes, "%u: %s%s%s", number, text_or(type.name.peek(), "?").c_str(), parent ? " with " : "",
          text_or(key, "").c_str());
  }
  return number;
}

u32 find_child(u32 shape, Str& name) {
  for (u32 child = shape_arena[shape].first_child.load(std::memory_order_acquire); child;
       child = shape_arena[child].next_sibling) {
    if (shape_arena[child].key.object() == &name) return child;
  }
  return 0;
}

bool is_dictionary(const ShapeRecord& record) {
  return record.flags.load(std::memory_order_relaxed) & static_cast<u32>(ShapeFlag::Dictionary);
}

bool is_variable(const Type& type) { return type.instance_size == 0; }

// A buffer in a Field: tagged as an immediate so that nobody counts or visits it.
Value buffer_word(SlotArray* array) { return {reinterpret_cast<u64>(array) | 2}; }
// Null when the field holds a dictionary, or nothing. Looks at the field once: it may change at any time.
SlotArray* overflow_array(const Field& field) {
  const Value word = field.peek();
  return word.is_immediate() && !word.is_empty() ? reinterpret_cast<SlotArray*>(word.bits & ~u64{7}) : nullptr;
}

usize array_bytes(u32 capacity) { return sizeof(SlotArray) + 8 * usize{capacity}; }

SlotArray* make_array(u32 capacity) {
  auto* array = static_cast<SlotArray*>(buffer_allocate(array_bytes(capacity)));
  if (!array) return nullptr;
  array->capacity = capacity;
  for (u32 i = 0; i < capacity; ++i) array->slots[i].initialize(Empty);
  return array;
}

// Makes sure that the object has a field for slot `slot`. Lock held. A replaced array goes to `*retired`.
bool reserve_slot_locked(Object& object, const Type& type, u32 slot, SlotArray** retired) {
  if (slot < type.inline_slots) return true;
  Field& overflow = overflow_field(object, type);
  const u32 index = slot - type.inline_slots;
  SlotArray* old = overflow_array(overflow);
  if (old && index < old->capacity) return true;
  SlotArray* bigger = make_array(old ? old->capacity * 2 : 4);
  if (!bigger) return false;
  if (old) std::memcpy(static_cast<void*>(bigger->slots), old->slots, 8 * usize{old->capacity});
  overflow.word().store(buffer_word(bigger).bits, std::memory_order_release);
  *retired = old;
  return true;
}

void dispose(const Object& object, SlotArray* array) {
  if (!array) return;
  if (object.is_shared()) {
    retire_buffer(array, buffer_free, array_bytes(array->capacity));
  } else {
    buffer_free(array);
  }
}

// Collects names in order of creation: the parents' chain is newest first.
u32 shape_names(u32 shape, Str** names) {
  const u32 count = shape_arena[shape].slot_count;
  for (u32 at = shape; shape_arena[at].key.is_object(); at = shape_arena[at].parent) {
    names[shape_arena[at].slot_count - 1] = static_cast<Str*>(shape_arena[at].key.object());
  }
  return count;
}

Dict* dictionary_of(Object& object, const Type& type) {
  const Value word = overflow_field(object, type).peek();
  return word.is_object() ? static_cast<Dict*>(word.object()) : nullptr;
}

}  // namespace

u32 find_slot(u32 shape, Str& name) {
  ShapeRecord& record = shape_arena[shape];
  if (record.slot_count <= kLinearLimit) {
    for (u32 at = shape; shape_arena[at].key.is_object(); at = shape_arena[at].parent) {
      if (shape_arena[at].key.object() == &name) return shape_arena[at].slot_count - 1;
    }
    return kNoSlot;
  }
  const auto* table = static_cast<const ShapeTable*>(record.table.load(std::memory_order_acquire));
  if (!table) table = build_table(record, shape);
  return find_in_table(*table, name);
}

u32 shape_with(u32 shape, Str& name) {
  if (u32 child = find_child(shape, name)) return child;
  const u32 count = shape_arena[shape].slot_count;
  if (count >= kMaxAttributeSlots) return 0;
  transition_mutex.lock();
  u32 child = find_child(shape, name);
  if (!child) {
    child = new_shape(*static_cast<Type*>(shape_arena[shape].type), shape, name.value(), count + 1, 0);
    if (child) {
      shape_arena[child].next_sibling = shape_arena[shape].first_child.load(std::memory_order_relaxed);
      shape_arena[shape].first_child.store(child, std::memory_order_release);  // pairs with find_child
    }
  }
  transition_mutex.unlock();
  return child;
}

void make_root_shape(Type& type) {
  const bool variable_dict = is_variable(type) && type.has(TypeFlag::HasDict);
  const u32 shape = new_shape(type, 0, None, 0, variable_dict ? static_cast<u32>(ShapeFlag::Dictionary) : 0);
  CHECK(shape != 0);
  type.root_shape.store(shape, std::memory_order_release);
  if (variable_dict) type.dictionary_shape.store(shape, std::memory_order_release);
}

u32 dictionary_shape(Type& type) {
  u32 shape = type.dictionary_shape.load(std::memory_order_acquire);
  if (shape) return shape;
  transition_mutex.lock();
  shape = type.dictionary_shape.load(std::memory_order_relaxed);
  if (!shape) {
    shape = new_shape(type, 0, None, 0, static_cast<u32>(ShapeFlag::Dictionary));
    CHECK(shape != 0);
    type.dictionary_shape.store(shape, std::memory_order_release);
  }
  transition_mutex.unlock();
  return shape;
}

Field& overflow_field(Object& object, const Type& type) {
  if (LIKELY(!is_variable(type))) return reinterpret_cast<Field*>(&object)[type.overflow_word()];
  const usize size = type.ops->size(object);
  return *reinterpret_cast<Field*>(reinterpret_cast<char*>(&object) + size - 8);
}

Field* slot_field(Object& object, const Type& type, u32 slot) {
  if (LIKELY(slot < type.inline_slots)) return reinterpret_cast<Field*>(&object) + type.slot_word(slot);
  SlotArray* array = overflow_array(overflow_field(object, type));
  if (!array) return nullptr;
  const u32 index = slot - type.inline_slots;
  return index < array->capacity ? &array->slots[index] : nullptr;
}

Value instance_attribute(Object& object, Str& name) {
  const u32 shape = object.shape_number();
  ShapeRecord& record = shape_arena[shape];
  Type& type = *static_cast<Type*>(record.type);
  if (UNLIKELY(is_dictionary(record))) {
    Dict* dict = dictionary_of(object, type);
    return dict ? dict->find_str(name) : Empty;
  }
  const u32 slot = find_slot(shape, name);
  if (slot == kNoSlot) return Empty;
  Field* field = slot_field(object, type, slot);
  if (field) {
    const Value value = field->peek();
    if (LIKELY(!value.is_empty())) return value;
  }
  {
    // Either deleted, or on its way to dictionary mode under our eyes: under the lock it is one or the other.
    ObjectLock lock(object);
    field = slot_field(object, type, slot);
    if (object.shape.load(std::memory_order_relaxed) == shape) return field ? field->peek() : Empty;
  }
  return instance_attribute(object, name);
}

Result<void> set_instance_attribute(Thread& thread, Object& object, Str& name, Value value) {
  Type& type = type_of_object(object);
  Ref<> owned = Ref<>::share(value);
  Value old = Empty;
  SlotArray* retired = nullptr;
  bool done = false;
  bool no_memory = false;
  {
    ObjectLock lock(object);
    const u32 shape = object.shape.load(std::memory_order_relaxed);
    if (LIKELY(!is_dictionary(shape_arena[shape]))) {
      u32 slot = find_slot(shape, name);
      u32 next_shape = shape;
      if (slot == kNoSlot) {
        next_shape = shape_with(shape, name);
        slot = shape_arena[shape].slot_count;
      }
      if (next_shape) {
        no_memory = !reserve_slot_locked(object, type, slot, &retired);
        if (!no_memory) {
          old = slot_field(object, type, slot)->exchange(object, std::move(owned));
          object.shape.store(next_shape, std::memory_order_release);  // after the value: pairs with shape_number
        }
        done = true;
      }
    }
  }
  dispose(object, retired);
  if (no_memory) return raise_memory_error(thread);
  if (done) {
    drop_removed(object, old);
    return {};
  }
  Ref<Dict> dict = TRY(instance_dict(thread, object));
  return dict->set(thread, name.value(), value);
}

namespace {

// A deletion moves the attributes after it one slot down, so that they keep their order. With more of them, or when shapes
// are many already, a dictionary is better.
constexpr u32 kMostMoved = 16;
constexpr u32 kManyShapes = kMaxShapes / 16;

// The shape with the same names but that of `slot`; 0: there shall be none.
u32 shape_without(u32 shape, u32 slot) {
  Str* later[kMostMoved];
  const u32 moved = shape_arena[shape].slot_count - slot - 1;
  if (moved > kMostMoved || count_shapes() > kManyShapes) return 0;
  u32 at = shape;
  for (u32 index = moved; index-- > 0; at = shape_arena[at].parent) {
    later[index] = static_cast<Str*>(shape_arena[at].key.object());
  }
  at = shape_arena[at].parent;
  for (u32 index = 0; at && index < moved; ++index) at = shape_with(at, *later[index]);
  return at;
}

// Deletes what a slot holds. False: nothing was done. A reader of a shared object may have seen its shape and be about to
// load a slot, so only a local one's slots change their names.
bool delete_slot(Object& object, u32 slot) {
  if (object.is_shared()) return false;
  const u32 shape = object.shape_number();
  const u32 fewer = shape_without(shape, slot);
  if (!fewer) return false;
  Type& type = type_of_object(object);
  const Value removed = slot_field(object, type, slot)->exchange(object, Ref<>());
  for (u32 next = slot + 1; next < shape_arena[shape].slot_count; ++next) {
    Field& from = *slot_field(object, type, next);
    slot_field(object, type, next - 1)->initialize(from.peek());
    from.initialize(Empty);
  }
  object.shape.store(fewer, std::memory_order_release);
  drop_removed(object, removed);
  return true;
}

}  // namespace

Result<bool> delete_instance_attribute(Thread& thread, Object& object, Str& name) {
  if (is_dictionary(object.shape_record())) {
    Ref<Dict> dict = TRY(instance_dict(thread, object));
    return !TRY(dict->remove(thread, name.value())).is_empty();
  }
  const u32 slot = find_slot(object.shape_number(), name);
  if (slot == kNoSlot) return false;
  if (delete_slot(object, slot)) return true;
  // The order of attributes after a deletion and a new store must be the dict's: dictionary mode keeps it.
  TRY(instance_dict(thread, object));
  return delete_instance_attribute(thread, object, name);
}

Result<Ref<Dict>> instance_dict(Thread& thread, Object& object) {
  Type& type = type_of_object(object);
  Ref<Dict> fresh = TRY(Dict::make(thread));
  Str* names[kMaxAttributeSlots];
  for (;;) {
    const u32 shape = object.shape_number();
    if (is_dictionary(shape_arena[shape])) {
      ObjectLock lock(object);
      Field& field = overflow_field(object, type);
      if (field.peek().is_object()) return Ref<Dict>::share(static_cast<Dict*>(field.peek().object()));
      (void)field.exchange(object, fresh.share());
      return fresh;
    }
    const u32 count = shape_names(shape, names);
    fresh->clear();
    for (u32 slot = 0; slot < count; ++slot) {
      Field* field = slot_field(object, type, slot);
      Ref<> value = field ? field->load() : Ref<>();
      if (!value.is_empty()) TRY(fresh->set(thread, names[slot]->value(), value));
    }
    const u32 target = dictionary_shape(type);
    Value removed[kMaxAttributeSlots];
    SlotArray* retired = nullptr;
    bool unchanged = true;
    {
      ObjectLock lock(object);
      unchanged = object.shape.load(std::memory_order_relaxed) == shape;
      for (u32 slot = 0; unchanged && slot < count; ++slot) {
        Field* field = slot_field(object, type, slot);
        const Value expected = field ? field->peek() : Empty;
        unchanged = expected.is_empty() || fresh->find_str(*names[slot]) == expected;
      }
      if (unchanged) {
        for (u32 slot = 0; slot < count; ++slot) {
          Field* field = slot_field(object, type, slot);
          removed[slot] = field ? field->exchange(object, Ref<>()) : Empty;
        }
        Field& overflow = overflow_field(object, type);
        retired = overflow_array(overflow);
        // The dictionary before the shape: who sees the shape looks for it.
        (void)overflow.exchange(object, fresh.share());
        object.shape.store(target, std::memory_order_release);
      }
    }
    if (!unchanged) continue;
    for (u32 slot = 0; slot < count; ++slot) drop_removed(object, removed[slot]);
    dispose(object, retired);
    return fresh;
  }
}

Result<void> set_instance_dict(Thread& thread, Object& object, Value dict) {
  TRY(instance_dict(thread, object));
  Type& type = type_of_object(object);
  Value old;
  {
    ObjectLock lock(object);
    old = overflow_field(object, type).exchange(object, Ref<>::share(dict));
  }
  drop_removed(object, old);
  return {};
}

Result<void> for_each_attribute(Thread& thread, Object& object, Result<void> (*body)(Thread&, void*, Str&, Value),
                                void* context) {
  const u32 shape = object.shape_number();
  Type& type = type_of_object(object);
  if (is_dictionary(shape_arena[shape])) {
    Ref<Dict> dict = TRY(instance_dict(thread, object));
    isize position = 0;
    Value key, value;
    while (dict->next_entry(position, key, value)) {
      Ref<> keep = Ref<>::share(value);
      Ref<> keep_key = Ref<>::share(key);
      if (is<Str>(key)) TRY(body(thread, context, as<Str>(key), value));
    }
    return {};
  }
  Str* names[kMaxAttributeSlots];
  const u32 count = shape_names(shape, names);
  for (u32 slot = 0; slot < count; ++slot) {
    Field* field = slot_field(object, type, slot);
    Ref<> value = field ? field->load() : Ref<>();
    if (!value.is_empty()) TRY(body(thread, context, *names[slot], value));
  }
  return {};
}

void visit_attributes(Object& object, Visitor& visitor) {
  Type& type = type_of_object(object);
  if (is_variable(type)) return;
  Field* words = reinterpret_cast<Field*>(&object);
  // Members of __slots__ stand between the C++ layout and the attribute area.
  for (u32 word = type.native_size / 8; word < type.instance_size / 8; ++word) visitor.visit(words[word]);
  if (!type.has(TypeFlag::HasDict)) return;
  Field& overflow = words[type.overflow_word()];
  if (SlotArray* array = overflow_array(overflow)) {
    visitor.visit(array->slots, array->capacity);
  } else {
    visitor.visit(overflow);
  }
  // In dictionary mode the slots are empty, and after a change of class perhaps fewer than the type says.
  if (!is_dictionary(object.shape_record())) visitor.visit(words + type.slot_word(0), type.inline_slots);
}

void release_attributes(Object& object) {
  Type& type = type_of_object(object);
  if (is_variable(type) || !type.has(TypeFlag::HasDict)) return;
  Field& overflow = overflow_field(object, type);
  if (SlotArray* array = overflow_array(overflow)) buffer_free(array);
}

Result<void> change_class(Thread& thread, Object& object, Type& to) {
  Type& from = type_of_object(object);
  if (&from == &to) return {};
  if (!from.has(TypeFlag::HasDict)) {
    ObjectLock lock(object);
    object.shape.store(root_shape(to), std::memory_order_release);
    return {};
  }
  TRY(instance_dict(thread, object));
  const u32 shape = dictionary_shape(to);
  ObjectLock lock(object);
  object.shape.store(shape, std::memory_order_release);
  return {};
}

}  // namespace py
