// Names and assignment targets.
#include "core/compiler/unit.h"

namespace py {

// The name of a variable: co_names lists only those that are looked up by name.
u32 Unit::variable_constant(const ast::Identifier* mangled, const Symbol* symbol) {
  const bool by_place = symbol && (symbol->resolution == Resolution::Cell || symbol->resolution == Resolution::Free ||
                                   (symbol->resolution == Resolution::Local && scope_->is_function_like()));
  return by_place ? asm_.constant(Ref<>(Ref<Str>::share(&str(mangled)))) : name_constant(mangled);
}

void Unit::load_name(const ast::Identifier* name, u32 target) {
  const ast::Identifier* mangled = mangle(name);
  Symbol* symbol = inner_scope_->resolve(mangled);
  const u32 constant = variable_constant(mangled, symbol);
  const bool function_like = scope_->is_function_like();
  const Resolution resolution = symbol ? symbol->resolution : Resolution::GlobalImplicit;
  const bool from_comprehension = symbol && symbol->has(Symbol::kIterationVariable);
  switch (resolution) {
    case Resolution::Local:
      if (!function_like && !from_comprehension) {
        asm_.emit(names_are_globals() ? Op::LoadGlobal : Op::LoadName, 0, target, constant);
        return;
      }
      if (static_cast<u32>(symbol->user) < assigned_.size() && !assigned_[static_cast<u32>(symbol->user)]) {
        asm_.emit(Op::CheckLocal, 0, static_cast<u32>(symbol->user), constant);
        note_assigned(static_cast<u32>(symbol->user));
      }
      if (target != static_cast<u32>(symbol->user)) asm_.emit(Op::Move, 0, target, static_cast<u32>(symbol->user));
      return;
    case Resolution::Cell: asm_.emit(Op::LoadCell, 0, target, static_cast<u32>(symbol->user), constant); return;
    case Resolution::Free: {
      if (scope_->kind == Scope::Kind::Class || symbol->has(Symbol::kClassDictFirst)) {
        if (scope_->kind == Scope::Kind::Class && mangled->text != "__class__") {
          asm_.emit(Op::LoadClassFree, 0, target, static_cast<u32>(symbol->user), constant);
          return;
        }
      }
      asm_.emit(Op::LoadFree, 0, target, static_cast<u32>(symbol->user), constant);
      return;
    }
    default:
      if (scope_->kind == Scope::Kind::Class && resolution != Resolution::GlobalExplicit) {
        asm_.emit(Op::LoadName, 0, target, constant);
      } else if (scope_->kind == Scope::Kind::Module && !names_are_globals()) {
        asm_.emit(Op::LoadName, 0, target, constant);
      } else {
        asm_.emit(Op::LoadGlobal, 0, target, constant);
      }
  }
}

void Unit::store_name(const ast::Identifier* name, Operand value) {
  const ast::Identifier* mangled = mangle(name);
  Symbol* symbol = inner_scope_->resolve(mangled);
  const Resolution resolution = symbol ? symbol->resolution : Resolution::GlobalImplicit;
  const bool register_like = scope_->is_function_like() || (symbol && symbol->has(Symbol::kIterationVariable));
  if (resolution == Resolution::Local && register_like) {
    if (static_cast<u32>(symbol->user) != value.reg) {
      asm_.emit(Op::Move, drop_b(value), static_cast<u32>(symbol->user), value.reg);
    }
    note_assigned(static_cast<u32>(symbol->user));
  } else if (resolution == Resolution::Cell) {
    asm_.emit(Op::StoreCell, drop_b(value), static_cast<u32>(symbol->user), value.reg);
  } else if (resolution == Resolution::Free) {
    asm_.emit(Op::StoreFree, drop_b(value), static_cast<u32>(symbol->user), value.reg);
  } else if (resolution == Resolution::GlobalExplicit || names_are_globals() ||
             (scope_->is_function_like() && resolution == Resolution::GlobalImplicit)) {
    asm_.emit(Op::StoreGlobal, drop_a(value), value.reg, name_constant(mangled));
  } else {
    asm_.emit(Op::StoreName, drop_a(value), value.reg, name_constant(mangled));
  }
  release(value);
}

namespace {

const ast::List<ast::Expr*>* sequence_items(ast::Expr* target) {
  if (target->kind == ast::Kind::Tuple) return &target->as<ast::Tuple>()->elts;
  if (target->kind == ast::Kind::ListDisplay) return &target->as<ast::ListDisplay>()->elts;
  return nullptr;
}

}  // namespace

// Targets that are neighbouring local variables need no moves.
bool Unit::unpack_to_locals(const ast::List<ast::Expr*>& items, Operand value) {
  if (items.size < 2 || items.size > kMostLocalsUnpacked) return false;
  u32 first = 0;
  for (u32 i = 0; i < items.size; ++i) {
    if (items[i]->kind != ast::Kind::Name) return false;
    const Symbol* symbol = inner_scope_->resolve(mangle(items[i]->as<ast::Name>()->id));
    if (!symbol || symbol->resolution != Resolution::Local) return false;
    if (!scope_->is_function_like() && !symbol->has(Symbol::kIterationVariable)) return false;
    const u32 place = static_cast<u32>(symbol->user);
    if (i == 0) first = place;
    if (place != first + i) return false;
  }
  if (value.reg >= first && value.reg < first + items.size) return false;
  asm_.emit(Op::UnpackSequence, drop_b(value) | kFlag8, first, value.reg, items.size);
  for (u32 i = 0; i < items.size; ++i) note_assigned(first + i);
  release(value);
  return true;
}

void Unit::assign(ast::Expr* target, Operand value) {
  if (failed()) return;
  locate(target);
  if (const auto* items = sequence_items(target)) {
    i32 star = -1;
    for (u32 i = 0; i < items->size; ++i) {
      if ((*items)[i]->kind == ast::Kind::Starred) star = static_cast<i32>(i);
    }
    if (star < 0 && unpack_to_locals(*items, value)) return;
    const u32 window = next_temp_;
    for (u32 i = 0; i < items->size; ++i) push_temp();
    if (items->size == 0) push_temp();
    if (star < 0) {
      asm_.emit(Op::UnpackSequence, drop_b(value), window, value.reg, items->size);
    } else {
      const u32 before = static_cast<u32>(star), after = items->size - before - 1;
      if (before >= 256 || after >= 256) return error(target->where, "too many expressions in star-unpacking assignment");
      asm_.emit(Op::UnpackExtended, drop_b(value), window, value.reg, before | after << 8);
    }
    for (u32 i = 0; i < items->size; ++i) {
      ast::Expr* item = (*items)[i];
      if (item->kind == ast::Kind::Starred) item = item->as<ast::Starred>()->value;
      const u32 mark = next_temp_;
      assign(item, {window + i, true});
      next_temp_ = mark;  // assign released the whole window's tail
    }
    pop_to(window);
    release(value);
    return;
  }
  switch (target->kind) {
    case ast::Kind::Name: store_name(target->as<ast::Name>()->id, value); return;
    case ast::Kind::Attribute: {
      auto* attribute = target->as<ast::Attribute>();
      Operand object = expression(attribute->value);
      locate_attribute(target, attribute);
      asm_.emit(Op::SetAttribute, drop_a(object) | drop_b(value), object.reg, value.reg, name_constant(mangle(attribute->attr)));
      release(object);
      break;
    }
    case ast::Kind::Subscript: {
      auto* subscript = target->as<ast::Subscript>();
      Operand object = left_operand(subscript->value, subscript->slice);
      Operand key = expression(subscript->slice);
      locate(target);
      asm_.emit(Op::SetItem, drop_a(object) | drop_b(key) | drop_c(value), object.reg, key.reg, value.reg);
      release(key);
      release(object);
      break;
    }
    default: error(target->where, "cannot assign here"); return;
  }
  release(value);
}

void Unit::delete_target(ast::Expr* target) {
  if (failed()) return;
  locate(target);
  const u32 mark = next_temp_;
  if (const auto* items = sequence_items(target)) {
    for (ast::Expr* item : *items) delete_target(item);
    return;
  }
  if (target->kind == ast::Kind::Attribute) {
    auto* attribute = target->as<ast::Attribute>();
    Operand object = expression(attribute->value);
    locate_attribute(target, attribute);
    asm_.emit(Op::DeleteAttribute, drop_a(object), object.reg, 0, name_constant(mangle(attribute->attr)));
  } else if (target->kind == ast::Kind::Subscript) {
    auto* subscript = target->as<ast::Subscript>();
    Operand object = left_operand(subscript->value, subscript->slice);
    Operand key = expression(subscript->slice);
    locate(target);
    asm_.emit(Op::DeleteItem, drop_a(object) | drop_b(key), object.reg, key.reg);
  } else if (target->kind == ast::Kind::Name) {
    const ast::Identifier* mangled = mangle(target->as<ast::Name>()->id);
    Symbol* symbol = inner_scope_->resolve(mangled);
    const u32 constant = variable_constant(mangled, symbol);
    const Resolution resolution = symbol ? symbol->resolution : Resolution::GlobalImplicit;
    if (resolution == Resolution::Local && scope_->is_function_like()) {
      asm_.emit(Op::DeleteLocal, 0, static_cast<u32>(symbol->user), constant);
    } else if (resolution == Resolution::Cell) {
      asm_.emit(Op::DeleteCell, 0, static_cast<u32>(symbol->user), constant);
    } else if (resolution == Resolution::Free) {
      asm_.emit(Op::DeleteFree, 0, static_cast<u32>(symbol->user), constant);
    } else if (resolution == Resolution::GlobalExplicit || scope_->is_function_like() || names_are_globals()) {
      asm_.emit(Op::DeleteGlobal, 0, 0, constant);
    } else {
      asm_.emit(Op::DeleteName, 0, 0, constant);
    }
  }
  pop_to(mark);
}

}  // namespace py
