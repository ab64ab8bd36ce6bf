// decimal.Context: its attributes, its constructor, its text.
#include <string>

#include "core/modules/decimal/context.h"
#include "core/modules/decimal/signals.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/layout.h"

namespace py::decimal {

namespace {

constexpr const char* kRoundingNames[kRoundings] = {"ROUND_UP",        "ROUND_DOWN",    "ROUND_CEILING",
                                                    "ROUND_FLOOR",     "ROUND_HALF_UP", "ROUND_HALF_DOWN",
                                                    "ROUND_HALF_EVEN", "ROUND_05UP"};
GlobalRef rounding_names[kRoundings];
GlobalRef basic_template, extended_template, default_template;

Result<i64> to_setting(Thread& thread, Value value) {
  if (!is_integer(value)) return raise(thread, types.TypeError, "an integer is required");
  return to_i64(thread, value, "Python int too large to convert to C ssize_t");
}

// A numeric attribute: where it stands and what it may be.
template <class T>
struct NumericSetting {
  const char* name;
  std::atomic<T> DecimalContext::* place;
  i64 least, most;
  const char* error;
};
constexpr NumericSetting<i64> kPrecision = {"prec", &DecimalContext::precision, 1, kMaxPrecision,
                                            "valid range for prec is [1, MAX_PREC]"};
constexpr NumericSetting<i64> kEmin = {"Emin", &DecimalContext::emin, kMinExponent, 0,
                                       "valid range for Emin is [MIN_EMIN, 0]"};
constexpr NumericSetting<i64> kEmax = {"Emax", &DecimalContext::emax, 0, kMaxExponent,
                                       "valid range for Emax is [0, MAX_EMAX]"};
constexpr NumericSetting<bool> kCapitals = {"capitals", &DecimalContext::capitals, 0, 1,
                                            "valid values for capitals are 0 or 1"};
constexpr NumericSetting<bool> kClamp = {"clamp", &DecimalContext::clamp, 0, 1, "valid values for clamp are 0 or 1"};

Failure refuse_deletion(Thread& thread) {
  return raise(thread, types.AttributeError, "context attributes cannot be deleted");
}

template <auto& setting>
Result<Ref<>> get_number(Thread& thread, Value self) {
  return make_int(thread, static_cast<i64>((as<DecimalContext>(self).*setting.place).load(std::memory_order_relaxed)));
}
template <auto& setting>
Result<void> set_number(Thread& thread, Value self, Value value) {
  if (value == Unbound) return refuse_deletion(thread);
  const i64 number = TRY(to_setting(thread, value));
  if (number < setting.least || number > setting.most) return raise(thread, types.ValueError, setting.error);
  auto& place = as<DecimalContext>(self).*setting.place;
  place.store(static_cast<std::remove_cvref_t<decltype(place.load())>>(number), std::memory_order_relaxed);
  return {};
}

Result<Ref<>> get_rounding(Thread&, Value self) {
  return Ref<>::share(rounding_name(as<DecimalContext>(self).rounding.load(std::memory_order_relaxed)));
}
Result<void> set_rounding(Thread& thread, Value self, Value value) {
  if (value == Unbound) return refuse_deletion(thread);
  as<DecimalContext>(self).rounding.store(TRY(to_rounding(thread, value)), std::memory_order_relaxed);
  return {};
}

template <Field DecimalContext::* field>
Result<Ref<>> get_signals(Thread&, Value self) {
  return (as<DecimalContext>(self).*field).load();
}
Result<void> store_signals(Thread& thread, const Field& field, Value value, bool takes_list) {
  const u32 bits = TRY(to_signal_bits(thread, value, takes_list));
  as<SignalDict>(field.peek()).bits.store(bits, std::memory_order_relaxed);
  return {};
}
template <Field DecimalContext::* field>
Result<void> set_signals(Thread& thread, Value self, Value value) {
  if (value == Unbound) return refuse_deletion(thread);
  return store_signals(thread, as<DecimalContext>(self).*field, value, false);
}

constexpr PropertySpec kProperties[] = {
    {"prec", "The precision: digits of a result.", get_number<kPrecision>, set_number<kPrecision>},
    {"Emin", "The smallest adjusted exponent of a normal number.", get_number<kEmin>, set_number<kEmin>},
    {"Emax", "The largest adjusted exponent.", get_number<kEmax>, set_number<kEmax>},
    {"capitals", "1: exponents are written with E, 0: with e.", get_number<kCapitals>, set_number<kCapitals>},
    {"clamp", "1: exponents stay within what an IEEE 754 format holds.", get_number<kClamp>, set_number<kClamp>},
    {"rounding", "How results are rounded.", get_rounding, set_rounding},
    {"flags", "The signals that occurred.", get_signals<&DecimalContext::flags>, set_signals<&DecimalContext::flags>},
    {"traps", "The signals that raise exceptions.", get_signals<&DecimalContext::traps>,
     set_signals<&DecimalContext::traps>},
};

Result<void> context_set_attribute(Thread& thread, Value self, Str& name, Value value) {
  if (value == Unbound) return refuse_deletion(thread);
  return generic_set_attribute(thread, self, name, value);
}

Result<Ref<DecimalContext>> allocate_context(Thread& thread, Type& type) {
  Ref<SignalDict> flags = TRY(make_signal_dict(thread, 0));
  Ref<SignalDict> traps = TRY(make_signal_dict(thread, kInvalidOperation | kDivisionByZero | kOverflow));
  Ref<DecimalContext> context = TRY(new_object<DecimalContext>(thread, type));
  set_fresh(*context, context->flags, Ref<>(std::move(flags)));
  set_fresh(*context, context->traps, Ref<>(std::move(traps)));
  context->precision.store(28, std::memory_order_relaxed);
  context->emin.store(-999999, std::memory_order_relaxed);
  context->emax.store(999999, std::memory_order_relaxed);
  context->rounding.store(Rounding::HalfEven, std::memory_order_relaxed);
  context->clamp.store(false, std::memory_order_relaxed);
  context->capitals.store(true, std::memory_order_relaxed);
  return context;
}

void copy_settings(DecimalContext& to, const DecimalContext& from) {
  const Settings settings = from.settings();
  to.precision.store(settings.precision, std::memory_order_relaxed);
  to.emin.store(settings.emin, std::memory_order_relaxed);
  to.emax.store(settings.emax, std::memory_order_relaxed);
  to.rounding.store(settings.rounding, std::memory_order_relaxed);
  to.clamp.store(settings.clamp, std::memory_order_relaxed);
  to.capitals.store(from.capitals.load(std::memory_order_relaxed), std::memory_order_relaxed);
  to.trap_bits().bits.store(from.trap_bits().bits.load(std::memory_order_relaxed), std::memory_order_relaxed);
}

Result<Ref<>> context_new(Thread& thread, Type& type, const Arguments&) {
  Ref<DecimalContext> context = TRY(allocate_context(thread, type));
  if (!default_template.peek().is_empty()) copy_settings(*context, default_context());
  return Ref<>(std::move(context));
}

Result<void> context_init(Thread& thread, Value self, const Arguments& arguments) {
  BIND_ARGUMENTS(
      bound,
      "Context(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)",
      arguments);
  constexpr struct {
    Result<void> (*set)(Thread&, Value self, Value value);
  } kSetters[] = {{set_number<kPrecision>}, {set_rounding},          {set_number<kEmin>},
                  {set_number<kEmax>},      {set_number<kCapitals>}, {set_number<kClamp>}};
  for (usize i = 0; i < std::size(kSetters); ++i) {
    if (!bound[i].is_none()) TRY(kSetters[i].set(thread, self, bound[i]));
  }
  const DecimalContext& context = as<DecimalContext>(self);
  if (!bound[7].is_none()) TRY(store_signals(thread, context.traps, bound[7], true));
  if (!bound[6].is_none()) TRY(store_signals(thread, context.flags, bound[6], true));
  return {};
}

Result<Ref<>> context_repr(Thread& thread, Value self) {
  const DecimalContext& context = as<DecimalContext>(self);
  const Settings settings = context.settings();
  std::string text = "Context(prec=" + std::to_string(settings.precision);
  text += std::string(", rounding=") + kRoundingNames[static_cast<usize>(settings.rounding)];
  text += ", Emin=" + std::to_string(settings.emin) + ", Emax=" + std::to_string(settings.emax);
  text += ", capitals=" + std::to_string(context.capitals.load(std::memory_order_relaxed));
  text += ", clamp=" + std::to_string(settings.clamp) + ", flags=";
  append_signal_names(text, static_cast<u32>(context.flag_bits().bits.load(std::memory_order_relaxed)));
  text += ", traps=";
  append_signal_names(text, static_cast<u32>(context.trap_bits().bits.load(std::memory_order_relaxed)));
  return Ref<>(TRY(Str::from_ascii(thread, text + ")")));
}

const TypeSpec& spec() {
  static const TypeSpec spec = {
      .name = "decimal.Context",
      .doc =
          "(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)\n--\n\n"
          "What arithmetic goes by: precision, rounding, the range of exponents, which signals raise exceptions "
          "(traps),\n"
          "and a record of those that occurred (flags). What is left out is taken from DefaultContext.",
      .methods = kContextMethods,
      .method_count = kContextMethodCount,
      .properties = kProperties,
      .property_count = std::size(kProperties),
      .slots = {.repr = context_repr,
                .set_attribute = context_set_attribute,
                .init = context_init,
                .new_ = context_new},
      .ops = &DecimalContext::kOps,
      .size = sizeof(DecimalContext),
      .flags = static_cast<u32>(TypeFlag::Subclassable),
  };
  return spec;
}

struct Template {
  const char* name;
  GlobalRef& place;
  i64 precision;
  Rounding rounding;
  u32 traps;
};

}  // namespace

Value rounding_name(Rounding rounding) { return rounding_names[static_cast<usize>(rounding)].peek(); }

Result<Rounding> to_rounding(Thread& thread, Value value) {
  if (is<Str>(value)) {
    for (usize i = 0; i < kRoundings; ++i) {
      const Value name = rounding_names[i].peek();
      if (name == value || as<Str>(name).equals(as<Str>(value))) return static_cast<Rounding>(i);
    }
  }
  return raise(thread, types.TypeError,
               "valid values for rounding are:\n"
               "  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n"
               "   ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n"
               "   ROUND_05UP]");
}

Result<Ref<DecimalContext>> copy_context(Thread& thread, const DecimalContext& model, bool with_flags) {
  Ref<DecimalContext> context = TRY(allocate_context(thread, *context_type));
  copy_settings(*context, model);
  if (with_flags)
    context->flag_bits().bits.store(model.flag_bits().bits.load(std::memory_order_relaxed), std::memory_order_relaxed);
  return context;
}

Result<bool> set_setting(Thread& thread, DecimalContext& context, std::string_view name, Value value) {
  for (const PropertySpec& property : kProperties) {
    if (property.name != name) continue;
    const bool is_signals = name == "flags" || name == "traps";
    if (is_signals)
      TRY(store_signals(thread, name == "flags" ? context.flags : context.traps, value, true));
    else
      TRY(property.set(thread, context.value(), value));
    return true;
  }
  return false;
}

bool is_template(Value context) {
  return context == basic_template.peek() || context == extended_template.peek() || context == default_template.peek();
}
DecimalContext& default_context() { return as<DecimalContext>(default_template.peek()); }

Result<void> add_context(Thread& thread, Module& module) {
  for (usize i = 0; i < kRoundings; ++i) {
    Str& name = intern(thread, kRoundingNames[i]);
    rounding_names[i].set(Ref<>::share(name.value()));
    TRY(add_to_module(thread, module, kRoundingNames[i], name.value()));
  }
  context_type = TRY(add_type_to_module(thread, module, spec()));
  constexpr u32 kUsualTraps = kInvalidOperation | kDivisionByZero | kOverflow;
  const Template templates[] = {
      {"BasicContext", basic_template, 9, Rounding::HalfUp, kUsualTraps | kUnderflow | kClamped},
      {"ExtendedContext", extended_template, 9, Rounding::HalfEven, 0},
      {"DefaultContext", default_template, 28, Rounding::HalfEven, kUsualTraps},
  };
  for (const Template& row : templates) {
    Ref<DecimalContext> context = TRY(allocate_context(thread, *context_type));
    context->precision.store(row.precision, std::memory_order_relaxed);
    context->rounding.store(row.rounding, std::memory_order_relaxed);
    context->trap_bits().bits.store(row.traps, std::memory_order_relaxed);
    TRY(add_to_module(thread, module, row.name, context.value()));
    row.place.set(Ref<>(std::move(context)));
  }
  return {};
}

}  // namespace py::decimal
