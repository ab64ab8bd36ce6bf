"""Operators of sets beside what they mean item by item; characters in frozensets; keys whose equality is Python code."""
import random
import threading

random.seed(3)


class Key:
    def __init__(self, number):
        self.number = number

    def __hash__(self):
        return hash(self.number)

    def __eq__(self, other):
        return self.number == (other.number if isinstance(other, Key) else other)


def check(a, b):
    assert len(a & b) == sum(x in b for x in a) and all(x in a and x in b for x in a & b)
    assert len(a - b) == sum(x not in b for x in a) and all(x in a and x not in b for x in a - b)
    assert a | b == b | a and len(a | b) == len(a) + len(b) - len(a & b)
    assert a ^ b == (a - b) | (b - a)
    assert (a <= b) == all(x in b for x in a) and (a >= b) == all(x in a for x in b)
    assert a.isdisjoint(b) == (not a & b) and (a == b) == (a <= b and b <= a)
    assert type(a & b) is type(a | b) is type(a - b) is type(a ^ b) is type(a)


MAKERS = [lambda n: n, str, float, lambda n: chr(65 + n % 60), lambda n: (n, str(n)), lambda n: None if n % 2 else bool(n % 3), Key]
for round in range(300):
    first, second = ([random.choice(MAKERS)(random.randrange(40)) for _ in range(random.choice((0, 1, 5, 30, 80)))] for _ in "ab")
    for make in (set, frozenset):
        check(make(first), make(second))
        check(make(first), make(first[::2]))
a = set(range(100))
a -= set(range(0, 100, 2))
a.add(100)
print(sorted(a)[:5], len(a), sorted(a & {1, 2.0, 3.0, True, 100}))
print({1.0} & {1}, {1} & {True}, {"a", "b"} - {"a"}, set("abc") <= set("abcd"), {Key(1)} & {1} == {1})

LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzé_€")
print([c for c in "aZ_€é\xff\0 b" if c in LETTERS], "ab" in LETTERS, "" in LETTERS, 5 in LETTERS)
MIXED = frozenset(["a", 1, None, "bc", Key(9)])
print([x in MIXED for x in ("a", "b", "bc", 1, 9, None)])
EMPTY = frozenset()
print("a" in EMPTY, "a" in frozenset([""]), "a" in frozenset(c for c in "xa"), "b" in frozenset({"a": 1, "b": 2}))


class Letter(str):
    pass


class Odd(str):
    __hash__ = str.__hash__

    def __eq__(self, other):
        return False


print(Letter("a") in LETTERS, Odd("a") in LETTERS, "a" in frozenset([Odd("a")]), "a" in frozenset([Letter("a")]))
try:
    [] in LETTERS
except TypeError as error:
    print(error)
assert (set("xyz") in frozenset([frozenset("xyz")])) and set("xy") not in frozenset([frozenset("xyz")])

counts = []


def count(letters):
    counts.append(sum(c in letters for c in "hello world, again and again" * 200))


for letters in (LETTERS, frozenset("aeiou"), frozenset(["a", 3])):
    threads = [threading.Thread(target=count, args=(letters,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print(counts)
