// match: each pattern tests the subject in its register and jumps to `fail` when it does not match. Captured values wait
// in temporaries and are bound only when the whole pattern matched. On failure the temporaries a pattern made are left to
// be overwritten or dropped with the frame's other registers: the case's end clears them.
#include "core/compiler/unit.h"
#include "core/object/casts.h"
#include "core/object/sequence.h"

namespace py {

namespace {

using Captures = std::vector<std::pair<const ast::Identifier*, u32>>;

}  // namespace

void Unit::match_statement(ast::Match* node) {
  Label end;
  const u32 subject = expression_to_temp(node->subject);
  const Assigned before = assigned_;
  for (ast::MatchCase* match_case : node->cases) {
    Label next_case;
    assigned_ = before;
    const u32 mark = next_temp_;
    Captures captures;
    locate(match_case->pattern);
    const u32 used_before = register_count_;
    pattern(match_case->pattern, subject, next_case, captures);
    const u32 used = next_temp_;
    (void)used_before;
    for (auto [name, reg] : captures) {
      const u32 copy = push_temp();
      asm_.emit(Op::Move, 0, copy, reg);
      store_name(name, {copy, true});
      pop_to(copy);
    }
    if (match_case->guard) jump_if(match_case->guard, false, next_case);
    for (u32 reg = mark; reg < used; ++reg) asm_.emit(Op::Clear, 0, reg);
    asm_.emit(Op::Clear, 0, subject);
    pop_to(mark);
    statements(match_case->body);
    if (!asm_.ends_flow()) asm_.jump(Op::Jump, 0, 0, end);
    asm_.place(next_case);
    for (u32 reg = mark; reg < used; ++reg) asm_.emit(Op::Clear, 0, reg);
  }
  asm_.emit(Op::Clear, 0, subject);
  assigned_ = before;
  asm_.place(end);
}

void Unit::pattern(ast::Pattern* node, u32 subject, Label& fail, Captures& names) {
  if (failed()) return;
  locate(node);
  switch (node->kind) {
    case ast::Kind::MatchValue: {
      const u32 value = expression_to_temp(node->as<ast::MatchValue>()->value);
      const u32 result = push_temp();
      locate(node);
      asm_.emit(Op::Equal, kDropC, result, subject, value);
      asm_.jump(Op::JumpIfFalse, kDropA, result, fail);
      break;
    }
    case ast::Kind::MatchSingleton: {
      const u32 value = push_temp();
      load_constant(constant_of(node->as<ast::MatchSingleton>()->value), value);
      const u32 result = push_temp();
      asm_.emit(Op::Is, kDropC, result, subject, value);
      asm_.jump(Op::JumpIfFalse, kDropA, result, fail);
      break;
    }
    case ast::Kind::MatchAs: {
      auto* as = node->as<ast::MatchAs>();
      if (as->pattern) pattern(as->pattern, subject, fail, names);
      if (as->name) {
        const u32 value = push_temp();
        asm_.emit(Op::Move, 0, value, subject);
        names.push_back({as->name, value});
      }
      break;
    }
    case ast::Kind::MatchOr: or_pattern(node->as<ast::MatchOr>(), subject, fail, names); break;
    case ast::Kind::MatchSequence: sequence_pattern(node->as<ast::MatchSequence>(), subject, fail, names); break;
    case ast::Kind::MatchMapping: mapping_pattern(node->as<ast::MatchMapping>(), subject, fail, names); break;
    case ast::Kind::MatchClass: class_pattern(node->as<ast::MatchClass>(), subject, fail, names); break;
    default: error(node->where, "this pattern is not supported");
  }
}

namespace {

bool is_wildcard(const ast::Pattern* node) {
  if (node->is<ast::MatchStar>()) return node->as<ast::MatchStar>()->name == nullptr;
  return node->is<ast::MatchAs>() && !node->as<ast::MatchAs>()->pattern && !node->as<ast::MatchAs>()->name;
}

}  // namespace

// Around `*_` only the items that patterns want are taken, by index.
void Unit::indexed_patterns(ast::MatchSequence* node, u32 subject, i32 star, Label& fail, Captures& names) {
  const u32 count = node->patterns.size;
  for (u32 i = 0; i < count; ++i) {
    if (is_wildcard(node->patterns[i])) continue;
    const u32 item = push_temp();
    if (static_cast<i32>(i) < star) {
      load_constant(Value::integer(i), item);
    } else {
      asm_.emit(Op::GetLength, 0, item, subject);
      asm_.emit(Op::SubtractInt, kDropB, item, item, count - i);
    }
    asm_.emit(Op::GetItem, kDropC, item, subject, item);
    pattern(node->patterns[i], item, fail, names);
  }
}

void Unit::sequence_pattern(ast::MatchSequence* node, u32 subject, Label& fail, Captures& names) {
  const u32 test = push_temp();
  asm_.emit(Op::MatchSequence, 0, test, subject);
  asm_.jump(Op::JumpIfFalse, kDropA, test, fail);
  i32 star = -1;
  const u32 count = node->patterns.size;
  for (u32 i = 0; i < count; ++i) {
    if (node->patterns[i]->kind == ast::Kind::MatchStar) star = static_cast<i32>(i);
  }
  if (star < 0 || count > 1) {
    asm_.emit(Op::GetLength, 0, test, subject);
    const u32 wanted = push_temp();
    load_constant(Value::integer(star < 0 ? count : count - 1), wanted);
    const u32 result = push_temp();
    asm_.emit(star < 0 ? Op::Equal : Op::GreaterEqual, kDropB | kDropC, result, test, wanted);
    asm_.jump(Op::JumpIfFalse, kDropA, result, fail);
  }
  bool only_wildcards = true;
  for (ast::Pattern* item : node->patterns) only_wildcards &= is_wildcard(item);
  if (only_wildcards) return;
  if (star >= 0 && is_wildcard(node->patterns[static_cast<u32>(star)])) return indexed_patterns(node, subject, star, fail, names);
  const u32 window = next_temp_;
  for (u32 i = 0; i < (count ? count : 1); ++i) push_temp();
  if (star < 0) {
    asm_.emit(Op::UnpackSequence, 0, window, subject, count);
  } else {
    asm_.emit(Op::UnpackExtended, 0, window, subject, static_cast<u32>(star) | (count - static_cast<u32>(star) - 1) << 8);
  }
  for (u32 i = 0; i < count; ++i) {
    ast::Pattern* item = node->patterns[i];
    if (item->kind == ast::Kind::MatchStar) {
      if (item->as<ast::MatchStar>()->name) names.push_back({item->as<ast::MatchStar>()->name, window + i});
    } else {
      pattern(item, window + i, fail, names);
    }
  }
}

void Unit::mapping_pattern(ast::MatchMapping* node, u32 subject, Label& fail, Captures& names) {
  const u32 test = push_temp();
  asm_.emit(Op::MatchMapping, 0, test, subject);
  asm_.jump(Op::JumpIfFalse, kDropA, test, fail);
  const u32 count = node->keys.size;
  const u32 keys = push_temp();
  const u32 first = next_temp_;
  for (ast::Expr* key : node->keys) expression_to_temp(key);
  pop_to(first);
  asm_.emit(Op::BuildTuple, 0, keys, first, count);
  const u32 values = push_temp();
  asm_.emit(Op::MatchKeys, 0, values, subject, keys);
  asm_.jump(Op::JumpIfNone, 0, values, fail);
  const u32 window = next_temp_;
  for (u32 i = 0; i < (count ? count : 1); ++i) push_temp();
  asm_.emit(Op::UnpackSequence, kDropB, window, values, count);
  for (u32 i = 0; i < count; ++i) pattern(node->patterns[i], window + i, fail, names);
  if (node->rest) {
    const u32 rest = push_temp();
    asm_.emit(Op::MatchRest, 0, rest, subject, keys);
    names.push_back({node->rest, rest});
  }
}

void Unit::class_pattern(ast::MatchClass* node, u32 subject, Label& fail, Captures& names) {
  const u32 window = push_temp();
  const u32 type = push_temp();
  const u32 key_names = push_temp();
  expression_to(node->cls, type);
  asm_.emit(Op::Move, 0, window, subject);
  std::vector<Value> list;
  for (const ast::Identifier* name : node->kwd_attrs) list.push_back(str(name).value());
  Ref<Tuple> tuple = MUST(Tuple::from(state_.thread, list.data(), static_cast<isize>(list.size())));
  if (tuple.value().is_counted()) make_deferred(tuple.get());
  load_constant(tuple.release()->value(), key_names);
  const u32 positional = node->patterns.size;
  const u32 attributes = push_temp();
  locate(node);
  asm_.emit(Op::MatchClass, kDropB, attributes, window, positional);
  asm_.jump(Op::JumpIfNone, 0, attributes, fail);
  const u32 count = positional + node->kwd_patterns.size;
  const u32 items = next_temp_;
  for (u32 i = 0; i < (count ? count : 1); ++i) push_temp();
  asm_.emit(Op::UnpackSequence, kDropB, items, attributes, count);
  for (u32 i = 0; i < positional; ++i) pattern(node->patterns[i], items + i, fail, names);
  for (u32 i = 0; i < node->kwd_patterns.size; ++i) pattern(node->kwd_patterns[i], items + positional + i, fail, names);
}

void Unit::or_pattern(ast::MatchOr* node, u32 subject, Label& fail, Captures& names) {
  // Every alternative leaves its captures in the same registers.
  Label matched;
  std::vector<std::pair<const ast::Identifier*, u32>> common;
  for (u32 i = 0; i < node->patterns.size; ++i) {
    Label next_alternative;
    const bool last = i + 1 == node->patterns.size;
    Captures mine;
    pattern(node->patterns[i], subject, last ? fail : next_alternative, mine);
    if (i == 0) {
      for (auto [name, reg] : mine) common.push_back({name, push_temp()});
    }
    for (auto [name, shared_reg] : common) {
      for (auto [own_name, reg] : mine) {
        if (own_name == name) asm_.emit(Op::Move, kDropB, shared_reg, reg);
      }
    }
    if (!last) {
      asm_.jump(Op::Jump, 0, 0, matched);
      asm_.place(next_alternative);
    }
  }
  asm_.place(matched);
  for (auto capture : common) names.push_back(capture);
}

}  // namespace py
