"""Runs every script of tests/python under weft and python3.11: both must succeed with equal output. Then each, unless it
says `# One thread: why not`, runs in 2 and in 8 threads of one weft at once (in_threads.py), with that output each.

usage: run_python.py [--once] [--limit SECONDS] WEFT [PATTERN...]
"""
import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent
ORACLE = "/usr/bin/python3.11"
THREADS = (2, 8)


def run(interpreter, script, limit, threads=1):
    arguments = [str(script)] if threads == 1 else [str(ROOT / "in_threads.py"), str(threads), str(script)]
    try:
        done = subprocess.run([interpreter, *arguments], capture_output=True, timeout=limit, text=True, errors="replace",
                              env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}, cwd=script.parent)
        return done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired:
        return "timeout", "", ""


def differences(expected, actual):
    if actual[:2] == expected[:2]:
        return None
    outputs = "" if actual[0] else f"\nexpected {expected[1][-300:]!r}\ngot {actual[1][-300:]!r}"
    return f"exit {actual[0]}\n{actual[2][-600:]}{outputs}"


def check(options, script):
    expected = run(ORACLE, script, options.limit)
    if expected[0] != 0:
        return f"python3.11 fails: {expected[2][-300:]}"
    problem = differences(expected, run(options.weft, script, options.limit))
    if problem or options.once or "\n# One thread: " in "\n" + script.read_text():
        return problem
    for threads in THREADS:
        problem = differences(expected, run(options.weft, script, options.limit, threads))
        if problem:
            return f"in {threads} threads, {problem}"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--once", action="store_true", help="not in several threads")
    parser.add_argument("--limit", type=float, default=60, help="seconds for each run; sanitizers need more")
    parser.add_argument("weft", type=os.path.abspath)
    parser.add_argument("patterns", nargs="*")
    options = parser.parse_args()
    scripts = [s for s in sorted((ROOT / "python").rglob("*.py")) if not options.patterns or any(p in str(s) for p in options.patterns)]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for script, problem in zip(scripts, pool.map(lambda s: check(options, s), scripts)):
            if problem:
                failed += 1
                print(f"FAILED {script.relative_to(ROOT)}: {problem}")
    print(f"python scripts: {len(scripts) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
