#include "core/builtins/dict_update.h"

#include "core/builtins/builtin_types.h"
#include "core/object/casts.h"
#include "core/object/iterators.h"
#include "core/object/names.h"
#include "core/object/repeated_next.h"
#include "core/object/sequence.h"

namespace py {

namespace {

// Whether iterating the value gives the keys that are in its table.
bool iterates_as_dict(Value value) {
  return is_exact<Dict>(value) || (is<Dict>(value) && type_of(value).slots.iter == types.dict->slots.iter);
}

Result<void> update_from_keys(Thread& thread, Dict& dict, Value mapping, Value keys_method) {
  Ref<> keys = TRY(call(thread, keys_method));
  return for_each(thread, keys, [&](Value key) -> Result<void> {
    Ref<> value = TRY(get_item(thread, mapping, key));
    return dict.set(thread, key, value);
  });
}

// As far as the iterator gives pairs without making tuples of them. False: the rest has to be asked for one by one.
Result<bool> update_without_tuples(Thread& thread, Dict& dict, Value iterator) {
  for (;;) {
    if (UNLIKELY(poll_needed(thread)) && !poll(thread)) return failure;
    Value pair[2];
    switch (next_pair(thread, iterator, pair)) {
      case PairStep::NoPairs: return false;
      case PairStep::Ended: return true;
      case PairStep::Failed: return failure;
      case PairStep::Found: break;
    }
    const Ref<> key = Ref<>::adopt(pair[0]), value = Ref<>::adopt(pair[1]);
    TRY(dict.set(thread, key, value));
  }
}

Result<void> update_from_pairs(Thread& thread, Dict& dict, Value pairs) {
  Ref<> iterator = TRY(iterate(thread, pairs));
  if (TRY(update_without_tuples(thread, dict, iterator))) return {};
  RepeatedNext next_pair(iterator);
  for (isize number = 0;; ++number) {
    Ref<> pair = TRY(next_pair(thread));
    if (pair.value() == Done) return {};
    if (is_exact<Tuple>(pair) && as<Tuple>(pair).length == 2) {
      TRY(dict.set(thread, as<Tuple>(pair)[0], as<Tuple>(pair)[1]));
      continue;
    }
    Result<Ref<>> fast = to_fast_sequence(thread, pair, "");
    if (fast.failed()) {
      if (!pending_is(thread, *types.TypeError)) return failure;
      clear_pending(thread);
      return raise(thread, types.TypeError, "cannot convert dictionary update sequence element #{} to a sequence", number);
    }
    Ref<> sequence = fast.take();
    Ref<Tuple> items = TRY(to_tuple(thread, sequence));
    if (items->length != 2) {
      return raise(thread, types.ValueError, "dictionary update sequence element #{} has length {}; 2 is required", number,
                   items->length);
    }
    TRY(dict.set(thread, (*items)[0], (*items)[1]));
  }
}

}  // namespace

Result<void> update_dict(Thread& thread, Dict& dict, Value source) {
  if (is_exact<Dict>(source)) return dict.update_from_dict(thread, as<Dict>(source));
  Ref<> keys = TRY(get_attribute_or_empty(thread, source, names::keys()));
  if (keys.is_empty()) return update_from_pairs(thread, dict, source);
  if (iterates_as_dict(source)) return dict.update_from_dict(thread, as<Dict>(source));
  return update_from_keys(thread, dict, source, keys);
}

Result<void> update_dict_from_call(Thread& thread, Dict& dict, const Arguments& arguments, const char* name) {
  if (arguments.positional > 1) {
    return raise(thread, types.TypeError, "{} expected at most 1 argument, got {}", name, arguments.positional);
  }
  if (arguments.positional) TRY(update_dict(thread, dict, arguments[0]));
  for (u32 i = 0; i < arguments.keyword_count(); ++i) {
    TRY(dict.set(thread, (*arguments.keywords)[i], arguments[arguments.positional + i]));
  }
  return {};
}

}  // namespace py
