def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, (str(error), text)
    else:
        raise AssertionError(f"{kind.__name__} not raised")

class Squares:
    def __init__(self, count):
        self.count = count
    def __len__(self):
        return self.count
    def __getitem__(self, index):
        if index >= self.count:
            raise IndexError(index)
        return index * index

def main():
    assert list(enumerate("ab")) == [(0, "a"), (1, "b")] and list(enumerate("ab", start=5)) == [(5, "a"), (6, "b")]
    big = (1 << 61) - 2
    assert [n for n, _ in enumerate("abcd", big)] == [big, big + 1, big + 2, big + 3]
    assert list(zip([1, 2], "ab")) == [(1, "a"), (2, "b")] and list(zip()) == [] and list(zip([1, 2, 3], "a")) == [(1, "a")]
    raises(ValueError, "zip() argument 2 is shorter than argument 1", lambda: list(zip([1, 2], [1], strict=True)))
    raises(ValueError, "zip() argument 2 is longer than argument 1", lambda: list(zip([1], [1, 2], strict=True)))
    raises(ValueError, "zip() argument 3 is shorter than arguments 1-2", lambda: list(zip([1], [1], [], strict=True)))
    assert list(map(str, [1, 2])) == ["1", "2"] and list(map(lambda a, b: a + b, [1, 2], [3, 4, 5])) == [4, 6]
    raises(TypeError, "map() must have at least two arguments.", map, str)
    assert list(filter(None, [0, 1, "", "a"])) == [1, "a"] and list(filter(lambda x: x > 1, [1, 2, 3])) == [2, 3]
    raises(TypeError, "filter expected 2 arguments, got 1", filter, None)
    assert list(reversed(Squares(4))) == [9, 4, 1, 0] and list(Squares(4)) == [0, 1, 4, 9] and 9 in Squares(4)
    raises(TypeError, "'int' object is not reversible", reversed, 1)
    raises(TypeError, "'set' object is not reversible", reversed, {1})
    calls = iter([1, 2, 3, 4].pop, 2)
    assert list(calls) == [4, 3] and list(calls) == []
    raises(TypeError, "iter(v, w): v must be callable", iter, 1, 2)
    raises(TypeError, "'int' object is not an iterator", next, 1)
    raises(TypeError, "'int' object is not iterable", iter, 1)
    it = iter([1])
    assert next(it) == 1 and next(it, "end") == "end"
    raises(StopIteration, "", next, it)
    assert (1, 2) + (3,) == (1, 2, 3) and (1,) * 3 == (1, 1, 1) and (1, 2, 3)[1:] == (2, 3) and (1, 2, 3)[::-1] == (3, 2, 1)
    assert repr((1,)) == "(1,)" and repr(()) == "()" and (1, 2) < (1, 3) and hash((1, 2)) == hash((1, 2)) and 2 in (1, 2)
    assert tuple("ab") == ("a", "b") and (1, 2, 1).count(1) == 2 and (1, 2).index(2) == 1
    raises(ValueError, "tuple.index(x): x not in tuple", (1,).index, 2)
    raises(TypeError, 'can only concatenate tuple (not "list") to tuple', lambda: (1,) + [])
    raises(IndexError, "tuple index out of range", lambda: (1,)[1])
    class T(tuple):
        pass
    t = T([1, 2])
    t.x = 5
    assert t == (1, 2) and t.x == 5 and type(t + ()) is tuple and T() == () and repr(t) == "(1, 2)"
    assert hash(None) == hash(None) and repr(...) == "Ellipsis" and repr(NotImplemented) == "NotImplemented"
    assert type(None)() is None and not None

main()


# Where a generator stands while it waits, whatever becomes of what is sent.
def waiting():
    yield 1
    x = 2
    yield x
    got = yield
    yield got


def places():
    first = waiting.__code__.co_firstlineno
    generator = waiting()
    lines = [generator.gi_frame.f_lineno - first]
    for sent in (None, [1], [2], [3]):
        generator.send(sent)
        lines.append(generator.gi_frame.f_lineno - first)
    return lines, generator.send(None) if False else list(generator)


print(places())
