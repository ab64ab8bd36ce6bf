// A small interpreter of parsing expression grammars over the token array, for the diagnosis of errors. All rules are
// memoised per position, so a pass is linear in the text.
// Threads: the compiled grammar is made once and then constant; a PegRun belongs to one diagnosis.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/syntax/token.h"

namespace py {

struct PegNode {
  enum class Kind : u8 {
    Token,        // value: TokenKind
    TokenSet,     // value: index of a set
    SoftKeyword,  // text
    Rule,         // value: index of a rule
    Sequence,     // children
    Choice,       // children
    Optional,
    Repeat,  // value: least count
    Gather,  // children: separator, item
    And,
    Not,
    Cut,
    Forced,  // value: TokenKind, text
    Report,  // value: index of a report
  };
  Kind kind = Kind::Token;
  i8 capture = -1;  // 0 for a:, 1 for b:
  u32 value = 0;
  std::string text;
  std::vector<u32> children;
};

struct PegReport {
  std::string verb;
  i8 a = -1, b = -1;
  std::string message;
};

struct PegGrammar {
  std::vector<PegNode> nodes;
  std::vector<PegReport> reports;
  std::vector<std::string> rule_names;
  std::vector<u32> rule_bodies;
  std::unordered_map<std::string, u32> rule_numbers;
  // Rules whose memory is shared by both kinds of pass below `expression_plain`. CPython remembers exactly these, so
  // what one pass skipped the other does not look for again, which decides between messages.
  std::vector<bool> shared_memo;

  u32 rule(const std::string& name) const { return rule_numbers.at(name); }
  static const PegGrammar& diagnostic();
};

enum PegTokenSet : u32 { kAugmentedSet, kCompareSet, kBinarySet, kUnarySet, kSoftSet };

// What a named part of an alternative matched: tokens [start, end), by which rule (or ~0u).
struct PegSpan {
  u32 start = 0, end = 0;
  u32 rule = ~0u;
};

class PegRun {
 public:
  // Called for a report; true: an error was made, stop everything.
  struct Reporter {
    virtual bool report(const PegReport& report, const PegSpan* spans, u32 position) = 0;
    virtual void expected(u32 position, std::string_view text) = 0;

   protected:
    ~Reporter() = default;
  };

  PegRun(const PegGrammar& grammar, std::string_view source, TokenList tokens, Reporter& reporter)
      : grammar_(grammar), source_(source), tokens_(tokens), reporter_(reporter), memo_(tokens.size) {}

  // One pass from token `start`; `with_bad_rules` for the second. True when the rule matched.
  bool run(const char* rule, u32 start, bool with_bad_rules);
  bool stopped() const { return stopped_; }
  // The token read last in this or an earlier pass, as far as the lexer would have been asked.
  u32 last_read() const { return last_read_; }
  void set_last_read(u32 token) { last_read_ = token; }
  // Frees the memory of a finished pass.
  void forget() { memo_ = {}; }
  bool too_deep() const { return too_deep_; }

 private:
  static constexpr u32 kFailed = ~0u;

  u32 match(u32 node, u32 position, PegSpan* spans);
  u32 match_rule(u32 rule, u32 position);
  u32 match_sequence(const PegNode& node, u32 position, PegSpan* spans, bool* cut);
  const Token& read(u32 position) {
    if (position > last_read_) last_read_ = position;
    return tokens_.data[position];
  }
  bool in_set(const Token& token, u32 set) const;

  const PegGrammar& grammar_;
  std::string_view source_;
  TokenList tokens_;
  Reporter& reporter_;
  std::vector<std::vector<u32>> memo_;
  u32 last_read_ = 0;
  u32 depth_ = 0;
  bool bad_rules_ = false;
  bool stopped_ = false;
  bool too_deep_ = false;
};

}  // namespace py
