def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, (str(error), text)
    else:
        raise AssertionError(f"{kind.__name__} not raised")

def main():
    s = {1, 2, 3}
    assert len(s) == 3 and 2 in s and 5 not in s
    s.add(4)
    s.discard(1)
    s.discard(100)
    s.remove(2)
    assert s == {3, 4}
    raises(KeyError, "100", s.remove, 100)
    raises(TypeError, "unhashable type: 'list'", s.add, [])
    raises(TypeError, "unhashable type: 'set'", hash, s)
    raises(KeyError, "'pop from an empty set'", set().pop)
    assert repr(set()) == "set()" and repr({1}) == "{1}" and repr(frozenset([1])) == "frozenset({1})"
    assert repr(frozenset()) == "frozenset()"
    a, b = {1, 2, 3}, {3, 4}
    assert a | b == {1, 2, 3, 4} and a & b == {3} and a - b == {1, 2} and a ^ b == {1, 2, 4}
    assert a.union([9], (8,)) == {1, 2, 3, 8, 9} and a.intersection([1], [1, 2]) == {1}
    assert a.difference([1], [2]) == {3} and a.symmetric_difference([3, 4]) == {1, 2, 4}
    raises(TypeError, "unsupported operand type(s) for |: 'set' and 'list'", lambda: a | [1])
    c = set(a)
    c |= b
    assert c == {1, 2, 3, 4}
    c &= {1, 2, 9}
    assert c == {1, 2}
    c -= {1}
    assert c == {2}
    c ^= {2, 5}
    assert c == {5}
    c.update([1], "ab")
    assert c == {5, 1, "a", "b"}
    c.intersection_update([5, "a"])
    assert c == {5, "a"}
    c.difference_update("a")
    c.symmetric_difference_update([7])
    assert c == {5, 7}
    assert {1, 2} < {1, 2, 3} and {1} <= {1} and not {1} < {1} and {1, 2} > {2} and {1, 2} >= {1, 2}
    assert {1, 2}.issubset([1, 2, 3]) and {1, 2}.issuperset([1]) and {1}.isdisjoint([2]) and not {1}.isdisjoint([1])
    assert frozenset([1, 2]) == {1, 2} and hash(frozenset([1, 2])) == hash(frozenset([2, 1]))
    assert type(frozenset([1]) | {2}) is frozenset and type({2} | frozenset([1])) is set
    assert frozenset([1]) in {frozenset([1])} and {1} in {frozenset([1])}
    nested = {frozenset([1])}
    nested.discard({1})
    assert nested == set()
    f = frozenset([1])
    assert frozenset(f) is f and f.copy() is f
    class S(set):
        pass
    assert repr(S([1])) == "S({1})" and type(S([1]) | {2}) is set and type(S().copy()) is set
    def grow():
        for item in a:
            a.add(item + 10)
    raises(RuntimeError, "Set changed size during iteration", grow)
    assert sorted(set("hello")) == ["e", "h", "l", "o"]
    assert set([1, 2]) == set((2, 1)) != {3}
    raises(TypeError, "set expected at most 1 argument, got 2", set, 1, 2)
    raises(TypeError, "set() takes no keyword arguments", set, x=1)
    s = set(range(1000))
    while s:
        s.pop()
    assert not s

main()
