"""Patterns of classes, mappings and sequences: what is bound, what is asked, and what is left behind when they fail."""
import gc
import threading
import weakref


class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


class Asked:
    """Attributes that code answers for."""
    __match_args__ = ("one", "two", "missing")
    log = []

    def __getattr__(self, name):
        self.log.append(name)
        if name == "missing":
            raise AttributeError(name)
        return name.upper()

    @property
    def held(self):
        return "held"


class Mapping(dict):
    def get(self, key, default=None):
        return ("got", key) if key != "none" else default


def kind(subject):
    match subject:
        case None | True | False as single: return "single", single
        case 0 | 1: return "small", subject
        case -5 | 1.5 | "text" | b"bytes": return "constant", subject
        case 70000 | 10000000000: raise AssertionError
        case _: return "other", subject


def described(subject):
    match subject:
        case int(n) if n > 100: return "large", n
        case bool() | str(): return "bool or str"
        case int(n) | float(n): return "number", n
        case Point(0, 0): return "origin"
        case Point(x=0, y=y): return "on y", y
        case Point(x, Point(y, z) as inner) as outer: return "nested", x, y, z, inner is outer.y
        case Point(x, y): return "point", x, y
        case {"kind": "a", "value": v, **rest}: return "a", v, rest
        case {"kind": k}: return "kind", k
        case {}: return "mapping", sorted(subject)
        case []: return "empty"
        case [one]: return "one", one
        case [Point(x=a), *_, Point(y=b)]: return "ends", a, b
        case [1, *middle, 9]: return "between", middle
        case [first, (second, third), *others]: return "pairs", first, second, third, others
        case (a, b) | [a, _, b]: return "two or three", a, b
        case [*everything]: return "all", everything
    return "nothing"


def same_name_twice(subject):
    match subject:
        case (x as y): return x, y


def in_a_class_body():
    class Body:
        match (1, {"k": [2, 3]}):
            case (a, {"k": [b, c]}):
                pass
    return Body.a, Body.b, Body.c


def captured():
    match [1, 2]:
        case [a, b]:
            def inner():
                return a, b
    return inner()


def complaints():
    class Wrong:
        __match_args__ = ["x"]

    class Numbers:
        __match_args__ = (1,)

    class Twice:
        __match_args__ = ("x", "x")
        x = 1

    def wrong(subject, number):
        match number:
            case 0:
                match subject:
                    case Wrong(a): pass
            case 1:
                match subject:
                    case Numbers(a): pass
            case 2:
                match subject:
                    case Twice(a, b): pass
            case 3:
                match subject:
                    case Point(a, x=b): pass
            case 4:
                match subject:
                    case Point(a, b, c): pass
            case 5:
                match subject:
                    case int(a, b): pass
            case 6:
                match subject:
                    case len(): pass
            case 7:
                match subject:
                    case Mapping.one: pass
        return "no complaint"

    Mapping.one = 1
    for number, subject in enumerate((Wrong(), Numbers(), Twice(), Point(1, 2), Point(1, 2), 3, 4, 5)):
        try:
            print(wrong(subject, number))
        except TypeError as error:
            print(error)


class Keys:
    first, second = "a", "a"


def repeated_keys(subject):
    match subject:
        case {Keys.first: x, Keys.second: y}: return x, y
    return None


def left_behind():
    """What a failed pattern took is given back."""
    class Held:
        pass

    point, seen = Point(Held(), Held()), []
    for part in (point.x, point.y):
        seen.append(weakref.ref(part))
    for subject in (point, {"k": point.x, "l": point.y}, [point.x, point.y]):
        match subject:
            case Point(a, 5) | {"k": a, "l": 5} | [a, 5]: raise AssertionError
            case Point(5, b) | {"k": 5, "l": b} | [5, b]: raise AssertionError
            case Point(_, _, ) | {"k": _} | [_, _]: pass
    del point, part, subject
    gc.collect()
    assert [reference() for reference in seen] == [None, None], seen


def in_threads():
    subjects = [Point(1, 2), {"kind": "a", "value": 3, "more": 4}, [1, (2, 3), 4], Point(0, 5), "text", 7]
    wanted = [described(subject) for subject in subjects]
    failures = []

    def work():
        try:
            for _ in range(300):
                assert [described(subject) for subject in subjects] == wanted
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures


for value in (None, True, False, 0, 1, 1.0, -5, 1.5, "text", b"bytes", 2, "x", [1]):
    print(kind(value))
for value in (101, True, "s", 5, 2.5, Point(0, 0), Point(0, 3), Point(4, 5), Point(1, Point(2, 3)), {"kind": "a", "value": 1, "z": 2},
              {"kind": "b"}, {}, {"q": 1}, [], (), [1], [Point(1, 2), 5, Point(3, 4)], [1, 5, 6, 9], [5, (6, 7)], [5, (6, 7), 8], [1, 2],
              (1, 2, 3), [1, 2, 3, 4], {1, 2}, Mapping(kind=1), None):
    print(described(value))
match Asked():
    case Asked("ONE", two="x"): raise AssertionError
    case Asked(a, b, c): raise AssertionError
    case Asked(a, held=h, other=o): print(a, h, o, Asked.log)
match Mapping(x=1, y=2):
    case {"none": _} | {"x": _, "y": _, "z": _}: raise AssertionError
    case {"x": (a, b), "y": y}: print(a, b, y)
print(same_name_twice(5), in_a_class_body(), captured())
complaints()
try:
    repeated_keys({"a": 1, "b": 2})
except ValueError as error:
    print(error)
left_behind()
in_threads()
