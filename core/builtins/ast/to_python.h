// A parsed tree as objects of the `ast` module's classes: what compile(..., PyCF_ONLY_AST) returns.
// Threads: any; reads the tree, which its thread owns.
#pragma once
#include "core/object/forward.h"
#include "core/syntax/ast.h"
#include "memory/ref.h"

namespace py {

Result<Ref<>> tree_to_python(Thread& thread, const ast::Mod& tree);

}  // namespace py
