#include "core/modules/decimal/signals.h"

#include <string>

#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/type_system.h"
#include "core/vm/imports.h"

namespace py::decimal {

namespace {

// An exception class; bases by their places in the table, after which a builtin class may follow.
struct ExceptionRow {
  const char* name;
  u32 condition;
  std::initializer_list<const char*> bases;
  Type* BuiltinTypes::* builtin_base;
};
const ExceptionRow kExceptions[] = {
    {"DecimalException", 0, {}, &BuiltinTypes::ArithmeticError},
    {"InvalidOperation", kInvalidOperation, {"DecimalException"}, nullptr},
    {"FloatOperation", kFloatOperation, {"DecimalException"}, &BuiltinTypes::TypeError},
    {"DivisionByZero", kDivisionByZero, {"DecimalException"}, &BuiltinTypes::ZeroDivisionError},
    {"Inexact", kInexact, {"DecimalException"}, nullptr},
    {"Rounded", kRounded, {"DecimalException"}, nullptr},
    {"Subnormal", kSubnormal, {"DecimalException"}, nullptr},
    {"Overflow", kOverflow, {"Inexact", "Rounded"}, nullptr},
    {"Underflow", kUnderflow, {"Inexact", "Rounded", "Subnormal"}, nullptr},
    {"Clamped", kClamped, {"DecimalException"}, nullptr},
    {"ConversionSyntax", kConversionSyntax, {"InvalidOperation"}, nullptr},
    {"DivisionImpossible", kDivisionImpossible, {"InvalidOperation"}, nullptr},
    {"DivisionUndefined", kDivisionUndefined, {"InvalidOperation"}, &BuiltinTypes::ZeroDivisionError},
    {"InvalidContext", kInvalidContext, {"InvalidOperation"}, nullptr},
};
constexpr u32 kConditions = 13;
GlobalRef classes[kConditions];  // by the bit of their condition

u32 place_of(u32 condition) { return static_cast<u32>(__builtin_ctz(condition)); }
Type& class_of(u32 condition) { return as<Type>(classes[place_of(condition)].peek()); }

Result<Ref<>> make_exception_class(Thread& thread, Module& module, const ExceptionRow& row) {
  const Dict& made = as<Dict>(module.dict.peek());
  Ref<List> bases = TRY(List::make(thread));
  for (const char* base : row.bases) TRY(bases->append(thread, made.find_str(intern(thread, base))));
  if (row.builtin_base) TRY(bases->append(thread, (types.*row.builtin_base)->value()));
  Ref<Tuple> base_tuple = TRY(bases->to_tuple(thread));
  Ref<Str> name = TRY(Str::from_ascii(thread, row.name));
  Ref<Str> home = TRY(Str::from_ascii(thread, "decimal"));
  Ref<Dict> attributes = TRY(Dict::make(thread));
  TRY(attributes->set_str(thread, "__module__", home.value()));
  return call(thread, types.type->value(), {name.value(), base_tuple.value(), attributes.value()});
}

// In the order in which repr() shows them.
constexpr u32 kNamedOrder[] = {kClamped,  kInvalidOperation, kDivisionByZero, kInexact,  kFloatOperation,
                               kOverflow, kRounded,          kSubnormal,      kUnderflow};

constexpr const char* kValidSignals =
    "valid values for signals are:\n"
    "  [InvalidOperation, FloatOperation, DivisionByZero,\n"
    "   Overflow, Underflow, Subnormal, Inexact, Rounded,\n"
    "   Clamped]";

// SignalDict
Result<Ref<>> signal_dict_new(Thread& thread, Type& type, const Arguments&) {
  Ref<SignalDict> dict = TRY(new_object<SignalDict>(thread, type));
  dict->bits.store(0, std::memory_order_relaxed);
  return Ref<>(std::move(dict));
}
Result<void> signal_dict_init(Thread&, Value, const Arguments&) { return {}; }

u32 bits_of(Value value) { return static_cast<u32>(as<SignalDict>(value).bits.load(std::memory_order_relaxed)); }

Result<Ref<>> signal_dict_repr(Thread& thread, Value self) {
  const u32 bits = bits_of(self);
  std::string text = "{";
  for (u32 place = 0; place < kSignals; ++place) {
    if (place) text += ", ";
    text += "<class 'decimal." + std::string(class_of(1u << place).name_view()) + "'>:";
    text += bits >> place & 1 ? "True" : "False";
  }
  return Ref<>(TRY(Str::from_ascii(thread, text + "}")));
}

Result<Ref<>> signal_dict_get(Thread& thread, Value self, Value key) {
  const u32 signal = TRY(to_signal(thread, key));
  return Ref<>::adopt(Value::boolean(bits_of(self) & signal));
}
Result<void> signal_dict_set(Thread& thread, Value self, Value key, Value value) {
  if (value == Unbound) return raise(thread, types.ValueError, "signal keys cannot be deleted");
  const u32 signal = TRY(to_signal(thread, key));
  std::atomic<u64>& bits = as<SignalDict>(self).bits;
  if (TRY(is_true(thread, value))) {
    bits.fetch_or(signal, std::memory_order_relaxed);
  } else {
    bits.fetch_and(~u64{signal}, std::memory_order_relaxed);
  }
  return {};
}
Result<isize> signal_dict_length(Thread&, Value) { return isize{kSignals}; }
Result<Ref<>> signal_dict_iter(Thread& thread, Value) {
  Ref<List> signals = TRY(list_signals(thread, kAllSignals));
  Ref<Tuple> keys = TRY(signals->to_tuple(thread));
  return iterate(thread, keys.value());
}
Result<Ref<>> signal_dict_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (op != CompareOp::Equal && op != CompareOp::NotEqual) return Ref<>::adopt(NotImplemented);
  if (!is<SignalDict>(right) && !is<Dict>(right)) return Ref<>::adopt(NotImplemented);
  Result<u32> bits = to_signal_bits(thread, right, false);
  if (bits.failed()) {
    if (!pending_is(thread, *types.KeyError)) return failure;
    clear_pending(thread);
    return Ref<>::adopt(NotImplemented);
  }
  const bool same = bits_of(left) == bits.take();
  return Ref<>::adopt(Value::boolean(same == (op == CompareOp::Equal)));
}
Result<Ref<Dict>> signal_dict_copy(Thread& thread, SignalDict& self) {
  const u64 bits = self.bits.load(std::memory_order_relaxed);
  Ref<Dict> result = TRY(Dict::make(thread, kSignals));
  for (u32 place = 0; place < kSignals; ++place) {
    TRY(result->set(thread, signal_class(1u << place), Value::boolean(bits >> place & 1)));
  }
  return result;
}

constexpr MethodSpec kMethods[] = {def<signal_dict_copy>("copy()", "A dict with the same content.")};
constexpr TypeSpec kSpec = {
    .name = "decimal.SignalDictMixin",
    .doc = "What a mapping of the signals of a context needs besides collections.abc.MutableMapping.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .slots = {.repr = signal_dict_repr,
              .compare = signal_dict_compare,
              .iter = signal_dict_iter,
              .init = signal_dict_init,
              .new_ = signal_dict_new,
              .length = signal_dict_length,
              .get_item = signal_dict_get,
              .set_item = signal_dict_set},
    .ops = &SignalDict::kOps,
    .size = sizeof(SignalDict),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

GlobalRef signal_dict_class;  // SignalDict(SignalDictMixin, MutableMapping)

}  // namespace

