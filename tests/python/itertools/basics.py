from itertools import *

def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, (str(error), text)
    else:
        raise AssertionError(f"{kind.__name__} not raised")

def copy_of(iterator):
    """What unpickling makes of an iterator."""
    reduced = iterator.__reduce__()
    result = reduced[0](*reduced[1])
    if len(reduced) > 2 and reduced[2] is not None:
        result.__setstate__(reduced[2])
    return result

def main():
    assert list(islice(count(), 3)) == [0, 1, 2] and list(islice(count(5, 2), 3)) == [5, 7, 9]
    assert list(islice(count(1.5, 0.5), 2)) == [1.5, 2.0] and repr(count(3)) == "count(3)" and repr(count(1, 2)) == "count(1, 2)"
    big = 1 << 70
    assert list(islice(count(big), 2)) == [big, big + 1]
    raises(TypeError, "a number is required", count, "a")
    assert list(repeat("x", 3)) == ["x"] * 3 and list(repeat(1, -5)) == [] and repr(repeat(1, 2)) == "repeat(1, 2)"
    assert list(islice(cycle("ab"), 5)) == list("ababa") and list(cycle([])) == []
    assert list(accumulate([1, 2, 3])) == [1, 3, 6] and list(accumulate([1, 2, 3], lambda a, b: a * b)) == [1, 2, 6]
    assert list(accumulate([1, 2], initial=10)) == [10, 11, 13] and list(accumulate([])) == []
    assert list(chain("ab", [1])) == ["a", "b", 1] and list(chain.from_iterable(["ab", "c"])) == ["a", "b", "c"] and list(chain()) == []
    assert list(compress("abcd", [1, 0, 1, 1])) == ["a", "c", "d"]
    assert list(dropwhile(lambda x: x < 3, [1, 3, 2])) == [3, 2] and list(takewhile(lambda x: x < 3, [1, 3, 2])) == [1]
    assert list(filterfalse(None, [0, 1, "", 2])) == [0, ""] and list(filterfalse(lambda x: x % 2, range(5))) == [0, 2, 4]
    assert list(starmap(pow, [(2, 3), (3, 2)])) == [8, 9]
    assert list(islice(range(10), 2, 8, 3)) == [2, 5] and list(islice("abc", None)) == ["a", "b", "c"] and list(islice("abc", 1, None)) == ["b", "c"]
    it = iter(range(10))
    assert list(islice(it, 3, 3)) == [] and next(it) == 3
    it = iter(range(10))
    assert list(islice(it, 1, 5, 3)) == [1, 4] and next(it) == 5
    raises(ValueError, "Step for islice() must be a positive integer or None.", islice, [], 1, 2, 0)
    raises(ValueError, "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.", islice, [], -1)
    raises(ValueError, "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.", islice, [], "a", 2)
    raises(TypeError, "islice expected at least 2 arguments, got 1", islice, [])
    assert list(zip_longest("ab", [1], fillvalue="-")) == [("a", 1), ("b", "-")] and list(zip_longest()) == []
    assert list(pairwise("abcd")) == [("a", "b"), ("b", "c"), ("c", "d")] and list(pairwise("a")) == []
    groups = [(k, list(g)) for k, g in groupby("aabbba")]
    assert groups == [("a", ["a", "a"]), ("b", ["b"] * 3), ("a", ["a"])]
    assert [k for k, g in groupby("aabbba")] == ["a", "b", "a"]
    assert [(k, list(g)) for k, g in groupby(range(6), key=lambda x: x // 3)] == [(0, [0, 1, 2]), (1, [3, 4, 5])]
    old = [g for k, g in groupby("aab")]
    assert [list(g) for g in old] == [[], []] or [list(g) for g in old] == [[], ["b"]]
    a, b = tee(range(200))
    assert list(a) == list(range(200)) == list(b) and tee([], 0) == ()
    a, b, c = tee("abc", 3)
    assert next(a) == "a" and next(a) == "b" and next(b) == "a" and list(c) == ["a", "b", "c"] and list(a) == ["c"] and list(b) == ["b", "c"]
    raises(ValueError, "n must be >= 0", tee, [], -1)
    assert list(product("ab", [1, 2])) == [("a", 1), ("a", 2), ("b", 1), ("b", 2)] and list(product()) == [()]
    assert list(product("ab", repeat=2)) == [("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")] and list(product("ab", [])) == []
    assert list(permutations("abc", 2)) == [("a", "b"), ("a", "c"), ("b", "a"), ("b", "c"), ("c", "a"), ("c", "b")]
    assert len(list(permutations(range(5)))) == 120 and list(permutations([], 0)) == [()] and list(permutations("a", 2)) == []
    assert list(combinations("abcd", 2)) == [("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d")]
    assert list(combinations("ab", 3)) == [] and list(combinations("ab", 0)) == [()]
    assert list(combinations_with_replacement("ab", 2)) == [("a", "a"), ("a", "b"), ("b", "b")]
    assert list(combinations_with_replacement([], 2)) == [] and list(combinations_with_replacement([], 0)) == [()]
    raises(ValueError, "r must be non-negative", combinations, [], -1)
    makers = [
        lambda: product("abc", [1, 2]), lambda: permutations("abcd", 3), lambda: combinations("abcde", 3),
        lambda: combinations_with_replacement("abc", 2), lambda: chain("abc", "de"), lambda: islice(range(20), 2, 15, 3),
        lambda: repeat(1, 5), lambda: accumulate([1, 2, 3, 4]), lambda: compress("abcd", [1, 1, 0, 1]),
        lambda: zip_longest("abc", "d"), lambda: starmap(pow, [(1, 2), (2, 3), (3, 4)]),
        lambda: takewhile(lambda x: x < 3, [1, 2, 3, 4]), lambda: filterfalse(None, [0, 0, 1, 0]),
    ]
    for make in makers:
        expected = list(make())
        for consumed in range(len(expected) + 1):
            it = make()
            for _ in range(consumed):
                next(it)
            try:
                again = copy_of(it)
            except AttributeError:
                continue
            assert list(again) == expected[consumed:], (it, consumed)

main()
