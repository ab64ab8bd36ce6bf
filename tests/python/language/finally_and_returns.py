"""finally runs once; generators that return values are iterated; what yield from gets from other iterators."""
def f():
    try:
        x = 1
    finally:
        print("fin")
        raise OSError
try: f()
except OSError as e: print(repr(e.__context__))
def g():
    for i in range(3):
        try:
            if i == 1: continue
            if i == 2: return i
        finally:
            print("g", i)
            if i == 1: 1/0
try: g()
except ZeroDivisionError as e: print(repr(e.__context__))
def g(v):
    yield 1
    return v
for v in (5,(1,2),KeyError('x'),None): print(list(g(v)), [*g(v)], tuple(g(v)), sum(g(v)), max(g(v)), set(g(v)), dict(zip(g(v),g(v))), list(map(str,g(v))), sorted(g(v)), ''.join(str(x) for x in g(v)), next(g(v)), any(g(v)), list(enumerate(g(v))))
x = lambda: ((yield 1), (yield 2))
print(list(x()))
a,b = x()
print(a,b, 2 in x(), 3 in x())
def f():
    try:
        try:
            pass
        finally:
            raise OSError
    except OSError as e:
        print(repr(e.__context__))
f()
class I:
    def __iter__(s): return s
    def __next__(s): raise StopIteration(42)
def h():
    r = yield from I()
    print(r)
list(h())
