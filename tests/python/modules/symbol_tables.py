"""symtable: which scope owns a name, and how it is used."""
import symtable
import threading

SOURCE = """
import os.path as op
total: int = 0
def outer(a, /, b=1, *rest, key, **more):
    global total, unseen
    total = a
    local = [i * b for i in rest if (last := i)]
    def inner(c):
        nonlocal local
        local = c
        return lambda d: (d, b)
    class Inner(object):
        __private = 1
        def method(self): return __class__, self.__private
    return inner
class Top(outer, metaclass=total):
    attribute = len
    def method(self): return attribute
    async def other(self): return {x async for x in self}
"""


def describe(table, out):
    symbols = sorted((name, table._table.symbols[name]) for name in table.get_identifiers())
    out.append((table.get_type(), table.get_name(), table.get_lineno(), table.is_nested(), table._table.varnames, symbols))
    for child in table.get_children():
        describe(child, out)
    return out


def check():
    described = describe(symtable.symtable(SOURCE, "?", "exec"), [])
    for line in described:
        print(*line)
    return described


def raises(error, *arguments):
    try:
        symtable.symtable(*arguments)
    except error as problem:
        return str(problem)
    raise AssertionError(f"no {error}")


first = check()
top = symtable.symtable(SOURCE, "?", "exec")
outer = top.lookup("outer").get_namespace()
assert outer.get_parameters() == ("a", "b", "key", "rest", "more") and outer.lookup("b").is_local()
assert top.lookup("unseen").is_declared_global() and outer.get_children()[1].get_frees() == ("local", "b")
assert raises(SyntaxError, "a =", "f", "exec") == "invalid syntax (f, line 1)"
assert raises(SyntaxError, "def f(x): global x", "f", "exec") == "name 'x' is parameter and global (f, line 1)"
assert raises(ValueError, "a", "f", "other") == "symtable() arg 3 must be 'exec' or 'eval' or 'single'"
assert raises(TypeError, 1, "f", "exec") == "symtable() arg 1 must be a string or bytes object"
assert repr(top) == "<SymbolTable for module ?>"

found = []
threads = [threading.Thread(target=lambda: found.append(describe(symtable.symtable(SOURCE, "?", "exec"), []))) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert found == [first] * 4
