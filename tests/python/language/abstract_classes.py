"""Abstract base classes: answers that change, registration from several threads, sequence and mapping patterns."""
import abc
import collections.abc
import threading


class Sized(abc.ABC):
    @abc.abstractmethod
    def size(self):
        pass

    @classmethod
    def __subclasshook__(cls, other):
        if cls is Sized:
            return any("size" in base.__dict__ for base in other.__mro__) or NotImplemented
        return NotImplemented


class Small:
    pass


class Other(Small):
    pass


print(isinstance(Small(), Sized), isinstance(Other(), Sized))
token = abc.get_cache_token()
print(Sized.register(Other) is Other, isinstance(Other(), Sized), isinstance(Small(), Sized), abc.get_cache_token() > token)
print(sorted(Sized.__abstractmethods__), issubclass(bool, collections.abc.Hashable), isinstance([], collections.abc.Hashable))
for call in (lambda: Sized(), lambda: Sized.register(1), lambda: issubclass(1, Sized)):
    try:
        call()
    except TypeError as error:
        print(error)


class Cycle(abc.ABC):
    pass


class Below(Cycle):
    pass


try:
    Below.register(Cycle)
except RuntimeError as error:
    print(error)


def kind(subject):
    match subject:
        case [*_]:
            return "sequence"
        case {}:
            return "mapping"
    return "neither"


class Parent:
    def __len__(self):
        return 3

    def __getitem__(self, index):
        return index * 10


class Child(Parent):
    pass


print(kind(Parent()), kind(Child()))
collections.abc.Sequence.register(Parent)
print(kind(Parent()), kind(Child()), kind(type("Late", (Child,), {})()), kind({}), kind("text"), kind(range(1 << 40)))


class Both(collections.abc.Mapping, Parent):
    __len__, __getitem__ = Parent.__len__, Parent.__getitem__

    def __iter__(self):
        return iter(())


print(kind(Both()))
match range(1 << 40):
    case first, second, *_, last:
        print(first, second, last)
match Child():
    case _, *_, last:
        print(last)


def work(base, results, number):
    found = []
    for i in range(100):
        new = type(f"New{number}_{i}", (), {})
        before = isinstance(new(), base)
        base.register(new)
        found.append((before, isinstance(new(), base), issubclass(new, base)))
    results[number] = set(found)


class Shared(abc.ABC):
    pass


results = {}
threads = [threading.Thread(target=work, args=(Shared, results, i)) for i in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(results.items()))
