"""Properties, __getitem__, __call__ and f(*arguments) run Python functions without a call instruction of their own."""
import sys
import traceback


class Point:
    def __init__(self, x):
        self._x = x

    @property
    def x(self):
        return self._x

    @property
    def generated(self):
        yield self._x

    @property
    def broken(self):
        return self._x.nothing

    def __getitem__(self, key):
        if key == "bad":
            raise KeyError(key)
        return (self._x, key)

    def __call__(self, a, b=2, *rest, c=3, **more):
        return (self._x, a, b, rest, c, more)


def reads(point):
    return [point.x for _ in range(4)] + [point[i] for i in range(2)] + [point[0], point["k"], point[1:2]]


print(reads(Point(1)), list(Point(2).generated))
print(Point(3)(1), Point(3)(1, 5, 6, c=7, d=8), Point(4)(*[1], **{"c": 0}))


# A property that goes away, comes back, and changes its getter.
class Changing:
    value = property(lambda self: "first")


def look(thing):
    seen = []
    for step in range(6):
        if step == 2:
            Changing.value = property(lambda self: "second")
        if step == 4:
            Changing.value = "plain"
        seen.append(thing.value)
    return seen


print(look(Changing()))


class Reinitialised(property):
    pass


class Holder:
    plain = property(len)
    derived = Reinitialised(lambda self: "derived")

    def __len__(self):
        return 5


holder = Holder()
print([holder.plain for _ in range(3)], [holder.derived for _ in range(3)])
getter = property(lambda self: 1)
Holder.again = getter
print(holder.again, end=" ")
getter.__init__(lambda self: 2)
print(holder.again)


def report(function, *arguments):
    try:
        print(function(*arguments))
    except Exception as error:
        names = [entry.name for entry in traceback.extract_tb(error.__traceback__)]
        print(type(error).__name__, error, names)


report(lambda: Point(1).broken)
report(lambda: Point(1)["bad"])
report(lambda: Point(1)())
report(lambda: Point(1)(1, a=2))


class Endless:
    @property
    def next(self):
        return self.next

    def __getitem__(self, key):
        return self[key]

    def __call__(self):
        return self()


for action in (lambda: Endless().next, lambda: Endless()[0], lambda: Endless()()):
    try:
        action()
    except RecursionError as error:
        print(str(error)[:32])


# Found attributes of a class with __getattr__; then the hook itself changes.
class Asking:
    kind = "class"

    def __init__(self):
        self.own = "own"

    def __getattr__(self, name):
        if name.startswith("no"):
            raise AttributeError("refused " + name)
        return "asked for " + name

    @property
    def failing(self):
        raise AttributeError("inside")

    def method(self):
        return "method"


def ask(thing):
    return [(thing.own, thing.kind, thing.method(), thing.failing, thing.other) for _ in range(3)][-1]


asking = Asking()
print(ask(asking))
del asking.own
print(asking.own, hasattr(asking, "nope"), getattr(asking, "nope", "default"))
report(lambda: asking.nope)
Asking.__getattr__ = lambda self, name: "new " + name
print(ask(asking))
del Asking.__getattr__
report(lambda: asking.other)


class Both(Asking):
    def __getattribute__(self, name):
        return "all " + name if name != "own" else object.__getattribute__(self, name)


print(Both().kind, Both().own)


# Frames see who called them.
class Looking:
    @property
    def caller(self):
        frame = sys._getframe()
        return frame.f_code.co_name, frame.f_back.f_code.co_name, sorted(frame.f_locals)


def who():
    return Looking().caller


print(who())


# f(*arguments)
def some(a, b=10, *rest, c=20):
    return a, b, rest, c


class Methods:
    def some(self, *arguments):
        return arguments

    @classmethod
    def of_class(cls, *arguments):
        return cls.__name__, arguments


for arguments in ((1,), [1, 2], (1, 2, 3), range(5)):
    print(some(*arguments), Methods().some(*arguments), Methods.of_class(*arguments), some(*arguments, **{}))
report(lambda: some(*()))
report(lambda: some(*(1, 2), **{"d": 1}))
report(lambda: some(*5))
report(lambda: (lambda: None)(*(1,)))


def generating(*arguments):
    yield from arguments


print(list(generating(*(1, 2, 3))), [*generating(*range(3))])


def inside_generator():
    point = Point(9)
    yield point.x
    yield some(*(yield "sent"))
    yield point[point.x]


generator = inside_generator()
print(next(generator), next(generator), generator.send((7, 8)), next(generator))


def deep(*arguments):
    return deep(*arguments) if arguments else None


try:
    deep(1)
except RecursionError as error:
    print(str(error)[:32])


# with: __exit__ may fail, and is called however the block ends.
class Managed:
    def __init__(self, log, fails=False):
        self.log, self.fails = log, fails

    def __enter__(self):
        self.log.append("in")
        return self

    def __exit__(self, kind, error, trace=None):
        self.log.append("out" if kind is None else kind.__name__)
        if self.fails:
            raise OSError("exit failed")
        return kind is KeyError


def use(log, action, fails=False):
    for step in range(2):
        with Managed(log, fails) as managed, Managed(log):
            action()
            if step:
                return managed.fails


log = []
print(use(log, int), log)
for action, fails in ((lambda: {}["x"], False), (lambda: 1 // 0, False), (int, True), (lambda: 1 // 0, True)):
    log = []
    report(lambda: use(log, action, fails))
    print(log)


# Defaults and the rest of the arguments.
def defaulted(a, b=[], c="c"):
    return a, b, c


def rest_only(*rest):
    return rest


def everything(a, /, b=1, *rest, c, d=4, **more):
    return a, b, rest, c, d, more


print(defaulted(1), defaulted(1, 2), defaulted(1, 2, 3), rest_only(), rest_only(1), rest_only(1, [2], "3"))
print(everything(1, c=3), everything(1, 2, 3, 4, c=5, e=6), everything(*"ab", **{"c": 1, "a": 2}))
for call in (lambda: defaulted(), lambda: defaulted(1, 2, 3, 4), lambda: everything(c=1), lambda: everything(1),
             lambda: everything(1, b=2, **{"b": 3}), lambda: everything(a=1, c=2), lambda: rest_only(**{"x": 1}),
             lambda: defaulted(**{"a": 1, "z": 2}), lambda: defaulted(**{1: 2})):
    report(call)
defaulted.__defaults__ = (7,)
report(lambda: defaulted(1))
print(defaulted(1, 2))


# locals() where the instance waits for its constructor.
class Constructed:
    def __init__(self, x):
        y = [x]
        self.seen = sorted(locals())
        self.frame = sys._getframe()
        import os.path


constructed = Constructed(1)
print(constructed.seen, sorted(constructed.frame.f_locals))


def waits():
    yield sys._getframe().f_back.f_code.co_name


def start(generator):
    next(generator)
    return generator


print(start(waits()).gi_frame.f_back)
