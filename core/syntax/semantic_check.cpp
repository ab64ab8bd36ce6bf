#include "core/syntax/semantic_check.h"

namespace py {

bool check_semantics(Arena& arena, const ast::Mod* module, Scope* top, const ScopeOptions& options,
                     SyntaxProblem* problem, SyntaxWarningNote** warnings) {
  return true;
}

}  // namespace py
