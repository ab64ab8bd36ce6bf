#include "core/object/slot_table.h"

#include "core/object/allocate.h"
#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/object/recursion_guard.h"
#include "core/object/sequence.h"

namespace py {

// From slots to Python: wrappers.
namespace {

bool check_count(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments, u32 low, u32 high) {
  const u32 given = arguments.positional - 1;
  if (arguments.keyword_count()) {
    (void)raise(thread, types.TypeError, "wrapper {}() takes no keyword arguments", wrapper.definition->dunder);
    return false;
  }
  if (given >= low && given <= high) return true;
  (void)raise(thread, types.TypeError, "expected {}{} argument{}, got {}", low == high ? "" : given < low ? "at least " : "at most ",
              given < low ? low : high, (given < low ? low : high) == 1 ? "" : "s", given);
  return false;
}

Value from_bool(Result<bool> result) { return result.failed() ? Error : Value::boolean(result.take()); }
Value from_void(Result<void> result) { return result.failed() ? Error : None; }

Value wrap_unary(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 0, 0)) return Error;
  return reinterpret_cast<UnarySlot>(wrapper.function)(thread, arguments[0]).release();
}
Value wrap_next(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 0, 0)) return Error;
  const Value result = reinterpret_cast<NextSlot>(wrapper.function)(thread, arguments[0]).release();
  if (result != Done) return result;
  (void)raise_stop_iteration(thread, None);
  return Error;
}
Value wrap_hash(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 0, 0)) return Error;
  Result<i64> hash = reinterpret_cast<HashSlot>(wrapper.function)(thread, arguments[0]);
  return hash.failed() ? Error : make_int(thread, hash.take()).release();
}
Value wrap_length(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 0, 0)) return Error;
  Result<isize> length = reinterpret_cast<LengthSlot>(wrapper.function)(thread, arguments[0]);
  return length.failed() ? Error : make_int(thread, length.take()).release();
}
Value wrap_truth(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 0, 0)) return Error;
  return from_bool(reinterpret_cast<TruthSlot>(wrapper.function)(thread, arguments[0]));
}
Value wrap_binary(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 1)) return Error;
  return reinterpret_cast<BinarySlot>(wrapper.function)(thread, arguments[0], arguments[1]).release();
}
Value wrap_reflected(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 1)) return Error;
  return reinterpret_cast<BinarySlot>(wrapper.function)(thread, arguments[1], arguments[0]).release();
}
Value wrap_power(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 2)) return Error;
  if (arguments.positional == 3 && !arguments[2].is_none()) {
    const bool ints = is_integer(arguments[0]) && is_integer(arguments[1]) && is_integer(arguments[2]);
    if (ints) return integer_power(thread, arguments[0], arguments[1], arguments[2]).release();
    return power(thread, arguments[0], arguments[1], arguments[2]).release();
  }
  return reinterpret_cast<BinarySlot>(wrapper.function)(thread, arguments[0], arguments[1]).release();
}
Value wrap_contains(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 1)) return Error;
  return from_bool(reinterpret_cast<ContainsSlot>(wrapper.function)(thread, arguments[0], arguments[1]));
}
Value wrap_set_item(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 2, 2)) return Error;
  auto function = reinterpret_cast<SetItemSlot>(wrapper.function);
  return from_void(function(thread, arguments[0], arguments[1], arguments[2]));
}
Value wrap_delete_item(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 1)) return Error;
  return from_void(reinterpret_cast<SetItemSlot>(wrapper.function)(thread, arguments[0], arguments[1], Unbound));
}
template <CompareOp op>
Value wrap_compare(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 1)) return Error;
  return reinterpret_cast<CompareSlot>(wrapper.function)(thread, arguments[0], arguments[1], op).release();
}
Arguments without_self(const Arguments& arguments) {
  return {arguments.values + 1, arguments.positional - 1, arguments.keywords};
}
Value wrap_call(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  return reinterpret_cast<CallSlot>(wrapper.function)(thread, arguments[0], without_self(arguments)).release();
}
Value wrap_init(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  return from_void(reinterpret_cast<InitSlot>(wrapper.function)(thread, arguments[0], without_self(arguments)));
}
Value wrap_finalize(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 0, 0)) return Error;
  return from_void(reinterpret_cast<FinalizeSlot>(wrapper.function)(thread, arguments[0]));
}
Str* name_argument(Thread& thread, Value value) {
  if (is<Str>(value)) return &as<Str>(value);
  (void)raise(thread, types.TypeError, "attribute name must be string, not '{}'", type_of(value));
  return nullptr;
}
Value wrap_get_attribute(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 1)) return Error;
  Str* name = name_argument(thread, arguments[1]);
  if (!name) return Error;
  return reinterpret_cast<GetAttributeSlot>(wrapper.function)(thread, arguments[0], *name).release();
}
// object.__setattr__ must not get around what classes do when they change.
bool may_set(Thread& thread, const SlotWrapper& wrapper, Value self, const char* what) {
  if (!is<Type>(self) || reinterpret_cast<SetAttributeSlot>(wrapper.function) != generic_set_attribute) return true;
  (void)raise(thread, types.TypeError, "can't apply this {} to {} object", what, type_of(self));
  return false;
}
Value wrap_set_attribute(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 2, 2) || !may_set(thread, wrapper, arguments[0], "__setattr__")) return Error;
  Str* name = name_argument(thread, arguments[1]);
  if (!name) return Error;
  return from_void(reinterpret_cast<SetAttributeSlot>(wrapper.function)(thread, arguments[0], *name, arguments[2]));
}
Value wrap_delete_attribute(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 1) || !may_set(thread, wrapper, arguments[0], "__delattr__")) return Error;
  Str* name = name_argument(thread, arguments[1]);
  if (!name) return Error;
  return from_void(reinterpret_cast<SetAttributeSlot>(wrapper.function)(thread, arguments[0], *name, Unbound));
}
Value wrap_descriptor_get(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 2)) return Error;
  const Value type = arguments.positional == 3 ? arguments[2] : None;
  if (arguments[1].is_none() && type.is_none()) {
    (void)raise(thread, types.TypeError, "__get__(None, None) is invalid");
    return Error;
  }
  const Value instance = arguments[1].is_none() ? Unbound : arguments[1];
  return reinterpret_cast<DescriptorGetSlot>(wrapper.function)(thread, arguments[0], instance, type).release();
}
Value wrap_descriptor_set(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 2, 2)) return Error;
  auto function = reinterpret_cast<DescriptorSetSlot>(wrapper.function);
  return from_void(function(thread, arguments[0], arguments[1], arguments[2]));
}
Value wrap_descriptor_delete(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 1)) return Error;
  return from_void(reinterpret_cast<DescriptorSetSlot>(wrapper.function)(thread, arguments[0], arguments[1], Unbound));
}

}  // namespace

