// Displays of lists, tuples, sets and dicts, and f-strings.
#include "core/compiler/unit.h"

namespace py {

namespace {
bool has_starred(const ast::List<ast::Expr*>& items) {
  for (ast::Expr* item : items) {
    if (item->kind == ast::Kind::Starred) return true;
  }
  return false;
}
}  // namespace

void Unit::display_to(Op op, const ast::List<ast::Expr*>& items, u32 target) {
  const u32 window = next_temp_;
  if (items.size <= kMaxWindow && !has_starred(items)) {
    for (ast::Expr* item : items) expression_to_temp(item);
    asm_.emit(op, 0, target, window, items.size);
    return;
  }
  if (op == Op::BuildTuple && spreads_last_alone(items)) {
    values_to_window(items);
    asm_.emit(Op::BuildSpreadTuple, 0, target, window, items.size);
    return;
  }
  // Long or with stars: filled piece by piece.
  const u32 collection = push_temp();
  if (op == Op::BuildSet) {
    asm_.emit(Op::BuildSet, 0, collection, collection, 0);
    for (ast::Expr* item : items) {
      const bool starred = item->kind == ast::Kind::Starred;
      Operand value = expression(starred ? item->as<ast::Starred>()->value : item);
      asm_.emit(starred ? Op::SetUpdate : Op::SetAdd, drop_b(value), collection, value.reg);
      pop_to(collection + 1);
    }
  } else {
    list_into_window(items, collection);
  }
  asm_.emit(op == Op::BuildTuple ? Op::ListToTuple : Op::Move, kDropB, target, collection);
}

bool Unit::spreads_last_alone(const ast::List<ast::Expr*>& items) {
  if (items.size < 2 || items.size > kMaxWindow) return false;
  for (u32 i = 0; i < items.size; ++i) {
    if ((items[i]->kind == ast::Kind::Starred) != (i == items.size - 1)) return false;
  }
  return true;
}

void Unit::values_to_window(const ast::List<ast::Expr*>& items) {
  for (ast::Expr* item : items) {
    const bool starred = item->kind == ast::Kind::Starred;
    expression_to_temp(starred ? item->as<ast::Starred>()->value : item);
    if (starred) locate(item);
  }
}

void Unit::list_into_window(const ast::List<ast::Expr*>& items, u32 list) {
  asm_.emit(Op::BuildList, 0, list, list, 0);
  for (ast::Expr* item : items) {
    const bool starred = item->kind == ast::Kind::Starred;
    Operand value = expression(starred ? item->as<ast::Starred>()->value : item);
    if (starred) locate(item);
    asm_.emit(starred ? Op::ListExtend : Op::ListAppend, drop_b(value), list, value.reg);
    pop_to(list + 1);
  }
}

void Unit::dict_to(ast::Dict* node, u32 target) {
  const u32 count = node->keys.size;
  bool plain = count <= kMaxWindow / 2;
  for (ast::Expr* key : node->keys) plain &= key != nullptr;
  const u32 window = next_temp_;
  if (plain) {
    for (u32 i = 0; i < count; ++i) {
      expression_to_temp(node->keys[i]);
      expression_to_temp(node->values[i]);
    }
    asm_.emit(Op::BuildDict, 0, target, window, count);
    return;
  }
  const u32 dict = push_temp();
  asm_.emit(Op::BuildDict, 0, dict, dict, 0);
  for (u32 i = 0; i < count; ++i) {
    if (node->keys[i]) {
      const u32 key = expression_to_temp(node->keys[i]);
      const u32 value = expression_to_temp(node->values[i]);
      asm_.emit(Op::DictInsert, kDropB | kDropC, dict, key, value);
    } else {
      Operand other = expression(node->values[i]);
      asm_.emit(Op::DictUpdate, drop_b(other), dict, other.reg);
    }
    pop_to(dict + 1);
  }
  asm_.emit(Op::Move, kDropB, target, dict);
}

void Unit::joined_string_to(ast::JoinedStr* node, u32 target) {
  const u32 window = next_temp_;
  if (node->values.size == 0) {
    load_constant(intern(state_.thread, "").value(), target);
    return;
  }
  u32 count = 0;
  for (ast::Expr* part : node->values) {
    string_part_ = part;
    expression_to_temp(part);
    if (++count == kMaxWindow) {
      asm_.emit(Op::BuildString, 0, window, window, count);
      pop_to(window + 1);
      count = 1;
    }
  }
  asm_.emit(Op::BuildString, 0, target, window, count);
}

void Unit::formatted_value_to(ast::FormattedValue* node, u32 target) {
  u8 flags = node == string_part_ ? kNumberStays : 0;
  const u32 value = expression_to_temp(node->value);
  u32 conversion = 0;
  if (node->conversion == 's') conversion = 1;
  if (node->conversion == 'r') conversion = 2;
  if (node->conversion == 'a') conversion = 3;
  u32 spec = 0;
  flags |= static_cast<u8>(conversion << 4);
  if (node->format_spec) {
    spec = expression_to_temp(node->format_spec);
    flags |= kFlag8 | kDropC;
  }
  locate(node);
  asm_.emit(Op::FormatValue, flags | kDropB, target, value, spec);
}

}  // namespace py
