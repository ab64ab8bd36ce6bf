"""The recorded state: modules/MODULE.txt, what became of each module's cases.

The first line counts the cases: those that python3.11 passes, those of them that are about CPython alone, and those that
weft passes. The rest lists the failing ones: a reason stands at the start of a line, its cases are indented under it; the
case `*` is the whole module. A reason that begins with `flaky:` says that its cases sometimes pass: they count as failing
and are never held against a run.
"""
import re
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parent / "modules"
HEADING = re.compile(r"python3\.11 (\d+), CPython alone (\d+), weft (\d+)\n")
CPYTHON_ALONE = "skip: implementation detail specific to cpython"


class Record(NamedTuple):
    oracle: int  # cases that python3.11 passes
    cpython_alone: int  # those that weft need not pass
    weft: int
    failing: dict  # case: reason


def known_modules():
    return sorted(path.stem for path in FOLDER.glob("test_*.txt"))


def read(module):
    """The record of a module, or None."""
    path = FOLDER / f"{module}.txt"
    if not path.exists():
        return None
    text = path.read_text("utf-8")
    heading = HEADING.match(text)
    failing, reason = {}, ""
    for line in text[heading.end() :].splitlines():
        if line.startswith("  "):
            failing[line[2:]] = reason
        else:
            reason = line
    return Record(*map(int, heading.groups()), failing)


# What differs from run to run and from machine to machine.
RUNNING_PARTS = [
    (re.compile(re.escape(str(FOLDER.parents[2]))), "WEFT"),
    (re.compile(r"/\S*?/build/conformance/cache/[^\s'\"]*"), "CACHE"),
    (re.compile(r"/\S*?/build/(dev|release)/weft"), "weft"),
    (re.compile(r"/tmp/[\w@./-]+"), "TEMPORARY"),
    (re.compile(r"@test_\d+\w*"), "TESTFN"),
    (re.compile(r"0x[0-9a-f]{6,}"), "ADDRESS"),
    (re.compile(r"\[\d+ chars\]"), "[...]"),
    (re.compile(r"\b\d+\.\d{3,}\b"), "NUMBER"),
    (re.compile(r"\b\d{9,}\b"), "NUMBER"),
]


def lasting(reason):
    for pattern, word in RUNNING_PARTS:
        reason = pattern.sub(word, reason)
    return reason


def write(module, record):
    by_reason = {}
    for case, reason in sorted(record.failing.items()):
        by_reason.setdefault(lasting(reason), []).append(case)
    text = f"python3.11 {record.oracle}, CPython alone {record.cpython_alone}, weft {record.weft}\n"
    for reason, cases in sorted(by_reason.items()):
        text += f"{reason}\n" + "".join(f"  {case}\n" for case in cases)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{module}.txt").write_text(text, "utf-8")
