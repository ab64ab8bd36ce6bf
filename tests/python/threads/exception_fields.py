"""The fields of exceptions, deleted; and changed by some threads while others show the exception."""
# One thread: it starts threads of its own
import threading

ROUNDS = 400
SAMPLES = [(OSError(2, "x", "y", None, "z"), ("errno", "strerror", "filename", "filename2")),
           (SyntaxError("m", ("f", 1, 2, "t")), ("msg", "filename", "lineno")), (ImportError("x", name="n"), ("msg", "name")),
           (KeyError("k"), ()), (ValueError("v"), ()), (ExceptionGroup("g", [ValueError(1)]), ()),
           (UnicodeDecodeError("utf-8", b"abc", 1, 2, "r"), ("object",))]

for error, names in SAMPLES:
    kind = type(error)
    for name in names:
        fresh = kind(2, "x", "y", None, "z") if isinstance(error, OSError) else kind(*error.args)
        delattr(fresh, name)
        delattr(fresh, name)
        print(name, getattr(fresh, name), str(fresh), repr(fresh))
    for name in ("args", "__cause__", "__context__", "__traceback__", "__suppress_context__"):
        try:
            delattr(error, name)
        except TypeError as problem:
            print(name, problem)


class Text:
    def __str__(self):
        return "".join(["te", "xt"])

    __repr__ = __str__


def change(error, names):
    for number in range(ROUNDS):
        error.args = (Text(),) if number % 2 else ([number], Text())
        for name in names:
            setattr(error, name, Text() if name != "object" else b"abc" * number)
        error.__suppress_context__ = number % 2 == 0


def show(error):
    for _ in range(ROUNDS):
        try:
            assert str(error) is not None and "(" in repr(error)
            error.__reduce__()
            error.__suppress_context__
        except TypeError:
            pass


threads = [threading.Thread(target=change, args=sample) for sample in SAMPLES]
threads += [threading.Thread(target=show, args=sample[:1]) for sample in SAMPLES]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("ok")
