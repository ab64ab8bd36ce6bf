def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, (str(error), text)
    else:
        raise AssertionError(f"{kind.__name__} not raised")

class Stream:
    def __init__(self):
        self.parts = []
        self.flushed = 0
    def write(self, text):
        self.parts.append(text)
    def flush(self):
        self.flushed += 1

def main():
    assert abs(-3) == 3 and abs(-2.5) == 2.5 and abs(3 + 4j) == 5
    raises(TypeError, "bad operand type for abs(): 'str'", abs, "a")
    assert all([1, 2]) and not all([1, 0]) and any([0, 1]) and not any([]) and all([])
    assert bin(10) == "0b1010" and bin(-5) == "-0b101" and hex(255) == "0xff" and oct(8) == "0o10" and hex(-(1 << 70)) == "-0x400000000000000000"
    assert bin(0) == "0b0" and bin(True) == "0b1"
    assert chr(97) == "a" and chr(0x1F600) == "\U0001F600" and ord("a") == 97 and ord(b"a") == 97
    raises(ValueError, "chr() arg not in range(0x110000)", chr, -1)
    raises(TypeError, "ord() expected a character, but string of length 2 found", ord, "ab")
    raises(TypeError, "ord() expected string of length 1, but int found", ord, 1)
    assert ascii("\u20ac") == "'\\u20ac'" and callable(len) and not callable(1) and callable(int)
    assert divmod(7, 2) == (3, 1) and divmod(-7, 2) == (-4, 1) and divmod(7.5, 2) == (3.0, 1.5)
    assert pow(2, 10) == 1024 and pow(3, 4, 5) == 1 and pow(2, -1) == 0.5 and pow(base=2, exp=3) == 8 and pow(3, -1, 7) == 5
    assert round(2.5) == 2 and round(2.567, 2) == 2.57 and round(1234, -2) == 1200 and round(number=2.7) == 3
    raises(TypeError, "type list doesn't define __round__ method", round, [])
    assert format(255, "x") == "ff" and format("a", ">3") == "  a" and format(3) == "3"
    assert len("abc") == 3
    raises(TypeError, "object of type 'int' has no len()", len, 1)
    assert max(1, 3, 2) == 3 and min([3, 1, 2]) == 1 and max("abc", key=lambda c: -ord(c)) == "a" and max([], default=5) == 5
    raises(ValueError, "max() arg is an empty sequence", max, [])
    raises(TypeError, "max expected at least 1 argument, got 0", max)
    raises(TypeError, "Cannot specify a default for min() with multiple positional arguments", lambda: min(1, 2, default=3))
    raises(TypeError, "'int' object is not iterable", max, 1)
    assert sum([1, 2, 3]) == 6 and sum([0.5, 0.5]) == 1.0 and sum([[1], [2]], []) == [1, 2] and sum([1], start=10) == 11
    assert sum([1 << 60, 1 << 60, 1 << 60]) == 3 << 60
    raises(TypeError, "sum() can't sum strings [use ''.join(seq) instead]", sum, ["a"], "")
    raises(TypeError, "unsupported operand type(s) for +: 'int' and 'str'", sum, ["a"])
    class A:
        x = 1
        def __init__(self):
            self.y = 2
    a = A()
    assert getattr(a, "x") == 1 and getattr(a, "z", 7) == 7 and hasattr(a, "y") and not hasattr(a, "z")
    setattr(a, "z", 3)
    assert a.z == 3 and vars(a) == {"y": 2, "z": 3}
    delattr(a, "z")
    assert not hasattr(a, "z")
    raises(AttributeError, "'A' object has no attribute 'z'", getattr, a, "z")
    raises(TypeError, "attribute name must be string, not 'int'", getattr, a, 1)
    raises(TypeError, "vars() argument must have __dict__ attribute", vars, 1)
    assert "x" in dir(a) and "y" in dir(a) and dir(a) == sorted(dir(a))
    local = 1
    assert "local" in dir() and "a" in vars()
    assert isinstance(1, int) and isinstance(True, (str, int)) and issubclass(bool, int) and not issubclass(int, str)
    assert id(a) == id(a) and id(1) != id(2) and hash(1) == hash(1.0) == hash(True)
    assert repr("a'b") == '"a\'b"'
    out = Stream()
    print(1, "a", [2], file=out)
    print(1, 2, sep="-", end="!", file=out, flush=True)
    print(file=out)
    assert "".join(out.parts) == "1 a [2]\n1-2!\n" and out.flushed == 1
    raises(TypeError, "sep must be None or a string, not int", lambda: print(1, sep=1, file=out))
    # classes
    class Meta(type):
        @classmethod
        def __prepare__(mcls, name, bases, **kw):
            return {"prepared": (name, len(bases), tuple(kw))}
        def __new__(mcls, name, bases, ns, **kw):
            return super().__new__(mcls, name, bases, ns)
        def __init__(cls, name, bases, ns, **kw):
            pass
    class B(A, metaclass=Meta, option=1):
        def me(self):
            return __class__
    assert B.prepared == ("B", 1, ("option",)) and type(B) is Meta and B().me() is B
    class C(B):
        pass
    assert type(C) is Meta
    class Entry:
        def __mro_entries__(self, bases):
            return (A,)
    class D(Entry()):
        pass
    assert D.__bases__ == (A,) and len(D.__orig_bases__) == 1
    class Meta2(type):
        pass
    def conflict():
        class E(B, metaclass=Meta2):
            pass
    raises(TypeError, "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases", conflict)
    def recipe(*args, **kwargs):
        return args[0], args[1], kwargs
    class F(A, metaclass=recipe, z=1):
        pass
    assert F == ("F", (A,), {"z": 1})

main()
