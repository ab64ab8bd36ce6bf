// Messages and places, as CPython 3.11's test_syntax and test_exceptions pin them.
#include "core/syntax/diagnose.h"

#include <doctest/doctest.h>

#include "tests/unit/core/syntax/syntax_fixture.h"

namespace py {

TEST_CASE("syntax errors") {
  struct Row {
    const char* source;
    const char* error;
  };
  const Row rows[] = {
      {"x = (", "1:5-1:0 '(' was never closed"},
      {"(]", "1:2-1:2 closing parenthesis ']' does not match opening parenthesis '('"},
      {"f(a b)", "1:3-1:6 invalid syntax. Perhaps you forgot a comma?"},
      {"f() = 1", "1:1-1:4 cannot assign to function call here. Maybe you meant '==' instead of '='?"},
      {"(a, 1) = x", "1:5-1:6 cannot assign to literal"},
      {"del f()", "1:5-1:8 cannot delete function call"},
      {"if x = 3: pass", "1:4-1:9 invalid syntax. Maybe you meant '==' or ':=' instead of '='?"},
      {"f(a for a in b, c)", "1:3-1:15 Generator expression must be parenthesized"},
      {"f(a=1, b)", "1:9-1:10 positional argument follows keyword argument"},
      {"x = 'abc", "1:5-1:5 unterminated string literal (detected at line 1)"},
      {"0777",
       "1:1-1:2 leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal "
       "integers"},
      {"print x", "1:1-1:8 Missing parentheses in call to 'print'. Did you mean print(...)?"},
      {"def f(a=1, b): pass", "1:12-1:13 non-default argument follows default argument"},
      {"def f(*): pass", "1:7-1:8 named arguments must follow bare *"},
      {"while x\n  pass", "1:8-1:8 expected ':'"},
      {"if x:\npass", "Indentation 2:1-2:5 expected an indented block after 'if' statement on line 1"},
      {"x\n  y", "Indentation 2:2-2:-1 unexpected indent"},
      {"if 1:\n  a\n b", "Indentation 3:3-3:-1 unindent does not match any outer indentation level"},
      {"try:\n  pass\nx", "3:1-3:2 expected 'except' or 'finally' block"},
      {"try: pass\nexcept A, B as e: pass", "2:8-2:17 multiple exception types must be parenthesized"},
      {"a\xC2\xA0= 1", "1:2-1:2 invalid non-printable character U+00A0"},
      {"[x, y for x, y in z]", "1:2-1:6 did you forget parentheses around the comprehension target?"},
      {"x + 1 += 2", "1:1-1:6 'expression' is an illegal expression for augmented assignment"},
      {"f'{}'", "1:4-1:4 f-string: empty expression not allowed"},
      {"from a import b,", "1:17-1:17 trailing comma not allowed without surrounding parentheses"},
      {"\xC3\xA9\xC3\xA9 = = 1", "1:6-1:7 invalid syntax"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.source);
    CHECK(Parsed(row.source).error() == row.error);
  }
}

TEST_CASE("errors of meaning") {
  struct Row {
    const char* source;
    const char* message;
  };
  const Row rows[] = {
      {"return", "'return' outside function"},
      {"break", "'break' outside loop"},
      {"continue", "'continue' not properly in loop"},
      {"yield x", "'yield' outside function"},
      {"def f():\n await x", "'await' outside async function"},
      {"def f(x):\n global x", "name 'x' is parameter and global"},
      {"def f():\n print(x)\n global x", "name 'x' is used prior to global declaration"},
      {"def f():\n nonlocal x", "no binding for nonlocal 'x' found"},
      {"nonlocal x", "nonlocal declaration not allowed at module level"},
      {"def f(a, a): pass", "duplicate argument 'a' in function definition"},
      {"f(a=1, a=2)", "keyword argument repeated: a"},
      {"__debug__ = 1", "cannot assign to __debug__"},
      {"*a = 1", "starred assignment target must be in a list or tuple"},
      {"*a, *b = 1", "multiple starred expressions in assignment"},
      {"[i := 0 for i in x]", "assignment expression cannot rebind comprehension iteration variable 'i'"},
      {"class A: [a := 1 for b in c]", "assignment expression within a comprehension cannot be used in a class body"},
      {"match x:\n case a: pass\n case b: pass", "name capture 'a' makes remaining patterns unreachable"},
      {"match x:\n case a | [a, b]: pass", "name capture 'a' makes remaining patterns unreachable"},
      {"match x:\n case [a] | [b]: pass", "alternative patterns bind different names"},
      {"match x:\n case [a, a]: pass", "multiple assignments to name 'a' in pattern"},
      {"try: pass\nexcept: pass\nexcept A: pass", "default 'except:' must be last"},
      {"x = 1\nfrom __future__ import annotations", "from __future__ imports must occur at the beginning of the file"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.source);
    Parsed parsed(row.source);
    CHECK(parsed.result.problem.message == row.message);
  }
}

}  // namespace py
