#include "core/syntax/lexer.h"

#include "core/syntax/characters.h"

namespace py {
namespace {

constexpr u32 kMaxBrackets = 200;  // CPython's limits, visible in its error messages
constexpr u32 kMaxIndents = 100;

TokenKind one_character(char c) {
  switch (c) {
    case '(': return TokenKind::LeftParen;
    case ')': return TokenKind::RightParen;
    case '[': return TokenKind::LeftBracket;
    case ']': return TokenKind::RightBracket;
    case '{': return TokenKind::LeftBrace;
    case '}': return TokenKind::RightBrace;
    case ':': return TokenKind::Colon;
    case ',': return TokenKind::Comma;
    case ';': return TokenKind::Semicolon;
    case '+': return TokenKind::Plus;
    case '-': return TokenKind::Minus;
    case '*': return TokenKind::Star;
    case '/': return TokenKind::Slash;
    case '|': return TokenKind::Pipe;
    case '&': return TokenKind::Ampersand;
    case '<': return TokenKind::Less;
    case '>': return TokenKind::Greater;
    case '=': return TokenKind::Equal;
    case '.': return TokenKind::Dot;
    case '%': return TokenKind::Percent;
    case '~': return TokenKind::Tilde;
    case '^': return TokenKind::Caret;
    case '@': return TokenKind::At;
    case '!': return TokenKind::Exclamation;
    default: return TokenKind::Unknown;
  }
}

TokenKind two_characters(char first, char second) {
  if (second == '=') {
    switch (first) {
      case '=': return TokenKind::EqualEqual;
      case '!': return TokenKind::NotEqual;
      case '<': return TokenKind::LessEqual;
      case '>': return TokenKind::GreaterEqual;
      case '+': return TokenKind::PlusEqual;
      case '-': return TokenKind::MinusEqual;
      case '*': return TokenKind::StarEqual;
      case '/': return TokenKind::SlashEqual;
      case '%': return TokenKind::PercentEqual;
      case '&': return TokenKind::AmpersandEqual;
      case '|': return TokenKind::PipeEqual;
      case '^': return TokenKind::CaretEqual;
      case '@': return TokenKind::AtEqual;
      case ':': return TokenKind::ColonEqual;
      default: return TokenKind::Unknown;
    }
  }
  if (first == '<' && second == '>') return TokenKind::NotEqual;
  if (first == '-' && second == '>') return TokenKind::Arrow;
  if (first != second) return TokenKind::Unknown;
  switch (first) {
    case '*': return TokenKind::DoubleStar;
    case '/': return TokenKind::DoubleSlash;
    case '<': return TokenKind::LeftShift;
    case '>': return TokenKind::RightShift;
    default: return TokenKind::Unknown;
  }
}

TokenKind three_characters(const char* text) {
  if (text[0] == '.' && text[1] == '.' && text[2] == '.') return TokenKind::Ellipsis;
  if (text[1] != text[0] || text[2] != '=') return TokenKind::Unknown;
  switch (text[0]) {
    case '*': return TokenKind::DoubleStarEqual;
    case '/': return TokenKind::DoubleSlashEqual;
    case '<': return TokenKind::LeftShiftEqual;
    case '>': return TokenKind::RightShiftEqual;
    default: return TokenKind::Unknown;
  }
}

char opening_of(char closing) { return closing == ')' ? '(' : closing == ']' ? '[' : '{'; }

}  // namespace

Lexer::Lexer(Arena& arena, IdentifierTable& identifiers, std::string_view text)
    : arena_(arena), identifiers_(identifiers), text_(text.data()), size_(text.size()) {
  tokens.reserve(text.size() / 4 + 16);
}

void Lexer::run() {
  while (next()) {
  }
}

bool Lexer::next() {
  if (UNLIKELY(!fstrings_.empty()) && !fstrings_.back().in_field) return fstring_literal();
  if (at_line_start_ && !line_start()) return false;
  if (!skip_blanks()) return false;
  char c = at(cursor_);
  if (LIKELY(is_name_start(c))) return lex_name();
  if (is_digit(c) || (c == '.' && is_digit(at(cursor_ + 1)))) return lex_number();
  if (c == '"' || c == '\'') return lex_string(cursor_, 0);
  if (c == '\n') {
    // Inside brackets lines join; blank lines make no token.
    if (brackets.empty() && line_has_tokens_) {
      add(TokenKind::Newline, cursor_, cursor_);
      // A comment counts as part of the newline after it.
      if (comment_start_ > line_start_) tokens.back().where.column = static_cast<i32>(comment_start_ - line_start_);
      line_has_tokens_ = false;
    }
    ++cursor_;
    ++line_;
    line_start_ = cursor_;
    at_line_start_ = brackets.empty();
    return true;
  }
  if (c == '\0' && cursor_ >= size_) return finish();
  return lex_operator();
}

bool Lexer::skip_blanks() {
  for (;;) {
    char c = at(cursor_);
    if (c == ' ' || c == '\t' || c == '\f') {
      ++cursor_;
    } else if (c == '#') {
      u32 start = comment_start_ = cursor_;
      while (at(cursor_) != '\n' && cursor_ < size_) ++cursor_;
      if (UNLIKELY(!fstrings_.empty()) && fstrings_.back().quote_length == 1 &&
          std::string_view(text_ + start, cursor_ - start).find(fstrings_.back().quote) != std::string_view::npos) {
        return fail("f-string expression part cannot include '#'", start + 1);
      }
      return true;
    } else if (c == '\\') {
      if (at(cursor_ + 1) != '\n') {
        if (!fstrings_.empty()) {
          return fail("f-string expression part cannot include a backslash", cursor_ + 1);
        }
        return fail_at(ProblemKind::SyntaxError, "unexpected character after line continuation character", line_,
                       characters(line_start_, cursor_) + 2, line_, 0, false);
      }
      if (cursor_ + 2 >= size_) {
        ends_in_continuation = true;
        if (!brackets.empty()) return never_closed();
        return fail_at(ProblemKind::SyntaxError, "unexpected EOF while parsing", line_, characters(line_start_, size_),
                       line_, -1, false);
      }
      cursor_ += 2;
      ++line_;
      line_start_ = cursor_;
    } else {
      return true;
    }
  }
}

// Measures the indentation of a line that has something on it, and makes Indent and Dedent tokens.
bool Lexer::line_start() {
  at_line_start_ = false;
  i32 column = 0, other_column = 0, continued_column = -1;
  for (;; ++cursor_) {
    char c = at(cursor_);
    if (c == ' ') {
      ++column, ++other_column;
    } else if (c == '\t') {
      column = (column / 8 + 1) * 8;
      ++other_column;
    } else if (c == '\f') {
      column = other_column = 0;
    } else if (c == '\\' && at(cursor_ + 1) == '\n' && cursor_ + 2 < size_) {
      // The indentation of the first line of a continued blank start counts.
      if (continued_column < 0) continued_column = column;
      ++cursor_;
      ++line_;
      line_start_ = cursor_ + 1;
    } else {
      break;
    }
  }
  char c = at(cursor_);
  if (c == '#' || c == '\n' || (c == '\\' && cursor_ + 2 >= size_)) return true;
  if (continued_column >= 0) column = other_column = continued_column;
  bool at_end = cursor_ >= size_;
  if (at_end && column > indents_.back()) return true;  // nothing but blanks without a newline
  auto tab_error = [this] {
    return fail_at(ProblemKind::TabError, "inconsistent use of tabs and spaces in indentation", line_, 1, line_, 0,
                   false);
  };
  if (column == indents_.back()) return other_column == other_indents_.back() || tab_error();
  if (column > indents_.back()) {
    if (indents_.size() >= kMaxIndents) {
      return fail_at(ProblemKind::IndentationError, "too many levels of indentation", line_, 1, line_, 0, false);
    }
    if (other_column <= other_indents_.back()) return tab_error();
    indents_.push_back(column);
    other_indents_.push_back(other_column);
    add(TokenKind::Indent, cursor_, cursor_);
    return true;
  }
  while (column < indents_.back()) {
    indents_.pop_back();
    other_indents_.pop_back();
    add(TokenKind::Dedent, cursor_, cursor_);
    final_dedents += at_end;
  }
  if (column != indents_.back()) {
    u32 line_end = cursor_;
    while (line_end < size_ && at(line_end) != '\n') ++line_end;
    i32 offset = characters(line_start_, line_end) + 1;
    while (!tokens.empty() && tokens.back().kind == TokenKind::Dedent) tokens.pop_back();
    return fail_at(ProblemKind::IndentationError, "unindent does not match any outer indentation level", line_, offset,
                   line_, -1, false);
  }
  return other_column == other_indents_.back() || tab_error();
}

bool Lexer::lex_operator() {
  u32 start = cursor_;
  char c = at(cursor_);
  // At the level of a replacement field these end its expression, whatever follows.
  bool field_level = !fstrings_.empty() && brackets.size() == fstrings_.back().levels.back();
  if (field_level && c == ':' && !fstrings_.back().spec_open.back()) {
    FString& fstring = fstrings_.back();
    fstring.spec_open.back() = true;
    fstring.in_field = false;
    fstring.in_spec = true;
    add(TokenKind::Colon, start, ++cursor_);
    return true;
  }
  if (TokenKind kind = three_characters(text_ + start); kind != TokenKind::Unknown) {
    add(kind, start, cursor_ += 3);
    return true;
  }
  if (TokenKind kind = two_characters(c, at(start + 1)); kind != TokenKind::Unknown) {
    add(kind, start, cursor_ += 2);
    return true;
  }
  if (static_cast<u8>(c) < 0x20 || c == 0x7f) {
    static const char kDigits[] = "0123456789ABCDEF";
    ++cursor_;
    std::string code = {'0', '0', kDigits[c >> 4 & 15], kDigits[c & 15]};
    return fail("invalid non-printable character U+" + code, cursor_);
  }
  ++cursor_;
  switch (c) {
    case '(':
    case '[':
    case '{':
      if (brackets.size() >= kMaxBrackets) return fail("too many nested parentheses", cursor_);
      brackets.push_back({c, line_, static_cast<i32>(start - line_start_)});
      break;
    case ')':
    case ']':
    case '}':
      if (!close_bracket(c)) return false;
      break;
    default: break;
  }
  add(one_character(c), start, cursor_);
  return true;
}

bool Lexer::close_bracket(char character) {
  const char* prefix = fstrings_.empty() ? "" : "f-string: ";
  if (brackets.empty()) return fail(std::string(prefix) + "unmatched '" + character + "'", cursor_);
  OpenBracket opening = brackets.back();
  if (!fstrings_.empty() && brackets.size() == fstrings_.back().levels.back() && character != '}') {
    return fail(std::string(prefix) + "unmatched '" + character + "'", cursor_);
  }
  if (opening.character != opening_of(character)) {
    std::string message = std::string(prefix) + "closing parenthesis '" + character +
                          "' does not match opening parenthesis '" + opening.character + "'";
    if (opening.line != line_) message += " on line " + std::to_string(opening.line);
    return fail(message, cursor_);
  }
  if (!fstrings_.empty() && brackets.size() == fstrings_.back().levels.back()) {
    // The end of a replacement field: back to literal text, or to the specification around.
    FString& fstring = fstrings_.back();
    fstring.levels.pop_back();
    fstring.spec_open.pop_back();
    fstring.in_field = false;
    fstring.in_spec = !fstring.spec_open.empty();
  }
  brackets.pop_back();
  return true;
}

// The end of the text came inside a bracket.
bool Lexer::never_closed() {
  OpenBracket open = brackets.back();
  u32 start = 0;
  for (i32 line = 1; line < open.line; ++line) start = std::string_view(text_, size_).find('\n', start) + 1;
  fail_at(ProblemKind::SyntaxError, std::string("'") + open.character + "' was never closed", open.line,
          characters(start, start + open.column) + 1, open.line, 0, false);
  problem.text_line = arena_.copy(line_text(start, true));
  return false;
}

bool Lexer::finish() {
  if (!fstrings_.empty()) {
    FString& fstring = fstrings_.back();
    open_string_at_end = true;
    return unterminated_string(fstring.start, line_ - (line_start_ == size_), fstring.quote_length == 3);
  }
  if (!brackets.empty()) return never_closed();
  while (indents_.size() > 1) {
    indents_.pop_back();
    add(TokenKind::Dedent, cursor_, cursor_);
    ++final_dedents;
  }
  add(TokenKind::EndMarker, cursor_, cursor_);
  return false;
}

void Lexer::add(TokenKind kind, u32 start, u32 end) {
  Token token;
  token.kind = kind;
  token.start = start;
  token.end = end;
  i32 column = static_cast<i32>(start - line_start_);
  token.where = {line_, column, line_, static_cast<i32>(end - line_start_)};
  if (start >= size_ && kind != TokenKind::Newline) token.where = end_of_text();
  line_has_tokens_ = kind != TokenKind::Dedent || line_has_tokens_;
  tokens.push_back(token);
}

// Where CPython sees what the end of the text brings: after the newline of the last line.
ast::Location Lexer::end_of_text() const {
  u32 start = size_;
  if (start > 0 && at(start - 1) == '\n') --start;
  while (start > 0 && at(start - 1) != '\n') --start;
  i32 line = line_ - (line_start_ == size_), column = static_cast<i32>(size_ - start) - 1;
  return {line, column, line, column};
}

// Moves the line count over the newlines in [from, to).
void Lexer::advance_lines(u32 from, u32 to) {
  for (u32 i = from; i < to; ++i) {
    if (at(i) == '\n') {
      ++line_;
      line_start_ = i + 1;
    }
  }
}

i32 Lexer::characters(u32 from, u32 to) const { return count_characters({text_ + from, to - from}); }

std::string_view Lexer::line_text(u32 line_start, bool with_newline) const {
  u32 end = line_start;
  while (end < size_ && at(end) != '\n') ++end;
  if (with_newline && end < size_) ++end;
  return {text_ + line_start, end - line_start};
}

// An eager error whose offset is the number of characters before `at`.
bool Lexer::fail(std::string message, u32 at, i32 column_shift) {
  i32 offset = characters(line_start_, at) + column_shift;
  return fail_at(ProblemKind::SyntaxError, std::move(message), line_, offset, line_, offset, true);
}

bool Lexer::fail_at(ProblemKind kind, std::string message, i32 line, i32 offset, i32 end_line, i32 end_offset,
                    bool eager) {
  problem.kind = kind;
  problem.message = arena_.copy(message);
  problem.line = line;
  problem.offset = offset;
  problem.end_line = end_line;
  problem.end_offset = end_offset;
  problem.text_line = arena_.copy(line_text(line_start_, !eager));
  problem.has_text = true;
  problem_is_eager = eager;
  return error_token();
}

bool Lexer::error_token() {
  add(TokenKind::Error, cursor_, cursor_);
  return false;
}

void Lexer::warn(SyntaxWarningNote::Category category, std::string_view message, i32 line) {
  auto* note = arena_.make<SyntaxWarningNote>(category, arena_.copy(message), line);
  (last_warning_ == nullptr ? warnings : last_warning_->next) = note;
  last_warning_ = note;
}

}  // namespace py
