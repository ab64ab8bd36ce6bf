"""Random methods, operators and functions with random arguments, of four threads, on objects of all kinds that they share.
Any exception is fine; a crash or a hang is not. Each round is a process of its own, with a seed of its own.

usage: hostile.py SEED SECONDS [ROUNDS]
"""
import _thread
import faulthandler
import mmap
import os
import resource
import shutil
import signal
import sys
import tempfile
import threading
import time
import types
import warnings

import kinds
from harness import SEED, chance, time_left

THREADS, OPERATIONS, OBJECTS = 4, 300, 16
PATIENCE = float(os.environ.get("HOSTILE_PATIENCE", 60))  # seconds for a round, which needs about one
MEMORY = int(os.environ.get("HOSTILE_MEMORY", 400)) << 20  # 0: unlimited, for sanitizers
SLOT = 512  # bytes for what a thread is about to do

NUMBERS = [-1, 0, 1, 2, 3, 7, 255, 256, 1000, -1000, 1 << 62, -(1 << 62), 1 << 63, -(1 << 63), (1 << 64) - 1, 1 << 100, -(1 << 100), 0.5, -1e308]
NAMES = ["number", "level", "a", "x", "__class__", "__dict__", "__doc__", "__name__", "name", "real", "__bases__", "args", "__slots__"]
# They wait for somebody, use up all processor time, or change what all rounds need.
LEFT_OUT = {"acquire", "wait", "wait_for", "get", "put", "join", "result", "exception", "recv", "recv_into", "recvfrom", "recvmsg", "accept", "connect", "poll",
            "select", "sendall", "send_bytes", "recvfrom_into", "recvmsg_into", "start", "run", "release", "acquire_lock", "_acquire_restore", "__enter__", "_wait", "sendfile",
            "abort", "fileno", "detach", "__subclasses__", "set_inheritable", "register", "modify", "dup", "fromfd", "_bootstrap", "_bootstrap_inner", "f_globals", "f_builtins", "__globals__", "__builtins__", "_wait_for_tstate_lock", "_randbelow",
            "_randbelow_with_getrandbits", "_randbelow_without_getrandbits"}


class Hostile:
    """What one thread does."""

    def __init__(self, source, objects, endless, note):
        self.source, self.objects, self.endless, self.note = source, objects, endless, note

    def argument(self):
        kind = self.source.random()
        if kind < 0.3:
            return self.source.choice(NUMBERS)
        if kind < 0.4:
            return self.source.choice(NAMES)
        if kind < 0.5:
            return self.source.choice((None, b"utf-8", "utf-8", "strict", len, repr, slice(None), slice(0, 5, 2), ValueError, (1, 2), True, "d", lambda *a: a))
        return self.source.choice(self.objects)

    def arguments(self):
        return [self.argument() for _ in range(self.source.choice((0, 0, 1, 1, 1, 2, 2, 3, 4)))]

    def perform(self, name, function, *arguments, **keywords):
        self.note(f"{name}({', '.join(type(argument).__name__ for argument in arguments)})")
        self.keep(function(*arguments, **keywords))

    def keep(self, result):
        """Small results take the place of an object. Modules and their names are what all programs need."""
        if isinstance(result, (int, float, str, bytes, range, types.ModuleType, *map(type, self.endless))):
            return
        if isinstance(result, dict) and ("__builtins__" in result or "__loader__" in result):
            return
        if self.source.random() < 0.2 and (not hasattr(type(result), "__len__") or len(result) < 200):
            self.objects[self.source.randrange(len(self.objects))] = result

    def call_method(self):
        subject = self.source.choice(self.objects)
        name = self.source.choice(dir(type(subject)) if self.source.random() < 0.9 else dir(subject))
        if name in LEFT_OUT:
            return
        method = getattr(subject, name)
        keywords = {self.source.choice(("key", "default", "timeout", "size", "reverse")): self.argument()} if self.source.random() < 0.1 else {}
        self.perform(f"{type(subject).__name__}.{name}", method, *self.arguments(), **keywords)

    def call_function(self):
        function = self.source.choice(kinds.FUNCTIONS)
        self.perform(function.__name__, function, *(self.arguments() or [self.argument()]))

    def change_attribute(self):
        subject = self.source.choice(self.objects)
        if isinstance(subject, (type, threading.Thread, types.ModuleType)):
            return
        name = self.source.choice(NAMES + dir(subject))
        if self.source.random() < 0.7:
            self.perform(f"setattr {name}", setattr, subject, name, self.argument())
        else:
            self.perform(f"delattr {name}", delattr, subject, name)

    def iterate(self):
        subject = self.source.choice(self.objects)
        self.note(f"iterate {type(subject).__name__}")
        for _, item in zip(range(self.source.randrange(30)), subject):
            self.keep(item)

    def step(self):
        subject = self.source.choice(self.objects + self.endless)
        self.perform("next", next, subject)

    def resume(self):
        subject = self.source.choice(self.objects)
        self.note(f"resume {type(subject).__name__}")
        if self.source.random() < 0.6:
            self.keep(subject.send(self.argument()))
        else:
            subject.throw(self.source.choice((ValueError, GeneratorExit, KeyError("key"))))

    def display(self):
        subject = self.source.choice(self.objects)
        self.perform("display", self.source.choice((repr, str, hash, bool, dir, len)), subject)

    def start_anew(self):
        self.objects[self.source.randrange(len(self.objects))] = self.source.choice(kinds.KINDS)()

    def act(self):
        action = self.source.choice((self.call_method,) * 6 + (self.call_function,) * 4 + (self.iterate, self.step, self.resume, self.display,
                                                                                         self.start_anew, self.change_attribute))
        try:
            action()
        except BaseException as error:
            if self.source.random() < 0.02:
                self.objects[self.source.randrange(len(self.objects))] = error


