// The lexer: source text to tokens, all at once. Replacement fields of f-strings are tokenised in place, between
// FStringStart and FStringEnd. The first lexical error ends the list with an Error token and is kept in `problem`.
// An error is *eager* when it is reported even if the parser stumbles earlier (CPython looks for those in the rest of
// the file before it reports a plain syntax error), else it counts only if the parser reaches the Error token.
// The text must end in a NUL byte at text[size], have no '\r', and be valid UTF-8.
// Threads: used by one call of parse().
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/syntax/identifiers.h"
#include "core/syntax/problem.h"
#include "core/syntax/token.h"

namespace py {

// A bracket still open.
struct OpenBracket {
  char character;
  i32 line;
  i32 column;
};

class Lexer {
 public:
  Lexer(Arena& arena, IdentifierTable& identifiers, std::string_view text);

  void run();

  std::vector<Token> tokens;
  SyntaxProblem problem;
  bool problem_is_eager = false;
  std::vector<OpenBracket> brackets;  // what was open at the end, or at the error
  bool open_string_at_end = false;    // the error is a literal that the end of the text cut off
  bool ends_in_continuation = false;  // the error is a backslash at the end of the text
  SyntaxWarningNote* warnings = nullptr;
  u32 final_dedents = 0;  // Dedents made by the end of the text

 private:
  // One f-string being read.
  struct FString {
    char quote;
    u8 quote_length;
    bool raw;
    bool in_field = false;        // reading tokens of a replacement field, not literal text
    bool in_spec = false;         // the literal text is a format specification
    u32 depth = 0;                // replacement fields open
    std::vector<u32> levels;      // brackets.size() inside each open field
    std::vector<bool> spec_open;  // per open field: its `:` was seen
    i32 line, column;
    u32 start;
  };

  bool next();  // false at the end and after an error
  bool line_start();
  bool skip_blanks();  // white space, comments, continuations; false on error
  bool lex_name();
  bool lex_number();
  bool lex_string(u32 start, u32 prefix_length);
  bool start_fstring(u32 start, u32 prefix_length, bool raw);
  bool fstring_literal();
  bool lex_operator();
  bool close_bracket(char character);
  bool finish();
  bool never_closed();
  ast::Location end_of_text() const;

  bool digits(u32& at, bool (*accepts)(char));
  bool radix_number(u32 start, char radix);
  bool decimal_number(u32 start);
  bool end_of_number(const char* kind);

  void add(TokenKind kind, u32 start, u32 end);
  void advance_lines(u32 from, u32 to);
  bool fail(std::string message, u32 at, i32 column_shift = 0);
  bool fail_at(ProblemKind kind, std::string message, i32 line, i32 offset, i32 end_line, i32 end_offset, bool eager);
  bool error_token();
  void warn(SyntaxWarningNote::Category category, std::string_view message, i32 line);
  std::string_view line_text(u32 line_start, bool with_newline) const;
  i32 characters(u32 from, u32 to) const;
  bool unterminated_in_field(char quote, u32 position);
  bool check_field_start();
  bool unterminated_string(u32 start, i32 detected_line, bool triple);

  char at(u32 position) const { return text_[position]; }

  Arena& arena_;
  IdentifierTable& identifiers_;
  const char* text_;
  u32 size_;
  u32 cursor_ = 0;
  u32 line_start_ = 0;     // offset of the current line
  u32 comment_start_ = 0;  // of the last comment
  i32 line_ = 1;
  bool at_line_start_ = true;
  bool line_has_tokens_ = false;
  std::vector<FString> fstrings_;
  std::vector<i32> indents_{0};
  std::vector<i32> other_indents_{0};  // with tabs counted as one column: the consistency check
  SyntaxWarningNote* last_warning_ = nullptr;
};

}  // namespace py
