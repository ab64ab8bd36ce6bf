"""Runs the stress programs one after the other, each for its share of the time; a crash, a hang or a wrong result fails.

usage: run.py WEFT SECONDS [SEED [PROGRAM...]]
"""
import os
import pathlib
import random
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent


def main():
    weft, seconds = os.path.abspath(sys.argv[1]), float(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 and sys.argv[3] else random.randrange(1 << 31)
    programs = sorted(p for p in ROOT.glob("*.py") if p.name not in ("run.py", "harness.py", "kinds.py"))
    programs = [p for p in programs if len(sys.argv) < 5 or p.stem in sys.argv[4:]]
    print(f"stress: seed {seed}", flush=True)
    failed = 0
    for program in programs:
        share = seconds / len(programs)
        command = [weft, str(program), str(seed), str(share)]
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                                  timeout=share * 3 + 60)
            problem = f"exit {done.returncode}\n{done.stdout[-2000:]}" if done.returncode else None
        except subprocess.TimeoutExpired:
            problem = "hangs"
        if problem:
            failed += 1
            print(f"FAILED {' '.join(command)}: {problem}", flush=True)
    print(f"stress: {len(programs) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
