"""What dies with a thread gets its finaliser and its weak-reference callbacks, which run Python code."""
# One thread: it replaces hooks of the process.
import gc
import sys
import threading
import weakref

problems, finalized, called = [], [], []
sys.unraisablehook = lambda args: problems.append(args.exc_value)


class Thing:
    def __del__(self):
        finalized.append(sum(i for i in range(3)))


def work():
    thing, other = Thing(), type("Other", (), {})()
    local.thing = thing
    references.append(weakref.ref(other, lambda reference: called.append(reference)))
    missing.attribute


local = threading.local()
references = []
missing = object()
seen = []
threading.excepthook = lambda args: seen.append(args.exc_type)
for _ in range(60):
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
del threads, thread
gc.collect()  # at most a grace period late
assert not problems, problems
assert seen == [AttributeError] * 180
assert finalized == [3] * 180, len(finalized)
assert len(called) == 180
print("ok")
