"""Instructions that run two steps at once, and super() remembered: the same as one by one."""
import threading


class Base:
    def name(self, suffix=""):
        return "base" + suffix

    @classmethod
    def made(cls):
        return cls.__name__


class Middle(Base):
    def name(self, suffix=""):
        return "middle-" + super().name(suffix)

    @classmethod
    def made(cls):
        return "m" + super().made()


class Leaf(Middle):
    def name(self, suffix=""):
        return "leaf-" + super().name(suffix)


class Other(Middle):
    pass


leaf, other = Leaf(), Other()
for _ in range(3):
    assert leaf.name("!") == "leaf-middle-base!" and other.name() == "middle-base"
assert Leaf.made() == "mLeaf"
Base.name = lambda self, suffix="": "patched" + suffix
assert leaf.name("?") == "leaf-middle-patched?"
leaf.__class__ = Other
assert leaf.name() == "middle-patched"
leaf.__class__ = Leaf
del Base.name
try:
    leaf.name()
    raise SystemExit("no error")
except AttributeError as error:
    assert str(error) == "'super' object has no attribute 'name'", error
Base.name = lambda self, suffix="": "base" + suffix


def super_shadowed(super):
    class Inner(Base):
        def name(self):
            return super().upper()
    return Inner().name()


assert super_shadowed(lambda: "own") == "OWN"

# Products in sums: ints, floats, both, overflow, objects.
class Number:
    def __init__(self, value):
        self.value = value

    def __mul__(self, other):
        return Number(("mul", self.value, other))

    def __add__(self, other):
        return ("add", self.value, other)

    def __radd__(self, other):
        return ("radd", other, self.value)

    def __sub__(self, other):
        return ("sub", self.value, other)

    def __rsub__(self, other):
        return ("rsub", other, self.value)


def products(a, b, c):
    return a * b + c, c + a * b, a * b - c, c - a * b, a * b + a * b


for case in [(2, 3, 4), (2.5, 3.5, 4.5), (2, 3.5, 4), (2 ** 40, 2 ** 40, 1), (2 ** 30, 2 ** 30, 2 ** 61), (1e200, 1e200, 1.0),
             (0.0, 5.0, 1.5), (1e-200, 1e-200, 2.0), (1.5, 2.0, -3.0), (True, 3, 2.5), (-3, 7, -2)]:
    a, b, c = case
    product = a * b
    assert products(a, b, c) == (product + c, c + product, product - c, c - product, product + product), case
assert products(Number(1), 2, 3)[:4] == (("add", ("mul", 1, 2), 3), ("radd", 3, ("mul", 1, 2)), ("sub", ("mul", 1, 2), 3),
                                         ("rsub", 3, ("mul", 1, 2)))
try:
    products("x", 2, 3)
    raise SystemExit("no error")
except TypeError as error:
    assert error.__traceback__.tb_next.tb_lineno == products.__code__.co_firstlineno + 1

# Division and remainder by powers of two.
for n in (-9, -8, -7, -1, 0, 1, 7, 8, 9, 2 ** 60, -2 ** 60 - 1):
    assert (n // 8, n % 8, n // 1, n % 1) == (divmod(n, 8) + divmod(n, 1)), n
    assert n // -8 == divmod(n, -8)[0] and n % -8 == divmod(n, -8)[1]

# Slices that die at once.
numbers = list(range(10))
assert numbers[7::-2] == [7, 5, 3, 1] and numbers[::3] == [0, 3, 6, 9] and numbers[-3::-1] == [7, 6, 5, 4, 3, 2, 1, 0]
assert numbers[5:2:1] == [] and numbers[::-1][0] == 9 and (1, 2, 3)[::1] == (1, 2, 3) and "abcdef"[4:1:-1] == "edc"
numbers[:4] = numbers[3::-1]
assert numbers == [3, 2, 1, 0, 4, 5, 6, 7, 8, 9]
numbers[2:2] = (7, 7)
numbers[::2] = [0] * 6
assert numbers == [0, 2, 0, 7, 0, 0, 0, 5, 0, 7, 0, 9]
numbers[5:3] = [1]
assert numbers[5] == 1 and len(numbers) == 13
for bad in (lambda: numbers[::0], lambda: numbers["a"::1], lambda: len(numbers)[0::1]):
    try:
        bad()
        raise SystemExit("no error")
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)


class Recorder:
    def __getitem__(self, key):
        return key

    def __setitem__(self, key, value):
        self.key = key, value


recorder = Recorder()
assert recorder[1:2:3] == slice(1, 2, 3)
recorder[::2] = 5
assert recorder.key == (slice(None, None, 2), 5)

# range() that is only iterated, and one that is not.
assert [i for i in range(5, 0, -2)] == [5, 3, 1] and [i for i in range(2 ** 70, 2 ** 70 + 2)] == [2 ** 70, 2 ** 70 + 1]
kept = range(3)
assert list(kept) == [0, 1, 2] == list(kept)
for wrong in (lambda: [i for i in range(1, 2, 0)], lambda: [i for i in range(1.5)], lambda: [i for i in range()]):
    try:
        wrong()
        raise SystemExit("no error")
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)


# Many shapes at one site, from many threads.
def site(thing):
    thing.count += thing.step
    return thing.both(1)


shapes = []
for i in range(12):
    def both(self, x, i=i):
        return self.count + x + i
    shapes.append(type(f"Shape{i}", (), {"both": both, "step": i, "count": 0}))
results = []


def work():
    things = [make() for make in shapes]
    for thing in things:
        setattr(thing, f"extra{things.index(thing) % 3}", 1)
    total = 0
    for _ in range(300):
        for thing in things:
            total += site(thing)
    results.append(total)


threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(set(results)) == 1, results
print(results[0])
