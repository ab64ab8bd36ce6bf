"""One maker for each kind of object that hostile.py shares between threads. Grouped by where the kinds come from."""
import array
import ast
import asyncio
import bisect
import bz2
import codecs
import collections
import concurrent.futures
import contextlib
import contextvars
import copy
import csv
import datetime
import decimal
import enum
import fractions
import functools
import hashlib
import heapq
import hmac
import inspect
import io
import itertools
import json
import lzma
import marshal
import math
import mmap
import operator
import pickle
import queue
import random
import re
import select
import selectors
import socket
import string
import struct
import sys
import tempfile
import threading
import time
import types
import typing
import unicodedata
import weakref
import xml.parsers.expat
import zlib


class Plain:
    """Answers every protocol a little."""

    level = 3

    def __init__(self, number=1):
        self.number = number

    def __len__(self):
        return 3

    def __getitem__(self, index):
        return [1, "b", None][index]

    def __eq__(self, other):
        return self.number == getattr(other, "number", 0)

    def __lt__(self, other):
        return True

    def __hash__(self):
        return self.number

    def __index__(self):
        return 2

    def __call__(self, *arguments):
        return arguments

    def __enter__(self):
        return self

    def __exit__(self, *details):
        return True


class Slotted:
    __slots__ = "a", "b", "__weakref__"


class Failing:
    """What is asked of it raises."""

    def fail(self, *arguments):
        raise ValueError("asked")

    __eq__ = __lt__ = __len__ = __iter__ = __getitem__ = __bool__ = __index__ = __repr__ = __call__ = __add__ = __hash__ = fail


class Finalized:
    def __del__(self):
        self.again = [self]


class Listing(list):
    pass


class Mapping(dict):
    def __missing__(self, key):
        return [key]


class Meta(type):
    def __call__(cls, *arguments):
        return super().__call__()


class WithMeta(metaclass=Meta):
    pass


class Colour(enum.Enum):
    RED, GREEN = 1, 2


class Permission(enum.Flag):
    READ, WRITE = 1, 2


Point = collections.namedtuple("Point", "x y")


class Hints(typing.NamedTuple):
    a: int = 1


def generate():
    got = None
    for i in range(50):
        try:
            got = yield i, got
        except ValueError:
            got = "thrown"


def delegate():
    yield from generate()
    return (yield from [1, 2])


async def coroutine():
    return [await asyncio.sleep(0, number) for number in range(3)]


async def asynchronous():
    for i in range(5):
        yield i


@types.coroutine
def awaitable():
    yield 1


def function(a, b=2, *rest, c=3, **more):
    def inner():
        return a, b
    return inner


@contextlib.contextmanager
def context():
    yield [1]


def traceback():
    try:
        1 / 0
    except ZeroDivisionError as error:
        return error.__traceback__


def chained():
    try:
        try:
            {}["key"]
        except KeyError:
            raise ValueError("second")
    except ValueError as error:
        return error


def temporary():
    file = tempfile.TemporaryFile("w+b")
    file.write(b"one\ntwo\nthree\n" * 20)
    file.seek(0)
    return file


def mapped():
    area = mmap.mmap(-1, 4096)
    area.write(b"some text\n" * 9)
    return area


def written(stream, data):
    stream.write(data)
    stream.seek(0)
    return stream


def compressed(module):
    stream = module.BZ2Compressor() if module is bz2 else module.LZMACompressor()
    stream.compress(b"abc" * 100)
    return stream


def numbers():
    return list(range(20))


def deep_copy(subject):
    return copy.deepcopy(subject)


def self_containing():
    items = [1, {}]
    items.append(items)
    items[1]["self"] = items
    return items


