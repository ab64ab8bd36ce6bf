// Start-up: makes every builtin type in dependency order.
#include "core/base/check.h"
#include "core/builtins/builtin_types.h"
#include "core/builtins/exception_kinds.h"
#include "core/builtins/weakref_types.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/type_system.h"
#include "memory/roots.h"

#include <iterator>

namespace py {

void visit_interned(Visitor& visitor);
void initialize_strings(Thread& thread);
void initialize_tuples(Thread& thread);
void initialize_bytes(Thread& thread);
void initialize_numbers(Thread& thread);
void initialize_slot_names(Thread& thread);
void initialize_spare_errors(Thread& thread);

namespace {

struct Row {
  Type* BuiltinTypes::*member;
  const TypeSpec* spec;
};
const Row kRows[] = {
#define TYPE(member) {&BuiltinTypes::member, &member##_spec},
#include "core/object/types.def"
#undef TYPE
};

// A type that extends another builtin one.
Type* base_of(Type* BuiltinTypes::*member) {
  if (member == &BuiltinTypes::bool_) return types.int_;
  return nullptr;
}

void make_names(Thread& thread) {
#define NAME(identifier) name_table.identifier##_p = &intern(thread, #identifier);
#define NAME2(member, text) name_table.member##_p = &intern(thread, text);
#include "core/object/names.def"
#undef NAME
#undef NAME2
}

}  // namespace

void initialize_builtin_types(Thread& thread) {
  // object and type first: every other type is an instance of the one and extends the other. Their shapes are set later.
  types.object = &make_builtin_type(thread, object_spec);
  types.type = &make_builtin_type(thread, type_spec, types.object);
  for (usize i = 0; i < std::size(kRows); ++i) {
    const Row& row = kRows[i];
    if (!row.spec) {
      (void)allocate_shape();  // keeps the numbers of BuiltinShape
      continue;
    }
    if (!(types.*row.member)) types.*row.member = &make_builtin_type(thread, *row.spec, base_of(row.member));
    CHECK(root_shape(*(types.*row.member)) == i + 1);
  }
  make_exception_types(thread);
  // The first two were made before there was a shape for them.
  for (Type* type : {types.object, types.type}) type->shape.store(root_shape(*types.type));
  register_roots(visit_interned);
  initialize_strings(thread);
  initialize_tuples(thread);
  initialize_bytes(thread);
  initialize_numbers(thread);
  make_names(thread);
  initialize_slot_names(thread);
  for (const Row& row : kRows) {
    if (row.spec) finish_builtin_type(thread, *(types.*row.member));
  }
  finish_exception_types(thread);
  initialize_spare_errors(thread);
  initialize_weak_references();
}

}  // namespace py
