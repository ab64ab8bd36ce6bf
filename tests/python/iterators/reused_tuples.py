"""enumerate, zip and dict.items() may hand out one tuple again, but never one that anybody still has."""
import threading

NUMBERS = dict.fromkeys(range(2_000), "x")


def iterators():
    yield enumerate("abc" * 700), [(i, "abc"[i % 3]) for i in range(2_100)]
    yield zip(range(2_000), range(1, 2_001)), [(i, i + 1) for i in range(2_000)]
    yield iter(NUMBERS.items()), [(i, "x") for i in range(2_000)]
    yield zip("ab", (1, 2), [3, 4]), [("a", 1, 3), ("b", 2, 4)]


for iterator, expected in iterators():
    assert list(iterator) == expected
for iterator, expected in iterators():
    kept = [pair for pair in iterator if pair[0] != 5]
    assert kept == [pair for pair in expected if pair[0] != 5]
for iterator, expected in iterators():
    assert [tuple(pair) for pair in iterator] == expected
    assert next(iterator, "end") == "end"

# A kept tuple stays what it was; one that was dropped is free to change.
pairs = enumerate(["a", "b", "c"])
first = next(pairs)
second = next(pairs)
assert first == (0, "a") and second == (1, "b") and first is not second
held = {next(pairs): 1}
assert held == {(2, "c"): 1}


class Item:
    """Dies when its tuple is filled anew, and moves the iterator on then."""

    def __del__(self):
        if running:
            seen.append(next(source, None))


seen, running = [], True
source = enumerate(map(lambda _: Item(), range(6)))
while next(source, None) is not None:
    pass
running = False
assert all(entry is None or (type(entry[0]), type(entry[1])) == (int, Item) for entry in seen)


def drain_together(iterator, threads=4):
    parts = [[] for _ in range(threads)]
    barrier = threading.Barrier(threads)

    def drain(part):
        barrier.wait()
        for pair in iterator:
            part.append(pair)

    workers = [threading.Thread(target=drain, args=(part,)) for part in parts]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sorted(pair for part in parts for pair in part)


assert drain_together(iter(NUMBERS.items())) == [(i, "x") for i in range(2_000)]
for pair in drain_together(enumerate(["x"] * 2_000)):
    assert type(pair[0]) is int and pair[1] == "x"
for pair in drain_together(zip(range(2_000), ["x"] * 2_000)):
    assert type(pair[0]) is int and pair[1] == "x"
print("ok")
