// What Pickler.memo and Unpickler.memo answer: objects that clear and copy the memo.
// Threads: both calls hold the lock of the pickler.
#include "core/builtins/sequence_operations.h"
#include "core/modules/pickle/pickler.h"
#include "core/modules/pickle/unpickler.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"
#include "core/object/number.h"
#include "core/object/type_system.h"

namespace py::pickle {

namespace {

class MemoProxy final : public Object {
 public:
  Field owner;  // Pickler or Unpickler
  u64 reserved;
  static const ObjectOps kOps;
};
const ObjectOps MemoProxy::kOps = {"memo proxy", visit_fields<MemoProxy, &MemoProxy::owner>, release_attributes, fixed_size};

Type *pickler_proxy_type, *unpickler_proxy_type;

template <class Owner>
Owner& owner_of(Value proxy) {
  return *static_cast<Owner*>(static_cast<MemoProxy*>(proxy.object())->owner.peek().object());
}
Result<Ref<>> make_proxy(Thread& thread, Type& type, Object& owner) {
  Ref<MemoProxy> proxy = TRY(new_object<MemoProxy>(thread, type));
  set_fresh(*proxy, proxy->owner, owner.value());
  return Ref<>(std::move(proxy));
}

// {id: (number, object)}
Result<Ref<Dict>> copy_of(Thread& thread, Pickler& pickler) {
  Ref<Dict> result = TRY(Dict::make(thread));
  Result<void> outcome;
  pickler.memo->for_each([&](const MemoTable::Cell& cell) {
    auto add = [&]() -> Result<void> {
      Ref<> id = TRY(make_int_unsigned(thread, reinterpret_cast<u64>(cell.object.object())));
      Ref<Tuple> entry = TRY(Tuple::from(thread, {Value::integer(cell.index), cell.object}));
      return result->set(thread, id, entry.value());
    };
    if (!outcome.failed()) outcome = add();
  });
  if (outcome.failed()) return failure;
  return result;
}
// {number: object}
Result<Ref<Dict>> copy_of(Thread& thread, Unpickler& unpickler) {
  Ref<Dict> result = TRY(as<Dict>(unpickler.far_memo.peek()).copy(thread));
  List& items = as<List>(unpickler.memo.peek());
  for (isize i = 0; i < items.length(); ++i) {
    Ref<> item = item_of(items, i);
    if (item.is_empty()) break;
    TRY(result->set(thread, Value::integer(i), item));
  }
  return result;
}

template <class Owner>
Result<Ref<Dict>> copy(Thread& thread, Value self) {
  Owner& owner = owner_of<Owner>(self);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, owner, owner.lock));
  return copy_of(thread, owner);
}
template <class Owner>
Result<void> clear(Thread& thread, Value self) {
  Owner& owner = owner_of<Owner>(self);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, owner, owner.lock));
  return clear_memo(thread, owner);
}
template <class Owner>
Result<Ref<Tuple>> reduce(Thread& thread, Value self) {
  Ref<Dict> content = TRY(copy<Owner>(thread, self));
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {content.value()}));
  return Tuple::from(thread, {types.dict->value(), arguments.value()});
}

template <class Owner>
constexpr MethodSpec kMethods[] = {
    def<clear<Owner>>("clear()", "Remove all items from memo."),
    def<copy<Owner>>("copy()", "Copy the memo to a new object."),
    def<reduce<Owner>>("__reduce__()", "Implement pickle support."),
};
template <class Owner>
TypeSpec spec_of(const char* name) {
  return {.name = name,
          .doc = nullptr,
          .methods = kMethods<Owner>,
          .method_count = std::size(kMethods<Owner>),
          .ops = &MemoProxy::kOps,
          .size = sizeof(MemoProxy),
          .flags = static_cast<u32>(TypeFlag::NoInstantiation)};
}

// The dict that a new memo is described by: of a proxy, a copy of its memo.
template <class Owner>
Result<Ref<Dict>> described(Thread& thread, Value memo, const Type& proxy_type, const char* article) {
  if (memo.is_object() && &type_of(memo) == &proxy_type) return copy<Owner>(thread, memo);
  if (is<Dict>(memo)) return as<Dict>(memo).copy(thread);
  return raise(thread, types.TypeError, "'memo' attribute must be {} {} object or dict, not {}", article,
               proxy_type.name_str(), type_of(memo));
}

}  // namespace

Result<Ref<>> make_memo_proxy(Thread& thread, Pickler& pickler) { return make_proxy(thread, *pickler_proxy_type, pickler); }
Result<Ref<>> make_memo_proxy(Thread& thread, Unpickler& unpickler) {
  return make_proxy(thread, *unpickler_proxy_type, unpickler);
}

Result<void> set_memo(Thread& thread, Pickler& pickler, Value memo) {
  Ref<Dict> content = TRY(described<Pickler>(thread, memo, *pickler_proxy_type, "a"));
  Ref<Tuple> pairs = TRY(content->snapshot(thread, DictPart::Pairs));
  for (isize i = 0; i < pairs->length; i += 2) {
    const Value entry = (*pairs)[i + 1];
    if (!is<Tuple>(entry) || as<Tuple>(entry).length != 2) {
      return raise(thread, types.TypeError, "'memo' values must be 2-item tuples");
    }
    TRY(to_isize(thread, as<Tuple>(entry)[0]));
  }
  TRY(clear_memo(thread, pickler));
  for (isize i = 0; i < pairs->length; i += 2) {
    Tuple& entry = as<Tuple>((*pairs)[i + 1]);
    TRY(memoize(thread, pickler, entry[1], TRY(to_isize(thread, entry[0]))));
  }
  return {};
}

Result<void> set_memo(Thread& thread, Unpickler& unpickler, Value memo) {
  Ref<Dict> content = TRY(described<Unpickler>(thread, memo, *unpickler_proxy_type, "an"));
  Ref<Tuple> pairs = TRY(content->snapshot(thread, DictPart::Pairs));
  for (isize i = 0; i < pairs->length; i += 2) {
    if (!is_integer((*pairs)[i])) return raise(thread, types.TypeError, "memo key must be integers");
    if (TRY(to_isize(thread, (*pairs)[i])) < 0) {
      return raise(thread, types.ValueError, "memo key must be positive integers.");
    }
  }
  TRY(clear_memo(thread, unpickler));
  for (isize i = 0; i < pairs->length; i += 2) {
    TRY(set_memo_item(thread, unpickler, static_cast<u64>(TRY(to_isize(thread, (*pairs)[i]))), (*pairs)[i + 1]));
  }
  return {};
}

Result<void> add_memo_proxies(Thread& thread) {
  static const TypeSpec pickler_proxy = spec_of<Pickler>("_pickle.PicklerMemoProxy");
  static const TypeSpec unpickler_proxy = spec_of<Unpickler>("_pickle.UnpicklerMemoProxy");
  pickler_proxy_type = &make_builtin_type(thread, pickler_proxy);
  finish_builtin_type(thread, *pickler_proxy_type);
  unpickler_proxy_type = &make_builtin_type(thread, unpickler_proxy);
  finish_builtin_type(thread, *unpickler_proxy_type);
  return {};
}

}  // namespace py::pickle
