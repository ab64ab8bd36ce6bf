"""cProfile: counts and names of calls, by caller too; clocks; profilers one after the other and in several threads."""
import cProfile
import io
import pstats
import sys
import threading


def fact(n):
    return n * fact(n - 1) if n > 1 else 1


def numbers():
    yield 1
    yield 2


class Text(str):
    def upper(self):
        return super().upper()


class Scaled(float):
    def __new__(cls, value):
        return super().__new__(cls, value * 2)


def fails():
    try:
        int.from_bytes(1)
    except TypeError:
        raise KeyError from None


def work():
    fact(5)
    items = []
    for number in numbers():
        items.append(number)
    list.append(items, 3)
    len(items), sorted(items, key=lambda item: -item)
    dict.fromkeys(items), str.maketrans("a", "b"), int.from_bytes(b"1", "big")
    Text("a").upper(), Scaled(1), "-".join(["a"]), (5).bit_length()
    try:
        fails()
    except KeyError:
        pass


def name(code):
    text = code if isinstance(code, str) else code.co_name
    return text.split(" at 0x")[0]


# The end of another thread's import may be noticed in between: importlib's callback runs, which calls these.
OF_IMPORTS = {"cb", "<built-in method _imp.acquire_lock>", "<built-in method _imp.release_lock>",
              "<method 'get' of 'dict' objects>"}


def counts(profiler):
    rows = []
    for entry in profiler.getstats():
        if name(entry.code) in OF_IMPORTS:
            continue
        calls = sorted((name(sub.code), sub.callcount, sub.reccallcount) for sub in entry.calls or ()
                       if name(sub.code) not in OF_IMPORTS)
        assert 0 <= entry.inlinetime <= entry.totaltime or entry.reccallcount, entry
        rows.append((name(entry.code), entry.callcount, entry.reccallcount, calls))
    return sorted(rows)


def show(title, profiler):
    print(title)
    for row in counts(profiler):
        print("  ", row)


profiler = cProfile.Profile()
profiler.runcall(work)
show("all", profiler)
profiler.clear()
show("nothing", profiler)
profiler = cProfile.Profile(subcalls=False, builtins=False)
profiler.runcall(work)
show("functions", profiler)
profiler.enable(subcalls=True)
fact(3)
profiler.disable()
show("and callers", profiler)

first, second = cProfile.Profile(), cProfile.Profile()
first.enable()
second.enable()
replaced = sys.getprofile() is second
first.disable()
after = sys.getprofile()
second.disable()
print(replaced, after)
show("first", first)
show("second", second)
with cProfile.Profile() as profiler:
    profiler.enable()
    len([])
show("twice", profiler)

for wrong in ("Profile(1, 2, 3, 4, 5)", "Profile(timr=1)", "Profile(timeunit='a')", "Profile().enable(x=1)",
              "Profile().disable(1)"):
    try:
        eval("cProfile." + wrong)
    except TypeError as error:
        print(wrong, "TypeError")

profilers = [cProfile.Profile() for _ in range(4)]
shared = cProfile.Profile()


def profiled(own):
    for _ in range(20):
        own.runcall(fact, 10)
        own.getstats()
        shared.getstats()


threads = [threading.Thread(target=profiled, args=(own,)) for own in profilers]
for thread in threads:
    thread.start()
for _ in range(50):
    profilers[0].getstats(), shared.clear()
for thread in threads:
    thread.join()
for own in profilers:
    print([row for row in counts(own) if row[0] == "fact"])


def sharing(count):
    for _ in range(count):
        shared.enable()
        fact(3), len([])
        shared.disable()
        shared.clear()


threads = [threading.Thread(target=sharing, args=(50,)) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
show("cleared", shared)

out = io.StringIO()
profiler = cProfile.Profile()
profiler.runcall(work)
stats = pstats.Stats(profiler, stream=out).strip_dirs().sort_stats("name")
stats.print_stats("fact|len"), stats.print_callers("fact"), stats.print_callees("numbers")
text = out.getvalue()
print([row[:2] for (_, _, function), row in stats.stats.items() if function == "fact"])
print(stats.total_calls >= 29, "profiles.py" in text, "{built-in method builtins.len}" in text)
