"""Small things of the builtin types that CPython's own suite asks for."""
# One thread: it pickles classes of __main__.
import codecs
import copy
import io
import pickle
import threading
import types
import warnings
import weakref


class OtherBytes(bytes):
    pass


class Text(str):
    def __bytes__(self):
        return OtherBytes(b"abc")


print(type(bytes(Text("x"))), OtherBytes(Text("x")), b"\1\2".hex("\0"), b"\1\2\3".hex(":", 2))


class Slotted(bytearray):
    __slots__ = ("x", "__dict__")


one = Slotted(b"ab")
one.x, one.y = 1, 2
for other in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one)), pickle.loads(pickle.dumps(one, 0))):
    assert (other, other.x, other.y) == (one, 1, 2)
view = memoryview(b"abcdef")
known = hash(view)
view.release()
assert hash(view) == known == hash(b"abcdef")

# Starred aliases.
starred = next(iter(tuple[int, ...]))
print(starred, copy.copy(starred), pickle.loads(pickle.dumps(starred)) == starred, types.AsyncGeneratorType[int, str])
items = list[int]()
list[int].append(items, 1)
print(items, list[int].__getitem__(items, 0), "append" in dir(list[int]), "__origin__" in dir(list[int]))


# Weak references.
class Target:
    def __bytes__(self):
        return b"bytes"

    def __reversed__(self):
        return iter([3, 2])


target = Target()
called = []
references = [weakref.ref(target, lambda _, n=n: called.append(n)) for n in range(3)]
plain = weakref.ref(target)
assert weakref.getweakrefs(target)[0] is plain
proxy = weakref.proxy(target)
print(bytes(proxy), list(reversed(proxy)))
try:
    weakref.ref(target, callback=None)
except TypeError as error:
    print(error)
del target
print(called)

two, three = types.SimpleNamespace(), types.SimpleNamespace(x=1)
two.spam, three.spam = three, two
print(two, three)

error = BlockingIOError(11, "text", 5)
print(error.characters_written, error.filename, error.args)
error = OSError(2, "text")
try:
    error.characters_written
except AttributeError as missing:
    print("none")
error.characters_written = 3
print(error.characters_written)

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(ascii(codecs.unicode_escape_decode(rb"\501\z")))
print([str(warning.message) for warning in caught])


def share(results):
    for _ in range(100):
        target = Target()
        proxy = weakref.proxy(target)
        results.append((bytes(proxy), repr(two), bytes(Text("x"))))


results = []
threads = [threading.Thread(target=share, args=(results,)) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(results), len(set(results)))
