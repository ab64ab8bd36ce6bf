# One thread: the hook is everybody's.
"""Errors that are said in words of their own."""
import ast
import math
import os
import sys


def show(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


ARGUMENTS = [(), (1,), ([1],), ([1], 2), ([1], 2, 3)]
KEYWORDS = [{}, {"start": 1}, {"iterable": []}, {"foo": 1}, {"start": 1, "iterable": []}, {"iterable": [], "start": 2},
            {"start": 1, "x": 2}, {"start": 1, "iterable": [], "x": 1}, {"start": "a"}]
for arguments in ARGUMENTS:
    for keywords in KEYWORDS:
        show(lambda: list(enumerate(*arguments, **keywords)))
for action in (lambda: sum(), lambda: math.prod(), lambda: os.mkdir(b"\0"), lambda: os.mkdir("\0"), lambda: os.listdir(b"a\0"),
               lambda: os.rename(b"a\0", b"b"), lambda: os.link("a", b"\0"), lambda: eval("1", {}, 1), lambda: exec("1", {}, 1),
               lambda: sys.unraisablehook(1), lambda: sys.unraisablehook((1, 2, 3, 4, 5))):
    show(action)
for source in ("for *a in b: pass", "[x for *a in b]", "with a as *b: pass", "async def f():\n async for *a in b: pass",
               "match x:\n case [*a, *b]: pass", "for *a, in b: pass"):
    show(lambda: ast.dump(ast.parse(source))[:40] if "case" not in source else None)
    try:
        print(compile(source, "source", "exec").co_name)
    except SyntaxError as error:
        print(error.args)


class Failing:
    def __del__(self):
        raise ValueError("unheard")


def hook(report):
    print(type(report).__name__, len(report), report.exc_type, report.exc_value, report[3], report.object.__name__)


sys.unraisablehook = hook
Failing()
sys.unraisablehook = sys.__unraisablehook__
