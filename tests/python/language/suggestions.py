"""What sys.excepthook suggests for misspelt names; members of functions and co_names."""
import sys
import types

sys.stderr = sys.stdout
print(types.MemberDescriptorType, types.GetSetDescriptorType)
def f(a):
    b=3
    def g(): return a, len, f
    return g
print(f.__code__.co_names, f(1).__code__.co_names, f(1).__globals__ is globals(), f(1).__closure__[0].cell_contents, f.__closure__)
class A:
    blech=1
for t in ("A().bluch","prnt(3)","def q():\n  valuex=3\n  valeux\nq()","foobarglobal=1\nfoobarglobl","[].appendx", "sys.exti", "x.y", "A().zzzzzz", "A().Blech"):
    try: exec(t)
    except Exception as e: sys.excepthook(type(e),e,e.__traceback__)
try:
    try: A().bluch
    except AttributeError: prnt(3)
except Exception as e: sys.excepthook(type(e),e,e.__traceback__)
