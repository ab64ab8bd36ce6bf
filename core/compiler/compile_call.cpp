// Calls and comprehensions.
#include "core/compiler/unit.h"
#include "core/object/casts.h"
#include "core/object/sequence.h"

namespace py {

namespace {

constexpr u32 kMaxArguments = 200;

bool needs_spread(ast::Call* node) {
  for (ast::Expr* argument : node->args) {
    if (argument->kind == ast::Kind::Starred) return true;
  }
  for (ast::Keyword* keyword : node->keywords) {
    if (!keyword->arg) return true;
  }
  return node->args.size + node->keywords.size > kMaxArguments;
}

}  // namespace

void Unit::call_to(ast::Call* node, u32 target) {
  // The window stands at the top of the temporaries; a target that is the top temporary itself is its first word.
  const bool in_place = target + 1 == next_temp_ && target >= local_count_;
  const u32 window = in_place ? target : push_temp();
  const bool spread = needs_spread(node);
  const bool method = !spread && node->func->kind == ast::Kind::Attribute;
  if (method) {
    auto* attribute = node->func->as<ast::Attribute>();
    if (!super_attribute(attribute, window, true)) {
      Operand object = expression(attribute->value);
      locate_attribute(attribute, attribute);
      asm_.emit(Op::GetMethod, drop_b(object), window, object.reg, name_constant(mangle(attribute->attr)));
      pop_to(window + 1);
    }
    for (u32 i = 0; i < kFrameHeader; ++i) push_temp();
  } else {
    expression_to(node->func, window);
    for (u32 i = 1; i < kFrameHeader; ++i) push_temp();
  }
  const bool as_method = next_temp_ == window + 1 + kFrameHeader;
  if (spread) {
    call_spread(node, window);
  } else {
    for (ast::Expr* argument : node->args) expression_to_temp(argument);
    const u32 names = keywords_to_window(node->keywords);
    if (as_method && node->func->is<ast::Attribute>()) {
      locate_attribute(node, node->func->as<ast::Attribute>());
    } else {
      locate(node);
    }
    push_temp();  // one spare word: the interpreter may shift the window by one
    asm_.emit(as_method ? Op::CallMethod : Op::Call, 0, window, node->args.size, names);
  }
  pop_to(window + 1);
  if (!in_place) asm_.emit(Op::Move, kDropB, target, window);
}

u32 Unit::keywords_to_window(const ast::List<ast::Keyword*>& keywords) {
  if (!keywords.size) return 0;
  std::vector<Value> names;
  for (ast::Keyword* keyword : keywords) {
    expression_to_temp(keyword->value);
    names.push_back(str(keyword->arg).value());
  }
  Ref<Tuple> tuple = MUST(Tuple::from(state_.thread, names.data(), static_cast<isize>(names.size())));
  if (tuple.value().is_counted()) make_deferred(tuple.get());
  return asm_.constant(Ref<>::adopt(tuple.release()->value())) + 1;
}

void Unit::call_spread(ast::Call* node, u32 window) {
  const u32 positional = push_temp();
  if (node->args.size == 1 && node->args[0]->kind == ast::Kind::Starred) {
    expression_to(node->args[0]->as<ast::Starred>()->value, positional);
    locate(node);
    asm_.emit(Op::ListToTuple, kDropB | kFlag8, positional, positional, window);
  } else if (spreads_last_alone(node->args)) {
    const u32 first = next_temp_;
    values_to_window(node->args);
    asm_.emit(Op::BuildSpreadTuple, 0, positional, first, node->args.size);
    pop_to(first);
  } else {
    const u32 list = push_temp();
    list_into_window(node->args, list);
    asm_.emit(Op::ListToTuple, kDropB, positional, list);
    pop_to(list);
  }
  const u32 keywords = push_temp();
  if (node->keywords.size) keyword_dict(node->keywords, keywords, window);
  locate(node);
  push_temp();
  asm_.emit(Op::CallSpread, node->keywords.size ? kFlag8 : 0, window);
}

void Unit::keyword_dict(const ast::List<ast::Keyword*>& keywords, u32 target, u32 callable) {
  if (keywords.size == 1 && !keywords[0]->arg) {
    const u32 mark = next_temp_;
    Operand mapping = expression(keywords[0]->value);
    locate(keywords[0]);
    asm_.emit(Op::DictMerge, kFlag8 | drop_b(mapping), target, mapping.reg, callable);
    return pop_to(mark);
  }
  asm_.emit(Op::BuildDict, 0, target, target, 0);
  const u32 mark = next_temp_;
  for (ast::Keyword* keyword : keywords) {
    if (keyword->arg) {
      // Through DictMerge too, so that a name repeated by ** is noticed.
      const u32 single = push_temp();
      const u32 name = push_temp();
      load_constant(str(keyword->arg).value(), name);
      expression_to_temp(keyword->value);
      asm_.emit(Op::BuildDict, 0, single, name, 1);
      asm_.emit(Op::DictMerge, kDropB, target, single, callable);
    } else {
      Operand mapping = expression(keyword->value);
      locate(keyword);
      asm_.emit(Op::DictMerge, drop_b(mapping), target, mapping.reg, callable);
    }
    pop_to(mark);
  }
}

// Comprehensions

namespace {

struct ComprehensionParts {
  const ast::List<ast::Comprehension*>* generators;
  Scope* scope;
  const char* name;
};

ComprehensionParts parts_of(ast::Expr* node) {
  switch (node->kind) {
    case ast::Kind::ListComp: return {&node->as<ast::ListComp>()->generators, node->as<ast::ListComp>()->scope, "<listcomp>"};
    case ast::Kind::SetComp: return {&node->as<ast::SetComp>()->generators, node->as<ast::SetComp>()->scope, "<setcomp>"};
    case ast::Kind::DictComp: return {&node->as<ast::DictComp>()->generators, node->as<ast::DictComp>()->scope, "<dictcomp>"};
    default: return {&node->as<ast::GeneratorExp>()->generators, node->as<ast::GeneratorExp>()->scope, "<genexpr>"};
  }
}

Op builder_of(ast::Kind kind) {
  return kind == ast::Kind::ListComp ? Op::BuildList : kind == ast::Kind::SetComp ? Op::BuildSet : Op::BuildDict;
}

}  // namespace

void Unit::comprehension_to(ast::Expr* node, u32 target) {
  const ComprehensionParts parts = parts_of(node);
  if (!parts.scope->inlined) {
    // A function of its own, called with the first iterator.
    struct Context {
      ast::Expr* node;
    } context{node};
    Ref<Code> code = compile(
        state_, this, parts.scope, intern(state_.thread, parts.name),
        [](Unit& unit, void* opaque) {
          ast::Expr* node = static_cast<Context*>(opaque)->node;
          const ComprehensionParts parts = parts_of(node);
          const bool generator = node->kind == ast::Kind::GeneratorExp;
          u32 result = 0;
          if (!generator) {
            result = unit.push_temp();
            unit.asm_.emit(builder_of(node->kind), 0, result, result, 0);
          }
          unit.comprehension_loops(node, *parts.generators, 0, result, 0);
          generator ? unit.asm_.emit(Op::ReturnNone, kFlag8, 0) : unit.asm_.emit(Op::Return, kDropA, result);
        },
        &context);
    if (failed()) return;
    const u32 window = push_temp();
    make_function(std::move(code), parts.scope, nullptr, nullptr, window, false);
    for (u32 i = 1; i < kFrameHeader; ++i) push_temp();
    const u32 iterator = push_temp();
    Operand iterable = expression((*parts.generators)[0]->iter);
    locate((*parts.generators)[0]->iter);
    const bool is_async = (*parts.generators)[0]->is_async;
    asm_.emit(is_async ? Op::GetAsyncIterator : Op::GetIterator, drop_b(iterable), iterator, iterable.reg);
    locate(node);
    pop_to(iterator + 1);
    push_temp();
    asm_.emit(Op::Call, 0, window, 1, 0);
    pop_to(window + 1);
    if (parts.scope->is_coroutine && node->kind != ast::Kind::GeneratorExp) {
      asm_.emit(Op::GetAwaitable, kDropB, window, window);
      yield_from(window, true, target);
    } else {
      asm_.emit(Op::Move, kDropB, target, window);
    }
    return;
  }
  // Inlined: the names it binds live in fresh registers for its duration.
  const u32 result = push_temp();
  // The first iterable is evaluated outside the comprehension's names.
  Operand iterable = expression((*parts.generators)[0]->iter);
  const u32 first = iterable.temp ? iterable.reg : push_temp();
  locate((*parts.generators)[0]->iter);
  const bool is_async = (*parts.generators)[0]->is_async;
  const bool is_range = !is_async && is_range_call((*parts.generators)[0]->iter);
  asm_.emit(is_async ? Op::GetAsyncIterator : Op::GetIterator, drop_b(iterable) | (is_range ? kFlag8 : 0), first, iterable.reg);
  if (is_range) push_temp(), push_temp();
  asm_.emit(builder_of(node->kind), 0, result, result, 0);
  Scope* outer = inner_scope_;
  inner_scope_ = parts.scope;
  const u32 bound = next_temp_;
  for (Symbol* symbol : parts.scope->symbols) {
    if (symbol->resolution != Resolution::Local && symbol->resolution != Resolution::Cell) continue;
    symbol->user = static_cast<i32>(push_temp());
    symbol->flags |= Symbol::kIterationVariable;
    if (symbol->resolution == Resolution::Cell) {
      asm_.emit(Op::UnbindLocal, 0, static_cast<u32>(symbol->user));
      asm_.emit(Op::MakeCell, 0, static_cast<u32>(symbol->user));
    }
  }
  const u32 bound_end = next_temp_;
  comprehension_loops(node, *parts.generators, 0, result, static_cast<i32>(first));
  for (u32 reg = bound; reg < bound_end; ++reg) asm_.emit(Op::Clear, 0, reg);
  inner_scope_ = outer;
  pop_to(result + 1);
  asm_.emit(Op::Move, kDropB, target, result);
}

void Unit::comprehension_loops(ast::Expr* node, const ast::List<ast::Comprehension*>& generators, u32 depth, u32 result,
                               i32 first_iterator) {
  if (failed()) return;
  ast::Comprehension* generator = generators[depth];
  const u32 mark = next_temp_;
  u32 iterator = static_cast<u32>(first_iterator);
  if (depth > 0 && !generator->is_async) {
    iterator = iterator_of(generator->iter);
  } else if (depth > 0) {
    iterator = push_temp();
    Operand iterable = expression(generator->iter);
    locate(generator->iter);
    asm_.emit(Op::GetAsyncIterator, drop_b(iterable), iterator, iterable.reg);
    pop_to(iterator + 1);
  } else if (iterator < local_count_) {  // a function's ".0", which stays in its parameter
    const u32 parameter = std::exchange(iterator, push_temp());
    asm_.emit(Op::Move, 0, iterator, parameter);
  }
  Label again, end;
  const u32 item = push_temp();
  locate(generator->target);
  asm_.place(again);
  u32 range_start = 0, range_end = 0;
  bool direct = false;  // the item goes to a local at once
  if (generator->is_async) {
    range_start = asm_.here();
    asm_.emit(Op::GetAsyncNext, 0, item, iterator);
    yield_from(item, true, item);
    range_end = asm_.here();
  } else {
    u32 variable;
    direct = is_local(generator->target, &variable);
    for_next(iterator, direct ? variable : item, end);
    if (direct) note_assigned(variable);
  }
  pop_to(item + 1);
  if (!direct) assign(generator->target, {item, true});
  next_temp_ = item + 1;
  Label next_item;
  for (ast::Expr* condition : generator->ifs) jump_if(condition, false, next_item);
  if (depth + 1 < generators.size) {
    comprehension_loops(node, generators, depth + 1, result, -1);
  } else {
    comprehension_element(node, result);
  }
  asm_.place(next_item);
  locate(node);
  asm_.jump(generator->is_async ? Op::Loop : Op::LoopFor, 0, 0, again);
  if (generator->is_async) {
    asm_.range(range_start, range_end, asm_.here(), item);
    asm_.emit(Op::EndAsyncFor, 0, item, iterator);
  }
  asm_.place(end);
  pop_to(mark);
}

void Unit::comprehension_element(ast::Expr* node, u32 result) {
  const u32 mark = next_temp_;
  switch (node->kind) {
    case ast::Kind::ListComp: {
      Operand value = expression(node->as<ast::ListComp>()->elt);
      locate(node->as<ast::ListComp>()->elt);
      asm_.emit(Op::ListAppend, drop_b(value), result, value.reg);
      break;
    }
    case ast::Kind::SetComp: {
      Operand value = expression(node->as<ast::SetComp>()->elt);
      locate(node->as<ast::SetComp>()->elt);
      asm_.emit(Op::SetAdd, drop_b(value), result, value.reg);
      break;
    }
    case ast::Kind::DictComp: {
      const u32 key = expression_to_temp(node->as<ast::DictComp>()->key);
      const u32 value = expression_to_temp(node->as<ast::DictComp>()->value);
      locate(node->as<ast::DictComp>()->key);
      asm_.emit(Op::DictInsert, kDropB | kDropC, result, key, value);
      break;
    }
    default: {
      locate(node->as<ast::GeneratorExp>()->elt);
      yield_for_nothing(node->as<ast::GeneratorExp>()->elt);
    }
  }
  pop_to(mark);
}

}  // namespace py
