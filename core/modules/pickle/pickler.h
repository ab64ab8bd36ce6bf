// Pickler: the object, whose memo lives as long as it does. Saver: one dump().
// Threads: a dump, and everything that looks at the memo, holds the pickler's CallLock, which its owner may enter again.
#pragma once
#include "core/modules/io/call_lock.h"
#include "core/modules/pickle/globals.h"
#include "core/modules/pickle/memo_table.h"
#include "core/modules/pickle/output.h"

namespace py::pickle {

class Pickler final : public Object {
 public:
  Field write;            // of the file; Empty: not initialised, or pickling to bytes
  Field persistent_id;    // Empty: none
  Field dispatch_table;   // Empty: copyreg's
  Field buffer_callback;  // None: none
  Field objects;          // List that keeps what is in the memo alive
  MemoTable* memo;
  io::CallLock lock;
  std::atomic<i32> binary, fast;  // `fast`: nothing is put into the memo
  std::atomic<bool> persistent_id_is_bound;
  bool fix_imports;
  bool ready;
  u8 protocol;
  static const ObjectOps kOps;
};
extern Type* pickler_type;

struct PicklerOptions {
  Value protocol = None;
  bool fix_imports = true;
  Value buffer_callback = None;
};
Result<Ref<Pickler>> new_pickler(Thread& thread, Type& type);
Result<void> configure(Thread& thread, Pickler& pickler, const PicklerOptions& options);
// TypeError when the file has no write().
Result<void> set_output(Thread& thread, Pickler& pickler, Value file);
// Pickles the object; what is not written to a file stands in `output` afterwards.
Result<void> dump(Thread& thread, Pickler& pickler, Value object, Output& output);

// With the lock held.
Result<void> memoize(Thread& thread, Pickler& pickler, Value object, i64 index);
Result<void> clear_memo(Thread& thread, Pickler& pickler);
Result<Ref<>> make_memo_proxy(Thread& thread, Pickler& pickler);
Result<void> set_memo(Thread& thread, Pickler& pickler, Value memo);

class Saver {
 public:
  Saver(Thread& thread, Pickler& pickler, Output& out)
      : thread_(thread), pickler_(pickler), out_(out), protocol_(pickler.protocol), binary_(pickler.binary.load(std::memory_order_relaxed) != 0) {}
  Result<void> run(Value object);

 private:
  enum class Persistence : u8 { Ask, Skip };
  Result<void> save(Value object, Persistence persistence = Persistence::Ask);
  Result<void> save_nested(Value object);
  // Whether persistent_id() took care of it.
  Result<bool> save_persistent(Value object);

  // The memo
  Result<void> put(Value object);
  Result<void> get(i64 index);
  i64 seen(Value object) const { return pickler_.memo->find(object); }

  // save_atoms.cpp
  void save_bool(bool value);
  Result<void> save_int(Value value);
  Result<void> save_float(double value);
  Result<void> save_bytes(Value object);
  Result<void> save_bytearray(Value object);
  Result<void> save_bytes_data(Value object, std::string_view data, Value whole);
  Result<void> save_bytearray_data(Value object, std::string_view data, Value whole);
  Result<void> save_buffer(Value object);
  Result<void> save_str(Value object);

  // save_containers.cpp
  Result<void> save_tuple(Value object);
  Result<void> save_list(Value object);
  Result<void> save_dict(Value object);
  Result<void> save_set(Value object);
  Result<void> save_frozenset(Value object);
  Result<void> save_items(Value iterator);
  Result<void> save_pairs(Value iterator);
  Result<void> save_list_items(List& list);
  Result<void> save_dict_items(Dict& dict);
  // Replaces what was pushed for an object that turned out to contain itself.
  Result<void> replace_pushed(isize pushed, bool marked, i64 index);

  // save_objects.cpp
  Result<void> save_by_reduction(Value object);
  Result<Ref<>> reduction_of(Value object, bool& done);
  Result<void> save_reduction(Value reduction, Value object);
  Result<void> save_call(Value callable, Tuple& arguments, Value object);
  Result<void> save_new_object(Tuple& arguments, Value object);
  Result<void> save_new_object_with_keywords(Value callable, Tuple& arguments, Value object);
  Result<void> save_state(Value state, Value setter, Value object);
  // Saves callable(*arguments) as `object`.
  Result<void> save_as_call(Value callable, std::initializer_list<Value> arguments, Value object);

  // save_globals.cpp
  Result<void> save_type(Value object);
  Result<void> save_global(Value object, Value name);
  Result<bool> save_extension(Value object, Value module_name, Value name);
  Result<void> save_global_text(Value module_name, Value name);

  Thread& thread_;
  Pickler& pickler_;
  Output& out_;
  const int protocol_;
  const bool binary_;
  Ref<> reducer_override_;
};

}  // namespace py::pickle
