"""Memory that runs out at random points: MemoryError, never a crash."""
import os
import resource
import signal
import sys

from harness import repeat


def hungry(source):
    kept = []
    actions = [lambda: kept.append(bytearray(source.randrange(1 << 20))), lambda: kept.append(list(range(source.randrange(20000)))),
               lambda: kept.append({i: [i] for i in range(source.randrange(5000))}), lambda: kept.append("x" * source.randrange(1 << 20)),
               lambda: kept.append(set(range(source.randrange(9000)))), lambda: kept.append(10 ** source.randrange(20000)),
               lambda: exec(f"class C{source.getrandbits(60)}: x = 1", {}), lambda: kept.append(sorted(map(str, range(3000)))),
               lambda: kept.append("-".join(map(str, range(5000))).split("-")), lambda: kept.append(open("/dev/null")),
               lambda: kept.append([object() for _ in range(5000)]), lambda: kept.pop(source.randrange(len(kept) + 1))]
    failures = 0
    while failures < 30:
        try:
            source.choice(actions)()
        except (MemoryError, IndexError, OSError) as error:
            failures += isinstance(error, MemoryError)
            if failures % 7 == 0:
                kept.clear()
    return True


def starve(source):
    child = os.fork()
    if child:
        status = os.waitpid(child, 0)[1]
        assert status == 0, f"seed part {source.getstate()[1][0]}: status {status}, signal {signal.Signals(status & 127) if status & 127 else None}"
        return
    code = 5
    try:
        with open("/proc/self/statm") as file:
            size = int(file.read().split()[0]) * resource.getpagesize()
        limit = size + source.randrange(10, 60) * (1 << 20)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        code = 0 if hungry(source) else 3
    except BaseException as error:
        print(repr(error), file=sys.stderr, flush=True)
        code = 4
    finally:
        os._exit(code)


repeat(starve)
