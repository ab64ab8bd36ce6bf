"""OrderedDicts: their order, and threads that move, add, remove and walk the keys of one that they share."""
import copy
import pickle
import threading
import weakref
from collections import OrderedDict

WORKERS, ROUNDS = 4, 2000


def run(work):
    failures = []

    def guarded(n):
        try:
            work(n)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(n,)) for n in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures


# A key that is only moved is never missing.
shared = OrderedDict.fromkeys(range(64), 0)


def move(n):
    for i in range(ROUNDS):
        key = (i * 7 + n) % 64
        shared.move_to_end(key, last=i % 3 != 0)
        assert key in shared and shared[key] == 0 and shared.get(key) == 0
        assert (i * 5) % 64 in shared.keys()


run(move)
assert sorted(shared) == list(range(64)) and len(shared) == 64
assert sorted(reversed(shared)) == list(range(64))

# Each item is taken once.
shared = OrderedDict((i, str(i)) for i in range(WORKERS * ROUNDS))
taken = [[] for _ in range(WORKERS)]


def take(n):
    while True:
        try:
            key, value = shared.popitem(last=n % 2 == 0)
        except KeyError:
            return
        assert value == str(key)
        taken[n].append(key)


run(take)
assert sorted(key for keys in taken for key in keys) == list(range(WORKERS * ROUNDS))
assert not shared and repr(shared) == "OrderedDict()"

# A cache: moves, additions, removals from the front, and walks that may notice a change but nothing else.
cache = OrderedDict()


def work_in_cache(n):
    for i in range(ROUNDS):
        key = (i * 31 + n * 17) % 300
        try:
            cache.move_to_end(key)
        except KeyError:
            cache[key] = key * 2
        while len(cache) > 100:
            key, value = cache.popitem(last=False)
            assert value == key * 2
        if i % 50 == 0:
            try:
                for key, value in cache.items():
                    assert value == key * 2
            except RuntimeError as error:
                assert str(error).startswith("OrderedDict "), error
        if i % 500 == 0:
            copied = cache.copy()
            assert all(value == key * 2 for key, value in copied.items())


run(work_in_cache)
assert len(cache) <= 100 and list(cache) == list(reversed(list(reversed(cache))))

# The methods on one of its own, against a list that does the same.
own, model = OrderedDict(), []
for i in range(3000):
    key = i * i % 97
    if i % 5 == 4 and model:
        last = i % 2 == 0
        assert own.popitem(last)[0] == model.pop(-1 if last else 0)
    elif key in own:
        assert key in model
        last = i % 3 != 0
        own.move_to_end(key, last)
        model.remove(key)
        model.insert(len(model) if last else 0, key)
    else:
        own[key] = i
        model.append(key)
    assert list(own) == model and list(reversed(own)) == model[::-1]
    if i % 701 == 700:
        own.clear()
        model.clear()

own = OrderedDict(a=1, b=2, c=3)
own.note = "kept"
own.move_to_end("a")
assert own == {"a": 1, "b": 2, "c": 3} and own != OrderedDict(a=1, b=2, c=3)
assert weakref.ref(own)() is own and own.copy() == own and vars(own.copy()) == {}
for copied in (copy.copy(own), copy.deepcopy(own), pickle.loads(pickle.dumps(own))):
    assert copied == own and copied.note == "kept" and type(copied) is OrderedDict
own["own"] = own
print(own, list(own.keys() & {"a", "zz"}), own.keys(), own.values())


class Doubling(OrderedDict):
    def __getitem__(self, key):
        return super().__getitem__(key) * 2

    def __missing__(self, key):
        return 21


print({**Doubling(a=1)}, dict(Doubling(a=1)), Doubling()["none"], Doubling(a=1) | {"b": 2}, {"b": 2} | Doubling(a=1))
