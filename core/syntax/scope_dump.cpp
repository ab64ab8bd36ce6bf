#include "core/syntax/scope_dump.h"

namespace py {
namespace {

std::string scope_name(const Scope* scope) {
  switch (scope->kind) {
    case Scope::Kind::Module: return "top";
    case Scope::Kind::Lambda: return "lambda";
    case Scope::Kind::ListComprehension: return "listcomp";
    case Scope::Kind::SetComprehension: return "setcomp";
    case Scope::Kind::DictComprehension: return "dictcomp";
    case Scope::Kind::GeneratorExpression: return "genexpr";
    default: return scope->name == nullptr ? "?" : std::string(scope->name->text);
  }
}

const char* kind_name(Resolution resolution) {
  switch (resolution) {
    case Resolution::Unknown: return "unknown";
    case Resolution::Local: return "local";
    case Resolution::Cell: return "cell";
    case Resolution::Free: return "free";
    case Resolution::GlobalExplicit: return "global";
    case Resolution::GlobalImplicit: return "implicit";
  }
  return "?";
}

void dump_scope(const Scope* scope, const std::string& path, std::string* out) {
  for (const Symbol* symbol : scope->symbols) {
    *out += path + " " + std::string(symbol->name->text) + " " + kind_name(symbol->resolution) + " ";
    if (symbol->has(Symbol::kAssigned)) *out += 'a';
    if (symbol->has(Symbol::kParameter)) *out += 'p';
    if (symbol->has(Symbol::kImported)) *out += 'i';
    if (symbol->has(Symbol::kUsed)) *out += 'u';
    if (symbol->has(Symbol::kFreeFromClass)) *out += 'F';
    if (symbol->has(Symbol::kClassDictFirst)) *out += 'C';
    *out += '\n';
  }
  for (const Scope* child : scope->children) dump_scope(child, path + "/" + scope_name(child), out);
}

}  // namespace

std::string dump_scopes(const ScopeTable& table) {
  std::string out;
  dump_scope(table.top, "top", &out);
  return out;
}

}  // namespace py