// From Python to slots: generic slot functions. Each row has its own interned name.
namespace {

Str* dunder_names[128];

// Calls the method `name` of the type of `self`, found there by the row that installed this function.
Result<Ref<>> call_dunder(Thread& thread, Str& name, Value self, std::initializer_list<Value> more) {
  Value values[4] = {self};
  u32 count = 1;
  for (Value value : more) values[count++] = value;
  Type& type = type_of(self);
  Value found = type.lookup(name);
  if (found.is_empty()) return raise_attribute_error(thread, self, name);
  Type& found_type = type_of(found);
  if (LIKELY(found_type.has(TypeFlag::MethodDescriptor))) {
    Ref<> keep = Ref<>::share(found);
    return call(thread, found, Arguments{values, count});
  }
  Ref<> bound = Ref<>::share(found);
  if (found_type.slots.descriptor_get) bound = TRY(found_type.slots.descriptor_get(thread, found, self, type.value()));
  return call(thread, bound, Arguments{values + 1, count - 1});
}

template <u32 row>
Result<Ref<>> generic_unary(Thread& thread, Value self) {
  return call_dunder(thread, *dunder_names[row], self, {});
}
Result<Ref<>> generic_repr(Thread& thread, Value self) {
  Ref<> text = TRY(call_dunder(thread, names::__repr__(), self, {}));
  if (is<Str>(text)) return text;
  return raise(thread, types.TypeError, "__repr__ returned non-string (type {})", type_of(text));
}
Result<Ref<>> generic_str(Thread& thread, Value self) {
  Ref<> text = TRY(call_dunder(thread, names::__str__(), self, {}));
  if (is<Str>(text)) return text;
  return raise(thread, types.TypeError, "__str__ returned non-string (type {})", type_of(text));
}
Result<Ref<>> generic_next(Thread& thread, Value self) {
  return call_dunder(thread, names::__next__(), self, {});
}
Result<i64> generic_hash(Thread& thread, Value self) {
  const Value method = type_of(self).lookup(names::__hash__());
  if (method.is_none() || method.is_empty()) return raise(thread, types.TypeError, "unhashable type: '{}'", type_of(self));
  Ref<> hash = TRY(call_dunder(thread, names::__hash__(), self, {}));
  if (!is_integer(hash)) return raise(thread, types.TypeError, "__hash__ method should return an integer");
  i64 value;
  if (!integer_fits(hash, value)) value = big::hash(IntegerView(hash));
  return value == -1 ? -2 : value;
}
Result<isize> generic_length(Thread& thread, Value self) {
  Ref<> result = TRY(call_dunder(thread, names::__len__(), self, {}));
  Ref<> index = TRY(to_index(thread, result));
  if (TRY(compare_bool(thread, index, Value::integer(0), CompareOp::Less))) {
    return raise(thread, types.ValueError, "__len__() should return >= 0");
  }
  return to_isize(thread, index);
}
Result<bool> generic_truth(Thread& thread, Value self) {
  Ref<> result = TRY(call_dunder(thread, names::__bool__(), self, {}));
  if (!result.value().is_bool()) {
    return raise(thread, types.TypeError, "__bool__ should return bool, returned {}", type_of(result));
  }
  return result.value() == True;
}
Result<bool> generic_contains(Thread& thread, Value self, Value item) {
  if (type_of(self).lookup(names::__contains__()).is_none()) {
    return raise(thread, types.TypeError, "'{}' object is not a container", type_of(self));
  }
  Ref<> result = TRY(call_dunder(thread, names::__contains__(), self, {item}));
  return is_true(thread, result);
}
Result<Ref<>> generic_get_item(Thread& thread, Value self, Value key) {
  return call_dunder(thread, names::__getitem__(), self, {key});
}
Result<void> generic_set_item(Thread& thread, Value self, Value key, Value value) {
  if (value == Unbound) {
    TRY(call_dunder(thread, names::__delitem__(), self, {key}));
  } else {
    TRY(call_dunder(thread, names::__setitem__(), self, {key, value}));
  }
  return {};
}
Result<Ref<>> generic_compare(Thread& thread, Value left, Value right, CompareOp op) {
  Str* const methods[] = {&names::__lt__(), &names::__le__(), &names::__eq__(),
                          &names::__ne__(), &names::__gt__(), &names::__ge__()};
  Str& name = *methods[static_cast<u8>(op)];
  const Value found = type_of(left).lookup(name);
  if (found.is_empty()) return Ref<>::adopt(NotImplemented);
  return call_dunder(thread, name, left, {right});  // None is called too: that is how __eq__ = None forbids comparing
}
Result<Ref<>> generic_call(Thread& thread, Value self, const Arguments& arguments) {
  Ref<> method = TRY(lookup_special(thread, self, names::__call__()));
  if (method.is_empty()) return raise(thread, types.TypeError, "'{}' object is not callable", type_of(self));
  RecursionGuard guard(thread);
  TRY(guard.check(" while calling a Python object"));
  return call(thread, method, arguments);
}
Result<void> generic_init(Thread& thread, Value self, const Arguments& arguments) {
  Ref<> method = TRY(lookup_special(thread, self, names::__init__()));
  Ref<> result = TRY(call(thread, method, arguments));
  if (result.value().is_none()) return {};
  return raise(thread, types.TypeError, "__init__() should return None, not '{}'", type_of(result));
}
Result<Ref<>> generic_new(Thread& thread, Type& type, const Arguments& arguments) {
  Ref<> method = TRY(get_attribute(thread, type.value(), names::__new__()));
  return call_prepending(thread, method, type.value(), arguments);
}
Result<void> generic_finalize(Thread& thread, Value self) {
  TRY(call_dunder(thread, names::__del__(), self, {}));
  return {};
}
Result<Ref<>> generic_get_attribute_slot(Thread& thread, Value self, Str& name) {
  Type& type = type_of(self);
  Result<Ref<>> result = call_dunder(thread, names::__getattribute__(), self, {name.value()});
  if (!result.failed() || !pending_is(thread, *types.AttributeError)) return result;
  if (type.lookup(names::__getattr__()).is_empty()) return result;
  clear_pending(thread);
  return call_dunder(thread, names::__getattr__(), self, {name.value()});
}
Result<void> generic_set_attribute_slot(Thread& thread, Value self, Str& name, Value value) {
  if (value == Unbound) {
    TRY(call_dunder(thread, names::__delattr__(), self, {name.value()}));
  } else {
    TRY(call_dunder(thread, names::__setattr__(), self, {name.value(), value}));
  }
  return {};
}
Result<Ref<>> generic_descriptor_get(Thread& thread, Value self, Value instance, Value type) {
  return call_dunder(thread, names::__get__(), self, {instance == Unbound ? None : instance, type});
}
Result<void> generic_descriptor_set(Thread& thread, Value self, Value instance, Value value) {
  Str& name = value == Unbound ? names::__delete__() : names::__set__();
  if (type_of(self).lookup(name).is_empty()) return raise_attribute_error(thread, self, name);
  if (value == Unbound) {
    TRY(call_dunder(thread, name, self, {instance}));
  } else {
    TRY(call_dunder(thread, name, self, {instance, value}));
  }
  return {};
}

// Binary operators: the slot is called with the operands in source order, for either operand's type.
struct BinaryNames {
  Str *normal, *reflected, *in_place;
};
BinaryNames binary_names[kBinaryOps];

template <u32 op>
Result<Ref<>> generic_binary(Thread& thread, Value left, Value right) {
  constexpr auto member = &TypeSlots::binary;
  const BinaryNames& row = binary_names[op];
  Type& left_type = type_of(left);
  Type& right_type = type_of(right);
  const bool left_mine = (left_type.slots.*member)[op] == &generic_binary<op>;
  const bool right_mine = &left_type != &right_type && (right_type.slots.*member)[op] == &generic_binary<op>;
  if (left_mine) {
    const Value reflected = right_mine && right_type.is_subtype_of(left_type) ? right_type.lookup(*row.reflected) : Empty;
    if (!reflected.is_empty() && reflected != left_type.lookup(*row.reflected)) {
      Ref<> result = TRY(call_dunder(thread, *row.reflected, right, {left}));
      if (result.value() != NotImplemented) return result;
      if (left_type.lookup(*row.normal).is_empty()) return Ref<>::adopt(NotImplemented);
      return call_dunder(thread, *row.normal, left, {right});
    }
    const Value normal = left_type.lookup(*row.normal);
    if (!normal.is_empty()) {
      Ref<> result = TRY(call_dunder(thread, *row.normal, left, {right}));
      if (result.value() != NotImplemented || !right_mine) return result;
    }
  }
  const Value reflected = right_mine ? right_type.lookup(*row.reflected) : Empty;
  if (!reflected.is_empty()) return call_dunder(thread, *row.reflected, right, {left});
  return Ref<>::adopt(NotImplemented);
}

template <u32 op>
Result<Ref<>> generic_in_place(Thread& thread, Value left, Value right) {
  return call_dunder(thread, *binary_names[op].in_place, left, {right});
}

}  // namespace

