"""What is larger than any memory is refused with a MemoryError, at once."""
import array
import collections
import itertools

HUGE = 10 ** 12

for name, make in {
    "list": lambda: [0] * HUGE,
    "tuple": lambda: (0,) * HUGE,
    "bytes": lambda: bytes(HUGE),
    "bytearray": lambda: bytearray(HUGE),
    "bytes repeated": lambda: b"ab" * HUGE,
    "str": lambda: "a" * HUGE,
    "wide str": lambda: "\u1234" * HUGE,
    "str padded": lambda: "a".ljust(HUGE),
    "format": lambda: format("a", f"{HUGE}"),
    "array": lambda: array.array("q", [0]) * HUGE,
    "hinted": lambda: list(itertools.repeat(0, HUGE)),
    "list grown": lambda: [1, 2].__imul__(HUGE),
    "zeros": lambda: "1".zfill(HUGE),
    "join": lambda: ("a" * 1000).join([""] * 3).center(HUGE),
}.items():
    try:
        make()
        print(name, "made")
    except MemoryError as error:
        print(name, type(error).__name__)
