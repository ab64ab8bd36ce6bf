"""Random operations of several threads on the same objects. Only what the documentation allows may be raised."""
import collections
import functools
import io
import itertools
import operator
import re

from harness import repeat, run_threads

ALLOWED = (IndexError, KeyError, ValueError, RuntimeError, StopIteration, BufferError, AttributeError, TypeError, ZeroDivisionError)


class Thing:
    shared = 0

    def __init__(self, number=0):
        self.number = number

    def method(self):
        return self.number

    @property
    def double(self):
        return self.number * 2


class Slotted:
    __slots__ = ("a", "b")


def generate():
    for i in range(1000):
        yield i


def list_operations(items):
    return [lambda r: items.append(r.random()), lambda r: items.pop(), lambda r: items.insert(r.randrange(9), (1, 2)),
            lambda r: items.extend(range(r.randrange(20))), lambda r: items.sort(key=str), lambda r: items.reverse(),
            lambda r: items.__setitem__(slice(r.randrange(9), r.randrange(20)), list("abc")), lambda r: items.clear(),
            lambda r: items.remove(items[0]), lambda r: items[r.randrange(9)], lambda r: list(items), lambda r: repr(items),
            lambda r: items.index("a"), lambda r: items == list(items), lambda r: items * 2, lambda r: sum(1 for _ in items),
            lambda r: items.__delitem__(slice(0, 5)), lambda r: items.copy(), lambda r: items.__imul__(r.randrange(2))]


def dict_operations(table):
    return [lambda r: table.__setitem__(r.randrange(50), [r]), lambda r: table.pop(r.randrange(50)), lambda r: table.popitem(),
            lambda r: table.update({str(i): i for i in range(r.randrange(9))}), lambda r: table.setdefault(r.random(), []),
            lambda r: list(table.items()), lambda r: table.clear(), lambda r: table == dict(table), lambda r: repr(table),
            lambda r: [k for k in table], lambda r: table | {1: 2}, lambda r: table.get(r.randrange(50)),
            lambda r: list(reversed(table)), lambda r: table.keys() & {1, 2, 3}, lambda r: table.copy()]


def set_operations(members):
    return [lambda r: members.add(r.randrange(50)), lambda r: members.discard(r.randrange(50)), lambda r: members.pop(),
            lambda r: members.update(range(r.randrange(30))), lambda r: members.intersection_update(range(20)),
            lambda r: members | {1}, lambda r: members ^ {1, 99}, lambda r: list(members), lambda r: members.clear(),
            lambda r: members <= set(range(9)), lambda r: frozenset(members), lambda r: repr(members)]


def instance_operations(thing, slotted, classes):
    return [lambda r: setattr(thing, "x" + str(r.randrange(30)), [r]), lambda r: delattr(thing, "x" + str(r.randrange(30))),
            lambda r: thing.__dict__.copy(), lambda r: thing.method(), lambda r: thing.double, lambda r: vars(thing).clear(),
            lambda r: setattr(thing, "number", r.random()), lambda r: setattr(Thing, "shared", r.random()),
            lambda r: setattr(thing, "__class__", r.choice(classes)), lambda r: setattr(slotted, "a", [1]),
            lambda r: slotted.a, lambda r: delattr(slotted, "a"), lambda r: setattr(Thing, "y%d" % r.randrange(9), property(len)),
            lambda r: delattr(Thing, "y%d" % r.randrange(9)), lambda r: setattr(thing, "__dict__", {"number": 1})]


def other_operations(queue, data, stream, iterators, cached):
    return [lambda r: queue.append(1), lambda r: queue.popleft(), lambda r: queue.rotate(r.randrange(5)), lambda r: list(queue),
            lambda r: queue.clear(), lambda r: queue.extendleft("abc"), lambda r: data.extend(b"abc"), lambda r: data.pop(),
            lambda r: bytes(data), lambda r: data.find(b"c"), lambda r: memoryview(data)[0], lambda r: data.__delitem__(slice(0, 3)),
            lambda r: stream.write("text\n"), lambda r: stream.seek(0), lambda r: stream.read(5), lambda r: stream.truncate(3),
            lambda r: next(r.choice(iterators)), lambda r: cached(r.randrange(20)), lambda r: cached.cache_clear(),
            lambda r: re.sub("b+", "x", "abbbc" * r.randrange(9)), lambda r: "".join(map(str, queue)), lambda r: min(data)]


def race(source):
    class Other(Thing):
        pass

    @functools.lru_cache(8)
    def cached(number):
        return [number]

    numbers = list(range(1000))
    iterators = [generate(), iter(numbers), enumerate(numbers), zip(numbers, numbers), map(operator.neg, numbers), reversed(numbers),
                 iter(dict.fromkeys(numbers)), itertools.chain(numbers, numbers), itertools.count(), itertools.cycle(numbers),
                 filter(None, numbers), itertools.islice(numbers, 500), itertools.groupby(numbers), iter(set(numbers)), iter(range(9)),
                 *itertools.tee(numbers)]
    operations = list_operations([]) + dict_operations({}) + set_operations(set()) + \
        instance_operations(Thing(), Slotted(), (Thing, Other)) + \
        other_operations(collections.deque(), bytearray(), io.StringIO(), iterators, cached)

    def work(number, chance, chosen):
        for _ in range(3000):
            try:
                chance.choice(chosen)(chance)
            except ALLOWED:
                pass

    # Few at a time, so that they meet.
    run_threads(source.choice((2, 3, 8)), work, source.sample(operations, source.choice((3, 8, len(operations)))))


repeat(race)
