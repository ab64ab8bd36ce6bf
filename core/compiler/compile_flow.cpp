// if, while, for, and leaving loops.
#include "core/compiler/unit.h"

namespace py {

// Where the function ends with it, in the line that was the last.
void Unit::branch(const ast::List<ast::Stmt*>& list, bool at_end) {
  statements(list, at_end);
  if (at_end && !asm_.ends_flow()) asm_.emit(Op::ReturnNone, kFlag8, 0);
}

void Unit::if_statement(ast::If* node, bool at_end) {
  Label otherwise, end;
  jump_if(node->test, false, otherwise);
  const Assigned before = assigned_;
  branch(node->body, at_end);
  const bool falls_through = !asm_.ends_flow();
  if (node->orelse.empty()) {
    if (falls_through) {
      intersect(before);
    } else {
      assigned_ = before;
    }
    asm_.place(otherwise);
    locate(node->test);
    return;
  }
  const Assigned after_body = assigned_;
  if (falls_through) asm_.jump(Op::Jump, 0, 0, end);
  assigned_ = before;
  asm_.place(otherwise);
  branch(node->orelse, at_end);
  if (falls_through) {
    if (asm_.ends_flow()) {
      assigned_ = after_body;
    } else {
      intersect(after_body);
    }
  }
  if (!end.uses.empty()) asm_.place(end);
}

void Unit::while_loop(ast::While* node) {
  Label body, test, otherwise, end;
  const bool has_else = !node->orelse.empty();
  const bool endless = is_true_constant(node->test);  // then the line is passed in each turn
  Block block{Block::Kind::Loop};
  block.break_label = &end;
  block.continue_label = &test;
  block.reg = next_temp_;
  const Assigned before = assigned_;
  // The test stands at the bottom: one jump an iteration.
  jump_if(node->test, false, otherwise);
  const Assigned entered = assigned_;
  asm_.place(body);
  if (endless) asm_.mark_line(node->where);
  blocks_.push_back(&block);
  statements(node->body);
  blocks_.pop_back();
  assigned_ = before;
  asm_.place(test);
  locate(node->test);
  Label leave;
  Label again;
  jump_if(node->test, false, leave);
  asm_.jump(Op::Loop, 0, 0, body);
  asm_.place(leave);
  asm_.place(otherwise);
  assigned_ = before;
  if (has_else) statements(node->orelse);
  assigned_ = before;
  asm_.place(end);
}

bool is_range_call(const ast::Expr* node) {
  if (node->kind != ast::Kind::Call) return false;
  auto* call = node->as<ast::Call>();
  if (call->func->kind != ast::Kind::Name || !call->keywords.empty() || call->args.empty() || call->args.size > 3) return false;
  for (const ast::Expr* argument : call->args) {
    if (argument->kind == ast::Kind::Starred) return false;
  }
  return call->func->as<ast::Name>()->id->text == "range";
}

u32 Unit::iterator_of(ast::Expr* iterable) {
  const u32 iterator = push_temp();
  const bool is_range = is_range_call(iterable);
  if (is_range) push_temp(), push_temp();
  const u32 end = next_temp_;
  Operand source = expression(iterable);
  locate(iterable);
  asm_.emit(Op::GetIterator, drop_b(source) | (is_range ? kFlag8 : 0), iterator, source.reg);
  pop_to(end);
  return iterator;
}

// item = next(iterator), or on to `end`.
void Unit::for_next(u32 iterator, u32 item, Label& end) {
  if (!long_jumps_) return asm_.compare_jump(Op::ForIterator, 0, iterator, item, end);
  Label exhausted, body;
  asm_.compare_jump(Op::ForIterator, 0, iterator, item, exhausted);
  asm_.jump(Op::Jump, 0, 0, body);
  asm_.place(exhausted);
  asm_.jump(Op::Jump, 0, 0, end);
  asm_.place(body);
}

void Unit::for_loop(ast::For* node) {
  Label again, otherwise, end;
  const u32 iterator = iterator_of(node->iter);
  const u32 item = push_temp();
  Block block{Block::Kind::Loop};
  block.break_label = &end;
  block.continue_label = &again;
  block.reg = iterator;
  block.clear_count = 1;
  const Assigned before = assigned_;
  asm_.place(again);
  locate(node->target);
  u32 variable;
  if (is_local(node->target, &variable) && variable < local_count_) {
    for_next(iterator, variable, otherwise);
    note_assigned(variable);
  } else {
    for_next(iterator, item, otherwise);
    assign(node->target, {item, true});
  }
  next_temp_ = item + 1;
  blocks_.push_back(&block);
  statements(node->body);
  blocks_.pop_back();
  locate(node);
  asm_.jump(Op::LoopFor, 0, 0, again);
  asm_.place(otherwise);
  assigned_ = before;
  pop_to(iterator);
  statements(node->orelse);
  assigned_ = before;
  asm_.place(end);
}

void Unit::async_for_loop(ast::AsyncFor* node) {
  Label again, end;
  const u32 iterator = push_temp();
  Operand iterable = expression(node->iter);
  locate(node->iter);
  asm_.emit(Op::GetAsyncIterator, drop_b(iterable), iterator, iterable.reg);
  pop_to(iterator + 1);
  const u32 item = push_temp();
  Block block{Block::Kind::Loop};
  block.break_label = &end;
  block.continue_label = &again;
  block.reg = iterator;
  block.clear_count = 1;
  const Assigned before = assigned_;
  asm_.place(again);
  const u32 start = asm_.here();
  asm_.emit(Op::GetAsyncNext, 0, item, iterator);
  yield_from(item, true, item);
  const u32 stop = asm_.here();
  next_temp_ = item + 1;
  assign(node->target, {item, true});
  next_temp_ = item + 1;
  blocks_.push_back(&block);
  statements(node->body);
  blocks_.pop_back();
  locate(node);
  asm_.jump(Op::Loop, 0, 0, again);
  asm_.range(start, stop, asm_.here(), item);
  locate(node->iter);
  asm_.emit(Op::EndAsyncFor, 0, item, iterator);
  assigned_ = before;
  pop_to(iterator);
  statements(node->orelse);
  assigned_ = before;
  asm_.place(end);
}

void Unit::break_or_continue(bool is_break, const ast::Location& where) {
  usize depth = blocks_.size();
  while (depth > 0 && blocks_[depth - 1]->kind != Block::Kind::Loop) --depth;
  if (depth == 0) return error(where, is_break ? "'break' outside loop" : "'continue' not properly in loop");
  Block& loop = *blocks_[depth - 1];
  unwind_to(depth, false);
  if (is_break) {
    for (u32 i = 0; i < loop.clear_count; ++i) asm_.emit(Op::Clear, 0, loop.reg + i);
    asm_.jump(Op::Jump, 0, 0, *loop.break_label);
  } else {
    asm_.jump(loop.continue_label->place >= 0 ? Op::Loop : Op::Jump, 0, 0, *loop.continue_label);
  }
  // The segments that unwinding closed go on after this dead end.
  for (usize i = depth; i < blocks_.size(); ++i) blocks_[i]->open = asm_.here();
}

}  // namespace py