Value signal_class(u32 signal) { return classes[place_of(signal)].peek(); }

Result<u32> to_signal(Thread& thread, Value value) {
  for (u32 place = 0; place < kSignals; ++place) {
    if (classes[place].peek() == value) return 1u << place;
  }
  return raise(thread, types.KeyError, kValidSignals);
}

Result<Ref<List>> list_signals(Thread& thread, u32 bits) {
  Ref<List> result = TRY(List::make(thread));
  for (u32 place = 0; place < kConditions; ++place) {
    if (bits >> place & 1) TRY(result->append(thread, classes[place].peek()));
  }
  return result;
}

void append_signal_names(std::string& text, u32 bits) {
  text += '[';
  bool first = true;
  for (u32 signal : kNamedOrder) {
    if (!(bits & signal)) continue;
    if (!first) text += ", ";
    first = false;
    text += class_of(signal).name_view();
  }
  text += ']';
}

Result<u32> to_signal_bits(Thread& thread, Value value, bool takes_list) {
  if (is<SignalDict>(value)) return bits_of(value);
  if (takes_list && is<List>(value)) {
    u32 bits = 0;
    TRY(for_each(thread, value, [&](Value item) -> Result<void> {
      bits |= TRY(to_signal(thread, item));
      return {};
    }));
    return bits;
  }
  if (!is<Dict>(value)) return raise(thread, types.TypeError, "argument must be a signal dict");
  if (as<Dict>(value).length() != kSignals) return raise(thread, types.KeyError, "invalid signal dict");
  u32 bits = 0;
  for (u32 place = 0; place < kSignals; ++place) {
    Ref<> set = TRY(as<Dict>(value).get(thread, classes[place].peek()));
    if (set.is_empty()) return raise(thread, types.KeyError, "invalid signal dict");
    if (TRY(is_true(thread, set))) bits |= 1u << place;
  }
  return bits;
}

