"""stat: the bits of file modes, the same in C++ and in Python."""
import _stat
import stat
import threading


def check_against_python():
    source = open(stat.__file__, encoding="utf-8").read().split("# If available, use C implementation")[0]
    pure = {}
    exec(source, pure)
    functions = [name for name in vars(_stat) if callable(vars(_stat)[name]) and name in pure]
    assert len(functions) == 13
    for mode in (kind << 12 | bits for kind in (1, 2, 4, 6, 8, 10, 12) for bits in range(0, 0o10000, 73)):
        for name in functions:
            assert getattr(_stat, name)(mode) == pure[name](mode), (name, oct(mode))
    assert all(pure.get(name, value) == value for name, value in vars(_stat).items() if isinstance(value, int))


check_against_python()
assert stat.filemode(0o104755) == "-rwsr-xr-x" and stat.filemode(0o041700) == "drwx-----T"
for mode, error in ("x", TypeError), (-1, OverflowError), (2**33, OverflowError):
    try:
        _stat.S_ISDIR(mode)
    except error:
        continue
    raise AssertionError(mode)
threads = [threading.Thread(target=check_against_python) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("file modes: ok")
