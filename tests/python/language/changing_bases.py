"""Assignment to __bases__, mro() of metaclasses, lists of subclasses, native methods with a foreign self."""
import collections
import gc


def message(function):
    try:
        function()
    except TypeError as error:
        return str(error)
    raise AssertionError("nothing raised")


class A:
    def f(self):
        return "A"


class B:
    def f(self):
        return "B"


class C(A):
    pass


class D(C):
    pass


assert D().f() == "A" and A.__subclasses__() == [C]
C.__bases__ = (B,)
assert D().f() == "B" and D.__mro__ == (D, C, B, object) and A.__subclasses__() == [] and B.__subclasses__() == [C]
print(message(lambda: setattr(B, "__bases__", (D,))))
print(message(lambda: setattr(C, "__bases__", ())))
print(message(lambda: setattr(C, "__bases__", (dict,))))
print(message(lambda: delattr(C, "__bases__")))


class Meta(type):
    order = None

    def mro(cls):
        return cls.order if cls.order else type.mro(cls)


class E(metaclass=Meta):
    pass


class E2(metaclass=Meta):
    pass


class F(E):
    pass


before = F.__mro__
Meta.order = [E, dict, object]
print(message(lambda: setattr(F, "__bases__", (E2,))))
Meta.order = None
assert F.__mro__ == before and F.__bases__ == (E,)

for number in range(3):
    type(f"Temporary{number}", (A,), {})
gc.collect()
assert A.__subclasses__() == []
A.g = lambda self: "g"

for method in (collections.deque.append, list.append, str.upper, dict.get, set.add):
    print(message(lambda: method(A(), 1)))


class Borrowed:
    append = collections.deque.append


print(message(lambda: Borrowed().append(1)))
