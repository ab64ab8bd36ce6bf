"""Decimals and contexts that threads share: results as in one thread, no flag lost, a current context for each thread."""
import decimal
import threading
from decimal import *

THREADS, ROUNDS = 4, 400


def run(work):
    failures = []

    def body(number):
        try:
            work(number)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=body, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures


# Every thread begins with a context of its own, made after DefaultContext.
contexts = [None] * THREADS


def own_context(number):
    context = contexts[number] = getcontext()
    assert context is getcontext() and context.prec == 28 and not any(context.flags.values())
    context.prec = 5 + number
    with localcontext(prec=3) as inner:
        assert getcontext() is inner and str(Decimal(1) / 3) == "0.333"
    assert getcontext() is context
    for _ in range(ROUNDS):
        assert str(Decimal(1) / 3) == "0." + "3" * (5 + number)


run(own_context)
assert len({id(context) for context in contexts}) == THREADS

# One context for all: flags are only added, settings change as a whole.
shared = Context(prec=20, traps=[])
RAISING = [lambda: shared.divide(1, 0), lambda: shared.sqrt(-1), lambda: shared.divide(1, 3), lambda: shared.exp(10**9)]
SIGNALS = [DivisionByZero, InvalidOperation, Inexact, Overflow]


def signal(number):
    for _ in range(ROUNDS):
        RAISING[number]()
        assert shared.flags[SIGNALS[number]]


run(signal)
assert [name.__name__ for name, value in shared.flags.items() if value] == [
    "InvalidOperation", "DivisionByZero", "Overflow", "Inexact", "Rounded"]


def change(number):
    for i in range(ROUNDS):
        shared.prec = 10 + (i + number) % 4
        shared.rounding = ROUND_UP if i & 1 else ROUND_DOWN
        shared.traps[Clamped] = bool(i & 1)
        shared.clear_flags()
        digits = len(shared.divide(2, 3).as_tuple().digits)
        assert 10 <= digits <= 13
        assert shared.copy().prec in (10, 11, 12, 13)


run(change)

# Numbers large and small that all threads use at once, in a list that they fill as well.
numbers = [Decimal(7) ** power * sign for power in (1, 9, 40, 200) for sign in (1, -1)]
expected = [str(a * b + a / b - (b - a)) for a in numbers for b in numbers]
results = []


def compute(number):
    for _ in range(ROUNDS // 20):
        found = [a * b + a / b - (b - a) for a in numbers for b in numbers]
        assert [str(value) for value in found] == expected
        results.append(sum(found))


run(compute)
assert len(results) == THREADS * (ROUNDS // 20) and len(set(results)) == 1

# Constants and powers of ten that are made at first use, by whoever comes first.
PRECISIONS = [30, 150, 400, 900]
logarithms = {}


def first_use(number):
    for precision in PRECISIONS:
        context = Context(prec=precision)
        found = context.ln(3), context.exp(-2), context.log10(7), context.sqrt(11), context.power(2, Decimal("0.1"))
        assert logarithms.setdefault(precision, found) == found


run(first_use)


class Money(Decimal):
    def __new__(cls, value, currency="EUR"):
        self = super().__new__(cls, value)
        self.currency = currency
        return self


def subclass(number):
    for i in range(ROUNDS):
        money = Money(10**40 + i, "CHF")
        assert money.currency == "CHF" and money == 10**40 + i and type(money + 1) is Decimal


run(subclass)
print(decimal.HAVE_THREADS, results[0], *(str(values[0])[-9:] for values in logarithms.values()))