def slot(number):
    """Where on the board a thread writes; its first bytes say who is done."""
    return slice((number + 1) * SLOT, (number + 2) * SLOT)


def play(part, board):
    """One round, in the process made for it."""
    source = chance(part)
    makers = source.sample(kinds.KINDS, source.choice((2, 4, OBJECTS)))
    objects = [source.choice(makers)() for _ in range(OBJECTS)]
    endless = [maker() for maker in kinds.ENDLESS]

    def work(number):
        def note(text):
            line = text.encode(errors="backslashreplace")[:SLOT]
            board[slot(number)] = line.ljust(SLOT)

        try:
            hostile = Hostile(chance(part * THREADS + number), objects, endless, note)
            for _ in range(OPERATIONS):
                hostile.act()
        finally:
            board[number] = 1

    # Not by `threading`, whose own objects are among those that suffer.
    for number in range(THREADS):
        _thread.start_new_thread(work, (number,))
    while not all(board[:THREADS]):
        time.sleep(0.002)


def prepare():
    faulthandler.enable(2)
    faulthandler.register(signal.SIGUSR1, 2, all_threads=True)
    warnings.simplefilter("ignore")
    sys.unraisablehook = threading.excepthook = lambda *details: None
    sys.setrecursionlimit(200)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if MEMORY:
        with open("/proc/self/statm") as file:
            size = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    sys.stderr = open(os.devnull, "w")  # what the runtime itself has to say is shown


def wait_for(child):
    """The status, or None for a hang."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return status
        time.sleep(0.005)
    os.kill(child, signal.SIGUSR1)
    time.sleep(1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def play_apart(part):
    board = mmap.mmap(-1, SLOT * (THREADS + 1))
    child = os.fork()
    if child == 0:
        code = 0
        try:
            prepare()
            play(part, board)
        except (Exception, SystemExit):
            pass  # something that the round itself needs was changed
        finally:
            os._exit(code)
    status = wait_for(child)
    if status == 0:
        return True
    lines = [board[slot(number)].rstrip(b" \0").decode(errors="replace") for number in range(THREADS)]
    print(f"round {part} of seed {SEED}: {'hangs' if status is None else f'status {status}'}, doing", *lines, sep="\n  ", flush=True)
    return False


def main():
    os.chdir(tempfile.mkdtemp(prefix="hostile"))
    part, failed = 0, 0
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    while part == 0 or time_left() > 0:
        failed += not play_apart(first + part)
        part += 1
    shutil.rmtree(os.getcwd(), ignore_errors=True)
    print(f"{part} rounds, {failed} failed")
    sys.exit(1 if failed else 0)


main()
