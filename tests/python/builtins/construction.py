"""__new__ of builtin types: a builtin function that is bound to its type; keywords of subclasses; pickling by copyreg."""
import copy
import copyreg


def raises(kind, function, *args, **keywords):
    try:
        function(*args, **keywords)
    except kind as error:
        return str(error)
    raise AssertionError(f"{kind.__name__} not raised")


# T.__new__
assert int.__new__.__self__ is int and int.__new__.__qualname__ == "int.__new__"
assert repr(int.__new__).startswith("<built-in method __new__ of type object at 0x")
assert type(object.__new__) is type(len)
for kind in (int, list, dict, set, str, type(iter([]))):
    print(raises(TypeError, object.__new__, kind))
print(raises(TypeError, list.__new__, tuple))
print(raises(TypeError, list.__new__))
print(raises(TypeError, tuple.__new__, 3))
for view in ({}.keys(), {}.values(), {}.items(), iter([]), iter({})):
    print(raises(TypeError, type(view)))

# Keywords that only the subclass knows.
for base, argument in ((list, [1, 2]), (tuple, [1, 2]), (set, [1]), (frozenset, [1]), (float, 2.5), (reversed, "ab")):
    plain = type("Plain", (base,), {})
    raises(TypeError, plain, sequence=argument)

    class WithInit(base):
        def __init__(self, argument, extra=None):
            if base in (list, set):
                super().__init__(argument)
            self.extra = extra

    made = WithInit(argument, extra=3)
    assert made.extra == 3


class WithNew(list):
    def __new__(cls, items, extra=None):
        self = super().__new__(cls, items)
        self.extra = extra
        return self


assert WithNew([1], extra=2) == [1] and WithNew([1], extra=2).extra == 2


# Protocols 0 and 1 find the builtin base by its __new__.
class Items(list):
    pass


assert copyreg._reduce_ex(Items([1, 2]), 0) == (copyreg._reconstructor, (Items, list, [1, 2]))
assert copy.copy(Items([1, 2])) == Items([1, 2])
assert (tuple.__itemsize__, bytes.__itemsize__, list.__itemsize__) == (8, 1, 0)


# None as a special method forbids the operation instead of handing it on.
class Closed:
    __eq__ = None
    __add__ = None
    __iter__ = None


class Open:
    def __radd__(self, other):
        return "open"


print(raises(TypeError, lambda: Closed() == 1))
print(raises(TypeError, lambda: Closed() + Open()))
print(raises(TypeError, iter, Closed()))
