"""_opcode: the stack effects of python3.11's instructions."""
import dis
import threading
from _opcode import stack_effect


def effects():
    for name, number in sorted(dis.opmap.items(), key=lambda item: item[1]):
        arguments = (0, 1, 2, 3, 4, 7, 8, 255, 257) if number >= dis.HAVE_ARGUMENT else (None,)
        if name not in dis.deoptmap:
            yield name, [[stack_effect(number, argument, jump=jump) for jump in (None, True, False)] for argument in arguments]


def raises(*arguments, **keywords):
    try:
        stack_effect(*arguments, **keywords)
    except (ValueError, TypeError) as problem:
        return f"{type(problem).__name__}: {problem}"
    raise AssertionError(arguments)


first = list(effects())
for name, row in first:
    print(name, row)
for arguments in (1, 0), (100,), (3,), (150, 0), ("a",), (100, 1.5):
    print(raises(*arguments))
print(raises(1, jump=2))
found = []
threads = [threading.Thread(target=lambda: found.append(list(effects()))) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert found == [first] * 3
