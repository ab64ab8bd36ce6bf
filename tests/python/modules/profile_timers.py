"""cProfile with clocks of the program. One that fails, or gives what is no time, is reported as unraisable."""
# One thread: sys.unraisablehook is the process's.
import cProfile
import sys


def work():
    return len([])


def fact(n):
    return n * fact(n - 1) if n > 1 else 1


def name(code):
    return code if isinstance(code, str) else code.co_name


ticks = 0


def clock():
    global ticks
    ticks += 1
    return ticks


for arguments in (clock, 0.5), (clock,):
    profiler = cProfile.Profile(*arguments)
    profiler.enable()
    fact(3), len([])
    profiler.disable()
    print(sorted((name(entry.code), entry[1:5]) for entry in profiler.getstats()))

unraisable = []
sys.unraisablehook = lambda report: unraisable.append((report.exc_type, report.object))
broken = lambda: 1 / 0
profiler = cProfile.Profile(broken)
profiler.runcall(work)
for unit, wrong in (0.0, lambda: "x"), (0.5, lambda: 1.5):
    cProfile.Profile(wrong, unit).runcall(work)
sys.unraisablehook = sys.__unraisablehook__
print(len(unraisable), {kind for kind, _ in unraisable} == {ZeroDivisionError, TypeError}, unraisable[0][1] is broken)
print(sorted(entry.callcount for entry in profiler.getstats()))
