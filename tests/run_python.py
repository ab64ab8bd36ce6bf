"""Runs every script of tests/python under weft and python3.11: both must succeed with equal output. Then each, unless it
says `# One thread: why not`, runs in 2 and in 8 threads of one weft at once (in_threads.py), with that output each.

usage: run_python.py [--once] WEFT [PATTERN...]
"""
import concurrent.futures
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent
ORACLE = "/usr/bin/python3.11"
LIMIT = 60
THREADS = (2, 8)


def run(interpreter, script, threads=1):
    arguments = [str(script)] if threads == 1 else [str(ROOT / "in_threads.py"), str(threads), str(script)]
    try:
        done = subprocess.run([interpreter, *arguments], capture_output=True, timeout=LIMIT, text=True, errors="replace",
                              env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}, cwd=script.parent)
        return done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired:
        return "timeout", "", ""


def differences(expected, actual):
    if actual[:2] == expected[:2]:
        return None
    outputs = "" if actual[0] else f"\nexpected {expected[1][-300:]!r}\ngot {actual[1][-300:]!r}"
    return f"exit {actual[0]}\n{actual[2][-600:]}{outputs}"


def check(weft, script, once):
    expected = run(ORACLE, script)
    if expected[0] != 0:
        return f"python3.11 fails: {expected[2][-300:]}"
    problem = differences(expected, run(weft, script))
    if problem or once or "\n# One thread: " in "\n" + script.read_text():
        return problem
    for threads in THREADS:
        problem = differences(expected, run(weft, script, threads))
        if problem:
            return f"in {threads} threads, {problem}"
    return None


def main():
    arguments = sys.argv[1:]
    once = "--once" in arguments
    if once:
        arguments.remove("--once")
    weft, patterns = os.path.abspath(arguments[0]), arguments[1:]
    scripts = [s for s in sorted((ROOT / "python").rglob("*.py")) if not patterns or any(p in str(s) for p in patterns)]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for script, problem in zip(scripts, pool.map(lambda s: check(weft, s, once), scripts)):
            if problem:
                failed += 1
                print(f"FAILED {script.relative_to(ROOT)}: {problem}")
    print(f"python scripts: {len(scripts) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
