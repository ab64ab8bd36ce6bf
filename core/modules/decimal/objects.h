// The layouts of the module _decimal and what its files share.
// Invariant: a Decimal never changes; a coefficient of more than two limbs stands behind the attribute slots.
// Threads: a DecimalContext may be shared: its settings and the bits of its two SignalDicts are atomic, one by one, and
// the SignalDicts stay the same. What an operation needs of a context it reads before anything else can run.
#pragma once
#include <atomic>

#include "core/bind/define.h"
#include "core/modules/decimal/operations.h"
#include "core/modules/decimal/quick.h"
#include "core/object/number.h"
#include "memory/roots.h"

namespace py::decimal {

class Decimal : public Object {
 public:
  static constexpr u32 kInlineLimbs = 2;
  i64 exponent;
  u32 limbs;
  bool negative;
  Kind kind;
  union {
    u64 words[kInlineLimbs];
    u64* buffer;
  };
  NumberView view() const { return {{limbs <= kInlineLimbs ? words : buffer, limbs, false}, exponent, negative, kind}; }
  static const ObjectOps kOps;
};

// A mapping from the signals to whether they are set.
class SignalDict : public Object {
 public:
  std::atomic<u64> bits;
  static const ObjectOps kOps;
};

class DecimalContext : public Object {
 public:
  Field flags, traps;
  std::atomic<i64> precision, emin, emax;
  std::atomic<Rounding> rounding;
  std::atomic<bool> clamp, capitals;

  SignalDict& flag_bits() const { return *static_cast<SignalDict*>(flags.peek().object()); }
  SignalDict& trap_bits() const { return *static_cast<SignalDict*>(traps.peek().object()); }
  bool has_trap(u32 signal) const { return trap_bits().bits.load(std::memory_order_relaxed) & signal; }
  Settings settings() const {
    return {precision.load(std::memory_order_relaxed), emin.load(std::memory_order_relaxed),
            emax.load(std::memory_order_relaxed), rounding.load(std::memory_order_relaxed),
            clamp.load(std::memory_order_relaxed)};
  }
  static const ObjectOps kOps;
};

extern Type *decimal_type, *context_type, *signal_dict_type;

// The Decimal of this value; MemoryError when its coefficient failed().
Result<Ref<>> make_decimal(Thread& thread, const Number& number, Type* type = nullptr);
Result<Ref<>> make_decimal(Thread& thread, const QuickNumber& number);

// Records the conditions in the context; raises the exception of the first one that is trapped.
COLD Result<void> report(Thread& thread, DecimalContext& context, u32 conditions);

// The result of an operation: its conditions are reported first.
INLINE Result<void> settle(Thread& thread, DecimalContext& context, u32 conditions) {
  if (LIKELY(!conditions)) return {};
  const u64 quiet = context.flag_bits().bits.load(std::memory_order_relaxed) &
                    ~context.trap_bits().bits.load(std::memory_order_relaxed);
  return LIKELY(!(conditions & ~quiet)) ? Result<void>() : report(thread, context, conditions);
}
template <class AnyNumber, class... TypeOfResult>
INLINE Result<Ref<>> finish(Thread& thread, DecimalContext& context, const AnyNumber& number, u32 conditions,
                            TypeOfResult... type) {
  TRY(settle(thread, context, conditions));
  return make_decimal(thread, number, type...);
}

// The thread's context, borrowed until Python code runs; made when there is none yet.
Result<DecimalContext*> active_context(Thread& thread);

// The parameter `context`: None stands for the current one.
struct ContextArgument {
  DecimalContext* context;
  DecimalContext* operator->() const { return context; }
  DecimalContext& operator*() const { return *context; }
};

}  // namespace py::decimal

namespace py::detail {
#define LAYOUT(Class, variable)                        \
  template <>                                          \
  struct TypeInfo<decimal::Class> {                    \
    static Type& type() { return *decimal::variable; } \
    static constexpr u32 kFlag = 0, kShape = 0;        \
  };
LAYOUT(Decimal, decimal_type)
LAYOUT(DecimalContext, context_type)
LAYOUT(SignalDict, signal_dict_type)
#undef LAYOUT
}  // namespace py::detail

namespace py {

template <>
struct FromPython<decimal::ContextArgument> {
  using Holder = decimal::ContextArgument;
  static Result<Holder> convert(Thread& thread, Value value, ArgumentPlace) {
    if (value.is_none() || value == Unbound) return Holder{TRY(decimal::active_context(thread))};
    if (is<decimal::DecimalContext>(value)) return Holder{&as<decimal::DecimalContext>(value)};
    return raise(thread, types.TypeError, "optional argument must be a context");
  }
};

}  // namespace py

namespace py::decimal {

// An operand: a Decimal or an int, as a number that lives as long as this object and the value.
class Operand {
 public:
  explicit Operand(Value value) : integer_(is_integer(value) ? value : Value::integer(0)) {
    if (LIKELY(is<Decimal>(value))) {
      view_ = static_cast<Decimal*>(value.object())->view();
    } else if (is_integer(value)) {
      const BigView magnitude = integer_.view();
      view_ = {{magnitude.limbs, magnitude.size, false}, 0, magnitude.negative};
    } else {
      valid_ = false;
    }
  }
  bool valid() const { return valid_; }
  const NumberView& view() const { return view_; }

 private:
  IntegerView integer_;
  NumberView view_;
  bool valid_ = true;
};

COLD Failure raise_not_convertible(Thread& thread, Value value);

// For messages and results that name a rounding.
Value rounding_name(Rounding rounding);
Result<Rounding> to_rounding(Thread& thread, Value value);

// Parts of the module, made at its import in this order.
Result<void> add_signals(Thread& thread, Module& module);
Result<void> add_context(Thread& thread, Module& module);
Result<void> add_current_context(Thread& thread, Module& module);
Result<void> add_decimal(Thread& thread, Module& module);

}  // namespace py::decimal
