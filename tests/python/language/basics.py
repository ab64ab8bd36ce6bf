"""A tour of the language: every statement kind at least once."""
import sys


def function(a, b=2, /, c=3, *args, d, e=5, **kw):
    return a, b, c, args, d, e, kw


print(function(1, d=4), function(1, 2, 3, 4, 5, d=6, x=7))
for bad in (lambda: function(), lambda: function(1), lambda: function(1, d=1, a=2), lambda: len(), lambda: [].append()):
    try:
        bad()
    except TypeError as error:
        print(error)


class Base:
    registry = []

    def __init_subclass__(cls, **kw):
        super().__init_subclass__()
        Base.registry.append((cls.__name__, kw))


class Derived(Base, tag=1):

    @property
    def twice(self):
        return self.x * 2

    @classmethod
    def make(cls, x):
        self = cls()
        self.x = x
        return self

    @staticmethod
    def static():
        return "static"

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return exc[0] is KeyError

    def __getattr__(self, name):
        return f"missing {name}"


item = Derived.make(21)
print(item.twice, Derived.static(), item.other, Base.registry)
with item as entered:
    raise KeyError("swallowed")
print(entered is item)


def generator():
    try:
        received = yield 1
        while received:
            received = yield received * 2
        return "done"
    finally:
        print("cleanup")


def delegate():
    result = yield from generator()
    yield result


g = delegate()
print(next(g), g.send(5), g.send(6), g.send(0))

try:
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise ValueError("second") from error
    else:
        print("never")
    finally:
        print("finally")
except ValueError as error:
    print(repr(error), repr(error.__cause__), error.__context__ is error.__cause__)

try:
    raise ExceptionGroup("group", [TypeError(1), ValueError(2), OSError(3)])
except* TypeError as group:
    print(group.exceptions)
except* (ValueError, OSError) as group:
    print(group.exceptions)


def match(value):
    match value:
        case 0 | 1:
            return "small"
        case int(n) if n < 0:
            return f"negative {n}"
        case [first, *rest]:
            return f"list {first} {rest}"
        case {"key": inner, **others}:
            return f"dict {inner} {others}"
        case str() as text:
            return f"text {text}"
        case _:
            return "other"


print([match(v) for v in (0, -3, [1, 2, 3], {"key": 1, "b": 2}, "s", 2.5)])


def closures():
    counters = []
    for i in range(3):
        def counter(i=i, step=[0]):
            step[0] += 1
            return i, step[0]
        counters.append(counter)
    return [c() for c in counters + counters[:1]]


print(closures(), [(x, y) for x in range(3) if x for y in "ab"], {x: x * x for x in range(3)}, sum(x for x in range(10)))
a, (b, *c), d = 1, (2, 3, 4), 5
print(a, b, c, d, [*range(2), *"xy"], {**{"k": 1}, "l": 2})
x = 5
print(f"{x!r:>4} {x=} {x:03d} {'nested ' + f'{x + 1}'}", 1 < x < 10, not x, x if x > 3 else -x)
if (n := len("abc")) > 2:
    print(n)
for i in range(5):
    if i == 3:
        break
    if i == 1:
        continue
else:
    print("no break")
while x:
    x -= 2
    if x < 0:
        break
else:
    print("exhausted")
print(i, x, 2 ** 100, -7 // 2, -7 % 3, 7.5 // 2, 1e16, 0.1 + 0.2, 3 + 4j, 10 ** 20 // 3, 1 << 70)
del x
try:
    x
except NameError as error:
    print(error)
lambda_default = lambda a, *b, c=1, **d: (a, b, c, d)
print(lambda_default(1, 2, c=3, e=4))
assert True, "never shown"
global_name = 1


def scopes():
    global global_name
    global_name += 1
    value = 1

    def inner():
        nonlocal value
        value += 1
        return value
    return inner(), value, global_name


print(scopes(), sys.exc_info())
