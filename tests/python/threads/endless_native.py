"""Native code that goes through a long iterator: a signal's exception comes out of it, at the latest at its end, and other threads
that stop the world get on."""
# One thread: signals
import gc
import itertools
import signal
import threading
import time

LONG = 10_000_000


class Stopped(Exception):
    pass


def stop(number, frame):
    raise Stopped


signal.signal(signal.SIGALRM, stop)
WORKS = {
    "in": lambda: 1 in itertools.repeat(0, LONG),
    "max": lambda: max(itertools.repeat(1, LONG)),
    "all": lambda: all(itertools.repeat(True, LONG)),
    "sum": lambda: sum(itertools.repeat(0, LONG)),
    "any": lambda: any(itertools.islice(itertools.cycle([0, None]), LONG)),
    "set": lambda: set(itertools.repeat(5, LONG)),
}
for name, work in WORKS.items():
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    try:
        for _ in range(20):
            work()
        print(name, "ended")
    except Stopped:
        print(name, "stopped")
    signal.setitimer(signal.ITIMER_REAL, 0)

threads = [threading.Thread(target=work) for work in WORKS.values()]
for thread in threads:
    thread.start()
while any(thread.is_alive() for thread in threads):
    time.sleep(0.002)
    gc.collect()
print("collected")
