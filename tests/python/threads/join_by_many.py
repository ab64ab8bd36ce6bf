"""Threads that join one thread at the same moment: each sees it stopped, none meets the lock that another takes."""
# One thread: it compares what many threads see already
import threading

ROUNDS, JOINERS = 300, 3
problems = []
threading.excepthook = lambda args: problems.append(repr(args.exc_value))
turn = threading.Barrier(JOINERS + 1, timeout=30)
current = [None]


def joiner():
    for _ in range(ROUNDS):
        turn.wait()
        current[0].join()
        assert not current[0].is_alive()
        turn.wait()


joiners = [threading.Thread(target=joiner) for _ in range(JOINERS)]
for thread in joiners:
    thread.start()
for _ in range(ROUNDS):
    current[0] = threading.Thread(target=int)
    current[0].start()
    turn.wait()
    turn.wait()
for thread in joiners:
    thread.join()
print(problems)

# What a program sees of the lock itself.
go = threading.Event()
thread = threading.Thread(target=go.wait)
thread.start()
lock = thread._tstate_lock
print(lock.locked(), lock.acquire(timeout=0))
go.set()
print(lock.acquire(timeout=30), lock.locked())
print(thread.is_alive())  # nobody could take the lock
lock.release()
print(thread.is_alive(), lock.locked(), thread._tstate_lock)
try:
    lock.release()
except RuntimeError as error:
    print(error)
with lock:
    print(lock.locked())
