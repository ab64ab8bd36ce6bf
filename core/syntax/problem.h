// What is wrong with a program text: everything a SyntaxError object shows. Lines and columns are 1-based here and
// columns count characters, as SyntaxError.offset does; 0 means "not known".
// Threads: a value.
#pragma once
#include <string_view>

#include "core/base/types.h"

namespace py {

enum class ProblemKind : u8 {
  None,
  SyntaxError,
  IndentationError,
  TabError,
  RecursionError,
  MemoryError,
  UnicodeDecodeError,  // only in the `str` text; source files report SyntaxError
  ValueError,
  Incomplete,  // the text so far is fine and wants more: only with ParseOptions::allow_incomplete_input
};

struct SyntaxProblem {
  ProblemKind kind = ProblemKind::None;
  std::string_view message;  // in the arena
  i32 line = 0;
  i32 offset = 0;
  i32 end_line = 0;
  i32 end_offset = 0;
  std::string_view text_line;  // the offending line with its newline, in the arena; may be empty
  bool has_text = false;       // false: SyntaxError.text is None

  explicit operator bool() const { return kind != ProblemKind::None; }
};

struct SyntaxWarningNote {
  enum class Category : u8 { SyntaxWarning, DeprecationWarning };
  Category category = Category::SyntaxWarning;
  std::string_view message;
  i32 line = 0;
  i32 column = -1;  // in bytes; -1: only the line is known
  SyntaxWarningNote* next = nullptr;
};

}  // namespace py
