#include "core/base/regex/runner.h"

namespace py::regex {

template <class Char>
Outcome Runner<Char>::run(u32 pc, isize position, isize start, bool must_advance) {
  pc_ = pc;
  position_ = position;
  start_ = start;
  must_advance_ = must_advance;
  repeat_ = -1;
  barrier_ = -1;
  outcome_ = Outcome::NoMatch;
  bare_marks_ = 0;
  s_.work->entries.resize(0);
  s_.work->nodes.resize(0);
  const Char* const chars = chars_;
  const isize end = end_;
  for (;;) {
    const u32* op = code_ + pc;
    switch (op[0]) {
      case kLiteral:
        if (position >= end || chars[position] != op[1]) break;
        ++position, pc += 2;
        continue;
      case kNotLiteral:
        if (position >= end || chars[position] == op[1]) break;
        ++position, pc += 2;
        continue;
      case kAny:
        if (position >= end || chars[position] == '\n') break;
        ++position, ++pc;
        continue;
      case kAnyAll:
        if (position >= end) break;
        ++position, ++pc;
        continue;
      case kIn:
        if (position >= end || !passes(pc, chars[position])) break;
        ++position, pc += 1 + op[1];
        continue;
      case kMark:
        if (UNLIKELY(!set_mark(op[1], position))) return outcome_;
        pc += 2;
        continue;
      case kJump:
      case kInfo: pc += 1 + op[1]; continue;
      case kFailure: break;
      default:
        if (slow_step(pc, position)) continue;
        if (outcome_ == Outcome::Match) return outcome_;
        break;
    }
    if (!go_back(pc, position)) return outcome_;
  }
}

// Both carry pc and position to the members and back. False: the path failed, or the match is over.
template <class Char>
INLINE bool Runner<Char>::slow_step(u32& pc, isize& position) {
  pc_ = pc;
  position_ = position;
  const bool goes_on = step() == Next::Go && outcome_ != Outcome::Match;
  pc = pc_;
  position = position_;
  return goes_on;
}
// False: there is no other way left.
template <class Char>
INLINE bool Runner<Char>::go_back(u32& pc, isize& position) {
  if (UNLIKELY(--*s_.budget == 0)) {
    *s_.budget = kPollInterval;
    if (s_.poll.call && s_.poll.call(s_.poll.context)) {
      outcome_ = Outcome::Aborted;
      return false;
    }
  }
  if (!backtrack()) {
    if (bare_marks_) forget_marks();
    return false;
  }
  pc = pc_;
  position = position_;
  return true;
}

// With nothing to come back to, failing ends the whole attempt: then no entry is needed to restore the mark.
template <class Char>
INLINE bool Runner<Char>::set_mark(u32 number, isize position) {
  isize* mark = s_.marks + number;
  if (s_.work->entries.size() == 0) {
    if (number >= bare_marks_) bare_marks_ = number + 1;
  } else if (!push({EntryKind::UndoMark, number, 0, *mark, 0, static_cast<u32>(*s_.last_index)})) {
    return false;
  }
  *mark = position;
  if (number & 1) *s_.last_index = static_cast<i32>(number / 2 + 1);
  return true;
}
// The attempt failed: as it was before the first.
template <class Char>
NOINLINE void Runner<Char>::forget_marks() {
  for (u32 number = 0; number < bare_marks_; ++number) s_.marks[number] = -1;
  bare_marks_ = 0;
  *s_.last_index = -1;
}

// One operation at pc_ that run() has no line for. Fail leaves everything to backtrack().
template <class Char>
typename Runner<Char>::Next Runner<Char>::step() {
  const u32* op = code_ + pc_;
  switch (op[0]) {
    case kSuccess: return succeed();
    case kCategory:
    case kLiteralIgnore:
    case kNotLiteralIgnore:
    case kLiteralUniIgnore:
    case kNotLiteralUniIgnore:
    case kLiteralLocIgnore:
    case kNotLiteralLocIgnore: return consume(has_char() && single(pc_, position_), 2);
    case kInIgnore:
    case kInUniIgnore:
    case kInLocIgnore: return consume(has_char() && single(pc_, position_), 1 + op[1]);
    case kAt: return at(op[1]);
    case kBranch: return branch(pc_ + 1);
    case kRepeatOne: return repeat_one();
    case kMinRepeatOne: return min_repeat_one();
    case kPossessiveRepeatOne: {
      isize limit = op[3] == kMaxRepeat || end_ - position_ < op[3] ? end_ : position_ + op[3];
      isize stop = count_single(pc_ + 4, position_, limit);
      if (stop - position_ < op[2]) return Next::Fail;
      position_ = stop;
      pc_ += 1 + op[1];
      return Next::Go;
    }
    case kRepeat: {
      i32 node = static_cast<i32>(s_.work->nodes.size());
      if (!push({EntryKind::UndoNode, 0, 0, 0, repeat_, 0})) return Next::Fail;
      if (!s_.work->nodes.push({pc_, ~u32{0}, repeat_, -1})) {
        s_.work->entries.pop();
        outcome_ = Outcome::OutOfMemory;
        return Next::Fail;
      }
      repeat_ = node;
      pc_ += 1 + op[1];
      return Next::Go;
    }
    case kMaxUntil: return until_greedy();
    case kMinUntil: return until_lazy();
    case kAtomicGroup: return enter(EntryKind::Atomic, pc_ + 2, position_);
    case kAssert:
      if (position_ < op[2]) return Next::Fail;
      return enter(EntryKind::Assert, pc_ + 3, position_ - op[2]);
    case kAssertNot:
      if (position_ < op[2]) {
        pc_ += 1 + op[1];
        return Next::Go;
      }
      return enter(EntryKind::AssertNot, pc_ + 3, position_ - op[2]);
    case kPossessiveRepeat: return possessive_round(pc_, 0);
    case kGroupRef:
    case kGroupRefIgnore:
    case kGroupRefLocIgnore:
    case kGroupRefUniIgnore: return group_reference(op[0]);
    case kGroupRefExists: {
      const isize* group = s_.marks + usize{op[1]} * 2;
      bool matched = group[0] >= 0 && group[1] >= group[0];
      pc_ += matched ? 3 : 1 + op[2];
      return Next::Go;
    }
    default: outcome_ = Outcome::InvalidCode; return Next::Fail;
  }
}

// Undoes and drops entries until one offers another way. False: none left, or the match is over.
template <class Char>
bool Runner<Char>::backtrack() {
  Pile<Entry>& entries = s_.work->entries;
  if (UNLIKELY(outcome_ != Outcome::NoMatch)) return false;
  while (entries.size() != 0) {
    Entry& entry = entries.top();
    switch (entry.kind) {
      case EntryKind::UndoMark:
        s_.marks[entry.pc] = entry.value;
        *s_.last_index = static_cast<i32>(entry.count);
        entries.pop();
        break;
      case EntryKind::UndoRepeat: {
        RepeatNode& node = s_.work->nodes[static_cast<usize>(entry.repeat)];
        node.count = entry.count;
        node.last_position = entry.value;
        entries.pop();
        break;
      }
      case EntryKind::UndoNode:
        s_.work->nodes.pop();
        entries.pop();
        break;
      case EntryKind::RepeatOne:
        if (resume_repeat_one(entry)) return true;
        break;
      case EntryKind::MinRepeatOne:
        if (resume_min_repeat_one(entry)) return true;
        break;
      default: {
        Entry copy = entry;
        entries.pop();
        if (resume(copy)) return true;
        if (outcome_ != Outcome::NoMatch) return false;
        break;
      }
    }
  }
  return false;
}

template <class Char>
bool Runner<Char>::resume(Entry entry) {
  position_ = entry.position;
  repeat_ = entry.repeat;
  pc_ = entry.pc;
  switch (entry.kind) {
    case EntryKind::Choice: return true;
    case EntryKind::Alternative: return branch(entry.pc) == Next::Go;
    case EntryKind::MinUntil: {
      i32 index = static_cast<i32>(entry.value);
      RepeatNode node = s_.work->nodes[static_cast<usize>(index)];
      u32 most = code_[node.pc + 3];
      if ((entry.count >= most && most != kMaxRepeat) || position_ == node.last_position) return false;
      return another_round(index, entry.count, true) == Next::Go;
    }
    case EntryKind::AssertNot:
      barrier_ = entry.value;
      pc_ += 1 + code_[pc_ + 1];
      return true;
    case EntryKind::Possessive:
      barrier_ = entry.value;
      if (entry.count < code_[pc_ + 2]) return false;
      pc_ += 2 + code_[pc_ + 1];
      return true;
    default: barrier_ = entry.value; return false;  // a sub-match failed, and so does what needed it
  }
}

// Starts a sub-match: what lies above its entry belongs to it.
template <class Char>
typename Runner<Char>::Next Runner<Char>::enter(EntryKind kind, u32 body, isize position, u32 count, u32 pc) {
  isize barrier = static_cast<isize>(s_.work->entries.size());
  u32 origin = kind == EntryKind::Possessive ? pc : pc_;
  // The entry keeps where an assertion came from; its body may start further back.
  if (!push({kind, origin, position_, barrier_, repeat_, count})) return Next::Fail;
  barrier_ = barrier;
  pc_ = body;
  position_ = position;
  return Next::Go;
}

// A finished sub-match loses its choices; only what restores marks stays, for whoever backtracks past it.
template <class Char>
void Runner<Char>::leave_barrier() {
  Pile<Entry>& entries = s_.work->entries;
  usize keep = static_cast<usize>(barrier_);
  Entry barrier = entries[keep];
  usize nodes = s_.work->nodes.size();
  for (usize i = keep + 1; i < entries.size(); ++i) {
    if (entries[i].kind == EntryKind::UndoMark) entries[keep++] = entries[i];
    if (entries[i].kind == EntryKind::UndoNode) --nodes;
  }
  entries.resize(keep);
  s_.work->nodes.resize(nodes);
  barrier_ = barrier.value;
  repeat_ = barrier.repeat;
}

template <class Char>
typename Runner<Char>::Next Runner<Char>::succeed() {
  if (LIKELY(barrier_ < 0)) {
    if (s_.match_all && position_ != end_) return Next::Fail;
    if (must_advance_ && position_ == start_) return Next::Fail;
    outcome_ = Outcome::Match;
    return Next::Go;
  }
  Entry barrier = s_.work->entries[static_cast<usize>(barrier_)];
  u32 skip = code_[barrier.pc + 1];
  if (barrier.kind == EntryKind::AssertNot) {
    // Undo the sub-match completely, its barrier included, then fail.
    usize below = static_cast<usize>(barrier_);
    leave_barrier();
    Pile<Entry>& entries = s_.work->entries;
    while (entries.size() > below) {
      s_.marks[entries.top().pc] = entries.top().value;
      *s_.last_index = static_cast<i32>(entries.top().count);
      entries.pop();
    }
    return Next::Fail;
  }
  leave_barrier();
  if (barrier.kind == EntryKind::Possessive) {
    u32 count = barrier.count + 1;
    u32 least = code_[barrier.pc + 2], most = code_[barrier.pc + 3];
    bool more = count < most || most == kMaxRepeat;
    if (count < least || (more && position_ != barrier.position)) return possessive_round(barrier.pc, count);
    pc_ = barrier.pc + 2 + skip;
    return Next::Go;
  }
  if (barrier.kind == EntryKind::Assert) position_ = barrier.position;
  pc_ = barrier.pc + 1 + skip;
  return Next::Go;
}

template <class Char>
typename Runner<Char>::Next Runner<Char>::possessive_round(u32 pc, u32 count) {
  if (count == 0 && code_[pc + 3] == 0) {
    pc_ = pc + 2 + code_[pc + 1];
    return Next::Go;
  }
  return enter(EntryKind::Possessive, pc + 4, position_, count, pc);
}

template class Runner<u8>;
template class Runner<u16>;
template class Runner<u32>;

}  // namespace py::regex
