// What a class derives from: the layout among its bases, the method resolution order, and assignment to __bases__.
//
// mro() of a metaclass is Python code that may do anything, assign to the __bases__ of the class at hand included: what
// it did meanwhile wins over what was under way.
#include <vector>

#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/object/slot_table.h"
#include "core/object/type_system.h"

namespace py {

namespace {

// The solid layout of a type: the nearest ancestor whose instances have a C++ layout or slots of their own.
Type* solid_base(Type* type) {
  while (type->base && type->base->instance_size == type->instance_size && type->base->ops == type->ops)
    type = type->base;
  return type;
}

}  // namespace

Result<Type*> best_base(Thread& thread, Tuple& bases) {
  Type* winner = nullptr;
  Type* base = nullptr;
  for (isize i = 0; i < bases.length; ++i) {
    if (!is<Type>(bases[i])) return raise(thread, types.TypeError, "bases must be types");
    Type& candidate_type = as<Type>(bases[i]);
    if (!candidate_type.has(TypeFlag::Subclassable)) {
      return raise(thread, types.TypeError, "type '{}' is not an acceptable base type", candidate_type);
    }
    Type* candidate = solid_base(&candidate_type);
    if (!winner || (winner != candidate && layout_extends(*candidate, *winner))) {
      winner = candidate;
      base = &candidate_type;
    } else if (!layout_extends(*winner, *candidate)) {
      return raise(thread, types.TypeError, "multiple bases have instance lay-out conflict");
    }
  }
  return base;
}

// C3: merges the bases' orders and the list of bases.
namespace {

Result<Ref<Tuple>> merge_orders(Thread& thread, Type& type, Tuple** lists, isize* heads, isize count) {
  Ref<List> order = TRY(List::make(thread));
  TRY(order->append(thread, type.value()));
  for (;;) {
    bool empty = true;
    Value chosen = Empty;
    for (isize i = 0; i < count && chosen.is_empty(); ++i) {
      if (heads[i] >= lists[i]->length) continue;
      empty = false;
      const Value candidate = (*lists[i])[heads[i]];
      bool blocked = false;
      for (isize j = 0; j < count && !blocked; ++j) {
        for (isize k = heads[j] + 1; k < lists[j]->length && !blocked; ++k) blocked = (*lists[j])[k] == candidate;
      }
      if (!blocked) chosen = candidate;
    }
    if (empty) return order->to_tuple(thread);
    if (chosen.is_empty()) break;
    TRY(order->append(thread, chosen));
    for (isize i = 0; i < count; ++i) {
      if (heads[i] < lists[i]->length && (*lists[i])[heads[i]] == chosen) ++heads[i];
    }
  }
  std::string text;
  for (isize i = 0; i < count; ++i) {
    if (heads[i] >= lists[i]->length) continue;
    const std::string name(as<Type>((*lists[i])[heads[i]]).name_view());
    if (text.find(name) == std::string::npos) text += (text.empty() ? "" : ", ") + name;
  }
  return raise(thread, types.TypeError, "Cannot create a consistent method resolution\norder (MRO) for bases {}",
               std::string_view(text));
}

}  // namespace

Result<Ref<Tuple>> default_mro(Thread& thread, Type& type) {
  Tuple& bases = *static_cast<Tuple*>(type.bases.peek().object());
  constexpr isize kMaxBases = 256;
  if (bases.length >= kMaxBases) return raise(thread, types.TypeError, "too many base classes");
  Tuple* lists[kMaxBases];
  isize heads[kMaxBases] = {};
  for (isize i = 0; i < bases.length; ++i) {
    for (isize j = 0; j < i; ++j) {
      if (bases[i] == bases[j]) return raise(thread, types.TypeError, "duplicate base class {}", as<Type>(bases[i]));
    }
    const Value order = as<Type>(bases[i]).mro.peek();
    if (order.is_empty())
      return raise(thread, types.TypeError, "Cannot extend an incomplete type '{}'", as<Type>(bases[i]));
    lists[i] = static_cast<Tuple*>(order.object());
  }
  lists[bases.length] = &bases;
  return merge_orders(thread, type, lists, heads, bases.length + 1);
}

namespace {

bool has_custom_mro(Type& metatype) {
  return &metatype != types.type && metatype.lookup(names::mro()) != types.type->dictionary().find_str(names::mro());
}

// Slots of instances must stand where all methods of the order expect them.
Result<void> check_order(Thread& thread, Type& type, Tuple& order) {
  Type& solid = *solid_base(&type);
  for (isize i = 0; i < order.length; ++i) {
    if (!is<Type>(order[i]))
      return raise(thread, types.TypeError, "mro() returned a non-class ('{}')", type_of(order[i]));
    Type& member = as<Type>(order[i]);
    if (!layout_extends(solid, *solid_base(&member))) {
      return raise(thread, types.TypeError, "mro() returned base with unsuitable layout ('{}')", member);
    }
  }
  return {};
}

}  // namespace

Result<Ref<Tuple>> compute_mro(Thread& thread, Type& type) {
  if (!has_custom_mro(*type.metatype())) return default_mro(thread, type);
  Ref<> method = TRY(lookup_special(thread, type.value(), names::mro()));
  Ref<> order = TRY(call(thread, method));
  Ref<Tuple> result = TRY(to_tuple(thread, order));
  TRY(check_order(thread, type, *result));
  return result;
}

namespace {

// The new orders of a class and of all that derive from it, with what is needed to take them back.
class OrderChange {
 public:
  explicit OrderChange(Thread& thread) : thread_(thread) {}

