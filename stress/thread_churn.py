"""Threads that come and go, with locals, finalisers, weak references and exceptions."""
import gc
import threading
import weakref

from harness import repeat


class Thing:
    born, died = [], []  # a finaliser may run anywhere, so it takes no lock

    def __init__(self, links):
        self.links = links
        Thing.born.append(1)

    def __del__(self):
        Thing.died.append(1)


def churn(source):
    local, shared, references, problems, everyone = threading.local(), [], [], [], []
    threading.excepthook = lambda args: problems.append(args.exc_value)

    def work(depth, number):
        local.thing = Thing([shared])
        mine = Thing([])
        mine.links.append(mine)  # a cycle that outlives the thread
        shared.append(Thing([mine]))
        references.append(weakref.ref(mine))
        if depth:
            threads = [threading.Thread(target=work, args=(depth - 1, n)) for n in range(2)]
            for thread in threads:
                thread.start()
            everyone.extend(threads)
            if number % 2:
                for thread in threads:
                    thread.join()
        if number == 3:
            raise KeyError(number)

    threads = [threading.Thread(target=work, args=(source.randrange(4), n)) for n in range(source.randrange(1, 6))]
    for thread in threads:
        thread.start()
    # Those that enumerate() lists are not all: a thread leaves the list before it ends.
    for thread in threads:
        thread.join()
    while everyone:
        everyone.pop().join()
    assert all(isinstance(problem, KeyError) for problem in problems), problems
    problems.clear()  # with the frames in their tracebacks
    shared.clear()
    del local, threads, thread
    for _ in range(3):
        gc.collect()
    assert len(Thing.born) == len(Thing.died), (len(Thing.born), len(Thing.died))
    assert all(reference() is None for reference in references)


repeat(churn)
