#include "core/syntax/scope.h"

#include <doctest/doctest.h>

#include "tests/unit/core/syntax/syntax_fixture.h"

namespace py {

TEST_CASE("closures") {
  CHECK(Parsed("def f(a):\n  def g(): return a, b\n").scopes() ==
        "top f local a\n"
        "top/f a cell p\n"
        "top/f g local a\n"
        "top/f/g a free u\n"
        "top/f/g b implicit u\n");
}

TEST_CASE("class bodies are skipped by inner functions and look into cells themselves") {
  CHECK(Parsed("def f(a):\n  class C:\n    a; b = 1\n    def g(self): return b, __class__\n").scopes() ==
        "top f local a\n"
        "top/f a cell p\n"
        "top/f C local a\n"
        "top/f/C a free uC\n"
        "top/f/C b local a\n"
        "top/f/C g local a\n"
        "top/f/C/g self local p\n"
        "top/f/C/g b implicit u\n"
        "top/f/C/g __class__ free u\n");
}

TEST_CASE("inlined comprehensions keep only their own names") {
  Parsed parsed("def f(a):\n  return [x + y for x in a]\n");
  CHECK(parsed.scopes() ==
        "top f local a\n"
        "top/f a local pu\n"
        "top/f y implicit u\n"
        "top/f/listcomp x local au\n");
  CHECK(parsed.table.scopes[2]->inlined);
  CHECK(parsed.table.scopes[2]->host() == parsed.table.scopes[1]);
}

TEST_CASE("a variable of an inlined comprehension may be captured") {
  CHECK(Parsed("f = [lambda: x for x in y]").scopes() ==
        "top f local a\n"
        "top y implicit u\n"
        "top/listcomp x cell a\n"
        "top/listcomp/lambda x free u\n");
}

TEST_CASE("assignment expressions bind outside comprehensions") {
  CHECK(Parsed("def f():\n  return [y := x for x in z], y\n").scopes() ==
        "top f local a\n"
        "top/f z implicit u\n"
        "top/f y local au\n"
        "top/f/listcomp x local au\n");
  CHECK(Parsed("def f():\n  return (y := x for x in z), y\n").scopes() ==
        "top f local a\n"
        "top/f z implicit u\n"
        "top/f y cell au\n"
        "top/f/genexpr x local au\n"
        "top/f/genexpr y free a\n");
}

TEST_CASE("private names are mangled") {
  CHECK(Parsed("class _A:\n  def f(self): self.__x = __y\n").scopes().find("_A__y") != std::string::npos);
}

TEST_CASE("type parameters see the class around") {
  Parsed parsed("class A:\n  B = 1\n  def f[T: B](self): pass\n");
  CHECK(parsed.scopes() ==
        "top A local a\n"
        "top/A B local a\n"
        "top/A f local a\n"
        "top/A __classdict__ cell \n"
        "top/A/f T local a\n"
        "top/A/f __classdict__ free \n"
        "top/A/f/T B implicit uC\n"
        "top/A/f/T __classdict__ free \n"
        "top/A/f/f self local p\n");
}

TEST_CASE("flags of functions") {
  Parsed parsed("async def f(*a, **k):\n  yield\nasync def g():\n  return [x async for x in await y]\n");
  Scope* f = parsed.table.scopes[1];
  CHECK(f->is_async_generator);
  CHECK(f->is_generator);
  CHECK(!f->is_coroutine);
  CHECK(f->has_varargs);
  CHECK(f->has_varkeywords);
  CHECK(parsed.table.scopes[2]->is_coroutine);
}

}  // namespace py