BUILTINS = [
    lambda: 5, lambda: 1 << 80, lambda: -3, lambda: True, lambda: None, lambda: ..., lambda: NotImplemented, lambda: 2.5,
    lambda: float("nan"), lambda: float("inf"), lambda: 1e300, lambda: 2 + 3j, lambda: "text a b\nc", lambda: "", lambda: "\u20ac\U0001f600\udc80 x",
    lambda: "{0!r:>{1}} {a.b[c]} %s %(x)5.2f", lambda: b"bytes of \xff\x00", lambda: b"", lambda: bytearray(b"changing text"),
    lambda: memoryview(bytearray(range(64))), lambda: memoryview(b"abcdefgh").cast("H"),
    lambda: memoryview(bytearray(24)).cast("B", [2, 3, 4]), numbers, lambda: ["b", "a", "c"] * 4, self_containing, lambda: Listing("abc"),
    lambda: (1, "two", [3]), lambda: (), lambda: {"a": 1, 2: [3], None: {}}, lambda: Mapping(a=1), lambda: dict.fromkeys(range(40)),
    lambda: {1, "a", None}, lambda: set(range(50)), lambda: frozenset("abc"), lambda: range(3, 40, 4), lambda: slice(1, 9, 2),
    lambda: {"a": 1}.keys(), lambda: dict.fromkeys(range(9)).values(), lambda: {1: 2, 3: 4}.items(), object,
    lambda: property(len), lambda: classmethod(len), lambda: staticmethod(len), lambda: super(Plain, Plain()), lambda: type("Made", (Plain,), {}),
    lambda: types.SimpleNamespace(a=1), lambda: types.MappingProxyType({"a": 1}), lambda: list[int], lambda: int | str, lambda: types.ModuleType("name"),
]
ITERATORS = [
    lambda: iter(numbers()), lambda: iter((1, 2, 3)), lambda: iter("text"), lambda: iter(b"bytes"), lambda: iter(bytearray(b"abc")),
    lambda: iter(range(99)), lambda: iter(range(1 << 70, (1 << 70) + 30)), lambda: iter({1: 2, 3: 4}), lambda: iter({1: 2}.items()),
    lambda: reversed({1: 2, 3: 4}), lambda: iter({1, 2, 3}), lambda: reversed(numbers()), lambda: reversed(range(9)),
    lambda: iter(numbers().pop, 3), lambda: iter(Plain()), lambda: enumerate("abc" * 9), lambda: zip(numbers(), "abc" * 9),
    lambda: map(str, numbers()), lambda: filter(None, numbers()), lambda: itertools.chain(numbers(), "abc"),
    lambda: itertools.chain.from_iterable([[1], "ab"] * 5), lambda: itertools.islice(numbers(), 2, 15, 3),
    lambda: itertools.accumulate(numbers()), lambda: itertools.groupby("aabbcc" * 5), lambda: itertools.product("ab", repeat=4),
    lambda: itertools.permutations(range(5), 3), lambda: itertools.combinations(range(7), 3),
    lambda: itertools.combinations_with_replacement("abc", 3), lambda: itertools.compress(numbers(), [1, 0] * 9),
    lambda: itertools.dropwhile(bool, numbers()), lambda: itertools.takewhile(operator.not_, numbers()), lambda: itertools.pairwise(numbers()),
    lambda: itertools.starmap(operator.add, [(1, 2)] * 9), lambda: itertools.filterfalse(None, numbers()), lambda: itertools.repeat([], 30),
    lambda: itertools.zip_longest("ab", numbers()), lambda: itertools.tee(numbers())[0], lambda: itertools.tee(generate(), 3)[1],
    generate, delegate, coroutine, asynchronous, awaitable, lambda: asynchronous().asend(None), lambda: asynchronous().aclose(),
    lambda: coroutine().__await__(), lambda: (number for number in numbers()), lambda: anext(asynchronous(), 1), lambda: memoryview(b"abc").__iter__(),
]
ENDLESS = [lambda: itertools.count(3), lambda: itertools.count(1.5, 2), lambda: itertools.cycle("abc"), lambda: itertools.repeat(7)]
LIBRARY = [
    lambda: collections.deque(numbers()), lambda: collections.deque("abcdef", 4), lambda: iter(collections.deque("abc")),
    lambda: collections.OrderedDict(a=1, b=2), lambda: iter(collections.OrderedDict(a=1, b=2).items()), lambda: collections.defaultdict(list, a=[1]),
    lambda: collections.Counter("abracadabra"), lambda: collections.ChainMap({"a": 1}, {}), lambda: collections.UserList("abc"), lambda: Point(1, 2), Hints,
    lambda: functools.partial(function, 1, c=5), lambda: functools.lru_cache(4)(function), lambda: functools.cached_property(len),
    lambda: functools.cmp_to_key(lambda a, b: 0), lambda: functools.cmp_to_key(lambda a, b: -1)(3), lambda: functools.singledispatch(function),
    lambda: operator.itemgetter(0, 1), lambda: operator.attrgetter("number", "level"), lambda: operator.methodcaller("index", 1),
    lambda: array.array("i", range(20)), lambda: array.array("d", [1.5, 2]), lambda: array.array("u", "text"), lambda: iter(array.array("b", b"abc")),
    lambda: decimal.Decimal("1.25"), lambda: decimal.Decimal("sNaN"), decimal.Context, lambda: fractions.Fraction(3, 4),
    lambda: datetime.date(2024, 2, 29), lambda: datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc), lambda: datetime.time(1, 2),
    lambda: datetime.timedelta(3, 4), lambda: datetime.timezone(datetime.timedelta(hours=2), "name"), lambda: time.localtime(0),
    lambda: struct.Struct("<3h2sd"), lambda: struct.iter_unpack("h", b"abcdefgh"), lambda: re.compile(r"(?P<n>a+)|b*?(c)"),
    lambda: re.match("(a)(b)?", "ab"), lambda: re.finditer("a|b", "abab" * 9), lambda: re.compile("a").scanner("aaa"), lambda: random.Random(1),
    lambda: json.JSONEncoder(indent=1), json.JSONDecoder, lambda: csv.reader(["a,b", "c,d"] * 9), lambda: csv.writer(io.StringIO()),
    lambda: pickle.Pickler(io.BytesIO()), lambda: pickle.Unpickler(io.BytesIO(pickle.dumps([1, {}]))), lambda: pickle.PickleBuffer(bytearray(9)),
    lambda: zlib.compressobj(), zlib.decompressobj, lambda: compressed(bz2), lambda: compressed(lzma), bz2.BZ2Decompressor, lzma.LZMADecompressor,
    lambda: hashlib.sha256(b"a"), lambda: hashlib.blake2b(b"a"), lambda: hmac.new(b"k", b"m", "md5"), lambda: hashlib.shake_128(b"a"),
    xml.parsers.expat.ParserCreate, lambda: contextvars.ContextVar("name"), contextvars.copy_context, lambda: contextvars.ContextVar("name").set(1),
    lambda: ast.parse("a = [b for b in c]"), lambda: string.Template("$a"), lambda: codecs.getincrementaldecoder("utf-8")(),
    lambda: codecs.getincrementalencoder("utf-16")(), lambda: codecs.lookup("ascii"), lambda: Colour.RED, lambda: Permission.READ, lambda: typing.TypeVar("T"),
    lambda: inspect.signature(function), lambda: unicodedata.ucd_3_2_0,
]
STREAMS = [
    lambda: written(io.StringIO(newline=None), "one\r\ntwo\nthree" * 9), lambda: written(io.BytesIO(), b"one\ntwo\n" * 9),
    lambda: io.BytesIO(b"abcdef").getbuffer(), lambda: io.TextIOWrapper(io.BytesIO(b"one\ntwo\n" * 9)), temporary,
    lambda: io.BufferedReader(io.BytesIO(b"line\n" * 99), 16), lambda: io.BufferedWriter(io.BytesIO(), 16),
    lambda: io.BufferedRandom(io.BytesIO(b"line\n" * 99), 16), lambda: io.BufferedRWPair(io.BytesIO(b"ab" * 50), io.BytesIO(), 16),
    lambda: io.IncrementalNewlineDecoder(None, True), lambda: io.TextIOWrapper(temporary(), "utf-16"), lambda: temporary().raw, mapped,
    lambda: socket.socketpair()[0], select.poll, select.epoll, selectors.SelectSelector,
]
RUNNING = [
    threading.Lock, threading.RLock, threading.Condition, threading.Event, lambda: threading.Semaphore(2), lambda: threading.Barrier(1), threading.local,
    lambda: threading.Thread(target=len), threading.current_thread, queue.SimpleQueue, lambda: queue.Queue(2), concurrent.futures.Future,
    lambda: weakref.ref(Plain), lambda: weakref.proxy(Plain), lambda: weakref.WeakKeyDictionary(), lambda: weakref.WeakValueDictionary(a=Plain),
    lambda: weakref.WeakSet([Plain]), lambda: weakref.finalize(Plain, len), lambda: weakref.WeakMethod(Plain().__len__), lambda: weakref.ref(Finalized()),
    Plain, Slotted, Failing, Finalized, WithMeta, lambda: Plain, lambda: Meta, lambda: int, lambda: type, lambda: function, lambda: function(1),
    lambda: function(1).__closure__[0], lambda: function.__code__, lambda: Plain().__len__, lambda: [].append, lambda: len, lambda: str.join,
    lambda: int.__add__, lambda: (1).__add__, lambda: Slotted.a, lambda: dict.__dict__["fromkeys"], lambda: float.__dict__["real"],
    lambda: Plain.__dict__, context, traceback, lambda: traceback().tb_frame, lambda: sys._getframe(), chained, lambda: OSError(2, "name", "file"),
    lambda: ExceptionGroup("several", [ValueError(1), chained()]), lambda: UnicodeDecodeError("utf-8", b"a", 0, 1, "why"), lambda: SyntaxError("m", ("f", 1, 2, "t")),
    lambda: StopIteration(3), lambda: sys.flags, lambda: compile("a + b", "name", "eval"),
]
KINDS = BUILTINS + ITERATORS + LIBRARY + STREAMS + RUNNING
FUNCTIONS = [
    *[getattr(operator, name) for name in operator.__all__], *[getattr(math, name) for name in dir(math) if name[0] != "_" and name not in ("factorial", "perm", "comb")],
    abs, all, any, ascii, bin, callable, chr, delattr, dir, divmod, enumerate, eval, exec, filter, format, getattr, hasattr, hash, hex, id, isinstance,
    issubclass, iter, len, map, max, min, next, oct, ord, pow, repr, reversed, round, setattr, sorted, sum, type, vars, zip, anext, aiter,
    bool, bytearray, bytes, classmethod, complex, dict, float, frozenset, int, list, memoryview, object, property, set, slice, staticmethod, str,
    super, tuple, copy.copy, deep_copy, pickle.dumps, pickle.loads, json.dumps, json.loads, marshal.dumps, marshal.loads, struct.pack, struct.unpack,
    struct.pack_into, bisect.bisect, bisect.insort, heapq.heappush, heapq.heappop, heapq.heapify, heapq.heapreplace, heapq.nsmallest, functools.reduce,
    re.compile, re.sub, re.findall, re.split, itertools.tee, collections.deque, collections.Counter, zlib.crc32, zlib.compress, zlib.decompress,
    codecs.encode, codecs.decode, weakref.ref, weakref.proxy, array.array, decimal.Decimal, fractions.Fraction, datetime.timedelta,
    unicodedata.normalize, inspect.signature, inspect.getmembers, ast.literal_eval, types.FunctionType, types.MethodType, types.CellType,
    types.SimpleNamespace, types.MappingProxyType, types.GenericAlias, types.DynamicClassAttribute, types.new_class, contextlib.closing,
    functools.partial, functools.lru_cache, functools.cmp_to_key, io.StringIO, io.BytesIO, io.TextIOWrapper, io.BufferedReader, struct.Struct,
]
