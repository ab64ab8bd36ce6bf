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

Result<Ref<>> builtin_divmod(Thread& thread, Value x, Value y) { return binary(thread, BinaryOp::divmod, x, y); }
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
                            "Return an ASCII-only representation of an object.\n\n"
                            "As repr(), return a string containing a printable representation of an\n"
                            "object, but escape the non-ASCII characters in the string returned by\n"
                            "repr() using \\\\x, \\\\u or \\\\U escapes. This generates a string similar\n"
                            "to that returned by repr() in Python 2."),
    function<builtin_digits<2, 'b'>>("bin(number, /)",
                                     "Return the binary representation of an integer.\n\n"
                                     "   >>> bin(2796202)\n   '0b1010101010101010101010'"),
    function<builtin_callable>("callable(obj, /)",
                               "Return whether the object is callable (i.e., some kind of function).\n\n"
                               "Note that classes are callable, as are instances of classes with a\n"
                               "__call__() method."),
    function<builtin_chr>("chr(i, /)",
                          "Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff."),
    function<builtin_divmod>("divmod(x, y, /)", "Return the tuple (x//y, x%y).  Invariant: div*y + mod == x."),
    function<builtin_format>("format(value, format_spec='', /)",
                             "Return value.__format__(format_spec)\n\n"
                             "format_spec defaults to the empty string.\n"
                             "See the Format Specification Mini-Language section of help('FORMATTING') for\n"
                             "details."),
    function<builtin_hash>("hash(obj, /)",
                           "Return the hash value for the given object.\n\n"
                           "Two objects that compare equal must also have the same hash value, but the\n"
                           "reverse is not necessarily true."),
    function<builtin_digits<16, 'x'>>("hex(number, /)",
                                      "Return the hexadecimal representation of an integer.\n\n"
                                      "   >>> hex(12648430)\n   '0xc0ffee'"),
    function<builtin_id>("id(obj, /)",
                         "Return the identity of an object.\n\n"
                         "This is guaranteed to be unique among simultaneously existing objects.\n"
                         "(CPython uses the object's memory address.)"),
    function<builtin_len>("len(obj, /)", "Return the number of items in a container."),
    function<builtin_digits<8, 'o'>>("oct(number, /)",
                                     "Return the octal representation of an integer.\n\n"
                                     "   >>> oct(342391)\n   '0o1234567'"),
    function<builtin_ord>("ord(c, /)", "Return the Unicode code point for a one-character string."),
    function<builtin_pow>("pow(base, exp, mod=None)",
                          "Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.\n\n"
                          "Some types, such as ints, are able to use a more efficient algorithm when\n"
                          "invoked using the three argument form."),
    function<builtin_repr>("repr(obj, /)",
                           "Return the canonical string representation of the object.\n\n"
                           "For many object types, including most builtins, eval(repr(obj)) == obj."),
    function<builtin_round>("round(number, ndigits=None)",
                            "Round a number to a given precision in decimal digits.\n\n"
                            "The return value is an integer if ndigits is omitted or None.  Otherwise\n"
                            "the return value has the same type as the number.  ndigits may be negative."),
};

}  // namespace

std::span<const MethodSpec> value_functions() { return kFunctions; }

}  // namespace py
