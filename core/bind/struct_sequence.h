// Struct sequences: tuples whose items have names, such as os.stat_result, time.struct_time and sys.flags. Fields beyond
// `visible` are no items of the tuple; only their names reach them.
//
// Invariant: the instance has room for all fields behind its `length` (= visible) items, in the order of the table.
// Threads: immutable once made, as every tuple.
#pragma once
#include "core/object/native.h"
#include "core/object/sequence.h"

namespace py {

struct StructSequenceField {
  const char* name;  // null: reached by index alone
  const char* doc = nullptr;
};

struct StructSequenceSpec {
  const char* name;  // with the module: "os.stat_result"
  const char* doc;
  const StructSequenceField* fields;
  usize field_count;
  usize visible;
  NewSlot construct = nullptr;  // null: from a sequence and a dict of hidden fields
};

// Makes the type; it lives for ever, as does the spec.
Type& make_struct_sequence_type(Thread& thread, const StructSequenceSpec& spec);
// An instance with all fields None; fill it with set_struct_field before anyone else sees it.
Result<Ref<Tuple>> new_struct_sequence(Thread& thread, Type& type);
void set_struct_field(Tuple& instance, usize field, Ref<>&& value);
// The field of an instance, hidden ones included; borrowed.
Value struct_field(const Tuple& instance, usize field);

}  // namespace py
