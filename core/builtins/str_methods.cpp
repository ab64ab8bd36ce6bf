// The methods of str.
#include "core/base/text/case_map.h"
#include "core/base/text/copy_bytes.h"
#include "core/base/text/repr.h"
#include "core/builtins/str_type.h"
#include "core/builtins/text_methods.h"
#include "core/object/codec_registry.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/number.h"

namespace py {

Result<u32> StrKind::fill_character(Thread& thread, Value value, const char*) {
  if (!is<Str>(value)) {
    return raise(thread, types.TypeError, "The fill character must be a unicode character, not {}", type_of(value));
  }
  if (as<Str>(value).length() != 1) {
    return raise(thread, types.TypeError, "The fill character must be exactly one character long");
  }
  return as<Str>(value)[0];
}

namespace {

// A case method; `ascii_mapping` does the same for ASCII text, whose result is as long.
using Mapping = bool (*)(TextView, TextBuilder&);
using AsciiMapping = void (*)(const u8* from, u8* to, isize count);
template <Mapping mapping, AsciiMapping ascii_mapping>
Result<Ref<>> mapped(Thread& thread, Str& self) {
  if (LIKELY(self.is_ascii() && self.length() > 1)) {
    Ref<Str> text = TRY(Str::allocate(thread, self.length(), 1, true));
    ascii_mapping(static_cast<const u8*>(self.data()), static_cast<u8*>(text->data()), self.length());
    return Ref<>(std::move(text));
  }
  TextBuilder builder;
  if (!mapping(self.view(), builder)) return raise_memory_error(thread);
  return Str::from_view(thread, builder.view());
}

using Predicate = bool (*)(TextView);
template <Predicate predicate>
Result<bool> holds(Thread&, Str& self) {
  return predicate(self.view());
}
Result<bool> is_ascii(Thread&, Str& self) { return self.is_ascii(); }

// Joining measures first, so that the result is written once.
struct JoinedForm {
  isize length = 0;
  u8 width = 1;
  bool ascii = true;
  bool overflow = false;
  void add(const Str& text) {
    overflow |= __builtin_add_overflow(length, text.length(), &length);
    if (text.width() > width) width = text.width();
    ascii &= text.is_ascii();
  }
};

// Copies a piece to `at` and moves on.
INLINE void append_text(char*& at, u8 width, TextView piece) {
  if (LIKELY(piece.width == 1 && width == 1)) {
    text::copy_bytes(at, piece.data, static_cast<usize>(piece.length));
    at += piece.length;
    return;
  }
  text::copy_chars(at, width, piece);
  at += piece.length * width;
}

Result<Ref<>> join_items(Thread& thread, Str& separator, const Value* items, isize count) {
  JoinedForm form;
  for (isize i = 0; i < count; ++i) {
    if (UNLIKELY(!is_exact<Str>(items[i]) && !is<Str>(items[i]))) {
      return raise(thread, types.TypeError, "sequence item {}: expected str instance, {} found", i, type_of(items[i]));
    }
    form.add(as<Str>(items[i]));
  }
  if (count == 0) return Ref<>::share(Str::empty().value());
  if (count == 1 && is_exact<Str>(items[0])) return Ref<>::share(items[0]);
  isize between;
  form.overflow |= __builtin_mul_overflow(separator.length(), count - 1, &between) ||
                   __builtin_add_overflow(form.length, between, &form.length);
  if (form.overflow) return raise(thread, types.OverflowError, "join() result is too long for a Python string");
  if (count > 1 && separator.width() > form.width) form.width = separator.width();
  if (form.length == 0) return Ref<>::share(Str::empty().value());
  Ref<Str> result = TRY(Str::allocate(thread, form.length, form.width, form.ascii && (count < 2 || separator.is_ascii())));
  char* at = static_cast<char*>(result->data());
  const TextView between_items = separator.view();
  for (isize i = 0; i < count; ++i) {
    if (i && between_items.length) append_text(at, form.width, between_items);
    const Str& piece = as<Str>(items[i]);
    if (form.width == 1 && piece.length() == 1) {
      *at++ = *static_cast<const char*>(piece.data());
    } else {
      append_text(at, form.width, piece.view());
    }
  }
  return Ref<>(std::move(result));
}

Result<Ref<>> join(Thread& thread, Str& self, Value iterable) {
  if (is_exact<Tuple>(iterable)) return join_items(thread, self, as<Tuple>(iterable).values(), as<Tuple>(iterable).length);
  Ref<> sequence = TRY(to_fast_sequence(thread, iterable, "can only join an iterable"));
  if (is_exact<List>(sequence) && !sequence.value().object()->is_shared()) {
    // Nothing runs while it is read.
    const List& list = as<List>(sequence);
    const ListItems* items = list.block.load(std::memory_order_relaxed);
    return join_items(thread, self, items ? reinterpret_cast<const Value*>(items->slots) : nullptr, list.length());
  }
  Ref<Tuple> items = TRY(to_tuple(thread, sequence));
  return join_items(thread, self, items->values(), items->length);
}

Result<Ref<>> encode(Thread& thread, Str& self, Value encoding, Value errors) {
  const char* const names[] = {"encoding", "errors"};
  const Value options[] = {encoding, errors};
  for (int i = 0; i < 2; ++i) {
    if (options[i] == Unbound || is<Str>(options[i])) continue;
    return raise(thread, types.TypeError, "encode() argument '{}' must be str, not {}", names[i], type_of(options[i]));
  }
  return encode_text(thread, self, encoding == Unbound ? nullptr : &as<Str>(encoding),
                     errors == Unbound ? nullptr : &as<Str>(errors));
}

// What a translation table has for one code point: None, an int, a str, or Empty to keep it.
Result<Ref<>> table_entry(Thread& thread, Value table, u32 code_point) {
  const Value key = Value::integer(code_point);
  if (is_exact<Dict>(table)) return TRY(as<Dict>(table).get(thread, key));
  Result<Ref<>> found = get_item(thread, table, key);
  if (!found.failed()) return found;
  if (!pending_is(thread, *types.LookupError)) return failure;
  clear_pending(thread);
  return Ref<>();
}

Result<void> append_translated(Thread& thread, Value entry, u32 code_point, TextBuilder& builder) {
  if (entry.is_empty()) {
    builder.append(code_point);
  } else if (is<Str>(entry)) {
    builder.append(as<Str>(entry).view());
  } else if (is_integer(entry)) {
    i64 mapped;
    if (!integer_fits(entry, mapped) || mapped < 0 || mapped > 0x10ffff) {
      return raise(thread, types.ValueError, "character mapping must be in range(0x110000)");
    }
    builder.append(static_cast<u32>(mapped));
  } else if (!entry.is_none()) {
    return raise(thread, types.TypeError, "character mapping must return integer, None or str");
  }
  return {};
}

Result<Ref<>> translate(Thread& thread, Str& self, Value table) {
  TextBuilder builder;
  const TextView view = self.view();
  // ASCII characters keep their answer: tables are asked once for each of them.
  Ref<> cached[128];
  bool known[128] = {};
  for (isize i = 0; i < view.length; ++i) {
    const u32 c = view[i];
    if (c >= 128) {
      Ref<> entry = TRY(table_entry(thread, table, c));
      TRY(append_translated(thread, entry, c, builder));
      continue;
    }
    if (!known[c]) {
      cached[c] = TRY(table_entry(thread, table, c));
      known[c] = true;
    }
    TRY(append_translated(thread, cached[c], c, builder));
  }
  return StrKind::finish(thread, builder);
}

Result<Ref<>> table_from_dict(Thread& thread, Value source) {
  if (!is_exact<Dict>(source)) {
    return raise(thread, types.TypeError, "if you give only one argument to maketrans it must be a dict");
  }
  Ref<Dict> table = TRY(Dict::make(thread));
  Ref<Dict> entries = TRY(as<Dict>(source).copy(thread));
  isize position = 0;
  Value key, value;
  while (entries->next_entry(position, key, value)) {
    if (is<Str>(key)) {
      if (as<Str>(key).length() != 1) {
        return raise(thread, types.ValueError, "string keys in translate table must be of length 1");
      }
      TRY(table->set(thread, Value::integer(as<Str>(key)[0]), value));
    } else if (is_integer(key)) {
      TRY(table->set(thread, key, value));
    } else {
      return raise(thread, types.TypeError, "keys in translate table must be strings or integers");
    }
  }
  return Ref<>(std::move(table));
}

Result<Ref<>> maketrans(Thread& thread, Value x, Value y, Value z) {
  if (y == Unbound) return table_from_dict(thread, x);
  for (Value argument : {y, z}) {
    if (argument == Unbound || is<Str>(argument)) continue;
    return raise(thread, types.TypeError, "maketrans() argument {} must be str, not {}", argument == y ? 2 : 3,
                 type_of(argument));
  }
  if (!is<Str>(x)) {
    return raise(thread, types.TypeError, "first maketrans argument must be a string if there is a second argument");
  }
  const Str& from = as<Str>(x);
  const Str& to = as<Str>(y);
  if (from.length() != to.length()) {
    return raise(thread, types.ValueError, "the first two maketrans arguments must have equal length");
  }
  Ref<Dict> table = TRY(Dict::make(thread));
  for (isize i = 0; i < from.length(); ++i) {
    TRY(table->set(thread, Value::integer(from[i]), Value::integer(to[i])));
  }
  for (isize i = 0; z != Unbound && i < as<Str>(z).length(); ++i) {
    TRY(table->set(thread, Value::integer(as<Str>(z)[i]), None));
  }
  return Ref<>(std::move(table));
}

Result<Ref<>> getnewargs(Thread& thread, Str& self) {
  Ref<> copy = TRY(Str::from_view(thread, self.view()));
  return Tuple::from(thread, {copy});
}

Result<isize> size_of(Thread&, Str& self) { return static_cast<isize>(Str::kOps.size(self)); }

constexpr MethodSpec kOwnMethods[] = {
    def<join>("join(iterable, /)", "Concatenate any number of strings, with this one between them."),
    def<encode>("encode(encoding='utf-8', errors='strict')", "Encode the string using the codec registered for encoding."),
    def<translate>("translate(table, /)", "Replace each character using the given translation table."),
    static_method<maketrans>("maketrans(x, y='', z='', /)", "Return a translation table usable for str.translate()."),
    def<mapped<text::lower, text::lower_bytes>>("lower()", "Return a copy of the string converted to lowercase."),
    def<mapped<text::upper, text::upper_bytes>>("upper()", "Return a copy of the string converted to uppercase."),
    def<mapped<text::title, text::title_ascii>>("title()", "Return a version of the string where each word is titlecased."),
    def<mapped<text::capitalize, text::capitalize_ascii>>("capitalize()", "Return a capitalized version of the string."),
    def<mapped<text::swap_case, text::swap_case_ascii>>("swapcase()", "Convert uppercase characters to lowercase and lowercase to uppercase."),
    def<mapped<text::case_fold, text::lower_bytes>>("casefold()", "The string folded for comparisons that ignore "
                                                                  "case."),
    def<is_ascii>("isascii()", "Return True if all characters in the string are ASCII."),
    def<holds<text::all_alpha>>("isalpha()", "Return True if the string is an alphabetic string."),
    def<holds<text::all_alnum>>("isalnum()", "Return True if the string is an alpha-numeric string."),
    def<holds<text::all_decimal>>("isdecimal()", "Return True if the string is a decimal string."),
    def<holds<text::all_digit>>("isdigit()", "Return True if the string is a digit string."),
    def<holds<text::all_numeric>>("isnumeric()", "Return True if the string is a numeric string."),
    def<holds<text::all_space>>("isspace()", "Return True if the string is a whitespace string."),
    def<holds<text::all_printable>>("isprintable()", "Return True if the string is printable."),
    def<holds<text::is_lower>>("islower()", "Return True if the string is a lowercase string."),
    def<holds<text::is_upper>>("isupper()", "Return True if the string is an uppercase string."),
    def<holds<text::is_title>>("istitle()", "Return True if the string is a title-cased string."),
    def<holds<text::is_identifier>>("isidentifier()", "Return True if the string is a valid Python identifier."),
    def<str_format>("format(*args, **kwargs)", "Return a formatted version of the string."),
    def<str_format_map>("format_map(mapping, /)", "Return a formatted version of the string, using a mapping."),
    def<str___format__>("__format__(format_spec, /)", "Return a formatted version of the string as described by format_spec."),
    def<getnewargs>("__getnewargs__()", "Return the arguments to recreate the string."),
    def<size_of>("__sizeof__()", "Return the size of the string in memory, in bytes."),
};

constexpr auto kMethods = joined_rows(SharedTextMethods<StrKind>::kRows, kOwnMethods);

}  // namespace

constinit const std::span<const MethodSpec> kStrMethods = kMethods;

}  // namespace py
