// Checks compiled code before it runs: every jump lands inside its block, every argument is in range. After this the
// runner trusts the code, so anybody may hand words to _sre.compile.
#include "core/base/regex/opcodes.h"
#include "core/base/regex/regex.h"
#include "core/base/regex/set_table.h"

namespace py::regex {

namespace {

constexpr int kMaxDepth = 1000;

class Validator {
 public:
  Validator(const u32* code, u32 groups, SetTable* sets) : code_(code), groups_(groups), sets_(sets) {}

  // The operations in [at, end).
  bool block(isize at, isize end, int depth) {
    if (depth > kMaxDepth) return false;
    while (at < end) {
      isize next = operation(at, end, depth);
      if (next <= at || next > end) return false;
      if (sets_) note_set(at);
      at = next;
    }
    return at == end;
  }

 private:
  // The operation is valid.
  void note_set(isize at) {
    switch (code_[at]) {
      case kIn:
      case kInIgnore:
      case kInUniIgnore:
      case kCategory:
      case kLiteralIgnore:
      case kLiteralUniIgnore: return sets_->add(code_, at);
      case kInfo:
        if (code_[at + 2] & kInfoCharset) sets_->add_set(code_, at + 5);
        return;
      default: return;
    }
  }

  // The end of the operation at `at`, or -1.
  isize operation(isize at, isize end, int depth) {
    isize left = end - at;
    switch (code_[at]) {
      case kSuccess:
      case kFailure:
      case kAny:
      case kAnyAll: return at + 1;
      case kMark: return left >= 2 && code_[at + 1] < 2 * u64{groups_} ? at + 2 : -1;
      case kLiteral:
      case kNotLiteral:
      case kLiteralIgnore:
      case kNotLiteralIgnore:
      case kLiteralUniIgnore:
      case kNotLiteralUniIgnore:
      case kLiteralLocIgnore:
      case kNotLiteralLocIgnore: return left >= 2 ? at + 2 : -1;
      case kAt: return left >= 2 && code_[at + 1] < kAtCount ? at + 2 : -1;
      case kCategory: return left >= 2 && code_[at + 1] < kCategoryCount ? at + 2 : -1;
      case kGroupRef:
      case kGroupRefIgnore:
      case kGroupRefUniIgnore:
      case kGroupRefLocIgnore: return left >= 2 && code_[at + 1] < groups_ ? at + 2 : -1;
      case kIn:
      case kInIgnore:
      case kInUniIgnore:
      case kInLocIgnore: {
        isize next = skip(at + 1, end);
        return next > at + 2 && code_[next - 1] == kFailure && charset(at + 2, next - 1) ? next : -1;
      }
      case kInfo: return info(at, end);
      case kBranch: return branch(at, end, depth);
      case kRepeatOne:
      case kMinRepeatOne:
      case kPossessiveRepeatOne: {
        if (!repeat_range(at, end)) return -1;
        isize next = skip(at + 1, end);
        return is_single(at + 4) && enclosed(at + 4, next, depth) ? next : -1;
      }
      case kRepeat:
      case kPossessiveRepeat: {
        if (!repeat_range(at, end)) return -1;
        isize until = skip(at + 1, end);
        if (until < at + 4 || until >= end || !block(at + 4, until, depth + 1)) return -1;
        bool general = code_[at] == kRepeat;
        u32 last = code_[until];
        return (general ? last == kMaxUntil || last == kMinUntil : last == kSuccess) ? until + 1 : -1;
      }
      case kAtomicGroup: {
        isize next = skip(at + 1, end);
        return enclosed(at + 2, next, depth) ? next : -1;
      }
      case kAssert:
      case kAssertNot: {
        isize next = skip(at + 1, end);
        return left >= 3 && code_[at + 2] < 0x80000000 && enclosed(at + 3, next, depth) ? next : -1;
      }
      case kGroupRefExists: return conditional(at, end, depth);
      default: return -1;
    }
  }

  // Where the skip word at `at` leads, or -1.
  isize skip(isize at, isize end) const {
    if (at >= end) return -1;
    isize target = at + static_cast<isize>(code_[at]);
    return target <= end ? target : -1;
  }

  // A body that ends with SUCCESS just before `next`.
  bool enclosed(isize body, isize next, int depth) {
    return next > body && code_[next - 1] == kSuccess && block(body, next - 1, depth + 1);
  }

