"""Signals whose handlers raise at random points of the main thread: what has to be undone is undone."""
import _thread
import signal
import threading
import time

from harness import chance, time_left


class Interrupted(Exception):
    pass


armed = []


def handler(number, frame):
    if armed:
        armed.clear()
        raise Interrupted


def generate(counts):
    counts[0] += 1
    try:
        for i in range(50):
            yield i
    finally:
        counts[1] += 1


def busy(source, counts, lock):
    kind = source.randrange(5)
    if kind == 0:
        with lock:
            sorted([source.random() for _ in range(200)], key=lambda x: -x)
    elif kind == 1:
        for number in generate(counts):
            if number == source.randrange(60):
                break
    elif kind == 2:
        {str(i): [i] for i in range(100)}.update(zip("abc", "def"))
    elif kind == 3:
        eval(compile("[x * 2 for x in range(50) if x % 3]", "text", "eval"))
    else:
        time.sleep(0.0001)


def keep_trying(work):
    while True:
        try:
            armed.append(True)
            work()
            armed.clear()
            return
        except Interrupted:
            pass


def main():
    source, counts, lock, done = chance(), [0, 0], threading.Lock(), []

    def pester():
        while not done:
            _thread.interrupt_main()
            time.sleep(0.002)

    def work():
        while time_left() > 0:
            busy(source, counts, lock)

    def quiet():
        signal.setitimer(signal.ITIMER_REAL, 0)
        done.append(True)
        thread.join()
        for number in (signal.SIGALRM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)

    thread = threading.Thread(target=pester)
    for number in (signal.SIGALRM, signal.SIGINT):
        signal.signal(number, handler)
    thread.start()
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.0013)
    keep_trying(work)
    quiet()
    assert not lock.locked()
    # The exception may come between the first line of `generate` and its try.
    assert counts[1] <= counts[0] <= counts[1] + 100, counts


main()
