"""Tuples and calls whose last part is spread: (a, b, *c) and f(a, *b)."""


class Loud:
    def __init__(self, *items):
        self.items = items

    def __iter__(self):
        print("iterated")
        yield from self.items


class Old:
    def __getitem__(self, index):
        if index == 3:
            raise IndexError
        return index * 10


class Broken:
    def __iter__(self):
        yield 1
        raise KeyError("broken")


class Own(tuple):
    def __iter__(self):
        return iter("own")


def f(*args, **kwargs):
    return args, kwargs


def show(text, **names):
    try:
        print(text, eval(text, globals(), names))
    except Exception as error:
        print(text, type(error).__name__, error)


sources = {"empty": (), "pair": (1, 2), "list": [3, [4]], "text": "xyz", "loud": Loud(5, 6), "old": Old(), "own": Own((7, 8)),
           "dict": {"k": 1}, "range": range(3), "generator": None, "number": 5, "none": None, "broken": Broken()}
for name, source in sources.items():
    for text in ("(0, *s)", "('a', 'b', *s)", "(*s,)", "(*s, 0)", "(0, *s, *s)", "f(0, *s)", "f('a', 'b', *s, key=1)", "f(*s)",
                 "[0, *s]", "{0, *s}", "f(0, *s, **{'z': 3})"):
        if name in ("dict", "own", "text") and text == "{0, *s}":
            continue
        show(text, s=(n * n for n in range(3)) if name == "generator" else source)

order = []


def note(value):
    order.append(value)
    return value


print((note(1), note(2), *note((3, 4))), f(note(5), *note([6]), key=note(7)), order)
kept = object()
for _ in range(1000):
    spread = (kept, kept, *(kept, kept))
assert spread == (kept,) * 4
long = tuple(range(100))
print(len((0, *long)), sum((1, *long)), (*"ab", *long[:2], *[3]))


def forward(*args, **kwargs):
    return f("first", *args, **kwargs)


print(forward(), forward(1, 2), forward(1, k=2))
