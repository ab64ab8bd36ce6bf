"""Runs one module of CPython's test suite in processes of its own, with limits, and collects the outcome of each case.

A case that kills the interpreter, or does not end in time, costs that case alone: the run goes on after it.
"""
import os
import resource
import signal
import subprocess
import tempfile
import time
from pathlib import Path

RUNNER = Path(__file__).resolve().parent / "run_module.py"
CACHE = RUNNER.parents[2] / "build" / "conformance" / "cache"  # of compiled modules
# The modules that ask _testcapi for what weft's (core/modules/testing) has; the others go by whether it exists.
NATIVE_TESTS = {"test_bytes", "test_call", "test_context", "test_signal", "test_threading", "test_time"}
TIME_OVER = "the module's time is over"
memory_limit = 24 << 30  # of address space, which weft reserves for the stacks of threads
MOST_RESTARTS = 40


class Outcome:
    """What became of a module's cases. `cases` maps a name to (verdict, text); verdicts are those of run_module.py and
    `crash` and `hang`. `trouble` says why cases are missing, if something is known."""

    def __init__(self):
        self.cases = {}
        self.trouble = ""
        self.seconds = 0.0

    def unknown(self, name):
        """Whether time was too short to say anything about a case."""
        return TIME_OVER in self.trouble and self.cases.get(name, ("", TIME_OVER))[1] == TIME_OVER

    def passed(self):
        return {name for name, (verdict, _) in self.cases.items() if verdict == "ok"}

    def why(self, name):
        """The reason why a case did not pass, for a reader."""
        verdict, text = self.cases.get(name, ("", self.trouble))
        if verdict in ("", "fail", "error"):
            return text or "not run"
        return f"{verdict}: {text}" if text else verdict


class Reader:
    """Follows the report of a running process."""

    def __init__(self, path, outcome):
        self.path = path
        self.outcome = outcome
        self.offset = 0
        self.running = None
        self.started = 0
        self.finished = False
        self.last_change = time.monotonic()

    def read(self):
        try:
            with open(self.path, "rb") as file:
                file.seek(self.offset)
                data = file.read()
        except FileNotFoundError:
            return
        data = data[: data.rfind(b"\n") + 1]
        if data:
            self.offset += len(data)
            self.last_change = time.monotonic()
        for line in data.decode("utf-8", "replace").splitlines():
            self.take(line.split("\t"))

    def take(self, fields):
        kind = fields[0]
        if kind == "start":
            self.running = fields[1]
            self.started += 1
        elif kind == "end":
            self.outcome.cases[fields[1]] = (fields[2], fields[3])
            self.running = None
        elif kind == "fixture":
            self.outcome.trouble = f"{fields[1]}: {fields[3]}"
        elif kind == "load":
            self.outcome.trouble = fields[1]
            self.finished = True
        elif kind == "done":
            self.finished = True


def set_limits():
    if memory_limit:
        resource.setrlimit(resource.RLIMIT_AS, (memory_limit, memory_limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def kill_group(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def last_line(path):
    lines = [line.strip() for line in path.read_text("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1][:200] if lines else ""


def describe_death(status, log):
    if status >= 0:
        return f"exit {status}: {last_line(log)}"
    name = signal.Signals(-status).name
    return f"{name} {last_line(log) if name == 'SIGABRT' else ''}".strip()


def run_once(command, reader, folder, log, deadline, case_limit):
    """One process. Returns the verdict for the case that it died in, and what to say of it."""
    environment = {**os.environ, "PYTHONHASHSEED": "0", "TMPDIR": str(folder), "HOME": str(folder),
                   "XDG_CACHE_HOME": str(CACHE)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if command[2] in NATIVE_TESTS:
        environment["WEFT_TEST_MODULES"] = "1"
    with open(log, "wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                   env=environment, start_new_session=True, preexec_fn=set_limits)
    try:
        while True:
            try:
                status = process.wait(0.05)
                reader.read()
                return "crash", describe_death(status, log)
            except subprocess.TimeoutExpired:
                pass
            reader.read()
            now = time.monotonic()
            if now > deadline or now - reader.last_change > case_limit:
                return "hang", TIME_OVER if now > deadline else f"more than {case_limit} s"
    finally:
        kill_group(process)


def run_module(interpreter, module, module_limit=300, case_limit=60, skip=()):
    """Runs the module's cases, except those named in `skip`."""
    outcome = Outcome()
    begin = time.monotonic()
    for attempt in range(MOST_RESTARTS):
        with tempfile.TemporaryDirectory(prefix="conformance-", ignore_cleanup_errors=True) as place:
            place = Path(place)
            folder, log, done = place / "work", place / "log", place / "done"
            folder.mkdir()
            done.write_text("\n".join([*outcome.cases, *skip]), "utf-8")
            reader = Reader(place / "report", outcome)
            command = [interpreter, str(RUNNER), module, str(place / "report"), str(done)]
            verdict, text = run_once(command, reader, folder, log, begin + module_limit, case_limit)
        if reader.running is not None:
            outcome.cases[reader.running] = (verdict, text)
        over = time.monotonic() > begin + module_limit
        if over or (not reader.finished and not reader.started):
            outcome.trouble = outcome.trouble or f"{verdict}: {text}"
        if over or reader.finished or not reader.started:
            break
    else:
        outcome.trouble = "too many crashes"
    outcome.seconds = time.monotonic() - begin
    return outcome
