"""Instructions that run in another form after they have met certain operands, or together with the next one: the results
are the same for whatever comes later."""
import marshal
import sys
import threading


class Number:
    """Not a float and not an int: every operation says who was asked."""

    def __init__(self, name):
        self.name = name

    def __add__(self, other):
        return Number(f"({self.name} + {getattr(other, 'name', other)})")

    def __radd__(self, other):
        return Number(f"({other} r+ {self.name})")

    def __sub__(self, other):
        return Number(f"({self.name} - {getattr(other, 'name', other)})")

    def __rsub__(self, other):
        return Number(f"({other} r- {self.name})")

    def __mul__(self, other):
        return Number(f"({self.name} * {getattr(other, 'name', other)})")

    def __rmul__(self, other):
        return Number(f"({other} r* {self.name})")

    def __truediv__(self, other):
        return Number(f"({self.name} / {getattr(other, 'name', other)})")

    def __repr__(self):
        return self.name


def plain(a, b):
    return [a + b, a - b, a * b, a / b]


def pairs(a, b, c):
    return [
        a + b + c, a + b - c, (a + b) * c, c + (a + b), c - (a + b), c * (a + b),
        a - b + c, a - b - c, (a - b) * c, c + (a - b), c - (a - b), c * (a - b),
        a * b + c, a * b - c, a * b * c, c + a * b, c - a * b, c * (a * b),
    ]


values = [1.5, 2, -3.25, 1 << 59, -(1 << 60), 1e300, 1e-300, True, 2 + 1j, Number("n")]
for a in values:
    for b in values:
        try:
            print(a, b, *plain(a, b))
        except (TypeError, OverflowError) as error:
            print(a, b, error)
        for c in values:
            try:
                print(*pairs(a, b, c))
            except (TypeError, OverflowError) as error:
                print(a, b, c, error)
print(plain(0.0, 5.0), pairs(-0.0, 0.0, -0.0), pairs(1e308, 10.0, -1e308))


class Point:
    shared = "class"

    def __init__(self, x):
        self.x = x


class Computed:
    @property
    def x(self):
        return "computed"

    @x.setter
    def x(self, value):
        print("set", value)


def get(object):
    local = object.x
    return local, object.x


def put(object, value):
    object.x = value
    return object


for _ in range(20):
    get(Point(1)), put(Point(1), 2)
print(get(Point(5)), get(Computed()), put(Computed(), 7).x, get(put(Point(1), "late")))
strange = Point(1)
strange.__dict__["y"] = 2
strange.__dict__["x"] = "by dict"
print(get(strange), get(put(strange, "stored")))
del strange.x
try:
    get(strange)
except AttributeError as error:
    print(error)
Point.x = property(lambda self: "now a property")
print(get(Point.__new__(Point)))
del Point.x



class Slotted:
    __slots__ = ("x",)


class Below(Slotted):
    pass


def fresh(kind):
    made = kind()
    made.x = kind.__name__
    return made


old = [fresh(Slotted), fresh(Below)]
for _ in range(20):
    get(old[0]), get(old[1])
Below.x = property(lambda self: "hides")
print(get(old[0]), get(old[1]))
Slotted.x = property(lambda self: "replaced")
print(get(old[0]), get(old[1]))
del Below.x
print(get(old[1]))

code = get.__code__
assert marshal.loads(marshal.dumps(code)) == code
before = pairs.__code__.co_code
pairs(1.0, 2.0, 3.0)
assert pairs.__code__.co_code == before
namespace = {}
copy = type(get)(marshal.loads(marshal.dumps(code)), namespace)
print(copy(Point("copied")))


def constants(items, flag):
    items[1] = None
    items[-1] = False
    if flag:
        return True
    return 17


print(constants([1, 2, 3], 1), constants({}, 0))
try:
    constants((1, 2), 1)
except TypeError as error:
    print(error)


class Loud(list):
    def __setitem__(self, key, value):
        print("item", key, value)


print(constants(Loud(), 0))


def counted():
    total = 0

    def add(amount):
        nonlocal total
        total += amount
        return total

    return add


add = counted()
print([add(n) for n in (1, 2.5, 1 << 70, -0.5)])
lines = []


def trace(frame, event, argument):
    if frame.f_code is constants.__code__:
        lines.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
    return trace


sys.settrace(trace)
constants([1, 2], 0)
sys.settrace(None)
print(lines)


def calls(n):
    """A generator that calls Python functions, methods and itself."""
    yield len("abc") + add(0) * 0
    yield Number(str(n)) + n
    if n:
        yield from calls(n - 1)
        for item in calls(n - 1):
            yield item


print(list(calls(3)))


def deep(n):
    yield n
    if n:
        yield max(deep(n - 1))


try:
    next(iter([list(deep(10 ** 6))]))
except RecursionError as error:
    print("too deep")

# The same code in many threads, which meet different operands.
results = []
start = threading.Barrier(4)


def work(number):
    operands = [(1.5, 2.5, 3.5), (1, 2, 3), (Number("x"), 2, 3.0), (1 << 60, 1 << 60, 7)][number]
    start.wait()
    seen = {str(pairs(*operands)) for _ in range(300)} | {str(get(Point(number))) for _ in range(300)}
    results.append((number, sorted(seen)))


threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for row in sorted(results):
    print(*row)
