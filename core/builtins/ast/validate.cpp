#include "core/builtins/ast/validate.h"

#include "core/builtins/ast/tree_validator.h"
#include "core/object/dict.h"

namespace py {

namespace {

using Context = ast::ExprContext;
constexpr Context kLoad = Context::Load;

const char* context_name(Context context) {
  constexpr const char* kNames[] = {"Load", "Store", "Del"};
  return kNames[static_cast<usize>(context)];
}

}  // namespace

// Everything

Result<void> TreeValidator::positions(const ast::Node& node) {
  const ast::Location& at = node.where;
  if (at.line > at.end_line) return value_error("AST node line range ({}, {}) is not valid", at.line, at.end_line);
  if ((at.line < 0 && at.end_line != at.line) || (at.column < 0 && at.column != at.end_column)) {
    return value_error("AST node column range ({}, {}) for line range ({}, {}) is not valid", at.column, at.end_column,
                       at.line, at.end_line);
  }
  if (at.line == at.end_line && at.column > at.end_column) {
    return value_error("line {}, column {}-{} is not a valid range", at.line, at.column, at.end_column);
  }
  return {};
}

Result<void> TreeValidator::name(const ast::Identifier& name) {
  for (std::string_view constant : {"None", "True", "False"}) {
    if (name.text == constant) return value_error("identifier field can't represent '{}' constant", constant);
  }
  return {};
}

Result<void> TreeValidator::constant(Value value) {
  if (value.is_none() || value == Ellipsis || value.is_bool() || value.is_int() || value.is_float()) return {};
  Type& type = type_of(value);
  for (Type* known : {types.int_, types.float_, types.complex, types.str, types.bytes}) {
    if (&type == known) return {};
  }
  if (&type != types.tuple && &type != types.frozenset) {
    return raise(thread_, types.TypeError, "got an invalid type in Constant: {}", type);
  }
  if (static_cast<char*>(__builtin_frame_address(0)) < thread_.native_stack_limit) {
    return raise(thread_, types.RecursionError, "maximum recursion depth exceeded during compilation");
  }
  return for_each(thread_, value, [&](Value item) { return constant(item); });
}

Result<void> TreeValidator::module(const ast::Mod& tree) {
  switch (tree.kind) {
    case ast::Kind::Module: return statements(tree.as<ast::Module>()->body);
    case ast::Kind::Interactive: return statements(tree.as<ast::Interactive>()->body);
    case ast::Kind::Expression: return expression(*tree.as<ast::Expression>()->body);
    default: {
      const auto& type = *tree.as<ast::FunctionType>();
      TRY(expressions(type.argtypes));
      return expression(*type.returns);
    }
  }
}

// Statements

Result<void> TreeValidator::statements(const ast::List<ast::Stmt*>& list) {
  for (const ast::Stmt* node : list) {
    if (!node) return value_error("None disallowed in statement list");
    TRY(statement(*node));
  }
  return {};
}

Result<void> TreeValidator::body(const ast::List<ast::Stmt*>& list, const ast::Node& owner) {
  TRY(nonempty(list, "body", class_name(owner)));
  return statements(list);
}

template <class Node>
Result<void> TreeValidator::function(const Node& node) {
  TRY(body(node.body, node));
  TRY(arguments(*node.args));
  TRY(expressions(node.decorator_list));
  return optional(node.returns);
}

Result<void> TreeValidator::class_definition(const ast::ClassDef& node) {
  TRY(body(node.body, node));
  TRY(expressions(node.bases));
  TRY(keywords(node.keywords));
  return expressions(node.decorator_list);
}

template <class Node>
Result<void> TreeValidator::for_loop(const Node& node) {
  TRY(expression(*node.target, Context::Store));
  TRY(expression(*node.iter));
  TRY(body(node.body, node));
  return statements(node.orelse);
}

template <class Node>
Result<void> TreeValidator::with(const Node& node) {
  TRY(nonempty(node.items, "items", class_name(node)));
  for (const ast::WithItem* item : node.items) {
    TRY(expression(*item->context_expr));
    TRY(optional(item->optional_vars, Context::Store));
  }
  return body(node.body, node);
}

template <class Node>
Result<void> TreeValidator::try_statement(const Node& node) {
  TRY(body(node.body, node));
  if (node.handlers.empty() && node.finalbody.empty()) {
    return value_error("{} has neither except handlers nor finalbody", class_name(node));
  }
  if (node.handlers.empty() && !node.orelse.empty()) {
    return value_error("{} has orelse but no except handlers", class_name(node));
  }
  for (const ast::ExceptHandler* handler : node.handlers) {
    TRY(positions(*handler));
    TRY(optional(handler->type));
    TRY(body(handler->body, *handler));
  }
  TRY(statements(node.finalbody));
  return statements(node.orelse);
}

Result<void> TreeValidator::match(const ast::Match& node) {
  TRY(expression(*node.subject));
  TRY(nonempty(node.cases, "cases", "Match"));
  for (const ast::MatchCase* item : node.cases) {
    TRY(pattern(*item->pattern, Star::Forbidden));
    TRY(optional(item->guard));
    TRY(body(item->body, *item));
  }
  return {};
}

Result<void> TreeValidator::raise_statement(const ast::Raise& node) {
  if (!node.exc && node.cause) return value_error("Raise with cause but no exception");
  TRY(optional(node.exc));
  return optional(node.cause);
}

Result<void> TreeValidator::annotated_assignment(const ast::AnnAssign& node) {
  if (!node.target->is<ast::Name>() && node.simple) {
    return raise(thread_, types.TypeError, "AnnAssign with simple non-Name target");
  }
  TRY(expression(*node.target, Context::Store));
  TRY(optional(node.value));
  return expression(*node.annotation);
}

Result<void> TreeValidator::statement(const ast::Stmt& node) {
  TRY(positions(node));
  switch (node.kind) {
    case ast::Kind::FunctionDef: return function(*node.as<ast::FunctionDef>());
    case ast::Kind::AsyncFunctionDef: return function(*node.as<ast::AsyncFunctionDef>());
    case ast::Kind::ClassDef: return class_definition(*node.as<ast::ClassDef>());
    case ast::Kind::Return: return optional(node.as<ast::Return>()->value);
    case ast::Kind::Delete:
      TRY(nonempty(node.as<ast::Delete>()->targets, "targets", "Delete"));
      return expressions(node.as<ast::Delete>()->targets, Context::Del);
    case ast::Kind::Assign:
      TRY(nonempty(node.as<ast::Assign>()->targets, "targets", "Assign"));
      TRY(expressions(node.as<ast::Assign>()->targets, Context::Store));
      return expression(*node.as<ast::Assign>()->value);
    case ast::Kind::TypeAlias:
      TRY(expression(*node.as<ast::TypeAlias>()->name, Context::Store));
      return expression(*node.as<ast::TypeAlias>()->value);
    case ast::Kind::AugAssign:
      TRY(expression(*node.as<ast::AugAssign>()->target, Context::Store));
      return expression(*node.as<ast::AugAssign>()->value);
    case ast::Kind::AnnAssign: return annotated_assignment(*node.as<ast::AnnAssign>());
    case ast::Kind::For: return for_loop(*node.as<ast::For>());
    case ast::Kind::AsyncFor: return for_loop(*node.as<ast::AsyncFor>());
    case ast::Kind::While:
      TRY(expression(*node.as<ast::While>()->test));
      TRY(body(node.as<ast::While>()->body, node));
      return statements(node.as<ast::While>()->orelse);
    case ast::Kind::If:
      TRY(expression(*node.as<ast::If>()->test));
      TRY(body(node.as<ast::If>()->body, node));
      return statements(node.as<ast::If>()->orelse);
    case ast::Kind::With: return with(*node.as<ast::With>());
    case ast::Kind::AsyncWith: return with(*node.as<ast::AsyncWith>());
    case ast::Kind::Match: return match(*node.as<ast::Match>());
    case ast::Kind::Raise: return raise_statement(*node.as<ast::Raise>());
    case ast::Kind::Try: return try_statement(*node.as<ast::Try>());
    case ast::Kind::TryStar: return try_statement(*node.as<ast::TryStar>());
    case ast::Kind::Assert:
      TRY(expression(*node.as<ast::Assert>()->test));
      return optional(node.as<ast::Assert>()->msg);
    case ast::Kind::Import: return nonempty(node.as<ast::Import>()->names, "names", "Import");
    case ast::Kind::ImportFrom:
      if (node.as<ast::ImportFrom>()->level < 0) return value_error("Negative ImportFrom level");
      return nonempty(node.as<ast::ImportFrom>()->names, "names", "ImportFrom");
    case ast::Kind::Global: return nonempty(node.as<ast::Global>()->names, "names", "Global");
    case ast::Kind::Nonlocal: return nonempty(node.as<ast::Nonlocal>()->names, "names", "Nonlocal");
    case ast::Kind::ExprStmt: return expression(*node.as<ast::ExprStmt>()->value);
    default: return {};
  }
}

// Expressions

Result<void> TreeValidator::expressions(const ast::List<ast::Expr*>& list, Context context, bool null_allowed) {
  for (const ast::Expr* node : list) {
    if (!node && !null_allowed) return value_error("None disallowed in expression list");
    TRY(optional(node, context));
  }
  return {};
}

Result<void> TreeValidator::optional(const ast::Expr* node, Context context) {
  if (!node) return {};
  return expression(*node, context);
}

Result<void> TreeValidator::expression(const ast::Expr& node, Context context) {
  TRY(positions(node));
  TRY(context_of(node, context));
  return parts(node, context);
}

Result<void> TreeValidator::context_of(const ast::Expr& node, Context wanted) {
  Context actual;
  switch (node.kind) {
    case ast::Kind::Attribute: actual = node.as<ast::Attribute>()->ctx; break;
    case ast::Kind::Subscript: actual = node.as<ast::Subscript>()->ctx; break;
    case ast::Kind::Starred: actual = node.as<ast::Starred>()->ctx; break;
    case ast::Kind::Name:
      TRY(name(*node.as<ast::Name>()->id));
      actual = node.as<ast::Name>()->ctx;
      break;
    case ast::Kind::ListDisplay: actual = node.as<ast::ListDisplay>()->ctx; break;
    case ast::Kind::Tuple: actual = node.as<ast::Tuple>()->ctx; break;
    default:
      if (wanted == kLoad) return {};
      return value_error("expression which can't be assigned to in {} context", context_name(wanted));
  }
  if (actual == wanted) return {};
  return value_error("expression must have {} context but has {} instead", context_name(wanted), context_name(actual));
}

Result<void> TreeValidator::comparison(const ast::Compare& node) {
  if (node.comparators.empty()) return value_error("Compare has no comparators");
  if (node.comparators.size != node.ops.size) {
    return value_error("Compare has a different number of comparators and operands");
  }
  TRY(expressions(node.comparators));
  return expression(*node.left);
}

Result<void> TreeValidator::parts(const ast::Expr& node, Context context) {
  switch (node.kind) {
    case ast::Kind::BoolOp:
      if (node.as<ast::BoolOp>()->values.size < 2) return value_error("BoolOp with less than 2 values");
      return expressions(node.as<ast::BoolOp>()->values);
    case ast::Kind::NamedExpr:
      TRY(expression(*node.as<ast::NamedExpr>()->target, Context::Store));
      return expression(*node.as<ast::NamedExpr>()->value);
    case ast::Kind::BinOp:
      TRY(expression(*node.as<ast::BinOp>()->left));
      return expression(*node.as<ast::BinOp>()->right);
    case ast::Kind::UnaryOp: return expression(*node.as<ast::UnaryOp>()->operand);
    case ast::Kind::Lambda:
      TRY(arguments(*node.as<ast::Lambda>()->args));
      return expression(*node.as<ast::Lambda>()->body);
    case ast::Kind::IfExp:
      TRY(expression(*node.as<ast::IfExp>()->test));
      TRY(expression(*node.as<ast::IfExp>()->body));
      return expression(*node.as<ast::IfExp>()->orelse);
    case ast::Kind::Dict:
      if (node.as<ast::Dict>()->keys.size != node.as<ast::Dict>()->values.size) {
        return value_error("Dict doesn't have the same number of keys as values");
      }
      TRY(expressions(node.as<ast::Dict>()->keys, kLoad, true));
      return expressions(node.as<ast::Dict>()->values);
    case ast::Kind::Set: return expressions(node.as<ast::Set>()->elts);
    case ast::Kind::ListComp:
      TRY(generators(node.as<ast::ListComp>()->generators));
      return expression(*node.as<ast::ListComp>()->elt);
    case ast::Kind::SetComp:
      TRY(generators(node.as<ast::SetComp>()->generators));
      return expression(*node.as<ast::SetComp>()->elt);
    case ast::Kind::GeneratorExp:
      TRY(generators(node.as<ast::GeneratorExp>()->generators));
      return expression(*node.as<ast::GeneratorExp>()->elt);
    case ast::Kind::DictComp:
      TRY(generators(node.as<ast::DictComp>()->generators));
      TRY(expression(*node.as<ast::DictComp>()->key));
      return expression(*node.as<ast::DictComp>()->value);
    case ast::Kind::Await: return expression(*node.as<ast::Await>()->value);
    case ast::Kind::Yield: return optional(node.as<ast::Yield>()->value);
    case ast::Kind::YieldFrom: return expression(*node.as<ast::YieldFrom>()->value);
    case ast::Kind::Compare: return comparison(*node.as<ast::Compare>());
    case ast::Kind::Call:
      TRY(expression(*node.as<ast::Call>()->func));
      TRY(expressions(node.as<ast::Call>()->args));
      return keywords(node.as<ast::Call>()->keywords);
    case ast::Kind::Constant: {
      const ast::ConstantValue& value = node.as<ast::Constant>()->value;
      if (value.kind != ast::ConstantValue::Kind::Object) return {};
      return constant(static_cast<Object*>(value.object)->value());
    }
    case ast::Kind::JoinedStr: return expressions(node.as<ast::JoinedStr>()->values);
    case ast::Kind::TemplateStr: return expressions(node.as<ast::TemplateStr>()->values);
    case ast::Kind::FormattedValue:
      TRY(expression(*node.as<ast::FormattedValue>()->value));
      return optional(node.as<ast::FormattedValue>()->format_spec);
    case ast::Kind::Interpolation:
      TRY(expression(*node.as<ast::Interpolation>()->value));
      return optional(node.as<ast::Interpolation>()->format_spec);
    case ast::Kind::Attribute: return expression(*node.as<ast::Attribute>()->value);
    case ast::Kind::Subscript:
      TRY(expression(*node.as<ast::Subscript>()->slice));
      return expression(*node.as<ast::Subscript>()->value);
    case ast::Kind::Starred: return expression(*node.as<ast::Starred>()->value, context);
    case ast::Kind::Slice:
      TRY(optional(node.as<ast::Slice>()->lower));
      TRY(optional(node.as<ast::Slice>()->upper));
      return optional(node.as<ast::Slice>()->step);
    case ast::Kind::ListDisplay: return expressions(node.as<ast::ListDisplay>()->elts, context);
    case ast::Kind::Tuple: return expressions(node.as<ast::Tuple>()->elts, context);
    default: return {};
  }
}

Result<void> TreeValidator::generators(const ast::List<ast::Comprehension*>& list) {
  if (list.empty()) return value_error("comprehension with no generators");
  for (const ast::Comprehension* clause : list) {
    TRY(expression(*clause->target, Context::Store));
    TRY(expression(*clause->iter));
    TRY(expressions(clause->ifs));
  }
  return {};
}

Result<void> TreeValidator::keywords(const ast::List<ast::Keyword*>& list) {
  for (const ast::Keyword* keyword : list) TRY(expression(*keyword->value));
  return {};
}

Result<void> TreeValidator::parameters(const ast::List<ast::Arg*>& list) {
  for (const ast::Arg* parameter : list) {
    TRY(positions(*parameter));
    TRY(optional(parameter->annotation));
  }
  return {};
}

Result<void> TreeValidator::arguments(const ast::Arguments& node) {
  TRY(parameters(node.posonlyargs));
  TRY(parameters(node.args));
  if (node.vararg) TRY(optional(node.vararg->annotation));
  TRY(parameters(node.kwonlyargs));
  if (node.kwarg) TRY(optional(node.kwarg->annotation));
  if (node.defaults.size > node.posonlyargs.size + node.args.size) {
    return value_error("more positional defaults than args on arguments");
  }
  if (node.kw_defaults.size != node.kwonlyargs.size) {
    return value_error("length of kwonlyargs is not the same as kw_defaults on arguments");
  }
  TRY(expressions(node.defaults));
  return expressions(node.kw_defaults, kLoad, true);
}

Result<void> validate_tree(Thread& thread, const ast::Mod& tree) { return TreeValidator(thread).module(tree); }

}  // namespace py
