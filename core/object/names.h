// Interned names used by C++ code. Filled at start-up, immutable afterwards.
#pragma once
#include "core/object/str.h"

namespace py {

struct Names {
#define NAME(identifier) Str* identifier##_p;
#define NAME2(member, text) Str* member##_p;
#include "core/object/names.def"
#undef NAME
#undef NAME2
};
extern Names name_table;

// names::__add__() and so on: references to the interned strings.
namespace names {
#define NAME(identifier) \
  inline Str& identifier() { return *name_table.identifier##_p; }
#define NAME2(member, text) \
  inline Str& member() { return *name_table.member##_p; }
#include "core/object/names.def"
#undef NAME
#undef NAME2
}  // namespace names

}  // namespace py
