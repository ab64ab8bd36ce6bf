// The grammar that explains syntax errors: Python's grammar as a PEG, with extra `bad_` rules for texts that are wrong
// in a way worth naming. It is used only after the parser has failed. CPython finds its messages by such a grammar, and
// which message comes, and where, follows from the order of its alternatives; so a PEG it is here too.
//
// Notation: `name = alternative | alternative ;`   'x' a token, "x" a soft keyword, UPPER a token class, name a rule,
// ( ) group, [ ] option, x* x+ repetition, ','.x+ separated by commas, &x !x lookahead, ~ no way back, &&'x' this or
// the error "expected 'x'", a:x names a match, {...} reports an error (diagnose_report.cpp lists the verbs). A `bad_`
// rule never matches in the first pass, and `expression_plain` switches `bad_` rules off below it. Threads: constant.
#pragma once

namespace py {

extern const char kDiagnosticGrammar[];

}  // namespace py
