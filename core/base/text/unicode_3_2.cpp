#include "core/base/text/unicode_3_2.h"

#include <cstdlib>

namespace py::unicode::v3_2 {

namespace {

enum Field : u8 { Category, Bidirectional, Mirrored, Width, Decimal };

struct Row {
  Field field;
  u32 first, last;
  const char* value;
};

constexpr Row kRows[] = {
#define ROW(field, first, last, value) {field, first, last, value},
#include "core/base/text/unicode_3_2.def"
#undef ROW
};

// The old value where it differs from today's, else null.
const char* changed(Field field, u32 c) {
  for (const Row& row : kRows) {
    if (row.field == field && c >= row.first && c <= row.last) return row.value;
  }
  return nullptr;
}

// Corrigendum 4 changed these decompositions afterwards.
u32 corrected(u32 c) {
  switch (c) {
    case 0x2f868: return 0x2136a;
    case 0x2f874: return 0x5f33;
    case 0x2f91f: return 0x43ab;
    case 0x2f95f: return 0x7aae;
    case 0x2f9bf: return 0x4d57;
  }
  return c;
}

}  // namespace

bool is_assigned(u32 c) { return known_in(c, 3, 2); }

const char* category(u32 c) {
  if (!is_assigned(c)) return "Cn";
  const char* old = changed(Category, c);
  return old ? old : unicode::category(c);
}

const char* bidirectional(u32 c) {
  if (!is_assigned(c)) return "";
  const char* old = changed(Bidirectional, c);
  return old ? old : unicode::bidirectional(c);
}

const char* east_asian_width(u32 c) {
  if (!is_assigned(c)) return "F";  // as CPython has it
  const char* old = changed(Width, c);
  return old ? old : unicode::east_asian_width(c);
}

bool is_mirrored(u32 c) {
  if (!is_assigned(c)) return false;
  const char* old = changed(Mirrored, c);
  return old ? *old == '1' : unicode::is_mirrored(c);
}

int decimal_value(u32 c) {
  if (!is_assigned(c)) return -1;
  const char* old = changed(Decimal, c);
  return old ? std::atoi(old) : unicode::decimal_value(c);
}

bool normalize(Form form, TextView text, TextBuilder& out) {
  // Characters that 3.2 did not know are starters that nothing combines with: they part the text.
  TextBuilder known;
  for (isize i = 0; i <= text.length; ++i) {
    const bool at_end = i == text.length;
    if (!at_end && is_assigned(text[i])) {
      known.append(corrected(text[i]));
      continue;
    }
    if (known.failed() || !unicode::normalize(form, known.view(), out)) return false;
    known.clear();
    if (!at_end) out.append(text[i]);
  }
  return !out.failed();
}

}  // namespace py::unicode::v3_2
