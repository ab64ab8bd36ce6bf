"""Starting with hardly any environment, and compiled code that another interpreter left behind."""
# One thread: it starts interpreters
import importlib.util
import marshal
import pathlib
import subprocess
import sys
import tempfile


def run(code, **environment):
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    return result.returncode, result.stdout.strip(), result.stderr.strip().split("\n")[-1]


for environment in ({}, {"HOME": ""}, {"HOME": "/dev/null"}, {"HOME": "relative"}):
    print(environment, run("import calendar; print(calendar.isleap(2000))", **environment))

magic = importlib.util.MAGIC_NUMBER
print(len(magic), magic.endswith(b"\r\n"))
with tempfile.TemporaryDirectory() as folder:
    for _ in range(2):
        print(run("import calendar; print(calendar.isleap(1900))", PYTHONPYCACHEPREFIX=folder))
    found = sorted(pathlib.Path(folder).rglob("calendar.*.pyc"))
    print(len(found), found[0].read_bytes()[:4] == magic)
    found[0].write_bytes(b"\x01\x02\r\n" + bytes(12) + b"\xe3" + bytes(40))
    print(run("import calendar; print(calendar.isleap(2004))", PYTHONPYCACHEPREFIX=folder))
    pathlib.Path(folder, "alien.pyc").write_bytes(b"\x01\x02\r\n" + bytes(12) + b"\xe3" + bytes(40))
    print(run(f"import sys; sys.path.insert(0, {folder!r}); import alien", PYTHONDONTWRITEBYTECODE="1")[2][:30])
for data in (b"\xe3" + bytes(30), b"c" + b"N" * 40, b"c" + b"i\0\0\0\0" * 20, b"\xe3\0\0\0\0", marshal.dumps(1)[:-1]):
    try:
        marshal.loads(data)
    except (ValueError, EOFError, TypeError, SystemError) as error:
        print("refused")
