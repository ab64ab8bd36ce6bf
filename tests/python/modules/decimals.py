"""Decimal and Context: constructors, operators with other numbers, texts of errors, formats, attributes."""
import copy
import pickle
import resource
from decimal import *
from fractions import Fraction

D = Decimal
CASES = r"""
D('x')  D([1])  D((1, 2))  D((0, (1, 2), 'x'))  D((2, (1,), 0))  D((0, (11,), 0))  D((0, (True,), 0))  D((0, 1, 0))
D((0, (), 0))  D((0, (), 'F'))  D((1, (1, 2), 'n'))  D((0, (1,), 1.0))  D((0, [1, 2], 10**30))  D('1e99999999999999999999')
D('9e999999999999999999')  D('0e99999999999999999999')  D(1, 2)  D(None)  D({})  D(b'1')  D(1.5)  D(float('nan'))
D(float('-inf'))  D(-0.0)  D(5e-324)  D.from_float('x')  D.from_float(0.1)  D.from_float(True)  D()  D('1_0__0.5_')
D(' \t1 ')  D('\u0661\u0662')  D('nan 1')  D('+InFinity')  D('infin')  D('.')  D('1e')  D('.5e3')  D('1.')  D('1\0')
D('\ud800')  D(10**60)  D(-(2**200))
D(1) / 0  D(0) / 0  D(1) // 0  D(0) // 0  D(1) % 0  D(0) % 0  divmod(D(1), 0)  D(1) / D('snan')  D(10**50) // 1
D(1) < D('nan')  D(1) == D('snan')  D(1) == D('nan')  hash(D('snan'))  int(D('nan'))  int(D('inf'))  float(D('snan'))
D('nan').as_integer_ratio()  D('inf').as_integer_ratio()  D('1.50').as_integer_ratio()  round(D('nan'))  round(D('2.5'))
round(D('2.55'), 1)  round(D('2.55'), 'x')  round(D('2.55'), 10**30)  round(D('255'), 30)  D('2.5').__ceil__()
pow(D(2), D(3), D(5))  pow(2, 3, D(5))  pow(D(2), 3, D('5.5'))  pow(D(2), D(3), 0)  D(0)**0  D(-2)**D('0.5')  2**D(3)
D(2)**0.5  D(2) + 1.5  1.5 + D(2)  D(2) + '1'  D(2) < '1'  D(2) == 1.5  D(2) < 1.5  D(2) < 1j  D(2) == 2+0j  D(5) @ 2
D(5) << 2  D('0.5') == Fraction(1, 2)  D('0.3') < Fraction(1, 3)  D('nan') == Fraction(1, 2)  D('inf') > Fraction(1, 2)
hash(D('0.5')) == hash(Fraction(1, 2)) == hash(0.5)  hash(D(10)**30) == hash(10**30)  hash(D('-inf'))  hash(-D(1))
D(1).quantize(D('1e-30'))  D(1).quantize(1, rounding='x')  D(1).quantize(1, context=1)  D(1).quantize('1')
D('1.25').quantize(D('0.1'), ROUND_UP)  D(1).sqrt(3)  D(-1).sqrt()  D(-1).ln()  D(0).ln()  D(0).logb()
D(2).logical_and(1)  D(2).rotate(100)  D(2).scaleb(D('1.5'))  D('inf').fma(0, 3)  D(1).copy_sign('x')  D(1).compare_total(2.5)
D('snan').number_class()  D(1).to_integral_value(rounding=ROUND_UP)  D(1).imag  complex(D('1.5'))  D('nan123').as_tuple()
D('-inf').as_tuple()  D('snan').as_tuple()  D(5).__reduce__()  D('-0.00').adjusted()
Context(prec=0)  Context(prec=10**30)  Context(prec='x')  Context(Emin=1)  Context(Emax=-1)  Context(rounding='x')
Context(capitals=2)  Context(clamp='x')  Context(flags=3)  Context(flags=[3])  Context(flags={Inexact: True})
Context(flags=[Inexact], traps=[Overflow, FloatOperation])  Context(flags=(Inexact,))  Context(9, ROUND_UP, -5, 5, 0, 1, [], [])
Context().x  Context().__reduce__()  setcontext(3)  localcontext(3)  localcontext(prec=0)  Context().create_decimal(3.5)
Context().create_decimal('1 ')  Context(prec=2).create_decimal('12345')  Context(prec=2).create_decimal('nan12345')
Context(prec=2).create_decimal([0, (1, 2, 3), 0])  Context(prec=2).create_decimal_from_float(3.14)  Context().add(1, 'x')
Context().power(2, 3, 5)  Context().power(2, 3, 'x')  Context().divmod(7, 2)  Context().flags['x']  Context().flags[Inexact]
Context().flags.copy() == Context().flags  Context().flags == {}  hash(Context().flags)  Context().flags.__delitem__(Inexact)
Context().flags.clear()  len(Context().flags)  Context().flags
D('9e999999') * 10  D('1e-999999') / 10  D(10)**-425000000  D(10)**10**20  D('1e999999999') + 1  D('1e999999').to_integral_value()
D('1e10').exp()  D('-1e10').exp()  D(2)**D('0.5')  D('1.00')**D('1e10')  D('0e999999999').normalize()
D('1e999999999999999999').ln()  D('2e999999999999999999')**D('1e-20')  D('0.9999999999')**D(10**18)
D('1.' + '0' * 3000 + '1').ln()  round(D('1e-999999999'))
format(D('1234.5'), ',')  format(D('1234.5'), '.3e')  format(D('1234.5'), '%')  format(D('1234.5'), 'x')  format(D(1), '_')
format(D('-0.00001'), 'z.1f')  format(D('nan123'), '010')  format(D('inf'), '%')  format(D('1e5'), 'g')  format(D('0e5'), 'f')
format(D('0'), '.3e')  format(D(1), '.999999999999999999999f')  format(D('-1234567.5'), '020,.2f')  format(D(1), 'é^9')
D(1).__format__('n', 3)  D('1234567.5').__format__('n', {'decimal_point': '*', 'thousands_sep': '|', 'grouping': '\3\0'})
copy.copy(D(1))  copy.deepcopy(D('1.5'))  pickle.loads(pickle.dumps(D('-1.50')))  pickle.loads(pickle.dumps(Context(prec=3)))
DecimalTuple(0, (1,), 2)  Overflow.__mro__  DivisionUndefined.__mro__  FloatOperation.__mro__
""".replace("\n", "  ").split("  ")


