"""Comparisons of long sequences: where they differ, what is compared, and what a comparison may do to them."""
import threading

for make in (list, tuple):
    for size in (0, 1, 5, 1000):
        a, b = make(range(size)), make(range(size))
        assert a == b and not a != b and a <= b and a >= b and not a < b and not a > b
        for at in (0, size // 2, size - 1):
            if size == 0:
                continue
            for other in (-5, 10**6, float(at), str(at), None):
                c = list(a)
                c[at] = other
                c = make(c)
                assert (a == c) == (at == other), (size, at, other)
                if isinstance(other, (int, float)):
                    assert (a < c) == (at < other) and (a > c) == (at > other)
                else:
                    try:
                        a < c
                    except TypeError as error:
                        text = str(error)
                    else:
                        raise AssertionError(other)
        assert (a < a + make([1])) and not (a + make([0]) <= a)
print(text)
nan = float("nan")
print([nan] == [nan], [nan] == [float("nan")], ["ab" + str(1)] == ["ab1"], [True, 2] == [1, 2.0], ("é",) < ("€",), [[1], 2] < [[1], 3])


class Shrinks:
    def __init__(self, items):
        self.items = items

    def __eq__(self, other):
        self.items.clear()
        return True


items = [1, 2]
items += [Shrinks(items), 3]
print(items == [1, 2, 9, 4], items)

print("ab" * 3, "-" * 20, 3 * b"x", b"a" + b"bc", (1, 2) * 2 + ("x",), "a" * 0, "a" * -1, len("a" * 5000), ("x" + "y").upper())
more = [1]
more.extend((2, 3))
more.extend(())
more.extend(more)
print(more, b",".join([b"a", b"", b"c"]), b"".join((b"x",)), b"-".join([bytearray(b"a"), b"b"]), b"a" + bytearray(b"b"))
try:
    b",".join([b"a", "b"])
except TypeError as error:
    print(error)

shared = [list(range(300)) for _ in range(2)]


def change(items):
    for i in range(2000):
        items[i % 300] = i % 300
        items.append(0)
        items.pop()


def compare():
    for _ in range(200):
        assert shared[0][:300] == list(range(300)) or True
        shared[0] == shared[1]
        shared[0] < shared[1]


threads = [threading.Thread(target=change, args=(items,)) for items in shared] + [threading.Thread(target=compare) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(shared[0] == shared[1] == list(range(300)))
