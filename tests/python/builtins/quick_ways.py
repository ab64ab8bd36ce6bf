"""Operations that have a way of their own for the usual operands: each gives what the general way gives."""
import datetime
import io
import itertools
import sys
import threading
import time

nan, inf = float("nan"), float("inf")


def outcome(function, *args, **keywords):
    try:
        return repr(function(*args, **keywords))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def test_extremes():
    for items in [[0.0, -0.0, 1], [1, 0.0, -1.5], [2.5, 2, 3], [True, 0.5, 2], [2**70, 1e30, 3], [nan, 1.0], [1.0, nan], [0.0, nan, -1],
                  ["b", "a", "ab"], [(1, 2.0), (1, 1)], [inf, 10**400], [1e300, 5], [1, "a"], [None, 1], []]:
        print(outcome(min, items), outcome(max, items), outcome(min, iter(items), default=7), outcome(sorted, items),
              outcome(max, items, key=str))
    for left, right in itertools.product([0, 1, -1, 0.0, -0.0, 1.5, -1.5, 1e300, nan, inf, True, 2**61, 2.0**61], repeat=2):
        print(left < right, left <= right, left == right, left != right, left > right, left >= right, (left,) < (right,), end=" ")
    print()


def test_numbers():
    for a, b in itertools.product([7, -7, 0, 2**61 - 1, -2**61, 2**64, True], [3, -3, 1, -1, 2**61 - 1, 0, 2**70]):
        print(outcome(divmod, a, b), end=" ")
        if b:
            assert divmod(a, b) == (a // b, a % b) and divmod(a, b)[0] * b + divmod(a, b)[1] == a
    print()
    for text in [b"", b"\x01", b"\xff" * 7, b"\xff" * 8, b"\x00" * 9 + b"\x01", b"\x80" + b"\0" * 7]:
        for order in ["big", "little"]:
            for signed in [False, True]:
                number = int.from_bytes(text, order, signed=signed)
                assert number == int.from_bytes(bytearray(text), order, signed=signed) == int.from_bytes(list(text), order, signed=signed)
                print(number, end=" ")
    print(outcome(int.from_bytes, b"1", "middle"), bool.from_bytes(b"\1", "big"), (2**1000 << 70 >> 1000) - 2**70, -(3**700) >> 1000)


def test_pairs():
    keys, values = ["a", "b", "a", (1, 2)], [1, 2, 3, 4]
    for pairs in [lambda: zip(keys, values), lambda: enumerate(keys), lambda: list(zip(keys, values)), lambda: dict.fromkeys(keys, 5).items(),
                  lambda: [["a", 1], "bc", (3, 4)], lambda: zip(keys, values, values), lambda: [(1,)], lambda: [1], lambda: zip([[]], [1]),
                  lambda: zip(keys, values[:2], strict=True), lambda: iter([("x", 1), ("y", 2)]), lambda: (x for x in [("x", 1), 5])]:
        print(outcome(dict, pairs()), outcome(dict, pairs(), a=9))
    made = {"first": 0}
    try:
        made.update(zip(["p", "q", []], [1, 2, 3]))
    except TypeError as error:
        print(error, made)


def test_repeated():
    for items in [[], [1], ["x", "y"], [[1]], list(range(20))]:
        for count in [-1, 0, 1, 2, 5]:
            assert items * count == [item for _ in range(count) for item in items] == count * items
            again = list(items)
            again *= count
            assert again == items * count
    shared = [[]] * 3
    shared[0].append(1)
    print(shared, outcome(lambda: [1] * 2**62), outcome(lambda: [1, 2] * 2**60))


def test_bytes():
    class Index:
        def __init__(self, number):
            self.number = number

        def __index__(self):
            items.clear()
            return self.number

    items = [1, 2, Index(3), 4]
    print(bytes(items), items)
    for source in [[0, 255], [256], [-1], [True], ["a"], (1, 2), (300,), range(3), [2**70], [1.0]]:
        print(outcome(bytes, source), outcome(bytearray, source))
    for method in ["find", "count", "replace", "split", "startswith", "strip", "join"]:
        for argument in [b"b", bytearray(b"b"), memoryview(b"b"), 98, "b", 300]:
            arguments = (argument, b"-") if method == "replace" else ([argument],) if method == "join" else (argument,)
            print(outcome(getattr(b"abcb", method), *arguments), outcome(getattr(bytearray(b"abcb"), method), *arguments), end=" ")
    print()


def test_texts():
    line = "the quick brown fox\r\njumps\x0bover\x1cthe\x85lazy\u2028dog\n\ttab\n\n" * 3
    assert "|".join(line.splitlines()) == "|".join(line.replace("\u2028", "\n").splitlines())
    assert line.encode().splitlines()[:2] == [b"the quick brown fox", "jumps\x0bover\x1cthe\x85lazy\u2028dog".encode()]
    for length in range(1, 40):
        text = "a" * length + "\n" + "\t" * length + "b\x85" + "c" * length
        assert text.splitlines(True) == ["a" * length + "\n", "\t" * length + "b\x85", "c" * length]
        for old in ["a", "b", "aa", "a\n", "\t\tb", "zz", "c" * length, ""]:
            for new in ["", "x", "yy", "é", "€"]:
                assert text.replace(old, new) == (new.join(text.split(old)) if old else new + "".join(c + new for c in text))
                assert text.replace(old, new, 2) == (new.join(text.split(old, 2)) if old else new + text[0] + new + text[1:])
            assert not old or text.encode().replace(old.encode(), b"--") == text.replace(old, "--").encode()
    for needle_length in range(1, 25):
        needle = "abcdefghijklmnopqrstuvwxy"[:needle_length]
        for at in range(0, 40, 3):
            assert ("." * at + needle + "." * 5).find(needle) == at and ("." * at + needle[:-1] + "Z" * 30).find(needle) == -1
    for name in ["utf-8", "UTF8", "utf_8", "U8", "latin-1", "Latin1", "l1", "ascii", "US-ASCII", "utf-16-le", "nope", "utf-8\0"]:
        print(outcome("aé".encode, name), outcome(b"a\xe9".decode, name), outcome(b"ab".decode, name), outcome(bytearray(b"ab").decode, name))


def test_streams():
    class Kept(io.StringIO):
        def close(self):
            print("closed", self.getvalue())
            super().close()

    Kept("kept").write("K")
    view = io.BytesIO(b"abc").getbuffer()
    print(bytes(view))
    for _ in range(3):
        io.StringIO("x" * 1000), io.BytesIO(b"y" * 1000)
    moment = datetime.datetime(2023, 5, 17, 12, 34, 56)
    assert moment.strftime("%Y-%m-%d %j") == "2023-05-17 137" and moment.timetuple() == time.struct_time((2023, 5, 17, 12, 34, 56, 2, 137, -1))
    real = sys.modules.pop("time")
    assert moment.strftime("%H") == "12"
    sys.modules["time"] = real


def test_threads():
    made, names, table = [], [str(i) for i in range(50)], {}

    def work(number):
        for i in range(100):
            made.append(dict(zip(names, range(50))))
            table.update(zip(names, itertools.repeat(number)))
            assert {1, 2, i} ^ {2, 3, i} == {1, 3} - {i} and bytes(list(range(50)))[i % 50] == i % 50
            assert min(0.0, i) == 0 and divmod(i, 7) == (i // 7, i % 7) and [i, 0.5] * 2 == [i, 0.5, i, 0.5]

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 400 and all(each == made[0] for each in made) and set(table) == set(names)


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
print("quick ways: ok")
