"""fork() while other threads are busy, and workers that are killed."""
import gc
import os
import signal
import threading
import time

from harness import repeat


def busy(stop, table):
    while not stop:
        table[len(table) % 100] = [str(i) for i in range(50)]
        exec("class Fresh:\n    field = [1]\nFresh().field", {})
        if len(table) % 10 == 0:
            gc.collect()


def child_work(table):
    """In the child nobody else exists: everything has to work all the same."""
    table["child"] = [1, 2]
    gc.collect()
    results = []
    threads = [threading.Thread(target=lambda: results.append(len(repr(table)))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    exec("import this_does_not_exist_either" if False else "import string, bisect", {})
    return len(results) == 3


def wait_for(child, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return status
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise AssertionError("a child hangs")


def forked(source):
    stop, table = [], {}
    threads = [threading.Thread(target=busy, args=(stop, table)) for _ in range(source.choice((1, 3)))]
    for thread in threads:
        thread.start()
    for _ in range(10):
        child = os.fork()
        if child == 0:
            try:
                os._exit(0 if child_work(table) else 3)
            except BaseException:
                os._exit(4)
        if source.random() < 0.2:
            os.kill(child, signal.SIGKILL)
            wait_for(child)
        else:
            status = wait_for(child)
            assert status == 0, status
    stop.append(1)
    for thread in threads:
        thread.join()


repeat(forked)
