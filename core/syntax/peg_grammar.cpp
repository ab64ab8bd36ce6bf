// Reads the notation of diagnostic_grammar.h. The grammar is constant, so a fault in it is a CHECK.
#include <cstring>

#include "core/base/check.h"
#include "core/syntax/characters.h"
#include "core/syntax/diagnostic_grammar.h"
#include "core/syntax/peg.h"

namespace py {
namespace {

struct Spelling {
  const char* text;
  TokenKind kind;
};
constexpr Spelling kSpellings[] = {
#define KEYWORD(Name, text) {text, TokenKind::Name},
#define OPERATOR(Name, text) {text, TokenKind::Name},
#include "core/syntax/tokens.def"
};

struct ClassName {
  const char* text;
  bool is_set;
  u32 value;
};
constexpr ClassName kClassNames[] = {
    {"NAME", false, static_cast<u32>(TokenKind::Name)},
    {"NUMBER", false, static_cast<u32>(TokenKind::Number)},
    {"STRING", false, static_cast<u32>(TokenKind::String)},
    {"NEWLINE", false, static_cast<u32>(TokenKind::Newline)},
    {"INDENT", false, static_cast<u32>(TokenKind::Indent)},
    {"DEDENT", false, static_cast<u32>(TokenKind::Dedent)},
    {"END", false, static_cast<u32>(TokenKind::EndMarker)},
    {"FSTRING_START", false, static_cast<u32>(TokenKind::FStringStart)},
    {"FSTRING_MIDDLE", false, static_cast<u32>(TokenKind::FStringMiddle)},
    {"FSTRING_END", false, static_cast<u32>(TokenKind::FStringEnd)},
    {"AUGASSIGN", true, kAugmentedSet},
    {"COMPARE", true, kCompareSet},
    {"BINARY", true, kBinarySet},
    {"UNARY", true, kUnarySet},
    {"SOFT", true, kSoftSet},
};

class GrammarReader {
 public:
  GrammarReader(const char* text, PegGrammar& grammar) : at_(text), grammar_(grammar) {}

  void read() {
    while (skip(), *at_ != '\0') {
      u32 rule = rule_number(word());
      expect('=');
      grammar_.rule_bodies[rule] = choice();
      expect(';');
    }
    for (u32 body : grammar_.rule_bodies) CHECK(body != ~0u);
    static const char* const kShared[] = {"simple",
                                          "block",
                                          "expression",
                                          "star_expression",
                                          "disjunction",
                                          "conjunction",
                                          "inversion",
                                          "bitwise_or",
                                          "factor",
                                          "await_primary",
                                          "primary",
                                          "arguments",
                                          "star_target",
                                          "star_atom",
                                          "target_primary",
                                          "del_target",
                                          "strings",
                                          "lambda_kwds",
                                          "bad_named_expression"};
    grammar_.shared_memo.resize(grammar_.rule_names.size());
    for (const char* name : kShared) grammar_.shared_memo[rule_number(name)] = true;
  }

 private:
  void skip() {
    while (*at_ == ' ' || *at_ == '\n') ++at_;
  }
  void expect(char c) {
    skip();
    CHECK(*at_ == c);
    ++at_;
  }
  bool accept(char c) {
    skip();
    if (*at_ != c) return false;
    ++at_;
    return true;
  }
  std::string word() {
    skip();
    const char* start = at_;
    while (is_name_byte(*at_)) ++at_;
    CHECK(at_ > start);
    return std::string(start, at_);
  }
  std::string quoted(char quote) {
    expect(quote);
    std::string text;
    for (; *at_ != quote; ++at_) {
      if (*at_ == '\\') ++at_;
      text += *at_;
    }
    ++at_;
    return text;
  }
  u32 rule_number(const std::string& name) {
    auto [entry, is_new] = grammar_.rule_numbers.try_emplace(name, grammar_.rule_names.size());
    if (is_new) {
      grammar_.rule_names.push_back(name);
      grammar_.rule_bodies.push_back(~0u);
    }
    return entry->second;
  }
  u32 add(PegNode node) {
    grammar_.nodes.push_back(std::move(node));
    return grammar_.nodes.size() - 1;
  }

