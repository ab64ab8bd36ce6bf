"""Ints around one and two machine words, against arithmetic on digits in another base."""
import operator
import threading

edges = [0, 1, 2, 3, 7, 62, 63, 64, 100]
for bits in (30, 31, 60, 61, 62, 63, 64, 65, 127, 128, 129, 200):
    edges += [2**bits - 1, 2**bits, 2**bits + 1]
numbers = edges + [-number for number in edges]


class Wide(int):
    pass


def digits(number):
    """The sign and the digits in base 1000, the least first: a slow way that shares nothing with the quick ones."""
    text = str(abs(number))
    parts = []
    while text:
        parts.append(int(text[-3:]))
        text = text[:-3]
    return number < 0, parts


def product(a, b):
    (a_negative, a_parts), (b_negative, b_parts) = digits(a), digits(b)
    cells = [0] * (len(a_parts) + len(b_parts) + 1)
    for i, x in enumerate(a_parts):
        for j, y in enumerate(b_parts):
            cells[i + j] += x * y
    for index in range(len(cells) - 1):
        cells[index + 1] += cells[index] // 1000
        cells[index] %= 1000
    text = "".join(f"{cell:03}" for cell in reversed(cells)).lstrip("0") or "0"
    return int("-" + text if a_negative != b_negative and text != "0" else text)


def bits(number, width=260):
    return [number >> place & 1 for place in range(width)]


def check(a, b):
    assert (a + b) - b == a and (a - b) + b == a and a - b == -(b - a)
    assert a * b == product(a, b), (a, b)
    if b:
        quotient, rest = divmod(a, b)
        assert quotient == a // b and rest == a % b and quotient * b + rest == a
        assert 0 <= rest < b if b > 0 else b < rest <= 0
    assert (a & b) + (a | b) == a + b and (a ^ b) == (a | b) - (a & b)
    assert bits(a & b) == list(map(operator.and_, bits(a), bits(b)))
    assert bits(a ^ b) == list(map(operator.xor, bits(a), bits(b)))
    if 0 <= b <= 200:
        assert a << b == a * 2**b and a >> b == a // 2**b
    assert Wide(a) + Wide(b) == a + b and type(Wide(a) & b) is int and Wide(a) * True == a


def check_all(part):
    for a in numbers[part::4]:
        for b in numbers:
            check(a, b)


threads = [threading.Thread(target=check_all, args=(part,)) for part in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for a in numbers:
    assert a + True == a + 1 and True * a == a and (a & False) == 0 and (a | True) == a + (a % 2 == 0)
    for operation in (operator.floordiv, operator.mod, divmod, operator.truediv):
        try:
            operation(a, 0)
        except ZeroDivisionError as error:
            print(operation.__name__, error) if a == 2**64 else None
        else:
            raise AssertionError
    for operation in (operator.lshift, operator.rshift):
        try:
            operation(a, -1)
        except ValueError as error:
            assert str(error) == "negative shift count"
        else:
            assert False
print("ok")
