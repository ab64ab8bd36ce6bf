// The names of one parse, interned: equal names are the same Identifier. Also the private-name mangling of classes.
// Threads: owned by the thread that compiles.
#pragma once
#include <string_view>

#include "core/base/arena.h"
#include "core/syntax/ast.h"

namespace py {

class IdentifierTable {
 public:
  explicit IdentifierTable(Arena& arena) : arena_(arena) {}

  // The text is copied when it is new; it must already be NFKC-normalised.
  const ast::Identifier* intern(std::string_view text);
  // Interns an identifier as spelt in a source: normalises when it is not ASCII.
  const ast::Identifier* intern_source(std::string_view text);
  // `__x` inside class `C` is `_C__x`; other names, and names outside classes (class_name null), are themselves.
  const ast::Identifier* mangle(const ast::Identifier* class_name, const ast::Identifier* name);

 private:
  void grow();

  Arena& arena_;
  const ast::Identifier** slots_ = nullptr;
  u32 capacity_ = 0;
  u32 count_ = 0;
};

}  // namespace py
