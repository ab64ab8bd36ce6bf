#include "core/vm/attribute_resolution.h"

#include "core/object/allocate.h"
#include "core/object/casts.h"
#include "core/object/function.h"
#include "core/object/native.h"
#include "core/object/type_system.h"

namespace py {

thread_local constinit AttributeResolution attribute_resolutions[kResolutions];

namespace {

// A __slots__ member is a slot like any other.
bool use_member(Type& type, Value found, AttributeResolution& result) {
  const MemberDescriptor& member = *static_cast<MemberDescriptor*>(found.object());
  if (member.none_when_empty || member.word == kKeptByName || member.word > kMaxCacheOffset || !layout_extends(type, *member.owner)) return false;
  if (result.use == AttributeUse::Set && member.read_only) return false;
  result.kind = CacheKind::Slot;
  result.offset = static_cast<u16>(member.word);
  return true;
}

// Whether the instance's own slots decide the matter.
bool use_instance_slot(Type& type, ShapeRecord& record, AttributeResolution& result) {
  const u32 slot = find_slot(result.shape, *result.name);
  if (slot != kNoSlot) {
    if (slot < type.inline_slots && type.slot_word(slot) <= kMaxCacheOffset) {
      result.kind = CacheKind::Slot;
      result.offset = static_cast<u16>(type.slot_word(slot));
    }
    return true;
  }
  if (result.use != AttributeUse::Set) return false;
  if (record.slot_count < type.inline_slots && type.slot_word(record.slot_count) <= kMaxCacheOffset) {
    result.new_shape = shape_with(result.shape, *result.name);
    result.offset = static_cast<u16>(type.slot_word(record.slot_count));
    if (result.new_shape) result.kind = CacheKind::AddSlot;
  }
  return true;
}

void resolve(AttributeResolution& result) {
  ShapeRecord& record = shape_arena[result.shape];
  const u32 flags = record.flags.load(std::memory_order_relaxed);
  if (flags & static_cast<u32>(ShapeFlag::Retired)) return;
  const bool in_dictionary = flags & static_cast<u32>(ShapeFlag::Dictionary);
  Type& type = *static_cast<Type*>(record.type);
  const Value found = type.lookup(*result.name);
  Type* found_type = found.is_empty() ? nullptr : &type_of(found);
  const bool setting = result.use == AttributeUse::Set;
  if (found_type == types.member_descriptor && use_member(type, found, result)) return;
  // Where there is a __getattr__ it answers for getters that raise AttributeError.
  const bool unasked = type.slots.get_attribute == generic_get_attribute;
  if (found_type == types.property && result.use == AttributeUse::Get && unasked) {
    result.kind = CacheKind::Property;
    result.value = found;
    return;
  }
  if (found_type && (setting ? found_type->slots.descriptor_set != nullptr : found_type->has(TypeFlag::DataDescriptor))) return;
  if (type.has(TypeFlag::HasDict)) {
    if (in_dictionary || use_instance_slot(type, record, result)) return;
  }
  if (setting || !found_type) return;
  if (result.use == AttributeUse::Method && found_type->has(TypeFlag::MethodDescriptor)) {
    result.kind = CacheKind::Method;
  } else if (!found_type->slots.descriptor_get) {
    result.kind = CacheKind::ClassValue;
  } else {
    return;
  }
  result.value = found;
}

}  // namespace

const AttributeResolution& resolve_attribute(u32 shape, Str& name, AttributeUse use) {
  if (const AttributeResolution* known = known_resolution(shape, name, use)) return *known;
  Type& type = *static_cast<Type*>(shape_arena[shape].type);
  AttributeResolution& cell = resolution_cell(shape, name, use);
  cell = {.name = &name, .shape = shape, .version = type_version(type), .use = use, .value = Empty};
  resolve(cell);
  // A class that changed meanwhile has another version by now.
  return cell;
}

Function* python_method(Type& type, Str& name) {
  const Value found = resolve_attribute(root_shape(type), name, AttributeUse::Method).value;
  return is_exact<Function>(found) ? static_cast<Function*>(found.object()) : nullptr;
}

}  // namespace py
