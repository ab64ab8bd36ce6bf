"""How arguments find their parameters: by position, by name, from * and **, with defaults; and what is said when they do not."""
import itertools
import threading


def plain(a, b=2, c=3):
    return a, b, c


def positional_only(a, b=2, /, c=3):
    return a, b, c


def keyword_only(a, *, b, c=3):
    return a, b, c


def rest(a, b=2, *more):
    return a, b, more


def everything(a, /, b=2, *more, c, d=4, **others):
    return a, b, more, c, d, sorted(others.items())


def only_keywords(**others):
    return sorted(others.items())


class Thing:
    def __init__(self, a, b=2, *, c=3):
        self.values = a, b, c

    def method(self, a, b=2, *more, c=3, **others):
        return type(self) is Thing, a, b, more, c, sorted(others.items())

    def __call__(self, a, *more, **others):
        return a, more, sorted(others.items())


def outcome(call, *arguments, **named):
    try:
        result = call(*arguments, **named)
    except TypeError as error:
        return "TypeError", str(error)
    return result.values if isinstance(result, Thing) else result


def in_generator(call, arguments, named):
    """The same from a generator, whose frame is elsewhere."""
    try:
        yield call(*arguments, **named)
    except TypeError as error:
        yield "TypeError", str(error)


def all_combinations():
    thing = Thing(0)
    callables = [plain, positional_only, keyword_only, rest, everything, only_keywords, Thing, thing.method, thing,
                 Thing.method, lambda a, *, b=len: (a, b is len)]
    positions = [(), (1,), (1, 2), (1, 2, 3, 4, 5)]
    names = [{}, {"a": 11}, {"b": 12}, {"c": 13}, {"c": 13, "b": 12}, {"a": 11, "b": 12, "c": 13}, {"z": 9}, {"c": 1, "z": 9, "y": 8},
             {"a" + "bc"[:0]: 5}, {"self": 3, "a": 4}, {"others": 1, "c": 2}]
    lines = []
    for call, arguments, named in itertools.product(callables, positions, names):
        found = outcome(call, *arguments, **named)
        lines.append(found)
        again = next(in_generator(call, arguments, named))
        again = again.values if isinstance(again, Thing) else again
        assert found == again, (call, arguments, named, found, again)
    return lines


def written_out():
    thing = Thing(1, c=2)
    assert plain(1, c=5) == (1, 2, 5) and plain(c=1, a=2) == (2, 2, 1) and plain(b=1, c=2, a=3) == (3, 1, 2)
    assert keyword_only(1, b=2) == (1, 2, 3) and keyword_only(c=1, b=2, a=3) == (3, 2, 1)
    assert everything(1, c=2) == (1, 2, (), 2, 4, []) and everything(1, 2, 3, 4, c=5, e=6, a=7) == (1, 2, (3, 4), 5, 4, [("a", 7), ("e", 6)])
    assert thing.method(1, c=5, z=6) == (True, 1, 2, (), 5, [("z", 6)])
    assert thing(1, 2, b=3) == (1, (2,), [("b", 3)])
    assert Thing(5, c=6).values == (5, 2, 6)
    many = {f"name{i}": i for i in range(40)}
    assert only_keywords(**many) == sorted(many.items())
    assert everything(1, c=2, **many)[5] == sorted(many.items())
    assert plain(*range(3)) == (0, 1, 2) and plain(*[1], **{"c": 4}) == (1, 2, 4)
    assert rest(*range(1500))[2] == tuple(range(2, 1500))
    for wrong in (lambda: plain(**{1: 2}), lambda: plain(1, **5), lambda: plain(*5), lambda: plain(1, **{"a": 2}),
                  lambda: len(**{"x": 1}), lambda: plain(a=1, **{"a": 2})):
        try:
            wrong()
        except TypeError as error:
            print(error)
        else:
            raise AssertionError


def parameters_that_change():
    """A dict given with ** belongs to the caller: the callee has its own."""
    given = {"x": 1}

    def change(**named):
        named["y"] = 2
        given["z"] = 3
        return named

    assert change(**given) == {"x": 1, "y": 2} and given == {"x": 1, "z": 3}
    function = lambda a, b=1, *, c=2: (a, b, c)
    function.__defaults__ = (7, 8)
    function.__kwdefaults__ = {"c": 9}
    assert function() == (7, 8, 9)
    function.__defaults__ = None
    function.__kwdefaults__ = None
    assert outcome(function, 1)[0] == "TypeError" and function(1, b=2, c=3) == (1, 2, 3)


def shared_keywords():
    """Threads change the dict that others spread."""
    named, failures, done = {"a": 1, "b": 2}, [], threading.Event()

    def spread():
        try:
            for _ in range(3000):
                a, b, more, others = (lambda a, b=0, *more, **others: (a, b, more, others))(**named)
                assert a == 1 and b in (0, 2) and more == () and set(others) <= {"c", "d"}, (a, b, others)
                assert everything(0, 1, c=named)[3] is named
        except BaseException as error:
            failures.append(error)

    def change():
        while not done.is_set():
            named["c"] = [1]
            named["d"] = object()
            del named["c"], named["d"]

    changer = threading.Thread(target=change)
    spreaders = [threading.Thread(target=spread) for _ in range(3)]
    for thread in [changer, *spreaders]:
        thread.start()
    for thread in spreaders:
        thread.join()
    done.set()
    changer.join()
    assert not failures, failures


written_out()
parameters_that_change()
shared_keywords()
for line in all_combinations():
    print(line)
