"""Resident memory of a million elements, made in the usual ways, under weft and python3.11; prints a table.

usage: memory.py WEFT [NAME...]
"""
import subprocess
import sys

COUNT = 1_000_000
# name: (what is prepared before the first look, the expression or function body that makes the elements)
CASES = {
    "list of ints, appended": ("", "for i in range(n): made.append(i)"),
    "list of ints, comprehension": ("", "made = [i + 1 for i in range(n)]"),
    "list(range(n))": ("", "made = list(range(n))"),
    "[x] * n": ("x = 7", "made = [x] * n"),
    "list(map(abs, range(n)))": ("", "made = list(map(abs, range(n)))"),
    "list, extended by 1000": ("", "for i in range(n // 1000): made.extend(range(1000))"),
    "list of floats, appended": ("", "for i in range(n): made.append(i * 0.5)"),
    "list of floats, comprehension": ("", "made = [i * 0.5 for i in range(n)]"),
    "list(map(float, range(n)))": ("", "made = list(map(float, range(n)))"),
    "list of instances, 3 attributes, appended": ("@CLASS", "for i in range(n): made.append(Item(i, i, i))"),
    "list of instances, 3 attributes, comprehension": ("@CLASS", "made = [Item(i, i, i) for i in range(n)]"),
    "list of instances, 3 slots": ("@SLOTS", "made = [Item(i, i, i) for i in range(n)]"),
    "list of pairs": ("", "made = [(i, i) for i in range(n)]"),
    "list of str": ("", "made = [str(i) for i in range(n)]"),
    "dict of ints": ("", "made = {i: i for i in range(n)}"),
    "dict of ints, one by one": ("made = {}", "for i in range(n): made[i] = i"),
    "set of ints": ("", "made = {i for i in range(n)}"),
    "set of ints, one by one": ("made = set()", "for i in range(n): made.add(i)"),
    "deque of ints": ("import collections; made = collections.deque()", "for i in range(n): made.append(i)"),
    "bytearray, appended": ("made = bytearray()", "for i in range(n): made.append(i & 255)"),
    "array of 8-byte ints, appended": ("import array; made = array.array('q')", "for i in range(n): made.append(i)"),
    "str, built piece by piece": ("made = ''", "for i in range(n): made += 'x'"),
    "StringIO, written piece by piece": ("import io; made = io.StringIO()", "for i in range(n): made.write('x')"),
    "BytesIO, written piece by piece": ("import io; made = io.BytesIO()", "for i in range(n): made.write(b'x')"),
}
CLASS = "class Item:\n    {}\n    def __init__(self, a, b, c):\n        self.a = a\n        self.b = b\n        self.c = c"
PREPARED = {"@CLASS": CLASS.format("pass"), "@SLOTS": CLASS.format("__slots__ = ('a', 'b', 'c')")}
PROGRAM = """
import gc
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096
{prepared}
def fill(made, n):
    {body}
    return made
made = locals().get("made", [])
warm = fill(type(made)() if not hasattr(made, "typecode") else type(made)("q"), 100)
gc.collect()
before = resident()
made = fill(made, {count})
print((resident() - before) / {count})
"""


def bytes_an_element(interpreter, prepared, body):
    program = PROGRAM.format(prepared=PREPARED.get(prepared, prepared), body=body, count=COUNT)
    return float(subprocess.run([interpreter, "-c", program], check=True, capture_output=True, text=True).stdout)


def main():
    weft, names = sys.argv[1], sys.argv[2:]
    print("| a million elements | weft, bytes each | python3.11, bytes each |\n|---|---|---|")
    for name, (prepared, body) in CASES.items():
        if names and not any(part in name for part in names):
            continue
        ours = bytes_an_element(weft, prepared, body)
        theirs = bytes_an_element("/usr/bin/python3.11", prepared, body)
        print(f"| {name} | {ours:.1f} | {theirs:.1f} |", flush=True)


if __name__ == "__main__":
    main()
