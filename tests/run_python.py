"""Runs every script of tests/python under weft and python3.11: both must succeed with equal output.

usage: run_python.py WEFT [PATTERN...]
"""
import concurrent.futures
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent
ORACLE = "/usr/bin/python3.11"
LIMIT = 60


def run(interpreter, script):
    try:
        done = subprocess.run([interpreter, str(script)], capture_output=True, timeout=LIMIT, text=True, errors="replace",
                              env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}, cwd=script.parent)
        return done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired:
        return "timeout", "", ""


def check(weft, script):
    expected = run(ORACLE, script)
    actual = run(weft, script)
    if expected[0] != 0:
        return f"python3.11 fails: {expected[2][-300:]}"
    if actual[:2] != expected[:2]:
        return f"exit {actual[0]}\n{actual[2][-600:]}" + ("" if actual[0] else f"\nexpected {expected[1][-300:]!r}\ngot {actual[1][-300:]!r}")
    return None


def main():
    weft, patterns = os.path.abspath(sys.argv[1]), sys.argv[2:]
    scripts = [s for s in sorted((ROOT / "python").rglob("*.py")) if not patterns or any(p in str(s) for p in patterns)]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for script, problem in zip(scripts, pool.map(lambda s: check(weft, s), scripts)):
            if problem:
                failed += 1
                print(f"FAILED {script.relative_to(ROOT)}: {problem}")
    print(f"python scripts: {len(scripts) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
