// The regular expression engine on code compiled by CPython, against CPython's matches.
#include <doctest/doctest.h>

#include "core/base/regex/regex.h"
#include "tests/unit/core/base/oracle/vectors.h"

using namespace py;
using namespace oracle;

namespace {

std::string spans(const regex::Matcher& matcher, u32 groups) {
  std::string result;
  for (u32 group = 0; group <= groups; ++group) {
    bool set = matcher.start(group) >= 0 && matcher.end(group) >= 0;
    result +=
        std::to_string(set ? matcher.start(group) : -1) + "," + std::to_string(set ? matcher.end(group) : -1) + ";";
  }
  return result + (matcher.last_index() < 0 ? "None" : std::to_string(matcher.last_index()));
}

std::string answer(regex::Outcome outcome, const regex::Matcher& matcher, u32 groups) {
  switch (outcome) {
    case regex::Outcome::Match: return spans(matcher, groups);
    case regex::Outcome::NoMatch: return "none";
    default: return "outcome " + std::to_string(static_cast<int>(outcome));
  }
}

std::string all_matches(regex::Pattern pattern, TextView subject) {
  std::string result;
  regex::Matcher matcher(pattern, subject);
  while (matcher.search() == regex::Outcome::Match) {
    result += (result.empty() ? "" : "/") + spans(matcher, pattern.groups);
    matcher.advance();
  }
  return result.empty() ? "none" : result;
}

}  // namespace

namespace {

std::string check_regex(const Fields& f) {
  std::vector<u32> code;
  for (usize at = 0; at < f[0].size();
       at = f[0].find(',', at) == std::string::npos ? f[0].size() : f[0].find(',', at) + 1) {
    code.push_back(static_cast<u32>(std::stoul(f[0].substr(at))));
  }
  regex::Pattern pattern{code.data(), static_cast<isize>(code.size()), static_cast<u32>(std::stoul(f[1]))};
  if (!regex::validate_code(code.data(), pattern.code_size, pattern.groups)) return "invalid code";
  TextBuilder source = text_of(f[2]);
  TextView subject = source.view();
  std::string result = all_matches(pattern, subject);
  const isize bounds[][2] = {{0, subject.length}, {1, subject.length}, {0, subject.length - 1}, {2, 5}};
  for (auto& [pos, endpos] : bounds) {
    regex::Matcher match(pattern, subject, pos, endpos), search(pattern, subject, pos, endpos),
        full(pattern, subject, pos, endpos);
    result += "|" + answer(match.match(), match, pattern.groups);
    result += "|" + answer(search.search(), search, pattern.groups);
    result += "|" + answer(full.fullmatch(), full, pattern.groups);
  }
  return result;
}

}  // namespace

TEST_CASE("oracle: regular expressions") { run("expressions", "regex", check_regex); }

TEST_CASE("oracle: random regular expressions") { run("random_expressions", "regex", check_regex); }
