#include "core/syntax/future.h"

#include <string>

#include "core/syntax/parse.h"

namespace py {
namespace {

struct Feature {
  const char* name;
  u32 flag;
};
constexpr Feature kFeatures[] = {
    {"nested_scopes", 0},
    {"generators", 0},
    {"division", 0},
    {"absolute_import", 0},
    {"with_statement", 0},
    {"print_function", 0},
    {"unicode_literals", 0},
    {"generator_stop", 0},
    {"barry_as_FLUFL", kFutureBarryAsBdfl},
    {"annotations", kFutureAnnotations},
};

bool is_docstring(const ast::Stmt* node) {
  if (!node->is<ast::ExprStmt>()) return false;
  const ast::Expr* value = node->as<ast::ExprStmt>()->value;
  return value->is<ast::Constant>() && value->as<ast::Constant>()->value.kind == ast::ConstantValue::Kind::Str;
}

}  // namespace

bool read_future_imports(Arena& arena, const ast::Mod* module, u32* flags, SyntaxProblem* problem) {
  ast::List<ast::Stmt*> body;
  if (module->is<ast::Module>()) body = module->as<ast::Module>()->body;
  if (module->is<ast::Interactive>()) body = module->as<ast::Interactive>()->body;
  bool may_follow = true, first = true;
  auto complain = [&](const ast::Stmt* node, std::string_view message) {
    if (problem == nullptr) return true;
    *problem = problem_in_tree(arena, node->where, message);
    // An unknown feature is reported without an end.
    if (may_follow) problem->end_line = problem->line, problem->end_offset = 0;
    return false;
  };
  for (const ast::Stmt* node : body) {
    bool is_future = node->is<ast::ImportFrom>() && node->as<ast::ImportFrom>()->module_ != nullptr &&
                     node->as<ast::ImportFrom>()->level == 0 &&
                     node->as<ast::ImportFrom>()->module_->text == "__future__";
    if (!is_future) {
      may_follow = may_follow && first && is_docstring(node);
      first = false;
      continue;
    }
    if (!may_follow && !complain(node, "from __future__ imports must occur at the beginning of the file")) {
      return false;
    }
    for (const ast::Alias* alias : node->as<ast::ImportFrom>()->names) {
      const Feature* found = nullptr;
      for (const Feature& feature : kFeatures) {
        if (alias->name->text == feature.name) found = &feature;
      }
      if (found != nullptr) {
        *flags |= found->flag;
      } else if (alias->name->text == "braces") {
        if (!complain(node, "not a chance")) return false;
      } else {
        if (!complain(node, "future feature " + std::string(alias->name->text) + " is not defined")) return false;
      }
    }
  }
  return true;
}

}  // namespace py