  bool repeat_range(isize at, isize end) const { return end - at >= 5 && code_[at + 2] <= code_[at + 3]; }

  bool is_single(isize at) const {
    switch (code_[at]) {
      case kAny:
      case kAnyAll:
      case kLiteral:
      case kNotLiteral:
      case kIn:
      case kCategory:
      case kLiteralIgnore:
      case kNotLiteralIgnore:
      case kInIgnore:
      case kLiteralUniIgnore:
      case kNotLiteralUniIgnore:
      case kInUniIgnore:
      case kLiteralLocIgnore:
      case kNotLiteralLocIgnore:
      case kInLocIgnore: return true;
      default: return false;
    }
  }

  bool charset(isize at, isize end) const {
    while (at < end) {
      isize left = end - at;
      switch (code_[at]) {
        case kNegate: at += 1; break;
        case kLiteral: at += 2; break;
        case kRange:
        case kRangeUniIgnore: at += 3; break;
        case kCharset: at += 9; break;
        case kCategory:
          if (left < 2 || code_[at + 1] >= kCategoryCount) return false;
          at += 2;
          break;
        case kBigCharset: {
          if (left < 2 + 64 || code_[at + 1] > 256 || left < 2 + 64 + static_cast<isize>(code_[at + 1]) * 8)
            return false;
          const u8* blocks = reinterpret_cast<const u8*>(code_ + at + 2);
          for (int i = 0; i < 256; ++i) {
            if (blocks[i] >= code_[at + 1]) return false;
          }
          at += 2 + 64 + static_cast<isize>(code_[at + 1]) * 8;
          break;
        }
        default: return false;
      }
    }
    return at == end;
  }

  isize info(isize at, isize end) const {
    isize next = skip(at + 1, end);
    if (next < at + 5) return -1;
    u32 flags = code_[at + 2];
    if (flags & ~u32{kInfoPrefix | kInfoLiteral | kInfoCharset}) return -1;
    if ((flags & kInfoPrefix) && (flags & kInfoCharset)) return -1;
    if ((flags & kInfoLiteral) && !(flags & kInfoPrefix)) return -1;
    if (flags & kInfoPrefix) {
      if (next < at + 7) return -1;
      u32 length = code_[at + 5];
      isize room = next - (at + 7);
      if (length == 0 || static_cast<isize>(length) * 2 != room || code_[at + 6] > length) return -1;
    }
    if (flags & kInfoCharset) {
      if (next < at + 6 || code_[next - 1] != kFailure || !charset(at + 5, next - 1)) return -1;
    }
    return next;
  }

  isize branch(isize at, isize end, int depth) {
    isize target = -1;
    isize word = at + 1;
    while (word < end && code_[word] != 0) {
      isize next = skip(word, end);
      if (next < word + 3 || next >= end || code_[next - 2] != kJump) return -1;
      if (!block(word + 1, next - 2, depth + 1)) return -1;
      isize landing = skip(next - 1, end);
      if (landing < 0 || (target >= 0 && landing != target)) return -1;
      target = landing;
      word = next;
    }
    return word < end && target == word + 1 ? target : -1;
  }

  isize conditional(isize at, isize end, int depth) {
    if (end - at < 3 || code_[at + 1] >= groups_) return -1;
    isize no = at + 1 + static_cast<isize>(code_[at + 2]);
    if (no < at + 3 || no > end) return -1;
    // The last two words of the yes part may be its jump over the no part. Only one reading is consistent.
    if (no >= at + 5 && code_[no - 2] == kJump) {
      isize next = skip(no - 1, end);
      if (next >= no && block(at + 3, no - 2, depth + 1)) return block(no, next, depth + 1) ? next : -1;
    }
    return block(at + 3, no, depth + 1) ? no : -1;
  }

  const u32* code_;
  u32 groups_;
  SetTable* sets_;  // null: nobody wants bitmaps
};

}  // namespace

bool validate_code(const u32* code, isize code_size, u32 groups, SetTable* sets) {
  if (code_size < 1 || groups > kMaxGroups || code[code_size - 1] != kSuccess) return false;
  return Validator(code, groups, sets).block(0, code_size - 1, 0);
}

}  // namespace py::regex
