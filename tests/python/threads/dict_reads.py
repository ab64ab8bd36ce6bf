"""Keys and values stay together for readers while other threads delete keys and make the table move."""
import threading

table = {i: i for i in range(64)} | {f"k{i}": f"k{i}" for i in range(64)}
stop = threading.Event()
problems = []
threading.excepthook = lambda args: problems.append(args.exc_value)


def churn(base):
    while not stop.is_set():
        for i in range(base, base + 200):
            table[i] = i
            table[str(i)] = str(i)
        for i in range(base, base + 200):
            del table[i]
            del table[str(i)]


def read():
    for _ in range(1500):
        for i in range(64):
            assert table[i] == i and table[f"k{i}"] == f"k{i}" and i in table


writers = [threading.Thread(target=churn, args=(1000 * (n + 1),)) for n in range(2)]
readers = [threading.Thread(target=read) for _ in range(2)]
for thread in writers + readers:
    thread.start()
for thread in readers:
    thread.join()
stop.set()
for thread in writers:
    thread.join()
assert not problems, problems
print("ok")
