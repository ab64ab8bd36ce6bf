"""Iterators of dicts and sets that several threads advance: every entry is given out once."""
import threading

SIZE = 20_000


def drain_together(iterator):
    parts = [[] for _ in range(4)]
    barrier = threading.Barrier(len(parts))

    def drain(part):
        barrier.wait()
        part.extend(iterator)

    threads = [threading.Thread(target=drain, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(item for part in parts for item in part)


numbers = dict.fromkeys(range(SIZE), 1)
assert drain_together(iter(numbers)) == list(range(SIZE))
assert drain_together(reversed(numbers)) == list(range(SIZE))
assert drain_together(iter(numbers.items())) == [(number, 1) for number in range(SIZE)]
assert drain_together(iter(numbers.values())) == [1] * SIZE
assert drain_together(iter(set(numbers))) == list(range(SIZE))

changed = {0: 0}
iterator = iter(changed)
threading.Thread(target=lambda: iterator).start()  # shared, and still strict
try:
    for _ in iterator:
        del changed[0]
        changed[0] = 0
    raise AssertionError("the change went unnoticed")
except RuntimeError as error:
    print(error)
