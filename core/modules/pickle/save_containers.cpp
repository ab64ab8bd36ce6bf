// Tuples, lists, dicts and sets. Another thread, or a method that pickling calls, may change them meanwhile: a list is
// looked at item by item, dicts and sets as they were at one moment; a changed size of those is an error.
#include "core/builtins/sequence_operations.h"
#include "core/modules/pickle/pickler.h"
#include "core/object/dict.h"

namespace py::pickle {

namespace {

constexpr isize kBatch = 1000;

}  // namespace

Result<void> Saver::replace_pushed(isize pushed, bool marked, i64 index) {
  if (marked && binary_) {
    out_.opcode(Opcode::PopMark);
  } else {
    for (isize i = 0; i < pushed + marked; ++i) out_.opcode(Opcode::Pop);
  }
  return get(index);
}

Result<void> Saver::save_tuple(Value object) {
  Tuple& tuple = as<Tuple>(object);
  const isize length = tuple.length;
  if (length == 0) {
    if (binary_) {
      out_.opcode(Opcode::EmptyTuple);
    } else {
      out_.bytes("(t");
    }
    return {};
  }
  const bool is_short = length <= 3 && protocol_ >= 2;
  if (!is_short) out_.opcode(Opcode::Mark);
  for (isize i = 0; i < length; ++i) TRY(save(tuple[i]));
  if (const i64 index = seen(object); index >= 0) return replace_pushed(length, !is_short, index);
  constexpr Opcode kShort[] = {Opcode::EmptyTuple, Opcode::Tuple1, Opcode::Tuple2, Opcode::Tuple3};
  out_.opcode(is_short ? kShort[length] : Opcode::Tuple);
  return put(object);
}

Result<void> Saver::save_list(Value object) {
  if (binary_) {
    out_.opcode(Opcode::EmptyList);
  } else {
    out_.bytes("(l");
  }
  TRY(put(object));
  List& list = as<List>(object);
  if (list.length() == 0) return {};
  if (binary_) return save_list_items(list);
  Ref<> iterator = TRY(iterate(thread_, object));
  return save_items(iterator);
}

Result<void> Saver::save_list_items(List& list) {
  if (list.length() == 1) {
    Ref<> item = item_of(list, 0);
    if (item.is_empty()) return {};
    TRY(save(item));
    out_.opcode(Opcode::Append);
    return {};
  }
  for (isize i = 0; i < list.length();) {
    out_.opcode(Opcode::Mark);
    for (const isize end = i + kBatch; i < end; ++i) {
      Ref<> item = item_of(list, i);
      if (item.is_empty()) break;
      TRY(save(item));
    }
    out_.opcode(Opcode::Appends);
  }
  return {};
}

// What an iterator gives, appended one by one or in batches.
Result<void> Saver::save_items(Value iterator) {
  for (;;) {
    Ref<> item = TRY(next(thread_, iterator));
    if (item.value() == Done) return {};
    Ref<> following = binary_ ? TRY(next(thread_, iterator)) : Ref<>::adopt(Done);
    if (following.value() == Done) {
      TRY(save(item));
      out_.opcode(Opcode::Append);
      if (binary_) return {};
      continue;
    }
    out_.opcode(Opcode::Mark);
    TRY(save(item));
    isize count = 1;
    while (following.value() != Done) {
      TRY(save(following));
      if (++count == kBatch) break;
      following = TRY(next(thread_, iterator));
    }
    out_.opcode(Opcode::Appends);
    if (count < kBatch) return {};
  }
}

Result<void> Saver::save_dict(Value object) {
  if (binary_) {
    out_.opcode(Opcode::EmptyDict);
  } else {
    out_.bytes("(d");
  }
  TRY(put(object));
  Dict& dict = as<Dict>(object);
  if (dict.length() == 0) return {};
  if (binary_) return save_dict_items(dict);
  Ref<> items = TRY(call_method(thread_, object, "items"));
  Ref<> iterator = TRY(iterate(thread_, items));
  return save_pairs(iterator);
}

// After a full batch comes another one, even an empty one.
Result<void> Saver::save_dict_items(Dict& dict) {
  Ref<Tuple> items = TRY(dict.snapshot(thread_, DictPart::Pairs));
  const isize size = items->length / 2;
  auto save_pair = [&](isize index) -> Result<void> {
    TRY(save((*items)[2 * index]));
    return save((*items)[2 * index + 1]);
  };
  if (size == 1) {
    TRY(save_pair(0));
    out_.opcode(Opcode::SetItem);
    return {};
  }
  for (isize start = 0; start <= size; start += kBatch) {
    out_.opcode(Opcode::Mark);
    for (isize i = start; i < size && i < start + kBatch; ++i) TRY(save_pair(i));
    out_.opcode(Opcode::SetItems);
    if (dict.length() != size) return raise(thread_, types.RuntimeError, "dictionary changed size during iteration");
  }
  return {};
}

// Pairs that an iterator gives.
Result<void> Saver::save_pairs(Value iterator) {
  auto save_pair = [&](Value pair) -> Result<void> {
    if (!is<Tuple>(pair) || as<Tuple>(pair).length != 2) {
      return raise(thread_, types.TypeError, "dict items iterator must return 2-tuples");
    }
    TRY(save(as<Tuple>(pair)[0]));
    return save(as<Tuple>(pair)[1]);
  };
  for (;;) {
    Ref<> pair = TRY(next(thread_, iterator));
    if (pair.value() == Done) return {};
    Ref<> following = binary_ ? TRY(next(thread_, iterator)) : Ref<>::adopt(Done);
    if (following.value() == Done) {
      TRY(save_pair(pair));
      out_.opcode(Opcode::SetItem);
      if (binary_) return {};
      continue;
    }
    out_.opcode(Opcode::Mark);
    TRY(save_pair(pair));
    isize count = 1;
    while (following.value() != Done) {
      TRY(save_pair(following));
      if (++count == kBatch) break;
      following = TRY(next(thread_, iterator));
    }
    out_.opcode(Opcode::SetItems);
    if (count < kBatch) return {};
  }
}

Result<void> Saver::save_set(Value object) {
  if (protocol_ < 4) {
    Ref<List> items = TRY(to_list(thread_, object));
    return save_as_call(types.set->value(), {items.value()}, object);
  }
  out_.opcode(Opcode::EmptySet);
  TRY(put(object));
  Set& set = as<Set>(object);
  Ref<Tuple> items = TRY(set.snapshot(thread_, DictPart::Keys));
  const isize size = items->length;
  if (size == 0) return {};
  for (isize start = 0; start <= size; start += kBatch) {
    out_.opcode(Opcode::Mark);
    for (isize i = start; i < size && i < start + kBatch; ++i) TRY(save((*items)[i]));
    out_.opcode(Opcode::AddItems);
    if (set.length() != size) return raise(thread_, types.RuntimeError, "set changed size during iteration");
  }
  return {};
}

Result<void> Saver::save_frozenset(Value object) {
  if (protocol_ < 4) {
    Ref<List> items = TRY(to_list(thread_, object));
    return save_as_call(types.frozenset->value(), {items.value()}, object);
  }
  out_.opcode(Opcode::Mark);
  Ref<Tuple> items = TRY(as<Set>(object).snapshot(thread_, DictPart::Keys));
  for (isize i = 0; i < items->length; ++i) TRY(save((*items)[i]));
  if (const i64 index = seen(object); index >= 0) return replace_pushed(items->length, true, index);
  out_.opcode(Opcode::FrozenSet);
  return put(object);
}

}  // namespace py::pickle
