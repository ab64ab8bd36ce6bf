// What the tests of core/syntax share: one arena, one parse, shown as text.
#pragma once
#include <string>

#include "core/syntax/dump.h"
#include "core/syntax/parse.h"
#include "core/syntax/scope.h"
#include "core/syntax/scope_dump.h"

namespace py {

struct Parsed {
  explicit Parsed(std::string_view source, ParseOptions options = {}) {
    options.ignore_cookie = true;
    result = parse(arena, source, options);
    if (result.module == nullptr) return;
    table = analyze_scopes(arena, *result.identifiers, result.module, {.future_flags = result.future_flags},
                           &result.problem);
  }

  std::string tree() {
    if (result.module == nullptr) return error();
    std::string text = dump(result.module, {.locations = false});
    // Module(body=[...], type_ignores=[]): only the statements are interesting.
    return text.substr(13, text.size() - 13 - 19);
  }
  // "Kind line:offset-end_line:end_offset message"
  std::string error() {
    const SyntaxProblem& problem = result.problem;
    static const char* const kKinds[] = {"",        "",         "Indentation ", "Tab ",       "Recursion ",
                                         "Memory ", "Unicode ", "Value ",       "Incomplete "};
    if (!problem) return "";
    return kKinds[static_cast<int>(problem.kind)] + std::to_string(problem.line) + ":" +
           std::to_string(problem.offset) + "-" + std::to_string(problem.end_line) + ":" +
           std::to_string(problem.end_offset) + " " + std::string(problem.message);
  }
  std::string scopes() { return table.top == nullptr ? error() : dump_scopes(table); }

  Arena arena;
  ParseResult result;
  ScopeTable table;
};

}  // namespace py
