// An expression as source text, as CPython writes annotations that are kept as strings
// (`from __future__ import annotations`). The text parses to the same tree.
// Threads: any.
#pragma once
#include <string>

#include "core/syntax/ast.h"

namespace py {

// Text of a constant that the tree does not spell as repr() does: an Object, or a BigInt that is not decimal. May be null.
using ConstantText = std::string (*)(void* context, const ast::ConstantValue& value);

std::string unparse(const ast::Expr* expression, ConstantText object_text = nullptr, void* context = nullptr);

}  // namespace py
