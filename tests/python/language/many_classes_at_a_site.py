"""A call site that meets many classes, whose methods change; classes in tuples; special methods called from native code."""
import threading


def make(number):
    class Some:
        def __init__(self):
            self.number = number

        def name(self):
            return number

        def __eq__(self, other):
            return self.number == other.number

        def __hash__(self):
            return hash(self.number)

        def __lt__(self, other):
            return self.number < other.number

        def __contains__(self, item):
            return item == self.number

    return Some


classes = [make(number) for number in range(12)]


def names(objects):
    return [one.name() for one in objects]


objects = [one() for one in classes]
for _ in range(20):
    assert names(objects) == list(range(12))
classes[3].name = lambda self: "changed"
objects[5].name = lambda: "own"
classes[7].name = classmethod(lambda cls: cls is classes[7])
classes[8].name = staticmethod(lambda: "static")
classes[9].name = property(lambda self: lambda: "property")
del classes[10].name
try:
    names(objects)
except AttributeError as error:
    print(error)
classes[10].__getattr__ = lambda self, name: lambda: "asked for " + name
print(names(objects), [one.upper() if isinstance(one, str) else one for one in ("a", 1)])
mixed = objects[:2] + [type("T", (), {"name": lambda self: "t"})()] + [type("M", (), {})]
mixed[3].name = staticmethod(lambda: "class")
print(names(mixed))

print(sorted(objects, reverse=True)[0].number, objects.index(make(4)()), {one: one.number for one in objects}[make(6)()], 5 in objects[5])


# isinstance with several classes.
class Odd(type):
    asked = []

    def __instancecheck__(cls, instance):
        cls.asked.append(cls.__name__)
        return cls.__name__ == "Yes"


class Yes(metaclass=Odd): pass
class No(metaclass=Odd): pass
class Lies:
    __class__ = property(lambda self: int)


print(isinstance(1, (str, int)), isinstance(True, (str, int, No)), Odd.asked)
print(isinstance(1, (No, str, Yes, 5)), isinstance(1, (No, int)), Odd.asked)
print(isinstance(Lies(), (str, int)), isinstance(Lies(), (str, Lies)), isinstance(1, (str, (bytes, (int,)))), isinstance(1, ()))
for wrong in ((str, 5), (5, int), (int, 5), 5):
    try:
        print(isinstance(1, wrong))
    except TypeError as error:
        print(error)


# Threads at one site while the classes change.
def race():
    done, failures = threading.Event(), []

    def reader():
        try:
            for _ in range(400):
                for one in names(objects[:3]):
                    assert one in (0, 1, 2, "new"), one
        except BaseException as error:
            failures.append(error)

    def writer():
        original = classes[1].name
        while not done.is_set():
            classes[1].name = lambda self: "new"
            classes[1].name = original

    changer = threading.Thread(target=writer)
    readers = [threading.Thread(target=reader) for _ in range(3)]
    for thread in [changer, *readers]:
        thread.start()
    for thread in readers:
        thread.join()
    done.set()
    changer.join()
    assert not failures, failures


race()
