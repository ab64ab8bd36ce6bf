"""Sorting many items of one kind gives what comparing them one by one gives, stably; so does sorting in several threads."""
import functools
import random
import threading

rng = random.Random(7)
SIZE = 600


def by_comparing(items, key):
    return sorted(items, key=functools.cmp_to_key(lambda a, b: (key(a) > key(b)) - (key(a) < key(b))))


def words(letters, most):
    return ["".join(rng.choice(letters) for _ in range(rng.randrange(most))) for _ in range(SIZE)]


KINDS = {
    "small ints": [rng.randrange(-50, 50) for _ in range(SIZE)],
    "large ints": [rng.randrange(-2**61, 2**61) for _ in range(SIZE)],
    "huge ints": [rng.randrange(-2**80, 2**80) for _ in range(SIZE)],
    "near 2**53": [2**53 + rng.randrange(-3, 4) for _ in range(SIZE)],
    "floats": [rng.choice((rng.uniform(-9, 9), 0.0, -0.0, 1e300, -1e-300, float("inf"), float("-inf"))) for _ in range(SIZE)],
    "mixed numbers": [rng.choice((rng.randrange(9), rng.random() * 9, True, False, 2**53, float(2**53), 2**53 + 1)) for _ in range(SIZE)],
    "texts": words("ab\0\xff", 12),
    "wide texts": words("aé日\U0001f600", 6),
    "long texts": ["common prefix " + word for word in words("xyz", 5)],
    "pairs": [(rng.randrange(9), word) for word in words("ab", 4)],
    "tuples of lengths": [tuple(rng.randrange(3) for _ in range(rng.randrange(4))) for _ in range(SIZE)],
    "texts first": [(word, rng.random(), [rng.randrange(3)]) for word in words("abcdefgh", 10)],
    "deep tuples": [(1, 2.0, True, 0, 0, 0, 0, 0, 0, rng.randrange(5), "x") for _ in range(SIZE)],
    "bools": [rng.random() < 0.5 for _ in range(SIZE)],
    "bytes": [word.encode("latin-1") for word in words("ab\xff", 4)],
}


def check(name, items):
    expected = by_comparing(items, lambda item: item)
    assert list(map(repr, sorted(items))) == list(map(repr, expected)), name
    assert sorted(items, reverse=True) == by_comparing(items, lambda item: item)[::-1], name
    numbered = list(enumerate(items))
    stable = sorted(numbered, key=lambda pair: pair[1])
    for (i, a), (j, b) in zip(stable, stable[1:]):
        assert a < b or (a == b and i < j), name
    backwards = sorted(numbered, key=lambda pair: pair[1], reverse=True)
    for (i, a), (j, b) in zip(backwards, backwards[1:]):
        assert a > b or (a == b and i < j), name


for name, items in KINDS.items():
    check(name, items)

# No order for a nan, but nothing is lost; and what cannot be compared says so.
with_nan = KINDS["floats"] + [float("nan")] * 3
assert sorted(map(repr, sorted(with_nan))) == sorted(map(repr, with_nan))
for broken in ([1] * 200 + ["x"], [("a", 1)] * 200 + [("a", "b")], [(None,)] * 200 + [(1,)]):
    copy = list(broken)
    try:
        copy.sort()
    except TypeError as error:
        print(error)
    else:
        raise AssertionError("sorted the incomparable")
    assert sorted(map(repr, copy)) == sorted(map(repr, broken))


class Odd(str):
    def __lt__(self, other):
        return str(self)[::-1] < str(other)[::-1]


odd = [Odd(f"{i % 17}{i}") for i in range(300)]
assert sorted(odd) == sorted(odd, key=lambda text: str(text)[::-1])

workers = [threading.Thread(target=check, args=item) for item in KINDS.items()]
shared = list(KINDS["small ints"])
workers += [threading.Thread(target=lambda: sorted(shared)) for _ in range(4)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
print("ok")
