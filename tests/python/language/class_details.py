"""Names that are no identifiers, private names that are not mangled, and classes that die."""
import gc
import threading

# Attributes of classes need not be identifiers.
name = ".".join(["a", "b", "c"])
Odd = type("Odd", (), {name: 5})
assert getattr(Odd(), ".".join("abc")) == 5 and getattr(Odd, ".".join("abc")) == 5


class Meta(type):
    def __new__(cls, name, bases, space, **keywords):
        made = super().__new__(cls, name, bases, space)
        made.keywords = keywords
        return made

    def __init__(cls, name, bases, space, **keywords):
        pass


class Point:
    def __init__(self):
        self.__dict__["__x"] = 1


class Private:
    def call(self):
        return dict(__x=1), dict(**{"__y": 2}, __z=3), self.method(__w=4)

    def method(self, **keywords):
        return keywords

    def pattern(self, point):
        match point:
            case Point(__x=found):
                return found

    def inner(self):
        class Inner(metaclass=Meta, __k=3):
            pass
        return Inner.keywords

    def parameter(self, *, __q=5):
        return __q


private = Private()
print(private.call(), private.pattern(Point()), private.inner(), private.parameter.__kwdefaults__)


# A class that died is no subclass any more.
class Base:
    pass


def make_and_drop(count):
    for number in range(count):
        derived = type(f"Derived{number}", (Base,), {"method": lambda self: self})
        assert derived in Base.__subclasses__()
        issubclass(derived, Base)
    del derived


make_and_drop(20)
gc.collect()
gc.collect()
assert len(Base.__subclasses__()) <= 1  # one may be where nobody cleared a register yet


def look(stop):
    while not stop.is_set():
        for kind in Base.__subclasses__():
            assert issubclass(kind, Base) and kind.__name__.startswith("Derived")


stop = threading.Event()
watcher = threading.Thread(target=look, args=(stop,))
watcher.start()
makers = [threading.Thread(target=make_and_drop, args=(30,)) for _ in range(3)]
for maker in makers:
    maker.start()
for _ in range(5):
    gc.collect()
for maker in makers:
    maker.join()
stop.set()
watcher.join()
gc.collect()
gc.collect()
assert len(Base.__subclasses__()) <= 2


# The dict of a class or module is not its instance dict, whatever other bases have.
import types
import weakref


class WithDict:
    pass


class Meta1(type, WithDict):
    pass


class Meta2(WithDict, type):
    pass


class Module(WithDict, types.ModuleType):
    pass


for target in (Meta1("A", (), {}), Meta2("B", (), {}), Module("m")):
    try:
        WithDict.__dict__["__dict__"].__set__(target, {})
        print("set")
    except (AttributeError, TypeError) as error:
        print(type(error).__name__)
    gc.collect()


class Text(str):
    pass


text = Text("x")
assert weakref.ref(text)() is text
