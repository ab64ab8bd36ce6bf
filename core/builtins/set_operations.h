// The algebra of sets, for set, frozenset and the views of dicts.
// Threads: with sets and dicts as operands whose keys compare natively, each change of a set is atomic.
#pragma once
#include "core/object/dict.h"

namespace py {

// set or frozenset: what operators on instances of subclasses make.
Type& plain_set_type(const Type& type);
// How many members room is made for before those of an iterable are added: most of a list's items are different.
isize expected_members(Value iterable);
Result<Ref<Set>> make_set_of(Thread& thread, Type& type, Value iterable);
// With room for `extra` more members.
Result<Ref<Set>> copy_set(Thread& thread, Type& type, Set& set, isize extra = 0);

Result<void> set_update(Thread& thread, Set& set, Value iterable);
Result<void> set_difference_update(Thread& thread, Set& set, Value iterable);
Result<void> set_symmetric_difference_update(Thread& thread, Set& set, Value iterable);
Result<Ref<Set>> set_difference(Thread& thread, Type& type, Set& set, Value iterable);
Result<Ref<Set>> set_intersection(Thread& thread, Type& type, Set& set, Value iterable);
// Gives `set` the content of `other`, which nobody else knows.
void set_take_content(Set& set, Set& other);

Result<bool> set_is_subset(Thread& thread, Set& set, Set& other);
Result<bool> set_is_disjoint(Thread& thread, Set& set, Value iterable);
Result<bool> set_has_all(Thread& thread, Set& set, Value iterable);

// The members at one moment.
inline Result<Ref<Tuple>> set_members(Thread& thread, Set& set) { return set.snapshot(thread, DictPart::Keys); }

}  // namespace py
