#include "core/object/type.h"

#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/layout.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/object/slot_table.h"
#include "core/object/type_system.h"
#include "memory/buffer.h"
#include "threading/runtime/world.h"
#include "threading/sync/mutex.h"

#include <algorithm>
#include <vector>

namespace py {

BuiltinTypes types;
Names name_table;
void (*sweep_inline_caches)(Thread& thread) = nullptr;

struct SubclassList {
  usize count, capacity;
  Type* items[];
};

namespace {

Mutex type_mutex;
Mutex populate_mutex(Rank::Types);  // held while names are interned and objects allocated
std::atomic<u32> last_version{0};

void type_visit(Object& object, Visitor& visitor) {
  Type& type = static_cast<Type&>(object);
  for (Field* field : {&type.name, &type.qualified_name, &type.module, &type.bases, &type.mro, &type.dict, &type.doc}) {
    visitor.visit(*field);
  }
  visit_attributes(object, visitor);
}

usize type_size(const Object& object) { return type_of_object(object).allocation_size(); }

void remove_subclass_locked(Type& base, Type& type) {
  SubclassList* list = base.subclasses;
  for (usize i = 0; list && i < list->count; ++i) {
    if (list->items[i] == &type) {
      std::copy(list->items + i + 1, list->items + list->count, list->items + i);
      --list->count;
      return;
    }
  }
}

void type_release(Object& object) {
  Type& type = static_cast<Type&>(object);
  buffer_free(type.subclasses);
}

// Lookup cache of this thread: (version, name) names one result.
struct LookupEntry {
  u32 version;
  Str* name;
  Value value;
};
constexpr u32 kLookupEntries = 2048;
thread_local LookupEntry lookup_cache[kLookupEntries];

Value lookup_uncached(Type& type, Str& name) {
  const Value mro = type.mro.peek();
  if (mro.is_empty()) return type.dictionary().find_str(name);
  const Tuple& order = *static_cast<Tuple*>(mro.object());
  for (isize i = 0; i < order.length; ++i) {
    const Value found = static_cast<Type*>(order[i].object())->dictionary().find_str(name);
    if (!found.is_empty()) return found;
  }
  return Empty;
}

// The classes derived from `type`, direct or not, itself first. No class dies before the next safepoint.
void collect_tree_locked(Type& type, std::vector<Type*>& tree) {
  tree.push_back(&type);
  for (usize i = 0; type.subclasses && i < type.subclasses->count; ++i) collect_tree_locked(*type.subclasses->items[i], tree);
}

}  // namespace

const ObjectOps Type::kOps = {"type", type_visit, type_release, type_size};

u32 type_version(Type& type) {
  u32 version = type.version.load(std::memory_order_acquire);
  if (LIKELY(version)) return version;
  type_mutex.lock();
  version = type.version.load(std::memory_order_relaxed);
  if (!version) {
    version = last_version.fetch_add(1, std::memory_order_relaxed) + 1;
    type.version.store(version, std::memory_order_release);
  }
  type_mutex.unlock();
  return version;
}

Value Type::lookup(Str& name) {
  const u32 current = version.load(std::memory_order_acquire);
  if (LIKELY(current)) {
    LookupEntry& entry = lookup_cache[(current * 31 + (reinterpret_cast<u64>(&name) >> 4)) & (kLookupEntries - 1)];
    if (LIKELY(entry.version == current && entry.name == &name)) return entry.value;
    const Value found = lookup_uncached(*this, name);
    if (version.load(std::memory_order_acquire) == current) entry = {current, &name, found};
    return found;
  }
  type_version(*this);
  return lookup_uncached(*this, name);
}

bool Type::is_subtype_of(const Type& other) const {
  if (this == &other) return true;
  const Value order = mro.peek();
  if (order.is_empty()) {
    for (const Type* type = this; type; type = type->base) {
      if (type == &other) return true;
    }
    return false;
  }
  const Tuple& tuple = *static_cast<Tuple*>(order.object());
  for (isize i = 0; i < tuple.length; ++i) {
    if (tuple[i].object() == &other) return true;
  }
  return false;
}

bool layout_extends(const Type& type, const Type& base) {
  for (const Type* at = &type; at; at = at->base) {
    if (at == &base) return true;
  }
  return false;
}

Str& Type::name_str() const { return *static_cast<Str*>(name.peek().object()); }

std::string_view Type::name_view() const {
  const Str& text = name_str();
  return text.is_ascii() ? text.ascii() : std::string_view("?");
}

Dict& Type::dictionary() {
  if (UNLIKELY(!populated.load(std::memory_order_acquire))) populate_type(*this);
  return *static_cast<Dict*>(dict.peek().object());
}

Value lookup_after(Type& type, Type& after, Str& name) {
  const Value resolution = type.mro.peek();
  if (resolution.is_empty()) return Empty;  // mro() of a class in the making runs
  const Tuple& order = *static_cast<Tuple*>(resolution.object());
  bool passed = false;
  for (isize i = 0; i < order.length; ++i) {
    Type& candidate = *static_cast<Type*>(order[i].object());
    if (passed) {
      const Value found = candidate.dictionary().find_str(name);
      if (!found.is_empty()) return found;
    } else {
      passed = &candidate == &after;
    }
  }
  return Empty;
}

void publish_classes() {
  // Each class is a subclass of object; nobody else runs who could change the lists.
  auto publish_below = [](auto& self, Type& type) -> void {
    publish(type.value());
    for (usize i = 0; type.subclasses && i < type.subclasses->count; ++i) self(self, *type.subclasses->items[i]);
  };
  publish_below(publish_below, *types.object);
}

bool classes_have_finalizers() {
  auto look = [](auto& self, const Type& type) -> bool {
    const Type* native = &type;
    while (native->has(TypeFlag::Heap)) native = native->base;
    if (type.slots.finalize != native->slots.finalize) return true;  // inherited ones are no __del__
    for (usize i = 0; type.subclasses && i < type.subclasses->count; ++i) {
      if (self(self, *type.subclasses->items[i])) return true;
    }
    return false;
  };
  type_mutex.lock();
  const bool found = look(look, *types.object);
  type_mutex.unlock();
  return found;
}

void add_subclass(Type& base, Type& type) {
  // From here on any thread can find it.
  if (has_multiple_threads()) publish(type.value());
  type_mutex.lock();
  SubclassList* list = base.subclasses;
  if (!list || list->count == list->capacity) {
    const usize capacity = list ? list->capacity * 2 : 4;
    const usize count = list ? list->count : 0;
    list = static_cast<SubclassList*>(buffer_reallocate(list, sizeof(SubclassList) + capacity * sizeof(Type*)));
    CHECK(list != nullptr);
    list->count = count;
    list->capacity = capacity;
    base.subclasses = list;
  }
  list->items[list->count++] = &type;
  type_mutex.unlock();
}

void forget_subclass(Type& base, Type& type) {
  type_mutex.lock();
  remove_subclass_locked(base, type);
  type_mutex.unlock();
}

void forget_garbage_class(Object& object) {
  if (object.shape_record().ops != &Type::kOps) return;
  Type& type = static_cast<Type&>(object);
  const Value bases = type.bases.peek();
  if (!bases.is_object()) return;
  Tuple& tuple = *static_cast<Tuple*>(bases.object());
  for (isize i = 0; i < tuple.length; ++i) forget_subclass(*static_cast<Type*>(tuple[i].object()), type);
}

Result<Ref<List>> list_subclasses(Thread& thread, Type& type) {
  Ref<List> result = TRY(List::make(thread));
  type_mutex.lock();
  const usize count = type.subclasses ? type.subclasses->count : 0;
  Value* items = count ? static_cast<Value*>(buffer_allocate(count * 8)) : nullptr;
  for (usize i = 0; i < count; ++i) items[i] = type.subclasses->items[i]->value();
  type_mutex.unlock();
  for (usize i = 0; i < count; ++i) TRY(result->append(thread, items[i]));
  buffer_free(items);
  return result;
}

namespace {

template <class Function>
void for_each_shape_below(u32 shape, const Function& function) {
  ShapeRecord& record = shape_arena[shape];
  function(record);
  for (u32 child = record.first_child.load(std::memory_order_acquire); child; child = shape_arena[child].next_sibling) {
    for_each_shape_below(child, function);
  }
}

// The shapes of the type's instances, in slot mode and in dictionary mode.
template <class Function>
void for_each_shape(Type& type, const Function& function) {
  if (const u32 root = root_shape(type)) for_each_shape_below(root, function);
  const u32 dictionary = type.dictionary_shape.load(std::memory_order_acquire);
  if (dictionary && dictionary != root_shape(type)) function(shape_arena[dictionary]);
}

// Whether an inline cache may name a slot of an instance: a class of whose instances none ever got an attribute has none.
bool has_instance_caches(const std::vector<Type*>& tree) {
  for (Type* type : tree) {
    if (type->instance_size == 0) continue;  // its instances have dictionaries, and their layout no members
    // Members of __slots__, or of the C++ layout.
    if (type->instance_size != type->native_size || type->native_size != sizeof(Object)) return true;
    const u32 root = root_shape(*type);
    if (root && shape_arena[root].first_child.load(std::memory_order_acquire)) return true;
  }
  return false;
}

// Whether some instance may keep an attribute of this name, now one of `type`, in a slot. Who gives the first one such a slot
// later finds the class changed.
bool may_stand_in_slot(Type& type, const std::vector<Type*>& tree, Str& name) {
  bool found = !type.dictionary().find_str(names::__slots__()).is_empty() || !lookup_after(type, type, name).is_empty();
  for (Type* changed : tree) {
    for_each_shape(*changed, [&](ShapeRecord& record) { found |= record.key == name.value(); });
  }
  return found;
}

}  // namespace

void type_changed(Thread& thread, Type& type, Str& name) {
  const Value now = type.dictionary().find_str(name);
  const bool intercepts = &name == &names::__getattribute__() || &name == &names::__getattr__() ||
                          &name == &names::__setattr__() || &name == &names::__delattr__();
  const bool is_data = now.is_object() && type_of(now).has(TypeFlag::DataDescriptor);
  std::vector<Type*> tree;
  type_mutex.lock();
  collect_tree_locked(type, tree);
  for (Type* changed : tree) changed->version.store(0, std::memory_order_release);
  type_mutex.unlock();
  const bool special = name.length() > 4 && name[0] == '_' && name[1] == '_';
  if (special && type.has(TypeFlag::Heap)) {
    for (Type* changed : tree) {
      if (changed->has(TypeFlag::Heap)) update_slot(*changed, name);
    }
    if (&name == &names::__del__()) {
      for (Type* changed : tree) {
        for_each_shape(*changed, [](ShapeRecord& record) {
          record.flags.fetch_or(static_cast<u32>(ShapeFlag::HasFinalizer));
          record.flags.fetch_and(~static_cast<u32>(ShapeFlag::Leaf));
        });
      }
    }
  }
  const bool shadows_slots = (intercepts && has_instance_caches(tree)) || (is_data && may_stand_in_slot(type, tree, name));
  if (shadows_slots && sweep_inline_caches) sweep_inline_caches(thread);
}

SplitDoc split_doc(const char* doc) {
  constexpr std::string_view kEnd = ")\n--\n\n";
  if (!doc || doc[0] != '(') return {{}, doc ? doc : ""};
  const std::string_view text = doc;
  const usize end = text.find(kEnd);
  if (end == std::string_view::npos) return {{}, text};
  return {text.substr(0, end + 1), text.substr(end + kEnd.size())};
}

namespace {

// What stands for a method in the dict of its type.
Ref<> make_method(Thread& thread, Type& type, const MethodSpec& method) {
  if (method.binding == Binding::StaticMethod) {
    Ref<NativeFunction> function =
        MUST(make_native_function(thread, *types.builtin_function, method, type.value(), None, &type));
    Ref<MethodWrapper> wrapper = MUST(new_object<MethodWrapper>(thread, *types.staticmethod));
    set_fresh(*wrapper, wrapper->function, function.value());
    return Ref<>(std::move(wrapper));
  }
  Type& kind = method.binding == Binding::ClassMethod ? *types.classmethod_descriptor : *types.method_descriptor;
  return Ref<>(MUST(make_native_function(thread, kind, method, Empty, None, &type)));
}

}  // namespace

void populate_type(Type& type) {
  Thread& thread = current_thread();
  populate_mutex.lock();
  if (!type.populated.load(std::memory_order_relaxed)) {
    const TypeSpec& spec = *type.spec;
    Dict& dict = *static_cast<Dict*>(type.dict.peek().object());
    for (usize i = 0; i < spec.method_count; ++i) {
      MUST(dict.set_str(thread, spec.methods[i].name, make_method(thread, type, spec.methods[i])));
    }
    for (usize i = 0; i < spec.property_count; ++i) {
      Ref<GetSetDescriptor> property =
          MUST(allocate<GetSetDescriptor>(thread, *types.getset_descriptor, sizeof(GetSetDescriptor)));
      make_deferred(property.get());
      property->spec = &spec.properties[i];
      property->owner = &type;
      MUST(dict.set_str(thread, spec.properties[i].name, property.value()));
    }
    for (usize i = 0; i < spec.member_count; ++i) {
      const MemberSpec& row = spec.members[i];
      MUST(dict.set_str(thread, row.name,
                        MUST(make_member(thread, type, row.name, row.doc, row.word, row.read_only, row.none_when_empty))));
    }
    add_slot_wrappers(thread, type, dict);
    if (dict.find_str(names::__doc__()).is_empty()) {
      const std::string_view text = split_doc(spec.doc).doc;
      Ref<> doc = spec.doc ? Ref<>(MUST(Str::from_utf8(thread, text))) : Ref<>::adopt(None);
      MUST(dict.set(thread, names::__doc__().value(), doc));
    }
    type.populated.store(true, std::memory_order_release);
  }
  populate_mutex.unlock();
}

Type& make_builtin_type(Thread& thread, const TypeSpec& spec, Type* base) {
  if (!base && types.object) base = types.object;
  Object* block = allocate_object(thread, sizeof(Type),
                                  types.type ? root_shape(*types.type) : 0);
  CHECK(block != nullptr);
  Type* type = new (block) Type();
  block->shape.store(types.type ? root_shape(*types.type) : 0, std::memory_order_relaxed);
  make_immortal(type);
  type->base = base;
  type->spec = &spec;
  type->slots = spec.slots;
  type->ops = spec.ops ? spec.ops : base ? base->ops : nullptr;
  type->native_size = type->instance_size = spec.size ? (spec.size == ~0u ? 0 : spec.size) : base ? base->native_size : 16;
  u32 flags = spec.flags | static_cast<u32>(TypeFlag::Immutable) | static_cast<u32>(TypeFlag::Weakrefable);
  // What has no constructor of its own cannot be called: that of object knows nothing of the layout.
  if (base && base == types.object && !spec.slots.new_ && !spec.slots.init) flags |= static_cast<u32>(TypeFlag::NoInstantiation);
  if (base) flags |= base->flags.load() & (kInheritedTypeFlags | static_cast<u32>(TypeFlag::HasDict));
  type->flags.store(flags);
  type->populated.store(false);
  inherit_slots(*type);
  make_root_shape(*type);
  return *type;
}

// The parts of a builtin type that need other builtin types: names, dict, bases, MRO.
void finish_builtin_type(Thread& thread, Type& type) {
  if (!type.shape.load()) type.shape.store(root_shape(*types.type));
  const std::string_view full = type.spec->name;
  const usize dot = full.rfind('.');
  const std::string_view name = dot == std::string_view::npos ? full : full.substr(dot + 1);
  type.name.initialize(intern(thread, name).value());
  type.qualified_name.initialize(intern(thread, name).value());
  type.module.initialize(intern(thread, dot == std::string_view::npos ? "builtins" : full.substr(0, dot)).value());
  type.dict.initialize(MUST(Dict::make(thread)).release()->value());
  Ref<Tuple> bases = type.base ? MUST(Tuple::from(thread, {type.base->value()})) : MUST(Tuple::allocate(thread, 0));
  type.bases.initialize(Ref<>(std::move(bases)));
  Value order[32];
  isize count = 0;
  for (Type* at = &type; at; at = at->base) order[count++] = at->value();
  type.mro.initialize(Ref<>(MUST(Tuple::from(thread, order, count))));
  if (type.base) add_subclass(*type.base, type);
}

Result<Ref<>> make_member(Thread& thread, Type& owner, std::string_view name, const char* doc, u32 word, bool read_only,
                          bool none_when_empty) {
  Ref<MemberDescriptor> member = TRY(allocate<MemberDescriptor>(thread, *types.member_descriptor, sizeof(MemberDescriptor)));
  make_deferred(member.get());
  member->name.initialize(intern(thread, name).value());
  member->doc.initialize(doc ? Ref<>(TRY(Str::from_utf8(thread, doc))).release() : None);
  member->owner = &owner;
  member->word = word;
  member->read_only = read_only;
  member->none_when_empty = none_when_empty;
  return Ref<>(std::move(member));
}

Result<Ref<NativeFunction>> make_native_function(Thread& thread, Type& type, const MethodSpec& spec, Value self,
                                                 Value module, Type* owner) {
  Ref<NativeFunction> function = TRY(allocate<NativeFunction>(thread, type, sizeof(NativeFunction)));
  if (self.is_empty() || owner == nullptr) make_deferred(function.get());
  function->spec = &spec;
  incref(self);
  function->self.initialize(self);
  function->module.initialize(Ref<>::share(module).release());
  function->owner = owner;
  return function;
}

}  // namespace py
