#include "core/base/regex/set_table.h"

#include <cstring>

#include "core/base/regex/charset.h"
#include "core/base/regex/regex.h"

namespace py::regex {

namespace {

bool is_locale_category(u32 category) { return category == kLocWord || category == kLocNotWord; }

// The sets of bytes patterns with re.LOCALE change with the locale.
bool depends_on_locale(const u32* set) {
  for (;;) {
    switch (*set++) {
      case kFailure: return false;
      case kCategory:
        if (is_locale_category(*set)) return true;
        ++set;
        break;
      case kLiteral: ++set; break;
      case kRange:
      case kRangeUniIgnore: set += 2; break;
      case kCharset: set += 8; break;
      case kBigCharset: set += 1 + 64 + isize{*set} * 8; break;
      default: break;
    }
  }
}

bool passes(const u32* op, u32 c) {
  switch (op[0]) {
    case kIn: return in_charset(op + 2, c);
    case kInIgnore: return in_charset(op + 2, ascii_lower(c));
    case kInUniIgnore: return in_charset(op + 2, unicode::simple_lower(c));
    case kLiteralIgnore: return ascii_lower(c) == op[1];
    case kLiteralUniIgnore: return unicode::simple_lower(c) == op[1];
    default: return in_category(op[1], c);
  }
}

}  // namespace

SetTable::Bitmap* SetTable::append(isize pc) {
  if ((count_ & (count_ - 1)) == 0) {
    void* bigger = std::realloc(bitmaps_, (count_ ? usize{count_} * 2 : 1) * sizeof(Bitmap));
    if (!bigger) return nullptr;
    bitmaps_ = static_cast<Bitmap*>(bigger);
  }
  Bitmap* bitmap = bitmaps_ + count_++;
  std::memset(bitmap, 0, sizeof *bitmap);
  numbers_[pc] = count_;
  return bitmap;
}

void SetTable::add(const u32* code, isize pc) {
  const u32* op = code + pc;
  const bool is_set = op[0] == kIn || op[0] == kInIgnore || op[0] == kInUniIgnore;
  if (is_set ? depends_on_locale(op + 2) : op[0] == kCategory && is_locale_category(op[1])) return;
  Bitmap* bitmap = append(pc);
  for (u32 c = 0; bitmap && c < 256; ++c) {
    if (passes(op, c)) bitmap->bits[c >> 5] |= 1u << (c & 31);
  }
}

void SetTable::add_set(const u32* code, isize pc) {
  if (depends_on_locale(code + pc)) return;
  Bitmap* bitmap = append(pc);
  for (u32 c = 0; bitmap && c < 256; ++c) {
    if (in_charset(code + pc, c)) bitmap->bits[c >> 5] |= 1u << (c & 31);
  }
}

}  // namespace py::regex
