"""Attribute sites that meet many classes, classes that change under them, and loops left by `return`."""
import threading


def closing():
    try:
        yield 1
        yield 2
    finally:
        log.append("closed")


def first(source):
    for item in source:
        return item


def pick(flag, items):
    for _ in items:
        for item in items:
            return item if flag else -item


log = []
assert first(closing()) == 1
assert log == ["closed"], "the iterator dies with the loop that `return` leaves"
assert pick(True, [3]) == 3 and pick(False, [3]) == -3


def swap(a, b):
    a, b = b, a + b
    c, d = a * 2, b * 2
    return a, b, c, d


assert swap(1, 2) == (2, 3, 4, 6)
assert 2.0 * 3 + 1 == 7.0 and 0.5 + True == 1.5


class Left:
    def __rmul__(self, other):
        return ("rmul", other)

    def __mul__(self, other):
        return ("mul", other)


left = Left()
assert 2.0 * left == ("rmul", 2.0) and left * 2.0 == ("mul", 2.0)

classes = [type(f"C{i}", (), {"name": f"c{i}", "get": lambda self, i=i: (i, self.value), "__slots__": ("value",) if i % 3 == 0 else ("value", "__dict__") if i % 3 == 1 else ()} if i % 3 != 2 else {"name": f"c{i}", "get": lambda self, i=i: (i, self.value)}) for i in range(12)]


def visit(objects):
    total = []
    for item in objects:
        item.value = len(item.name)
        total.append((item.name, item.get(), item.value))
    return total


def check():
    for _ in range(50):
        objects = [cls() for cls in classes]
        assert visit(objects) == [(f"c{i}", (i, len(f"c{i}")), len(f"c{i}")) for i in range(12)]


check()
# The class changes: what the sites remember must not survive it.
classes[2].name = "other"
assert visit([classes[2]()])[0][0] == "other"
classes[2].value = property(lambda self: 99, lambda self, value: None)
assert visit([classes[2]()])[0] == ("other", (2, 99), 99)
del classes[2].value
classes[2].name = "c2"
check()

threads = [threading.Thread(target=check) for _ in range(4)]
for thread in threads:
    thread.start()
for _ in range(200):
    classes[5].unrelated = _
for thread in threads:
    thread.join()
check()
print("ok")