def outcome(function):
    try:
        return repr(function())
    except Exception as error:
        return f"{type(error).__name__}: {error}"


for case in filter(None, CASES):
    setcontext(Context())
    result = outcome(lambda: eval(case))
    print(case, "->", result, [signal.__name__ for signal, value in getcontext().flags.items() if value])

context = Context()
for name, value in [("prec", 0), ("prec", 1.5), ("Emin", 1), ("Emax", -1), ("capitals", 3), ("clamp", 2), ("rounding", "x"),
                    ("flags", 3), ("flags", {}), ("traps", [Inexact]), ("foo", 1), ("prec", 3), ("clamp", 1)]:
    print(name, value, outcome(lambda: setattr(context, name, value)), context)
for name in "prec", "flags", "foo":
    print(name, outcome(lambda: delattr(context, name)))


class Mine(Decimal):
    def __new__(cls, value, note):
        self = super().__new__(cls, value)
        self.note = note
        return self


mine = Mine("123456789012345678901234567890123456789012345.5", "kept")
print(mine, mine.note, type(mine), type(+mine), type(Mine.__mro__[1](mine)), mine.as_tuple().exponent)
with localcontext(Context(prec=3), rounding=ROUND_UP) as local:
    print(getcontext() is local, local.prec, D(1) / 3, D(100000) + D("0.001"))

# What large numbers take is given back.
large = D("7" * 20000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for _ in range(20000):
    large.copy_negate()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60000)
