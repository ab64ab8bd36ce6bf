// _json.Scanner: from JSON text to objects.
#include "core/base/number/float_format.h"
#include "core/modules/json/json.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/layout.h"
#include "core/object/number.h"
#include "core/object/recursion_guard.h"
#include "core/object/type_system.h"

namespace py::json {

namespace {

// Threads: immutable.
class Scanner final : public Object {
 public:
  Field strict, object_hook, object_pairs_hook, parse_float, parse_int, parse_constant;
  static const ObjectOps kOps;
};
const ObjectOps Scanner::kOps = {
    "Scanner",
    visit_fields<Scanner, &Scanner::strict, &Scanner::object_hook, &Scanner::object_pairs_hook, &Scanner::parse_float,
                 &Scanner::parse_int, &Scanner::parse_constant>,
    release_attributes, fixed_size};

bool is_blank(u32 c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(u32 c) { return c - '0' < 10; }

// One call of a scanner. `at` is the place in the text; equal keys of all objects are one str.
class Scan {
 public:
  Scan(Thread& thread, Scanner& scanner, Str& text, Ref<Dict> keys)
      : thread_(thread), scanner_(scanner), text_(text), view_(text.view()), keys_(std::move(keys)) {}

  Result<Ref<>> value() {
    if (at >= view_.length) return stop(at);
    switch (view_[at]) {
      case '"': {
        ++at;
        return Ref<>(TRY(scan_string(thread_, text_, at, strict())));
      }
      case '{': return nested(&Scan::object, " while decoding a JSON object from a unicode string");
      case '[': return nested(&Scan::array, " while decoding a JSON array from a unicode string");
      case 'n': return literal("null") ? Ref<>::adopt(None) : number();
      case 't': return literal("true") ? Ref<>::adopt(True) : number();
      case 'f': return literal("false") ? Ref<>::adopt(False) : number();
      case 'N': return literal("NaN") ? constant("NaN") : number();
      case 'I': return literal("Infinity") ? constant("Infinity") : number();
      case '-': return literal("-Infinity") ? constant("-Infinity") : number();
      default: return number();
    }
  }
  isize at = 0;

 private:
  Strict strict() const { return scanner_.strict.peek() == False ? Strict::No : Strict::Yes; }
  Failure stop(isize position) { return raise_stop_iteration(thread_, Value::integer(position)); }
  Failure problem(const char* message, isize position) {
    return raise_decode_error(thread_, message, text_.value(), position);
  }
  u32 peek() const { return at < view_.length ? view_[at] : 0; }
  void skip_blanks() {
    while (at < view_.length && is_blank(view_[at])) ++at;
  }
  bool literal(std::string_view word) {
    if (view_.length - at < static_cast<isize>(word.size())) return false;
    for (usize i = 0; i < word.size(); ++i) {
      if (view_[at + static_cast<isize>(i)] != static_cast<u8>(word[i])) return false;
    }
    at += static_cast<isize>(word.size());
    return true;
  }
  Result<Ref<>> constant(const char* name) {
    Ref<Str> text = TRY(Str::from_ascii(thread_, name));
    return call(thread_, scanner_.parse_constant.peek(), {text.value()});
  }

  Result<Ref<>> nested(Result<Ref<>> (Scan::*body)(), const char* where) {
    RecursionGuard guard(thread_);
    TRY(guard.check(where));
    ++at;
    return (this->*body)();
  }

  Result<Ref<>> array() {
    Ref<List> list = TRY(List::make(thread_));
    skip_blanks();
    if (peek() == ']') return ++at, Ref<>(std::move(list));
    for (;;) {
      TRY(list->append(thread_, TRY(value())));
      skip_blanks();
      if (peek() == ']') return ++at, Ref<>(std::move(list));
      if (peek() != ',') return problem("Expecting ',' delimiter", at);
      ++at;
      skip_blanks();
    }
  }

  Result<Ref<Str>> key() {
    if (peek() != '"') return problem("Expecting property name enclosed in double quotes", at);
    ++at;
    Str** recent = nullptr;
    if (Str* known = recent_key(recent)) return Ref<Str>::share(known);
    Ref<Str> text = TRY(scan_string(thread_, text_, at, strict()));
    Ref<> known = TRY(keys_->set_default(thread_, text.value(), text.value()));
    if (recent) *recent = &as<Str>(known);
    return Ref<Str>::share(&as<Str>(known));
  }
  // The key at the cursor, if it is the last one met with its length and ends, which is passed then. Else null, and in
  // `place` where it will be looked for, if anywhere.
  Str* recent_key(Str**& place) {
    if (view_.width != 1) return nullptr;
    const u8* const begin = static_cast<const u8*>(view_.data) + at;
    const u8* const limit = static_cast<const u8*>(view_.data) + view_.length;
    const u8* end = begin;
    while (end < limit && *end >= ' ' && *end != '"' && *end != '\\') ++end;
    if (end == begin || end == limit || *end != '"') return nullptr;
    const isize length = end - begin;
    place = &recent_[(static_cast<usize>(length) * 13 + *begin * 7 + end[-1]) % kRecent];
    Str* known = *place;
    if (!known || known->length() != length || known->width() != 1) return nullptr;
    if (std::memcmp(known->data(), begin, static_cast<usize>(length)) != 0) return nullptr;
    at += length + 1;
    return known;
  }

  // Calls add(key, value) for each member.
  template <class Add>
  Result<void> members(Add&& add) {
    skip_blanks();
    if (peek() == '}') return ++at, Result<void>();
    for (;;) {
      Ref<Str> name = TRY(key());
      skip_blanks();
      if (peek() != ':') return problem("Expecting ':' delimiter", at);
      ++at;
      skip_blanks();
      Ref<> member = TRY(value());
      TRY(add(name.value(), member.value()));
      skip_blanks();
      if (peek() == '}') return ++at, Result<void>();
      if (peek() != ',') return problem("Expecting ',' delimiter", at);
      ++at;
      skip_blanks();
    }
  }

  Result<Ref<>> object() {
    const Value pairs_hook = scanner_.object_pairs_hook.peek(), hook = scanner_.object_hook.peek();
    if (!pairs_hook.is_none()) {
      Ref<List> pairs = TRY(List::make(thread_));
      TRY(members([&](Value name, Value member) -> Result<void> {
        return pairs->append(thread_, Ref<>(TRY(Tuple::from(thread_, {name, member}))));
      }));
      return call(thread_, pairs_hook, {pairs.value()});
    }
    Ref<Dict> result = TRY(Dict::make(thread_));
    TRY(members([&](Value name, Value member) { return result->set(thread_, name, member); }));
    if (hook.is_none()) return Ref<>(std::move(result));
    return call(thread_, hook, {result.value()});
  }

  void skip_digits(isize& end) const {
    while (end < view_.length && is_digit(view_[end])) ++end;
  }
  Result<Ref<>> number() {
    const isize start = at;
    isize end = at;
    if (view_[end] == '-') ++end;
    if (end >= view_.length || !is_digit(view_[end])) return stop(start);
    if (view_[end++] != '0') skip_digits(end);
    bool is_real = false;
    if (end + 1 < view_.length && view_[end] == '.' && is_digit(view_[end + 1])) {
      is_real = true;
      skip_digits(++end);
    }
    if (end + 1 < view_.length && (view_[end] == 'e' || view_[end] == 'E')) {
      isize exponent = end + 1;
      if (exponent + 1 < view_.length && (view_[exponent] == '-' || view_[exponent] == '+')) ++exponent;
      if (is_digit(view_[exponent])) {
        is_real = true;
        skip_digits(exponent);
        end = exponent;
      }
    }
    at = end;
    return is_real ? real(start, end) : integer(start, end);
  }
  Result<Ref<>> integer(isize start, isize end) {
    const Value parse = scanner_.parse_int.peek();
    if (parse == types.int_->value() && end - start <= 18) {
      const bool negative = view_[start] == '-';
      i64 number = 0;
      for (isize i = start + negative; i < end; ++i) number = 10 * number + static_cast<i64>(view_[i] - '0');
      return make_int(thread_, negative ? -number : number);
    }
    Ref<Str> digits = TRY(Str::from_view(thread_, view_.slice(start, end)));
    return call(thread_, parse, {digits.value()});
  }
  Result<Ref<>> real(isize start, isize end) {
    Ref<Str> digits = TRY(Str::from_view(thread_, view_.slice(start, end)));
    const Value parse = scanner_.parse_float.peek();
    double number;
    if (parse == types.float_->value() && real::parse(digits->ascii().data(), digits->ascii().size(), number)) {
      return make_float(thread_, number);
    }
    return call(thread_, parse, {digits.value()});
  }

  Thread& thread_;
  Scanner& scanner_;
  Str& text_;
  TextView view_;
  Ref<Dict> keys_;
  static constexpr usize kRecent = 64;
  Str* recent_[kRecent] = {};  // of keys_, which keeps them
};

Result<Ref<>> scanner_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "make_scanner(context)", arguments);
  Ref<Scanner> scanner = TRY(new_object<Scanner>(thread, type));
  Ref<> strict = TRY(get_attribute(thread, bound[0], "strict"));
  scanner->strict.initialize(Value::boolean(TRY(is_true(thread, strict))));
  const std::pair<Field*, const char*> fields[] = {{&scanner->object_hook, "object_hook"},
                                                   {&scanner->object_pairs_hook, "object_pairs_hook"},
                                                   {&scanner->parse_float, "parse_float"},
                                                   {&scanner->parse_int, "parse_int"},
                                                   {&scanner->parse_constant, "parse_constant"}};
  for (auto [field, name] : fields) set_fresh(*scanner, *field, TRY(get_attribute(thread, bound[0], name)));
  return Ref<>(std::move(scanner));
}

Result<Ref<>> scanner_call(Thread& thread, Value self, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "scan_once(string, idx)", arguments);
  if (!is<Str>(bound[0])) {
    return raise(thread, types.TypeError, "first argument must be a string, not {}", type_of(bound[0]));
  }
  const isize index = TRY(to_isize(thread, bound[1]));
  if (index < 0) return raise(thread, types.ValueError, "idx cannot be negative");
  Ref<> keep = Ref<>::share(self), text = Ref<>::share(bound[0]);
  Scan scan(thread, *static_cast<Scanner*>(self.object()), as<Str>(text), TRY(Dict::make(thread)));
  scan.at = index;
  Ref<> result = TRY(scan.value());
  return Ref<>(TRY(Tuple::from(thread, {result.value(), Value::integer(scan.at)})));
}

constexpr u32 kFirstField = sizeof(Object) / 8;
constexpr MemberSpec kMembers[] = {{"strict", "strict", kFirstField},
                                   {"object_hook", "object_hook", kFirstField + 1},
                                   {"object_pairs_hook", nullptr, kFirstField + 2},
                                   {"parse_float", "parse_float", kFirstField + 3},
                                   {"parse_int", "parse_int", kFirstField + 4},
                                   {"parse_constant", "parse_constant", kFirstField + 5}};
constexpr TypeSpec kSpec = {.name = "_json.Scanner",
                            .doc = "JSON scanner object",
                            .members = kMembers,
                            .member_count = std::size(kMembers),
                            .slots = {.call = scanner_call, .new_ = scanner_new},
                            .ops = &Scanner::kOps,
                            .size = sizeof(Scanner),
                            .flags = static_cast<u32>(TypeFlag::Subclassable)};

}  // namespace

Result<void> add_scanner(Thread& thread, Module& module) {
  Type& type = make_builtin_type(thread, kSpec);
  finish_builtin_type(thread, type);
  return add_to_module(thread, module, "make_scanner", type.value());
}

}  // namespace py::json