// The rows.
namespace {

#define OFFSET(member) static_cast<u32>(offsetof(TypeSlots, member))
#define BINARY_OFFSET(array, op) static_cast<u32>(offsetof(TypeSlots, array) + 8 * static_cast<u32>(BinaryOp::op))
#define UNARY_ROW(row, dunder, member, doc) \
  {dunder, OFFSET(member), reinterpret_cast<void*>(&generic_unary<row>), wrap_unary, "($self, /)", doc, &dunder_names[row]}
#define ROW(row, dunder, member, generic, wrap, signature, doc) \
  {dunder, OFFSET(member), reinterpret_cast<void*>(generic), wrap, signature, doc, &dunder_names[row]}

SlotDefinition definitions[] = {
    ROW(0, "__repr__", repr, generic_repr, wrap_unary, "($self, /)", "Return repr(self)."),
    ROW(1, "__str__", str, generic_str, wrap_unary, "($self, /)", "Return str(self)."),
    ROW(2, "__hash__", hash, generic_hash, wrap_hash, "($self, /)", "Return hash(self)."),
    ROW(3, "__lt__", compare, generic_compare, wrap_compare<CompareOp::Less>, "($self, value, /)", "Return self<value."),
    ROW(4, "__le__", compare, generic_compare, wrap_compare<CompareOp::LessEqual>, "($self, value, /)", "Return self<=value."),
    ROW(5, "__eq__", compare, generic_compare, wrap_compare<CompareOp::Equal>, "($self, value, /)", "Return self==value."),
    ROW(6, "__ne__", compare, generic_compare, wrap_compare<CompareOp::NotEqual>, "($self, value, /)", "Return self!=value."),
    ROW(7, "__gt__", compare, generic_compare, wrap_compare<CompareOp::Greater>, "($self, value, /)", "Return self>value."),
    ROW(8, "__ge__", compare, generic_compare, wrap_compare<CompareOp::GreaterEqual>, "($self, value, /)", "Return self>=value."),
    ROW(9, "__call__", call, generic_call, wrap_call, "($self, /, *args, **kwargs)", "Call self as a function."),
    ROW(10, "__getattribute__", get_attribute, generic_get_attribute_slot, wrap_get_attribute, "($self, name, /)", "Return getattr(self, name)."),
    ROW(11, "__getattr__", get_attribute, generic_get_attribute_slot, nullptr, nullptr, nullptr),
    ROW(12, "__setattr__", set_attribute, generic_set_attribute_slot, wrap_set_attribute, "($self, name, value, /)", "Implement setattr(self, name, value)."),
    ROW(13, "__delattr__", set_attribute, generic_set_attribute_slot, wrap_delete_attribute, "($self, name, /)", "Implement delattr(self, name)."),
    ROW(14, "__get__", descriptor_get, generic_descriptor_get, wrap_descriptor_get, "($self, instance, owner=None, /)", "Return an attribute of instance, which is of type owner."),
    ROW(15, "__set__", descriptor_set, generic_descriptor_set, wrap_descriptor_set, "($self, instance, value, /)", "Set an attribute of instance to value."),
    ROW(16, "__delete__", descriptor_set, generic_descriptor_set, wrap_descriptor_delete, "($self, instance, /)", "Delete an attribute of instance."),
    UNARY_ROW(17, "__iter__", iter, "Implement iter(self)."),
    ROW(18, "__next__", next, generic_next, wrap_next, "($self, /)", "Implement next(self)."),
    ROW(19, "__init__", init, generic_init, wrap_init, "($self, /, *args, **kwargs)", "Initialize self.  See help(type(self)) for accurate signature."),
    ROW(20, "__new__", new_, generic_new, nullptr, nullptr, nullptr),
    ROW(21, "__del__", finalize, generic_finalize, wrap_finalize, "($self, /)", "Called when the instance is about to be destroyed."),
    ROW(22, "__len__", length, generic_length, wrap_length, "($self, /)", "Return len(self)."),
    ROW(23, "__getitem__", get_item, generic_get_item, wrap_binary, "($self, key, /)", "Return self[key]."),
    ROW(24, "__setitem__", set_item, generic_set_item, wrap_set_item, "($self, key, value, /)", "Set self[key] to value."),
    ROW(25, "__delitem__", set_item, generic_set_item, wrap_delete_item, "($self, key, /)", "Delete self[key]."),
    ROW(26, "__contains__", contains, generic_contains, wrap_contains, "($self, key, /)", "Return bool(key in self)."),
    ROW(27, "__bool__", truth, generic_truth, wrap_truth, "($self, /)", "True if self else False"),
    UNARY_ROW(28, "__index__", index, "The integer itself, as an index."),
    UNARY_ROW(29, "__int__", integer, "int(self)"),
    UNARY_ROW(30, "__float__", floating, "float(self)"),
    UNARY_ROW(31, "__neg__", negative, "-self"),
    UNARY_ROW(32, "__pos__", positive, "+self"),
    UNARY_ROW(33, "__abs__", absolute, "abs(self)"),
    UNARY_ROW(34, "__invert__", invert, "~self"),
    UNARY_ROW(35, "__await__", await, "Return an iterator to be used in await expression."),
    UNARY_ROW(36, "__aiter__", async_iter, "Return an awaitable, that resolves in asynchronous iterator."),
    UNARY_ROW(37, "__anext__", async_next, "Return a value or raise StopAsyncIteration."),
#define BINARY(member, symbol, dunder, right_dunder, in_place_dunder)                                                     \
  {dunder, BINARY_OFFSET(binary, member),                                                                      \
   reinterpret_cast<void*>(&generic_binary<static_cast<u32>(BinaryOp::member)>),                               \
   BinaryOp::member == BinaryOp::power ? wrap_power : wrap_binary, "($self, value, /)", "Return self" symbol "value.", \
   &binary_names[static_cast<u32>(BinaryOp::member)].normal},                                                  \
  {right_dunder, BINARY_OFFSET(binary, member),                                                                   \
   reinterpret_cast<void*>(&generic_binary<static_cast<u32>(BinaryOp::member)>), wrap_reflected,               \
   "($self, value, /)", "Return value" symbol "self.", &binary_names[static_cast<u32>(BinaryOp::member)].reflected},
#include "core/object/binary_ops.def"
#undef BINARY
#define BINARY(member, symbol, dunder, right_dunder, in_place_dunder)                                      \
  {in_place_dunder, BINARY_OFFSET(in_place, member),                                                   \
   reinterpret_cast<void*>(&generic_in_place<static_cast<u32>(BinaryOp::member)>), wrap_binary,  \
   "($self, value, /)", "Return self" symbol "=value.", &binary_names[static_cast<u32>(BinaryOp::member)].in_place},
#include "core/object/binary_ops.def"
#undef BINARY
};

// T.__new__ of a builtin type T: a builtin function bound to T.

// The class that chooses the layout of instances of `type`: the nearest one whose __new__ is native.
Type& layout_class(Type& type) {
  Type* at = &type;
  while (at->base && at->slots.new_ == generic_new) at = at->base;
  return *at;
}
Value call_new(Thread& thread, const MethodSpec&, const Value* args, u32 positional, Tuple* keywords) {
  Type& owner = as<Type>(args[0]);
  if (positional < 2 || !is<Type>(args[1])) {
    if (positional < 2) {
      (void)raise(thread, types.TypeError, "{}.__new__(): not enough arguments", owner);
    } else {
      (void)raise(thread, types.TypeError, "{}.__new__(X): X is not a type object ({})", owner, type_of(args[1]));
    }
    return Error;
  }
  Type& type = as<Type>(args[1]);
  if (!type.is_subtype_of(owner)) {
    (void)raise(thread, types.TypeError, "{}.__new__({}): {} is not a subtype of {}", owner, type, type, owner);
    return Error;
  }
  Type& base = layout_class(type);
  if (base.slots.new_ != owner.slots.new_ || base.has(TypeFlag::NoInstantiation)) {
    (void)raise(thread, types.TypeError, "{}.__new__({}) is not safe, use {}.__new__()", owner, type, base);
    return Error;
  }
  return owner.slots.new_(thread, type, Arguments{args + 2, positional - 2, keywords}).release();
}
constexpr MethodSpec kNewSpec = {.name = "__new__",
                                 .signature = {.text = "($type, *args, **kwargs)", .has_rest = true, .has_keywords = true},
                                 .doc = "Create and return a new object.  See help(type) for accurate signature.",
                                 .entry = call_new};

void add_new_function(Thread& thread, Type& type, Dict& dict) {
  if (!type.spec->slots.new_) return;
  Ref<NativeFunction> function =
      MUST(make_native_function(thread, *types.builtin_function, kNewSpec, type.value(), None, nullptr));
  MUST(dict.set(thread, names::__new__().value(), function.value()));
}

// What a name found along the MRO means for the slot of a row.
void* function_for(const SlotDefinition& definition, Type& type, Value found) {
  if (found.is_object() && &type_of(found) == types.builtin_function && definition.generic == reinterpret_cast<void*>(&generic_new)) {
    const NativeFunction& function = *static_cast<NativeFunction*>(found.object());
    if (function.spec == &kNewSpec) return reinterpret_cast<void*>(as<Type>(function.self.peek()).slots.new_);
  }
  if (found.is_object() && &type_of(found) == types.wrapper_descriptor) {
    const SlotWrapper& wrapper = *static_cast<SlotWrapper*>(found.object());
    const SlotDefinition& theirs = *wrapper.definition;
    if (&theirs == &definition && layout_extends(type, *wrapper.owner)) return wrapper.function;
  }
  return definition.generic;
}

// The rows of each slot, linked: first_row[offset / 8], then next_row[row]; -1 ends.
constexpr u32 kSlotCount = sizeof(TypeSlots) / 8;
i16 first_row[kSlotCount];
i16 next_row[std::size(definitions)];

void link_rows() {
  for (i16& row : first_row) row = -1;
  for (i16 row = static_cast<i16>(std::size(definitions)) - 1; row >= 0; --row) {
    if (!definitions[row].dunder) continue;
    i16& first = first_row[definitions[row].offset / 8];
    next_row[row] = first;
    first = row;
  }
}

// Whether every lookup through the type that its own dict does not answer has the answer it has through its base.
bool extends_one_base(Type& type) {
  const Value mro = type.mro.peek();
  const Value base_mro = type.base ? type.base->mro.peek() : Empty;
  if (!is_exact<Tuple>(mro) || !is_exact<Tuple>(base_mro)) return false;
  const Tuple& order = as<Tuple>(mro);
  const Tuple& base_order = as<Tuple>(base_mro);
  if (order.length != base_order.length + 1) return false;
  for (isize i = 0; i < base_order.length; ++i) {
    if (order[i + 1] != base_order[i]) return false;
  }
  return true;
}

bool defines_slot(Type& type, u32 offset) {
  for (i16 row = first_row[offset / 8]; row >= 0; row = next_row[row]) {
    if (!type.dictionary().find_str(**definitions[row].name).is_empty()) return true;
  }
  return false;
}

// Whether the class finds attributes as object does.
bool leaves_getattribute(Type& type) {
  const Value getter = type.lookup(names::__getattribute__());
  return &type_of(getter) == types.wrapper_descriptor &&
         static_cast<SlotWrapper*>(getter.object())->function == reinterpret_cast<void*>(&generic_get_attribute);
}

void update_slot_at(Type& type, u32 offset) {
  void* chosen = nullptr;
  bool first = true;
  const bool named = first_row[offset / 8] >= 0;
  for (i16 row = first_row[offset / 8]; row >= 0; row = next_row[row]) {
    SlotDefinition& definition = definitions[row];
    const Value found = type.lookup(**definition.name);
    if (found.is_empty()) continue;
    void* function = found.is_none() && definition.wrap != wrap_hash && definition.wrap != wrap_contains
                         ? definition.generic
                         : function_for(definition, type, found);
    if (first) {
      chosen = function;
      first = false;
    } else if (chosen != function) {
      chosen = definition.generic;
    }
  }
  // The buffer protocol has no method that could be overridden.
  if (!named && type.base) chosen = slot_at(type.base->slots, offset);
  slot_at(type.slots, offset) = chosen;
  if (type.slots.get_attribute == generic_get_attribute_slot && leaves_getattribute(type)) {
    type.slots.get_attribute = get_attribute_or_ask;
  }
}

void update_derived_flags(Type& type) {
  const bool plain = type.slots.get_attribute == generic_get_attribute || type.slots.get_attribute == get_attribute_or_ask;
  plain ? type.set_flag(TypeFlag::PlainGetAttribute) : type.clear_flag(TypeFlag::PlainGetAttribute);
  type.slots.descriptor_set ? type.set_flag(TypeFlag::DataDescriptor) : type.clear_flag(TypeFlag::DataDescriptor);
}

}  // namespace

