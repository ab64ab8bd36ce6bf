"""What messages about files and sources name: paths as text, and lines of files that exist."""
import os
import pathlib
import sys

nope = pathlib.Path("/nonexistent/x")
for function in (os.stat, os.mkdir, os.listdir, os.remove, os.chdir, open, os.scandir, os.readlink):
    try:
        function(nope)
    except FileNotFoundError as error:
        print(function.__name__, error, repr(error.filename))
try:
    nope.rename("y")
except FileNotFoundError as error:
    print(error, repr(error.filename), repr(error.filename2))
for function, argument in ((os.stat, "a\0"), (open, "a\0"), (lambda name: compile("a", name, "exec"), "f\0")):
    try:
        function(argument)
    except ValueError as error:
        print(error)

for text in ("return 1", "break", "x = 1\ndef f(x):\n  global x\n", "1 +", "from __future__ import nothing"):
    for name in ("<string>", "/nonexistent/file.py"):
        try:
            compile(text, name, "exec")
        except SyntaxError as error:
            print(error.lineno, error.offset, error.end_lineno, error.text, error)

for name in ("excepthook", "displayhook", "unraisablehook", "breakpointhook"):
    hook = getattr(sys, name)
    assert hook is getattr(sys, f"__{name}__") and hook.__name__ == name, name
