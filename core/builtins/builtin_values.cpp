// Builtin functions of single values: numbers, texts, hashes.
#include "core/base/number/big_int.h"
#include "core/builtins/builtin_functions.h"
#include "core/object/bytearray.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/number.h"

namespace py {

namespace {

Result<Ref<>> builtin_abs(Thread& thread, Value x) { return absolute(thread, x); }
Result<Ref<Str>> builtin_ascii(Thread& thread, Value object) { return to_ascii(thread, object); }
Result<Ref<Str>> builtin_repr(Thread& thread, Value object) { return repr(thread, object); }
Result<bool> builtin_callable(Thread&, Value object) { return is_callable(object); }
Result<isize> builtin_len(Thread& thread, Value object) { return length(thread, object); }
Result<isize> builtin_hash(Thread& thread, Value object) { return hash_of(thread, object); }

// "0b101", "-0x1f": the digits of an int behind a prefix.
template <u32 base, char letter>
Result<Ref<Str>> builtin_digits(Thread& thread, Value number) {
  Ref<> integer = TRY(to_index(thread, number));
  const IntegerView view(integer);
  BigView magnitude = view.view();
  ByteBuilder text;
  if (magnitude.negative) text.append('-');
  magnitude.negative = false;
  text.append('0');
  text.append(letter);
  if (!big::to_text(magnitude, base, text)) return raise_memory_error(thread);
  return Str::from_ascii(thread, {text.data(), text.size()});
}

Result<Ref<>> builtin_chr(Thread& thread, Value number) {
  const int code = TRY(to_int(thread, number));
  if (code < 0 || code > 0x10FFFF) return raise(thread, types.ValueError, "chr() arg not in range(0x110000)");
  return Str::from_code_point(thread, static_cast<u32>(code));
}

Result<isize> builtin_ord(Thread& thread, Value c) {
  isize size;
  if (is<Str>(c)) {
    if (as<Str>(c).length() == 1) return isize{as<Str>(c)[0]};
    size = as<Str>(c).length();
  } else if (is<Bytes>(c)) {
    if (as<Bytes>(c).length == 1) return isize{as<Bytes>(c).data()[0]};
    size = as<Bytes>(c).length;
  } else if (is<ByteArray>(c)) {
    size = TRY(length(thread, c));
    if (size == 1) return to_isize(thread, TRY(get_item(thread, c, Value::integer(0))));
  } else {
    return raise(thread, types.TypeError, "ord() expected string of length 1, but {} found", type_of(c));
  }
  return raise(thread, types.TypeError, "ord() expected a character, but string of length {} found", size);
}

Result<Ref<>> builtin_divmod(Thread& thread, Value x, Value y) {
  if (x.is_int() && y.is_int()) return integer_binary(thread, BinaryOp::divmod, x, y);
  return binary(thread, BinaryOp::divmod, x, y);
}
Result<Ref<>> builtin_pow(Thread& thread, Value base, Value exponent, Value modulus) {
  return power(thread, base, exponent, modulus);
}

Result<Ref<>> builtin_round(Thread& thread, Value number, Value digits) {
  Ref<> method = TRY(lookup_special(thread, number, names::__round__()));
  if (method.is_empty()) {
    return raise(thread, types.TypeError, "type {} doesn't define __round__ method", type_of(number));
  }
  return digits.is_none() ? call(thread, method) : call(thread, method, {digits});
}

Result<Ref<Str>> builtin_format(Thread& thread, Value value, Value spec) {
  if (spec == Unbound) spec = Str::empty().value();
  if (!is<Str>(spec)) return raise(thread, types.TypeError, "format() argument 2 must be str, not {}", type_of(spec));
  return format(thread, value, spec);
}

// Unique among the values that exist: an object's address, or an immediate's word, which is no multiple of 16.
Result<Ref<>> builtin_id(Thread& thread, Value object) {
  if (object.is_object()) return make_int_unsigned(thread, reinterpret_cast<u64>(object.object()));
  return make_int_unsigned(thread, object.is_int() ? object.bits | 1 : object.bits);
}

constexpr MethodSpec kFunctions[] = {
    function<builtin_abs>("abs(x, /)", "Return the absolute value of the argument."),
    function<builtin_ascii>("ascii(obj, /)",
                            "What repr() gives, with everything that is not ASCII escaped by \\x, \\u or \\U."),
    function<builtin_digits<2, 'b'>>("bin(number, /)",
                                     "An integer in base two, with a prefix.\n\n"
                                     "   >>> bin(10)\n"
                                     "   '0b1010'"),
    function<builtin_callable>("callable(obj, /)",
                               "Whether the object can be called: functions, methods, classes, and instances of "
                               "classes with __call__()."),
    function<builtin_chr>("chr(i, /)",
                          "The one-character string for a Unicode code point, 0 to 0x10ffff."),
    function<builtin_divmod>("divmod(x, y, /)", "Quotient and remainder of the floor division, as the tuple (x//y, "
                                                "x%y)."),
    function<builtin_format>("format(value, format_spec='', /)",
                             "The value as text, made by its __format__() from the given specification.\n\n"
                             "Without one this is mostly the same as str(). help('FORMATTING') tells what "
                             "specifications there are."),
    function<builtin_hash>("hash(obj, /)",
                           "The hash value of an object, an int.\n\n"
                           "Objects that are equal have the same hash; different ones may have it too."),
    function<builtin_digits<16, 'x'>>("hex(number, /)",
                                      "An integer in base sixteen, with a prefix.\n\n"
                                      "   >>> hex(255)\n"
                                      "   '0xff'"),
    function<builtin_id>("id(obj, /)",
                         "A number for the object, which no other object has while this one lives."),
    function<builtin_len>("len(obj, /)", "How many items a container has."),
    function<builtin_digits<8, 'o'>>("oct(number, /)",
                                     "An integer in base eight, with a prefix.\n\n"
                                     "   >>> oct(8)\n"
                                     "   '0o10'"),
    function<builtin_ord>("ord(c, /)", "Return the Unicode code point for a one-character string."),
    function<builtin_pow>("pow(base, exp, mod=None)",
                          "Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.\n\n"
                          "Some types, such as ints, are able to use a more efficient algorithm when\n"
                          "invoked using the three argument form."),
    function<builtin_repr>("repr(obj, /)",
                           "A text that shows the object, as far as possible as an expression that would make it."),
    function<builtin_round>("round(number, ndigits=None)",
                            "Round to a number of decimal digits, which may be negative.\n\n"
                            "Without ndigits, or with None, the result is an int; otherwise it is of the same type "
                            "as the number."),
};

}  // namespace

std::span<const MethodSpec> value_functions() { return kFunctions; }

}  // namespace py
