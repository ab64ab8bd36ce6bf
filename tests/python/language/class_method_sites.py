"""Class methods reached through the class, at sites that remember them."""


class Base:
    @classmethod
    def name(cls, *rest):
        return cls.__name__, rest

    @classmethod
    def replaced(cls):
        return "first"


class Derived(Base):
    pass


class Other:
    name = classmethod(lambda cls, *rest: (cls, "other"))


def ask(*classes):
    return [cls.name(1) for cls in classes for _ in range(2)]


print(ask(Base, Derived), [each[1] for each in ask(Other)], ask(Base))


def follow():
    seen = []
    for step in range(6):
        if step == 2:
            Base.replaced = classmethod(lambda cls: "second")
        if step == 3:
            Derived.replaced = staticmethod(lambda: "static")
        if step == 4:
            del Derived.replaced
        if step == 5:
            Base.replaced = lambda: "plain"
        seen.append((Base.replaced(), Derived.replaced()))
    return seen


print(follow())

# A classmethod object that is initialised again.
method = classmethod(lambda cls: 1)


class Again:
    value = method


def again():
    seen = []
    for step in range(4):
        if step == 2:
            method.__init__(lambda cls: cls.__name__)
        seen.append(Again.value())
    return seen


print(again())


class Meta(type):
    def value(cls):
        return "of the metaclass"

    @property
    def shown(cls):
        return "shown " + cls.__name__


class WithMeta(metaclass=Meta):
    @classmethod
    def value(cls):
        return "of the class"


print([WithMeta.value() for _ in range(3)], [WithMeta.shown for _ in range(3)], [int.from_bytes(b"\1\0", "big") for _ in range(2)])


def fails():
    try:
        Base.name(no=1)
    except TypeError as error:
        return str(error)


print(fails())

# Whole numbers from floats.
import math

for number in (0.0, -0.0, 1.9, -1.9, 2.0**60, -(2.0**61), 2.0**61, 2.0**62 + 1024, 1e300, 4611686018427387904.0):
    print(int(number), math.floor(number), math.ceil(number), round(number), number // 1 == math.floor(number))
for number in (float("inf"), float("nan")):
    for function in (int, math.floor, math.ceil, math.trunc, round):
        try:
            function(number)
        except (ValueError, OverflowError) as error:
            print(type(error).__name__, error)
