"""pickle: all protocols, what objects say about themselves, hooks, hostile streams, and objects that threads change."""
import copyreg
import io
import pickle
import sys
import threading
from collections import Counter, OrderedDict, deque
from fractions import Fraction


def raises(error, function, *args):
    try:
        function(*args)
    except error as problem:
        return str(problem)
    raise AssertionError(f"no {error}")


class Node:
    """Found by name, though the threads that run this script each have a class of their own."""

    def __init__(self, value):
        self.value = value

    def __reduce__(self):
        return deque, ((self.value,), 1)


class Global:
    def __init__(self, name):
        self.name = name

    def __reduce__(self):
        return self.name


class Reduced:
    def __init__(self, *parts):
        self.parts = parts

    def __reduce__(self):
        return self.parts


def samples():
    cycle = [1]
    cycle.append((cycle, {2: cycle}))
    return [None, True, 0, 255, 256, 65536, -1, 2**31, -(2**63), 2**100, -(2**71), 1.5, float("inf"), "", "é\ud800\n", "x" * 300,
            b"", b"\xff" * 300, bytearray(b"abc"), (), (1,), (1, 2, 3), (1, 2, 3, 4), [], [1], list(range(1001)), {}, {1: 2},
            dict.fromkeys(range(2000)), set(), {3}, frozenset({4}), int, len, type(None), dict.fromkeys, [].append, 1j, range(9),
            ValueError("a", 1), OrderedDict(a=1), Counter("aab"), deque([1], 3), Fraction(1, 3), slice(1, None), cycle]


def check_round_trips():
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        for value in samples():
            data = pickle.dumps(value, protocol)
            again = pickle.loads(data)
            assert type(again) is type(value), value
            if not isinstance(value, (BaseException, type([].append))) and repr(value)[:4] != "[1, ":
                assert again == value, value
            file = io.BytesIO()
            pickle.dump(value, file, protocol)
            assert file.getvalue() == data
            file.write(b"rest")
            file.seek(0)
            pickle.load(file)
            assert file.read() == b"rest"
        again = pickle.loads(pickle.dumps(samples()[-1], protocol))
        assert again[1][0] is again and again[1][1][2] is again
        assert pickle.loads(pickle.dumps(Node(5), protocol)) == deque([5])
    assert pickle.dumps([1, "a", 2.0], 0) == b"(lp0\nI1\naVa\np1\naF2.0\na."
    assert pickle.dumps(["ab", b"c", (True,)], 4) == b'\x80\x04\x95\x11\x00\x00\x00\x00\x00\x00\x00]\x94(\x8c\x02ab\x94C\x01c\x94\x88\x85\x94e.'
    assert pickle.dumps(range, 2) == b"\x80\x02c__builtin__\nxrange\nq\0."
    big = pickle.dumps([b"x" * 70000, "y" * 70000] * 2, 4)
    assert len(big) == 140032 and pickle.loads(big)[2][:2] == b"xx"


def check_errors():
    dumps, error = pickle.dumps, pickle.PicklingError
    assert raises(error, dumps, Reduced(1)) == "tuple returned by __reduce__ must contain 2 through 6 elements"
    assert raises(error, dumps, Reduced(1, ())) == "first item of the tuple returned by __reduce__ must be callable"
    assert raises(error, dumps, Reduced(int, 1)) == "second item of the tuple returned by __reduce__ must be a tuple"
    assert raises(error, dumps, Reduced(int, (), None, 1)).startswith("fourth element of the tuple")
    assert raises(error, dumps, Reduced(copyreg.__newobj__, (int,))) == "args[0] from __newobj__ args has the wrong class"
    assert "attribute lookup nowhere on" in raises(error, dumps, Global("nowhere"))
    assert raises(AttributeError, dumps, lambda: 1).startswith("Can't pickle local object 'check_errors.<locals>.<lambda>")
    assert raises(TypeError, dumps, sys) == "cannot pickle 'module' object"
    assert raises(ValueError, dumps, 1, 9) == "pickle protocol must be <= 5"
    assert raises(TypeError, pickle.dump, 1, 2) == "file must have a 'write' attribute"
    nested = []
    for _ in range(100000):
        nested = [nested]
    assert raises(RecursionError, dumps, nested) == "maximum recursion depth exceeded while pickling an object"
    while nested:
        nested = nested.pop()


