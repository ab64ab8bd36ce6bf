"""A failed assert points to the comparison that its test made last."""
import traceback
def f(): assert 1 == 2, "x"
def g():
    assert str(3) == "4"
def h():
    assert str(3) == "4", str(5)
def k():
    assert (str(3) ==
       "4"), "x"
x = None
def l():
    assert x
def m():
    assert x, "hm"
def n():
    assert x and f() or x.y, x
for z in f,g,h,k,l,m,n:
    try: z()
    except Exception: print(traceback.format_exc().replace(__file__, "FILE"))
