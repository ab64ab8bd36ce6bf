# What code objects tell of their source: lines from the entry on, constants, where a finished frame ended.
import sys
import types


def lines_of(code):
    found = []
    for _, _, line in code.co_lines():
        if line is not None and (not found or found[-1] != line - code.co_firstlineno):
            found.append(line - code.co_firstlineno)
    return found


def attribute():
    return (
        object.
        __name__
    )


def generator():
    return (1
            for
            x
            in
            ())


def nothing():
    "doc"


async def loop(aseq):
    async for i in aseq:
        i


inner = [c for c in generator.__code__.co_consts if isinstance(c, types.CodeType)]
print(lines_of(attribute.__code__), lines_of(inner[0]), lines_of(nothing.__code__)[0], lines_of(loop.__code__))
print([line for _, _, line in compile("\n\n\nspam", "f", "exec").co_lines()][:2])
print(nothing.__code__.co_consts[0])

# Constants are those that are values; names are elsewhere.
def constants():
    a = 4611686018427387905
    b = -7
    return a, b, print, "text"

assert set(constants.__code__.co_consts) >= {4611686018427387905, -7, "text"}
assert "print" not in constants.__code__.co_consts and "print" in constants.__code__.co_names
assert frozenset({1, 2}) in (lambda x: x in {1, 2}).__code__.co_consts
assert (1, 2) in (lambda x: x not in [1, 2]).__code__.co_consts
assert [x in {1, 2.0, "a"} for x in (1, 2, "a", 3)] == [True, True, True, False]
try:
    [] in {1, 2}
except TypeError as error:
    print(error)
one, other = eval("lambda: (0,)"), eval("lambda: (0.0,)")
assert one.__code__ != other.__code__ and one.__code__ == eval("lambda: (0,)").__code__
swapped = constants.__code__.replace(
    co_consts=tuple("new" if c == "text" else c for c in constants.__code__.co_consts))
print(types.FunctionType(swapped, globals())()[3])

# __debug__ is known to the compiler.
import builtins
setattr(builtins, "__debug__", "other")
print(__debug__, eval(compile("__debug__", "", "eval", optimize=1)))
setattr(builtins, "__debug__", True)


# Where a function without a return ended.
def ends(f):
    frame = None

    def caller():
        nonlocal frame
        frame = sys._getframe(1)
    f(caller)
    return frame.f_lineno - frame.f_code.co_firstlineno


yes = True


def taken(x):
    x()
    if yes:
        pass


def not_taken(x):
    x()
    if not yes:
        pass


def otherwise(x):
    x()
    if not yes:
        pass
    else:
        pass


print(ends(taken), ends(not_taken), ends(otherwise))

# Blanks at the end of a single statement.
compile("1 + 2\t\t\n        ", "blanks", "single")
