// The matching engine behind _sre: runs the code words that re/_compiler.py of CPython 3.11 (MAGIC 20220615) makes.
// A Pattern's code must have passed validate_code. A Matcher runs one pattern over one subject; backtracking uses a
// heap stack, so no subject can overflow the machine stack. Threads: patterns are immutable, a Matcher is owner only.
#pragma once
#include "core/base/text/text_view.h"

namespace py::regex {

inline constexpr u32 kMagic = 20220615;
inline constexpr u32 kMaxRepeat = 0xffffffff;
inline constexpr u32 kMaxGroups = 0x3fffffff;

enum Flag : u32 {
  kFlagTemplate = 1,
  kFlagIgnoreCase = 2,
  kFlagLocale = 4,
  kFlagMultiline = 8,
  kFlagDotAll = 16,
  kFlagUnicode = 32,
  kFlagVerbose = 64,
  kFlagDebug = 128,
  kFlagAscii = 256,
};

class SetTable;

struct Pattern {
  const u32* code = nullptr;
  isize code_size = 0;
  u32 groups = 0;  // without group 0
  const SetTable* sets = nullptr;  // null: sets are asked each time
};

// What _sre.compile checks: false is RuntimeError("invalid SRE code"). Fills `sets`, for which room is reserved.
bool validate_code(const u32* code, isize code_size, u32 groups, SetTable* sets = nullptr);

enum class Outcome : u8 { NoMatch, Match, OutOfMemory, Aborted, InvalidCode };

// Called every ~50 000 steps; true stops the match with Aborted (a signal handler raised).
struct Poll {
  bool (*call)(void* context) = nullptr;
  void* context = nullptr;
};

struct Workspace;

class Matcher {
 public:
  // pos and endpos are clamped to the subject. '^' and '\b' see from 0 to endpos, as Pattern.match(pos, endpos).
  Matcher(Pattern pattern, TextView subject, isize pos = 0, isize endpos = PTRDIFF_MAX, Poll poll = {});
  ~Matcher();
  Matcher(const Matcher&) = delete;
  Matcher& operator=(const Matcher&) = delete;

  Outcome match() { return run(Kind::Match); }
  Outcome fullmatch() { return run(Kind::FullMatch); }
  Outcome search() { return run(Kind::Search); }

  // After Match. Group 0 is the whole; a group that took no part has start and end -1.
  isize start(u32 group = 0) const { return marks_[group * 2]; }
  isize end(u32 group = 0) const { return marks_[group * 2 + 1]; }
  i32 last_index() const { return last_index_; }  // -1: none

  // For iteration (findall, sub, scanner): moves past the match just found; the next one may not be empty at its end.
  void advance();
  isize position() const { return position_; }
  // For a matcher that outlives a call: who polls the next run.
  void set_poll(Poll poll) { poll_ = poll; }

 private:
  enum class Kind : u8 { Match, FullMatch, Search };
  Outcome run(Kind kind);

  Pattern pattern_;
  TextView subject_;
  Poll poll_;
  isize position_;                  // where the next attempt starts
  isize limit_;                     // endpos
  isize* marks_;                    // (groups + 1) * 2
  Workspace* workspace_ = nullptr;  // made on first need, kept between runs
  i32 last_index_ = -1;
  bool must_advance_ = false;
  bool failed_ = false;
  isize inline_marks_[16];
};

// _sre helpers of the re module.
u32 ascii_lower(u32 code_point);
u32 unicode_lower(u32 code_point);
bool ascii_is_cased(u32 code_point);
bool unicode_is_cased(u32 code_point);

}  // namespace py::regex
