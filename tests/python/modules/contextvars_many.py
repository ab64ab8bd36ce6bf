# Contexts with many variables: each change leaves the copies that were made before as they were.
import contextvars
import threading

variables = [contextvars.ContextVar(f"v{i}", default=-1) for i in range(1000)]
start = contextvars.copy_context()
seen = len(start)


def fill(step):
    for i, variable in enumerate(variables):
        if i % step == 0:
            variable.set((step, i))
    return contextvars.copy_context()


def check(context, step):
    for i, variable in enumerate(variables):
        assert context.get(variable) == ((step, i) if i % step == 0 else None)
        assert (variable in context) == (i % step == 0)


def work(step):
    # A thread begins with an empty context.
    assert variables[0].get() == -1
    own = fill(step)
    for _ in range(3):
        tokens = [variable.set(None) for variable in variables]
        check(own, step)
        for variable, token in zip(variables, tokens):
            variable.reset(token)
    check(contextvars.copy_context(), step)
    results[step] = own


results = {}
threads = [threading.Thread(target=work, args=(step,)) for step in (1, 2, 3, 7)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for step, context in results.items():
    check(context, step)
    assert len(context) == len(list(context)) == len(list(context.items())) == len(context.values())
    assert dict(context.items()) == dict(zip(context.keys(), context.values()))

assert len(start) == seen
assert results[2] == results[2].copy() and results[2] != results[3]
assert results[2].run(lambda: variables[4].get()) == (2, 4)
print(sorted(len(context) for context in results.values()))
