"""What __slots__ say about weak references, order and names of a namespace, and what object.__setattr__ may not do."""
import collections
import weakref


class Closed:
    __slots__ = ("a",)


class Open(Closed):
    __slots__ = ("__weakref__",)


class Free(Closed):
    pass


class Number(int):
    pass


def attempt(function):
    try:
        return type(function()).__name__
    except (TypeError, AttributeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"


for kind in (Closed, Open, Free, object, dict, set, int):
    print(kind.__name__, attempt(lambda: weakref.ref(kind())), hasattr(kind, "__weakref__"), hasattr(kind, "__dict__"))
print(attempt(lambda: type("Twice", (Open,), {"__slots__": ("__weakref__",)})))
for slots in (("1a",), ("a b",), ("\x80",), ("é",), (1,)):
    print(attempt(lambda: type("Bad", (), {"__slots__": slots})))
ordered = collections.OrderedDict([("a", 1), ("b", 2)])
ordered.move_to_end("a")
print([name for name in type("Ordered", (), ordered).__dict__ if not name.startswith("_")])
print(attempt(lambda: object.__setattr__(str, "foo", 1)), attempt(lambda: object.__delattr__(Closed, "a")))


class NewArguments:
    def __init__(self, answer):
        self.answer = answer

    def __getnewargs_ex__(self):
        return self.answer


for answer in ((), ((), {}), ([], {}), ((), []), 3):
    print(attempt(lambda: NewArguments(answer).__reduce_ex__(2)))
