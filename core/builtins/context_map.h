// ContextMap: an immutable mapping, kept as a hash trie of 32 branches a level, so that a changed copy shares all but the
// path to the change. A context's variables stand in one.
//
// Invariant: neither a map nor a node ever changes once it is made; a node of one entry stands in its parent, but at the
// root. Threads: so anyone may read a map without locks. Whoever holds a map may use what it finds there, borrowed.
#pragma once
#include "core/bind/define.h"
#include "core/object/dict.h"

namespace py {

class ContextMap final : public Object {
 public:
  Field root;  // Tuple: a node (context_map.cpp); Empty: no entries
  isize count;
};

// Makes the types; before anything else here.
void prepare_context_map(Thread& thread);

Result<Ref<ContextMap>> make_context_map(Thread& thread);
// Borrowed; Empty when the key is absent. May run __hash__ and __eq__, as the next two.
Result<Value> find(Thread& thread, ContextMap& map, Value key);
// The map itself when the entry is there already.
Result<Ref<ContextMap>> with_entry(Thread& thread, ContextMap& map, Value key, Value value);
Result<Ref<ContextMap>> without_entry(Thread& thread, ContextMap& map, Value key);
Result<bool> are_equal(Thread& thread, ContextMap& left, ContextMap& right);
// An iterator that knows how many items it had at first.
Result<Ref<>> iterate_part(Thread& thread, ContextMap& map, DictPart part);

// The map as a Python type, for tests: hamt().
Type& context_map_type();

}  // namespace py
