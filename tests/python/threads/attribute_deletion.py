"""An instance that loses an attribute changes its layout: readers of the others must not notice."""
import threading


class Record:
    ready = False
    last = False

    def __init__(self):
        self.a = self.b = self.c = 1
        self.ready = True
        for i in range(12):
            setattr(self, f"extra_{i}", i)
        self.last = True


def read(records, start):
    start.wait()
    for record in records:
        for _ in range(20):
            assert record.ready and record.last and record.extra_11 == 11


def delete(records, start):
    start.wait()
    for record in records:
        del record.a
        record.a = 2
        del record.b


for _ in range(10):
    records = [Record() for _ in range(150)]
    start = threading.Barrier(3)
    failures = []
    threading.excepthook = lambda args: failures.append(args.exc_type)
    threads = [threading.Thread(target=read, args=(records, start)) for _ in range(2)]
    threads.append(threading.Thread(target=delete, args=(records, start)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures
    assert all(record.a == 2 and not hasattr(record, "b") for record in records)
print("ok")
