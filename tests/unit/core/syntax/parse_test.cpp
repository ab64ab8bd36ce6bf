#include "core/syntax/parse.h"

#include <doctest/doctest.h>

#include "tests/unit/core/syntax/syntax_fixture.h"

namespace py {

TEST_CASE("type parameters and aliases (PEP 695, 696)") {
  CHECK(Parsed("type X[T: int = str] = T").tree() ==
        "TypeAlias(name=Name(id='X', ctx=Store()), type_params=[TypeVar(name='T', bound=Name(id='int', ctx=Load()), "
        "default_value=Name(id='str', ctx=Load()))], value=Name(id='T', ctx=Load()))");
  CHECK(Parsed("type = type[1]").tree() ==
        "Assign(targets=[Name(id='type', ctx=Store())], value=Subscript(value=Name(id='type', ctx=Load()), "
        "slice=Constant(value=1), ctx=Load()))");
}

TEST_CASE("soft keywords stay names") {
  CHECK(Parsed("match -x").tree() ==
        "Expr(value=BinOp(left=Name(id='match', ctx=Load()), op=Sub(), right=Name(id='x', ctx=Load())))");
  CHECK(Parsed("match x:\n  case _: pass").tree() ==
        "Match(subject=Name(id='x', ctx=Load()), cases=[match_case(pattern=MatchAs(), body=[Pass()])])");
}

TEST_CASE("f-strings (PEP 701)") {
  CHECK(Parsed("f'{x!r:>{w}}' 'a'").tree() ==
        "Expr(value=JoinedStr(values=[FormattedValue(value=Name(id='x', ctx=Load()), conversion=114, "
        "format_spec=JoinedStr(values=[Constant(value='>'), FormattedValue(value=Name(id='w', ctx=Load()), "
        "conversion=-1)])), Constant(value='a')]))");
  CHECK(Parsed("f'{f'{1}'}'").tree() ==
        "Expr(value=JoinedStr(values=[FormattedValue(value=JoinedStr(values=[FormattedValue(value=Constant(value=1), "
        "conversion=-1)]), conversion=-1)]))");
  CHECK(Parsed("f'{x = }'").tree() ==
        "Expr(value=JoinedStr(values=[Constant(value='x = '), FormattedValue(value=Name(id='x', ctx=Load()), "
        "conversion=114)]))");
  CHECK(Parsed("t'{x!s}'").tree() ==
        "Expr(value=TemplateStr(values=[Interpolation(value=Name(id='x', ctx=Load()), str='x', conversion=115)]))");
}

TEST_CASE("handlers without parentheses (PEP 758)") {
  CHECK(Parsed("try: pass\nexcept A, B: pass").tree() ==
        "Try(body=[Pass()], handlers=[ExceptHandler(type=Tuple(elts=[Name(id='A', ctx=Load()), Name(id='B', "
        "ctx=Load())], ctx=Load()), body=[Pass()])], orelse=[], finalbody=[])");
}

TEST_CASE("literals") {
  CHECK(Parsed("0xFFFFFFFFFFFFFFFFF").tree() == "Expr(value=Constant(value=big16:FFFFFFFFFFFFFFFFF))");
  CHECK(Parsed("1_000 + 0b11").tree() ==
        "Expr(value=BinOp(left=Constant(value=1000), op=Add(), right=Constant(value=3)))");
  CHECK(Parsed("'\\ud800' 'a\\x62'").tree() == "Expr(value=Constant(value='\\xed\\xa0\\x80ab'))");
  CHECK(Parsed("b'\\101' rb'\\n'").tree() == "Expr(value=Constant(value=b'A\\x5cn'))");
}

TEST_CASE("names are normalised") {
  CHECK(Parsed("\xF0\x9D\x90\xB1").tree() == "Expr(value=Name(id='x', ctx=Load()))");  // mathematical bold x
}

TEST_CASE("invalid escapes warn") {
  Parsed parsed("x = 1\ny = '\\d'");
  REQUIRE(parsed.result.warnings != nullptr);
  CHECK(parsed.result.warnings->message == "invalid escape sequence '\\d'");
  CHECK(parsed.result.warnings->line == 2);
}

TEST_CASE("newlines, form feeds and encodings") {
  CHECK(Parsed("a\r\nb\rc\f\n").tree() ==
        "Expr(value=Name(id='a', ctx=Load())), Expr(value=Name(id='b', ctx=Load())), "
        "Expr(value=Name(id='c', ctx=Load()))");
  Arena arena;
  ParseResult latin = parse(arena, "# -*- coding: latin-1 -*-\n'\xE9'", {});
  REQUIRE(latin.module != nullptr);
  CHECK(dump(latin.module, {.locations = false}).find("'\\xc3\\xa9'") != std::string::npos);
}

TEST_CASE("depth is bounded, length is not") {
  auto repeat = [](std::string_view text, int count) {
    std::string result;
    for (int i = 0; i < count; ++i) result += text;
    return result;
  };
  CHECK(Parsed("a" + repeat("*a", 2250)).error() == "");
  CHECK(Parsed("a" + repeat("+a", 100000)).error().starts_with("Recursion "));
  CHECK(Parsed(repeat("-", 100000) + "a").error().starts_with("Memory "));
  CHECK(Parsed(repeat("lambda:", 100000) + "a").error().starts_with("Memory "));
  CHECK(Parsed(repeat("a if b else ", 100000) + "a").error().starts_with("Recursion "));
  CHECK(Parsed(repeat("(", 199) + repeat(")", 199)).error() == "");
  CHECK(Parsed(repeat("(", 201)).error() == "1:201-1:201 too many nested parentheses");
  CHECK(Parsed(repeat("a = ", 100000) + "b").error() == "");
}

TEST_CASE("interactive input") {
  ParseOptions options;
  options.mode = ParseMode::Single;
  options.allow_incomplete_input = options.dont_imply_dedent = true;
  CHECK(Parsed("if x:\n", options).error().starts_with("Incomplete "));
  CHECK(Parsed("x = (1,\n", options).error().starts_with("Incomplete "));
  CHECK(Parsed("x = '''a\n", options).error().starts_with("Incomplete "));
  CHECK(Parsed("if x:\n  y\n", options).error() == "");
  CHECK(Parsed("x = = 1\n", options).error() == "1:5-1:6 invalid syntax");
  CHECK(Parsed("x\ny\n", options).error() == "1:2-1:2 multiple statements found while compiling a single statement");
}

}  // namespace py
