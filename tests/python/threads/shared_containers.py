"""Threads that share lists, dicts and instances lose nothing and see nothing foreign."""
import threading

WORKERS, ROUNDS = 4, 300


def run(work):
    threads = [threading.Thread(target=work, args=(n,)) for n in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


items = []
run(lambda n: [items.append((n, i)) for i in range(ROUNDS)])
assert len(items) == WORKERS * ROUNDS
for n in range(WORKERS):
    assert [i for owner, i in items if owner == n] == list(range(ROUNDS))

table = {}


def fill(n):
    for i in range(ROUNDS):
        table[n, i] = str(i)
        assert table[n, i] == str(i)
        winner = table.setdefault("one", object())
        assert table["one"] is winner


run(fill)
assert len(table) == WORKERS * ROUNDS + 1


class Account:
    def __init__(self):
        self.balance = 0
        self.lock = threading.Lock()


account = Account()


def deposit(n):
    for i in range(ROUNDS):
        with account.lock:
            account.balance += 1
        setattr(account, f"note_{n}", [i])


run(deposit)
assert account.balance == WORKERS * ROUNDS
assert [account.__dict__[f"note_{n}"] for n in range(WORKERS)] == [[ROUNDS - 1]] * WORKERS

queue = list(range(WORKERS * ROUNDS))
taken = [[] for _ in range(WORKERS)]


def drain(n):
    while True:
        try:
            taken[n].append(queue.pop())
        except IndexError:
            return


run(drain)
assert sorted(sum(taken, [])) == list(range(WORKERS * ROUNDS))

local = threading.local()
seen = []


def confined(n):
    local.value = n
    for _ in range(ROUNDS):
        assert local.value == n
    seen.append(n)


run(confined)
assert sorted(seen) == list(range(WORKERS))
print("ok")
