"""Sources that cannot be read, and expressions nested too deep: an exception, never a crash."""
import os
import subprocess
import sys
import tempfile


def last_line(source):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "bad.py")
        with open(path, "wb") as file:
            file.write(source)
        done = subprocess.run([sys.executable, path], capture_output=True)
        return done.returncode, done.stderr.decode().splitlines()[-1].replace(path, "PATH")


print(last_line(b"# coding: nope\n"))
print(last_line(b'x = 1\ny = "\xff"\n'))
print(last_line(b"if 1:\n\tx\n        y\n"))
print(last_line(b"print('unfinished\n"))

DEEP = {"minus": "-" * 100_000 + "1", "not": "not " * 100_000 + "1", "lambda": "lambda:" * 100_000 + "1",
        "parentheses": "(" * 100_000 + ")" * 100_000, "attributes": "a" + ".b" * 100_000, "sum": "1" + "+x" * 100_000,
        "power": "x**" * 100_000 + "1", "strings": '"a" ' * 100_000, "comparison": "x<" * 100_000 + "1"}
for name, source in DEEP.items():
    try:
        compile(source, name, "eval")
        print(name, "compiled")
    except (SyntaxError, RecursionError, MemoryError) as error:
        print(name, type(error).__name__)
for action in ("list(range(1 << 62))", "[0] * (1 << 62)", "1 << (1 << 62)", "bytes(1 << 62)", "'x' * (1 << 62)"):
    try:
        eval(action)
    except (MemoryError, OverflowError) as error:
        print(action, type(error).__name__)
