#include "core/syntax/parse.h"

#include "core/syntax/characters.h"
#include "core/syntax/diagnose.h"
#include "core/syntax/future.h"
#include "core/syntax/lexer.h"
#include "core/syntax/parser.h"
#include "core/syntax/source_text.h"

namespace py {
namespace {

// In single mode the end of the text counts as a newline, which closes what is open unless the caller forbids that.
void end_interactive(std::vector<Token>& tokens, u32 final_dedents, const ParseOptions& options, bool has_newline) {
  if (tokens.back().kind != TokenKind::EndMarker) return;
  Token end = tokens.back();
  if (tokens.size() == 1) return;
  Token newline = end;
  newline.kind = TokenKind::Newline;
  tokens.pop_back();
  if (has_newline) {
    tokens.push_back(newline);
  } else {
    // The newline comes before the dedents, or these do not come at all.
    std::vector<Token> dedents(tokens.end() - final_dedents, tokens.end());
    tokens.resize(tokens.size() - final_dedents);
    tokens.push_back(newline);
    if (!options.dont_imply_dedent && !dedents.empty()) {
      tokens.insert(tokens.end(), dedents.begin(), dedents.end());
      tokens.push_back(newline);
    }
  }
  tokens.push_back(end);
}

void append_warnings(SyntaxWarningNote** list, SyntaxWarningNote* more) {
  while (*list != nullptr) list = &(*list)->next;
  *list = more;
}

}  // namespace

ParseResult parse(Arena& arena, std::string_view source, const ParseOptions& options) {
  ParseResult result;
  result.identifiers = arena.make<IdentifierTable>(arena);
  result.future_flags = options.future_flags;
  std::string_view text = read_source(arena, source, options, &result.problem);
  result.source = text;
  if (result.problem) return result;
  Lexer lexer(arena, *result.identifiers, text);
  lexer.run();
  if (options.mode == ParseMode::Single) {
    end_interactive(lexer.tokens, lexer.final_dedents, options, !text.empty() && text.back() == '\n');
  }
  TokenList tokens{lexer.tokens.data(), static_cast<u32>(lexer.tokens.size())};
  Parser parser(arena, *result.identifiers, text, tokens, options);
  result.module = parser.parse_module();
  append_warnings(&result.warnings, lexer.warnings);
  append_warnings(&result.warnings, parser.warnings);
  if (result.module == nullptr || parser.failed()) {
    result.module = nullptr;
    result.problem = diagnose(arena, text, lexer, tokens, parser, options);
    return result;
  }
  read_future_imports(arena, result.module, &result.future_flags, nullptr);
  return result;
}

std::string_view source_line(std::string_view source, i32 line) {
  usize start = 0;
  for (; line > 1; --line) {
    usize end = source.find('\n', start);
    if (end == std::string_view::npos) return {};
    start = end + 1;
  }
  usize end = source.find('\n', start);
  return source.substr(start, end == std::string_view::npos ? end : end + 1 - start);
}

SyntaxProblem problem_at(Arena& arena, std::string_view source, const ast::Location& where, std::string_view message) {
  SyntaxProblem problem;
  problem.kind = ProblemKind::SyntaxError;
  problem.message = arena.copy(message);
  problem.line = where.line;
  problem.end_line = where.end_line;
  std::string_view line = source_line(source, where.line);
  // Both columns are counted, and cut off, by the first line, as in CPython.
  std::string_view content = line.ends_with('\n') ? line.substr(0, line.size() - 1) : line;
  auto characters = [&](i32 bytes) { return count_characters(content.substr(0, std::max(bytes, 0))); };
  problem.offset = characters(where.column) + 1;
  problem.end_offset = characters(where.end_column) + 1;
  problem.text_line = arena.copy(line);
  problem.has_text = true;
  return problem;
}

SyntaxProblem problem_in_tree(Arena& arena, const ast::Location& where, std::string_view message) {
  SyntaxProblem problem;
  problem.kind = ProblemKind::SyntaxError;
  problem.message = arena.copy(message);
  problem.line = where.line;
  problem.offset = where.column + 1;
  problem.end_line = where.end_line;
  problem.end_offset = where.end_column + 1;
  return problem;
}

}  // namespace py
