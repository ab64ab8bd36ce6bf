"""Lists, sets and sums of everything that can be iterated: each kind's own way gives what its iterator gives."""
import threading


class Counting:
    """An iterator that becomes another class while it is used up."""

    def __init__(self, end):
        self.at, self.end = 0, end

    def __iter__(self):
        return self

    def __next__(self):
        self.at += 1
        if self.at == 3:
            self.__class__ = Backwards
        if self.at > self.end:
            raise StopIteration
        return self.at


class Backwards(Counting):
    def __next__(self):
        self.at += 1
        if self.at > self.end:
            raise StopIteration
        return -self.at


def generator(*items, error=None):
    yield from items
    if error:
        raise error


def test_kinds():
    big = 2**61
    for source in [range(0), range(5), range(10, 0, -3), range(big - 3, big + 3), range(-big - 2, -big + 2), range(0, 2**70, 2**68),
                   range(big - 1, -big, -big), b"", b"abc\xff\0", "", "abc", "aé\xff", "a€", "a\U0001F600", bytearray(b"xy"),
                   memoryview(b"mn"), (1, 2), [3, 4], {5: 6}, {7}, frozenset("z")]:
        by_hand = [item for item in source]
        assert list(source) == by_hand and [*source] == by_hand and sorted(source) == sorted(by_hand), source
        grown = [None]
        grown.extend(source)
        grown += source
        assert grown == [None, *by_hand, *by_hand]
        assert set(source) == set(by_hand) and frozenset(source) == set(by_hand) and tuple(source) == tuple(by_hand)
        assert list(iter(source)) == by_hand and set(iter(source)) == set(by_hand)
        assert list(reversed(list(source))) == by_hand[::-1]
        if by_hand and isinstance(by_hand[0], int):
            assert sum(source) == sum(by_hand) and max(source) == max(by_hand) and min(iter(source)) == min(by_hand)
        assert any(source) == any(by_hand) and all(iter(source)) == all(by_hand)
    items = {i: str(i) for i in range(10)}
    assert list(items.items()) == [(i, str(i)) for i in range(10)] and list(items.values()) == [str(i) for i in range(10)]
    assert list(Counting(6)) == [1, 2, 3, -4, -5, -6] and sum(Counting(6)) == -9 and max(Counting(6)) == 3
    assert set(Counting(6)) == {1, 2, 3, -4, -5, -6}


def test_ends():
    shown = []
    for use in [list, sum, any, all, max, set, sorted, tuple, [0].extend, set().union, frozenset, set().isdisjoint]:
        for error in [KeyError("k"), StopIteration(), None]:
            try:
                shown.append(use(generator(0, 0, error=error)))
            except Exception as raised:
                shown.append(f"{type(raised).__name__} {raised}")

    class Stopping:
        def __iter__(self):
            return self

        def __next__(self):
            raise StopIteration(5)

    print(shown, list(Stopping()), sum(Stopping(), 3), any(Stopping()))


def test_sets_of_many():
    for count in [0, 1, 5, 6, 84, 85, 86, 500]:
        numbers = [i % 97 for i in range(count)]
        made = set(numbers)
        assert made == set(tuple(numbers)) == set(iter(numbers)) == {*numbers} and len(made) == min(count, 97)
        made.update([big := 2**61, -2**61, 2**60, -1, True, "x", (1, 2)])
        assert big in made and -1 in made and (1, 2) in made and 1 in made
    mixed = set([1, 1.0, True, 2**60, float(2**60), "1"])
    assert mixed == {1, 2**60, "1"}

    class Changing(list):
        pass

    items = [1, 2, 3]

    class Shortens:
        def __hash__(self):
            items.clear()
            return 7

    items.append(Shortens())
    items.extend("abc")
    assert len(set(items)) == 4 and items == []
    assert set(Changing([1, 2, 2])) == {1, 2}


def test_shared():
    shared, lists = [], []
    source = list(range(200))

    def work(number):
        for i in range(50):
            shared.extend(range(number * 100, number * 100 + 3))
            shared.extend(b"\xfe\xff")
            shared.extend("pq")
            assert set(source) == set(range(200)) and sum(source) == 19900 and max(reversed(source)) == 199
            lists.append(list(reversed(source)))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(shared) == 4 * 50 * 7 and shared.count("q") == 200 == shared.count(302) + 150 and shared.count(255) == 200
    assert all(each == source[::-1] for each in lists)


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
print("from iterables: ok")
