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
  // `on_fields` is for runs of fields, `step` words apart; null: `on_field` for each.
  explicit Visitor(void (*on_field)(Visitor&, Field&), void (*on_fields)(Visitor&, Field*, usize, usize step) = nullptr)
      : on_field_(on_field), on_fields_(on_fields) {}
  void visit(Field& field) { on_field_(*this, field); }
  void visit(Field* fields, usize count, usize step = 1);

 private:
  void (*on_field_)(Visitor&, Field&);
  void (*on_fields_)(Visitor&, Field*, usize, usize);
};

}  // namespace py
