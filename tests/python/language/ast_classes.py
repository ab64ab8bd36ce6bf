"""The node classes of the ast module: hierarchy, constructor, copying, weak references, use by threads."""
import ast
import copy
import threading
import weakref


def message(function, kind=TypeError):
    try:
        function()
    except kind as error:
        return str(error)
    raise AssertionError("nothing raised")


assert ast.Name.__mro__ == (ast.Name, ast.expr, ast.AST, object)
assert ast.Name._fields == ast.Name.__match_args__ == ("id", "ctx")
assert ast.Name._attributes == ("lineno", "col_offset", "end_lineno", "end_col_offset")
assert ast.Name.__doc__ == "Name(identifier id, expr_context ctx)"
assert ast.boolop.__doc__ == "boolop = And | Or"
assert ast.MatchSingleton.__doc__ == "MatchSingleton(constant value)"
assert ast.alias.asname is None and ast.alias.end_lineno is None
assert not hasattr(ast.pattern, "end_lineno")
assert repr(ast.AST) == "<class 'ast.AST'>" and ast.Pass.__module__ == "ast"

print(message(lambda: ast.Name(1, 2, 3)))
print(message(lambda: ast.Pass(1)))
print(message(lambda: ast.Name("x", id="y")))
print(message(lambda: ast.AST(1)))

node = ast.Name("x", ctx=ast.Load(), lineno=3, extra=[1])
assert node.__dict__ == {"id": "x", "ctx": node.ctx, "lineno": 3, "extra": [1]}
clone = copy.copy(node)
assert clone is not node and clone.__dict__ == node.__dict__ and clone.ctx is node.ctx
assert copy.deepcopy(node).extra is not node.extra
assert node.__reduce__() == (ast.Name, (), node.__dict__)
assert weakref.ref(node)() is node
node.__dict__ = {"id": "z"}
assert node.id == "z" and not hasattr(node, "ctx")
print(message(lambda: delattr(node, "__dict__")))


class Special(ast.Call):
    _fields = ("func", "more")


special = Special(1, more=2)
assert (special.func, special.more) == (1, 2)
print(message(lambda: Special(1, 2, 3)))

match ast.BinOp(1, ast.Add(), 2):
    case ast.BinOp(left, ast.Add(), right):
        assert (left, right) == (1, 2)


def work(results, number):
    nodes = [ast.keyword(arg=str(i), value=ast.Constant(i)) for i in range(300)]
    results[number] = sum(n.value.value for n in nodes) + len(ast.Call._fields)


results = {}
threads = [threading.Thread(target=work, args=(results, i)) for i in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(results.items()))
