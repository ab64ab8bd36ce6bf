// gc: what programs see of memory/collector.h.
#include "core/modules/registry.h"
#include "core/modules/warning.h"
#include "core/object/audit.h"
#include "core/object/dict.h"
#include "core/vm/generator.h"
#include "memory/collector.h"
#include "memory/root_vector.h"
#include "memory/roots.h"

#include <cstdio>

namespace py {

namespace {

constexpr i64 kDebugStats = 1, kDebugCollectable = 2, kDebugUncollectable = 4, kDebugSaveAll = 32;
constexpr i64 kDebugLeak = kDebugCollectable | kDebugUncollectable | kDebugSaveAll;

std::atomic<i64> debug_flags{0};
GlobalRef garbage_list;   // gc.garbage
GlobalRef callback_list;  // gc.callbacks

// gc.callbacks get ("start" or "stop", info).
void run_callbacks(Thread& thread, bool start, int generation, usize collected) {
  if (!is<List>(callback_list.peek()) || as<List>(callback_list.peek()).length() == 0) return;
  Ref<> list = Ref<>::share(callback_list.peek());
  Ref<> pending = take_pending(thread);
  auto run = [&]() -> Result<void> {
    Ref<Dict> info = TRY(Dict::make(thread));
    TRY(info->set_str(thread, "generation", Value::integer(generation)));
    TRY(info->set_str(thread, "collected", Value::integer(static_cast<i64>(collected))));
    TRY(info->set_str(thread, "uncollectable", Value::integer(0)));
    Ref<Tuple> callbacks = TRY(as<List>(list).to_tuple(thread));
    for (isize i = 0; i < callbacks->length; ++i) {
      const Value callback = (*callbacks)[i];
      if (call(thread, callback, {intern(thread, start ? "start" : "stop").value(), info.value()}).failed()) report_unraisable(thread, callback);
    }
    return {};
  };
  if (run().failed()) report_unraisable(thread, None);
  thread.pending = pending.release();
}

void save_garbage(Thread& thread, Object& object) {
  if (!is<List>(garbage_list.peek())) return;
  if (as<List>(garbage_list.peek()).append(thread, object.value()).failed()) clear_pending(thread);
}

Result<void> gc_enable(Thread&) {
  set_collection_enabled(true);
  return {};
}
Result<void> gc_disable(Thread&) {
  set_collection_enabled(false);
  return {};
}
Result<bool> gc_isenabled(Thread&) { return is_collection_enabled(); }

Result<isize> gc_collect(Thread& thread, int generation) {
  if (generation < 0 || generation > 2) return raise(thread, types.ValueError, "invalid generation");
  if (thread.is_collecting) return isize{0};
  const usize found = collect(thread, generation);
  if (debug_flags.load() & kDebugStats) std::fprintf(stderr, "gc: collecting generation %d...\ngc: done, %zu unreachable\n", generation, found);
  return static_cast<isize>(found);
}

Result<void> gc_set_threshold(Thread& thread, Rest rest) {
  if (rest.count < 1) return raise(thread, types.TypeError, "function missing required argument 'threshold0' (pos 1)");
  if (rest.count > 3) return raise(thread, types.TypeError, "function takes at most 3 arguments ({} given)", rest.count);
  CollectionThresholds thresholds = collection_thresholds();
  i64* fields[] = {&thresholds.young, &thresholds.local, &thresholds.full};
  for (u32 i = 0; i < rest.count; ++i) *fields[i] = TRY(to_int(thread, rest.values[i]));
  set_collection_thresholds(thresholds);
  return {};
}
Result<Ref<Tuple>> three(Thread& thread, const CollectionThresholds& numbers) {
  Ref<> young = TRY(make_int(thread, numbers.young)), local = TRY(make_int(thread, numbers.local)), full = TRY(make_int(thread, numbers.full));
  return Tuple::from(thread, {young, local, full});
}
Result<Ref<Tuple>> gc_get_threshold(Thread& thread) { return three(thread, collection_thresholds()); }
Result<Ref<Tuple>> gc_get_count(Thread& thread) { return three(thread, collection_counts(thread)); }

Result<void> gc_set_debug(Thread&, isize flags) {
  debug_flags.store(flags);
  save_garbage_hook = flags & kDebugSaveAll ? save_garbage : nullptr;
  return {};
}
Result<isize> gc_get_debug(Thread&) { return debug_flags.load(); }

Result<Ref<>> to_python_list(Thread& thread, ObjectList objects) {
  if (!objects.complete) return raise_memory_error(thread);
  Ref<List> list = TRY(List::make(thread, static_cast<isize>(objects.size)));
  for (usize i = 0; i < objects.size; ++i) TRY(list->append(thread, objects.items[i]->value()));
  return Ref<>(std::move(list));
}
Result<Ref<>> gc_get_objects(Thread& thread, Value generation) {
  TRY(audit(thread, "gc.get_objects", {generation}));
  int wanted = -1;
  if (!generation.is_none()) {
    wanted = TRY(to_int(thread, generation));
    if (wanted < 0) return raise(thread, types.ValueError, "generation parameter cannot be negative");
    if (wanted > 2) return raise(thread, types.ValueError, "generation parameter must be less than the number of available generations (3)");
  }
  return to_python_list(thread, list_objects(thread, wanted));
}
Result<void> audit_objects(Thread& thread, const char* event, Rest rest) {
  if (!has_audit_hooks.load(std::memory_order_relaxed)) return {};  // the tuple would be a referrer
  Ref<Tuple> objects = TRY(Tuple::from(thread, rest.values, rest.count));
  return audit(thread, event, {objects.value()});
}
Result<Ref<>> gc_get_referrers(Thread& thread, Rest rest) {
  TRY(audit_objects(thread, "gc.get_referrers", rest));
  Object* targets[256];
  usize count = 0;
  for (u32 i = 0; i < rest.count && count < std::size(targets); ++i) {
    if (rest.values[i].is_object()) targets[count++] = rest.values[i].object();
  }
  return to_python_list(thread, find_referrers(thread, targets, count));
}
// What an object's fields hold, ints and the like included, but nothing that a program cannot see.
struct Referents : Visitor {
  Referents() : Visitor(note_field) {}
  static void note_field(Visitor& visitor, Field& field) {
    const Value value = field.peek();
    const bool visible = value.is_object() || value.is_int() || value.is_float() || value.is_none() || value.is_bool() ||
                         value == Ellipsis || value == NotImplemented;
    if (visible) static_cast<Referents&>(visitor).values.push(Ref<>::share(value));
  }
  RootVector values;
};

Result<Ref<>> gc_get_referents(Thread& thread, Rest rest) {
  TRY(audit_objects(thread, "gc.get_referents", rest));
  Ref<List> all = TRY(List::make(thread));
  for (u32 i = 0; i < rest.count; ++i) {
    const Value object = rest.values[i];
    if (!object.is_object() || !is_tracked(*object.object())) continue;
    Referents referents;
    object.object()->shape_record().ops->visit(*object.object(), referents);
    // A set is a table whose values are all None.
    for (Value value : referents.values) {
      if (!is<Set>(object) || !value.is_none()) TRY(all->append(thread, value));
    }
  }
  return Ref<>(std::move(all));
}
Result<bool> gc_is_tracked(Thread&, Value object) { return object.is_object() && is_tracked(*object.object()); }
Result<bool> gc_is_finalized(Thread&, Value object) {
  if (!object.is_object() || !object.object()->has(ObjectFlag::Finalized)) return false;
  // Generators that close silently are never finalized.
  return !is_exact<Generator>(object) || static_cast<Generator*>(object.object())->load_state() == GeneratorState::Finished;
}
Result<void> gc_freeze(Thread& thread) {
  freeze_heap(thread);
  return {};
}
Result<void> gc_unfreeze(Thread& thread) {
  unfreeze_heap(thread);
  return {};
}
Result<isize> gc_get_freeze_count(Thread& thread) { return static_cast<isize>(count_frozen(thread)); }

Result<Ref<List>> gc_get_stats(Thread& thread) {
  Ref<List> result = TRY(List::make(thread, 3));
  for (int generation = 0; generation < 3; ++generation) {
    const CollectionStats stats = collection_stats(generation);
    Ref<Dict> row = TRY(Dict::make(thread));
    TRY(row->set_str(thread, "collections", TRY(make_int_unsigned(thread, stats.collections))));
    TRY(row->set_str(thread, "collected", TRY(make_int_unsigned(thread, stats.collected))));
    TRY(row->set_str(thread, "uncollectable", TRY(make_int_unsigned(thread, stats.uncollectable))));
    TRY(result->append(thread, row.value()));
  }
  return result;
}

constexpr MethodSpec kFunctions[] = {
    function<gc_enable>("enable()", "Enable automatic garbage collection."),
    function<gc_disable>("disable()", "Disable automatic garbage collection."),
    function<gc_isenabled>("isenabled()", "Returns true if automatic garbage collection is enabled."),
    function<gc_collect>("collect(generation=2)", "Run the garbage collector."),
    function<gc_set_threshold>("set_threshold(*args)", "Sets the collection thresholds."),
    function<gc_get_threshold>("get_threshold()", "Return the current collection thresholds."),
    function<gc_get_count>("get_count()", "Return a three-tuple of the current collection counts."),
    function<gc_set_debug>("set_debug(flags, /)", "Set the garbage collection debugging flags."),
    function<gc_get_debug>("get_debug()", "Get the garbage collection debugging flags."),
    function<gc_get_objects>("get_objects(generation=None)", "Return a list of objects tracked by the collector (excluding the list returned)."),
    function<gc_get_referrers>("get_referrers(*objs)", "Return the list of objects that directly refer to any of objs."),
    function<gc_get_referents>("get_referents(*objs)", "Return the list of objects that are directly referred to by objs."),
    function<gc_is_tracked>("is_tracked(obj, /)", "Returns true if the object is tracked by the garbage collector."),
    function<gc_is_finalized>("is_finalized(obj, /)", "Returns true if the object has been already finalized by the GC."),
    function<gc_freeze>("freeze()", "Freeze all current tracked objects and ignore them for future collections."),
    function<gc_unfreeze>("unfreeze()", "Unfreeze all objects in the permanent generation."),
    function<gc_get_freeze_count>("get_freeze_count()", "Return the number of objects in the permanent generation."),
    function<gc_get_stats>("get_stats()", "Return a list of dictionaries containing per-generation statistics."),
};

Result<void> initialize(Thread& thread, Module& module) {
  garbage_list.set(TRY(List::make(thread)));
  callback_list.set(TRY(List::make(thread)));
  collection_callback_hook = run_callbacks;
  TRY(add_to_module(thread, module, "garbage", garbage_list.peek()));
  TRY(add_to_module(thread, module, "callbacks", callback_list.peek()));
  TRY(add_int_to_module(thread, module, "DEBUG_STATS", kDebugStats));
  TRY(add_int_to_module(thread, module, "DEBUG_COLLECTABLE", kDebugCollectable));
  TRY(add_int_to_module(thread, module, "DEBUG_UNCOLLECTABLE", kDebugUncollectable));
  TRY(add_int_to_module(thread, module, "DEBUG_SAVEALL", kDebugSaveAll));
  return add_int_to_module(thread, module, "DEBUG_LEAK", kDebugLeak);
}

}  // namespace

extern const ModuleSpec kGcModule = {"gc", "This module provides access to the garbage collector for reference cycles.", kFunctions,
                                     std::size(kFunctions), initialize};

}  // namespace py
