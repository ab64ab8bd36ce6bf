// Runs compiled code over characters of one width: a backtracking machine with an explicit stack.
// A failed path is undone entry by entry, so marks and repeat counts are always those of the path being tried.
// A template because each character width wants its own loops. Private to the regex engine. Threads: owner only.
#pragma once
#include "core/base/regex/backtrack_stack.h"
#include "core/base/regex/charset.h"
#include "core/base/regex/regex.h"
#include "core/base/regex/set_table.h"
#include "core/base/text/find_kernels.h"

namespace py::regex {

constexpr u32 kNoLiteral = 0xffffffff;
constexpr u32 kPollInterval = 50'000;  // steps: under a millisecond

template <class Char>
class Runner {
 public:
  struct Setup {
    const u32* code;
    const SetTable* sets;
    const Char* chars;
    isize end;
    isize* marks;  // of the groups, without group 0
    i32* last_index;
    Workspace* work;
    Poll poll;
    bool match_all;
    u32* budget;
  };
  explicit Runner(const Setup& setup)
      : s_(setup), code_(setup.code), sets_(setup.sets), chars_(setup.chars), end_(setup.end) {}

  // Tries the code from `pc` at `position`. must_advance refuses an empty match at `start`.
  Outcome run(u32 pc, isize position, isize start, bool must_advance);
  isize matched_end() const { return position_; }
  // Whether the test of a single character at `pc` passes for c.
  INLINE bool passes(u32 pc, u32 c) const {
    if (LIKELY(c < 256)) {
      if (const u32* bitmap = bitmap_of(pc)) return bitmap[c >> 5] >> (c & 31) & 1;
    }
    return passes_slow(pc, c);
  }
  const u32* bitmap_of(u32 pc) const { return LIKELY(sets_ != nullptr) ? sets_->find(pc) : nullptr; }

 private:
  enum class Next : u8 { Go, Fail };

  Next step();
  bool slow_step(u32& pc, isize& position);
  bool go_back(u32& pc, isize& position);
  bool backtrack();
  bool set_mark(u32 mark, isize position);
  void forget_marks();
  bool resume(Entry entry);
  Next succeed();
  Next branch(u32 skip_word);
  Next repeat_one();
  bool resume_repeat_one(Entry& entry);
  Next min_repeat_one();
  bool resume_min_repeat_one(Entry& entry);
  Next until_greedy();
  Next until_lazy();
  Next another_round(i32 node_index, u32 count, bool guard);
  Next group_reference(u32 kind);
  Next possessive_round(u32 pc, u32 count);
  Next at(u32 where);
  bool boundary(bool (*is_word)(u32));
  bool single(u32 pc, isize position) const { return passes(pc, chars_[position]); }
  NOINLINE bool passes_slow(u32 pc, u32 c) const;
  isize count_single(u32 pc, isize position, isize limit) const;
  bool cannot_give_back(u32 body, u32 tail) const;
  bool can_begin(const u32* body) const;
  u32 following_literal(u32 pc) const;
  Next enter(EntryKind kind, u32 body, isize position, u32 count = 0, u32 pc = 0);
  void leave_barrier();
  bool push(const Entry& entry) {
    if (LIKELY(s_.work->entries.push(entry))) return true;
    outcome_ = Outcome::OutOfMemory;
    return false;
  }
  Next consume(bool matched, u32 size) {
    if (!matched) return Next::Fail;
    ++position_;
    pc_ += size;
    return Next::Go;
  }
  bool has_char() const { return position_ < end_; }
  u32 here() const { return chars_[position_]; }

  Setup s_;
  const u32* code_;
  const SetTable* sets_;
  const Char* chars_;
  isize end_;
  u32 pc_ = 0;
  isize position_ = 0;
  isize start_ = 0;
  i32 repeat_ = -1;
  isize barrier_ = -1;  // index of the innermost sub-match's entry
  bool must_advance_ = false;
  u32 bare_marks_ = 0;  // marks below this number may be set without an entry that restores them
  Outcome outcome_ = Outcome::NoMatch;
};

extern template class Runner<u8>;
extern template class Runner<u16>;
extern template class Runner<u32>;

}  // namespace py::regex
