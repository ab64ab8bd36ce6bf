# Audit hooks see what a program does, in order, and stop it by raising; a hook may keep later ones out.
# One thread: hooks cannot be taken away
import os
import sys
import threading

seen = []
active = False


def hook(event, arguments):
    if active and not event.startswith(("object.", "code.", "marshal.", "os.", "cpython.", "sys.monitoring", "builtins.id")):
        seen.append((event, arguments))


class Refused(Exception):
    pass


def recorded(function):
    global active
    seen.clear()
    active = True
    try:
        function()
    except Refused as error:
        print("refused", error)
    finally:
        active = False
    return [(event, len(arguments)) for event, arguments in seen]


sys.addaudithook(hook)
print(recorded(lambda: sys.audit("my.event", 1, "two")), seen)
print(recorded(lambda: exec("x = 1")))
print(recorded(lambda: eval("1 + 1")))
print(recorded(lambda: compile("1", "name", "eval")), seen[0][1])
print([event for event, _ in recorded(lambda: open(os.devnull, "rb").close())], seen[0][1][1])
print(recorded(lambda: sys.settrace(None)), recorded(lambda: sys.setprofile(None)), recorded(lambda: sys._getframe())[0])
print([event for event, _ in recorded(lambda: __import__("this_module_is_not_there_at_all") if 0 else None)])
for wrong in (lambda: sys.audit(), lambda: sys.audit(5), lambda: sys.addaudithook()):
    try:
        wrong()
    except TypeError:
        print("TypeError")


def refuse(event, arguments):
    if active and event == "forbidden":
        raise Refused(arguments)
    if event == "sys.addaudithook":
        raise RuntimeError("no more")


sys.addaudithook(refuse)
print(recorded(lambda: sys.audit("forbidden", 7)))
sys.addaudithook(lambda *args: print("never"))
sys.audit("any")

# Every thread is heard.
active = True
seen.clear()
threads = [threading.Thread(target=lambda n: [sys.audit("count", n, i) for i in range(100)], args=(n,)) for n in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
active = False
print(len([1 for event, _ in seen if event == "count"]))
