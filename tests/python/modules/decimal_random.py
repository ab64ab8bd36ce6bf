"""Random operations over random operands and contexts: a digest of all results, flags and exceptions.

usage: decimal_random.py [SEED [COUNT]]; with arguments every outcome is shown."""
import hashlib
import random
import sys
from decimal import *

ARGUMENTS = [int(argument) for argument in sys.argv[1:]] if sys.argv[0] == __file__ else []
ROUNDINGS = [ROUND_UP, ROUND_DOWN, ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_05UP]
SIGNALS = list(DefaultContext.flags)
UNARY = """abs exp ln log10 logb logical_invert minus next_minus next_plus normalize plus sqrt to_integral_exact
    to_integral_value copy_abs copy_negate is_finite is_infinite is_nan is_normal is_qnan is_signed is_snan is_subnormal
    is_zero number_class to_eng_string to_sci_string create_decimal copy_decimal""".split()
BINARY = """add compare compare_signal compare_total compare_total_mag copy_sign divide divide_int divmod logical_and
    logical_or logical_xor max max_mag min min_mag multiply next_toward power quantize remainder remainder_near rotate
    same_quantum scaleb shift subtract""".split()
FORMATS = """ e E f F g G % n .0f .3f .10f .0e .3e .12E .1g .5 .0% +.2f 020 <20 >20.3 ^30.3e *=25 0=25,.2f , ,.3f 015,.1f
    z.1f +z.0f z""".split() + ["", " .2f", "日^12"]
PRECISIONS = [1, 2, 3, 5, 9, 16, 17, 19, 20, 28, 28, 28, 38, 39, 50, 90]
LIMITS = [0, 3, 9, 99, 384, 999999, 999999, 425000000, MAX_EMAX]
EXTREMES = [-999999, 999999, -500, 500, 10**9, -10**9, 10**17, -10**17]


class Trial:
    def __init__(self, rng):
        self.rng = rng
        self.context = self.make_context()
        self.texts = [self.operand() for _ in range(3)]

    def digits(self, most):
        count = self.rng.randrange(1, most + 1)
        return self.rng.choice([
            lambda: "9" * count,
            lambda: "1" + "0" * (count - 1),
            lambda: "5" + "0" * (count - 1),
            lambda: "".join(self.rng.choice("01") for _ in range(count)),
            lambda: str(self.rng.randrange(10**count)),
            lambda: str(self.rng.randrange(10**count)),
        ])()

    def operand(self):
        kind, pick, sign = self.rng.randrange(40), self.rng.randrange, self.rng.choice(["", "-"])
        if kind == 0:
            return sign + self.rng.choice(["NaN", "sNaN"]) + self.rng.choice(["", self.digits(12)])
        if kind == 1:
            return sign + "Infinity"
        if kind == 2:
            return f"{sign}0E{pick(-40, 40)}"
        if kind < 8:
            return sign + self.digits(3)
        if kind < 12:
            return f"{sign}{self.digits(4)}E{pick(-12, 12)}"
        if kind < 14:
            return f"{sign}{self.digits(60)}E{pick(-70, 10)}"
        if kind < 15:
            return f"{sign}{self.digits(9)}E{self.rng.choice(EXTREMES)}"
        if kind < 17:
            return "1." + "0" * pick(20) + self.digits(6)
        if kind < 19:
            return "0." + "9" * pick(20) + self.digits(6)
        return f"{sign}{self.digits(20)}E{pick(-25, 10)}"

    def make_context(self):
        limit = self.rng.choice(LIMITS)
        context = Context(prec=self.rng.choice(PRECISIONS), rounding=self.rng.choice(ROUNDINGS), Emax=limit,
                          Emin=-self.rng.choice([limit, limit, 0, 5, 999999]), clamp=int(self.rng.randrange(6) == 0),
                          capitals=int(self.rng.randrange(4) != 0))
        for signal in SIGNALS:
            context.traps[signal] = self.rng.randrange(25) == 0
        return context

    def of_one(self):
        name = self.rng.choice(UNARY)
        operand = self.texts[0] if name == "create_decimal" else Decimal(self.texts[0])
        return name, lambda: getattr(self.context, name)(operand)

    def of_two(self):
        name = self.rng.choice(BINARY)
        a, b = Decimal(self.texts[0]), Decimal(self.texts[1])
        if self.rng.randrange(2):
            if name in ("rotate", "shift", "scaleb"):
                b = Decimal(self.rng.randrange(-self.context.prec, self.context.prec + 1))
            elif name == "quantize":
                b = Decimal(f"1E{self.rng.randrange(-30, 10)}")
            elif name == "power":
                b = Decimal(self.rng.randrange(-40, 40))
        self.texts[1] = str(b)
        return name, lambda: getattr(self.context, name)(a, b)

    def of_three(self):
        a, b, c = (Decimal(text) for text in self.texts)
        return "fma", lambda: self.context.fma(a, b, c)

    def modular(self):
        a, b, c = (Decimal(self.rng.randrange(-10**6, 10**6)) for _ in range(3))
        self.texts = [str(a), str(b), str(c)]
        return "pow", lambda: pow(a, b, c)

    def formatted(self):
        form = self.rng.choice(FORMATS)
        a = self.of_moderate_size()
        return "format " + form, lambda: format(a, form)

    def converted(self):
        a, b = self.of_moderate_size(), Decimal(self.texts[1])
        places, real = self.rng.randrange(-20, 30), self.rng.choice([0.5, 0.1, 1e300, -2.5, float("inf"), 3])
        return self.rng.choice([
            ("hash", lambda: hash(a) if a.is_finite() else 0),
            ("as_tuple", a.as_tuple),
            ("float", lambda: float(a)),
            ("int", lambda: int(a)),
            ("ratio", a.as_integer_ratio),
            (f"round {places}", lambda: round(a, places)),
            (f"compare {real}", lambda: (a < b, a == b, a >= b, a == real, a < real)),
        ])

    def of_moderate_size(self):
        a = Decimal(self.texts[0])
        return a if not a.is_finite() or abs(a.adjusted()) < 3000 else Decimal("1.5")

    def outcome(self):
        setcontext(self.context)
        kinds = [self.of_one] * 4 + [self.of_two] * 4 + [self.of_three, self.modular, self.formatted, self.converted]
        with localcontext(Context()):
            name, function = self.rng.choice(kinds)()
        start = repr(self.context)
        try:
            result = repr(function())
        except (ArithmeticError, ValueError, TypeError) as error:
            result = f"{type(error).__name__}: {error}"
        flags = " ".join(signal.__name__ for signal in SIGNALS if self.context.flags[signal])
        return " | ".join([name, start, *self.texts, result, flags])


def main(seed=1, count=2500, *, show):
    rng, digest = random.Random(seed), hashlib.sha256()
    for _ in range(count):
        line = Trial(rng).outcome()
        digest.update(line.encode())
        if show:
            print(line)
    print(digest.hexdigest())


main(*ARGUMENTS, show=bool(ARGUMENTS))
