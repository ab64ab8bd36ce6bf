"""Counts the atomic read-modify-writes of every program of bench/programs, all single-threaded, beyond those of start-up.

usage: atomics.py WEFT [--places] [NAME...]     WEFT is of the `count` preset; --places names functions, most frequent first
"""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent


def counts(weft, *program):
    done = subprocess.run([weft, "-X", "stats", *program], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    numbers = {name: int(re.search(rf"^{name} +(\d+)$", done.stderr, re.M)[1]) for name in ("instructions", "atomic operations")}
    places = re.findall(r"^  (0x[0-9a-f]+) +(\d+)$", done.stderr, re.M)
    return numbers["instructions"], numbers["atomic operations"], places


def print_places(weft, places):
    for address, count in places[:5]:
        found = subprocess.run(["addr2line", "-Cfie", weft, hex(int(address, 16) - 1)], capture_output=True, text=True)
        lines = found.stdout.splitlines()
        chain = " < ".join(f"{name} ({pathlib.Path(line).name})" for name, line in zip(lines[::2], lines[1::2]))
        print(f"    {count} {chain}")


def main():
    arguments = sys.argv[1:]
    show = "--places" in arguments
    if show:
        arguments.remove("--places")
    weft, names = os.path.abspath(arguments[0]), arguments[1:]
    start_instructions, start_atomics, _ = counts(weft, "-c", "pass")
    print("| program | million instructions | atomic operations | for a million instructions |\n|---|---|---|---|")
    for script in sorted((ROOT / "programs").glob("*.py")):
        if names and script.stem not in names:
            continue
        instructions, atomics, places = counts(weft, str(script))
        millions = max(instructions - start_instructions, 1) / 1e6
        extra = max(atomics - start_atomics, 0)
        print(f"| {script.stem} | {millions:.1f} | {extra} | {extra / millions:.1f} |", flush=True)
        if show:
            print_places(weft, places)


if __name__ == "__main__":
    main()
