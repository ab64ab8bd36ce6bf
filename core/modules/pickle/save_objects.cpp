// Which way an object is pickled; and the objects that say themselves how they are made: __reduce_ex__ and its relatives.
#include "core/builtins/sequence_operations.h"
#include "core/modules/pickle/pickle_buffer.h"
#include "core/modules/pickle/pickler.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/object/recursion_guard.h"

namespace py::pickle {

Result<void> Saver::run(Value object) {
  // The type itself has none, and its instances have no attributes of their own.
  if (&type_of(pickler_.value()) != pickler_type) {
    reducer_override_ = TRY(get_attribute_or_empty(thread_, pickler_.value(), "reducer_override"));
  }
  if (protocol_ >= 2) {
    out_.opcode(Opcode::Proto);
    out_.byte(static_cast<u8>(protocol_));
    if (protocol_ >= 4) out_.start_framing();
  }
  TRY(save(object));
  out_.opcode(Opcode::Stop);
  return out_.finish();
}

Result<bool> Saver::save_persistent(Value object) {
  Ref<> hook = pickler_.persistent_id.load();
  Ref<> id = pickler_.persistent_id_is_bound.load(std::memory_order_relaxed)
                 ? TRY(call(thread_, hook, {pickler_.value(), object}))
                 : TRY(call(thread_, hook, {object}));
  if (id.value().is_none()) return false;
  if (binary_) {
    TRY(save(id, Persistence::Skip));
    out_.opcode(Opcode::BinPersId);
    return true;
  }
  Ref<Str> text = TRY(to_str(thread_, id));
  if (!text->is_ascii()) return raise(thread_, pickling_error, "persistent IDs in protocol 0 must be ASCII strings");
  out_.opcode(Opcode::PersId);
  out_.bytes(text->ascii());
  out_.byte('\n');
  return true;
}

Result<void> Saver::put(Value object) {
  if (pickler_.fast.load(std::memory_order_relaxed)) return {};
  const u64 index = pickler_.memo->size();
  TRY(memoize(thread_, pickler_, object, static_cast<i64>(index)));
  if (protocol_ >= 4) {
    out_.opcode(Opcode::Memoize);
  } else if (!binary_) {
    out_.opcode(Opcode::Put);
    out_.bytes(std::to_string(index) + "\n");
  } else if (index < 256) {
    out_.opcode(Opcode::BinPut);
    out_.byte(static_cast<u8>(index));
  } else if (index <= UINT32_MAX) {
    out_.opcode(Opcode::LongBinPut);
    out_.number(static_cast<u32>(index));
  } else {
    return raise(thread_, pickling_error, "memo id too large for LONG_BINPUT");
  }
  return {};
}

Result<void> Saver::get(i64 index) {
  if (!binary_) {
    out_.opcode(Opcode::Get);
    out_.bytes(std::to_string(index) + "\n");
  } else if (index < 256) {
    out_.opcode(Opcode::BinGet);
    out_.byte(static_cast<u8>(index));
  } else if (index <= i64{UINT32_MAX}) {
    out_.opcode(Opcode::LongBinGet);
    out_.number(static_cast<u32>(index));
  } else {
    return raise(thread_, pickling_error, "memo id too large for LONG_BINGET");
  }
  return {};
}

Result<void> Saver::save(Value object, Persistence persistence) {
  TRY(out_.boundary());
  if (persistence == Persistence::Ask && !pickler_.persistent_id.peek().is_empty()) {
    if (TRY(save_persistent(object))) return {};
  }
  if (object.is_none()) return out_.opcode(Opcode::None), Result<void>();
  if (object.is_bool()) return save_bool(object == True), Result<void>();
  if (object.is_int() || &type_of(object) == types.int_) return save_int(object);
  if (object.is_float() || is_exact<BoxedFloat>(object)) return save_float(float_value(object));
  if (const i64 index = seen(object); index >= 0) return get(index);
  if (is_exact<Str>(object)) return save_str(object);
  if (is_exact<Bytes>(object)) return save_bytes(object);
  return save_nested(object);
}

Result<void> Saver::save_nested(Value object) {
  RecursionGuard guard(thread_);
  TRY(guard.check(" while pickling an object"));
  const Type* type = &type_of(object);
  if (type == types.dict) return save_dict(object);
  if (type == types.set) return save_set(object);
  if (type == types.frozenset) return save_frozenset(object);
  if (type == types.list) return save_list(object);
  if (type == types.tuple) return save_tuple(object);
  if (type == types.bytearray) return save_bytearray(object);
  if (type == pickle_buffer_type) return save_buffer(object);
  return save_by_reduction(object);
}

// What reducer_override(), the dispatch table or the object's own methods answer. `done`: it is saved already.
Result<Ref<>> Saver::reduction_of(Value object, bool& done) {
  if (!reducer_override_.is_empty()) {
    Ref<> answer = TRY(call(thread_, reducer_override_, {object}));
    if (answer.value() != NotImplemented) return answer;
  }
  Type& type = type_of(object);
  if (&type == types.type || &type == types.function) {
    done = true;
    TRY(&type == types.type ? save_type(object) : save_global(object, Empty));
    return Ref<>();
  }
  Ref<> table = pickler_.dispatch_table.load();
  Ref<> function;
  if (table.is_empty()) {
    function = TRY(dict_of(library.dispatch_table).get(thread_, type.value()));
  } else {
    Result<Ref<>> found = get_item(thread_, table, type.value());
    if (!found.failed()) {
      function = found.take();
    } else if (pending_is(thread_, *types.KeyError)) {
      clear_pending(thread_);
    } else {
      return failure;
    }
  }
  if (!function.is_empty()) return call(thread_, function, {object});
  if (type.is_subtype_of(*types.type)) {
    done = true;
    TRY(save_global(object, Empty));
    return Ref<>();
  }
  Ref<> method = TRY(get_attribute_or_empty(thread_, object, names::__reduce_ex__()));
  if (!method.is_empty()) return call(thread_, method, {Value::integer(protocol_)});
  method = TRY(get_attribute_or_empty(thread_, object, names::__reduce__()));
  if (!method.is_empty()) return call(thread_, method);
  return raise(thread_, pickling_error, "can't pickle '{}' object: {!r}", type, object);
}

Result<void> Saver::save_by_reduction(Value object) {
  bool done = false;
  Ref<> reduction = TRY(reduction_of(object, done));
  if (done) return {};
  if (is<Str>(reduction)) return save_global(object, reduction);
  if (!is<Tuple>(reduction)) return raise(thread_, pickling_error, "__reduce__ must return a string or tuple");
  return save_reduction(reduction, object);
}

namespace {

Result<Ref<>> to_iterator(Thread& thread, Value value, const char* place) {
  if (type_of(value).slots.next) return Ref<>::share(value);
  return raise(thread, pickling_error, "{} element of the tuple returned by __reduce__ must be an iterator, not {}", place,
               type_of(value));
}

}  // namespace

// (callable, arguments[, state[, list items[, dict items[, state setter]]]]); `object` Empty: nobody refers to the result.
Result<void> Saver::save_reduction(Value reduction, Value object) {
  Tuple& parts = as<Tuple>(reduction);
  if (parts.length < 2 || parts.length > 6) {
    return raise(thread_, pickling_error, "tuple returned by __reduce__ must contain 2 through 6 elements");
  }
  const Value callable = parts[0];
  if (!is_callable(callable)) {
    return raise(thread_, pickling_error, "first item of the tuple returned by __reduce__ must be callable");
  }
  if (!is<Tuple>(parts[1])) {
    return raise(thread_, pickling_error, "second item of the tuple returned by __reduce__ must be a tuple");
  }
  auto part = [&](isize index) { return index < parts.length ? parts[index] : None; };
  const Value state = part(2), setter = part(5);
  Ref<> items, pairs;
  if (!part(3).is_none()) items = TRY(to_iterator(thread_, part(3), "fourth"));
  if (!part(4).is_none()) pairs = TRY(to_iterator(thread_, part(4), "fifth"));
  if (!setter.is_none() && !is_callable(setter)) {
    return raise(thread_, pickling_error, "sixth element of the tuple returned by __reduce__ must be a function, not {}",
                 type_of(setter));
  }
  TRY(save_call(callable, as<Tuple>(parts[1]), object));
  if (!object.is_empty()) {
    const i64 index = seen(object);
    TRY(index >= 0 ? replace_pushed(1, false, index) : put(object));
  }
  if (!items.is_empty()) TRY(save_items(items));
  if (!pairs.is_empty()) TRY(save_pairs(pairs));
  return state.is_none() ? Result<void>() : save_state(state, setter, object);
}

Result<void> Saver::save_state(Value state, Value setter, Value object) {
  if (setter.is_none()) {
    TRY(save(state));
    out_.opcode(Opcode::Build);
    return {};
  }
  // setter(object, state), whose answer is dropped.
  TRY(save(setter));
  TRY(save(object));
  TRY(save(state));
  out_.opcode(Opcode::Tuple2);
  out_.opcode(Opcode::Reduce);
  out_.opcode(Opcode::Pop);
  return {};
}

// Functions of these names stand for instructions.
Result<void> Saver::save_call(Value callable, Tuple& arguments, Value object) {
  if (protocol_ >= 2) {
    Ref<> name = TRY(get_attribute_or_empty(thread_, callable, names::__name__()));
    if (is<Str>(name) && as<Str>(name).equals("__newobj_ex__")) {
      return save_new_object_with_keywords(callable, arguments, object);
    }
    if (is<Str>(name) && as<Str>(name).equals("__newobj__")) return save_new_object(arguments, object);
  }
  TRY(save(callable));
  TRY(save(arguments.value()));
  out_.opcode(Opcode::Reduce);
  return {};
}

Result<void> Saver::save_new_object_with_keywords(Value, Tuple& arguments, Value) {
  if (arguments.length != 3) {
    return raise(thread_, pickling_error, "length of the NEWOBJ_EX argument tuple must be exactly 3, not {}", arguments.length);
  }
  const Value type = arguments[0], positional = arguments[1], keywords = arguments[2];
  auto wrong = [&](const char* place, const char* wanted, Value given) {
    return raise(thread_, pickling_error, "{} item from NEWOBJ_EX argument tuple must be a {}, not {}", place, wanted, type_of(given));
  };
  if (!is<Type>(type)) return wrong("first", "class", type);
  if (!is<Tuple>(positional)) return wrong("second", "tuple", positional);
  if (!is<Dict>(keywords)) return wrong("third", "dict", keywords);
  if (protocol_ >= 4) {
    TRY(save(type));
    TRY(save(positional));
    TRY(save(keywords));
    out_.opcode(Opcode::NewObjEx);
    return {};
  }
  // functools.partial(type.__new__, type, *positional, **keywords)()
  Tuple& given = as<Tuple>(positional);
  Ref<> creator = TRY(get_attribute(thread_, type, names::__new__()));
  Ref<Tuple> parts = TRY(Tuple::allocate(thread_, given.length + 2));
  parts->items()[0].initialize(std::move(creator));
  parts->items()[1].initialize(Ref<>::share(type));
  for (isize i = 0; i < given.length; ++i) parts->items()[i + 2].initialize(Ref<>::share(given[i]));
  Ref<> partial = TRY(call_with(thread_, library.partial.peek(), *parts, &as<Dict>(keywords)));
  TRY(save(partial));
  TRY(save(Tuple::empty().value()));
  out_.opcode(Opcode::Reduce);
  return {};
}

Result<void> Saver::save_new_object(Tuple& arguments, Value object) {
  if (arguments.length < 1) return raise(thread_, pickling_error, "__newobj__ arglist is empty");
  const Value type = arguments[0];
  Ref<> creator = TRY(get_attribute_or_empty(thread_, type, names::__new__()));
  if (creator.is_empty()) return raise(thread_, pickling_error, "args[0] from __newobj__ args has no __new__");
  if (!object.is_empty()) {
    Ref<> own = TRY(get_attribute(thread_, object, names::__class__()));
    if (own.value() != type) return raise(thread_, pickling_error, "args[0] from __newobj__ args has the wrong class");
  }
  TRY(save(type));
  Ref<Tuple> rest = TRY(Tuple::from(thread_, arguments.values() + 1, arguments.length - 1));
  TRY(save(rest.value()));
  out_.opcode(Opcode::NewObj);
  return {};
}

Result<void> Saver::save_as_call(Value callable, std::initializer_list<Value> arguments, Value object) {
  Ref<Tuple> given = TRY(Tuple::from(thread_, arguments));
  Ref<Tuple> reduction = TRY(Tuple::from(thread_, {callable, given.value()}));
  return save_reduction(reduction.value(), object);
}

}  // namespace py::pickle
