"""Subclasses of the text and number types, and objects that stand for numbers, bytes or formats by special methods."""

class S(str):
    x = 5
    def __new__(cls, v='q'): return super().__new__(cls, v + '!')
s = S('ab'); s.attr = 7
print(s, repr(s), type(s), s.attr, s.x, len(s), s == 'ab!', hash(s) == hash('ab!'), s.upper(), type(s.upper()), type(s[:]), type(str(s)), s.__dict__)
print({s: 1}['ab!'], 'ab!' in {s}, type(s + ''), type('' + s), type(s.strip()), type(s.replace('z','y')), s.split('!')[0])
class B(bytes):
    pass
b = B(b'xyz'); b.z = 1
print(b, type(b), b.z, type(b[:]), b == b'xyz', type(bytes(b)), type(b.strip()))
class BA(bytearray):
    pass
ba = BA(b'qq'); ba.z = 2
ba.append(65); print(ba, type(ba), ba.z, type(ba.copy()), type(ba[:]), ba.__reduce_ex__(2))
class I(int):
    def __add__(self, o): return 'added'
i = I(5); i.z = 3
print(i, i + 1, 1 + i, i * 2, type(i * 2), type(+i), type(int(i)), i.z, I(2**100), type(I(2**100) + 0), I('12'), I(b'7'), I.from_bytes(b'a', 'big'), type(I.from_bytes(b'a','big')))
class F(float):
    pass
f = F(1.5); f.z = 1
print(f, type(f), type(+f), type(f + 1), f.z, F('2.5'), F.fromhex('0x1p0'), type(F.fromhex('0x1p0')), hash(f) == hash(1.5), type(float(f)))
class C(complex):
    pass
c = C(1, 2); c.z = 1
print(c, type(c), type(+c), c + 1, c.z, C('1+2j'), c.real)
class Idx:
    def __index__(self): return 3
print('abcdef'[Idx()], b'abcdef'[Idx()], 'ab' * Idx(), int(Idx()), float(Idx()), complex(Idx()), '%d' % Idx().__index__(), '%x' % Idx(), bytes(Idx()), memoryview(b'abcd')[Idx()], 'abc'.center(Idx()), bytearray(Idx()))
class Fl:
    def __float__(self): return 2.5
print(float(Fl()), complex(Fl()), '%f' % Fl(), 1 if Fl() else 0)
class Cx:
    def __complex__(self): return 1+1j
print(complex(Cx()), complex(Cx(), 1))
class In:
    def __int__(self): return 42
print(int(In()), '%d' % In())
class By:
    def __bytes__(self): return b'by'
print(bytes(By()), b'%b' % By())
class RA:
    def __radd__(self, o): return ('radd', o)
    def __rmul__(self, o): return ('rmul', o)
    def __rmod__(self, o): return ('rmod', o)
print('a' + RA(), 'a' * RA(), b'a' + RA(), b'a' * RA(), 1 + RA(), 1.5 * RA(), 1j * RA())
class SR(str):
    def __rmod__(self, o): return ('SR', o)
    def __radd__(self, o): return ('SRadd', o)
print('%s' % SR('x'), 'a' + SR('b'))
class Fmt:
    def __format__(self, spec): return 'F<' + spec + '>'
    def __str__(self): return 'str'
    def __repr__(self): return 'repr'
print('{:abc} {!s} {!r}'.format(Fmt(), Fmt(), Fmt()), f'{Fmt():q}', '%s %r' % (Fmt(), Fmt()))
class Bad:
    def __str__(self): return 5
try: str(Bad())
except TypeError as e: print(e)
class D(dict):
    def __missing__(self, k): return 'miss-' + k
print('{a} {b}'.format_map(D(a=1)), '%(a)s %(z)s' % D(a=1))
class T:
    def __getitem__(self, i):
        if i == 97: return 'X'
        raise LookupError
print('abc'.translate(T()))
it = iter('abc'); next(it); print(it.__length_hint__(), it.__reduce__()[1:]); it.__setstate__(2); print(list(it), list(it))
def gen():
    yield 'a'
    yield 'b'
print('-'.join(gen()), b'-'.join([b'a']), bytes(x for x in range(3)), bytearray(range(3)))
x = bytearray(b'abcdef'); x[1:3] = b'XXXX'; print(x); del x[0]; print(x); del x[::2]; print(x); x *= 2; print(x); x.reverse(); print(x); x[2:2] = [1,2]; print(x); x.clear(); print(x)
m = memoryview(bytearray(b'hello')); m2 = m[1:]; m.release(); print(m2.tolist()); 
with memoryview(b'abc') as mm: print(mm[0])
try: mm[0]
except ValueError as e: print(e)
b = bytearray(b'ab'); v = memoryview(b)
try: b.append(1)
except BufferError as e: print(e)
del v
b.append(1); print(b)
try: memoryview(b).release(); v = memoryview(b); w = memoryview(v); v.release(); print(w[0]); w.release(); b.append(2); print(b)
except BufferError as e: print(e)
print(1 .__class__, True.__class__, (1.0).__class__, sorted(['b','a','C'], key=str.lower), max('abc'), min(b'abc'), sum([1.5,2]), sum([1j,2]))


def doubled(times):
    text = "ab" * 40
    for _ in range(times):
        text += text  # the string grows by itself
    return text


assert doubled(8) == "ab" * 40 * 256
