"""Targets that are neighbouring local variables, and pairs that loops take apart at once."""


def swap(a, b):
    a, b = b, a
    return a, b


def chain(pair):
    a, b = pair
    b, a = a, b
    a, b = c = (b, a)
    return a, b, c


def from_itself(a):
    a, b = a
    return a, b


def keeps_on_failure(source):
    a = b = "old"
    try:
        a, b = source
    except Exception as error:
        return a, b, type(error).__name__, str(error)
    return a, b


class Noisy:
    alive = 0

    def __init__(self):
        Noisy.alive += 1

    def __del__(self):
        Noisy.alive -= 1


def replaces():
    a, b = Noisy(), Noisy()
    counts = [Noisy.alive]
    a, b = [1, 2]
    counts.append(Noisy.alive)
    a, b = iter([Noisy(), Noisy()])
    counts.append(Noisy.alive)
    a, b = a, None
    counts.append(Noisy.alive)
    return counts


def endless():
    n = 0
    while True:
        yield n
        n += 1


print(swap(1, 2), chain((1, 2)), from_itself([3, 4]))
for source in ((1,), (1, 2, 3), [1], iter("ab"), iter("a"), endless(), "xy", {5: 6, 7: 8}, 5):
    print(keeps_on_failure(source))
print(replaces(), Noisy.alive)


def cells(pair):
    a, b = pair
    return (lambda: a + b)()


def nested(items):
    return [(i, a, b) for i, (a, b) in enumerate(items)]


print(cells((1, 2)), nested([(1, 2), (3, 4)]))


def loops(mapping):
    seen = []
    for key, value in mapping.items():
        seen.append((key, value))
    for number, key in enumerate(mapping, 5):
        seen.append((number, key))
    for left, right in zip(mapping, mapping.values()):
        seen.append((left, right))
    for number, (left, right) in enumerate(zip("ab", "cd")):
        seen.append((number, left, right))
    for key, value in reversed(mapping.items()):
        seen.append((key, value))
    for a, b, c in zip("ab", "cd", "ef"):
        seen.append(a + b + c)
    return seen


print(loops({"a": 1, "b": 2, "c": 3}))
print({value: key for key, value in {"x": 1, "y": 2}.items()}, [a * b for a, b in zip([1, 2], [3, 4])])


def changed(mapping):
    try:
        for key, value in mapping.items():
            mapping[value] = key
    except RuntimeError as error:
        return str(error)


def uneven():
    try:
        for a, b in zip([1, 2], [1], strict=True):
            pass
    except ValueError as error:
        return a, b, str(error)


def raising():
    def source():
        yield 1
        raise LookupError("stop here")

    try:
        for number, item in enumerate(source()):
            pass
    except LookupError as error:
        return number, item, str(error)


def wrong_count():
    try:
        for a, b in [(1, 2), (1, 2, 3)]:
            pass
    except ValueError as error:
        return a, b, str(error)


print(changed({1: 2, 3: 4}), uneven(), raising(), wrong_count())
print([(n, c) for n, c in enumerate("ab", 2**62)], [(n, c) for n, c in enumerate("ab", 2**70)])


def empty():
    a = b = None
    for a, b in {}.items():
        pass
    for a, b in zip():
        pass
    for a, b in enumerate(()):
        pass
    return a, b


print(empty())
