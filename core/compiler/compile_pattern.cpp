// match: each pattern tests the subject in its register and jumps to `fail` when it does not match. Captured values wait
// in temporaries and are bound only when the whole pattern matched. On failure the temporaries a pattern made are left to
// be overwritten or dropped with the frame's other registers: the case's end clears them.
#include "core/compiler/unit.h"
#include "core/object/casts.h"
#include "core/object/sequence.h"

#include <algorithm>

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
    pattern(match_case->pattern, subject, next_case, captures);
    const u32 used = next_temp_;
    for (auto [name, reg] : captures) {
      const bool once = std::count_if(captures.begin(), captures.end(), [&](auto& other) { return other.second == reg; }) == 1;
      store_name(name, {reg, once && reg != subject});
    }
    next_temp_ = used;
    if (match_case->guard) jump_if(match_case->guard, false, next_case);
    clear_temporaries(mark, used);
    asm_.emit(Op::Clear, 0, subject);
    pop_to(mark);
    statements(match_case->body);
    if (!asm_.ends_flow()) asm_.jump(Op::Jump, 0, 0, end);
    asm_.place(next_case);
    clear_temporaries(mark, used);
  }
  asm_.emit(Op::Clear, 0, subject);
  assigned_ = before;
  asm_.place(end);
}

void Unit::clear_temporaries(u32 first, u32 end) {
  if (first < end) asm_.emit(Op::Clear, 0, first, end - first - 1);
}

// Whether the subject is equal to the value.
void Unit::value_pattern(ast::MatchValue* node, u32 subject, Label& fail) {
  const u32 mark = next_temp_;
  i32 small;
  if (!long_jumps_ && small_int(node->value, &small)) {
    asm_.compare_jump(Op::JumpUnlessEqualInt, 0, subject, static_cast<u16>(small), fail);
  } else {
    const u32 value = expression_to_temp(node->value);
    locate(node);
    if (!long_jumps_) {
      asm_.compare_jump(Op::JumpUnlessEqual, kDropB, subject, value, fail);
    } else {
      const u32 result = push_temp();
      asm_.emit(Op::Equal, kDropC, result, subject, value);
      asm_.jump(Op::JumpIfFalse, kDropA, result, fail);
    }
  }
  pop_to(mark);
}

void Unit::pattern(ast::Pattern* node, u32 subject, Label& fail, Captures& names) {
  if (failed()) return;
  locate(node);
  switch (node->kind) {
    case ast::Kind::MatchValue: value_pattern(node->as<ast::MatchValue>(), subject, fail); break;
    case ast::Kind::MatchSingleton: {
      const Value value = constant_of(node->as<ast::MatchSingleton>()->value);
      if (value.is_none()) {
        asm_.jump(Op::JumpIfNotNone, 0, subject, fail);
        break;
      }
      const u32 expected = push_temp();
      load_constant(value, expected);
      const u32 result = push_temp();
      asm_.emit(Op::Is, kDropC, result, subject, expected);
      asm_.jump(Op::JumpIfFalse, kDropA, result, fail);
      pop_to(expected);
      break;
    }
    case ast::Kind::MatchAs: {
      auto* as = node->as<ast::MatchAs>();
      if (as->pattern) pattern(as->pattern, subject, fail, names);
      if (as->name) names.push_back({as->name, subject});
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

void Unit::length_test(Op jump, Op comparison, u32 subject, u32 wanted, Label& fail) {
  const u32 length = push_temp();
  asm_.emit(Op::GetLength, 0, length, subject);
  if (!long_jumps_ && wanted < 0x8000) {
    asm_.compare_jump(jump, kDropA, length, wanted, fail);
  } else {
    const u32 least = push_temp();
    load_constant(Value::integer(wanted), least);
    const u32 result = push_temp();
    asm_.emit(comparison, kDropB | kDropC, result, length, least);
    asm_.jump(Op::JumpIfFalse, kDropA, result, fail);
  }
  pop_to(length);
}

void Unit::sequence_pattern(ast::MatchSequence* node, u32 subject, Label& fail, Captures& names) {
  const u32 test = push_temp();
  asm_.emit(Op::MatchSequence, 0, test, subject);
  asm_.jump(Op::JumpIfFalse, kDropA, test, fail);
  pop_to(test);
  i32 star = -1;
  const u32 count = node->patterns.size;
  for (u32 i = 0; i < count; ++i) {
    if (node->patterns[i]->kind == ast::Kind::MatchStar) star = static_cast<i32>(i);
  }
  if (star < 0 || count > 1) {
    star < 0 ? length_test(Op::JumpUnlessEqualInt, Op::Equal, subject, count, fail)
             : length_test(Op::JumpUnlessGreaterEqualInt, Op::GreaterEqual, subject, count - 1, fail);
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
  pop_to(test);
  const u32 count = node->keys.size;
  if (count) length_test(Op::JumpUnlessGreaterEqualInt, Op::GreaterEqual, subject, count, fail);
  const u32 keys = push_temp();
  const u32 first = next_temp_;
  for (ast::Expr* key : node->keys) expression_to_temp(key);
  pop_to(first);
  asm_.emit(Op::BuildTuple, 0, keys, first, count);
  const u32 result = push_temp();
  const u32 window = next_temp_;
  for (u32 i = 0; i < count; ++i) push_temp();
  asm_.emit(Op::MatchKeys, 0, result, subject, keys);
  asm_.jump(Op::JumpIfFalse, kDropA, result, fail);
  for (u32 i = 0; i < count; ++i) pattern(node->patterns[i], window + i, fail, names);
  if (node->rest) {
    const u32 rest = push_temp();
    asm_.emit(Op::MatchRest, 0, rest, subject, keys);
    names.push_back({node->rest, rest});
  }
}

void Unit::class_pattern(ast::MatchClass* node, u32 subject, Label& fail, Captures& names) {
  const u32 positional = node->patterns.size;
  const u32 count = positional + node->kwd_patterns.size;
  const u32 result = push_temp();
  const u32 items = next_temp_;
  for (u32 i = 0; i < (count < 2 ? 2 : count); ++i) push_temp();
  expression_to(node->cls, items);
  std::vector<Value> list;
  for (const ast::Identifier* name : node->kwd_attrs) list.push_back(str(name).value());
  Ref<Tuple> tuple = MUST(Tuple::from(state_.thread, list.data(), static_cast<isize>(list.size())));
  if (tuple.value().is_counted()) make_deferred(tuple.get());
  load_constant(tuple.release()->value(), items + 1);
  locate(node);
  asm_.emit(Op::MatchClass, 0, result, subject, positional);
  asm_.jump(Op::JumpIfFalse, kDropA, result, fail);
  pop_to(items + count);
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
        if (own_name == name) asm_.emit(Op::Move, 0, shared_reg, reg);
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
