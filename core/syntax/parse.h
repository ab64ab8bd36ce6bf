// From source bytes to a syntax tree: the only entrance to the lexer and the parser.
// The source must outlive neither the call nor the tree: what the tree needs is copied into the arena.
// Threads: any; a call touches only its arguments.
#pragma once
#include <string_view>

#include "core/base/arena.h"
#include "core/syntax/ast.h"
#include "core/syntax/identifiers.h"
#include "core/syntax/problem.h"

namespace py {

enum class ParseMode : u8 { Exec, Eval, Single, FunctionType };

enum FutureFlag : u32 {
  kFutureBarryAsBdfl = 0x400000,  // as the CO_FUTURE_* bits of code objects
  kFutureAnnotations = 0x1000000,
};

// Finds a character by its Unicode name; false when there is none.
using UnicodeNameLookup = bool (*)(void* context, std::string_view name, u32* code_point);
// Decodes `bytes` from `encoding` to UTF-8 in the arena; false: unknown encoding or undecodable (message set). Without a
// decoder only UTF-8, ASCII and Latin-1 are known.
using SourceDecoder = bool (*)(void* context, Arena& arena, std::string_view encoding, std::string_view bytes,
                               std::string_view* utf8, std::string_view* message);

struct ParseOptions {
  ParseMode mode = ParseMode::Exec;
  bool ignore_cookie = false;           // the source was a str: it is UTF-8, an encoding cookie means nothing
  bool allow_incomplete_input = false;  // PyCF_ALLOW_INCOMPLETE_INPUT: report ProblemKind::Incomplete
  bool dont_imply_dedent = false;       // PyCF_DONT_IMPLY_DEDENT
  u32 int_max_digits = 4300;            // sys.set_int_max_str_digits(); 0: no limit
  std::string_view file_name;           // for the errors of undecodable files; empty: the source is no file
  u32 future_flags = 0;                 // inherited
  UnicodeNameLookup lookup_unicode_name = nullptr;
  SourceDecoder decode_source = nullptr;
  void* context = nullptr;  // for both
};

struct ParseResult {
  ast::Mod* module = nullptr;  // null when there is a problem
  SyntaxProblem problem;
  SyntaxWarningNote* warnings = nullptr;  // in source order
  IdentifierTable* identifiers = nullptr;
  u32 int_max_digits = 4300;   // sys.set_int_max_str_digits(); 0: no limit
  std::string_view file_name;  // for the errors of undecodable files; empty: the source is no file
  u32 future_flags = 0;        // inherited and those of `from __future__` imports
  std::string_view source;     // the text as UTF-8, in the arena: for the lines of errors found later
};

ParseResult parse(Arena& arena, std::string_view source, const ParseOptions& options);

// The line `line` (1-based) of a UTF-8 text with its newline.
std::string_view source_line(std::string_view source, i32 line);

// Turns a node's place (bytes) into the characters a SyntaxError shows, and adds the line's text.
SyntaxProblem problem_at(Arena& arena, std::string_view source, const ast::Location& where, std::string_view message);

// The same for errors found in a finished tree, whose text may be gone: columns stay bytes, as in CPython, and the
// caller adds the text of the line if it has it.
SyntaxProblem problem_in_tree(Arena& arena, const ast::Location& where, std::string_view message);

}  // namespace py
