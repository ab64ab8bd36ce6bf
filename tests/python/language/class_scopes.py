"""Names of class bodies that methods take from outside, the cell __class__, and global declarations."""
def test():
    method_and_var = "var"
    class Test:
        def method_and_var(self): return "method"
        def test(self): return method_and_var
        x = method_and_var
    return Test()
t=test(); print(t.test(), t.method_and_var())
class A:
    def f(self): return 'A'
class X(A):
    def f(self): return super().f()
    __class__ = 413
print(X().f(), X().__class__)
class Y(A):
    def f(self): return super().f(), __class__
    global __class__
    __class__ = 42
print(Y().f(), __class__)
class Z(A):
    nonlocal_test = 1
    def f(self): return super().f(), __class__
    try:
        print(__class__)
    except NameError as e: print(e)
print(Z().f())
def outer(x):
    class C:
        global x
        x = 3
        def m(self): return x
    return C().m()
print(outer(1), x)

for name, space in (("same", {}), ("other", {})):
    local = space if name == "same" else {}
    exec("""def f():
    y = 1
    def g():
        global y
        return y
    def h():
        return y + 1
    return g, h
y = 9
g, h = f()
result = g(), h()
""", space, local)
    print(name, local["result"], "y" in space)
