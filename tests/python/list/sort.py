# list.sort and sorted: order, stability, keys, errors, changes during the sort.
def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert text in str(error), (str(error), text)
    else:
        raise AssertionError(f"{kind.__name__} not raised")

def random_numbers(count, modulus, seed=12345):
    state = seed
    for _ in range(count):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        yield (state >> 8) % modulus

def insertion_sorted(items, key=lambda x: x):
    result = []
    for item in items:
        k = key(item)
        low, high = 0, len(result)
        while low < high:
            middle = (low + high) // 2
            if k < key(result[middle]):
                high = middle
            else:
                low = middle + 1
        result.insert(low, item)
    return result

def check(items):
    expected = insertion_sorted(items)
    assert sorted(items) == expected
    pairs = [(item, number) for number, item in enumerate(items)]
    by_key = sorted(pairs, key=lambda pair: pair[0])
    assert by_key == insertion_sorted(pairs, key=lambda pair: pair[0])
    assert sorted(pairs) == by_key
    down = sorted(pairs, key=lambda pair: pair[0], reverse=True)
    assert [p[0] for p in down] == expected[::-1]
    for a, b in zip(down, down[1:]):
        assert a[0] != b[0] or a[1] < b[1]  # stable

def main():
    for count in (0, 1, 2, 3, 10, 31, 32, 63, 64, 65, 100, 500, 1500):
        for modulus in (2, 10, 1 << 20):
            numbers = list(random_numbers(count, modulus))
            check(numbers)
            check([float(n) for n in numbers])
            check([str(n) for n in numbers])
            check([n if n % 2 else n + 0.5 for n in numbers])
            check([10**30 + n for n in numbers])
        check(list(range(count)))
        check(list(range(count))[::-1])
        check(list(range(count)) + list(range(count // 2)) + list(range(count))[::-1])
        check([i % 7 for i in range(count)])
        check([i // 10 for i in range(count)])
    x = [3, 1, 2]
    assert x.sort() is None and x == [1, 2, 3]
    x.sort(reverse=True)
    assert x == [3, 2, 1]
    raises(TypeError, "'<' not supported between instances of 'str' and 'int'", [1, "a"].sort)
    raises(TypeError, "sort() takes no positional arguments", x.sort, 1)
    x = [3, 1, 2]
    def fail(item):
        raise KeyError(item)
    raises(KeyError, "3", x.sort, key=fail)
    assert x == [3, 1, 2]
    class Less:
        def __init__(self, n):
            self.n = n
        def __lt__(self, other):
            if self.n == 7 and other.n == 3:
                raise ZeroDivisionError("boom")
            return self.n < other.n
    items = [Less(n) for n in random_numbers(200, 10)]
    before = list(items)
    raises(ZeroDivisionError, "boom", items.sort)
    assert len(items) == 200 and sorted(map(id, items)) == sorted(map(id, before))
    seen = []
    x = [3, 1, 2]
    def key(item):
        seen.append(len(x))
        return item
    x.sort(key=key)
    assert seen == [0, 0, 0] and x == [1, 2, 3]
    def key(item):
        x.append(item)
        return item
    raises(ValueError, "list modified during sort", x.sort, key=key)
    assert x == [1, 2, 3]
    x = ["b", "\u20ac", "a", "\U0001F600", "aa", ""]
    assert sorted(x) == ["", "a", "aa", "b", "\u20ac", "\U0001F600"]
    assert sorted([True, False, 2, -1]) == [-1, False, True, 2]
    assert sorted([(1, "b"), (1, "a"), (0,)]) == [(0,), (1, "a"), (1, "b")]
    nan = float("nan")
    assert len(sorted([nan, 1.0, nan, 0.5])) == 4
    assert sorted({3: 1, 1: 2}) == [1, 3]
    assert sorted("hello", key=str.upper, reverse=True) == ["o", "l", "l", "h", "e"]

main()
