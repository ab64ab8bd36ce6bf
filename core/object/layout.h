// For declaring object classes: ObjectOps functions made from a list of Fields, and setting Fields of fresh objects.
#pragma once
#include "core/object/attributes.h"
#include "core/object/operations.h"

namespace py {

// ObjectOps::size of layouts of fixed size, subclasses included.
inline usize fixed_size(const Object& object) { return type_of_object(object).allocation_size(); }

// ObjectOps::visit for a class whose references are these Fields.
template <class T, Field T::*... fields>
void visit_fields(Object& object, Visitor& visitor) {
  T& self = static_cast<T&>(object);
  (visitor.visit(self.*fields), ...);
  visit_attributes(object, visitor);
}

// Fills a Field of an object that nobody else has seen.
INLINE void set_fresh(const Object& owner, Field& field, Ref<>&& value) {
  if (UNLIKELY(owner.is_shared())) publish(value.value());
  field.initialize(value.release());
}
INLINE void set_fresh(const Object& owner, Field& field, Value borrowed) {
  set_fresh(owner, field, Ref<>::share(borrowed));
}

}  // namespace py
