// What a tree must satisfy before the compiler may see it, where it comes from a program and not from the parser: lists
// that must not be empty, contexts, constants, positions. TypeError and ValueError as python3.11 raises them. Threads:
// any; reads the tree.
#pragma once
#include "core/object/forward.h"
#include "core/syntax/ast.h"
#include "memory/ref.h"

namespace py {

Result<void> validate_tree(Thread& thread, const ast::Mod& tree);

}  // namespace py
