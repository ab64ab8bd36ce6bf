"""Threads that start as others end: each is new to the program, whatever it is made of."""
# One thread: signals, fork, and the hook of failed threads belong to the process
import os
import signal
import sys
import threading
import time

local = threading.local()
idents = set()


def probe(results):
    results.append((hasattr(local, "value"), sorted(signal.pthread_sigmask(signal.SIG_BLOCK, []))))
    local.value = threading.get_ident()
    idents.add(threading.get_ident())
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])  # the thread's own, for its life


def run(target, *arguments):
    thread = threading.Thread(target=target, args=arguments)
    thread.start()
    thread.join()
    return thread


results = []
for _ in range(200):
    assert not run(probe, results).is_alive()
assert set(map(str, results)) == {"(False, [])"}, set(map(str, results))
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
results.clear()
run(probe, results)
assert results == [(False, [signal.SIGUSR2])], results
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR2])

# Threads that are alive together differ, and a failure stays with its thread.
seen = set()
everybody = threading.Barrier(40)


def together():
    everybody.wait()
    seen.add((threading.get_ident(), threading.get_native_id()))
    everybody.wait()


for _ in range(5):
    seen.clear()
    threads = [threading.Thread(target=together) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 40 and len({ident for ident, _ in seen}) == 40 and len({native for _, native in seen}) == 40

failed = []
threading.excepthook = lambda arguments: failed.append(arguments.exc_type)
for _ in range(20):
    run(lambda: 1 / 0)
    run(sys.exit)
assert failed == [ZeroDivisionError, SystemExit] * 20, failed


def deep(n):
    return n and deep(n - 1)


for size in (0, 256 * 1024, 1 << 20, 0):
    threading.stack_size(size)
    answers = []
    run(lambda: answers.append(deep(500)))
    assert answers == [0], (size, answers)

# In the child of a fork only the forking thread is left, and new ones can be started.
for _ in range(10):
    run(deep, 10)
    child = os.fork()
    if child == 0:
        try:
            assert len(threading.enumerate()) == 1
            for _ in range(20):
                run(probe, [])
        except BaseException:
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0

# Signals reach the main thread, also while it has started nothing for long.
caught = []
signal.signal(signal.SIGALRM, lambda number, frame: caught.append(threading.current_thread() is threading.main_thread()))
run(deep, 10)
signal.setitimer(signal.ITIMER_REAL, 0.01)
end = time.monotonic() + 10
while not caught and time.monotonic() < end:
    time.sleep(0.001)
assert caught == [True]

# Many at once, from many.
count = 0
lock = threading.Lock()


def tree(depth):
    global count
    with lock:
        count += 1
    if depth:
        below = [threading.Thread(target=tree, args=(depth - 1,)) for _ in range(3)]
        for thread in below:
            thread.start()
        for thread in below:
            thread.join()


tree(4)
assert count == 1 + 3 + 9 + 27 + 81
print("ok")
