// Matcher: sets up a runner for the subject's width and looks for the place to start.
#include "core/base/regex/regex.h"

#include <cstdlib>
#include <new>

#include "core/base/regex/runner.h"

namespace py::regex {

namespace {

// A thread's last workspace waits here for its next matcher: most matches are short.
struct SpareWorkspace {
  Workspace* workspace = nullptr;
  ~SpareWorkspace() { release(workspace); }
  static void release(Workspace* workspace) {
    if (!workspace) return;
    workspace->~Workspace();
    std::free(workspace);
  }
};
thread_local constinit SpareWorkspace spare;

Workspace* take_workspace() {
  if (Workspace* waiting = spare.workspace) {
    spare.workspace = nullptr;
    return waiting;
  }
  void* place = std::malloc(sizeof(Workspace));
  return place ? new (place) Workspace : nullptr;
}

// One that grew large is not kept.
void give_back(Workspace* workspace) {
  constexpr usize kMostEntries = 4096;
  if (spare.workspace || workspace->entries.capacity() > kMostEntries) return SpareWorkspace::release(workspace);
  spare.workspace = workspace;
}

}  // namespace

Matcher::Matcher(Pattern pattern, TextView subject, isize pos, isize endpos, Poll poll)
    : pattern_(pattern), subject_(subject), poll_(poll) {
  if (endpos < 0) endpos = 0;
  if (endpos > subject.length) endpos = subject.length;
  if (pos < 0) pos = 0;
  limit_ = endpos;
  position_ = pos > endpos ? endpos : pos;
  usize count = (usize{pattern.groups} + 1) * 2;
  marks_ = inline_marks_;
  if (count > sizeof inline_marks_ / sizeof inline_marks_[0]) {
    marks_ = static_cast<isize*>(std::malloc(count * sizeof(isize)));
    failed_ = marks_ == nullptr;
  }
}

Matcher::~Matcher() {
  if (marks_ != inline_marks_) std::free(marks_);
  if (workspace_) give_back(workspace_);
}

void Matcher::advance() {
  must_advance_ = marks_[0] == marks_[1];
  position_ = marks_[1];
}

namespace {

// The INFO block at the head of most patterns.
struct Head {
  explicit Head(const u32* code) {
    if (code[0] == kInfo) read_info(code);
    first = first_test(code, body);
    anchored = code[body] == kAt && (code[body + 1] == kAtBeginning || code[body + 1] == kAtBeginningString);
  }
  // Looks past what takes no character at what takes the first one; 0: that is not a plain test.
  static u32 first_test(const u32* code, u32 pc) {
    for (;;) {
      switch (code[pc]) {
        case kAt:
        case kMark: pc += 2; break;
        case kAtomicGroup: pc += 2; break;
        case kRepeat:
        case kPossessiveRepeat:
          if (code[pc + 2] == 0) return 0;
          pc += 4;
          break;
        case kRepeatOne:
        case kMinRepeatOne:
        case kPossessiveRepeatOne: return code[pc + 2] == 0 ? 0 : pc + 4;
        case kLiteral:
        case kLiteralIgnore:
        case kLiteralUniIgnore:
        case kIn:
        case kInIgnore:
        case kInUniIgnore: return pc;
        default: return 0;
      }
    }
  }
  void read_info(const u32* code) {
    flags = code[2];
    least_width = code[3];
    body = 1 + code[1];
    if (flags & kInfoPrefix) {
      prefix_length = code[5];
      prefix_skip = code[6];
      prefix = code + 7;
    } else if (flags & kInfoCharset) {
      charset = 5;
    }
  }
  u32 flags = 0;
  isize least_width = 0;
  u32 body = 0;
  isize prefix_length = 0;
  u32 prefix_skip = 0;
  const u32* prefix = nullptr;
  u32 charset = 0;  // where the set of INFO stands; 0: none
  u32 first = 0;    // the test of the first character; 0: unknown
  bool anchored = false;  // matches nowhere but at the beginning of the text
};

template <class Char>
class Search {
 public:
  Search(Runner<Char>& runner, const Head& head, const u32* code, const Char* chars, isize end)
      : runner_(runner), head_(head), code_(code), chars_(chars), end_(end), last_(end - head.least_width) {}

  Outcome match(isize at, bool must_advance, isize& start) {
    start = at;
    if (at > last_) return Outcome::NoMatch;
    return runner_.run(head_.body, at, at, must_advance);
  }

