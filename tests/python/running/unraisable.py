"""What is printed of an exception that nobody could catch: itself alone, without what led to it."""
import re
import subprocess
import sys

PROGRAM = """
class A:
    def __del__(self):
        try: raise KeyError('a')
        except KeyError as e: raise ValueError from e
a = A(); del a
class B:
    def __del__(self): raise SyntaxError('bad', ('f',1,2,'text'))
B()
class E(Exception):
    def __str__(self): raise TypeError
class C:
    def __del__(self): raise E
C()
class G(Exception): pass
G.__module__ = 'mod.x'; G.__qualname__ = 'Q.G'
class F:
    def __del__(self): e = G('multi\\nline'); e.add_note('note'); raise e
F()
class H:
    def __del__(self): raise ExceptionGroup('eg', [ValueError(1)])
H()
def deep(n):
    if n: return deep(n-1)
    raise OSError(2, 'x')
class I:
    def __del__(self): deep(6)
I()
class J:
    def __repr__(self): raise ValueError
    def __call__(self, r): 1/0
import weakref
class K: pass
k = K(); r = weakref.ref(k, J()); del k
"""
process = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
print(process.stdout, re.sub("0x[0-9a-f]+", "ADDRESS", process.stderr))
