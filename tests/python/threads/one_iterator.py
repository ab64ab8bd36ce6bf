"""Many threads loop over one iterator: each item goes to one of them."""
# One thread: it is many threads already
import threading

COUNT = 20_000
MAKERS = {
    "list": lambda: iter(list(range(COUNT))),
    "tuple": lambda: iter(tuple(range(COUNT))),
    "str": lambda: iter("ab" * (COUNT // 2)),
    "bytes": lambda: iter(b"ab" * (COUNT // 2)),
    "bytearray": lambda: iter(bytearray(b"ab" * (COUNT // 2))),
    "range": lambda: iter(range(COUNT)),
    "reversed": lambda: reversed(list(range(COUNT))),
    "dict": lambda: iter(dict.fromkeys(range(COUNT))),
    "items": lambda: iter(dict.fromkeys(range(COUNT)).items()),
    "set": lambda: iter(set(range(COUNT))),
    "map": lambda: map(int, list(range(COUNT))),
    "zip": lambda: zip(range(COUNT), range(COUNT)),
    "enumerate": lambda: enumerate(range(COUNT)),
}


def take(iterator, start, counts):
    start.wait()
    count = 0
    for item in iterator:
        count += 1
    counts.append(count)


def take_by_next(iterator, start, counts):
    start.wait()
    count = 0
    while next(iterator, None) is not None:
        count += 1
    counts.append(count)


def take_pairs(iterator, start, counts):
    start.wait()
    count = 0
    for first, second in iterator:
        count += 1
    counts.append(count)


def take_natively(iterator, start, counts):
    start.wait()
    counts.append(len(list(iterator)))


PAIRS = ("items", "zip", "enumerate")
WAYS = [(name, way) for name in MAKERS for way in (take, take_by_next, take_natively)] + [(name, take_pairs) for name in PAIRS]
MAKERS["items"] = lambda: iter({number: number for number in range(COUNT)}.items())
for name, way in WAYS:
    make = MAKERS[name]
    for _ in range(2):
        iterator, start, counts = make(), threading.Barrier(4), []
        threads = [threading.Thread(target=way, args=(iterator, start, counts)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(counts) == 4 and sum(counts) == COUNT, (name, way, counts, sum(counts))
print("ok")
