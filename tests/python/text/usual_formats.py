"""The usual format specifications beside the unusual ones, for ints, floats and texts; f-strings with many numbers."""
import hashlib
import threading

VALUES = [0, 1, -1, 7, -42, 255, 123456, -123456789, 2**61 - 1, -2**61, 2**62, 10**25, True,
          0.0, -0.0, 0.5, -2.5, 1.005, 1e-7, 123456.789, 1e16, 1e22, -1e300, float("inf"), float("-inf"), float("nan"), 1e-300,
          "", "a", "abc", "longer text", "é", "€", "x" * 300]
SPECS = [fill + sign + alternate + zero + width + group + precision + kind
         for fill in ("", "<", ">", "^", "=", "*<", "0>", "€^")
         for sign in ("", "+", " ")
         for alternate in ("", "#")
         for zero in ("", "0")
         for width in ("", "1", "12", "250")
         for group in ("", ",", "_")
         for precision in ("", ".0", ".3", ".60")
         for kind in ("", "d", "x", "X", "b", "o", "s", "f", "e", "g", "G", "%", "c", "n", "q")]


def shown(value, spec):
    try:
        return format(value, spec)
    except (ValueError, OverflowError, TypeError) as error:
        return f"{type(error).__name__}: {error}"


def digest(values, step):
    found = hashlib.sha256()
    for number, value in enumerate(values):
        for spec in SPECS[number % step::step]:
            found.update(shown(value, spec).encode())
    return found.hexdigest()


print(digest(VALUES, 13))
for value in VALUES:
    print([shown(value, spec) for spec in ("", "5", "<5", "^7", "05", ".2f", "8.3f", "x", "08b", ".2", ">9s", "e", "%", ".1%", "5.")])


class Named(int):
    def __format__(self, spec):
        return f"<{spec}>"


class Text(str):
    pass


n, x, word = 12, 0.1, "w"
print(f"{n}", f"{x}", f"{n}{x}", f"{n:3}{x:.1f}{word!r:>5}", f"{Named(3)}{Named(4):5}", f"{Text('t')}|{True}{None}")
print(f"{n}{n}{n}{n}{n}{n}{n}{n}{n}{x}{x}{x}{-n}{10**30}{-0.0}{float('nan')}{1e100}{'€'}{n}")
print(f"{n}€{x}", f"{''}", f"{''}{''}", f"{'é'}", f"{word}", f"{n!r}{x!s}", f"{n:{n}}", f"{x:{n}.{3}}")
print(type(f"{Text('t')}{''}").__name__, f"{word}" is word)

results = []
threads = [threading.Thread(target=lambda: results.append(digest(VALUES, 97))) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(set(results)), results[0])
