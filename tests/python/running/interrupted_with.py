"""An exception out of a signal handler never comes between a with block and its __exit__, however the block ends."""
# One thread: signals are the main thread's
import _thread
import signal
import threading
import time


class Interrupted(Exception):
    pass


armed = [True]


def handler(number, frame):
    if armed:
        raise Interrupted(frame.f_code.co_name)


pester = _thread.interrupt_main
signal.signal(signal.SIGINT, handler)
lock = threading.Lock()


def last_call():
    with lock:
        pester()


def returned(values=[1]):
    with lock:
        for value in values:
            if value is not None:
                return pester()


def returned_value():
    with lock:
        return [pester(), object()]


def broken_out():
    while True:
        with lock:
            pester()
            break


def in_branch(condition=[1]):
    with lock:
        if condition:
            pester()
        else:
            return 5


def nested():
    with lock:
        try:
            with threading.Lock():
                pass
        finally:
            pester()


def comparison():
    class Pesters:
        def __bool__(self):
            pester()
            return False

        __lt__ = __eq__ = lambda self, other: pester() or False
        __hash__ = None

    with lock:
        if Pesters():
            return 5
    return 6


def compared():
    class Pesters:
        def __lt__(self, other):
            pester()
            return False

    with lock:
        if Pesters() < 1.5:
            return 5
    return 6


def raised():
    with lock:
        raise KeyError(pester())


def generator_exhausted():
    def generate():
        yield 1
        pester()

    with lock:
        for value in generate():
            if value != 1:
                return 5
    return 6


def loops():
    with lock:
        while True:
            if pester():
                return 5


def released_by_finally():
    lock.acquire()
    try:
        pester()
    finally:
        lock.release()


def released_by_handler():
    lock.acquire()
    try:
        raise KeyError(pester())
    except (KeyError, Interrupted):
        lock.release()
        raise


for function in (last_call, returned, returned_value, broken_out, in_branch, nested, comparison, compared, raised,
                 generator_exhausted, loops, released_by_finally, released_by_handler):
    try:
        function()
    except Interrupted as error:
        print(function.__name__, "interrupted in", error)
    else:
        print(function.__name__, "was not interrupted")
    assert not lock.locked(), function


# The handled exception is the one before again.
def handled_again():
    class Manager:
        def __enter__(self):
            pass

        def __exit__(self, *details):
            class Answer:
                def __bool__(self):
                    pester()
                    return True
            return Answer()

    import sys
    try:
        with Manager():
            raise KeyError
    except Interrupted:
        pass
    assert sys.exc_info() == (None, None, None)


handled_again()


# Whoever is interrupted while it waits for a lock passes the wake-up on.
def interrupted_waiters():
    def release(gate):
        gate.acquire()
        pester()
        lock.release()

    for turn in range(200):
        armed.clear()
        lock.acquire()
        gate = threading.Lock()
        gate.acquire()
        threads = [threading.Thread(target=release, args=(gate,))]
        threads += [threading.Thread(target=lambda: lock.acquire() and lock.release()) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            armed.append(True)
            gate.release()
            with lock:
                while True:
                    time.sleep(0.001)
        except Interrupted:
            armed.clear()
        for thread in threads:
            thread.join(20)
            assert not thread.is_alive()
        assert not lock.locked()


interrupted_waiters()
