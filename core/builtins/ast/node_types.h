// The classes of the `_ast` module, made from node_rows.h when they are first needed: AST, the abstract ones (stmt,
// expr, boolop ...), one for each node and operator, and the one instance of each operator that parsed trees refer to.
//
// Threads: AstTypes is immutable once made; the classes are ordinary ones and may be changed by programs.
#pragma once
#include <vector>

#include "core/builtins/ast/node_rows.h"
#include "core/object/forward.h"
#include "memory/roots.h"

namespace py {

inline constexpr usize kAstBases = static_cast<usize>(AstBase::TypeIgnore) + 1;
inline constexpr usize kAstAttributes = 4;  // lineno, col_offset, end_lineno, end_col_offset

struct AstClass {
  Type* type;
  std::vector<Str*> fields;  // interned names, as in the row
  u32 shape;                 // of an instance with the listed fields and, if located, the attributes, in order
};

struct AstOperator {
  Type* type;
  Value instance;
};

struct AstTypes {
  Type* bases[kAstBases];
  AstClass nodes[kAstKinds];
  std::vector<AstOperator> operators;  // as ast_operator_rows()
  Str* attributes[kAstAttributes];
  GlobalRef owner;  // (dict of all classes by name, list of the operators' instances)

  const AstClass& node(ast::Kind kind) const { return nodes[static_cast<usize>(kind)]; }
  template <class Enum>
  const AstOperator& operator_of(Enum value) const {
    return operators[first_ast_operator<Enum>() + static_cast<usize>(value)];
  }
};

Result<const AstTypes*> ast_types(Thread& thread);
// Every class by its name, for the module.
Result<Ref<Dict>> ast_classes(Thread& thread);

}  // namespace py
