"""Annotations under `from __future__ import annotations`: text as unparse writes it, and what may not stand in them."""
from __future__ import annotations
def f(a: 'x', b: List[ int,str ], *c: (1,2), d: x if y else z, e: lambda x,*y: 3, g: f"a{x!r:>{w}}b{{", h: {1:2, **k}, i: -5j**2, j: a<b<c, k: [x for x in y if z], l: x[1:2,::3], m: not a and b, n: "it's", o:b'q\x00', p: ..., q: 0xFFFFFFFFFFFFFFFFFFFFFFFF, r: 1e400, u: await_, v: x@y//z%w, w: ~-+x, xx: (a,), y: (), z: a.b(c,*d,e=f,**g), aa: 1_000, bb: None, cc: u'x', dd:(lambda: (yield)), ee: {*a}, ff: 1.0, gg: 1e16, hh: "a" 'b', ii: '\u20ac\n', jj:(x for x in y)) -> Dict [ 'a' ] : pass
for k,v in f.__annotations__.items(): print(k, repr(v))
class C:
    x: int = 3
    y: list [str]
print(C.__annotations__)
for s in ("x: (a:=3)", "def f(x: (yield)): pass", "def g() -> (await x): pass", "def f(x: [(y:=1) for z in w]): pass"):
    try: exec("from __future__ import annotations\n"+s); print("ok",s)
    except SyntaxError as e: print(e)
