"""Methods of streams and iterators that native code calls by name: whatever an object has under the name is called."""
import io
import operator
import threading


class Upper(io.StringIO):
    def write(self, text):
        return super().write(text.upper())


class Asked:
    """Every attribute is made by __getattribute__."""

    def __getattribute__(self, name):
        if name == "write":
            return lambda text: print("asked to write", text)
        return object.__getattribute__(self, name)


class Raw(io.RawIOBase):
    log = []

    def write(self, data):
        self.log.append(bytes(data))

    def writable(self):
        return True


def test_overridden():
    stream = Upper()
    stream.writelines(["a", "b"])
    assert stream.getvalue() == "AB"
    raw = Raw()
    raw.writelines([b"1", b"2"])
    raw.write = lambda data: raw.log.append(b"own " + data)
    raw.writelines([b"3"])
    Raw.write = staticmethod(lambda data: Raw.log.append(b"static"))
    del raw.write
    raw.writelines([b"4"])
    assert Raw.log == [b"1", b"2", b"own 3", b"static"], Raw.log
    print("x", file=Asked())


def test_closed_and_detached(tmp="stream_methods.tmp"):
    stream = io.TextIOWrapper(io.BytesIO(b"one\ntwo\r\nthree"))
    assert next(stream) == "one\n"
    stream.close()
    for call in [lambda: next(stream), lambda: stream.write("x"), stream.readline, stream.readlines]:
        try:
            call()
        except ValueError as error:
            print(error)
    for wrong in [5, b"x", None]:
        try:
            stream.write(wrong)
        except (TypeError, ValueError) as error:
            print(type(error).__name__, error)
    stream = io.TextIOWrapper(io.BytesIO())
    stream.detach()
    try:
        next(stream)
    except ValueError as error:
        print(error)


def test_hints():
    class Hinted:
        def __init__(self, hint):
            self.hint = hint

        def __iter__(self):
            return iter((1, 2, 3))

        def __length_hint__(self):
            if isinstance(self.hint, Exception):
                raise self.hint
            return self.hint

    assert list(Hinted(5)) == list(Hinted(NotImplemented)) == list(Hinted(TypeError())) == [1, 2, 3]
    assert operator.length_hint(Hinted(7)) == 7 and operator.length_hint(object(), 4) == 4
    for wrong in [-1, "a", KeyError("no")]:
        try:
            list(Hinted(wrong))
        except (ValueError, TypeError, KeyError) as error:
            print(type(error).__name__, error)


def test_messages():
    class Ünï:
        pass

    for call in [lambda: Ünï().ä, lambda: {}["{}"], lambda: int("é{}"), lambda: [].append(1, 2), lambda: len(Ünï()),
                 lambda: "a" + Ünï(), lambda: getattr(Ünï(), "{!r}"), lambda: int("1" * 300 + "x")]:
        try:
            call()
        except Exception as error:
            print(type(error).__name__, error)


def test_threads():
    stream = io.TextIOWrapper(io.BytesIO(), newline="\n")

    def work(number):
        for _ in range(100):
            stream.writelines([f"{number}\n"] * 3)
            stream.write("x\n")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stream.seek(0)
    lines = []
    readers = [threading.Thread(target=lambda: lines.extend(stream)) for _ in range(3)]
    for thread in readers:
        thread.start()
    for thread in readers:
        thread.join()
    assert len(lines) == 1600 and sorted(set(lines)) == ["0\n", "1\n", "2\n", "3\n", "x\n"], len(lines)


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
print("stream methods: ok")
