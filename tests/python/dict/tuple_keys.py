"""Tuples as keys, in heaps and sorted: what they hold decides, compared by the rules of each item."""
import heapq
import threading

nan = float("nan")


class Same:
    """Equal to everything of its hash."""
    asked = 0

    def __init__(self, number):
        self.number = number

    def __hash__(self):
        return hash(self.number)

    def __eq__(self, other):
        Same.asked += 1
        return True

    def __lt__(self, other):
        return self.number < getattr(other, "number", other)


class Pair(tuple):
    def __eq__(self, other):
        return False

    __hash__ = tuple.__hash__


def test_lookup():
    d = {(i, str(i)): i for i in range(300)}
    assert all(d[i, str(i)] == i for i in range(300)) and (1, "2") not in d and (1,) not in d and (1, "1", 1) not in d
    d = {(1, (2, (3, (4, (5,))))): "deep"}
    assert d[1, (2, (3, (4, (5,))))] == "deep" and (1, (2, (3, (4, (6,))))) not in d
    assert {(1, 2.0): 1}[1.0, 2] == 1 and {(True, 0): 1}[1, False] == 1 and {(0.0,): 1}[(-0.0,)] == 1
    assert {(2**70, "x"): 1}[2**70, "x"] == 1 and (2**70 + 1, "x") not in {(2**70, "x"): 1}
    assert {(None, "a"): 1}[None, "a"] == 1 and ("None", "a") not in {(None, "a"): 1}
    assert (nan, 1) in {(nan, 1): 0} and (float("nan"), 1) not in {(nan, 1): 0}
    assert {(1, "é"): 1, (1, "€"): 2, (1, "e"): 3}[1, "€"] == 2
    assert {("a", b"a"): 1}["a", b"a"] == 1


def test_asked_items():
    d = {(Same(7), 1): "same"}
    assert d[7, 1] == "same" and Same.asked == 1
    assert d[Same(7), 1] == "same" and Same.asked == 2
    assert (Same(8), 1) not in d
    key = Pair((1, 2))
    assert (1, 2) not in {key: 1} and key in {key: 1}
    d = {(1, 2): "plain"}
    assert Pair((1, 2)) not in d


def test_order():
    assert (1, "b") < (1, "c") <= (2,) and not (1, 2) < (1, 2) and (1, 2) < (1, 2, 0) and () < (0,)
    assert (1, 2.5) < (1, 3) and (1.5, 0) > (1, 9) and (nan, 1) < (nan, 2) and not (nan,) < (1.0,)
    assert ((1, 2), 3) < ((1, 3), 0) and ((1,), 2) > ((), 9) and (((((1,),),),),) < (((((2,),),),),)
    for wrong in [((1, "a"), (1, 2)), ((1, None), (1, 2)), (((1,),), (("a",),)), ((1, [1]), (1, (1,)))]:
        try:
            wrong[0] < wrong[1]
        except TypeError as error:
            print(error)
        else:
            raise AssertionError(wrong)
        assert wrong[0] != wrong[1]
    assert (1, [1, 2]) < (1, [1, 3]) and (Same(1), 5) <= (Same(2), 6)


def test_heaps():
    items = [((i * 7919) % 101, i % 7, "xyz"[i % 3]) for i in range(200)]
    heap = []
    for item in items:
        heapq.heappush(heap, item)
    assert [heapq.heappop(heap) for _ in items] == sorted(items)
    heap = [(1, Same(3)), (1, Same(1)), (0, Same(2))]
    heapq.heapify(heap)
    try:
        heapq.heappush([(1, object())], (1, object()))
    except TypeError as error:
        print(error)


def test_recursion():
    deep = other = ()
    for _ in range(100000):
        deep, other = (deep,), (other,)
    try:
        deep == other
    except RecursionError:
        print("too deep")


def test_threads():
    shared = {}
    heap, lock = [], threading.Lock()

    def work(start):
        for i in range(start, start + 400):
            shared[i % 50, (i % 7, str(i % 3))] = i
            assert shared.get((i % 50, (i % 7, str(i % 3)))) is not None
            with lock:
                heapq.heappush(heap, (i % 11, i))
                if len(heap) > 20:
                    heapq.heappop(heap)

    threads = [threading.Thread(target=work, args=(n * 400,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(shared) == len({(i % 50, i % 7, i % 3) for i in range(1600)})
    assert sorted(heap) == [heapq.heappop(heap) for _ in range(20)]


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
print("tuple keys: ok")
