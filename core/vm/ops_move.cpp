// Moves, constants, cells, names.
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/vm/dispatch.h"

namespace py {

OPCODE(Move) {
  const Value value = fp[OP_B];
  if (OP_FLAGS & kDropB) {
    fp[OP_B] = Empty;
  } else if (value.is_counted()) {
    incref_object(value.object());
  }
  FINISH(1, value);
}
OPCODE(LoadConstant) {
  const Value value = frame_code(fp).constant_values()[OP_D];
  FINISH_COPY(1, value);
}
OPCODE(LoadImmediate) { FINISH(1, Value{static_cast<u64>(i64{OP_D})}); }
OPCODE(Nop) { NEXT(1); }
SLOW(clear_many) {
  SAVE_PC();
  for (u32 i = 0; i <= OP_B; ++i) drop(fp[OP_A + i]);
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}
OPCODE(Clear) {
  if (OP_B) GO(clear_many);
  const Value old = fp[OP_A];
  fp[OP_A] = Empty;
  pc += 1;
  if (old.is_counted()) {
    word = old.bits;
    GO(drop_and_go);
  }
  DISPATCH();
}
OPCODE(UnbindLocal) { FINISH(1, Unbound); }

SLOW(raise_unbound_local) {
  SAVE_PC();
  (void)raise(*thread, types.UnboundLocalError, "cannot access local variable '{}' where it is not associated with a value",
              constant_name(fp, OP_B));
  RAISE();
}
OPCODE(CheckLocal) {
  const Value value = fp[OP_A];
  if (UNLIKELY(value == Unbound || value == Empty)) GO(raise_unbound_local);
  NEXT(1);
}
OPCODE(DeleteLocal) {
  const Value value = fp[OP_A];
  if (UNLIKELY(value == Unbound || value == Empty)) GO(raise_unbound_local);
  FINISH(1, Unbound);
}

// Cells

namespace {

INLINE Tuple& frame_closure(Value* fp) {
  return *static_cast<Tuple*>(static_cast<Function*>(fp[kFunction].object())->closure.peek().object());
}
INLINE Cell& free_cell(Value* fp, u32 index) { return *static_cast<Cell*>(frame_closure(fp)[index].object()); }

}  // namespace

SLOW(raise_free_unbound) {
  SAVE_PC();
  (void)raise(*thread, types.NameError,
              "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
              constant_name(fp, OP_C));
  RAISE();
}
SLOW(raise_cell_unbound) {
  SAVE_PC();
  (void)raise(*thread, types.UnboundLocalError, "cannot access local variable '{}' where it is not associated with a value",
              constant_name(fp, OP_C));
  RAISE();
}

OPCODE(MakeCell) {
  const Value content = fp[OP_A] == Unbound ? Empty : fp[OP_A];
  const Value cell = [&] {
    Result<Ref<Cell>> result = make_cell(*thread, content);
    return result.failed() ? Error : Ref<>(result.take()).release();
  }();
  if (UNLIKELY(cell.is_error())) {
    SAVE_PC();
    RAISE();
  }
  FINISH(1, cell);
}
OPCODE(LoadCell) {
  const Value value = static_cast<Cell*>(fp[OP_B].object())->content.peek();
  if (UNLIKELY(value == Empty)) GO(raise_cell_unbound);
  FINISH_COPY(1, value);
}
OPCODE(LoadFree) {
  const Value value = free_cell(fp, OP_B).content.peek();
  if (UNLIKELY(value == Empty)) GO(raise_free_unbound);
  FINISH_COPY(1, value);
}

// Register B, which dies there or not, into the cell at `word`, which other threads may see.
SLOW(store_cell_slowly) {
  Cell& cell = *reinterpret_cast<Cell*>(word);
  const Value value = OP_FLAGS & kDropB ? take(fp[OP_B]) : counted_copy(fp[OP_B]);
  const Value old = [&] {
    ObjectLock lock(cell);
    return cell.content.exchange(cell, Ref<>::adopt(value));
  }();
  SAVE_PC();
  drop_removed(cell, old);
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}
#define STORE_CELL(name, found)                                                                            \
  OPCODE(name) {                                                                                           \
    Cell& cell = (found);                                                                                  \
    word = reinterpret_cast<u64>(&cell);                                                                   \
    if (UNLIKELY(cell.is_shared())) GO(store_cell_slowly);                                                 \
    STORE_UNSHARED(old, cell.content, fp[OP_B], OP_FLAGS & kDropB, store_cell_slowly);                     \
    GO_ON_DROPPING(1, old);                                                                                \
  }
STORE_CELL(StoreCell, *static_cast<Cell*>(fp[OP_A].object()))
STORE_CELL(StoreFree, free_cell(fp, OP_A))
OPCODE(DeleteCell) {
  SAVE_PC();
  Cell& cell = *static_cast<Cell*>(fp[OP_A].object());
  const Value old = cell.content.exchange(cell, Ref<>());
  if (old == Empty) {
    (void)raise(*thread, types.UnboundLocalError, "cannot access local variable '{}' where it is not associated with a value",
                constant_name(fp, OP_B));
    RAISE();
  }
  drop_removed(cell, old);
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}
OPCODE(DeleteFree) {
  SAVE_PC();
  Cell& cell = free_cell(fp, OP_A);
  const Value old = cell.content.exchange(cell, Ref<>());
  if (old == Empty) {
    (void)raise(*thread, types.NameError,
                "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
                constant_name(fp, OP_B));
    RAISE();
  }
  drop_removed(cell, old);
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}
OPCODE(LoadClosureCell) { FINISH_COPY(1, free_cell(fp, OP_B).value()); }

// Names

namespace {

// An inline cache of a namespace: version of the keys << 32 | where the value stands in the block, in bytes. Word 1 is for the
// globals; a builtin has kInBuiltins and the version of the globals there, and its place in the builtins in word 2.
struct NameCache {
  static constexpr u64 kInBuiltins = u64{1} << 63;
};

// Where the value of the entry stands.
u64 entry_place(isize entry) { return sizeof(DictBlock) + static_cast<u64>(entry) * sizeof(DictEntry) + offsetof(DictEntry, value); }
INLINE Field& field_at(DictBlock& block, u64 cache) {
  return *reinterpret_cast<Field*>(reinterpret_cast<char*>(&block) + static_cast<u32>(cache));
}
// What to put into a cache; 0: nothing that lasts.
u64 name_cache(u32 version, isize entry) {
  const bool fits = entry >= 0 && version < 0x7FFFFFFF && entry_place(entry) <= 0xFFFFFFFF;
  return fits ? u64{version} << 32 | entry_place(entry) : 0;
}

INLINE DictBlock* current_block(Dict& dict) { return dict.block.load(std::memory_order_acquire); }

// The entry that `cache` names (version << 32 | entry), if it names these keys.
INLINE Value cached_entry(Dict& dict, u64 cache) {
  DictBlock* block = current_block(dict);
  if (LIKELY(block && block->version.load(std::memory_order_acquire) == static_cast<u32>(cache >> 32))) {
    return field_at(*block, cache).peek();
  }
  return Empty;
}

// Looks a global up and fills the two cache words. Empty when there is none; the value is borrowed.
Value lookup_global(Value* fp, Pc pc, Str& name) {
  Dict& globals = frame_globals(fp);
  if (const Value value = globals.find_str(name); !value.is_empty()) {
    const u32 version = globals.keys_version();
    if (const u64 cache = name_cache(version, globals.entry_index(name))) pc[1].store(cache, std::memory_order_relaxed);
    return value;
  }
  Dict& builtins = frame_builtins(fp);
  const Value value = builtins.find_str(name);
  if (value.is_empty()) return value;
  const u32 globals_version = globals.keys_version();
  const u32 version = builtins.keys_version();
  const u64 cache = name_cache(version, builtins.entry_index(name));
  if (cache && globals_version < 0x7FFFFFFF && globals.entry_index(name) < 0) {
    pc[2].store(cache, std::memory_order_relaxed);
    pc[1].store(NameCache::kInBuiltins | u64{globals_version} << 32, std::memory_order_relaxed);
    quicken(pc, Op::LoadBuiltin);
  }
  return value;
}

INLINE bool is_plain_dict(Value value) { return is_exact<Dict>(value); }

}  // namespace

SLOW(slow_load_global) {
  SAVE_PC();
  Str& name = constant_name(fp, OP_B);
  const Value value = lookup_global(fp, pc, name);
  if (UNLIKELY(value.is_empty())) {
    (void)raise(*thread, types.NameError, "name '{}' is not defined", name);
    if (thread->pending.is_object()) {
      Exception& error = *static_cast<Exception*>(thread->pending.object());
      if (is<Exception>(thread->pending) && type_of(thread->pending).is_subtype_of(*types.NameError)) {
        error.details[0].store(error, name.value());
      }
    }
    RAISE();
  }
  FINISH_COPY(3, value);
}

OPCODE(LoadGlobal) {
  const Value value = cached_entry(frame_globals(fp), pc[1].load(std::memory_order_relaxed));
  if (LIKELY(!value.is_empty())) FINISH_COPY(3, value);
  GO(slow_load_global);
}
OPCODE(LoadBuiltin) {
  const u64 cache = pc[1].load(std::memory_order_relaxed);
  DictBlock* block = current_block(frame_globals(fp));
  if (LIKELY(block && (NameCache::kInBuiltins | u64{block->version.load(std::memory_order_acquire)} << 32) == cache)) {
    const Value value = cached_entry(frame_builtins(fp), pc[2].load(std::memory_order_relaxed));
    if (LIKELY(!value.is_empty())) FINISH_COPY(3, value);
  }
  GO(op_LoadGlobal);
}

SLOW(slow_store_global) {
  SAVE_PC();
  Dict& globals = frame_globals(fp);
  Str& name = constant_name(fp, OP_B);
  const bool failed = globals.set(*thread, name.value(), fp[OP_A]).failed();
  if (UNLIKELY(failed)) RAISE();
  const u32 version = globals.keys_version();
  if (const u64 cache = name_cache(version, globals.entry_index(name))) pc[1].store(cache, std::memory_order_relaxed);
  if (OP_FLAGS & kDropA) drop(fp[OP_A]);
  pc += 3;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}
OPCODE(StoreGlobal) {
  Dict& globals = frame_globals(fp);
  const u64 cache = pc[1].load(std::memory_order_relaxed);
  DictBlock* block = current_block(globals);
  // Only a local dict is written without its lock.
  if (LIKELY(block && !globals.is_shared() &&
             block->version.load(std::memory_order_relaxed) == static_cast<u32>(cache >> 32))) {
    Field& field = field_at(*block, cache);
    STORE_UNSHARED(old, field, fp[OP_A], OP_FLAGS & kDropA, slow_store_global);
    GO_ON_DROPPING(3, old);
  }
  GO(slow_store_global);
}

namespace {
Failure raise_name_error(Thread& thread, Str& name) {
  return raise(thread, types.NameError, "name '{}' is not defined", name);
}
}  // namespace

OPCODE(DeleteGlobal) {
  SAVE_PC();
  Str& name = constant_name(fp, OP_B);
  const Value removed = frame_globals(fp).remove(*thread, name.value()).release();
  if (removed.is_empty()) (void)raise_name_error(*thread, name);
  if (removed.is_empty() || removed.is_error()) RAISE();
  decref(removed);
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}

namespace {

// A name of a class body or module: the namespace first. Owned; Empty: not there.
Value namespace_get(Thread& thread, Value name_space, Str& name) {
  if (is_plain_dict(name_space)) return counted_copy(as<Dict>(name_space).find_str(name));
  const Value value = get_item(thread, name_space, name.value()).release();
  if (value.is_error() && pending_is(thread, *types.KeyError)) {
    clear_pending(thread);
    return Empty;
  }
  return value;
}

}  // namespace

SLOW(slow_load_name) {
  SAVE_PC();
  Str& name = constant_name(fp, OP_B);
  const Value found = namespace_get(*thread, fp[kLocals], name);
  if (UNLIKELY(found.is_error())) RAISE();
  if (!found.is_empty()) FINISH(3, found);
  const Value value = lookup_global(fp, pc, name);
  // The cache stands for "not in the namespace", which nothing here watches.
  pc[1].store(0, std::memory_order_relaxed);
  if (UNLIKELY(value.is_empty())) {
    (void)raise_name_error(*thread, name);
    if (is<Exception>(thread->pending) && pending_is(*thread, *types.NameError)) {
      as<Exception>(thread->pending).details[0].store(as<Exception>(thread->pending), name.value());
    }
    RAISE();
  }
  FINISH_COPY(3, value);
}
OPCODE(LoadName) {
  if (LIKELY(fp[kLocals].is_object() && fp[kLocals].object() == &frame_globals(fp))) {
    if (pc[1].load(std::memory_order_relaxed) & NameCache::kInBuiltins) GO(op_LoadBuiltin);
    GO(op_LoadGlobal);
  }
  GO(slow_load_name);
}
OPCODE(StoreName) {
  if (LIKELY(fp[kLocals].is_object() && fp[kLocals].object() == &frame_globals(fp))) GO(op_StoreGlobal);
  SAVE_PC();
  const Value name_space = fp[kLocals];
  const Value key = constant_name(fp, OP_B).value();
  const bool failed = is_plain_dict(name_space) ? as<Dict>(name_space).set(*thread, key, fp[OP_A]).failed()
                                                : set_item(*thread, name_space, key, fp[OP_A]).failed();
  if (UNLIKELY(failed)) RAISE();
  if (OP_FLAGS & kDropA) drop(fp[OP_A]);
  pc += 3;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}
OPCODE(DeleteName) {
  SAVE_PC();
  Str& name = constant_name(fp, OP_B);
  if (set_item(*thread, fp[kLocals], name.value(), Unbound).failed()) {
    if (pending_is(*thread, *types.KeyError)) {
      clear_pending(*thread);
      (void)raise_name_error(*thread, name);
    }
    RAISE();
  }
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}
OPCODE(LoadClassFree) {
  SAVE_PC();
  const Value locals = frame_extra(fp, kLocals);
  const Value found = locals.is_object() ? namespace_get(*thread, locals, constant_name(fp, OP_C)) : Empty;
  if (UNLIKELY(found.is_error())) RAISE();
  if (!found.is_empty()) FINISH(1, found);
  GO(op_LoadFree);
}
OPCODE(LoadLocals) { FINISH_COPY(1, frame_extra(fp, kLocals)); }
OPCODE(LoadBuildClass) {
  SAVE_PC();
  const Value value = frame_builtins(fp).find_str(names::__build_class__());
  if (value.is_empty()) {
    (void)raise(*thread, types.NameError, "__build_class__ not found");
    RAISE();
  }
  FINISH_COPY(1, value);
}
OPCODE(LoadAssertionError) { FINISH_COPY(1, types.AssertionError->value()); }
OPCODE(SetupAnnotations) {
  SAVE_PC();
  const Value name_space = frame_namespace(fp);
  const Value key = names::__annotations__().value();
  const Value found = namespace_get(*thread, name_space, names::__annotations__());
  if (found.is_error()) RAISE();
  if (found.is_empty()) {
    const bool failed = [&] {
      Result<Ref<Dict>> dict = Dict::make(*thread);
      if (dict.failed()) return true;
      Ref<Dict> made = dict.take();
      return set_item(*thread, name_space, key, made.value()).failed();
    }();
    if (failed) RAISE();
  }
  decref(found);
  NEXT(1);
}

}  // namespace py
