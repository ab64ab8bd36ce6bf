"""Writes docs/compatibility.md: the hand-written causes.md, then what modules/ records."""
from collections import Counter
from pathlib import Path

import table

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "compatibility.md"


def rows(records):
    for module, record in records.items():
        wanted = record.oracle - record.cpython_alone
        note = record.failing.get("*", "")
        share = f"{100 * record.weft // wanted} %" if wanted else ""
        yield f"| {module} | {wanted} | {record.weft} | {share} | {note.replace('|', chr(92) + '|')} |"


def totals(records):
    wanted = sum(record.oracle - record.cpython_alone for record in records.values())
    passed = sum(record.weft for record in records.values())
    return f"{len(records)} modules, {wanted} cases that python3.11 passes, {passed} of them pass under weft."


def frequent_reasons(records):
    counts = Counter()
    for record in records.values():
        counts.update(reason for case, reason in record.failing.items() if case != "*" and reason != table.CPYTHON_ALONE)
    return [f"- {count} x `{reason}`" for reason, count in counts.most_common(25)]


def main():
    records = {module: table.read(module) for module in table.known_modules()}
    lines = [
        (HERE / "causes.md").read_text("utf-8"),
        "## CPython's test modules\n",
        "Written by `tests/conformance/write_page.py` from `tests/conformance/modules/`, which names every failing case.",
        "Cases about CPython alone (its garbage counts, its C interface) are left out.\n",
        totals(records) + "\n",
        "| module | python3.11 | weft | | why nothing runs |\n|---|---|---|---|---|",
        *rows(records),
        "\nThe reasons that stand for most cases:\n",
        *frequent_reasons(records),
    ]
    PAGE.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
