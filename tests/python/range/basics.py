def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, (str(error), text)
    else:
        raise AssertionError(f"{kind.__name__} not raised")

def main():
    assert list(range(3)) == [0, 1, 2] and list(range(2, 5)) == [2, 3, 4] and list(range(5, 0, -2)) == [5, 3, 1]
    assert repr(range(3)) == "range(0, 3)" and repr(range(0, 3, 2)) == "range(0, 3, 2)"
    r = range(0, 20, 3)
    assert len(r) == 7 and r[1] == 3 and r[-1] == 18 and r[2:4] == range(6, 12, 3) and r[::-1] == range(18, -3, -3)
    assert 6 in r and 7 not in r and 6.0 in r and "a" not in r and r.index(9) == 3 and r.count(9) == 1 and r.count(10) == 0
    assert r.start == 0 and r.stop == 20 and r.step == 3
    raises(IndexError, "range object index out of range", lambda: r[7])
    raises(TypeError, "range indices must be integers or slices, not str", lambda: r["a"])
    raises(ValueError, "range() arg 3 must not be zero", range, 1, 2, 0)
    raises(TypeError, "range expected at least 1 argument, got 0", range)
    raises(TypeError, "range() takes no keyword arguments", range, stop=3)
    raises(TypeError, "'float' object cannot be interpreted as an integer", range, 1.5)
    raises(ValueError, "7 is not in range", r.index, 7)
    assert range(0) == range(2, 1) and range(0, 3, 2) == range(0, 4, 2) and range(1) != range(2)
    assert hash(range(0)) == hash(range(5, 5)) and hash(range(0, 3, 2)) == hash(range(0, 4, 2))
    assert list(reversed(range(5))) == [4, 3, 2, 1, 0] and not range(0) and range(1)
    big = 1 << 70
    b = range(big, big + 10, 3)
    assert list(b) == [big, big + 3, big + 6, big + 9] and len(b) == 4 and b[-1] == big + 9 and big + 3 in b
    assert list(reversed(b)) == [big + 9, big + 6, big + 3, big]
    assert repr(b) == f"range({big}, {big + 10}, 3)" and b[1:3] == range(big + 3, big + 9, 3)
    raises(OverflowError, "Python int too large to convert to C ssize_t", len, range(big))
    near = (1 << 61) - 2
    assert list(range(near, near + 4)) == [near, near + 1, near + 2, near + 3]
    it = iter(range(10, 20, 2))
    assert it.__length_hint__() == 5 and next(it) == 10
    it.__setstate__(3)
    assert list(it) == [16, 18]
    s = slice(1, 10, 2)
    assert repr(s) == "slice(1, 10, 2)" and s.indices(6) == (1, 6, 2) and s == slice(1, 10, 2) and slice(None) != slice(1)
    assert slice(None, None, -1).indices(5) == (4, -1, -1) and slice(-3, None).indices(big) == (big - 3, big, 1)
    assert slice(5).stop == 5 and slice(5).start is None and slice(1, 2) < slice(1, 3)
    raises(TypeError, "unhashable type: 'slice'", hash, s)
    raises(ValueError, "slice step cannot be zero", slice(1, 2, 0).indices, 3)

main()
