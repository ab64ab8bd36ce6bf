// Matcher: sets up a runner for the subject's width and looks for the place to start.
#include "core/base/regex/regex.h"

#include <cstdlib>
#include <new>

#include "core/base/regex/runner.h"

namespace py::regex {

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
  if (workspace_) {
    workspace_->~Workspace();
    std::free(workspace_);
  }
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
    anchored = code[body] == kAt && (code[body + 1] == kAtBeginning || code[body + 1] == kAtBeginningString);
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
      charset = code + 5;
    }
  }
  u32 flags = 0;
  isize least_width = 0;
  u32 body = 0;
  isize prefix_length = 0;
  u32 prefix_skip = 0;
  const u32* prefix = nullptr;
  const u32* charset = nullptr;
  bool anchored = false;  // matches nowhere but at the beginning of the text
};

template <class Char>
class Search {
 public:
  Search(Runner<Char>& runner, const Head& head, const Char* chars, isize end)
      : runner_(runner), head_(head), chars_(chars), end_(end), last_(end - head.least_width) {}

  Outcome match(isize at, bool must_advance, isize& start) {
    start = at;
    if (at > last_) return Outcome::NoMatch;
    return runner_.run(head_.body, at, at, must_advance);
  }

  Outcome search(isize at, bool must_advance, isize& start) {
    if (head_.anchored) return match(at, must_advance, start);
    if (head_.prefix) return search_prefix(at, start);
    for (;; ++at, must_advance = false) {
      if (head_.charset) {
        while (at <= last_ && !in_charset(head_.charset, chars_[at])) ++at;
      }
      if (at > last_) return Outcome::NoMatch;
      start = at;
      Outcome outcome = runner_.run(head_.body, at, at, must_advance);
      if (outcome != Outcome::NoMatch) return outcome;
    }
  }
  isize matched_end() const { return literal_end_ >= 0 ? literal_end_ : runner_.matched_end(); }

 private:
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
  const Char* chars_;
  isize end_;
  isize last_;  // no match can start after this
  isize literal_end_ = -1;
};

}  // namespace

Outcome Matcher::run(Kind kind) {
  if (failed_) return Outcome::OutOfMemory;
  if (!workspace_) {
    void* place = std::malloc(sizeof(Workspace));
    if (!place) return Outcome::OutOfMemory;
    workspace_ = new (place) Workspace;
  }
  for (usize i = 0; i < (usize{pattern_.groups} + 1) * 2; ++i) marks_[i] = -1;
  last_index_ = -1;
  u32 budget = kPollInterval;
  Head head(pattern_.code);
  return with_chars(subject_, [&]<class Char>(const Char* chars) {
    Runner<Char> runner(
        {pattern_.code, chars, limit_, marks_ + 2, &last_index_, workspace_, poll_, kind == Kind::FullMatch, &budget});
    Search<Char> search(runner, head, chars, limit_);
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
