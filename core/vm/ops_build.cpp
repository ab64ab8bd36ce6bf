// Building strings, tuples, lists, sets and dicts; formatting; functions; imports.
#include "core/base/number/decimal.h"
#include "core/base/number/float_format.h"
#include "core/base/text/copy_bytes.h"
#include "core/base/text/text_builder.h"
#include "core/object/dict.h"
#include "core/object/number.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/vm/dispatch.h"
#include "core/vm/imports.h"
#include "memory/heap.h"

#include <cstring>

namespace py {

namespace {

// Takes the references out of a window.
Value build_tuple(Thread& thread, Value* window, u32 count) {
  Result<Ref<Tuple>> made = Tuple::adopt(thread, window, count);
  for (u32 i = 0; i < count; ++i) window[i] = Empty;
  return made.failed() ? Error : Ref<>(made.take()).release();
}

Value build_list(Thread& thread, Value* window, u32 count) {
  Result<Ref<List>> made = List::make(thread, count);
  if (made.failed()) return Error;
  Ref<List> list = made.take();
  for (u32 i = 0; i < count; ++i) {
    const Value item = window[i];
    window[i] = Empty;
    if (UNLIKELY(list->is_shared())) publish(item);
    list->block.load(std::memory_order_relaxed)->slots[i].initialize(item);
  }
  list->size.store(count, std::memory_order_release);
  return Ref<>(std::move(list)).release();
}

Result<void> list_extend(Thread& thread, List& list, Value iterable) {
  if (!type_of(iterable).slots.iter && !type_of(iterable).slots.get_item) {
    return raise(thread, types.TypeError, "Value after * must be an iterable, not {}", type_of(iterable));
  }
  return list.extend(thread, iterable);
}
// The values, then all that the last one yields.
Value build_spread_tuple(Thread& thread, Value* window, u32 count) {
  const Value last = window[count - 1];
  if (LIKELY(is_exact<Tuple>(last))) {
    const Tuple& more = as<Tuple>(last);
    Result<Ref<Tuple>> made = Tuple::allocate(thread, count - 1 + more.length);
    if (made.failed()) return Error;
    Ref<Tuple> tuple = made.take();
    for (isize i = 0; i < tuple->length; ++i) {
      const Value item = i + 1 < count ? take(window[i]) : counted_copy(more[i + 1 - count]);
      if (UNLIKELY(tuple->is_shared())) publish(item);
      tuple->items()[i].initialize(item);
    }
    drop(window[count - 1]);
    return Ref<>(std::move(tuple)).release();
  }
  Ref<> list = Ref<>::adopt(build_list(thread, window, count - 1));
  if (list.value().is_error() || list_extend(thread, as<List>(list), last).failed()) return Error;
  Result<Ref<Tuple>> made = to_tuple(thread, list);
  if (made.failed()) return Error;
  drop(window[count - 1]);
  return Ref<>(made.take()).release();
}

Value build_set(Thread& thread, Value* window, u32 count) {
  Result<Ref<Set>> made = Set::make_set(thread, *types.set, count);
  if (made.failed()) return Error;
  Ref<Set> set = made.take();
  for (u32 i = 0; i < count; ++i) {
    if (set->add(thread, window[i]).failed()) return Error;
  }
  for (u32 i = 0; i < count; ++i) drop(window[i]);
  return Ref<>(std::move(set)).release();
}

Value build_dict(Thread& thread, Value* window, u32 count) {
  Result<Ref<Dict>> made = Dict::make(thread, count);
  if (made.failed()) return Error;
  Ref<Dict> dict = made.take();
  for (u32 i = 0; i < count; ++i) {
    if (dict->set(thread, window[2 * i], window[2 * i + 1]).failed()) return Error;
  }
  for (u32 i = 0; i < 2 * count; ++i) drop(window[i]);
  return Ref<>(std::move(dict)).release();
}

// The texts of the numbers among the parts of a string, which never become objects.
class NumberTexts {
 public:
  static constexpr u32 kMost = 8;
  // False: there is no room.
  bool add(Value number) {
    if (count_ == kMost) return false;
    Slot& slot = slots_[count_++];
    if (number.is_int()) {
      char* const end = slot.text + sizeof slot.text;
      const i64 value = number.as_int();
      slot.begin = write_decimal(value < 0 ? -static_cast<u64>(value) : static_cast<u64>(value), end);
      if (value < 0) *--slot.begin = '-';
      slot.length = end - slot.begin;
    } else {
      const real::ShortText text = real::repr(number.as_float());
      std::memcpy(slot.text, text.text, text.size);
      slot.begin = slot.text;
      slot.length = text.size;
    }
    return true;
  }
  TextView operator[](u32 index) const { return ascii_view(slots_[index].begin, slots_[index].length); }

