# Corners of the language that tests found once: messages, orders and hooks.
import asyncio
import ast
import copy
import inspect
import pickle
import sys
import threading
import traceback
import types


def error_of(function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return "no error"


# pow() of three looks at the class.
class I(int):
    def __repr__(self):
        return f"I({int(self)})"

    def __pow__(self, other, modulus=None):
        return I(pow(int(self), int(other), modulus and int(modulus)))


print(pow(I(2), I(3), I(5)), pow(2, 3, 5), int.__pow__(I(2), 3, 5))


# Names in keywords, arguments of object, names of types, lengths.
def positional(a, b, /, c):
    pass


print(error_of(positional, a=1, b=2, c=3))


class New:
    def __new__(cls, *args):
        return super().__new__(cls)


class Plain:
    def __init__(self, *args):
        pass


print(error_of(object.__init__, Plain(), 1), error_of(object.__init__, New(), 1))
print(error_of(type, "A\0B", (), {}), error_of(lambda: print >> None)[-60:], error_of(lambda: len >> 1))
print(range(sys.maxsize).__len__() == sys.maxsize, type(Plain.mro()), types.FunctionType is type(positional))


class Negative:
    def __len__(self):
        return -2**100


print(error_of(len, Negative()))

# Exceptions keep what is no argument when they are copied.
for error in (ImportError("m", name="n", path="p"), OSError(2, "gone", "file"), OSError(2, "gone", "a", None, "b")):
    for other in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        print(type(other).__name__, other.args, other, getattr(other, "name", None), getattr(other, "filename", None))
error = ImportError("m", name="n")
error.__init__()
print(error.msg, error.name)
broken = UnicodeEncodeError("baz", "xxxxx", 1, 5, "foo")
broken.reason = 965230951443685724997
print(broken)
broken.object = 7
try:
    str(broken)
except TypeError:
    pass


# AttributeError says what was looked for, whoever raised it.
class Getattr:
    blech = None

    def __getattr__(self, name):
        raise AttributeError()

    @property
    def computed(self):
        raise AttributeError("inner")


for name in ("bluch", "computed"):
    try:
        getattr(Getattr(), name)
    except AttributeError as error:
        print(error.name, type(error.obj).__name__)

# Closures are ordered by name.
def outer():
    c = b = a = 1

    def inner():
        return c, a, b
    return inner


print(outer().__code__.co_freevars)

# await at the top level, for who asks for it.
flag = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
source = """
import asyncio
async def numbers():
    for i in range(3):
        await asyncio.sleep(0)
        yield i
found = [i async for i in numbers()]
total: int = 0
async for i in numbers():
    total += i
x = await asyncio.sleep(0, total)
del i
"""
namespace = {}
code = compile(source, "top", "exec", flags=flag)
print(bool(code.co_flags & inspect.CO_COROUTINE))
asyncio.run(eval(code, namespace))
print(namespace["found"], namespace["x"], "i" in namespace, namespace["__annotations__"])
single = compile("y = await asyncio.sleep(0, 5)", "top", "single", flags=flag)
asyncio.run(types.FunctionType(single, namespace)())
print(namespace["y"], error_of(compile, "await x", "top", "exec"))

# What other threads are doing.
ready, leave = threading.Event(), threading.Event()


def wait_inside():
    try:
        raise ValueError("oops")
    except ValueError:
        ready.set()
        leave.wait()


threads = [threading.Thread(target=wait_inside) for _ in range(3)]
for thread in threads:
    thread.start()
    ready.wait()
    ready.clear()
for _ in range(20):
    frames, exceptions = sys._current_frames(), sys._current_exceptions()
    assert frames[threading.get_ident()] is sys._getframe()
    assert exceptions[threading.get_ident()] == (None, None, None)
    for thread in threads:
        names = [entry.name for entry in traceback.extract_stack(frames[thread.ident])]
        assert "wait_inside" in names and names.index("run") < names.index("wait_inside"), names
        kind, value, place = exceptions[thread.ident]
        assert kind is ValueError and place.tb_frame.f_code is wait_inside.__code__
leave.set()
for thread in threads:
    thread.join()

# sys.exit takes a tuple apart; sys.tracebacklimit counts from the end.
for status in (None, 3, (42,), (1, 2), "text"):
    try:
        sys.exit(status)
    except SystemExit as error:
        print(repr(error.code), error.args)
before = sys.getswitchinterval()
sys.setswitchinterval(0.25)
print(sys.getswitchinterval(), "json" in sys.stdlib_module_names)
sys.setswitchinterval(before)
