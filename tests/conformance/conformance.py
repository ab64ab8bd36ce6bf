"""Runs CPython's own test modules under weft and compares with what is recorded in modules/.

Without modules: all that are recorded. A module is named with or without `test_`. The outcome under python3.11 is kept in
build/conformance. A case that passes under python3.11, and is not recorded as failing, must pass under weft.
"""
import argparse
import concurrent.futures
import json
import sys
from pathlib import Path

import execute
import table
from execute import run_module

ORACLE = "/usr/bin/python3.11"
CACHE = Path(__file__).resolve().parents[2] / "build" / "conformance"
AT_ONCE = 2
SMOKE = ["bisect", "bool", "complex", "dict", "dictviews", "enumerate", "float", "format", "index", "list", "range", "set",
         "slice", "tuple"]


def full_name(module):
    return module if module.startswith("test_") else f"test_{module}"


def oracle_passes(module):
    """The cases that python3.11 passes here; run once, then remembered."""
    path = CACHE / f"{module}.json"
    if path.exists():
        return set(json.loads(path.read_text("utf-8")))
    passed = run_module(ORACLE, module).passed()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(sorted(passed)), "utf-8")
    return passed


class Comparison:
    """One module under weft beside python3.11 and beside its record."""

    def __init__(self, weft, module, limit):
        self.module = module
        self.wanted = oracle_passes(module)
        self.outcome = run_module(weft, module, module_limit=limit)
        self.record = table.read(module)
        if self.lost():
            self.try_again(weft)

    def try_again(self, weft):
        """Lost cases get a second run: a busy machine is no regression."""
        again = run_module(weft, self.module, skip=(self.wanted | set(self.outcome.cases)) - self.lost())
        self.outcome.cases.update(again.cases)

    def recorded_reason(self, case):
        failing = self.record.failing if self.record else {}
        return failing.get(case) or failing.get("*") or ""

    def failing(self):
        return self.wanted - self.outcome.passed()

    def flaky(self):
        return {case for case in self.wanted if self.recorded_reason(case).startswith("flaky:")}

    def lost(self):
        if not self.record:
            return set()
        return {case for case in self.failing() if not self.recorded_reason(case) and not self.outcome.unknown(case)}

    def gained(self):
        return {case for case in self.wanted - self.failing() - self.flaky() if self.recorded_reason(case)}

    def reasons(self):
        """{case: reason} as it is now. The wording of the record stays for what still fails."""
        failing = self.failing()
        if failing and not self.outcome.cases:
            return {"*": self.outcome.trouble}
        earlier = self.record.failing if self.record else {}
        if self.record:  # what there was no time for stays as it is recorded
            failing = {case for case in failing if case in earlier or not self.outcome.unknown(case)}
        return {case: earlier.get(case) or self.outcome.why(case) for case in failing | self.flaky()}

    def state(self):
        reasons = self.reasons()
        alone = sum(reason == table.CPYTHON_ALONE for reason in reasons.values())
        passing = len(self.wanted) - (len(self.wanted) if "*" in reasons else len(reasons))
        return table.Record(len(self.wanted), alone, passing, reasons)

    def write(self, force):
        if force or not self.lost():
            table.write(self.module, self.state())

    def report(self, everything):
        state = self.state()
        line = f"{self.module:28} {state.weft:5} of {state.oracle - state.cpython_alone:5}  {self.outcome.seconds:6.1f} s"
        for what, cases in (("lost", self.lost()), ("gained", self.gained())):
            line += f"  {what} {len(cases)}" if cases else ""
        print(f"{line}  {self.outcome.trouble}" if self.outcome.trouble else line)
        for case in sorted((self.failing() if everything else self.lost()) if self.outcome.cases else ()):
            if self.outcome.why(case) != table.CPYTHON_ALONE:
                print(f"    {case}: {self.outcome.why(case)}")
        sys.stdout.flush()


def run_all(options):
    modules = [full_name(m) for m in options.modules or (SMOKE if options.smoke else table.known_modules())]
    lost = 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        runs = [pool.submit(Comparison, options.weft, module, options.limit) for module in modules]
        for run in concurrent.futures.as_completed(runs):
            comparison = run.result()
            comparison.report(options.list)
            lost += 0 if options.force else len(comparison.lost())
            if options.record:
                comparison.write(options.force)
    return lost


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weft", type=lambda path: str(Path(path).resolve()))
    parser.add_argument("--record", action="store_true", help="write the outcome down, unless a case got lost")
    parser.add_argument("--force", action="store_true", help="write it down all the same")
    parser.add_argument("--smoke", action="store_true", help="the fast modules that every test run includes")
    parser.add_argument("--list", action="store_true", help="show each case that does not pass, with the reason")
    parser.add_argument("--limit", type=float, default=300, help="seconds for one module")
    parser.add_argument("--unlimited-memory", action="store_true", help="for builds with a sanitizer, which reserve much")
    parser.add_argument("modules", nargs="*", metavar="MODULE")
    options = parser.parse_intermixed_args()
    if options.unlimited_memory:
        execute.memory_limit = 0
    lost = run_all(options)
    print(f"conformance: {lost or 'no'} case{'s' if lost > 1 else ''} lost")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
