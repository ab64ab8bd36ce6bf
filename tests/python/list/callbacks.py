"""Lists, sets and dicts that change while their own methods call back."""
# One thread: what shared objects held is finalised a grace period late.


class Clears:
    def __init__(self, target):
        self.target = target

    def __eq__(self, other):
        self.target().clear()
        return NotImplemented

    __hash__ = object.__hash__


one, two, three = [], [], []
one.append(Clears(lambda: two))
two.append(Clears(lambda: one))
assert one == two
three.append(Clears(lambda: three))
assert not three == [1]


class Killer:
    def __init__(self, item):
        pass

    def __del__(self):
        del data[:]
        data[:] = range(20)

    def __lt__(self, other):
        return id(self) < id(other)


data = list(range(10))
try:
    data.sort(key=Killer)
    raise AssertionError("the change went unnoticed")
except ValueError as error:
    assert str(error) == "list modified during sort"

for view in (iter, dict.values, dict.items):
    numbers = {0: 0}
    try:
        for _ in view(numbers):
            del numbers[0]
            numbers[0] = 0
        raise AssertionError("the change went unnoticed")
    except RuntimeError as error:
        print(error)


class Forgetful:
    def __hash__(self):
        return hash(0)

    def __eq__(self, other):
        members.clear()
        return False


members = set()
members = {Forgetful() for _ in range(10)}
small = {0}
small.update(members)

# One hash of each key is enough.
class Counting(int):
    hashed = 0

    def __hash__(self):
        Counting.hashed += 1
        return int(self)


keys = dict.fromkeys(map(Counting, range(10)))
members = set(keys)
assert dict.fromkeys(members, 1) == dict.fromkeys(frozenset(keys), 1)
print(Counting.hashed)
assert frozenset("ab").intersection() is not frozenset("ab")


class Gone(tuple):
    def __del__(self):
        print("gone")


for kind in (iter, reversed):
    iterator = kind(Gone())
    assert list(iterator) == []

iterator = iter(range(2**32 + 2))
iterator.__setstate__(2**32 + 1)
assert iterator.__reduce__()[2] == 2**32 + 1 and next(iterator) == 2**32 + 1
assert 0.0 ** float("-inf") == float("inf")


class WrongHint:
    def __iter__(self):
        return iter((5,))

    def __length_hint__(self):
        return 2**63 - 1


numbers = [1]
numbers.extend(WrongHint())
assert numbers == [1, 5]
