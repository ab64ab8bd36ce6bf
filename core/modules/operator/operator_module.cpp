#include "core/modules/operator/operator.h"
#include "core/modules/registry.h"
#include "core/object/buffer.h"

namespace py {

namespace {

template <BinaryOp op>
Result<Ref<>> binary_function(Thread& thread, Value a, Value b) {
  return binary(thread, op, a, b);
}
template <BinaryOp op>
Result<Ref<>> in_place_function(Thread& thread, Value a, Value b) {
  return in_place(thread, op, a, b);
}
template <CompareOp op>
Result<Ref<>> compare_function(Thread& thread, Value a, Value b) {
  return compare(thread, a, b, op);
}
template <auto operation>
Result<Ref<>> unary_function(Thread& thread, Value a) {
  return operation(thread, a);
}

Result<bool> truth(Thread& thread, Value a) { return is_true(thread, a); }
Result<bool> not_(Thread& thread, Value a) { return !TRY(is_true(thread, a)); }
Result<bool> is_same(Thread&, Value a, Value b) { return a == b; }
Result<bool> is_not_same(Thread&, Value a, Value b) { return a != b; }
Result<bool> contains_function(Thread& thread, Value a, Value b) { return contains(thread, a, b); }
Result<Ref<>> getitem(Thread& thread, Value a, Value b) { return get_item(thread, a, b); }
Result<void> setitem(Thread& thread, Value a, Value b, Value c) { return set_item(thread, a, b, c); }
Result<void> delitem(Thread& thread, Value a, Value b) { return set_item(thread, a, b, Unbound); }

bool is_sequence(Value value) { return type_of(value).slots.get_item && !is<Dict>(value); }
template <auto add>
Result<Ref<>> concat(Thread& thread, Value a, Value b) {
  if (!is_sequence(a)) return raise(thread, types.TypeError, "'{}' object can't be concatenated", type_of(a));
  return add(thread, BinaryOp::add, a, b);
}

Result<isize> index_of(Thread& thread, Value a, Value b) {
  Ref<> iterator = TRY(iterate(thread, a));
  for (isize i = 0;; ++i) {
    Ref<> item = TRY(next(thread, iterator));
    if (item.value() == Done) return raise(thread, types.ValueError, "sequence.index(x): x not in sequence");
    if (TRY(equal(thread, item, b))) return i;
  }
}
Result<isize> count_of(Thread& thread, Value a, Value b) {
  isize count = 0;
  TRY(for_each(thread, a, [&](Value item) -> Result<void> {
    count += TRY(equal(thread, item, b));
    return {};
  }));
  return count;
}
Result<isize> length_hint_function(Thread& thread, Value object, Value otherwise) {
  if (!is_integer(otherwise)) {
    return raise(thread, types.TypeError, "'{}' object cannot be interpreted as an integer", type_of(otherwise));
  }
  return length_hint(thread, object, TRY(to_isize(thread, otherwise)));
}
Result<Ref<>> call_function(Thread& thread, Value function, Rest args, Keywords keywords) {
  // The positional values and those of the keywords stand side by side in the call.
  return call(thread, function, Arguments{args.values, args.count, keywords.names});
}

// Takes the same time wherever the first difference is.
bool same_bytes(const u8* a, usize a_size, const u8* b, usize b_size) {
  volatile u8 difference = a_size != b_size;
  const u8* other = a_size == b_size ? a : b;
  for (usize i = 0; i < b_size; ++i) difference = difference | (other[i] ^ b[i]);
  return difference == 0;
}
Result<bool> compare_digest(Thread& thread, Value a, Value b) {
  if (is<Str>(a) && is<Str>(b)) {
    const Str &left = as<Str>(a), &right = as<Str>(b);
    if (!left.is_ascii() || !right.is_ascii()) {
      return raise(thread, types.TypeError, "comparing strings with non-ASCII characters is not supported");
    }
    return same_bytes(static_cast<const u8*>(left.data()), static_cast<usize>(left.length()),
                      static_cast<const u8*>(right.data()), static_cast<usize>(right.length()));
  }
  if (!has_buffer(a) || !has_buffer(b)) {
    return raise(thread, types.TypeError, "unsupported operand types(s) or combination of types: '{}' and '{}'", type_of(a),
                 type_of(b));
  }
  Buffer left = TRY(get_buffer(thread, a));
  Buffer right = TRY(get_buffer(thread, b));
  return same_bytes(left.data, static_cast<usize>(left.size), right.data, static_cast<usize>(right.size));
}

#define BINARY_ROW(name, op, text) function<binary_function<BinaryOp::op>>(name "(a, b, /)", "Same as " text ".")
#define IN_PLACE_ROW(name, op, text) function<in_place_function<BinaryOp::op>>(name "(a, b, /)", "Same as " text ".")
#define COMPARE_ROW(name, op, text) function<compare_function<CompareOp::op>>(name "(a, b, /)", "Same as " text ".")
#define UNARY_ROW(name, operation, text) function<unary_function<operation>>(name "(a, /)", "Same as " text ".")
constexpr MethodSpec kFunctions[] = {
    function<truth>("truth(a, /)", "Return True if a is true, False otherwise."),
    function<contains_function>("contains(a, b, /)", "Same as b in a (note reversed operands)."),
    function<index_of>("indexOf(a, b, /)", "Return the first index of b in a."),
    function<count_of>("countOf(a, b, /)", "Return the number of items in a which are, or which equal, b."),
    function<is_same>("is_(a, b, /)", "Same as a is b."),
    function<is_not_same>("is_not(a, b, /)", "Same as a is not b."),
    BINARY_ROW("add", add, "a + b"),
    BINARY_ROW("sub", subtract, "a - b"),
    BINARY_ROW("mul", multiply, "a * b"),
    BINARY_ROW("matmul", matrix_multiply, "a @ b"),
    BINARY_ROW("floordiv", floor_divide, "a // b"),
    BINARY_ROW("truediv", true_divide, "a / b"),
    BINARY_ROW("mod", remainder, "a % b"),
    BINARY_ROW("pow", power, "a ** b"),
    BINARY_ROW("lshift", left_shift, "a << b"),
    BINARY_ROW("rshift", right_shift, "a >> b"),
    BINARY_ROW("and_", bit_and, "a & b"),
    BINARY_ROW("xor", bit_xor, "a ^ b"),
    BINARY_ROW("or_", bit_or, "a | b"),
    IN_PLACE_ROW("iadd", add, "a += b"),
    IN_PLACE_ROW("isub", subtract, "a -= b"),
    IN_PLACE_ROW("imul", multiply, "a *= b"),
    IN_PLACE_ROW("imatmul", matrix_multiply, "a @= b"),
    IN_PLACE_ROW("ifloordiv", floor_divide, "a //= b"),
    IN_PLACE_ROW("itruediv", true_divide, "a /= b"),
    IN_PLACE_ROW("imod", remainder, "a %= b"),
    IN_PLACE_ROW("ipow", power, "a **= b"),
    IN_PLACE_ROW("ilshift", left_shift, "a <<= b"),
    IN_PLACE_ROW("irshift", right_shift, "a >>= b"),
    IN_PLACE_ROW("iand", bit_and, "a &= b"),
    IN_PLACE_ROW("ixor", bit_xor, "a ^= b"),
    IN_PLACE_ROW("ior", bit_or, "a |= b"),
    COMPARE_ROW("lt", Less, "a < b"),
    COMPARE_ROW("le", LessEqual, "a <= b"),
    COMPARE_ROW("eq", Equal, "a == b"),
    COMPARE_ROW("ne", NotEqual, "a != b"),
    COMPARE_ROW("gt", Greater, "a > b"),
    COMPARE_ROW("ge", GreaterEqual, "a >= b"),
    UNARY_ROW("neg", negative, "-a"),
    UNARY_ROW("pos", positive, "+a"),
    UNARY_ROW("abs", absolute, "abs(a)"),
    UNARY_ROW("inv", invert, "~a"),
    UNARY_ROW("invert", invert, "~a"),
    UNARY_ROW("index", to_index, "a.__index__()"),
    function<not_>("not_(a, /)", "Same as not a."),
    function<concat<binary>>("concat(a, b, /)", "Same as a + b, for a and b sequences."),
    function<concat<in_place>>("iconcat(a, b, /)", "Same as a += b, for a and b sequences."),
    function<getitem>("getitem(a, b, /)", "Same as a[b]."),
    function<setitem>("setitem(a, b, c, /)", "Same as a[b] = c."),
    function<delitem>("delitem(a, b, /)", "Same as del a[b]."),
    function<length_hint_function>("length_hint(obj, default=0, /)",
                                   "Return an estimate of the number of items in obj.\n\n"
                                   "This is useful for presizing containers when building from an iterable."),
    function<call_function>("call(obj, /, *args, **kwargs)", "Same as obj(*args, **kwargs)."),
    function<compare_digest>("_compare_digest(a, b, /)",
                             "Return 'a == b'.\n\n"
                             "This function uses an approach designed to prevent\n"
                             "timing analysis, making it appropriate for cryptography."),
};

}  // namespace

const ModuleSpec kOperatorModule = {"_operator",
                                    "Operator interface.\n\n"
                                    "This module exports a set of functions implemented in C corresponding\n"
                                    "to the intrinsic operators of Python.  For example, operator.add(x, y)\n"
                                    "is equivalent to the expression x+y.",
                                    kFunctions, std::size(kFunctions), add_getters};

}  // namespace py
