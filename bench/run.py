"""Times every program of bench/programs under weft and python3.11, in turn, and prints ratios of CPU time.

usage: run.py WEFT [NAME...]
"""
import os
import pathlib
import resource
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent
ROUNDS = 3


def cpu_seconds(interpreter, script):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([interpreter, str(script)], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    weft, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    print("| program | weft, s | python3.11, s | times faster |\n|---|---|---|---|")
    for script in sorted((ROOT / "programs").glob("*.py")):
        if names and script.stem not in names:
            continue
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(cpu_seconds(weft, script))
            theirs.append(cpu_seconds("/usr/bin/python3.11", script))
        a, b = sorted(ours)[ROUNDS // 2], sorted(theirs)[ROUNDS // 2]
        print(f"| {script.stem} | {a:.2f} | {b:.2f} | {b / a:.2f} |", flush=True)


if __name__ == "__main__":
    main()
