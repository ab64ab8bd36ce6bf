// A tree as text, in the format of Python's `ast.dump(tree, include_attributes=True)`: for tests and `-X dump=ast`.
// Threads: any.
#pragma once
#include <string>

#include "core/syntax/ast.h"

namespace py {

struct DumpOptions {
  int version = 14;  // fields newer than this minor version of Python 3 are left out
  bool locations = true;
  bool string_locations = true;  // false: none inside f-strings, whose places changed in 3.12
};

std::string dump(const ast::Node* node, const DumpOptions& options);

}  // namespace py
