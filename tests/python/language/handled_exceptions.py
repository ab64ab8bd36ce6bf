"""What is being handled inside generators and outside of them, whoever resumes them."""
import contextlib
import sys
import threading


def current():
    return type(sys.exc_info()[1]).__name__


@contextlib.contextmanager
def closing():
    try:
        yield
    finally:
        pass


def through_manager():
    with closing():
        raise AttributeError("x")


for _ in range(3):
    try:
        through_manager()
    except AttributeError as error:
        assert str(error) == "x"
assert current() == "NoneType"


def handles(seen):
    seen.append(current())
    try:
        1 / 0
    except ZeroDivisionError:
        seen.append(current())
        yield 1
        seen.append(current())
        try:
            raise ValueError
        except ValueError:
            seen.append(current())
            yield 2
            seen.append(current())
        seen.append(current())
        yield 3
    seen.append(current())
    yield 4


def resume(iterator, error):
    try:
        raise error
    except Exception:
        next(iterator, None)
        return current()


seen = []
iterator = handles(seen)
print(resume(iterator, KeyError()), resume(iterator, IndexError()))
next(iterator)
print(resume(iterator, OSError()), resume(iterator, TypeError()), current(), seen)


def reraises(error):
    try:
        raise error
    except Exception:
        yield current()
        yield current()
    yield current()


# The same exception handled inside and outside.
for stop in range(1, 4):
    try:
        raise KeyError("same")
    except KeyError as error:
        iterator = reraises(error)
        print([next(iterator) for _ in range(stop)])
    print(list(iterator), current())

# Left in the middle of a handler.
for _ in range(100):
    iterator = handles([])
    resume(iterator, KeyError())
    del iterator


def worker(results):
    for _ in range(200):
        seen = []
        iterator = handles(seen)
        for error in (KeyError, IndexError, OSError):
            resume(iterator, error())
        list(iterator)
        results.append(tuple(seen))


results = []
threads = [threading.Thread(target=worker, args=(results,)) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(results), set(results))
