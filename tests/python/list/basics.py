def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, (str(error), text)
    else:
        raise AssertionError(f"{kind.__name__} not raised")

def main():
    x = [3, 1, 2]
    assert repr(x) == "[3, 1, 2]"
    x.append(4)
    assert x == [3, 1, 2, 4] and len(x) == 4
    x.insert(0, "a")
    x.insert(-1, "b")
    x.insert(100, "c")
    assert x == ["a", 3, 1, 2, "b", 4, "c"]
    assert x.pop() == "c" and x.pop(0) == "a" and x.pop(-2) == "b"
    assert x == [3, 1, 2, 4]
    x.reverse()
    assert x == [4, 2, 1, 3]
    assert x.index(1) == 2 and x.count(3) == 1 and 3 in x and 9 not in x
    x.remove(2)
    assert x == [4, 1, 3]
    raises(ValueError, "list.remove(x): x not in list", x.remove, 7)
    raises(ValueError, "7 is not in list", x.index, 7)
    raises(IndexError, "pop from empty list", [].pop)
    raises(IndexError, "pop index out of range", x.pop, 10)
    raises(IndexError, "list index out of range", lambda: x[10])
    raises(TypeError, "list indices must be integers or slices, not str", lambda: x["a"])
    raises(TypeError, 'can only concatenate list (not "int") to list', lambda: x + 1)
    raises(TypeError, "can't multiply sequence by non-int of type 'str'", lambda: x * "a")
    raises(TypeError, "unsupported operand type(s) for +: 'int' and 'list'", lambda: 1 + x)
    raises(TypeError, "'int' object is not iterable", x.extend, 1)
    raises(TypeError, "unhashable type: 'list'", hash, x)
    raises(IndexError, "cannot fit 'int' into an index-sized integer", lambda: x[10**30])
    raises(TypeError, "list expected at most 1 argument, got 2", list, 1, 2)
    raises(TypeError, "'<' not supported between instances of 'list' and 'int'", lambda: [] < 1)
    assert x + [1] == [4, 1, 3, 1]
    assert x * 2 == [4, 1, 3, 4, 1, 3] == 2 * x
    assert x * -1 == []
    x += (7, 8)
    assert x == [4, 1, 3, 7, 8]
    x *= 2
    assert x == [4, 1, 3, 7, 8] * 2
    x *= 0
    assert x == []
    assert [1, 2] < [1, 3] and [1] < [1, 0] and not [2] < [1, 5] and [1] <= [1] and [2] > [1]
    y = list("abcdef")
    assert y[1:3] == ["b", "c"] and y[::-1] == list("fedcba") and y[::2] == ["a", "c", "e"] and y[10:] == []
    assert y[-2:] == ["e", "f"] and y[4:1:-2] == ["e", "c"]
    y[1:3] = [1, 2, 3]
    assert y == ["a", 1, 2, 3, "d", "e", "f"]
    y[::3] = "xyz"
    assert y == ["x", 1, 2, "y", "d", "e", "z"]
    del y[::3]
    assert y == [1, 2, "d", "e"]
    del y[0], y[-1]
    assert y == [2, "d"]
    y[1:1] = y
    assert y == [2, 2, "d", "d"]
    del y[1:]
    assert y == [2]
    def wrong():
        y[::2] = [1, 2]
    raises(ValueError, "attempt to assign sequence of size 2 to extended slice of size 1", wrong)
    def wrong():
        y[0:1] = 3
    raises(TypeError, "can only assign an iterable", wrong)
    r = [1]
    r.append(r)
    assert repr(r) == "[1, [...]]"
    assert list(reversed([1, 2, 3])) == [3, 2, 1]
    it = iter([1, 2])
    assert it.__length_hint__() == 2 and next(it) == 1 and it.__length_hint__() == 1
    assert next(it) == 2 and next(it, None) is None
    class L(list):
        def __init__(self, *args, tag=None):
            super().__init__(*args)
            self.tag = tag
    l = L([1, 2], tag="t")
    assert l == [1, 2] and l.tag == "t" and type(l + [3]) is list and isinstance(l, list)
    assert type(l[:]) is list and type(l * 2) is list
    a, *b = l
    assert a == 1 and b == [2]
    assert "sequence" in list.__doc__
    class Radd:
        def __radd__(self, other):
            return ("radd", other)
        def __rmul__(self, other):
            return ("rmul", other)
    assert [1] + Radd() == ("radd", [1]) and [1] * Radd() == ("rmul", [1])
    # changing the list during a search
    class Evil:
        def __eq__(self, other):
            evil.clear()
            return False
    evil = [Evil(), 1, 2]
    assert 5 not in evil and evil == []

main()
