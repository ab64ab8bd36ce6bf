"""Hooks of asynchronous generators, origins of coroutines, throw() and frames of generators that die."""
# One thread: it replaces sys.stdout.
import gc
import sys
import threading
import warnings


def run(coroutine):
    try:
        while True:
            coroutine.send(None)
    except StopIteration as stop:
        return stop.value


async def numbers():
    try:
        yield 1
        yield 2
    finally:
        print("closed")


seen = []
sys.set_asyncgen_hooks(firstiter=lambda generator: seen.append("first"), finalizer=lambda generator: seen.append("last"))
print(sys.get_asyncgen_hooks()._fields if hasattr(sys.get_asyncgen_hooks(), "_fields") else sys.get_asyncgen_hooks().n_fields)


async def partly():
    async for number in numbers():
        return number


print(run(partly()))
gc.collect()
print(seen)
sys.set_asyncgen_hooks(None, None)


async def first():
    async for number in numbers():
        print(number)


run(first())
for bad in (1, "x"):
    try:
        sys.set_asyncgen_hooks(firstiter=bad)
    except TypeError as error:
        print(error)


async def nothing():
    pass


def make():
    return nothing()


sys.set_coroutine_origin_tracking_depth(2)
coroutine = make()
print([(line, function) for _, line, function in coroutine.cr_origin])
coroutine.close()
sys.set_coroutine_origin_tracking_depth(0)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    frame = nothing().cr_frame
    frame.clear()
gc.collect()
print(frame.f_lineno > 0, frame.f_locals)

try:
    numbers().__anext__().send(100)
except TypeError as error:
    print(error)

finished = nothing()
run(finished)
for again in (lambda: next(finished.__await__()), lambda: finished.send(None)):
    try:
        again()
    except RuntimeError as error:
        print(error)


def reraises():
    try:
        raise KeyError("k")
    except KeyError:
        raise


try:
    reraises()
except KeyError as error:
    entry = error.__traceback__.tb_next
    print(entry.tb_next, entry.tb_lineno - entry.tb_frame.f_code.co_firstlineno)


def closure_of():
    value = [1, 2]

    def inner():
        nonlocal value
        value = sum(value)

    return inner


inner = closure_of()
exec(inner.__code__, {}, closure=inner.__closure__)
print(inner.__closure__[0].cell_contents)
for code, closure in ((inner.__code__, None), (compile("1", "f", "exec"), inner.__closure__), ("1", inner.__closure__)):
    try:
        exec(code, {}, closure=closure)
    except TypeError as error:
        print(error)


def work(results, number):
    events = []
    sys.set_asyncgen_hooks(firstiter=events.append)
    generators = [numbers() for _ in range(20)]
    for generator in generators:
        try:
            generator.__anext__().send(None)
        except StopIteration:
            pass
        try:
            generator.aclose().send(None)
        except StopIteration:
            pass
    results[number] = len(events)


class Quiet:
    def write(self, text):
        pass


results = {}
output, sys.stdout = sys.stdout, Quiet()
threads = [threading.Thread(target=work, args=(results, i)) for i in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
sys.stdout = output
print(sorted(results.items()), sys.get_asyncgen_hooks()[0])
