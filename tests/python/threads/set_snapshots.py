"""list(set), tuple(dict) and sorted(set) see one moment, whatever other threads do to the container."""
import threading

shared, table = set(range(50)), dict.fromkeys(range(50))
stop = threading.Event()
problems = []
threading.excepthook = lambda args: problems.append(args.exc_value)


def change():
    i = 0
    while not stop.is_set():
        shared.add(1000 + i % 100)
        table[1000 + i % 100] = i
        shared.discard(1000 + (i + 50) % 100)
        table.pop(1000 + (i + 50) % 100, None)
        i += 1


def look():
    for _ in range(400):
        for seen in (list(shared), sorted(shared), tuple(shared), list(table), [*table], (*shared,)):
            assert set(range(50)) <= set(seen)


threads = [threading.Thread(target=look) for _ in range(2)]
changer = threading.Thread(target=change)
changer.start()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
stop.set()
changer.join()
assert not problems, problems
print("ok")