def check_hostile_streams():
    for data, message in [(b"N", "Ran out of input"), (b"X\xff\xff\xff\x7fa", "pickle data was truncated"),
                          (b"\x8d" + b"\xff" * 7 + b"\0N.", "pickle data was truncated"),
                          (b"\x95" + b"\xff" * 7 + b"\0N.", "pickle data was truncated"),
                          (b"0.", "unpickling stack underflow"), (b"N(.", "unexpected MARK found"),
                          (b"(0.", "unpickling stack underflow"), (b"N(\x85.", "unexpected MARK found"),
                          (b"t.", "could not find MARK"), (b"}(NNNu.", "odd number of items for SETITEMS"),
                          (b"h\x07.", "Memo value not found at index 7"), (b"\xff.", "invalid load key, '\\xff'."),
                          (b"I1\nN\x81.", "NEWOBJ class argument must be a type, not int"), (b"S'a\n.", "the STRING opcode argument must be quoted"),
                          (b"\x97.", "pickle stream refers to out-of-band data but no *buffers* argument was given"),
                          (b"\x8b\xff\xff\xff\xff.", "LONG pickle has negative byte count")]:
        assert raises((pickle.UnpicklingError, EOFError), pickle.loads, data) == message, data
        file = io.BytesIO(data)
        assert raises((pickle.UnpicklingError, EOFError), pickle.load, file) == message, data
    assert raises(AttributeError, pickle.loads, b"cos\nno_such_name\n.").startswith("Can't get attribute 'no_such_name' on <module 'os'")
    assert pickle.loads(b"Nr\xff\xff\0\0.") is None


class Refs(pickle.Pickler):
    def persistent_id(self, value):
        return ("ref", len(value)) if isinstance(value, frozenset) else None

    def reducer_override(self, value):
        return (complex, (7,)) if isinstance(value, Node) else NotImplemented


class Derefs(pickle.Unpickler):
    def persistent_load(self, identity):
        return identity

    def find_class(self, module, name):
        assert module in ("builtins", "__builtin__")
        return super().find_class(module, name)


def check_hooks():
    for protocol in range(1, 6):
        file = io.BytesIO()
        Refs(file, protocol).dump([frozenset({1, 2}), Node(1)])
        assert Derefs(io.BytesIO(file.getvalue())).load() == [("ref", 2), 7]
    pickler = pickle.Pickler(io.BytesIO())
    pickler.dispatch_table = {Node: lambda node: (str, (node.value,))}
    pickler.dump(Node(3))
    assert sorted(index for index, _ in pickler.memo.copy().values())[:2] == [0, 1]
    pickler.clear_memo()
    assert pickler.memo.copy() == {}
    buffers = []
    data = pickle.dumps([pickle.PickleBuffer(bytearray(b"abc")), pickle.PickleBuffer(b"def")], 5, buffer_callback=buffers.append)
    assert data == b"\x80\x05\x95\x08\0\0\0\0\0\0\0]\x94(\x97\x97\x98e." and list(map(bytes, buffers)) == [b"abc", b"def"]
    assert pickle.loads(data, buffers=[b"1", bytearray(b"2")])[1].tobytes() == b"2"
    assert raises(pickle.UnpicklingError, lambda: pickle.loads(data, buffers=[b"1"])) == "not enough out-of-band buffers"
    assert buffers[1].raw().readonly and not buffers[0].raw().readonly
    buffers[0].release()
    assert raises(ValueError, buffers[0].raw) == "operation forbidden on released PickleBuffer object"


def check_threads():
    """Containers change while they are pickled: each pickle is some consistent one, or RuntimeError says why not."""
    numbers, table, members = list(range(1500)), dict.fromkeys(range(1500), ()), set(range(1500))
    shared = pickle.Pickler(io.BytesIO())
    stop, problems = threading.Event(), []

    def change():
        i = 0
        while not stop.is_set():
            i += 1
            numbers.append(i)
            table[-i] = i
            members.add(-i)
            if i % 50 == 0:
                del numbers[1000:]
                for key in range(i - 49, i + 1):
                    del table[-key]
                    members.discard(-key)

    def work():
        try:
            for turn in range(40):
                for value in numbers, table, members:
                    try:
                        again = pickle.loads(pickle.dumps(value))
                    except RuntimeError as problem:
                        assert str(problem).endswith("changed size during iteration")
                        continue
                    assert type(again) is type(value) and len(again) >= 1000
                shared.dump([turn, str(turn)])
                shared.clear_memo()
        except BaseException as problem:
            problems.append(repr(problem))

    changer = threading.Thread(target=change)
    workers = [threading.Thread(target=work) for _ in range(3)]
    for thread in [changer, *workers]:
        thread.start()
    for thread in workers:
        thread.join()
    stop.set()
    changer.join()
    assert not problems, problems


check_round_trips()
check_errors()
check_hostile_streams()
check_hooks()
check_threads()
print("pickle: ok")
