"""sys.settrace and sys.setprofile: events of calls, lines, returns and exceptions, per thread."""
import sys
import threading

events = []


def tracer(frame, event, argument):
    if event == "exception":
        argument = argument[0].__name__
    events.append((frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, event, argument))
    return tracer


def plain(x):
    y = x + 1
    for i in range(2):
        y += i
    try:
        1 / 0
    except ZeroDivisionError:
        y = 3
    while y < 5:
        y += 1
    if y:
        pass
    return y


def numbers():
    yield 1
    yield 2


def loops():
    for _ in numbers():
        pass


def unwinds():
    def fails():
        raise KeyError

    try:
        fails()
    finally:
        x = 3


def run(function, *arguments):
    events.clear()
    sys.settrace(tracer)
    try:
        function(*arguments)
    except KeyError:
        pass
    finally:
        sys.settrace(None)
    return [event for event in events if event[0] != "run"]


for function, arguments in ((plain, (1,)), (loops, ())):
    for event in run(function, *arguments):
        print(event)
print([event for event in run(unwinds) if event[2] != "line"])
assert sys.gettrace() is None

profiled = []


def profiler(frame, event, argument):
    profiled.append((frame.f_code.co_name, event, getattr(argument, "__name__", argument)))


def natives():
    sorted([1, 2], key=lambda value: len("a"))
    "a".upper()
    try:
        int("x")
    except ValueError:
        pass


sys.setprofile(profiler)
natives()
sys.setprofile(None)
for event in profiled:
    print(event)


def broken(frame, event, argument):
    raise ValueError("broken tracer")


sys.settrace(broken)
try:
    plain(1)
except ValueError as error:
    print(error, sys.gettrace())


# Each thread traces for itself; the others run on meanwhile.
def work(results, number, traced):
    seen = []

    def local(frame, event, argument):
        seen.append(event)
        return local

    if traced:
        sys.settrace(local)
    for _ in range(50):
        plain(number)
    sys.settrace(None)
    results[number] = (seen.count("call"), seen.count("return"), seen.count("exception"))


results = {}
threads = [threading.Thread(target=work, args=(results, i, i % 2)) for i in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(results.items()))
