// The objects of `_sre`: compiled patterns, matches and scanners. The engine is core/base/regex.
//
// Threads: patterns and matches are immutable. A scanner belongs to one thread at a time; a second one that uses it
// meanwhile gets a ValueError.
#pragma once
#include "core/base/regex/regex.h"
#include "core/base/regex/set_table.h"
#include "core/bind/define.h"

namespace py {

class Regex final : public Object {
 public:
  Field pattern;      // str, a bytes-like object, or None
  Field group_index;  // Dict: name -> number
  Field group_names;  // Tuple: number -> name or None
  u32* code;
  regex::SetTable* sets;  // null: no memory for them
  isize code_size;
  u32 flags;
  u32 groups;
  i32 is_bytes;  // -1: the pattern is None, any subject will do
  u32 reserved;
  regex::Pattern view() const { return {code, code_size, groups, sets}; }
  static const ObjectOps kOps;
};

class RegexMatch final : public Object {
 public:
  Field string, regex;
  isize pos, endpos;
  i32 last_index;  // -1: none
  u32 groups;      // group 0 not counted
  isize marks[];   // start and end of each group, -1 when it took no part
  isize start(u32 group) const { return marks[2 * group]; }
  isize end(u32 group) const { return marks[2 * group + 1]; }
  static const ObjectOps kOps;
};

// A scanner, or the iterator of finditer().
class RegexScanner final : public Object {
 public:
  Field regex, string;
  Field view;  // a memoryview that keeps the subject's memory in place when it is neither str nor bytes
  regex::Matcher* matcher;
  isize pos, endpos;
  std::atomic<bool> busy;
  bool exhausted;
  static const ObjectOps kOps;
};

// Made when the module is imported.
struct RegexTypes {
  Type *regex, *match, *scanner, *iterator;
};
extern RegexTypes regex_types;

namespace detail {
#define REGEX_LAYOUT(Class, member)                                    \
  template <>                                                          \
  struct TypeInfo<Class> {                                             \
    static Type& type() { return *regex_types.member; }                \
    static constexpr u32 kFlag = 0;                                    \
  };
REGEX_LAYOUT(Regex, regex)
REGEX_LAYOUT(RegexMatch, match)
REGEX_LAYOUT(RegexScanner, scanner)
#undef REGEX_LAYOUT
}  // namespace detail

// What a pattern is matched against, held open.
class Subject {
 public:
  // TypeError when the value is no text or bytes, or not the pattern's kind.
  Result<void> open(Thread& thread, Value string, const Regex* regex);
  TextView view() const { return view_; }
  Value string() const { return string_; }
  bool is_text() const { return is_text_; }
  // A part as a str or bytes; bounds beyond the end are clipped.
  Result<Ref<>> slice(Thread& thread, isize start, isize end) const;

 private:
  Ref<> string_;
  Buffer buffer_;
  TextView view_;
  bool is_text_ = false;
};

// Runs the engine; signals and other requests are served meanwhile.
enum class Search : u8 { Match, FullMatch, Search };
Result<bool> run_matcher(Thread& thread, regex::Matcher& matcher, Search kind);
regex::Poll poll_of(Thread& thread);

// string[start:end] of what a match was made on.
Result<Ref<>> subject_slice(Thread& thread, Value string, isize start, isize end);
Result<Ref<>> make_match(Thread& thread, Regex& regex, Value string, const regex::Matcher& matcher, isize pos, isize endpos);
// A group as a value; `otherwise` when it took no part.
Result<Ref<>> group_value(Thread& thread, const Subject& subject, isize start, isize end, Value otherwise);

Result<Ref<>> regex_sub(Thread& thread, Regex& self, Value replacement, Value string, isize count);
Result<Ref<>> regex_subn(Thread& thread, Regex& self, Value replacement, Value string, isize count);
Result<Ref<>> regex_scanner(Thread& thread, Regex& self, Value string, isize pos, Value endpos);
Result<Ref<>> regex_finditer(Thread& thread, Regex& self, Value string, isize pos, Value endpos);
// sys.maxsize when it was not given.
Result<isize> end_position(Thread& thread, Value endpos);

extern const TypeSpec kRegexSpec, kRegexMatchSpec, kRegexScannerSpec, kRegexIteratorSpec;

}  // namespace py
