// Statements except definitions, if and loops, try, with and match.
#include "core/compiler/unit.h"
#include "core/object/casts.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/syntax/ast_children.h"

namespace py {

void Unit::module_body(ast::Mod* tree) {
  if (tree->kind == ast::Kind::Expression) {
    ast::Expr* body = tree->as<ast::Expression>()->body;
    const u32 value = expression_to_temp(body);
    asm_.emit(Op::Return, kDropA, value);
    return;
  }
  interactive_ = tree->kind == ast::Kind::Interactive;
  const auto& body = interactive_ ? tree->as<ast::Interactive>()->body : tree->as<ast::Module>()->body;
  asm_.set_location({1, 0, 1, 0});
  u32 first = 0;
  if (!interactive_ && scope_->kind == Scope::Kind::Module && body.size && body[0]->kind == ast::Kind::ExprStmt &&
      state_.options.optimize < 2) {
    ast::Expr* value = body[0]->as<ast::ExprStmt>()->value;
    if (value->kind == ast::Kind::Constant && value->as<ast::Constant>()->value.kind == ast::ConstantValue::Kind::Str) {
      const u32 doc = expression_to_temp(value);
      asm_.emit(names_are_globals() ? Op::StoreGlobal : Op::StoreName, kDropA, doc, asm_.name(names::__doc__()));
      pop_to(doc);
      first = 1;
    }
  }
  if (scope_->has_annotations) asm_.emit(Op::SetupAnnotations, 0, 0);
  for (u32 i = first; i < body.size; ++i) statement(body[i]);
  asm_.emit(Op::ReturnNone, kFlag8, 0);
}

void Unit::statements(const ast::List<ast::Stmt*>& list, bool at_end) {
  for (u32 i = 0; i < list.size && !failed(); ++i) statement(list[i], at_end && i + 1 == list.size);
}

// Whether evaluating the node may look at the local in this register.
bool Unit::uses_register(const ast::Node* node, u32 reg) {
  u32 own;
  if (node->kind == ast::Kind::Name) return is_local(static_cast<const ast::Expr*>(node), &own) && own == reg;
  bool found = false;
  ast::for_each_child(node, [&](const ast::Node* child) { found = found || uses_register(child, reg); });
  return found;
}

// a, b = c, d with as many names as values needs no tuple. A value goes to its local at once when nobody can tell.
bool Unit::assign_in_parallel(ast::Assign* node) {
  ast::Expr* target = node->targets[0];
  if (node->targets.size != 1 || target->kind != ast::Kind::Tuple || node->value->kind != ast::Kind::Tuple) return false;
  auto& left = target->as<ast::Tuple>()->elts;
  auto& right = node->value->as<ast::Tuple>()->elts;
  constexpr u32 kMost = 8;
  if (left.size != right.size || left.size > kMost) return false;
  u32 locals[kMost];
  bool all_locals = true;
  for (u32 i = 0; i < left.size; ++i) {
    if (left[i]->kind == ast::Kind::Starred || right[i]->kind == ast::Kind::Starred) return false;
    all_locals = all_locals && is_local(left[i], &locals[i]) && locals[i] < local_count_;
    for (u32 k = 0; all_locals && k < i; ++k) all_locals = locals[k] != locals[i];
  }
  // An exception handler could see that a later value failed after an earlier name was bound.
  for (Block* block : blocks_) all_locals = all_locals && block->kind == Block::Kind::Loop;
  const u32 window = next_temp_;
  bool at_once[kMost] = {};
  for (u32 i = 0; i < left.size; ++i) {
    at_once[i] = all_locals;
    for (u32 k = i + 1; at_once[i] && k < left.size; ++k) at_once[i] = !uses_register(right[k], locals[i]);
    const u32 temp = push_temp();
    expression_to(right[i], at_once[i] ? locals[i] : temp);
  }
  for (u32 i = 0; i < left.size; ++i) {
    const u32 top = next_temp_;
    if (at_once[i]) {
      note_assigned(locals[i]);
    } else {
      assign(left[i], {window + i, true});
    }
    next_temp_ = top;
  }
  return true;
}

namespace {

bool is_constant(const ast::Expr* node) { return node->is<ast::Constant>(); }

// Statements that CPython makes a line of even if nothing is done there.
bool begins_line_alone(const ast::Stmt* node) {
  switch (node->kind) {
    case ast::Kind::Pass:
    case ast::Kind::Break:
    case ast::Kind::Continue:
    case ast::Kind::Try:
    case ast::Kind::TryStar: return true;
    case ast::Kind::ExprStmt: return is_constant(node->as<ast::ExprStmt>()->value);
    case ast::Kind::If: return is_constant(node->as<ast::If>()->test);
    case ast::Kind::While: return is_constant(node->as<ast::While>()->test) && !is_true_constant(node->as<ast::While>()->test);
    default: return false;
  }
}

}  // namespace

void Unit::statement(ast::Stmt* node, bool at_end) {
  locate(node);
  if (begins_line_alone(node)) asm_.mark_line(node->where);
  const u32 mark = next_temp_;
  switch (node->kind) {
    case ast::Kind::ExprStmt: {
      auto* value = node->as<ast::ExprStmt>()->value;
      locate(value);
      if (interactive_ && !scope_->is_function_like() && scope_->kind == Scope::Kind::Module) {
        const u32 shown = expression_to_temp(value);
        asm_.emit(Op::PrintExpression, kDropA, shown);
      } else {
        effect(value);
      }
      break;
    }
    case ast::Kind::Assign: {
      auto* assignment = node->as<ast::Assign>();
      u32 reg;
      if (assignment->targets.size == 1 && is_local(assignment->targets[0], &reg) && reg < local_count_) {
        expression_to(assignment->value, reg);
        note_assigned(reg);
        break;
      }
      if (assign_in_parallel(assignment)) break;
      Operand value = expression(assignment->value);
      for (u32 i = 0; i < assignment->targets.size; ++i) {
        const bool last = i + 1 == assignment->targets.size;
        if (last) {
          assign(assignment->targets[i], value);
        } else if (value.temp) {
          const u32 copy = push_temp();
          asm_.emit(Op::Move, 0, copy, value.reg);
          assign(assignment->targets[i], {copy, true});
          pop_to(value.reg + 1);
        } else {
          assign(assignment->targets[i], value);
        }
      }
      break;
    }
    case ast::Kind::AugAssign: augmented_assign(node->as<ast::AugAssign>()); break;
    case ast::Kind::AnnAssign: annotated_assign(node->as<ast::AnnAssign>()); break;
    case ast::Kind::Return: return_statement(node->as<ast::Return>()); break;
    case ast::Kind::Delete:
      for (ast::Expr* target : node->as<ast::Delete>()->targets) delete_target(target);
      break;
    case ast::Kind::If: if_statement(node->as<ast::If>(), at_end); break;
    case ast::Kind::While: while_loop(node->as<ast::While>()); break;
    case ast::Kind::For: for_loop(node->as<ast::For>()); break;
    case ast::Kind::AsyncFor: async_for_loop(node->as<ast::AsyncFor>()); break;
    case ast::Kind::Break: break_or_continue(true, node->where); break;
    case ast::Kind::Continue: break_or_continue(false, node->where); break;
    case ast::Kind::FunctionDef:
    case ast::Kind::AsyncFunctionDef: function_definition(node); break;
    case ast::Kind::ClassDef: class_definition(node->as<ast::ClassDef>()); break;
    case ast::Kind::TypeAlias: type_alias(node->as<ast::TypeAlias>()); break;
    case ast::Kind::Import: import(node->as<ast::Import>()); break;
    case ast::Kind::ImportFrom: import_from(node->as<ast::ImportFrom>()); break;
    case ast::Kind::Raise: raise_statement(node->as<ast::Raise>()); break;
    case ast::Kind::Assert: assert_statement(node->as<ast::Assert>()); break;
    case ast::Kind::Try: {
      auto* statement = node->as<ast::Try>();
      try_statement(statement->body, statement->handlers, statement->orelse, statement->finalbody, false);
      break;
    }
    case ast::Kind::TryStar: {
      auto* statement = node->as<ast::TryStar>();
      try_statement(statement->body, statement->handlers, statement->orelse, statement->finalbody, true);
      break;
    }
    case ast::Kind::With: with_statement(node->as<ast::With>()->items, 0, node->as<ast::With>()->body, false); break;
    case ast::Kind::AsyncWith:
      with_statement(node->as<ast::AsyncWith>()->items, 0, node->as<ast::AsyncWith>()->body, true);
      break;
    case ast::Kind::Match: match_statement(node->as<ast::Match>()); break;
    case ast::Kind::Pass:
    case ast::Kind::Global:
    case ast::Kind::Nonlocal: break;
    default: error(node->where, "this statement is not supported");
  }
  pop_to(mark);
}

namespace {

Op augmented_opcode(ast::Operator op) {
  constexpr Op kOps[] = {Op::Add, Op::Subtract, Op::Multiply, Op::MatrixMultiply, Op::TrueDivide, Op::Remainder, Op::Power,
                         Op::LeftShift, Op::RightShift, Op::BitOr, Op::BitXor, Op::BitAnd, Op::FloorDivide};
  return kOps[static_cast<u8>(op)];
}

Op augmented_int_opcode(ast::Operator op) {
  switch (op) {
    case ast::Operator::Add: return Op::AddInt;
    case ast::Operator::Sub: return Op::SubtractInt;
    case ast::Operator::Mult: return Op::MultiplyInt;
    case ast::Operator::FloorDiv: return Op::FloorDivideInt;
    case ast::Operator::Mod: return Op::RemainderInt;
    case ast::Operator::LShift: return Op::LeftShiftInt;
    case ast::Operator::RShift: return Op::RightShiftInt;
    case ast::Operator::BitAnd: return Op::BitAndInt;
    default: return Op::Move;
  }
}

}  // namespace

void Unit::augmented_assign(ast::AugAssign* node) {
  const u32 mark = next_temp_;
  auto apply = [&](u32 into, u32 left, bool left_temp) {
    i32 small;
    const Op with_int = augmented_int_opcode(node->op);
    if (with_int != Op::Move && small_int(node->value, &small)) {
      locate(node);
      asm_.emit(with_int, kInPlace | (left_temp ? kDropB : 0), into, left, static_cast<u16>(small));
      return;
    }
    Operand right = expression(node->value);
    locate(node);
    asm_.emit(augmented_opcode(node->op), kInPlace | (left_temp ? kDropB : 0) | drop_c(right), into, left, right.reg);
    release(right);
  };
  u32 reg;
  if (is_local(node->target, &reg)) {
    expression(node->target);
    apply(reg, reg, false);
  } else if (node->target->kind == ast::Kind::Name) {
    const u32 value = push_temp();
    load_name(node->target->as<ast::Name>()->id, value);
    apply(value, value, true);
    store_name(node->target->as<ast::Name>()->id, {value, true});
  } else if (node->target->kind == ast::Kind::Attribute) {
    auto* attribute = node->target->as<ast::Attribute>();
    const u32 name = name_constant(mangle(attribute->attr));
    Operand object = left_operand(attribute->value, node->value);
    const u32 value = push_temp();
    locate_attribute(attribute, attribute);
    asm_.emit(Op::GetAttribute, 0, value, object.reg, name);
    apply(value, value, true);
    locate_attribute(attribute, attribute);
    asm_.emit(Op::SetAttribute, drop_a(object) | kDropB, object.reg, value, name);
  } else {
    auto* subscript = node->target->as<ast::Subscript>();
    Operand object = left_operand(subscript->value, node->value);
    Operand key = left_operand(subscript->slice, node->value);
    const u32 value = push_temp();
    locate(subscript);
    asm_.emit(Op::GetItem, 0, value, object.reg, key.reg);
    apply(value, value, true);
    locate(subscript);
    asm_.emit(Op::SetItem, drop_a(object) | drop_b(key) | kDropC, object.reg, key.reg, value);
  }
  pop_to(mark);
}

void Unit::annotated_assign(ast::AnnAssign* node) {
  const u32 mark = next_temp_;
  if (node->value) {
    Operand value = expression(node->value);
    assign(node->target, value);
    pop_to(mark);
  }
  const bool record = node->simple && !scope_->is_function_like() && node->target->kind == ast::Kind::Name;
  if (record) {
    const u32 annotation = push_temp();
    annotation_to(node->annotation, annotation);
    const u32 dict = push_temp();
    locate(node);
    asm_.emit(names_are_globals() ? Op::LoadGlobal : Op::LoadName, 0, dict, asm_.name(names::__annotations__()));
    const u32 key = push_temp();
    load_constant(str(mangle(node->target->as<ast::Name>()->id)).value(), key);
    asm_.emit(Op::SetItem, kDropA | kDropB | kDropC, dict, key, annotation);
  } else if (!scope_->is_function_like()) {
    // Evaluated for its effects, then dropped.
    if (!(state_.future_flags & kFutureAnnotations)) effect(node->annotation);
  }
  pop_to(mark);
  if (!node->value && node->target->kind == ast::Kind::Attribute) effect(node->target->as<ast::Attribute>()->value);
  if (!node->value && node->target->kind == ast::Kind::Subscript) {
    effect(node->target->as<ast::Subscript>()->value);
    effect(node->target->as<ast::Subscript>()->slice);
  }
}

// Leaves the function with the value, in loops at most: the registers that their iterators hold are cleared.
void Unit::return_value(ast::Expr* node, const ast::Node* where) {
  if (node && node->kind == ast::Kind::IfExp) {
    auto* conditional = node->as<ast::IfExp>();
    Label otherwise;
    jump_if(conditional->test, false, otherwise);
    const Assigned before = assigned_;
    return_value(conditional->body, where);
    assigned_ = before;
    asm_.place(otherwise);
    return return_value(conditional->orelse, where);
  }
  const u32 mark = next_temp_;
  Operand value = node ? expression(node) : Operand{0, false};
  locate(where);
  for (usize i = blocks_.size(); i-- > 0;) {
    for (u32 k = 0; k < blocks_[i]->clear_count; ++k) asm_.emit(Op::Clear, 0, blocks_[i]->reg + k);
  }
  node ? asm_.emit(Op::Return, drop_a(value), value.reg) : asm_.emit(Op::ReturnNone, 0, 0);
  pop_to(mark);
}

void Unit::return_statement(ast::Return* node) {
  bool simple = true;
  for (Block* block : blocks_) simple &= block->kind == Block::Kind::Loop;
  if (simple) return return_value(node->value, node);
  const u32 mark = next_temp_;
  const u32 value = push_temp();
  node->value ? expression_to(node->value, value) : load_none(value);
  locate(node);
  unwind_to(0, true);
  asm_.emit(Op::Return, kDropA, value);
  for (Block* block : blocks_) block->open = asm_.here();
  pop_to(mark);
}

void Unit::raise_statement(ast::Raise* node) {
  u8 flags = 0;
  u32 exception = 0, cause = 0;
  if (node->exc) {
    exception = expression_to_temp(node->exc);
    flags |= kFlag8 | kDropA;
  }
  if (node->cause) {
    cause = expression_to_temp(node->cause);
    flags |= 16 | kDropB;
  }
  locate(node);
  asm_.emit(Op::Raise, flags, exception, cause);
}

namespace {

// The comparison that a test makes last, which is where a failed assert points to. Null: it compares nothing itself.
ast::Expr* last_comparison(ast::Expr* test) {
  ast::Expr* last = nullptr;
  auto look_into = [&](ast::Expr* part) {
    if (ast::Expr* found = last_comparison(part)) last = found;
  };
  switch (test->kind) {
    case ast::Kind::Compare: return test;
    case ast::Kind::UnaryOp:
      if (test->as<ast::UnaryOp>()->op == ast::UnaryOperator::Not) look_into(test->as<ast::UnaryOp>()->operand);
      break;
    case ast::Kind::BoolOp:
      for (ast::Expr* value : test->as<ast::BoolOp>()->values) look_into(value);
      break;
    case ast::Kind::IfExp:
      for (ast::Expr* part : {test->as<ast::IfExp>()->test, test->as<ast::IfExp>()->body, test->as<ast::IfExp>()->orelse}) {
        look_into(part);
      }
      break;
    default: break;
  }
  return last;
}

}  // namespace

void Unit::assert_statement(ast::Assert* node) {
  if (state_.options.optimize >= 1) return;
  Label fine;
  jump_if(node->test, true, fine);
  const Assigned passed = assigned_;
  const u32 window = push_temp();
  ast::Expr* comparison = last_comparison(node->test);
  auto locate_failure = [&] { comparison ? locate(comparison) : locate(node); };
  locate_failure();
  asm_.emit(Op::LoadAssertionError, 0, window);
  if (node->msg) {
    for (u32 i = 1; i < kFrameHeader; ++i) push_temp();
    expression_to_temp(node->msg);
    push_temp();
    locate_failure();
    asm_.emit(Op::Call, 0, window, 1, 0);
  }
  asm_.emit(Op::Raise, kFlag8 | kDropA, window);
  assigned_ = passed;
  asm_.place(fine);
}

void Unit::import(ast::Import* node) {
  for (ast::Alias* alias : node->names) {
    const u32 module = push_temp();
    const u32 window = push_temp();
    const u32 from = push_temp();
    load_constant(Value::integer(0), window);
    load_none(from);
    asm_.emit(Op::ImportName, 0, module, asm_.name(str(alias->name)), window);
    pop_to(module + 1);
    if (alias->asname) {
      // import a.b.c as d binds the innermost module.
      std::string_view rest = alias->name->text;
      for (usize dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
        rest = rest.substr(dot + 1);
        Str& part = intern(state_.thread, rest.substr(0, rest.find('.')));
        const u32 inner = push_temp();
        asm_.emit(Op::ImportFrom, kDropB, inner, module, asm_.name(part));
        asm_.emit(Op::Move, kDropB, module, inner);
        pop_to(module + 1);
      }
      store_name(alias->asname, {module, true});
    } else {
      const std::string_view first = alias->name->text.substr(0, alias->name->text.find('.'));
      store_name(state_.identifiers.intern(first), {module, true});
    }
    pop_to(module);
  }
}

void Unit::import_from(ast::ImportFrom* node) {
  Thread& thread = state_.thread;
  const u32 module = push_temp();
  const u32 window = push_temp();
  const u32 from = push_temp();
  load_constant(Value::integer(node->level), window);
  std::vector<Value> list;
  for (ast::Alias* alias : node->names) list.push_back(str(alias->name).value());
  Ref<Tuple> tuple = MUST(Tuple::from(thread, list.data(), static_cast<isize>(list.size())));
  if (tuple.value().is_counted()) make_deferred(tuple.get());
  load_constant(tuple.release()->value(), from);
  Str& name = node->module_ ? str(node->module_) : names::empty_();
  asm_.emit(Op::ImportName, 0, module, asm_.name(name), window);
  pop_to(module + 1);
  for (ast::Alias* alias : node->names) {
    if (alias->name->text == "*") {
      asm_.emit(Op::ImportStar, kDropA, module);
      return pop_to(module);
    }
    const u32 value = push_temp();
    asm_.emit(Op::ImportFrom, 0, value, module, name_constant(alias->name));
    store_name(alias->asname ? alias->asname : alias->name, {value, true});
    pop_to(module + 1);
  }
  asm_.emit(Op::Clear, 0, module);
  pop_to(module);
}

}  // namespace py
