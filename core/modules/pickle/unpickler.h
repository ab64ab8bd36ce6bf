// Unpickler: the object, whose memo lives as long as it does. Loader, in loader.h: one load().
// Threads: a load, and everything that looks at the memo, holds the CallLock, which its owner may enter again.
#pragma once
#include "core/modules/io/call_lock.h"
#include "core/modules/pickle/globals.h"

namespace py::pickle {

class Unpickler final : public Object {
 public:
  Field read, readline, peek;  // of the file; read Empty: not initialised, or loading from bytes
  Field persistent_load;       // Empty: none
  Field buffers;               // iterator of out-of-band buffers, or None
  Field encoding, errors;      // Str
  Field memo;                  // List: item i has the number i
  Field far_memo;              // Dict of the items whose numbers are beyond the list's end
  io::CallLock lock;
  std::atomic<bool> persistent_load_is_bound;
  bool fix_imports;
  int protocol;                // of the pickle that was read last
  static const ObjectOps kOps;
};
extern Type* unpickler_type;

struct UnpicklerOptions {
  bool fix_imports = true;
  Value encoding = Unbound;
  Value errors = Unbound;
  Value buffers = None;
};
Result<Ref<Unpickler>> new_unpickler(Thread& thread, Type& type);
Result<void> configure(Thread& thread, Unpickler& unpickler, const UnpicklerOptions& options);
// TypeError when the file has no read() and readline().
Result<void> set_input(Thread& thread, Unpickler& unpickler, Value file);
Result<Ref<>> find_class(Thread& thread, Unpickler& unpickler, Value module, Value name);

// With the lock held.
// Room that the stack and the memo of a load begin with: blocks of 128 bytes.
inline constexpr isize kUsualItems = 15;
Result<void> clear_memo(Thread& thread, Unpickler& unpickler);
Result<void> set_memo_item(Thread& thread, Unpickler& unpickler, u64 index, Value value);
// Empty: there is none.
Result<Ref<>> memo_item(Thread& thread, Unpickler& unpickler, u64 index);
isize memo_size(Unpickler& unpickler);
Result<Ref<>> make_memo_proxy(Thread& thread, Unpickler& unpickler);
Result<void> set_memo(Thread& thread, Unpickler& unpickler, Value memo);

}  // namespace py::pickle