std::span<SlotDefinition> slot_definitions() { return definitions; }

void initialize_slot_names(Thread& thread) {
  for (SlotDefinition& definition : definitions) {
    if (definition.dunder) *definition.name = &intern(thread, definition.dunder);
  }
  link_rows();
}

void update_slots(Type& type) {
  const bool inherits = extends_one_base(type);
  for (u32 offset = 0; offset < sizeof(TypeSlots); offset += 8) {
    if (inherits && !defines_slot(type, offset)) {
      slot_at(type.slots, offset) = slot_at(type.base->slots, offset);
    } else {
      update_slot_at(type, offset);
    }
  }
  update_derived_flags(type);
}

void update_slot(Type& type, Str& name) {
  for (SlotDefinition& definition : definitions) {
    if (*definition.name == &name) {
      update_slot_at(type, definition.offset);
      update_derived_flags(type);
      return;
    }
  }
}

void inherit_slots(Type& type) {
  if (type.base) {
    const bool own_equality = type.slots.compare && !type.slots.hash;
    for (u32 offset = 0; offset < sizeof(TypeSlots); offset += 8) {
      if (own_equality && offset == OFFSET(hash)) continue;
      if (!slot_at(type.slots, offset)) slot_at(type.slots, offset) = slot_at(type.base->slots, offset);
    }
  }
  update_derived_flags(type);
}

void add_slot_wrappers(Thread& thread, Type& type, Dict& dict) {
  for (const SlotDefinition& definition : definitions) {
    if (!definition.wrap || !definition.dunder) continue;
    void* function = slot_at(const_cast<TypeSlots&>(type.spec->slots), definition.offset);
    if (!function || !dict.find_str(**definition.name).is_empty()) continue;
    // Sequences are concatenated in one order only: there is no reflected form.
    const bool reflected_add = definition.wrap == wrap_reflected && definition.offset == BINARY_OFFSET(binary, add);
    if (reflected_add && type.spec->slots.length) continue;
    Ref<SlotWrapper> wrapper = MUST(allocate<SlotWrapper>(thread, *types.wrapper_descriptor, sizeof(SlotWrapper)));
    make_deferred(wrapper.get());
    wrapper->definition = &definition;
    wrapper->function = function;
    wrapper->owner = &type;
    MUST(dict.set(thread, (*definition.name)->value(), wrapper.value()));
  }
  add_new_function(thread, type, dict);
  if (type.spec->slots.compare && !type.spec->slots.hash && dict.find_str(names::__hash__()).is_empty()) {
    MUST(dict.set(thread, names::__hash__().value(), None));
  }
}

}  // namespace py