Result<Ref<SignalDict>> make_signal_dict(Thread& thread, u32 bits) {
  Ref<SignalDict> dict = TRY(new_object<SignalDict>(thread, as<Type>(signal_dict_class.peek())));
  dict->bits.store(bits, std::memory_order_relaxed);
  return dict;
}

Result<void> report(Thread& thread, DecimalContext& context, u32 conditions) {
  if (conditions & kNoMemory) return raise_memory_error(thread);
  u32 signals = conditions & kAllSignals;
  if (conditions & kInvalidForms) signals |= kInvalidOperation;
  std::atomic<u64>& flags = context.flag_bits().bits;
  if (signals & ~flags.load(std::memory_order_relaxed)) flags.fetch_or(signals, std::memory_order_relaxed);
  const u32 trapped = signals & static_cast<u32>(context.trap_bits().bits.load(std::memory_order_relaxed));
  if (LIKELY(!trapped)) return {};
  // The forms of an invalid operation first, then the other signals.
  Ref<List> names = TRY(List::make(thread));
  if (trapped & kInvalidOperation) {
    Ref<List> forms = TRY(list_signals(thread, conditions & kInvalidForms));
    TRY(names->extend(thread, forms.value()));
  }
  Ref<List> others = TRY(list_signals(thread, trapped & ~u32{kInvalidOperation}));
  TRY(names->extend(thread, others.value()));
  return raise_with(thread, &class_of(trapped & -trapped), {names.value()});
}

Result<void> add_signals(Thread& thread, Module& module) {
  for (const ExceptionRow& row : kExceptions) {
    Ref<> made = TRY(make_exception_class(thread, module, row));
    TRY(add_to_module(thread, module, row.name, made));
    if (row.condition) classes[place_of(row.condition)].set(std::move(made));
  }
  signal_dict_type = &make_builtin_type(thread, kSpec);
  finish_builtin_type(thread, *signal_dict_type);
  Ref<> abc = TRY(import_module(thread, "collections.abc"));
  Ref<> mapping = TRY(get_attribute(thread, abc, "MutableMapping"));
  Ref<Tuple> bases = TRY(Tuple::from(thread, {signal_dict_type->value(), mapping.value()}));
  Ref<Str> name = TRY(Str::from_ascii(thread, "SignalDict"));
  Ref<Dict> attributes = TRY(Dict::make(thread));
  signal_dict_class.set(TRY(call(thread, types.type->value(), {name.value(), bases.value(), attributes.value()})));
  return {};
}

}  // namespace py::decimal
