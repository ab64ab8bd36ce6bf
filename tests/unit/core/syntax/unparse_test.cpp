#include "core/syntax/unparse.h"

#include <doctest/doctest.h>

#include "tests/unit/core/syntax/syntax_fixture.h"

namespace py {

TEST_CASE("expressions are written as the strings of annotations") {
  for (const char* source : {
           "a + b * (c - d) ** (-e)",
           "list[int, *Ts]",
           "not (a and b or c)",
           "lambda a, /, b=1, *c, d, **e: (x, y)",
           "{**a, b: [c for d in e if f]}",
           "x[1:2, ::3].y(z, *w, k=1, **v)",
           "a if b else c if d else e",
           "\"it's\"",
           "f'{x!r:>{w}}a'",
           "1e+16",
           "(yield x)",
       }) {
    CAPTURE(source);
    ParseOptions options;
    options.mode = ParseMode::Eval;
    Parsed parsed(source, options);
    REQUIRE(parsed.result.module != nullptr);
    CHECK(unparse(parsed.result.module->as<ast::Expression>()->body) == source);
  }
}

}  // namespace py
