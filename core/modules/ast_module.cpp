// _ast: the classes of syntax trees, and the flags of compile() that ask for them.
#include "core/builtins/ast/node_types.h"
#include "core/modules/registry.h"
#include "core/object/dict.h"

namespace py {

namespace {

Result<void> initialize(Thread& thread, Module& module) {
  TRY(as<Dict>(module.dict.peek()).update_from_dict(thread, *TRY(ast_classes(thread))));
  TRY(add_int_to_module(thread, module, "PyCF_ONLY_AST", 0x400));
  TRY(add_int_to_module(thread, module, "PyCF_TYPE_COMMENTS", 0x1000));
  return add_int_to_module(thread, module, "PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000);
}

}  // namespace

const ModuleSpec kAstModule = {"_ast", nullptr, nullptr, 0, initialize};

}  // namespace py
