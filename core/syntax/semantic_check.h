// Errors and warnings that need neither grammar nor names: statements in the wrong place, patterns that cannot match,
// repeated keywords. In the order in which CPython's compiler meets them.
// Threads: any.
#pragma once
#include "core/syntax/ast.h"
#include "core/syntax/problem.h"
#include "core/syntax/scope.h"

namespace py {

bool check_semantics(Arena& arena, const ast::Mod* module, Scope* top, const ScopeOptions& options,
                     SyntaxProblem* problem, SyntaxWarningNote** warnings);

}  // namespace py
