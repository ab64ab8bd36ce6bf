// OrderedDict: a dict whose entries can be moved to either end. Its methods are in ordered_dict_type.cpp, its views and
// iterators in ordered_dict_views.cpp.
//
// Invariant: the order is that of the entries in the table, as for every dict. While `table` and `mutations` are those
// of the dict's block, entries below `unused` were never used, those below `first` are not live, nor those from
// `last_end` on. So neither end has to be looked for again. After a change made by a method of dict nothing is known.
// Threads: as Dict, with all changes under the object lock. A lock-free search may miss an entry that is just being
// moved; `look_up` makes sure.
#pragma once
#include "core/object/dict.h"

namespace py {

class OrderedDict final : public Dict {
 public:
  enum class End : bool { First, Last };

  std::atomic<u32> changes;  // counts keys added, removed and moved, for iterators
  std::atomic<i32> known;    // entries, by the additions and removals of this class
  DictBlock* table;
  u32 mutations;
  u32 unused;
  u32 first;
  u32 last_end;
  static const ObjectOps kOps;

  static Result<Ref<OrderedDict>> make(Thread& thread, Type& type);

  // As Dict::find: borrowed, Empty when absent.
  Result<Value> look_up(Thread& thread, Value key);
  Result<void> put(Thread& thread, Value key, Value value);
  // The value that is in the dict afterwards.
  Result<Ref<>> put_default(Thread& thread, Value key, Value value);
  // The removed value; Empty when the key was absent.
  Result<Ref<>> take(Thread& thread, Value key);
  Result<Ref<Tuple>> take_end(Thread& thread, End end);
  // False: there is no such key.
  Result<bool> move(Thread& thread, Value key, End end);
  void clear_all();
  // Where an iterator begins: the position of the first live entry, or the one after the last.
  isize start_position(End end);
  // Whether a method of dict removed a key.
  bool has_lost_keys();

 private:
  class Change;
  bool insert_at_end_locked(Value key, i64 hash, Value value, DictBlock** retired);
  isize first_live_locked();
  isize last_live_locked();
  bool rebuild_locked(isize& entry, u32 gap, DictBlock** retired);
  bool move_to_last_locked(isize entry, DictBlock** retired);
  bool move_to_first_locked(isize entry, DictBlock** retired);
  void empty_entry_locked(isize entry);
};

// ordered_dict_views.cpp
enum class OrderedWalk : u8 { Forward, Backward };
Result<Ref<>> make_ordered_view(Thread& thread, OrderedDict& dict, DictPart part);
Result<Ref<>> make_ordered_iterator(Thread& thread, OrderedDict& dict, DictPart part, OrderedWalk walk);
void make_ordered_view_types(Thread& thread);
Failure raise_lost_key(Thread& thread);

}  // namespace py
