// The type bool: True and False are immediates.
#include "core/builtins/builtin_types.h"
#include "core/object/names.h"
#include "core/object/number.h"

namespace py {

namespace {

Result<Ref<>> bool_new(Thread& thread, Type&, const Arguments& arguments) {
  if (arguments.keyword_count()) return raise(thread, types.TypeError, "bool() takes no keyword arguments");
  BIND_ARGUMENTS(bound, "bool(x=False, /)", arguments);
  return Ref<>::adopt(Value::boolean(TRY(is_true(thread, bound[0]))));
}

Result<Ref<>> bool_repr(Thread& thread, Value self) {
  static Str* const texts[] = {&intern(thread, "False"), &intern(thread, "True")};
  return Ref<>::share(texts[self == True]->value());
}

// Two bools give a bool; with any other int it is int's operator.
template <BinaryOp op>
Result<Ref<>> bool_operator(Thread& thread, Value left, Value right) {
  if (!is_integer(left) || !is_integer(right)) return Ref<>::adopt(NotImplemented);
  return integer_binary(thread, op, left, right);
}

constexpr BinarySlot kAnd = bool_operator<BinaryOp::bit_and>;
constexpr BinarySlot kOr = bool_operator<BinaryOp::bit_or>;
constexpr BinarySlot kXor = bool_operator<BinaryOp::bit_xor>;

}  // namespace

const TypeSpec bool__spec = {
    .name = "bool",
    .doc = "bool(x) -> bool\n\n"
           "The truth value of x. There are two bools, True and False; as numbers they are 1 and 0.\n"
           "No class can be derived from bool.",
    .slots = {.repr = bool_repr,
              .new_ = bool_new,
              .binary = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, kAnd, kOr,
                         kXor}},
    .ops = &BigInteger::kOps,
    .size = ~0u,
    .flags = static_cast<u32>(TypeFlag::IsInt),
};

}  // namespace py
