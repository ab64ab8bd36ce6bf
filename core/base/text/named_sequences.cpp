#include "core/base/text/named_sequences.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace py::unicode {

namespace {

struct Sequence {
  std::string_view name;
  u16 code_points[4];  // 0: none
};

// Sorted by name.
constexpr Sequence kSequences[] = {
#define SEQUENCE(name, ...) {name, {__VA_ARGS__}},
#include "core/base/text/named_sequences.def"
#undef SEQUENCE
};

}  // namespace

int lookup_sequence(const char* upper_name, usize count, u32 (&result)[8]) {
  const std::string_view name(upper_name, count);
  const Sequence* found = std::lower_bound(std::begin(kSequences), std::end(kSequences), name,
                                           [](const Sequence& row, std::string_view wanted) { return row.name < wanted; });
  if (found == std::end(kSequences) || found->name != name) return 0;
  int size = 0;
  while (size < 4 && found->code_points[size]) {
    result[size] = found->code_points[size];
    ++size;
  }
  return size;
}

}  // namespace py::unicode
