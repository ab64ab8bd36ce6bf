def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, (str(error), text)
    else:
        raise AssertionError(f"{kind.__name__} not raised")

class Key:
    def __init__(self, n):
        self.n = n
    def __hash__(self):
        return self.n % 3
    def __eq__(self, other):
        return isinstance(other, Key) and self.n == other.n

def main():
    d = {"a": 1, "b": 2}
    assert repr(d) == "{'a': 1, 'b': 2}" and len(d) == 2 and d["a"] == 1
    d["c"] = 3
    del d["a"]
    assert list(d) == ["b", "c"] and "a" not in d and "b" in d
    raises(KeyError, "'a'", lambda: d["a"])
    raises(KeyError, "'a'", lambda: d.pop("a"))
    raises(TypeError, "unhashable type: 'list'", lambda: d[[]])
    raises(TypeError, "unhashable type: 'dict'", hash, d)
    assert d.get("a") is None and d.get("a", 5) == 5 and d.get("b") == 2
    assert d.pop("b") == 2 and d.pop("b", None) is None
    assert d.setdefault("x", []) == [] and d.setdefault("x", 1) == [] and d.setdefault("y") is None
    assert d.popitem() == ("y", None)
    d.clear()
    assert d == {} and not d
    raises(KeyError, "'popitem(): dictionary is empty'", d.popitem)
    assert dict([(1, 2), (3, 4)]) == {1: 2, 3: 4} == dict({1: 2, 3: 4}) == dict(zip([1, 3], [2, 4]))
    assert dict(a=1, b=2) == {"a": 1, "b": 2} == dict([("a", 0)], a=1, b=2)
    raises(TypeError, "dict expected at most 1 argument, got 2", dict, 1, 2)
    raises(TypeError, "update expected at most 1 argument, got 2", {}.update, 1, 2)
    raises(TypeError, "'int' object is not iterable", dict, 1)
    raises(TypeError, "cannot convert dictionary update sequence element #0 to a sequence", dict, [1])
    raises(ValueError, "dictionary update sequence element #1 has length 3; 2 is required", dict, [(1, 2), (1, 2, 3)])
    d = {1: 2}
    d.update({3: 4}, x=5)
    assert d == {1: 2, 3: 4, "x": 5}
    class M:
        def keys(self):
            return ["k"]
        def __getitem__(self, key):
            return key * 2
    d.update(M())
    assert d["k"] == "kk" and dict(M()) == {"k": "kk"}
    assert {1: 2} | {3: 4} == {1: 2, 3: 4}
    d = {1: 1}
    d |= [(2, 2)]
    assert d == {1: 1, 2: 2}
    raises(TypeError, "unsupported operand type(s) for |: 'dict' and 'list'", lambda: {} | [])
    assert dict.fromkeys("ab") == {"a": None, "b": None} and dict.fromkeys({1, 2}, 0) == {1: 0, 2: 0}
    assert {1: 2} != {1: 3} and {1: 2} == {1.0: 2} and {1: 2} != 1
    raises(TypeError, "'<' not supported between instances of 'dict' and 'dict'", lambda: {} < {})
    d = {}
    d["self"] = d
    assert repr(d) == "{'self': {...}}"
    assert list(reversed({1: 2, 3: 4})) == [3, 1]
    # many keys, collisions, deletions
    d = {}
    for i in range(2000):
        d[Key(i)] = i
    assert len(d) == 2000 and all(d[Key(i)] == i for i in range(0, 2000, 97))
    for i in range(0, 2000, 2):
        del d[Key(i)]
    assert len(d) == 1000 and [k.n for k in d] == list(range(1, 2000, 2))
    c = d.copy()
    assert c == d and c is not d
    while d:
        d.popitem()
    assert len(c) == 1000 and not d
    # views
    d = {"a": 1, "b": 2}
    k, v, i = d.keys(), d.values(), d.items()
    assert repr(k) == "dict_keys(['a', 'b'])" and repr(v) == "dict_values([1, 2])"
    assert repr(i) == "dict_items([('a', 1), ('b', 2)])"
    assert "a" in k and ("a", 1) in i and ("a", 2) not in i and 2 in v and len(k) == 2
    assert k & {"a", "z"} == {"a"} and k | ["z"] == {"a", "b", "z"} and k - ["a"] == {"b"} and k ^ {"a", "q"} == {"b", "q"}
    assert {"a", "b"} == k and k == {"a": 0, "b": 0}.keys() and k < {"a", "b", "c"} and k <= {"a", "b"} and not k > {"a"} | k
    assert i == {("a", 1), ("b", 2)} and k.isdisjoint(["z"]) and not k.isdisjoint(["a"])
    assert list(reversed(k)) == ["b", "a"] and list(reversed(v)) == [2, 1] and list(reversed(i)) == [("b", 2), ("a", 1)]
    assert k.mapping["a"] == 1 and {"a"} | k == {"a", "b"}
    d["c"] = 3
    assert list(k) == ["a", "b", "c"] and list(v) == [1, 2, 3]
    def grow():
        for key in d:
            d[key + key] = 0
    raises(RuntimeError, "dictionary changed size during iteration", grow)
    class Missing(dict):
        def __missing__(self, key):
            return "no " + key
    assert Missing()["x"] == "no x" and Missing(x=1)["x"] == 1
    raises(KeyError, "'x'", dict.__getitem__, {}, "x")
    p = type(Missing.__dict__)({1: 2})
    assert repr(p) == "mappingproxy({1: 2})" and p[1] == 2 and list(p) == [1] and p.get(5) is None and len(p) == 1
    assert p | {3: 4} == {1: 2, 3: 4} and p == {1: 2} and list(p.items()) == [(1, 2)]
    def store():
        p[1] = 1
    raises(TypeError, "'mappingproxy' object does not support item assignment", store)
    it = iter({1: 2, 3: 4}.items())
    assert it.__length_hint__() == 2 and next(it) == (1, 2) and it.__length_hint__() == 1

main()
