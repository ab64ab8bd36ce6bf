"""What a thread kept in a threading.local is finalised before the thread's join() returns, in the thread itself."""
# One thread: it makes threads of its own, and is slow
import threading

stop = False
busy = {}


class Thing:
    def __init__(self, number, log):
        self.number, self.log = number, log

    def __del__(self):
        self.log.append((self.number, threading.get_ident()))


def noise():
    number = 0
    while not stop:
        number += 1
        busy[number % 50] = [number]
        busy.pop((number + 25) % 50, None)


def work(number, local, log, idents):
    idents[number] = threading.get_ident()
    local.thing = Thing(number, log)
    local.others = [Thing(number + 10, log)]


noisy = [threading.Thread(target=noise) for _ in range(2)]
for thread in noisy:
    thread.start()
late = foreign = 0
for _ in range(40):
    log, local, idents = [], threading.local(), {}
    threads = [threading.Thread(target=work, args=(number, local, log, idents)) for number in range(4)]
    for thread in threads:
        thread.start()
    for number, thread in enumerate(threads):
        thread.join()
        ended = dict(log)
        late += number not in ended or number + 10 not in ended
        foreign += ended.get(number) != idents[number]
stop = True
for thread in noisy:
    thread.join()
print(late, foreign)


# A finaliser may use the local again.
class Again:
    def __init__(self, local, log, left):
        self.local, self.log, self.left = local, log, left

    def __del__(self):
        self.log.append(self.left)
        if self.left:
            self.local.again = Again(self.local, self.log, self.left - 1)


def use(local, log):
    local.again = Again(local, log, 1)


log, local = [], threading.local()
thread = threading.Thread(target=use, args=(local, log))
thread.start()
thread.join()
print(log[0])
