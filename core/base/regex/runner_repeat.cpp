// The repeats, branches and tests of single characters of Runner.
#include "core/base/regex/runner.h"

namespace py::regex {

template <class Char>
bool Runner<Char>::passes_slow(u32 pc, u32 c) const {
  const u32* op = code_ + pc;
  switch (op[0]) {
    case kLiteral: return c == op[1];
    case kNotLiteral: return c != op[1];
    case kAny: return c != '\n';
    case kAnyAll: return true;
    case kIn: return in_charset(op + 2, c);
    case kCategory: return in_category(op[1], c);
    case kLiteralIgnore: return ascii_lower(c) == op[1];
    case kNotLiteralIgnore: return ascii_lower(c) != op[1];
    case kLiteralUniIgnore: return unicode::simple_lower(c) == op[1];
    case kNotLiteralUniIgnore: return unicode::simple_lower(c) != op[1];
    case kLiteralLocIgnore: return c == op[1] || locale_lower(c) == op[1] || locale_upper(c) == op[1];
    case kNotLiteralLocIgnore: return !(c == op[1] || locale_lower(c) == op[1] || locale_upper(c) == op[1]);
    case kInIgnore: return in_charset(op + 2, ascii_lower(c));
    case kInUniIgnore: return in_charset(op + 2, unicode::simple_lower(c));
    case kInLocIgnore: return in_charset_locale(op + 2, c);
    default: return false;
  }
}

// The end of the longest run of the single-character operation at `pc` within [position, limit).
template <class Char>
isize Runner<Char>::count_single(u32 pc, isize position, isize limit) const {
  const u32* op = code_ + pc;
  switch (op[0]) {
    case kAnyAll: return limit;
    case kAny:
    case kNotLiteral: {
      u32 stop = op[0] == kAny ? '\n' : op[1];
      if (stop > static_cast<Char>(~Char{0})) return limit;
      isize found = text::find_unit(chars_ + position, limit - position, static_cast<Char>(stop));
      return found < 0 ? limit : position + found;
    }
    case kLiteral:
      while (position < limit && chars_[position] == op[1]) ++position;
      return position;
    default: break;
  }
  if (const u32* bitmap = bitmap_of(pc)) {
    for (; position < limit; ++position) {
      const u32 c = chars_[position];
      if (!(LIKELY(c < 256) ? bitmap[c >> 5] >> (c & 31) & 1 : passes_slow(pc, c))) break;
    }
    return position;
  }
  while (position < limit && single(pc, position)) ++position;
  return position;
}

// Whether no character that the test at `body` accepts can begin what stands at `tail`: then a run of them that was taken
// greedily is never worth shortening. Only the Latin-1 part of a set is known.
template <class Char>
bool Runner<Char>::cannot_give_back(u32 body, u32 tail) const {
  while (code_[tail] == kMark) tail += 2;
  if (code_[tail] == kLiteral) return !passes(body, code_[tail + 1]);
  if constexpr (sizeof(Char) != 1) return false;
  if ((code_[tail] == kRepeatOne || code_[tail] == kPossessiveRepeatOne) && code_[tail + 2] > 0) tail += 4;
  const u32* ours = bitmap_of(body);
  if (!ours) return false;
  if (code_[tail] == kLiteral) return !passes(body, code_[tail + 1]);
  const u32* next = bitmap_of(tail);
  if (!next) return false;
  u32 common = 0;
  for (int i = 0; i < 8; ++i) common |= ours[i] & next[i];
  return common == 0;
}

// The literal that must stand where `pc` is reached; marks do not consume, so it may come after them.
template <class Char>
u32 Runner<Char>::following_literal(u32 pc) const {
  while (code_[pc] == kMark) pc += 2;
  return code_[pc] == kLiteral ? code_[pc + 1] : kNoLiteral;
}

template <class Char>
typename Runner<Char>::Next Runner<Char>::repeat_one() {
  const u32* op = code_ + pc_;
  isize room = end_ - position_;
  if (room < op[2]) return Next::Fail;
  isize limit = op[3] == kMaxRepeat || room < op[3] ? end_ : position_ + op[3];
  isize stop = count_single(pc_ + 4, position_, limit);
  isize lowest = position_ + op[2];
  if (stop < lowest) return Next::Fail;
  u32 tail = pc_ + 1 + op[1];
  u32 literal = following_literal(tail);
  if (stop == lowest || cannot_give_back(pc_ + 4, tail) || (literal == kNoLiteral && code_[tail] == kSuccess && barrier_ < 0 && !s_.match_all &&
                         !(must_advance_ && stop == start_))) {
    position_ = stop;
    pc_ = tail;
    return Next::Go;
  }
  // As if one more had been tried and failed: resuming gives it back.
  Entry entry{EntryKind::RepeatOne, tail, stop + 1, lowest, repeat_, literal};
  if (!push(entry)) return Next::Fail;
  return resume_repeat_one(s_.work->entries.top()) ? Next::Go : Next::Fail;
}

// Gives back characters until what follows may match; drops the entry when none can be given back any more.
template <class Char>
bool Runner<Char>::resume_repeat_one(Entry& entry) {
  isize position = entry.position - 1;
  if (entry.count != kNoLiteral) {
    if (entry.count > static_cast<Char>(~Char{0})) {
      position = -1;
    } else {
      isize span = (position < end_ ? position + 1 : end_) - entry.value;
      isize found = span > 0 ? text::find_last_unit(chars_ + entry.value, span, static_cast<Char>(entry.count)) : -1;
      position = found < 0 ? -1 : entry.value + found;
    }
  }
  if (position < entry.value) {
    s_.work->entries.pop();
    return false;
  }
  position_ = position;
  pc_ = entry.pc;
  repeat_ = entry.repeat;
  entry.position = position;
  if (position == entry.value) s_.work->entries.pop();
  return true;
}

template <class Char>
typename Runner<Char>::Next Runner<Char>::min_repeat_one() {
  const u32* op = code_ + pc_;
  if (end_ - position_ < op[2]) return Next::Fail;
  isize lowest = position_ + op[2];
  if (op[2] != 0) {
    if (count_single(pc_ + 4, position_, lowest) < lowest) return Next::Fail;
    position_ = lowest;
  }
  if (op[3] != op[2]) {
    if (!push({EntryKind::MinRepeatOne, pc_, position_, 0, repeat_, op[2]})) return Next::Fail;
  }
  pc_ += 1 + op[1];
  return Next::Go;
}

template <class Char>
bool Runner<Char>::resume_min_repeat_one(Entry& entry) {
  const u32* op = code_ + entry.pc;
  u32 tail = entry.pc + 1 + op[1];
  u32 literal = following_literal(tail);
  isize position = entry.position;
  isize most = op[3] == kMaxRepeat ? end_ : entry.position + (static_cast<isize>(op[3]) - entry.count);
  if (most > end_) most = end_;
  bool ok = position < most && single(entry.pc + 4, position);
  if (ok) ++position;
  while (ok && literal != kNoLiteral && (position >= end_ || chars_[position] != literal)) {
    ok = position < most && single(entry.pc + 4, position);
    if (ok) ++position;
  }
  if (!ok) {
    s_.work->entries.pop();
    return false;
  }
  position_ = position;
  pc_ = tail;
  repeat_ = entry.repeat;
  if (op[3] != kMaxRepeat) entry.count += static_cast<u32>(position - entry.position);
  entry.position = position;
  return true;
}

// One more round of a general repeat's body.
template <class Char>
typename Runner<Char>::Next Runner<Char>::another_round(i32 index, u32 count, bool guard) {
  RepeatNode& node = s_.work->nodes[static_cast<usize>(index)];
  if (!push({EntryKind::UndoRepeat, 0, 0, node.last_position, index, node.count})) return Next::Fail;
  node.count = count;
  if (guard) node.last_position = position_;
  repeat_ = index;
  pc_ = node.pc + 4;
  return Next::Go;
}

template <class Char>
typename Runner<Char>::Next Runner<Char>::until_greedy() {
  i32 index = repeat_;
  const RepeatNode node = s_.work->nodes[static_cast<usize>(index)];
  u32 count = node.count + 1;
  u32 least = code_[node.pc + 2], most = code_[node.pc + 3];
  if (count < least) return another_round(index, count, false);
  u32 tail = pc_ + 1;
  if ((count < most || most == kMaxRepeat) && position_ != node.last_position) {
    // When the round fails, what follows the repeat is tried from here.
    if (!push({EntryKind::Choice, tail, position_, 0, node.previous, 0})) return Next::Fail;
    return another_round(index, count, true);
  }
  repeat_ = node.previous;
  pc_ = tail;
  return Next::Go;
}

template <class Char>
typename Runner<Char>::Next Runner<Char>::until_lazy() {
  i32 index = repeat_;
  const RepeatNode node = s_.work->nodes[static_cast<usize>(index)];
  u32 count = node.count + 1;
  if (count < code_[node.pc + 2]) return another_round(index, count, false);
  if (!push({EntryKind::MinUntil, 0, position_, index, index, count})) return Next::Fail;
  repeat_ = node.previous;
  ++pc_;
  return Next::Go;
}

// Whether an alternative's first test allows the character here.
template <class Char>
bool Runner<Char>::can_begin(const u32* body) const {
  if (body[0] == kLiteral) return has_char() && here() == body[1];
  if (body[0] == kIn) return has_char() && passes(static_cast<u32>(body - code_), here());
  return true;
}

// Tries the alternatives from the one whose skip word is at `skip_word`; those that cannot begin here are passed over.
template <class Char>
typename Runner<Char>::Next Runner<Char>::branch(u32 skip_word) {
  auto first_possible = [&](u32 word) {
    while (code_[word] != 0 && !can_begin(code_ + word + 1)) word += code_[word];
    return word;
  };
  const u32 chosen = first_possible(skip_word);
  if (code_[chosen] == 0) return Next::Fail;
  const u32 next = first_possible(chosen + code_[chosen]);
  if (code_[next] != 0 && !push({EntryKind::Alternative, next, position_, 0, repeat_, 0})) return Next::Fail;
  pc_ = chosen + 1;
  return Next::Go;
}

template <class Char>
typename Runner<Char>::Next Runner<Char>::group_reference(u32 kind) {
  const isize* group = s_.marks + usize{code_[pc_ + 1]} * 2;
  isize start = group[0], length = group[1] - group[0];
  if (start < 0 || group[1] < 0 || length < 0 || length > end_ - position_) return Next::Fail;
  for (isize i = 0; i < length; ++i) {
    u32 wanted = chars_[start + i], c = chars_[position_ + i];
    if (wanted == c) continue;
    if (kind == kGroupRefIgnore && ascii_lower(wanted) == ascii_lower(c)) continue;
    if (kind == kGroupRefUniIgnore && unicode::simple_lower(wanted) == unicode::simple_lower(c)) continue;
    if (kind == kGroupRefLocIgnore && locale_lower(wanted) == locale_lower(c)) continue;
    return Next::Fail;
  }
  position_ += length;
  pc_ += 2;
  return Next::Go;
}

template <class Char>
bool Runner<Char>::boundary(bool (*is_word)(u32)) {
  bool before = position_ > 0 && is_word(chars_[position_ - 1]);
  bool after = position_ < end_ && is_word(chars_[position_]);
  return before != after;
}

template <class Char>
typename Runner<Char>::Next Runner<Char>::at(u32 where) {
  bool holds = false;
  switch (where) {
    case kAtBeginning:
    case kAtBeginningString: holds = position_ == 0; break;
    case kAtBeginningLine: holds = position_ == 0 || chars_[position_ - 1] == '\n'; break;
    case kAtEnd: holds = position_ == end_ || (position_ == end_ - 1 && chars_[position_] == '\n'); break;
    case kAtEndLine: holds = position_ == end_ || chars_[position_] == '\n'; break;
    case kAtEndString: holds = position_ == end_; break;
    // An empty subject has neither boundaries nor places between them: CPython's test_re pins it.
    case kAtBoundary: holds = end_ > 0 && boundary(is_ascii_word); break;
    case kAtNonBoundary: holds = end_ > 0 && !boundary(is_ascii_word); break;
    case kAtLocBoundary: holds = end_ > 0 && boundary(locale_is_word); break;
    case kAtLocNonBoundary: holds = end_ > 0 && !boundary(locale_is_word); break;
    case kAtUniBoundary: holds = end_ > 0 && boundary(is_unicode_word); break;
    case kAtUniNonBoundary: holds = end_ > 0 && !boundary(is_unicode_word); break;
    default: break;
  }
  if (!holds) return Next::Fail;
  pc_ += 2;
  return Next::Go;
}

template class Runner<u8>;
template class Runner<u16>;
template class Runner<u32>;

}  // namespace py::regex
