# The prompt, what follows a program with -i, options that are wrong or warn.
# One thread: runs programs of its own
import os
import subprocess
import sys
import tempfile


def run(*arguments, text="", **environment):
    done = subprocess.run([sys.executable, *arguments], input=text, capture_output=True, text=True,
                          env={**os.environ, **environment})
    return done.returncode, done.stdout, done.stderr


def show(*arguments, text="", **environment):
    code, out, err = run(*arguments, text=text, **environment)
    lines = [line for line in err.splitlines() if not line.startswith(("Python 3.11.2", "[GCC", "Type \"help\""))]
    print(code, repr(out), lines)


for text in ("print(1)\nx = 2\nx\n", "def f():\n  return 7\n\nf()\n", "foo bar\n1\n", "  1\n", "x = (1,\n2)\nx\n",
             "1/0\n2\n", "import sys; sys.exit(6)\n", "x = 'abc\n3\n", "_\n"):
    show("-i", text=text)
show("-iq", "-c", "y = 5", text="y + 1\n")
show("-i", "-c", "raise SystemExit(3)", text="5\n")
show("-i", "-c", "1/0", text="5\n")
show("-c", "import sys; print(sys.flags.inspect, sys.flags.interactive)", text="1\n", PYTHONINSPECT="1")
show("-b", "-c", "print(b'a' == 'a', b'a' != 1, bytearray() == '')")
show("-bb", "-c", "b'a' == 'a'")
show("-bb", "-c", "str(bytearray())")
show("-Wfoo", "-c", "pass")
show("-c", "import atexit; atexit.register(print, 1, foo=2)")
for value in ("foo", "-1", "4294967296", "4294967295"):
    print(run("-c", "pass", PYTHONHASHSEED=value)[0])
print(run("-c", "pass", PYTHONUTF8="2")[0], run("-c", "pass", PYTHONUTF8="1")[0])
show("-c", "import sys\ndel sys.excepthook\n1/0")
show("-c", "import sys\ndef hook(*args): [].x\nsys.excepthook = hook\n1/0")
show("-c", "import sys\nsys.tracebacklimit = 1\ndef f(): 1/0\nf()")
code, out, err = run("-m", "asyncio", text="import asyncio\nawait asyncio.sleep(0, 5)\nx = await asyncio.sleep(0, 6)\nx\n")
print(code, out, ">>> " in err or ">>> " in out)

# Code of a module that became a function keeps its names in the globals.
import types
namespace = {}
types.FunctionType(compile("import os\nz = 5\nw: int = z\n", "m", "exec"), namespace)()
print(namespace["z"], namespace["w"], namespace["os"] is os)

import re

for arguments, environment in (("-X", "importtime"), {}), ((), {"PYTHONPROFILEIMPORTTIME": "1"}):
    code, out, err = run(*arguments, "-c", "import json.tool; import json", **environment)
    header, *rows = err.splitlines()
    parsed = [re.fullmatch(r"import time: +(\d+) \| +(\d+) \| ( *)([\w.]+)", row).groups() for row in rows]
    assert all(int(own) <= int(total) for own, total, indent, name in parsed)
    print(code, header, [(len(indent), name) for own, total, indent, name in parsed if name in ("json.tool", "json", "json.decoder")])
