"""Which exception is being handled, across generators, threads and exception groups."""
import sys
import threading


def outer_and_inner():
    try:
        raise KeyError("inner")
    except KeyError:
        yield sys.exception()
        yield sys.exception()
    yield sys.exception()


def drive(generator):
    """Each step while another exception is handled outside."""
    seen = []
    for number in range(3):
        try:
            raise ValueError(number)
        except ValueError:
            seen.append(repr(next(generator)))
            seen.append(repr(sys.exception()))
    return seen


print(drive(outer_and_inner()))
print(sys.exception())


def catches():
    while True:
        try:
            yield
        except Exception as error:
            yield error.__context__


generator = catches()
next(generator)
try:
    raise TypeError("outside")
except TypeError as outside:
    print(repr(generator.throw(ValueError("thrown"))))
del generator


def handles():
    try:
        raise IndexError("handled inside")
    except IndexError:
        try:
            yield
        except ValueError as error:
            yield error.__context__


generator = handles()
next(generator)
print(repr(generator.throw(ValueError("thrown"))))

results = {}


def work(number):
    for _ in range(200):
        results[number] = drive(outer_and_inner())


threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(results), all(value == results[0] for value in results.values()))

# A chain of contexts that runs in a circle.
a, b, c = Exception("a"), Exception("b"), Exception("c")
a.__context__, b.__context__ = b, a
try:
    try:
        raise a
    except Exception:
        raise c
except Exception as error:
    print(error.__context__ is a)

# Exception groups
print(ExceptionGroup.__mro__)
group = ExceptionGroup("g", [ValueError(1), TypeError(2), ExceptionGroup("h", [OSError(3), ValueError(4)])])
print(group.split(ValueError), group.subgroup(Exception) is group, BaseExceptionGroup("x", [ValueError()]))
try:
    ExceptionGroup("x", [KeyboardInterrupt()])
except TypeError as error:
    print(error)
