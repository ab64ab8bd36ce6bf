"""compile() of trees: what is checked, and that checked trees run; by several threads at once."""
import ast
import threading
import types

tree = ast.parse("""
def f(x, *a, y=3, **k):
    'doc'
    return [x + i for i in range(y)], 10**30, 2j, -5, b'x', 'q\\ud800'
result = f(1)
match 3:
    case 1 | 3 as z: pass
""")
space = {}
exec(compile(tree, "f", "exec"), space)
assert space["result"] == ([1, 2, 3], 10**30, 2j, -5, b"x", "q\ud800") and space["z"] == 3
print(ast.unparse(tree))
print(ast.literal_eval("{'a': [1, 2.5, (3, -4j)], None: {1}}"))


def n(**k):
    return dict(lineno=1, col_offset=0, **k)


def try_compile(tree, mode="exec"):
    try:
        compile(tree, "f", mode)
        print("ok")
    except Exception as e:
        print(type(e).__name__, e)


try_compile(ast.Module([],[]))
try_compile(ast.Module())
try_compile(ast.Module((),[]))
try_compile(3)
try_compile(ast.Expression(ast.Constant(1)),"eval")
try_compile(ast.Expression(ast.Constant(1,**n())),"eval")
try_compile(ast.Expression(ast.Constant(1,**n())),"exec")
try_compile(ast.Expression(ast.Constant(object,**n())),"eval")
try_compile(ast.Expression(ast.Constant((1,[2]),**n())),"eval")
try_compile(ast.Expression(ast.Name("None",ast.Load(),**n())),"eval")
try_compile(ast.Expression(ast.Name("x",ast.Store(),**n())),"eval")
try_compile(ast.Expression(ast.Name(3,ast.Load(),**n())),"eval")
try_compile(ast.Expression(ast.Name(None,ast.Load(),**n())),"eval")
try_compile(ast.Expression(ast.Name("x",None,**n())),"eval")
try_compile(ast.Expression(ast.BinOp(None,ast.Add(),3,**n())),"eval")
try_compile(ast.Expression(3),"eval")
try_compile(ast.Expression(None),"eval")
try_compile(ast.Module([None],[]))
try_compile(ast.Module([3],[]))
try_compile(ast.Module([ast.If(ast.Constant(1,**n()),[],[],**n())],[]))
try_compile(ast.Module([ast.Try([ast.Pass(**n())],[],[],[],**n())],[]))
try_compile(ast.Module([ast.TryStar([ast.Pass(**n())],[],[],[],**n())],[]))
try_compile(ast.Module([ast.TryStar([ast.Pass(**n())],[],[ast.Pass(**n())],[ast.Pass(**n())],**n())],[]))
try_compile(ast.Module([ast.Raise(None,ast.Constant(1,**n()),**n())],[]))
try_compile(ast.Module([ast.Pass(lineno=5,col_offset=3,end_lineno=4)],[]))
try_compile(ast.Module([ast.Pass(lineno=5,col_offset=3,end_lineno=5,end_col_offset=1)],[]))
try_compile(ast.Module([ast.Pass(lineno=-5,col_offset=-3,end_lineno=5,end_col_offset=1)],[]))
try_compile(ast.Module([ast.Pass(lineno=5.5,col_offset=3,end_lineno=5,end_col_offset=1)],[]))
try_compile(ast.Module([ast.Pass(lineno=5**50,col_offset=3,end_lineno=5,end_col_offset=1)],[]))
e = ast.UnaryOp(op=ast.Not(), **n())
e.operand = e
try:
    compile(ast.Expression(e), "f", "eval")
except RecursionError:
    pass
else:
    raise AssertionError
c=compile(ast.Module([ast.Expr(ast.Call(ast.Name("foo",ast.Load(),**n()),[],[],lineno=3,col_offset=5),**n())],[]),"f","exec")
try: exec(c)
except NameError as e: print(e, e.__traceback__.tb_next.tb_lineno)
try_compile(ast.Module([ast.Return(None,**n())],[]))
try_compile(ast.Module([ast.Break(**n())],[]))
try_compile(ast.Interactive([ast.Pass(**n())]),"single")
try_compile(ast.Interactive([ast.Pass(**n())]),"eval")


def work(results, number):
    source = open(ast.__file__).read()
    module = types.ModuleType("again")
    exec(compile(ast.parse(source), "again", "exec"), module.__dict__)
    results[number] = module.dump(module.parse("x = 1"))


results = {}
threads = [threading.Thread(target=work, args=(results, i)) for i in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results[0], len(set(results.values())), len(results))
