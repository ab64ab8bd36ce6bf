#include "core/base/regex/regex.h"

#include <doctest/doctest.h>

#include <string>

#include "core/base/regex/opcodes.h"

using namespace py;
using namespace py::regex;

namespace {

// What re/_compiler.py makes of (?:a|bb)*c and (?:a*)*b, without the INFO block.
constexpr u32 kBranches[] = {23u, 17u, 0u,  4294967295u, 7u,  5u, 16u, 97u, 15u, 9u,  7u,
                             16u, 98u, 16u, 98u,         15u, 2u, 0u,  18u, 16u, 99u, 1u};
constexpr u32 kNested[] = {23u, 10u, 0u, 4294967295u, 24u, 6u, 0u, 4294967295u, 16u, 97u, 1u, 18u, 16u, 98u, 1u};

}  // namespace

TEST_CASE("a deep match uses the heap, not the machine stack") {
  constexpr isize kSize = sizeof kBranches / sizeof kBranches[0];
  Pattern pattern{kBranches, kSize, 0};
  REQUIRE(validate_code(kBranches, kSize, 0));
  std::string subject(2'000'000, 'a');
  subject += 'c';
  Matcher matcher(pattern, bytes_view(subject.data(), static_cast<isize>(subject.size())));
  CHECK(matcher.fullmatch() == Outcome::Match);
  CHECK(matcher.end() == 2'000'001);
}

TEST_CASE("the poll stops a match") {
  // (?:a*)*b over many a's takes exponential time.
  constexpr isize kSize = sizeof kNested / sizeof kNested[0];
  REQUIRE(validate_code(kNested, kSize, 0));
  std::string subject(60, 'a');
  int polls = 0;
  Poll poll{[](void* context) { return ++*static_cast<int*>(context) == 5; }, &polls};
  Matcher matcher({kNested, kSize, 0}, bytes_view(subject.data(), 60), 0, 60, poll);
  CHECK(matcher.match() == Outcome::Aborted);
  CHECK(polls == 5);
}

TEST_CASE("broken code is refused") {
  constexpr u32 kBroken[][6] = {{kLiteral, 'a', kJump, 100, kFailure, kSuccess},
                                {kMark, 0, kFailure, kFailure, kFailure, kSuccess},
                                {kIn, 3, kLiteral, 'a', kFailure, kSuccess},
                                {99, 0, 0, 0, 0, kSuccess}};
  for (auto& code : kBroken) CHECK_FALSE(validate_code(code, 6, 0));
  CHECK_FALSE(validate_code(kBroken[0], 0, 0));
}
