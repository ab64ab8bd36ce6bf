# Iterators that change their last tuple into the next one while nobody else holds it: whoever keeps a result, or shares the
# iterator with other threads, never sees it change.
import itertools
import threading

ROUNDS = 3000


def makers():
    yield "zip", lambda: zip(range(60), range(60), range(60))
    yield "zip_longest", lambda: itertools.zip_longest(range(60), range(40), fillvalue=-1)
    yield "wide zip_longest", lambda: itertools.zip_longest(*[range(n) for n in range(12)])
    yield "pairwise", lambda: itertools.pairwise(range(60))
    yield "product", lambda: itertools.product(range(6), "ab", repeat=2)
    yield "permutations", lambda: itertools.permutations(range(5), 3)
    yield "combinations", lambda: itertools.combinations("abcdefg", 4)
    yield "with replacement", lambda: itertools.combinations_with_replacement(range(5), 3)
    yield "no items", lambda: itertools.product(repeat=0)


def kept_now_and_then(iterator, every):
    seen, kept = [], []
    for number, item in enumerate(iterator):
        seen.append(list(item))
        if number % every == 0:
            kept.append((number, item))
        del item
    for number, item in kept:
        assert list(item) == seen[number], (item, seen[number])
    return seen


for name, make in makers():
    expected = [list(item) for item in list(make())]
    for every in (1, 2, 3, 7, 1000):
        assert kept_now_and_then(make(), every) == expected, name
    iterator = make()
    first = next(iterator)
    copy = tuple(list(first))
    for item in iterator:
        hash(item)
    assert first == copy
    print(name, len(expected), expected[-1])


def step_shared(iterator, results):
    for item in iterator:
        results.append((item, tuple(list(item))))


def in_threads(make):
    iterator, results = make(), [[] for _ in range(4)]
    threads = [threading.Thread(target=step_shared, args=(iterator, part)) for part in results]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [pair for part in results for pair in part]


for name, make in makers():
    possible = {item for item in make()}
    if name.startswith(("zip", "wide", "pairwise")):
        possible = None  # a racing step may take its items from different rounds
    for item, copy in in_threads(make):
        assert item == copy
        assert possible is None or item in possible


def endless(iterator, taken):
    count = 0
    for _ in range(ROUNDS):
        next(iterator)
        count += 1
    taken.append(count)


for make in (lambda: itertools.cycle("abc"), lambda: itertools.repeat(None), lambda: itertools.count()):
    iterator, taken = make(), []
    threads = [threading.Thread(target=endless, args=(iterator, taken)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sum(taken))


def limited(iterator, taken):
    taken.append(sum(1 for _ in iterator))


for make in (lambda: itertools.repeat(1, ROUNDS), lambda: itertools.islice(itertools.repeat(1), ROUNDS), lambda: reversed([1] * ROUNDS)):
    iterator, taken = make(), []
    threads = [threading.Thread(target=limited, args=(iterator, taken)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) > 0
    assert list(iterator) == []
print("done")
