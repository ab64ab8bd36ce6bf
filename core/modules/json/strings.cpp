#include <array>

#include "core/modules/json/json.h"
#include "core/object/function.h"
#include "core/vm/imports.h"
#include "memory/roots.h"

namespace py::json {

namespace {

constexpr const char* kUnterminated = "Unterminated string starting at";
constexpr const char* kBadUnicode = "Invalid \\uXXXX escape";

// Which of the first 256 characters stand for themselves inside a literal.
constexpr auto plain_characters(u32 limit) {
  std::array<bool, 256> plain{};
  for (u32 c = ' '; c < limit; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}
constexpr auto kPlainAscii = plain_characters(0x7F), kPlainLatin = plain_characters(256);

int hex_digit(u32 c) {
  if (c - '0' < 10) return static_cast<int>(c - '0');
  return (c | 32) - 'a' < 6 ? static_cast<int>((c | 32) - 'a' + 10) : -1;
}

// The character of a one-letter escape; 0: there is none.
u32 simple_escape(u32 c) {
  switch (c) {
    case '"':
    case '\\':
    case '/': return c;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
  }
}

// What went wrong, and where.
struct Problem {
  const char* message = nullptr;
  isize position = 0;
};

template <class Char>
class StringScanner {
 public:
  StringScanner(const Char* text, isize length, isize begin, Strict strict)
      : text_(text), length_(length), begin_(begin), strict_(strict == Strict::Yes), at_(begin + 1) {}

  // The end of the run of plain characters at the cursor.
  isize plain_end() const {
    isize next = at_;
    if constexpr (sizeof(Char) == 1) {
      while (next < length_ && kPlainLatin[text_[next]]) ++next;
    }
    while (next < length_ && text_[next] != '"' && text_[next] != '\\' && (text_[next] > 0x1F || !strict_)) ++next;
    return next;
  }
  bool run(TextView whole, TextBuilder& out) {
    for (;;) {
      const isize next = plain_end();
      if (next == length_) return fail(kUnterminated, begin_);
      if (text_[next] <= 0x1F) return fail("Invalid control character at", next);
      if (next > at_) out.append(whole.slice(at_, next));
      at_ = next + 1;
      if (text_[next] == '"') return true;
      if (at_ == length_) return fail(kUnterminated, begin_);
      if (!escape(out)) return false;
    }
  }
  isize position() const { return at_; }
  Problem problem;

 private:
  bool fail(const char* message, isize position) {
    problem = {message, position};
    return false;
  }
  bool escape(TextBuilder& out) {
    const u32 letter = text_[at_++];
    if (letter != 'u') {
      const u32 character = simple_escape(letter);
      if (!character) return fail("Invalid \\escape", at_ - 2);
      return out.append(character), true;
    }
    u32 character;
    if (!four_digits(character)) return false;
    u32 low;
    if ((character & ~0x3FFu) == 0xD800 && at_ + 6 < length_ && text_[at_] == '\\' && text_[at_ + 1] == 'u') {
      at_ += 2;
      if (!four_digits(low)) return false;
      if ((low & ~0x3FFu) == 0xDC00) {
        character = 0x10000 + ((character & 0x3FF) << 10 | (low & 0x3FF));
      } else {
        at_ -= 6;
      }
    }
    return out.append(character), true;
  }
  bool four_digits(u32& value) {
    if (at_ + 4 >= length_) return fail(kBadUnicode, at_ - 1);
    value = 0;
    for (int i = 0; i < 4; ++i) {
      const int digit = hex_digit(text_[at_ + i]);
      if (digit < 0) return fail(kBadUnicode, at_ - 1);
      value = value << 4 | static_cast<u32>(digit);
    }
    at_ += 4;
    return true;
  }

  const Char* text_;
  isize length_;
  isize begin_;
  bool strict_;
  isize at_;
};

void append_unicode_escape(u32 unit, TextBuilder& out) {
  char escape[6] = {'\\', 'u'};
  for (int i = 0; i < 4; ++i) escape[2 + i] = "0123456789abcdef"[unit >> (12 - 4 * i) & 15];
  out.append_ascii(escape, 6);
}
void append_escaped(u32 c, TextBuilder& out) {
  const char* simple = c == '"'    ? "\\\""
                       : c == '\\' ? "\\\\"
                       : c == '\b' ? "\\b"
                       : c == '\f' ? "\\f"
                       : c == '\n' ? "\\n"
                       : c == '\r' ? "\\r"
                       : c == '\t' ? "\\t"
                                   : nullptr;
  if (simple) {
    out.append_ascii(simple, 2);
  } else if (c >= 0x10000) {
    append_unicode_escape(0xD7C0 + (c >> 10), out);
    append_unicode_escape(0xDC00 | (c & 0x3FF), out);
  } else {
    append_unicode_escape(c, out);
  }
}

GlobalRef ascii_encoder, minimal_encoder;

template <Escape escape>
Result<Ref<>> encode_basestring(Thread& thread, Value text) {
  if (!is<Str>(text)) {
    return raise(thread, types.TypeError, "first argument must be a string, not {}", type_of(text));
  }
  TextBuilder out;
  append_literal(as<Str>(text).view(), escape, out);
  if (out.failed()) return raise_memory_error(thread);
  return Ref<>(TRY(Str::from_view(thread, out.view())));
}

Result<Ref<Tuple>> scanstring(Thread& thread, Value text, isize end, bool strict) {
  if (!is<Str>(text)) return raise(thread, types.TypeError, "first argument must be a string, not {}", type_of(text));
  if (end < 0 || end > as<Str>(text).length()) return raise(thread, types.ValueError, "end is out of bounds");
  Ref<Str> result = TRY(scan_string(thread, as<Str>(text), end, strict ? Strict::Yes : Strict::No));
  return Tuple::from(thread, {result.value(), Value::integer(end)});
}

constexpr MethodSpec kFunctions[] = {
    function<encode_basestring<Escape::Ascii>>("encode_basestring_ascii(string, /)",
                                               "Return an ASCII-only JSON representation of a Python string"),
    function<encode_basestring<Escape::Minimal>>("encode_basestring(string, /)",
                                                 "Return a JSON representation of a Python string"),
    function<scanstring>(
        "scanstring(string, end, strict=True, /)",
        "Scan the string s for a JSON string. End is the index of the\ncharacter in s after the quote that started the "
        "JSON string.\n"
        "Returns a tuple of the decoded string and the index of the character in s\nafter the end quote."),
};

}  // namespace

const std::span<const MethodSpec> kStringFunctions = kFunctions;

Failure raise_decode_error(Thread& thread, const char* message, Value text, isize position) {
  Result<Ref<>> module = import_module(thread, "json.decoder");
  if (module.failed()) return failure;
  Ref<> decoder = module.take();
  Ref<> type = TRY(get_attribute(thread, decoder, "JSONDecodeError"));
  Ref<Str> words = TRY(Str::from_ascii(thread, message));
  Ref<> error = TRY(call(thread, type, {words.value(), text, Value::integer(position)}));
  return raise_value(thread, error);
}

Result<Ref<Str>> scan_string(Thread& thread, Str& text, isize& end, Strict strict) {
  Problem problem;
  TextBuilder out;
  isize direct = -1;
  with_chars(text.view(), [&](auto* chars) {
    StringScanner scanner(chars, text.length(), end - 1, strict);
    const isize plain = scanner.plain_end();
    if (plain < text.length() && chars[plain] == '"') {
      direct = plain;
    } else if (scanner.run(text.view(), out)) {
      end = scanner.position();
    } else {
      problem = scanner.problem;
    }
  });
  if (direct >= 0) {
    const isize start = end;
    end = direct + 1;
    return Str::from_view(thread, text.view().slice(start, direct));
  }
  if (problem.message) return raise_decode_error(thread, problem.message, text.value(), problem.position);
  if (out.failed()) return raise_memory_error(thread);
  return Str::from_view(thread, out.view());
}

void append_literal(TextView text, Escape escape, TextBuilder& out) {
  out.append('"');
  with_chars(text, [&](auto* chars) {
    isize start = 0;
    for (isize i = 0; i < text.length; ++i) {
      const u32 c = chars[i];
      if (LIKELY(c < 256 && kPlainAscii[c])) continue;
      const bool escaped = c < ' ' || c == '"' || c == '\\' || (c > 0x7E && escape == Escape::Ascii);
      if (!escaped) continue;
      if (i > start) out.append(text.slice(start, i));
      append_escaped(c, out);
      start = i + 1;
    }
    if (text.length > start) out.append(text.slice(start, text.length));
  });
  out.append('"');
}

bool is_builtin_encoder(Value callable, Escape& escape) {
  if (callable == ascii_encoder.peek()) return escape = Escape::Ascii, true;
  if (callable == minimal_encoder.peek()) return escape = Escape::Minimal, true;
  return false;
}

Result<void> remember_encoders(Thread& thread, Module& module) {
  ascii_encoder.set(TRY(get_attribute(thread, module.value(), "encode_basestring_ascii")));
  minimal_encoder.set(TRY(get_attribute(thread, module.value(), "encode_basestring")));
  return {};
}

}  // namespace py::json
