// try, except, except*, finally and with.
//
// A protected region is a set of segments of instructions: code that leaves the region early (return, break) runs the
// clean-up inline, outside the segments. A handler finds the exception in the register `live`, with every register above
// dropped.
#include "core/compiler/unit.h"

namespace py {

void Unit::open_block(Block& block) {
  block.open = asm_.here();
  blocks_.push_back(&block);
}

void Unit::unwind_block(Block& block, bool keep_value) {
  block.segments.push_back({block.open, asm_.here()});
  switch (block.kind) {
    case Block::Kind::Loop:
      for (u32 i = 0; i < block.clear_count; ++i) asm_.emit(Op::Clear, 0, block.reg + i);
      break;
    case Block::Kind::Finally:
      if (block.final_body) statements(*block.final_body);
      break;
    case Block::Kind::With:
    case Block::Kind::AsyncWith: {
      const ast::Location saved = asm_.location();
      asm_.set_location(block.where);
      const u32 result = push_temp();
      asm_.emit(Op::ExitWith, kDropB, result, block.reg);
      if (block.kind == Block::Kind::AsyncWith) {
        asm_.emit(Op::GetAwaitable, kDropB | 2 << 4, result, result);
        yield_from(result, true, result);
      }
      asm_.emit(Op::Clear, 0, result);
      asm_.set_location(saved);
      pop_to(result);
      break;
    }
    case Block::Kind::Handler:
      asm_.emit(Op::PopHandled, 0, block.reg + 1);
      asm_.emit(Op::Clear, 0, block.reg);
      if (block.name) {
        const ast::Location saved = asm_.location();
        asm_.set_location({});
        const u32 none = push_temp();
        load_none(none);
        store_name(block.name, {none, true});
        pop_to(none);
        ast::Name name;
        name.id = block.name;
        delete_target(&name);
        asm_.set_location(saved);
      }
      break;
  }
}

void Unit::unwind_to(usize depth, bool keep_value) {
  // While the clean-up of a block is emitted, that block and the inner ones are not open.
  std::vector<Block*> all = blocks_;
  while (blocks_.size() > depth) {
    Block* block = blocks_.back();
    blocks_.pop_back();
    unwind_block(*block, keep_value);
  }
  blocks_ = std::move(all);
}

void Unit::try_statement(const ast::List<ast::Stmt*>& body, const ast::List<ast::ExceptHandler*>& handlers,
                         const ast::List<ast::Stmt*>& orelse, const ast::List<ast::Stmt*>& final_body, bool star) {
  auto inner = [&] {
    if (handlers.empty()) {
      statements(body);
    } else if (star) {
      try_except_star(body, handlers, orelse);
    } else {
      try_except(body, handlers, orelse);
    }
  };
  if (final_body.empty()) return inner();
  const ast::Location where = asm_.location();
  const u32 live = next_temp_;
  const Assigned before = assigned_;
  Block block{Block::Kind::Finally};
  block.final_body = &final_body;
  open_block(block);
  inner();
  // Normal completion runs the body once, outside the region.
  blocks_.pop_back();
  block.segments.push_back({block.open, asm_.here()});
  const bool falls_through = !asm_.ends_flow();
  const Assigned after_body = assigned_;
  Label end, handler;
  if (falls_through) {
    statements(final_body);
    asm_.jump(Op::Jump, 0, 0, end);
  }
  const Assigned after_final = assigned_;
  // Exceptional completion.
  assigned_ = before;
  asm_.place(handler);
  for (auto [start, stop] : block.segments) asm_.range(start, stop, static_cast<u32>(handler.place), live);
  asm_.set_location(where);
  const u32 exception = push_temp();
  push_temp();
  asm_.emit(Op::PushHandled, 0, exception);
  Block cleanup{Block::Kind::Handler};
  cleanup.reg = exception;
  open_block(cleanup);
  statements(final_body);
  blocks_.pop_back();
  cleanup.segments.push_back({cleanup.open, asm_.here()});
  // Outside the region: it undoes PushHandled itself.
  asm_.emit(Op::Reraise, kDropA | kFlag8, exception, exception + 1);
  const u32 second = exception + 2;
  for (auto [start, stop] : cleanup.segments) asm_.range(start, stop, asm_.here(), second);
  pop_to(second);
  push_temp();
  asm_.emit(Op::PopHandled, 0, exception + 1);
  asm_.emit(Op::Clear, 0, exception);
  asm_.emit(Op::Reraise, kDropA, second);
  pop_to(live);
  assigned_ = falls_through ? after_final : before;
  asm_.place(end);
}

void Unit::handler_body(ast::ExceptHandler* handler, u32 exception, Label& end) {
  Block block{Block::Kind::Handler};
  block.reg = exception;
  block.name = handler->name;
  if (handler->name) {
    const u32 copy = push_temp();
    asm_.emit(Op::Move, 0, copy, exception);
    store_name(handler->name, {copy, true});
    pop_to(copy);
  }
  open_block(block);
  statements(handler->body);
  blocks_.pop_back();
  block.segments.push_back({block.open, asm_.here()});
  if (!asm_.ends_flow()) {
    std::vector<Block*> all = blocks_;
    auto segments = block.segments;
    unwind_block(block, false);
    block.segments = segments;
    asm_.jump(Op::Jump, 0, 0, end);
  }
  // An exception in the handler: the name goes, the exception handled before comes back.
  Label failed_handler;
  const u32 second = exception + 2;
  asm_.place(failed_handler);
  for (auto [start, stop] : block.segments) asm_.range(start, stop, static_cast<u32>(failed_handler.place), second);
  const u32 mark = next_temp_;
  next_temp_ = second;
  push_temp();
  auto segments = block.segments;
  unwind_block(block, false);
  asm_.emit(Op::Reraise, kDropA, second);
  next_temp_ = mark;
}

void Unit::try_except(const ast::List<ast::Stmt*>& body, const ast::List<ast::ExceptHandler*>& handlers,
                      const ast::List<ast::Stmt*>& orelse) {
  const u32 live = next_temp_;
  const Assigned before = assigned_;
  Block block{Block::Kind::Finally};  // leaving it early needs no code
  Label handler, end;
  open_block(block);
  statements(body);
  blocks_.pop_back();
  block.segments.push_back({block.open, asm_.here()});
  if (!asm_.ends_flow()) {
    statements(orelse);
    if (!asm_.ends_flow()) asm_.jump(Op::Jump, 0, 0, end);
  }
  asm_.place(handler);
  for (auto [start, stop] : block.segments) asm_.range(start, stop, static_cast<u32>(handler.place), live);
  const u32 exception = push_temp();
  const u32 saved = push_temp();
  if (handlers.size) locate(handlers[0]);
  asm_.emit(Op::PushHandled, 0, exception);
  // The expressions after `except` can raise too.
  std::vector<std::pair<u32, u32>> tests;
  bool catches_all = false;
  for (ast::ExceptHandler* clause : handlers) {
    assigned_ = before;
    Label next_clause;
    if (clause->type) {
      const u32 test_start = asm_.here();
      locate(clause->type);
      Operand type = expression(clause->type);
      const u32 matches = push_temp();
      locate(clause->type);
      asm_.emit(Op::MatchException, drop_c(type), matches, exception, type.reg);
      tests.push_back({test_start, asm_.here()});
      asm_.jump(Op::JumpIfFalse, kDropA, matches, next_clause);
      pop_to(saved + 1);
    } else {
      catches_all = true;
    }
    locate(clause);
    handler_body(clause, exception, end);
    asm_.place(next_clause);
  }
  if (!catches_all) {
    if (handlers.size) locate(handlers[handlers.size - 1]->type);
    asm_.emit(Op::Reraise, kDropA | kFlag8, exception, saved);
  }
  if (!tests.empty()) {
    const u32 second = saved + 1;
    for (auto [start, stop] : tests) asm_.range(start, stop, asm_.here(), second);
    pop_to(second);
    push_temp();
    asm_.emit(Op::PopHandled, 0, saved);
    asm_.emit(Op::Clear, 0, exception);
    asm_.emit(Op::Reraise, kDropA, second);
  }
  pop_to(live);
  assigned_ = before;
  asm_.place(end);
}

// except*: each clause takes its part out of the group; what the clauses raise and what is left is raised together.
void Unit::try_except_star(const ast::List<ast::Stmt*>& body, const ast::List<ast::ExceptHandler*>& handlers,
                           const ast::List<ast::Stmt*>& orelse) {
  const u32 live = next_temp_;
  const Assigned before = assigned_;
  Block block{Block::Kind::Finally};
  Label handler, end;
  open_block(block);
  statements(body);
  blocks_.pop_back();
  block.segments.push_back({block.open, asm_.here()});
  if (!asm_.ends_flow()) {
    statements(orelse);
    if (!asm_.ends_flow()) asm_.jump(Op::Jump, 0, 0, end);
  }
  asm_.place(handler);
  for (auto [start, stop] : block.segments) asm_.range(start, stop, static_cast<u32>(handler.place), live);
  const u32 original = push_temp();
  const u32 saved = push_temp();
  locate(handlers[0]);
  asm_.emit(Op::PushHandled, 0, original);
  Block outer{Block::Kind::Handler};
  outer.reg = original;
  open_block(outer);
  const u32 rest = push_temp();
  const u32 raised = push_temp();
  asm_.emit(Op::Move, 0, rest, original);
  asm_.emit(Op::BuildList, 0, raised, raised, 0);
  for (ast::ExceptHandler* clause : handlers) {
    assigned_ = before;
    Label next_clause;
    const u32 match = push_temp();
    push_temp();
    asm_.jump(Op::JumpIfNone, 0, rest, next_clause);
    Operand type = expression(clause->type);
    locate(clause->type);
    asm_.emit(Op::MatchExceptionGroup, drop_c(type), match, rest, type.reg);
    asm_.emit(Op::Move, kDropB, rest, match + 1);
    pop_to(match + 1);
    asm_.jump(Op::JumpIfNone, 0, match, next_clause);
    const u32 inner_saved = push_temp();
    locate(clause);
    asm_.emit(Op::PushHandled, 0, match);
    Block inner{Block::Kind::Handler};
    inner.reg = match;
    inner.name = clause->name;
    if (clause->name) {
      const u32 copy = push_temp();
      asm_.emit(Op::Move, 0, copy, match);
      store_name(clause->name, {copy, true});
      pop_to(copy);
    }
    open_block(inner);
    statements(clause->body);
    blocks_.pop_back();
    inner.segments.push_back({inner.open, asm_.here()});
    const auto segments = inner.segments;
    if (!asm_.ends_flow()) {
      unwind_block(inner, false);
      asm_.jump(Op::Jump, 0, 0, next_clause);
    }
    // What the clause raised joins the list.
    const u32 failed_at = asm_.here();
    const u32 second = inner_saved + 1;
    for (auto [start, stop] : segments) asm_.range(start, stop, failed_at, second);
    pop_to(second);
    push_temp();
    unwind_block(inner, false);
    asm_.emit(Op::ListAppend, kDropB, raised, second);
    pop_to(raised + 1);
    asm_.place(next_clause);
  }
  asm_.emit(Op::ListAppend, kDropB, raised, rest);
  asm_.emit(Op::CombineGroups, kDropB, rest, raised, original);
  Label nothing_left;
  asm_.jump(Op::JumpIfNone, 0, rest, nothing_left);
  asm_.emit(Op::Reraise, kDropA, rest);
  asm_.place(nothing_left);
  blocks_.pop_back();
  outer.segments.push_back({outer.open, asm_.here()});
  const auto outer_segments = outer.segments;
  unwind_block(outer, false);
  asm_.jump(Op::Jump, 0, 0, end);
  const u32 second = saved + 1;
  for (auto [start, stop] : outer_segments) asm_.range(start, stop, asm_.here(), second);
  pop_to(second);
  push_temp();
  unwind_block(outer, false);
  asm_.emit(Op::Reraise, kDropA, second);
  pop_to(live);
  assigned_ = before;
  asm_.place(end);
}

void Unit::with_statement(const ast::List<ast::WithItem*>& items, u32 index, const ast::List<ast::Stmt*>& body,
                          bool is_async) {
  if (index == items.size) return statements(body);
  ast::WithItem* item = items[index];
  const ast::Location where = item->context_expr->where;
  const u32 exit = push_temp();
  const u32 entered = push_temp();
  Operand manager = expression(item->context_expr);
  asm_.set_location(where);
  asm_.emit(is_async ? Op::EnterAsyncWith : Op::EnterWith, drop_b(manager), exit, manager.reg);
  pop_to(entered + 1);
  if (is_async) {
    asm_.emit(Op::GetAwaitable, kDropB | 1 << 4, entered, entered);
    yield_from(entered, true, entered);
    next_temp_ = entered + 1;
  }
  const Assigned before = assigned_;
  Block block{is_async ? Block::Kind::AsyncWith : Block::Kind::With};
  block.reg = exit;
  block.where = where;
  Label handler, end;
  open_block(block);
  if (item->optional_vars) {
    assign(item->optional_vars, {entered, true});
  } else {
    asm_.emit(Op::Clear, 0, entered);
  }
  next_temp_ = entered;
  with_statement(items, index + 1, body, is_async);
  blocks_.pop_back();
  block.segments.push_back({block.open, asm_.here()});
  const auto segments = block.segments;
  asm_.set_location(where);
  if (!asm_.ends_flow()) {
    unwind_block(block, false);
    asm_.jump(Op::Jump, 0, 0, end);
  }
  // With an exception: its exit may swallow it.
  asm_.place(handler);
  const u32 exception = exit + 1;
  for (auto [start, stop] : segments) asm_.range(start, stop, static_cast<u32>(handler.place), exception);
  next_temp_ = exception;
  push_temp();
  const u32 saved = push_temp();
  asm_.emit(Op::PushHandled, 0, exception);
  const u32 exit_start = asm_.here();
  const u32 swallowed = push_temp();
  asm_.emit(Op::ExitWithException, kDropB, swallowed, exit, exception);
  if (is_async) {
    asm_.emit(Op::GetAwaitable, kDropB | 2 << 4, swallowed, swallowed);
    yield_from(swallowed, true, swallowed);
  }
  Label suppressed;
  asm_.jump(Op::JumpIfTrue, kDropA, swallowed, suppressed);
  const u32 exit_end = asm_.here();
  asm_.emit(Op::Reraise, kDropA | kFlag8 | 16, exception, saved);
  asm_.range(exit_start, exit_end, asm_.here(), saved + 1);
  next_temp_ = saved + 1;
  push_temp();
  asm_.emit(Op::PopHandled, 0, saved);
  asm_.emit(Op::Clear, 0, exception);
  asm_.emit(Op::Reraise, kDropA, saved + 1);
  asm_.place(suppressed);
  asm_.emit(Op::PopHandled, 0, saved);
  asm_.emit(Op::Clear, 0, exception);
  pop_to(exit);
  assigned_ = before;
  asm_.place(end);
}

}  // namespace py
