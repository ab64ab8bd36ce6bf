// Values of attributes that stand in the layout as a number or a flag: what such an attribute takes, and what it says to
// the rest. Unbound deletes, which none of them allows.
#pragma once
#include "core/object/casts.h"
#include "core/object/error.h"
#include "core/object/operations.h"
#include "core/object/str.h"

namespace py {

inline Result<void> check_not_deleted(Thread& thread, Value value) {
  if (value == Unbound) return raise(thread, types.TypeError, "can't delete numeric/char attribute");
  return {};
}

inline Result<bool> to_member_bool(Thread& thread, Value value) {
  TRY(check_not_deleted(thread, value));
  if (!value.is_bool()) return raise(thread, types.TypeError, "attribute value type must be bool");
  return value == True;
}

inline Result<isize> to_member_isize(Thread& thread, Value value) {
  TRY(check_not_deleted(thread, value));
  if (!is_integer(value)) return raise(thread, types.TypeError, "an integer is required");
  Result<isize> size = to_isize(thread, value);
  if (!size.failed()) return size;
  clear_pending(thread);
  return raise(thread, types.OverflowError, "Python int too large to convert to C ssize_t");
}

// A size by __index__; one that is too large is a ValueError.
inline Result<isize> to_member_size(Thread& thread, Value value) {
  Result<isize> size = to_isize(thread, value);
  if (!size.failed() || !pending_is(thread, *types.OverflowError)) return size;
  clear_pending(thread);
  return raise(thread, types.ValueError, "cannot fit '{}' into an index-sized integer", type_of(value));
}

}  // namespace py
