"""What several threads used much still ends, with what it holds, though its finaliser ran once before."""
# One thread: it starts threads of its own and counts what the process holds
import gc
import threading

saved, ended = [], []


class Part:
    def __del__(self):
        ended.append(1)


class Phoenix:
    def __del__(self):
        saved.append(self)


def look(box):
    for _ in range(20000):
        box.phoenix.part


class Box:
    pass


def turn():
    Phoenix()
    gc.collect()
    box = Box()
    box.phoenix = saved.pop()
    box.phoenix.part = Part()
    threads = [threading.Thread(target=look, args=(box,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


for _ in range(3):
    turn()
    gc.collect()
gc.collect()
assert not saved
print(len(ended))
