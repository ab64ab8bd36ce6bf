"""A class that gets __del__ or a property late: instances made before feel it."""
# One thread: what shared objects held is finalised a grace period late.
log = []


class Bare:
    __slots__ = ()


class Full:
    pass


class Child(Full):
    pass


bare, full, child = Bare(), Full(), Child()
full.x = child.x = child.y = 1
Bare.__del__ = lambda self: log.append("bare")
Full.__del__ = lambda self: log.append("full")
del bare, full, child
assert log == ["bare", "full", "full"], log


def read(thing):
    return thing.x


late = Child()
late.x = 5
assert [read(late) for _ in range(5)] == [5] * 5
Full.x = property(lambda self: "property", lambda self, value: None)
assert read(late) == "property"
del Full.x
assert read(late) == 5
print("ok")
