"""Runs what an instrumented weft learns from: the scripts of tests/python, CPython's tests of the builtin types and of the
common modules, the example and the threaded jobs. None of bench/programs, which the build is measured by.

usage: learn.py WEFT FOLDER          FOLDER: where the profiles go, one LLVM .profraw file for each writer
"""
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
LONGEST = 180  # seconds a program may take
CASES = """array ast bisect bytes class collections complex copy dataclasses datetime decimal deque descr dict difflib enum exceptions
float format fstring functools generators heapq int itertools json list long math operator ordered_dict patma pickle pprint
re scope set sort statistics string struct textwrap tokenize tuple unicode with""".split()
JOBS = "objects dicts lists strings exceptions generators floats reading".split()


def commands(weft):
    for job in JOBS:
        yield [weft, ROOT / "bench/threads.py", "1", job]
    yield [weft, ROOT / "examples/index_tree.py", "--threads", "1", "/usr/lib/python3.11/json"]
    for case in CASES:
        yield [weft, "-m", "test", f"test_{case}"]
    for script in sorted((ROOT / "tests/python").rglob("*.py")):
        yield [weft, script]


def run(command, environment, folder):
    """What a program says is not looked at: the tests see to that, this counts which ways it took."""
    try:
        subprocess.run([str(part) for part in command], env=environment, cwd=folder, timeout=LONGEST,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        print("took too long:", *command, file=sys.stderr)


def main():
    weft, folder = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    environment = dict(os.environ, LLVM_PROFILE_FILE=os.path.join(folder, "%4m.profraw"))
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        for command in commands(weft):
            workers.submit(run, command, environment, scratch)


if __name__ == "__main__":
    main()