  Result<void> apply(Type& type) {
    Ref<> before = type.mro.load();
    Ref<Tuple> order = TRY(compute_mro(thread_, type));
    if (type.mro.peek() != before.value()) return {};  // mro() itself changed the bases: that is done already
    type.mro.store(type, order.value());
    changes_.push_back({&type, Ref<>(std::move(order)), std::move(before)});
    type_changed(thread_, type, names::__getattribute__());
    Ref<List> subclasses = TRY(list_subclasses(thread_, type));
    for (isize i = 0; i < subclasses->length(); ++i) TRY(apply(as<Type>(subclasses->peek(i))));
    return {};
  }

  void take_back() {
    for (Change& change : changes_) {
      if (change.type->mro.peek() != change.after.value()) continue;
      change.type->mro.store(*change.type, std::move(change.before));
      type_changed(thread_, *change.type, names::__getattribute__());
    }
  }

  void update_all_slots() {
    for (Change& change : changes_) update_slots(*change.type);
  }

 private:
  struct Change {
    Type* type;  // kept alive by its order, which begins with it
    Ref<> after, before;
  };
  Thread& thread_;
  std::vector<Change> changes_;
};

Result<void> check_new_bases(Thread& thread, Type& type, Tuple& bases) {
  if (bases.length == 0) {
    return raise(thread, types.TypeError, "can only assign non-empty tuple to {}.__bases__, not ()", type);
  }
  for (isize i = 0; i < bases.length; ++i) {
    if (!is<Type>(bases[i])) {
      return raise(thread, types.TypeError, "{}.__bases__ must be tuple of classes, not '{}'", type, type_of(bases[i]));
    }
    Type& base = as<Type>(bases[i]);
    if (base.is_subtype_of(type) || layout_extends(base, type)) {
      return raise(thread, types.TypeError, "a __bases__ item causes an inheritance cycle");
    }
  }
  return {};
}

}  // namespace

Result<void> set_bases(Thread& thread, Type& type, Tuple& bases) {
  TRY(check_new_bases(thread, type, bases));
  Type& base = *TRY(best_base(thread, bases));
  if (solid_base(&base) != solid_base(type.base) && !layout_extends(type, *solid_base(&base))) {
    return raise(thread, types.TypeError, "__bases__ assignment: '{}' object layout differs from '{}'", base,
                 *type.base);
  }
  Ref<> old_bases = type.bases.load();
  Type* old_base = type.base;
  type.bases.store(type, bases.value());
  type.base = &base;
  OrderChange change(thread);
  const bool failed = change.apply(type).failed();
  if (failed) change.take_back();
  if (type.bases.peek() != bases.value()) return failed ? Result<void>(failure) : Result<void>();
  if (failed) {
    type.bases.store(type, old_bases);
    type.base = old_base;
    return failure;
  }
  Tuple& old = as<Tuple>(old_bases);
  for (isize i = 0; i < old.length; ++i) forget_subclass(as<Type>(old[i]), type);
  for (isize i = 0; i < bases.length; ++i) add_subclass(as<Type>(bases[i]), type);
  change.update_all_slots();
  return {};
}

}  // namespace py