  Outcome search(isize at, bool must_advance, isize& start) {
    if (head_.anchored) return match(at, must_advance, start);
    if (head_.prefix) return search_prefix(at, start);
    for (;; ++at, must_advance = false) {
      if (at <= last_) at = next_candidate(at);
      if (at > last_) return Outcome::NoMatch;
      start = at;
      Outcome outcome = runner_.run(head_.body, at, at, must_advance);
      if (outcome != Outcome::NoMatch) return outcome;
    }
  }
  isize matched_end() const { return literal_end_ >= 0 ? literal_end_ : runner_.matched_end(); }

 private:
  // The first place at or after `at` whose character can begin a match; past last_ when there is none.
  isize next_candidate(isize at) const {
    if (head_.charset) {
      return scan(at, runner_.bitmap_of(head_.charset), [&](u32 c) { return in_charset(code_ + head_.charset, c); });
    }
    if (!head_.first) return at;
    if (code_[head_.first] != kLiteral) {
      return scan(at, runner_.bitmap_of(head_.first), [&](u32 c) { return runner_.passes(head_.first, c); });
    }
    const u32 literal = code_[head_.first + 1];
    if (literal > static_cast<Char>(~Char{0})) return last_ + 1;
    // A test that takes a character stands before `end`, however little the pattern as a whole may take.
    const isize found = text::find_unit(chars_ + at, end_ - at, static_cast<Char>(literal));
    return found < 0 ? last_ + 1 : at + found;
  }
  template <class Test>
  INLINE isize scan(isize at, const u32* bitmap, Test&& test) const {
    const isize stop = last_ + 1 < end_ ? last_ + 1 : end_;
    for (; at < stop; ++at) {
      const u32 c = chars_[at];
      if (LIKELY(bitmap && c < 256) ? bitmap[c >> 5] >> (c & 31) & 1 : test(c)) return at;
    }
    return last_ + 1;
  }

  Outcome search_prefix(isize at, isize& start) {
    isize length = head_.prefix_length;
    Char small[64];
    Char* prefix = small;
    Char* heap = nullptr;
    if (length > 64) prefix = heap = static_cast<Char*>(std::malloc(static_cast<usize>(length) * sizeof(Char)));
    if (!prefix) return Outcome::OutOfMemory;
    Outcome outcome = Outcome::NoMatch;
    if (copy_prefix(prefix)) {
      while (outcome == Outcome::NoMatch && at <= end_ - length) {
        isize hit = length == 1 ? text::find_unit(chars_ + at, end_ - at, prefix[0])
                                : text::find_units(chars_ + at, end_ - at, static_cast<const Char*>(prefix), length);
        if (hit < 0) break;
        at += hit;
        outcome = match_after_prefix(at);
        start = at++;
      }
    }
    std::free(heap);
    return outcome;
  }

  Outcome match_after_prefix(isize at) {
    if (head_.flags & kInfoLiteral) {
      literal_end_ = at + head_.prefix_length;
      return Outcome::Match;
    }
    return runner_.run(head_.body + 2 * head_.prefix_skip, at + head_.prefix_skip, at, false);
  }

  // False: the prefix has a character that this width cannot hold.
  bool copy_prefix(Char* to) {
    for (isize i = 0; i < head_.prefix_length; ++i) {
      if (head_.prefix[i] > static_cast<Char>(~Char{0})) return false;
      to[i] = static_cast<Char>(head_.prefix[i]);
    }
    return true;
  }

  Runner<Char>& runner_;
  const Head& head_;
  const u32* code_;
  const Char* chars_;
  isize end_;
  isize last_;  // no match can start after this
  isize literal_end_ = -1;
};

}  // namespace

Outcome Matcher::run(Kind kind) {
  if (failed_) return Outcome::OutOfMemory;
  if (!workspace_) {
    workspace_ = take_workspace();
    if (!workspace_) return Outcome::OutOfMemory;
  }
  for (usize i = 0; i < (usize{pattern_.groups} + 1) * 2; ++i) marks_[i] = -1;
  last_index_ = -1;
  u32 budget = kPollInterval;
  Head head(pattern_.code);
  return with_chars(subject_, [&]<class Char>(const Char* chars) {
    Runner<Char> runner(
        {pattern_.code, pattern_.sets, chars, limit_, marks_ + 2, &last_index_, workspace_, poll_, kind == Kind::FullMatch, &budget});
    Search<Char> search(runner, head, pattern_.code, chars, limit_);
    isize start = position_;
    Outcome outcome = kind == Kind::Search ? search.search(position_, must_advance_, start)
                                           : search.match(position_, must_advance_, start);
    if (outcome == Outcome::Match) {
      marks_[0] = start;
      marks_[1] = search.matched_end();
    }
    return outcome;
  });
}

}  // namespace py::regex
