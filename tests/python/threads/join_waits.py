"""Who has joined a thread finds finalised what died with it: its locals, its cycles' last holders, what others drop."""
# One thread: it starts threads of its own and counts what the process holds
import threading

born, died = [], []


class Thing:
    def __init__(self):
        born.append(1)

    def __del__(self):
        died.append(1)


def work(local, shared):
    local.thing = Thing()
    local.list = [Thing() for _ in range(3)]
    shared.append(Thing())
    mine = Thing()
    shared.append(mine)
    del shared[0]


for turn in range(300):
    local, shared = threading.local(), []
    threads = [threading.Thread(target=work, args=(local, shared)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shared.clear()
    assert len(born) == len(died), (turn, len(born), len(died))
print(len(born))
