# Warnings that know what they are about, with filters and registries; and things too deep to be walked.
# One thread: the filters are those of the whole program
import _imp
import functools
import itertools
import sys
import warnings


def shown(action, function):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter(action)
        function()
    return [(str(w.message), w.category.__name__, w.source is not None) for w in caught]


async def forgotten():
    pass


def warn_in_function():
    for _ in range(3):
        warnings.warn("again", stacklevel=2)


print(shown("always", lambda: forgotten()), shown("always", lambda: (open("/dev/null"), None)[1]))
for action in ("always", "default", "module", "once", "ignore"):
    globals().pop("__warningregistry__", None)
    print(action, len(shown(action, warn_in_function)))
try:
    shown("error", warn_in_function)
except UserWarning as warning:
    print("raised", warning)
for wrong in (5, int, "x"):
    try:
        warnings.warn("m", wrong)
    except TypeError as error:
        print(error)
registry = {}
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("default")
    for line in (1, 1, 2):
        warnings.warn_explicit("text", UserWarning, "some/file.py", line, registry=registry)
print([(w.filename, w.lineno) for w in caught], sorted(map(str, registry))[:2])
print(warnings.warn.__module__, warnings.filters is not None)

# What importlib stores in files of compiled code that are checked by their source.
print(_imp.source_hash(1, b"abc"), _imp.source_hash(7, b""))

# Deep nests are refused rather than followed to the end of the stack.
for wrap in (itertools.chain, zip, functools.partial(itertools.islice, 1) and (lambda x: itertools.islice(x, 1)),
             lambda x: itertools.takewhile(bool, x), itertools.accumulate):
    nest = iter([1])
    for _ in range(100_000):
        nest = wrap(nest)
    try:
        next(nest)
    except RecursionError:
        pass
    del nest
nest = ()
for _ in range(100_000):
    nest = (nest,)
try:
    hash(nest)
except RecursionError:
    pass


class Link:
    count = 0

    def __del__(self):
        Link.count += 1
        self.next = None


chain = None
for _ in range(50_000):
    link = Link()
    link.next, chain = chain, link
del link, chain
print(Link.count)
members = [type(f"C{i}", (), {}) for i in range(500)]
print(len(functools.reduce(lambda a, b: a | b, members).__args__))
