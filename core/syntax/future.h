// `from __future__ import ...`: which features a module asks for, and the errors of asking wrongly.
// Threads: any.
#pragma once
#include "core/syntax/ast.h"
#include "core/syntax/problem.h"

namespace py {

// `problem` may be null: the errors belong to compilation (scope analysis reports them), not to parsing.
bool read_future_imports(Arena& arena, const ast::Mod* module, u32* flags, SyntaxProblem* problem);

}  // namespace py
