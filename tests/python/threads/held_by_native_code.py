"""Functions, classes and constants that only native code holds survive collections."""
# One thread: it sets signal handlers and hooks.
import _thread
import ast
import functools
import gc
import os
import signal
import sys
import threading
import time
import weakref


def churn():
    gc.collect()
    for i in range(100):
        exec(f"def function(a, b={i}): return 'text {i}', b'bytes {i}'\nclass Class: pass", {})
    gc.collect()


def fresh(text):
    space = {"calls": calls}
    exec(text, space)
    return space["made"]


calls = []


def check(name, register, use):
    calls.clear()
    register(fresh("def made(*args): calls.append(args)"))
    churn()
    use()
    print(name, bool(calls))


class Target:
    pass


async def generate():
    yield 1


targets = [Target()]
check("signal", lambda made: signal.signal(signal.SIGUSR1, made), lambda: signal.raise_signal(signal.SIGUSR1))
check("fork", lambda made: os.register_at_fork(before=made), lambda: os.waitpid(os.fork() or os._exit(0), 0))
check("generators", lambda made: sys.set_asyncgen_hooks(firstiter=made), lambda: generate().__anext__())
sys.set_asyncgen_hooks(None, None)
check("trace", sys.settrace, lambda: (lambda: 1)())
sys.settrace(None)
check("profile", sys.setprofile, lambda: len([]))
sys.setprofile(None)
check("partial", lambda made: calls.append(functools.partial(made)), lambda: calls.pop()())
check("weak reference", lambda made: targets.append(weakref.ref(targets[0], made)), lambda: targets.pop(0))

# Until a new thread is up, nobody else holds what it is to run.
finished = []
for i in range(100):
    _thread.start_new_thread(fresh("def made(finished): finished.append(1)"), (finished,))
    gc.collect()
    exec(f"def function(a, b={i}): return a\nclass Class: pass", {})
while len(finished) < 100:
    time.sleep(0.001)


class Constant(ast.Constant):
    @property
    def value(self):
        if not compiling:
            return 0
        churn()
        return fresh(f"made = (lambda: (b'constant {id(self)}', 'constant {id(self)}'))()")


class Replace(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.copy_location(Constant(), node)


compiling = False
tree = ast.fix_missing_locations(Replace().visit(ast.parse("values = [1, 2, 3, 4]")))
compiling = True
code = compile(tree, "tree", "exec")
compiling = False
space = {}
exec(code, space)
assert len(set(space["values"])) == 4 and all(pair[0].decode() == pair[1] for pair in space["values"])


class Key:
    def __init__(self, item):
        self.item = item
        self.made = fresh("class made: pass")

    def __lt__(self, other):
        if self.item % 7 == 0:
            churn()
        return self.item < other.item


items = [fresh(f"class made:\n    number = {i}") for i in range(20)]
items.sort(key=lambda item: Key(-item.number))
assert [item.number for item in items] == list(range(19, -1, -1))
print("ok")
