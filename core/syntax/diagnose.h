// From "this does not parse" to the message CPython gives. The parser's failure is replayed by the diagnostic grammar:
// first without its `bad_` rules, to learn how far CPython would have read, then with them. Lexical errors further on
// take precedence over both, as CPython looks for those in the whole text.
// Threads: used by one call of parse().
#pragma once
#include "core/syntax/lexer.h"
#include "core/syntax/parser.h"
#include "core/syntax/peg.h"

namespace py {

class Diagnosis final : public PegRun::Reporter {
 public:
  Diagnosis(Arena& arena, std::string_view text, Lexer& lexer, TokenList tokens, Parser& parser,
            const ParseOptions& options);

  SyntaxProblem run();

  bool report(const PegReport& report, const PegSpan* spans, u32 position) override;
  void expected(u32 position, std::string_view text) override;

 private:
  SyntaxProblem after_passes(u32 last_read_first);
  bool is_incomplete(u32 last_read) const;
  bool unclosed_before(u32 last_read) const;
  u32 brackets_after(u32 token) const;
  bool in_replacement_field(u32 token) const;

  ast::Expr* expression_of(const PegSpan& span);
  ast::Location location_of(const PegSpan& span);
  ast::Location last_condition(const PegSpan& clauses);
  std::string filled(const std::string& message, const PegSpan& span, const ast::Expr* expression) const;
  bool at(const ast::Location& where, std::string message, ProblemKind kind = ProblemKind::SyntaxError);
  bool at_last(std::string message, ProblemKind kind = ProblemKind::SyntaxError);
  bool from(const ast::Location& start, std::string message);
  bool bad_target(const PegReport& report, const PegSpan& span);
  bool generator_argument(const PegSpan& args, const PegSpan& clauses, const std::string& message);
  bool positional_argument(const PegSpan& args, const std::string& message);
  bool missing_comma(const PegSpan& a, const PegSpan& b, const std::string& message);
  std::string_view token_text(u32 token) const;
  bool is_legacy_name(u32 token) const;
  std::vector<PegSpan> split_arguments(const PegSpan& args) const;

  Arena& arena_;
  std::string_view text_;
  Lexer& lexer_;
  TokenList tokens_;
  Parser& parser_;
  const ParseOptions& options_;
  PegRun* run_ = nullptr;  // the pass in progress
  SyntaxProblem problem_;
};

SyntaxProblem diagnose(Arena& arena, std::string_view text, Lexer& lexer, TokenList tokens, Parser& parser,
                       const ParseOptions& options);

}  // namespace py
