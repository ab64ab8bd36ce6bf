// re.Pattern: matching, searching and splitting. Substitution is in substitute.cpp.
#include "core/modules/sre/sre.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/sequence.h"
#include "memory/buffer.h"

namespace py {

namespace {

usize regex_size(const Object&) { return sizeof(Regex); }
void regex_visit(Object& object, Visitor& visitor) {
  Regex& regex = static_cast<Regex&>(object);
  visitor.visit(regex.pattern);
  visitor.visit(regex.group_index);
  visitor.visit(regex.group_names);
}
void regex_release(Object& object) {
  buffer_free(static_cast<Regex&>(object).code);
  delete static_cast<Regex&>(object).sets;
}

template <Search kind>
Result<Ref<>> match_once(Thread& thread, Regex& self, Value string, isize pos, Value endpos_value) {
  const isize endpos = TRY(end_position(thread, endpos_value));
  Subject subject;
  TRY(subject.open(thread, string, &self));
  regex::Matcher matcher(self.view(), subject.view(), pos, endpos, poll_of(thread));
  if (!TRY(run_matcher(thread, matcher, kind))) return Ref<>::adopt(None);
  return make_match(thread, self, string, matcher, pos, endpos);
}

// What findall() lists for one match: the whole, the only group, or a tuple of all groups.
Result<Ref<>> found_item(Thread& thread, Regex& self, const Subject& subject, const regex::Matcher& matcher, Value nothing) {
  if (self.groups == 0) return subject.slice(thread, matcher.start(), matcher.end());
  if (self.groups == 1) return group_value(thread, subject, matcher.start(1), matcher.end(1), nothing);
  Ref<Tuple> groups = TRY(Tuple::allocate(thread, self.groups));
  for (u32 i = 1; i <= self.groups; ++i) {
    Ref<> value = TRY(group_value(thread, subject, matcher.start(i), matcher.end(i), nothing));
    groups->items()[i - 1].store(*groups, std::move(value));
  }
  return Ref<>(std::move(groups));
}

Result<Ref<>> findall(Thread& thread, Regex& self, Value string, isize pos, Value endpos_value) {
  const isize endpos = TRY(end_position(thread, endpos_value));
  Subject subject;
  TRY(subject.open(thread, string, &self));
  regex::Matcher matcher(self.view(), subject.view(), pos, endpos, poll_of(thread));
  Ref<List> list = TRY(List::make(thread));
  Ref<> nothing = TRY(subject.slice(thread, 0, 0));
  while (TRY(run_matcher(thread, matcher, Search::Search))) {
    Ref<> item = TRY(found_item(thread, self, subject, matcher, nothing));
    TRY(list->append(thread, std::move(item)));
    matcher.advance();
  }
  return Ref<>(std::move(list));
}

Result<Ref<>> split(Thread& thread, Regex& self, Value string, isize limit) {
  Subject subject;
  TRY(subject.open(thread, string, &self));
  regex::Matcher matcher(self.view(), subject.view(), 0, PTRDIFF_MAX, poll_of(thread));
  Ref<List> list = TRY(List::make(thread));
  isize last = 0;
  for (isize n = 0; limit == 0 || n < limit; ++n) {
    if (!TRY(run_matcher(thread, matcher, Search::Search))) break;
    Ref<> part = TRY(subject.slice(thread, last, matcher.start()));
    TRY(list->append(thread, std::move(part)));
    for (u32 i = 1; i <= self.groups; ++i) {
      Ref<> group = TRY(group_value(thread, subject, matcher.start(i), matcher.end(i), None));
      TRY(list->append(thread, std::move(group)));
    }
    last = matcher.end();
    matcher.advance();
  }
  Ref<> rest = TRY(subject.slice(thread, last, subject.view().length));
  TRY(list->append(thread, std::move(rest)));
  return Ref<>(std::move(list));
}

Result<Ref<>> regex_repr(Thread& thread, Value self) {
  constexpr const char* kNames[] = {"re.TEMPLATE", "re.IGNORECASE", "re.LOCALE", "re.MULTILINE", "re.DOTALL",
                                    "re.UNICODE",  "re.VERBOSE",    "re.DEBUG",  "re.ASCII"};
  Regex& regex = as<Regex>(self);
  u32 flags = regex.flags;
  constexpr u32 kKinds = regex::kFlagLocale | regex::kFlagUnicode | regex::kFlagAscii;
  if (regex.is_bytes == 0 && (flags & kKinds) == regex::kFlagUnicode) flags &= ~regex::kFlagUnicode;
  std::string text;
  for (u32 i = 0; i < std::size(kNames); ++i) {
    if (!(flags & 1u << i)) continue;
    flags &= ~(1u << i);
    text += (text.empty() ? "" : "|") + std::string(kNames[i]);
  }
  if (flags) {
    char number[16];
    std::snprintf(number, sizeof number, "0x%x", flags);
    text += (text.empty() ? "" : "|") + std::string(number);
  }
  Ref<Str> pattern = TRY(repr(thread, regex.pattern.load()));
  Ref<Str> shown = TRY(Str::substring(thread, *pattern, 0, pattern->length() < 200 ? pattern->length() : 200));
  if (text.empty()) return format_str(thread, "re.compile({})", *shown);
  return format_str(thread, "re.compile({}, {})", *shown, text);
}

Result<i64> regex_hash(Thread& thread, Value self) {
  Regex& regex = as<Regex>(self);
  u64 hash = 1469598103934665603u;  // FNV-1a over the code
  for (isize i = 0; i < regex.code_size; ++i) hash = (hash ^ regex.code[i]) * 1099511628211u;
  hash ^= static_cast<u64>(TRY(hash_of(thread, regex.pattern.load())));
  hash ^= u64{regex.flags} << 32 ^ static_cast<u64>(regex.is_bytes) ^ u64{regex.groups} << 40;
  return static_cast<i64>(hash) == -1 ? -2 : static_cast<i64>(hash);
}

Result<Ref<>> regex_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if ((op != CompareOp::Equal && op != CompareOp::NotEqual) || !is<Regex>(right)) return Ref<>::adopt(NotImplemented);
  Regex& a = as<Regex>(left);
  Regex& b = as<Regex>(right);
  bool equal = &a == &b;
  if (!equal) {
    equal = a.flags == b.flags && a.is_bytes == b.is_bytes && a.code_size == b.code_size &&
            std::memcmp(a.code, b.code, static_cast<usize>(a.code_size) * sizeof(u32)) == 0;
    // The code says nothing of the flags' effect on the text, nor of names: the pattern decides.
    if (equal) equal = TRY(compare_bool(thread, a.pattern.load(), b.pattern.load(), CompareOp::Equal));
  }
  return Ref<>::adopt(Value::boolean(equal == (op == CompareOp::Equal)));
}

Result<Ref<>> copy(Thread&, Regex& self) { return Ref<>::share(self.value()); }
Result<Ref<>> deepcopy(Thread&, Regex& self, Value) { return Ref<>::share(self.value()); }
Result<Ref<>> class_getitem(Thread& thread, Type& type, Value item) {
  return make_generic_alias(thread, type.value(), item);
}

Result<Ref<>> get_pattern(Thread&, Value self) { return as<Regex>(self).pattern.load(); }
Result<Ref<>> get_flags(Thread&, Value self) { return Ref<>::adopt(Value::integer(as<Regex>(self).flags)); }
Result<Ref<>> get_groups(Thread&, Value self) { return Ref<>::adopt(Value::integer(as<Regex>(self).groups)); }
Result<Ref<>> get_group_index(Thread& thread, Value self) {
  Ref<> index = as<Regex>(self).group_index.load();
  return call(thread, types.mappingproxy->value(), {index});
}

constexpr MethodSpec kMethods[] = {
    def<match_once<Search::Match>>("match(string, pos=0, endpos=sys.maxsize)", "Matches zero or more characters at the beginning of the string."),
    def<match_once<Search::FullMatch>>("fullmatch(string, pos=0, endpos=sys.maxsize)", "Matches against all of the string."),
    def<match_once<Search::Search>>("search(string, pos=0, endpos=sys.maxsize)",
                                    "Scan through string looking for a match, and return a corresponding match object instance."),
    def<findall>("findall(string, pos=0, endpos=sys.maxsize)", "Return a list of all non-overlapping matches of pattern in string."),
    def<regex_finditer>("finditer(string, pos=0, endpos=sys.maxsize)",
                        "Return an iterator over all non-overlapping matches for the RE pattern in string."),
    def<regex_scanner>("scanner(string, pos=0, endpos=sys.maxsize)", nullptr),
    def<split>("split(string, maxsplit=0)", "Split string by the occurrences of pattern."),
    def<regex_sub>("sub(repl, string, count=0)",
                   "Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string."),
    def<regex_subn>("subn(repl, string, count=0)", "Like sub(), but return the tuple (new_string, number_of_subs_made)."),
    def<copy>("__copy__()", nullptr),
    def<deepcopy>("__deepcopy__(memo, /)", nullptr),
    class_method<class_getitem>("__class_getitem__(item, /)", "See PEP 585"),
};

constexpr PropertySpec kProperties[] = {
    {"pattern", "The pattern string from which the RE object was compiled.", get_pattern},
    {"flags", "The regex matching flags.", get_flags},
    {"groups", "The number of capturing groups in the pattern.", get_groups},
    {"groupindex", "A dictionary mapping group names to group numbers.", get_group_index},
};

}  // namespace

const ObjectOps Regex::kOps = {"regex", regex_visit, regex_release, regex_size};

const TypeSpec kRegexSpec = {
    .name = "re.Pattern",
    .doc = "Compiled regular expression object.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = kProperties,
    .property_count = std::size(kProperties),
    .slots = {.repr = regex_repr, .hash = regex_hash, .compare = regex_compare},
    .ops = &Regex::kOps,
    .size = sizeof(Regex),
    .flags = static_cast<u32>(TypeFlag::NoInstantiation),
};

}  // namespace py
