// String literals, and the literal parts of f-strings (PEP 701) and t-strings (PEP 750).
#include "core/syntax/characters.h"
#include "core/syntax/lexer.h"

namespace py {

// cursor_ stands on the opening quote, `start` on the prefix.
bool Lexer::lex_string(u32 start, u32 prefix_length) {
  bool raw = false, has_fields = false;
  for (u32 i = 0; i < prefix_length; ++i) {
    char letter = at(start + i) | 0x20;
    raw |= letter == 'r';
    has_fields |= letter == 'f' || letter == 't';
  }
  if (has_fields) return start_fstring(start, prefix_length, raw);
  char quote = at(cursor_);
  u32 quote_length = at(cursor_ + 1) == quote && at(cursor_ + 2) == quote ? 3 : 1;
  u32 position = cursor_ + quote_length;
  bool has_newline = false;
  for (;; ++position) {
    char c = at(position);
    if (c == quote) {
      if (quote_length == 1) break;
      if (at(position + 1) == quote && at(position + 2) == quote) break;
    } else if (c == '\\') {
      ++position;
      if (at(position) == '\n') has_newline = true;
      if (position >= size_) --position;
    } else if (c == '\n') {
      if (quote_length == 1) {
        if (!fstrings_.empty()) return unterminated_in_field(quote, position);
        advance_lines(start, position);
        return unterminated_string(start, line_, false);
      }
      has_newline = true;
    } else if (c == '\0' && position >= size_) {
      if (!fstrings_.empty() && quote_length == 1) return unterminated_in_field(quote, position);
      u32 end = position > start && at(position - 1) == '\n' ? position - 1 : position;
      advance_lines(start, end);
      open_string_at_end = true;
      return unterminated_string(start, line_, quote_length == 3);
    }
  }
  position += quote_length;
  Token token;
  token.kind = TokenKind::String;
  token.prefix_length = prefix_length;
  token.quote_length = quote_length;
  token.start = start;
  token.end = position;
  token.where.line = line_;
  token.where.column = start - line_start_;
  if (has_newline) advance_lines(start, position);
  token.where.end_line = line_;
  token.where.end_column = position - line_start_;
  tokens.push_back(token);
  line_has_tokens_ = true;
  cursor_ = position;
  return true;
}

// Reported at the opening quote's literal, with the line on which its end was given up.
bool Lexer::unterminated_string(u32 start, i32 detected_line, bool triple) {
  line_start_ = start;
  while (line_start_ > 0 && at(line_start_ - 1) != '\n') --line_start_;
  line_ = 1;
  for (u32 i = 0; i < line_start_; ++i) line_ += at(i) == '\n';
  cursor_ = start + 1;
  std::string message = triple ? "unterminated triple-quoted string" : "unterminated string";
  return fail(message + " literal (detected at line " + std::to_string(detected_line) + ")", start + 1);
}

// A quote in a replacement field that opens a string without end: it was meant to close the f-string.
bool Lexer::unterminated_in_field(char quote, u32 position) {
  bool closes = quote == fstrings_.back().quote;
  return fail(closes ? "f-string: expecting '}'" : "f-string: unterminated string", position);
}

// A replacement field must begin with an expression.
bool Lexer::check_field_start() {
  u32 position = cursor_;
  while (at(position) == ' ' || at(position) == '\t' || at(position) == '\f' || at(position) == '\n') ++position;
  char c = at(position);
  if (c == '}') return fail("f-string: empty expression not allowed", position + 1);
  bool is_end = c == ':' || (c == '!' && at(position + 1) != '=') || (c == '=' && at(position + 1) != '=');
  return !is_end || fail(std::string("f-string: expression required before '") + c + "'", position + 1);
}

bool Lexer::start_fstring(u32 start, u32 prefix_length, bool raw) {
  FString fstring;
  fstring.quote = at(cursor_);
  fstring.quote_length = at(cursor_ + 1) == fstring.quote && at(cursor_ + 2) == fstring.quote ? 3 : 1;
  fstring.raw = raw;
  fstring.line = line_;
  fstring.column = start - line_start_;
  fstring.start = start;
  if (fstrings_.size() >= 150) return fail("too many nested f-strings", cursor_);
  cursor_ += fstring.quote_length;
  add(TokenKind::FStringStart, start, cursor_);
  tokens.back().prefix_length = prefix_length;
  tokens.back().quote_length = fstring.quote_length;
  fstrings_.push_back(fstring);
  return true;
}

// Literal text up to the next replacement field, or to the end of the string or of the format specification.
bool Lexer::fstring_literal() {
  FString& fstring = fstrings_.back();
  u32 start = cursor_, position = cursor_;
  i32 first_line = line_;
  u32 first_line_start = line_start_;
  bool in_spec = fstring.in_spec;
  auto add_middle = [&] {
    if (position == start) return;
    advance_lines(start, position);
    Token token;
    token.kind = TokenKind::FStringMiddle;
    token.raw = fstring.raw;
    token.in_spec = in_spec;
    token.start = start;
    token.end = position;
    token.where = {first_line, static_cast<i32>(start - first_line_start), line_,
                   static_cast<i32>(position - line_start_)};
    tokens.push_back(token);
    cursor_ = position;
  };
  for (;; ++position) {
    char c = at(position);
    if (c == fstring.quote) {
      bool closes = fstring.quote_length == 1 || (at(position + 1) == c && at(position + 2) == c);
      if (closes) {
        if (in_spec) {
          cursor_ = position;
          advance_lines(start, position);
          return fail("f-string: expecting '}'", position + 1);
        }
        add_middle();
        add(TokenKind::FStringEnd, position, position + fstring.quote_length);
        cursor_ = position + fstring.quote_length;
        fstrings_.pop_back();
        return true;
      }
    } else if (c == '\\') {
      char escaped = at(position + 1);
      if (escaped == '{' || escaped == '}') continue;
      if (escaped == 'N' && !fstring.raw && at(position + 2) == '{') {
        while (at(position) != '}' && at(position) != '\n' && position < size_ && at(position) != fstring.quote) {
          ++position;
        }
        if (at(position) != '}') --position;
        continue;
      }
      if (position + 1 < size_) ++position;
    } else if (c == '{') {
      if (!in_spec && at(position + 1) == '{') {
        ++position;
        continue;
      }
      add_middle();
      if (brackets.size() >= 200) return fail("too many nested parentheses", position + 1);
      if (fstring.levels.size() >= 150) return fail("f-string: expressions nested too deeply", position + 1);
      brackets.push_back({'{', line_, static_cast<i32>(position - line_start_)});
      fstring.levels.push_back(brackets.size());
      fstring.spec_open.push_back(false);
      fstring.in_field = true;
      add(TokenKind::LeftBrace, position, position + 1);
      cursor_ = position + 1;
      return check_field_start();
    } else if (c == '}') {
      if (in_spec) {
        add_middle();
        cursor_ = position;
        u32 at_brace = cursor_++;
        if (!close_bracket('}')) return false;
        add(TokenKind::RightBrace, at_brace, cursor_);
        return true;
      }
      if (at(position + 1) == '}') {
        ++position;
        continue;
      }
      advance_lines(start, position);
      cursor_ = position + 1;
      return fail("f-string: single '}' is not allowed", position + 1);
    } else if ((c == '\n' && fstring.quote_length == 1) || (c == '\0' && position >= size_)) {
      bool triple = fstring.quote_length == 3;
      if (in_spec && !triple) {
        cursor_ = position;
        return fail("f-string: expecting '}'", position);
      }
      u32 end = triple && position > start && at(position - 1) == '\n' ? position - 1 : position;
      advance_lines(start, end);
      open_string_at_end = c == '\0';
      return unterminated_string(fstring.start, line_, triple);
    }
  }
}

}  // namespace py
