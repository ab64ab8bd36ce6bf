#include "core/compiler/unit.h"

#include "core/base/number/big_int.h"
#include "core/object/allocate.h"
#include "core/object/casts.h"
#include "core/object/function.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/object/sequence.h"
#include "memory/buffer.h"

#include <algorithm>
#include <cstring>

namespace py {

Unit::Unit(CompileState& state, Unit* parent, Scope* scope, Ref<Str> name, bool long_jumps)
    : state_(state), parent_(parent), scope_(scope), inner_scope_(scope), asm_(state.thread), name_(std::move(name)),
      long_jumps_(long_jumps) {
  qualified_name_ = qualified_name(*name_);
  set_up_registers();
}

Ref<Code> Unit::compile(CompileState& state, Unit* parent, Scope* scope, Str& name, void (*body)(Unit&, void*), void* context) {
  for (bool long_jumps : {false, true}) {
    Unit unit(state, parent, scope, Ref<Str>::share(&name), long_jumps);
    unit.prologue();
    body(unit, context);
    if (unit.asm_.overflowed && !long_jumps && !state.failed) continue;
    if (unit.asm_.overflowed) unit.error(unit.asm_.location(), "code object too large");
    if (state.failed) return {};
    Result<Ref<Code>> code = unit.finish();
    if (!code.failed()) return code.take();
    state.failed = true;
    return {};
  }
  return {};
}

void Unit::error(const ast::Location& where, std::string_view message) {
  if (state_.failed) return;
  state_.failed = true;
  state_.problem = problem_at(state_.arena, state_.source, where, message);
}

Str& Unit::str(const ast::Identifier* name) {
  if (!name->user) name->user = &intern(state_.thread, name->text);
  return *static_cast<Str*>(name->user);
}

const ast::Identifier* Unit::mangle(const ast::Identifier* name) {
  return state_.identifiers.mangle(inner_scope_->private_class, name);
}

Ref<Str> Unit::qualified_name(Str& name) {
  Thread& thread = state_.thread;
  if (!parent_ || scope_->kind == Scope::Kind::Module) return Ref<Str>::share(&name);
  Unit* owner = parent_;
  while (owner->scope_->kind == Scope::Kind::TypeParameters && owner->parent_) owner = owner->parent_;
  const bool named = scope_->kind == Scope::Kind::Function || scope_->kind == Scope::Kind::Class;
  if (named && scope_->name) {
    Symbol* symbol = owner->scope_->find(state_.identifiers.mangle(owner->scope_->private_class, scope_->name));
    if (symbol && symbol->resolution == Resolution::GlobalExplicit) return Ref<Str>::share(&name);
  }
  if (owner->scope_->kind == Scope::Kind::Module) return Ref<Str>::share(&name);
  const bool in_class = owner->scope_->kind == Scope::Kind::Class;
  return MUST(format_str(thread, in_class ? "{}.{}" : "{}.<locals>.{}", *owner->qualified_name_, name));
}

std::vector<Symbol*> captured_symbols(const Scope* scope) {
  std::vector<Symbol*> captured;
  for (Symbol* symbol : scope->symbols) {
    if (symbol->is_captured()) captured.push_back(symbol);
  }
  std::sort(captured.begin(), captured.end(), [](const Symbol* a, const Symbol* b) { return a->name->text < b->name->text; });
  return captured;
}

// Registers: parameters in call order, then other locals, then free-standing cells share the locals' numbering.
void Unit::set_up_registers() {
  const bool function_like = scope_->is_function_like();
  if (scope_->kind == Scope::Kind::GeneratorExpression || scope_->is_comprehension()) {
    if (!scope_->inlined) {
      local_names_.push_back(state_.identifiers.intern(".0"));
    }
  }
  if (function_like) {
    u32 parameters = 0;
    for (Symbol* symbol : scope_->symbols) parameters += symbol->has(Symbol::kParameter);
    const u32 base = static_cast<u32>(local_names_.size());
    local_names_.resize(base + parameters);
    for (Symbol* symbol : scope_->symbols) {
      if (!symbol->has(Symbol::kParameter)) continue;
      symbol->user = static_cast<i32>(base + symbol->parameter_index);
      local_names_[base + symbol->parameter_index] = symbol->name;
    }
  }
  for (Symbol* symbol : captured_symbols(scope_)) {
    symbol->closure = static_cast<i32>(free_names_.size());
    if (symbol->resolution == Resolution::Free) symbol->user = symbol->closure;
    free_names_.push_back(symbol->name);
  }
  for (Symbol* symbol : scope_->symbols) {
    const bool local = function_like && symbol->resolution == Resolution::Local;
    const bool cell = symbol->resolution == Resolution::Cell;
    if (!local && !cell) continue;
    if (!symbol->has(Symbol::kParameter) || !function_like) {
      symbol->user = static_cast<i32>(local_names_.size());
      local_names_.push_back(symbol->name);
    }
    if (cell) {
      cell_names_.push_back(symbol->name);
      cell_registers_.push_back(static_cast<u16>(symbol->user));
    }
  }
  if (scope_->needs_class_cell) {
    class_cell_ = static_cast<i32>(local_names_.size());
    local_names_.push_back(state_.identifiers.intern("__class__"));
    cell_names_.push_back(local_names_.back());
    cell_registers_.push_back(static_cast<u16>(class_cell_));
  }
  local_count_ = register_count_ = next_temp_ = static_cast<u32>(local_names_.size());
  asm_.first_temporary = local_count_;
  assigned_.assign(local_count_, false);
  deletable_.assign(local_count_, false);
  for (Symbol* symbol : scope_->symbols) {
    if (function_like && symbol->has(Symbol::kParameter)) assigned_[static_cast<u32>(symbol->user)] = true;
  }
  if (!local_names_.empty() && local_names_[0]->text == ".0") assigned_[0] = true;
}

void Unit::prologue() {
  asm_.in_generator = scope_->is_generator || scope_->is_coroutine || scope_->is_async_generator;
  if (asm_.in_generator) asm_.emit(Op::MakeGenerator, 0, 0);
  for (u16 reg : cell_registers_) asm_.emit(Op::MakeCell, 0, reg);
}

void Unit::intersect(const Assigned& other) {
  for (usize i = 0; i < assigned_.size(); ++i) assigned_[i] = assigned_[i] && other[i];
}

Result<Ref<>> make_constant(Thread& thread, const ast::ConstantValue& value) {
  using Kind = ast::ConstantValue::Kind;
  switch (value.kind) {
    case Kind::None: return Ref<>::adopt(None);
    case Kind::True: return Ref<>::adopt(True);
    case Kind::False: return Ref<>::adopt(False);
    case Kind::Ellipsis: return Ref<>::adopt(Ellipsis);
    case Kind::SmallInt: return make_int(thread, value.integer);
    case Kind::BigInt: return make_integer(thread, big::parse(value.text.data(), value.text.size(), value.base, false));
    case Kind::Float: return make_float(thread, value.number);
    case Kind::Imaginary: return make_complex(thread, 0, value.number);
    case Kind::Str: return Str::from_utf8(thread, value.text);
    case Kind::Bytes: return Bytes::from(thread, value.text);
    case Kind::Object: return Ref<>::share(static_cast<Object*>(value.object)->value());
  }
  return Ref<>::adopt(None);
}

// Constants of code are deferred; texts are interned, as CPython does for those that look like names.
Ref<> Unit::constant_of(const ast::ConstantValue& value) {
  if (value.kind == ast::ConstantValue::Kind::Str) return Ref<>::adopt(intern(state_.thread, value.text).value());
  Ref<> made = MUST(make_constant(state_.thread, value));
  if (!made.value().is_counted() || value.kind == ast::ConstantValue::Kind::Object) return made;
  make_deferred(made.value().object());
  return Ref<>::adopt(made.release().object()->value());
}

void Unit::load_constant(Value value, u32 target) {
  const i64 word = static_cast<i64>(value.bits);
  if ((value.is_int() || value.is_immediate()) && word >= INT32_MIN && word <= INT32_MAX) {
    asm_.emit_wide(Op::LoadImmediate, 0, target, static_cast<i32>(word));
  } else {
    asm_.emit_wide(Op::LoadConstant, 0, target, static_cast<i32>(asm_.constant(Ref<>::share(value))));
  }
}

// A tuple of names for co_varnames and its kin.
namespace {

Result<Ref<Tuple>> name_tuple(Thread& thread, const std::vector<const ast::Identifier*>& list) {
  Ref<Tuple> tuple = TRY(Tuple::allocate(thread, static_cast<isize>(list.size())));
  for (usize i = 0; i < list.size(); ++i) tuple->items()[i].initialize(intern(thread, list[i]->text).value());
  return tuple;
}

}  // namespace

Result<Ref<Code>> Unit::finish() {
  Thread& thread = state_.thread;
  Ref<Code> code = TRY(new_object<Code>(thread, *types.code));
  std::memset(static_cast<void*>(&code->words), 0, sizeof(Code) - (reinterpret_cast<char*>(&code->words) - reinterpret_cast<char*>(code.get())));
  make_deferred(code.get());
  TRY(asm_.finish(*code));
  code->name.store(*code, name_.value());
  code->qualified_name.store(*code, qualified_name_.value());
  code->filename.store(*code, state_.filename.value());
  Ref<Tuple> locals = TRY(name_tuple(thread, local_names_));
  Ref<Tuple> cells = TRY(name_tuple(thread, cell_names_));
  Ref<Tuple> free_variables = TRY(name_tuple(thread, free_names_));
  code->local_names.store(*code, locals.value());
  code->cell_names.store(*code, cells.value());
  code->free_names.store(*code, free_variables.value());
  code->cell_count = static_cast<u16>(cell_registers_.size());
  code->cell_registers = static_cast<u16*>(buffer_allocate(2 * cell_registers_.size() + 2));
  for (usize i = 0; i < cell_registers_.size(); ++i) code->cell_registers[i] = cell_registers_[i];
  code->local_count = static_cast<u16>(local_count_);
  code->register_count = static_cast<u16>(register_count_);
  u32 flags = state_.future_flags;
  auto set = [&](CodeFlag flag) { flags |= static_cast<u32>(flag); };
  const bool function_like = scope_->is_function_like();
  if (function_like) set(CodeFlag::Optimized), set(CodeFlag::NewLocals);
  if (scope_->is_nested) set(CodeFlag::Nested);
  if (scope_->is_async_generator) {
    set(CodeFlag::AsyncGenerator);
  } else if (scope_->is_coroutine) {
    set(CodeFlag::Coroutine);
  } else if (scope_->is_generator) {
    set(CodeFlag::Generator);
  }
  if (arguments_) {
    code->argument_count = static_cast<u16>(arguments_->posonlyargs.size + arguments_->args.size);
    code->positional_only_count = static_cast<u16>(arguments_->posonlyargs.size);
    code->keyword_only_count = static_cast<u16>(arguments_->kwonlyargs.size);
    if (arguments_->vararg) set(CodeFlag::VarArgs);
    if (arguments_->kwarg) set(CodeFlag::VarKeywords);
  } else if (!local_names_.empty() && local_names_[0]->text == ".0") {
    code->argument_count = 1;
    code->positional_only_count = 1;
  } else if (scope_->kind == Scope::Kind::TypeVariable) {
    code->argument_count = 0;
  }
  code->flags = flags;
  code->is_generator = scope_->is_generator || scope_->is_coroutine || scope_->is_async_generator;
  const bool simple = function_like && !code->keyword_only_count && !code->has(CodeFlag::VarArgs) && !code->has(CodeFlag::VarKeywords);
  code->quick_argument_count = simple && register_count_ <= Code::kMostQuickRegisters ? code->argument_count : Code::kNotSimple;
  i32 first = scope_->node ? scope_->node->where.line : 1;
  if (scope_->kind == Scope::Kind::Module) first = 1;
  auto decorated = [&](const ast::List<ast::Expr*>& decorators) {
    if (!decorators.empty()) first = decorators[0]->where.line;
  };
  if (scope_->kind == Scope::Kind::Function && scope_->node) {
    if (scope_->node->is<ast::FunctionDef>()) decorated(scope_->node->as<ast::FunctionDef>()->decorator_list);
    if (scope_->node->is<ast::AsyncFunctionDef>()) decorated(scope_->node->as<ast::AsyncFunctionDef>()->decorator_list);
  }
  if (scope_->kind == Scope::Kind::Class && scope_->node) decorated(scope_->node->as<ast::ClassDef>()->decorator_list);
  code->first_line = first;
  if (code_made_hook) code_made_hook(*code);
  return code;
}

}  // namespace py
