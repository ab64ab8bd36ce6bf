"""Deleted attributes: the others keep their values and order, and a new one comes last."""
import gc
import random
import threading


class Bag:
    def __init__(self, count=0):
        for index in range(count):
            setattr(self, f"a{index}", index)


def check(count, deletions):
    bag, model = Bag(count), {f"a{i}": i for i in range(count)}
    random_numbers = random.Random(count)
    for step in range(deletions):
        name = f"a{random_numbers.randrange(count)}"
        if name in model:
            delattr(bag, name)
            del model[name]
            assert not hasattr(bag, name)
        else:
            value = [step]
            setattr(bag, name, value)
            model[name] = value
            value = None
        for key in model:
            assert getattr(bag, key) is model[key]
    assert list(vars(bag).items()) == list(model.items()), (vars(bag), model)


for count in (1, 2, 3, 5, 8, 13, 30, 100):
    check(count, 40)


class Closing:
    deleted = []

    def __init__(self, name):
        self.name = name

    def __del__(self):
        Closing.deleted.append(self.name)


# What a deletion drops may look at the object, which is whole again by then.
class Looking:
    def __init__(self, owner):
        self.owner = owner

    def __del__(self):
        Closing.deleted.append((self.owner.first, self.owner.last, hasattr(self.owner, "middle")))


def look():
    bag = Bag()
    bag.first, bag.middle, bag.last = 1, Looking(bag), 3
    del bag.middle
    gc.collect()
    assert Closing.deleted == [(1, 3, False)], Closing.deleted
    try:
        del bag.middle
    except AttributeError as error:
        assert str(error).endswith("no attribute 'middle'"), error
    else:
        raise AssertionError
    return bag


bag = look()
bag.middle = 2
assert list(vars(bag)) == ["first", "last", "middle"]


class Slotted:
    __slots__ = ("x", "__dict__")


slotted = Slotted()
slotted.x, slotted.y, slotted.z = 1, 2, 3
del slotted.y
assert slotted.x == 1 and slotted.z == 3 and not hasattr(slotted, "y") and slotted.__dict__ == {"z": 3}


# Sites that cached the place of an attribute.
def read(bag):
    return bag.b


def write(bag, value):
    bag.b = value


for _ in range(200):
    bag = Bag()
    bag.a, bag.b, bag.c = 1, 2, 3
    assert read(bag) == 2
    del bag.a
    assert read(bag) == 2
    write(bag, 5)
    assert read(bag) == 5 and bag.c == 3
    del bag.b
    try:
        read(bag)
    except AttributeError:
        pass
    else:
        raise AssertionError
    write(bag, 6)
    assert list(vars(bag).items()) == [("c", 3), ("b", 6)]

# In many threads: an object of each thread's own, and one that all delete from.
shared = Bag(40)
errors = []


def work(number):
    try:
        for _ in range(50):
            bag = Bag(6)
            del bag.a1, bag.a5
            bag.a1 = 9
            assert list(vars(bag).items()) == [("a0", 0), ("a2", 2), ("a3", 3), ("a4", 4), ("a1", 9)]
        for index in range(40):
            try:
                delattr(shared, f"a{index}")
            except AttributeError:
                pass
            setattr(shared, f"b{number}", index)
            assert getattr(shared, f"b{number}") == index
    except Exception as error:
        errors.append(error)


threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not errors, errors
assert sorted(vars(shared)) == ["b0", "b1", "b2", "b3"], vars(shared)
print("ok")
