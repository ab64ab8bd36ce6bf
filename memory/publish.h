// publish: makes a local object, and everything local that it reaches, shared. Must happen before a reference to it is
// stored where another thread can find it; Field::store does it, and code that hands references over by other ways
// (C++ globals, thread start arguments, inboxes) calls it itself.
//
// Iterative, so any depth is fine; every object is published at most once in its life.
// Threads: only the owner publishes its local objects (or someone on its behalf while it is detached).
#pragma once
#include "memory/object.h"

namespace py {

COLD void publish_object(Object* object);

INLINE void publish(Value value) {
  if (value.is_object() && !value.object()->is_shared()) publish_object(value.object());
}

class Field;

// Walks the fields of an object. The collector, publishing, the invariant checker and gc.get_referents are visitors.
class Visitor {
 public:
  explicit Visitor(void (*on_field)(Visitor&, Field&)) : on_field_(on_field) {}
  // The visitor of dead objects: drops what the fields hold. Most visits are its, so they call nothing.
  struct Drop {};
  explicit Visitor(Drop) : on_field_(nullptr) {}
  INLINE void visit(Field& field);
  void visit(Field* fields, usize count);

 private:
  void (*on_field_)(Visitor&, Field&);  // null: drop
};

}  // namespace py
