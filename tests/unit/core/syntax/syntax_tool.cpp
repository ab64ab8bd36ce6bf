// A filter for compare_with_cpython.py: reads requests from stdin, writes answers to stdout.
// Request: a line "COMMAND MODE LENGTH", then LENGTH bytes of source. COMMAND: dump (3.11 view), check (errors only),
// scopes, time. Answer: a line "LENGTH", then LENGTH bytes.
#include <unicode/uchar.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>

#include "core/syntax/dump.h"
#include "core/syntax/parse.h"
#include "core/syntax/scope.h"
#include "core/syntax/unparse.h"
#ifndef NO_SCOPES_1
#include "core/syntax/scope_dump.h"
#endif

namespace {

using namespace py;

std::string describe(const SyntaxProblem& problem) {
  static const char* const kKinds[] = {"None",           "SyntaxError", "IndentationError",   "TabError",
                                       "RecursionError", "MemoryError", "UnicodeDecodeError", "ValueError",
                                       "Incomplete"};
  return std::string(kKinds[static_cast<int>(problem.kind)]) + "|" + std::string(problem.message) + "|" +
         std::to_string(problem.line) + "|" + std::to_string(problem.offset) + "|" + std::to_string(problem.end_line) +
         "|" + std::to_string(problem.end_offset);
}

std::string answer(const std::string& command, const std::string& mode, const std::string& source) {
  Arena arena;
  ParseOptions options;
  options.mode = mode == "eval" ? ParseMode::Eval : mode == "single" ? ParseMode::Single : ParseMode::Exec;
  options.ignore_cookie = command == "check" || command == "repl";
  options.allow_incomplete_input = options.dont_imply_dedent = command == "repl";
  options.lookup_unicode_name = [](void*, std::string_view name, u32* code) -> bool {
    UErrorCode status = U_ZERO_ERROR;
    *code = u_charFromName(U_EXTENDED_CHAR_NAME, std::string(name).c_str(), &status);
    return U_SUCCESS(status);
  };
  auto start = std::chrono::steady_clock::now();
  ParseResult result = parse(arena, source, options);
  if (command == "time") {
    double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::to_string(source.size() / seconds / 1e6) + " MB/s";
  }
  if (result.problem) return "ERROR " + describe(result.problem);
  if (command == "dump") return dump(result.module, {.version = 11, .string_locations = false});
  if (command == "unparse") return unparse(result.module->as<ast::Expression>()->body);
  if (command == "dump14") return dump(result.module, {});
#ifdef NO_SCOPES_1
  return "OK";
#else
  SyntaxProblem problem;
  ScopeOptions scope_options;
  scope_options.future_flags = result.future_flags;
  scope_options.inline_comprehensions = command != "scopes";
  ScopeTable table = analyze_scopes(arena, *result.identifiers, result.module, scope_options, &problem);
  if (problem) return "ERROR " + describe(problem);
  return command == "check" || command == "repl" ? "OK" : dump_scopes(table);
#endif
}

}  // namespace

int main() {
  char command[32], mode[32];
  usize length;
  while (std::scanf("%31s %31s %zu", command, mode, &length) == 3) {
    std::getchar();
    std::string source(length, '\0');
    if (std::fread(source.data(), 1, length, stdin) != length) return 1;
    std::string text = answer(command, mode, source);
    std::printf("%zu\n", text.size());
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  }
}
