"""Frames, generators and modules that other threads look into while they run: whatever is seen, nothing breaks."""
# One thread: it starts threads of its own
import sys
import threading
import time
import traceback
import types

SECONDS = 0.4


def together(*actions):
    end, problems = time.monotonic() + SECONDS, []

    def repeat(action):
        while time.monotonic() < end:
            try:
                action()
            except (ValueError, KeyError, IndexError, AttributeError, RuntimeError, StopIteration, NameError, TypeError):
                pass
            except BaseException as error:
                problems.append(error)
                raise

    threads = [threading.Thread(target=repeat, args=(action,)) for action in actions for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems, problems


def generators():
    def generate():
        try:
            while True:
                kept = yield [1]
                [kept for _ in range(5)]
        finally:
            kept = [2]

    def renew():
        generator = generate()
        next(generator)
        box[0] = generator

    def look():
        frame = box[0].gi_frame
        assert set(frame.f_locals) <= {"kept"} and frame.f_code.co_name == "generate"
        frame.f_lineno, frame.f_lasti, frame.f_back, repr(frame), box[0].gi_yieldfrom

    box = [None]
    renew()
    together(lambda: next(box[0]), lambda: box[0].send([3]), lambda: box[0].throw(KeyError), lambda: box[0].close(), renew, look)


def functions():
    frames = []

    def work():
        first, second = [1], {2: 3}
        frames.append(sys._getframe())
        for number in range(50):
            first = [number]
        if len(frames) > 20:
            frames.clear()
        return first, second

    def look():
        frame = frames[-1]
        assert set(frame.f_locals) <= {"first", "second", "number", "frames"}
        repr(frame)
        traceback.extract_stack(frame)
        while frame:
            frame.f_locals, frame.f_lineno, frame.f_lasti
            frame = frame.f_back

    def clear():
        frames[-1].clear()

    together(work, look, clear)


def modules():
    module = types.ModuleType("module")
    exec("x = 1\ndef __getattr__(name): return 5", module.__dict__)
    together(lambda: module.x, lambda: module.y, lambda: setattr(module, "x", [1]), lambda: module.__dict__.clear(),
             lambda: exec("x = 1", module.__dict__))


def deep_values():
    """In a thread with little stack."""
    def nested():
        values = []
        for _ in range(100000):
            values = [values]
        return values

    class Same:
        def __eq__(self, other):
            return [self] == [other]

    outcomes = []

    def attempt():
        for action in (lambda: repr(values), lambda: str((values,)), lambda: Same() == Same()):
            try:
                action()
            except RecursionError:
                outcomes.append("too deep")

    old = threading.stack_size(256 * 1024)
    values = nested()
    threads = [threading.Thread(target=attempt) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    threading.stack_size(old)
    print(outcomes)
    while values:
        values = values.pop()


generators()
functions()
modules()
deep_values()
