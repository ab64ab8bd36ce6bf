"""Runs one module of CPython's test suite under the interpreter that executes this file.

usage: run_module.py MODULE REPORT [DONE]

REPORT is appended one line for each event, written before anything else can happen, so that a crash still shows which
case was running. The fields are separated by tabs:

    start  CASE            the case begins
    sub    CASE  TEXT      a subtest failed
    end    CASE  VERDICT  TEXT      VERDICT: ok, skip, fail or error; TEXT: why, one line
    fixture  NAME  VERDICT  TEXT    a setUpClass or setUpModule failed or skipped
    load   TEXT            the module does not import
    done                   every case ran

DONE names a file of cases, one a line, that are not to be run (again).
"""
import importlib
import os
import sys

# No file of this folder may hide a module under test.
del sys.path[0]

import unittest


def one_line(text):
    return " ".join(str(text).split())[:300]


def last_words(error):
    """The type and the message of an exception, as one line."""
    kind, value = error[0], error[1]
    try:
        text = str(value)
    except Exception:
        text = "(its str() fails)"
    lines = [line for line in text.splitlines() if line.strip()]
    return one_line(f"{kind.__name__}: {lines[0] if lines else ''}")


class Report:
    def __init__(self, path):
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self.process = os.getpid()

    def line(self, *fields):
        # A child that a test forked has no say here.
        if os.getpid() == self.process:
            os.write(self.file, ("\t".join(fields) + "\n").encode("utf-8", "backslashreplace"))


class Result(unittest.TestResult):
    def __init__(self, report):
        super().__init__()
        self.report = report
        self.verdict = None

    def startTest(self, test):
        super().startTest(test)
        self.verdict = ("ok", "")
        self.report.line("start", test.conformance_name)

    def stopTest(self, test):
        super().stopTest(test)
        self.report.line("end", test.conformance_name, *self.verdict)

    def note(self, test, verdict, text):
        if not hasattr(test, "conformance_name"):  # unittest's stand-in for setUpClass or setUpModule
            self.report.line("fixture", one_line(test), verdict, text)
        elif self.verdict[0] in ("ok", "skip"):
            self.verdict = (verdict, text)

    def addError(self, test, error):
        self.note(test, "error", last_words(error))

    def addFailure(self, test, error):
        self.note(test, "fail", last_words(error))

    def addSkip(self, test, reason):
        self.note(test, "skip", one_line(reason))

    def addExpectedFailure(self, test, error):
        pass

    def addUnexpectedSuccess(self, test):
        self.note(test, "fail", "unexpected success")

    def addSubTest(self, test, subtest, error):
        if error is not None:
            text = last_words(error)
            self.report.line("sub", test.conformance_name, one_line(subtest), text)
            self.note(test, "fail", text)


def flatten(suite, cases):
    for part in suite:
        if isinstance(part, unittest.BaseTestSuite):
            flatten(part, cases)
        else:
            cases.append(part)
    return cases


def give_names(cases, module):
    """Names the cases. A name that stands twice gets a number."""
    seen = {}
    for case in cases:
        name = one_line(case.id()).removeprefix(f"test.{module}.")
        seen[name] = seen.get(name, 0) + 1
        case.conformance_name = name if seen[name] == 1 else f"{name}#{seen[name]}"


def load(module):
    """The cases of the module; an exception says why there are none."""
    loaded = importlib.import_module(f"test.{module}")
    cases = flatten(unittest.defaultTestLoader.loadTestsFromModule(loaded), [])
    broken = [case for case in cases if type(case).__name__ == "_FailedTest"]
    if broken and len(broken) == len(cases):
        raise broken[0]._exception
    give_names(cases, module)
    return cases


def main():
    module, report, done = sys.argv[1], Report(sys.argv[2]), set()
    if len(sys.argv) > 3:
        with open(sys.argv[3], encoding="utf-8") as file:
            done = set(file.read().split("\n"))
    sys.argv[1:] = []
    try:
        from test import support
        support.use_resources = []
        support.verbose = 0
        cases = load(module)
    except BaseException:
        report.line("load", last_words(sys.exc_info()))
        raise
    todo = unittest.TestSuite(case for case in cases if case.conformance_name not in done)
    try:
        todo.run(Result(report))
    finally:
        report.line("done")
    sys.stdout.flush()
    # What tests left behind, threads above all, has no say in the outcome.
    os._exit(0)


if __name__ == "__main__":
    main()
