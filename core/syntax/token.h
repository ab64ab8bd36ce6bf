// Tokens: what the lexer hands to the parser, as one array for the whole text.
// Threads: values.
#pragma once
#include "core/base/types.h"
#include "core/syntax/ast.h"

namespace py {

enum class TokenKind : u8 {
#define TOKEN(Name) Name,
#define KEYWORD(Name, text) Name,
#define OPERATOR(Name, text) Name,
#include "core/syntax/tokens.def"
};

constexpr bool is_keyword(TokenKind kind) { return kind >= TokenKind::False && kind <= TokenKind::Yield; }

struct Token {
  TokenKind kind = TokenKind::EndMarker;
  bool raw = false;        // FStringMiddle: of a raw f-string
  bool in_spec = false;    // FStringMiddle: part of a format specification
  u8 prefix_length = 0;    // String, FStringStart: letters before the quote
  u8 quote_length = 0;     // String, FStringStart: 1 or 3
  u32 start = 0, end = 0;  // bytes of the source
  ast::Location where;
  const ast::Identifier* identifier = nullptr;  // Name, and keywords
};

struct TokenList {
  Token* data = nullptr;
  u32 size = 0;
};

}  // namespace py
