// What to call an expression in an error message, and which part of one cannot be a target.
// Threads: any.
#pragma once
#include "core/syntax/ast.h"

namespace py {

enum class TargetUse : u8 { Assign, For, Delete };

const char* expression_name(const ast::Expr* expression);
// The first part that cannot be assigned to or deleted; null when all can.
const ast::Expr* invalid_target(const ast::Expr* expression, TargetUse use);

}  // namespace py