  u32 choice() {
    PegNode node;
    node.kind = PegNode::Kind::Choice;
    do node.children.push_back(sequence());
    while (accept('|'));
    return add(std::move(node));
  }

  u32 sequence() {
    PegNode node;
    node.kind = PegNode::Kind::Sequence;
    for (skip(); std::strchr("|;)]", *at_) == nullptr; skip()) node.children.push_back(item());
    return add(std::move(node));
  }

  u32 wrap(PegNode::Kind kind, u32 child, u32 value = 0) {
    PegNode node;
    node.kind = kind;
    node.value = value;
    node.children = {child};
    return add(std::move(node));
  }

  u32 item() {
    skip();
    if (*at_ == '{') return report();
    if (accept('~')) {
      PegNode node;
      node.kind = PegNode::Kind::Cut;
      return add(std::move(node));
    }
    if (at_[0] == '&' && at_[1] == '&') {
      at_ += 2;
      u32 token = atom();
      grammar_.nodes[token].kind = PegNode::Kind::Forced;
      return token;
    }
    if (accept('&')) return wrap(PegNode::Kind::And, atom());
    if (accept('!')) return wrap(PegNode::Kind::Not, atom());
    i8 capture = -1;
    if ((*at_ == 'a' || *at_ == 'b') && at_[1] == ':') {
      capture = *at_ - 'a';
      at_ += 2;
    }
    u32 result = atom();
    if (*at_ == '.') {
      ++at_;
      PegNode node;
      node.kind = PegNode::Kind::Gather;
      u32 element = atom();
      node.children = {result, element};
      expect('+');
      result = add(std::move(node));
    } else if (*at_ == '*' || *at_ == '+') {
      u32 least = *at_++ == '+';
      result = wrap(PegNode::Kind::Repeat, result, least);
    }
    grammar_.nodes[result].capture = capture;
    return result;
  }

  u32 atom() {
    skip();
    if (accept('(')) {
      u32 result = choice();
      expect(')');
      return result;
    }
    if (accept('[')) {
      u32 inner = choice();
      expect(']');
      return wrap(PegNode::Kind::Optional, inner);
    }
    PegNode node;
    if (*at_ == '\'') {
      node.text = quoted('\'');
      bool known = false;
      for (const Spelling& spelling : kSpellings) {
        if (node.text != spelling.text) continue;
        node.value = static_cast<u32>(spelling.kind);
        known = true;
      }
      CHECK(known);
    } else if (*at_ == '"') {
      node.kind = PegNode::Kind::SoftKeyword;
      node.text = quoted('"');
    } else {
      named(word(), &node);
    }
    return add(std::move(node));
  }

  void named(const std::string& name, PegNode* node) {
    for (const ClassName& row : kClassNames) {
      if (name != row.text) continue;
      node->kind = row.is_set ? PegNode::Kind::TokenSet : PegNode::Kind::Token;
      node->value = row.value;
      return;
    }
    node->kind = PegNode::Kind::Rule;
    node->value = rule_number(name);
  }

  u32 report() {
    expect('{');
    PegReport report;
    report.verb = word();
    skip();
    while (*at_ == 'a' || *at_ == 'b') {
      (*at_ == 'a' ? report.a : report.b) = *at_ - 'a';
      ++at_;
      skip();
    }
    report.message = quoted('"');
    expect('}');
    PegNode node;
    node.kind = PegNode::Kind::Report;
    node.value = grammar_.reports.size();
    grammar_.reports.push_back(std::move(report));
    return add(std::move(node));
  }

  const char* at_;
  PegGrammar& grammar_;
};

}  // namespace

const PegGrammar& PegGrammar::diagnostic() {
  // Made on the first syntax error of the process and never destroyed.
  static const PegGrammar* const grammar = [] {
    auto* made = new PegGrammar;
    GrammarReader(kDiagnosticGrammar, *made).read();
    return made;
  }();
  return *grammar;
}

}  // namespace py