 private:
  struct Slot {
    char* begin;
    isize length;
    char text[40];
  };
  Slot slots_[kMost];
  u32 count_ = 0;
};

Value build_string(Thread& thread, Value* window, u32 count) {
  if (count == 1 && is_exact<Str>(window[0])) return take(window[0]);
  NumberTexts numbers;
  u32 number_count = 0;
  isize length = 0;
  u8 width = 1;
  bool ascii = true;
  for (u32 i = 0; i < count; ++i) {
    if (!window[i].is_object()) {
      if (numbers.add(window[i])) {
        length += numbers[number_count++].length;
        continue;
      }
      Result<Ref<Str>> text = repr(thread, window[i]);
      if (text.failed()) return Error;
      window[i] = Ref<>(text.take()).release();
    }
    const Str& part = *static_cast<Str*>(window[i].object());
    length += part.length();
    if (part.width() > width) width = part.width();
    ascii &= part.is_ascii();
  }
  Ref<Str> text;
  if (LIKELY(length > 1)) {
    Result<Ref<Str>> made = Str::allocate(thread, length, width, ascii);
    if (made.failed()) return Error;
    text = made.take();
  }
  char one[4];
  char* at = text ? static_cast<char*>(text->data()) : one;
  for (u32 i = 0, number = 0; i < count; ++i) {
    const bool is_text = window[i].is_object();
    const TextView part = is_text ? static_cast<Str*>(window[i].object())->view() : numbers[number++];
    if (LIKELY(part.width == width)) {
      text::copy_bytes(at, part.data, part.byte_size());
    } else {
      text::copy_chars(at, width, part);
    }
    at += part.length * width;
  }
  for (u32 i = 0; i < count; ++i) drop(window[i]);
  if (text) return Ref<>(std::move(text)).release();
  Result<Ref<Str>> made = Str::from_view(thread, {one, length, width, false});
  return made.failed() ? Error : Ref<>(made.take()).release();
}

}  // namespace

#define BUILD(name, function)                                     \
  OPCODE(name) {                                                  \
    SAVE_PC();                                                    \
    const Value value = function(*thread, fp + OP_B, OP_C);       \
    if (UNLIKELY(value.is_error())) RAISE();                      \
    set_register(fp, OP_A, value);                                \
    pc += 1;                                                      \
    if (poll_needed(*thread)) GO(poll_and_go);                    \
    DISPATCH();                                                   \
  }
BUILD(BuildTuple, build_tuple)
BUILD(BuildSpreadTuple, build_spread_tuple)
BUILD(BuildList, build_list)
BUILD(BuildSet, build_set)
BUILD(BuildDict, build_dict)
BUILD(BuildString, build_string)

OPCODE(CopyConstantList) {
  SAVE_PC();
  const Value tuple = frame_code(fp).constant_values()[OP_B];
  const Value list = [&] {
    Result<Ref<List>> made = to_list(*thread, tuple);
    return made.failed() ? Error : Ref<>(made.take()).release();
  }();
  if (list.is_error()) RAISE();
  FINISH(1, list);
}

// A failing step leaves B to the unwinder.
#define ADD_TO(name, expression)                  \
  OPCODE(name) {                                  \
    SAVE_PC();                                    \
    const bool failed = (expression).failed();    \
    if (UNLIKELY(failed)) RAISE();                \
    if (OP_FLAGS & kDropB) drop(fp[OP_B]);        \
    pc += 1;                                      \
    if (poll_needed(*thread)) GO(poll_and_go);    \
    DISPATCH();                                   \
  }

SLOW(slow_list_append) {
  SAVE_PC();
  const bool failed = static_cast<List*>(fp[OP_A].object())->append(*thread, fp[OP_B]).failed();
  if (UNLIKELY(failed)) RAISE();
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  NEXT(1);
}
OPCODE(ListAppend) {
  List& list = *static_cast<List*>(fp[OP_A].object());
  const isize size = list.size.load(std::memory_order_relaxed);
  ListItems* items = list.block.load(std::memory_order_relaxed);
  if (LIKELY(!list.is_shared() && items && size < items->capacity)) {
    const Value value = fp[OP_B];
    if (OP_FLAGS & kDropB) {
      take(fp[OP_B]);
    } else {
      counted_copy(value);
    }
    items->slots[size].initialize(value);
    list.size.store(size + 1, std::memory_order_relaxed);
    NEXT(1);
  }
  GO(slow_list_append);
}
ADD_TO(SetAdd, static_cast<Set*>(fp[OP_A].object())->add(*thread, fp[OP_B]))

namespace {

Result<void> set_update(Thread& thread, Set& set, Value iterable) {
  return for_each(thread, iterable, [&](Value item) { return set.add(thread, item); });
}
Result<void> dict_update(Thread& thread, Dict& dict, Value mapping) {
  const bool plain = is<Dict>(mapping) && type_of(mapping).slots.iter == types.dict->slots.iter;
  if (plain) return dict.update_from_dict(thread, as<Dict>(mapping));
  Ref<> keys = TRY(get_attribute_or_empty(thread, mapping, names::keys()));
  if (keys.is_empty()) return raise(thread, types.TypeError, "'{}' object is not a mapping", type_of(mapping));
  Ref<> list = TRY(call(thread, keys, {}));
  return for_each(thread, list, [&](Value key) -> Result<void> {
    Ref<> value = TRY(get_item(thread, mapping, key));
    return dict.set(thread, key, value);
  });
}

// "f()" for messages about a callable.
Result<Ref<Str>> callable_name(Thread& thread, Value callable) {
  Ref<> name = TRY(get_attribute_or_empty(thread, callable, names::__qualname__()));
  if (!is<Str>(name)) return to_str(thread, callable);
  Ref<> module = TRY(get_attribute_or_empty(thread, callable, names::__module__()));
  if (is<Str>(module) && !as<Str>(module).equals("builtins")) {
    return format_str(thread, "{}.{}()", as<Str>(module), as<Str>(name));
  }
  return format_str(thread, "{}()", as<Str>(name));
}

Result<void> dict_merge(Thread& thread, Dict& dict, Value mapping, Value callable) {
  auto add = [&](Value key, Value value) -> Result<void> {
    // That every key is a string is checked by the call.
    if (!TRY(dict.find(thread, key)).is_empty()) {
      Ref<Str> name = TRY(callable_name(thread, callable));
      return raise(thread, types.TypeError, "{} got multiple values for keyword argument '{}'", *name, key);
    }
    return dict.set(thread, key, value);
  };
  if (is_exact<Dict>(mapping)) {
    // What another thread takes out and puts back on the way must not be met twice.
    Dict& given = as<Dict>(mapping);
    Ref<Dict> entries = given.is_shared() ? TRY(given.copy(thread)) : Ref<Dict>::share(&given);
    isize position = 0;
    Value key, value;
    while (entries->next_entry(position, key, value)) {
      Ref<> keep_key = Ref<>::share(key), keep_value = Ref<>::share(value);
      TRY(add(key, value));
    }
    return {};
  }
  Ref<> keys = TRY(get_attribute_or_empty(thread, mapping, names::keys()));
  if (keys.is_empty()) {
    Ref<Str> name = TRY(callable_name(thread, callable));
    return raise(thread, types.TypeError, "{} argument after ** must be a mapping, not {}", *name, type_of(mapping));
  }
  Ref<> list = TRY(call(thread, keys, {}));
  return for_each(thread, list, [&](Value key) -> Result<void> {
    Ref<> value = TRY(get_item(thread, mapping, key));
    return add(key, value);
  });
}

Value list_to_tuple(Thread& thread, Value iterable, bool argument, Value callable) {
  if (argument && !type_of(iterable).slots.iter && !type_of(iterable).slots.get_item) {
    Result<Ref<Str>> name = callable_name(thread, callable);
    if (name.failed()) return Error;
    (void)raise(thread, types.TypeError, "{} argument after * must be an iterable, not {}", *name.take(), type_of(iterable));
    return Error;
  }
  Result<Ref<Tuple>> made = to_tuple(thread, iterable);
  return made.failed() ? Error : Ref<>(made.take()).release();
}

}  // namespace

ADD_TO(ListExtend, list_extend(*thread, *static_cast<List*>(fp[OP_A].object()), fp[OP_B]))
ADD_TO(SetUpdate, set_update(*thread, *static_cast<Set*>(fp[OP_A].object()), fp[OP_B]))
ADD_TO(DictUpdate, dict_update(*thread, *static_cast<Dict*>(fp[OP_A].object()), fp[OP_B]))
ADD_TO(merge_into, dict_merge(*thread, *static_cast<Dict*>(fp[OP_A].object()), fp[OP_B], fp[OP_C]))
// f(**mapping): a dict that no other thread changes serves as it is, since a call only reads it.
OPCODE(DictMerge) {
  if (!(OP_FLAGS & kFlag8)) GO(op_merge_into);
  const Value mapping = fp[OP_B];
  if (LIKELY(is_exact<Dict>(mapping) && !mapping.object()->is_shared())) {
    set_register(fp, OP_A, OP_FLAGS & kDropB ? take(fp[OP_B]) : counted_copy(mapping));
    NEXT(1);
  }
  SAVE_PC();
  const Value dict = build_dict(*thread, nullptr, 0);
  if (UNLIKELY(dict.is_error())) RAISE();
  set_register(fp, OP_A, dict);
  GO(op_merge_into);
}

OPCODE(DictInsert) {
  SAVE_PC();
  const bool failed = static_cast<Dict*>(fp[OP_A].object())->set(*thread, fp[OP_B], fp[OP_C]).failed();
  if (UNLIKELY(failed)) RAISE();
  drop_dying(pc, fp);
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}
OPCODE(ListToTuple) {
  SAVE_PC();
  const bool argument = OP_FLAGS & kFlag8;
  const Value tuple = list_to_tuple(*thread, fp[OP_B], argument, argument ? fp[OP_C] : None);
  if (UNLIKELY(tuple.is_error())) RAISE();
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  set_register(fp, OP_A, tuple);
  NEXT(1);
}

namespace {

Value format_value(Thread& thread, Value value, u8 flags, Value spec) {
  const bool plain = flags >> 4 == 0 && !(flags & kFlag8);
  if (plain && is_exact<Str>(value)) return counted_copy(value);
  if (plain && (flags & kNumberStays) && (value.is_int() || value.is_float())) return value;
  Ref<> converted;
  auto as_value = [](Result<Ref<Str>> result) { return result.failed() ? Error : Ref<>(result.take()).release(); };
  switch (flags >> 4) {
    case 1: converted = Ref<>::adopt(as_value(to_str(thread, value))); break;
    case 2: converted = Ref<>::adopt(as_value(repr(thread, value))); break;
    case 3: converted = Ref<>::adopt(as_value(to_ascii(thread, value))); break;
    default: converted = Ref<>::share(value);
  }
  if (converted.value().is_error()) return Error;
  if (!(flags & kFlag8) && is_exact<Str>(converted)) return converted.release();
  if (plain && value.is_int()) return as_value(integer_repr(thread, value));
  return as_value(format(thread, converted, flags & kFlag8 ? spec : Str::empty().value()));
}

}  // namespace

OPCODE(FormatValue) {
  SAVE_PC();
  const Value text = format_value(*thread, fp[OP_B], OP_FLAGS, fp[OP_C]);
  if (UNLIKELY(text.is_error())) RAISE();
  FINISH_SLOW(1, text);
}

// Functions

namespace {

Value new_function(Thread& thread, Pc pc, Value* fp) {
  Code& code = *static_cast<Code*>(frame_code(fp).constant_values()[OP_B].object());
  Result<Ref<Function>> made = make_function(thread, code, frame_globals(fp));
  if (made.failed()) return Error;
  Ref<Function> function = made.take();
  Value* window = fp + OP_C;
  const u8 flags = OP_FLAGS;
  if (flags & 0x10) function->defaults.store(*function, Ref<>::adopt(take(window[0])));
  if (flags & 0x20) function->keyword_defaults.store(*function, Ref<>::adopt(take(window[1])));
  if (flags & 0x40) function->annotations.store(*function, Ref<>::adopt(take(window[2])));
  if (flags & 0x80) function->closure.store(*function, Ref<>::adopt(take(window[3])));
  return Ref<>(std::move(function)).release();
}

}  // namespace

OPCODE(MakeFunction) {
  SAVE_PC();
  const Value function = new_function(*thread, pc, fp);
  if (UNLIKELY(function.is_error())) RAISE();
  FINISH(1, function);
}
OPCODE(SetFunctionParameters) {
  SAVE_PC();
  if (set_attribute(*thread, fp[OP_A], names::__type_params__(), fp[OP_B]).failed()) RAISE();
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  NEXT(1);
}

// Imports

OPCODE(ImportName) {
  SAVE_PC();
  const Value module = import_name(*thread, fp, constant_name(fp, OP_B), fp[OP_C], fp[OP_C + 1]);
  if (UNLIKELY(module.is_error())) RAISE();
  drop(fp[OP_C]);
  drop(fp[OP_C + 1]);
  FINISH(1, module);
}
OPCODE(ImportFrom) {
  SAVE_PC();
  const Value value = import_from(*thread, fp[OP_B], constant_name(fp, OP_C));
  if (UNLIKELY(value.is_error())) RAISE();
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  FINISH(1, value);
}
OPCODE(ImportStar) {
  SAVE_PC();
  if (UNLIKELY(import_star(*thread, fp[OP_A], frame_namespace(fp)).failed())) RAISE();
  if (OP_FLAGS & kDropA) drop(fp[OP_A]);
  NEXT(1);
}

}  // namespace py
