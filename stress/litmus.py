"""Small programs of a few threads with outcomes that must never be seen."""
import threading

from harness import repeat, run_threads

ROUNDS = 2000


class Box:
    pass


def message_passing(source):
    """Who sees the flag sees what was written before it."""
    data, flag = Box(), Box()
    data.value = flag.value = 0

    def work(number, chance):
        for i in range(1, ROUNDS):
            if number == 0:
                data.value = i
                flag.value = i
            else:
                seen = flag.value
                assert data.value >= seen

    run_threads(2, work)


def coherence(source):
    """One thread counts upwards; nobody sees it go back."""
    places = [0], {"n": 0}

    def work(number, chance):
        last = [0, 0]
        for i in range(ROUNDS):
            if number == 0:
                places[0][0] = places[1]["n"] = i
                continue
            now = [places[0][0], places[1]["n"]]
            assert now[0] >= last[0] and now[1] >= last[1], (last, now)
            last = now

    run_threads(3, work)


def fresh_objects(source):
    """An object that is found is whole."""
    table = {}

    def work(number, chance):
        for i in range(ROUNDS):
            if number == 0:
                box = Box()
                box.first, box.second = i, [i, str(i)]
                table["box"] = box
            elif (box := table.get("box")) is not None:
                assert box.second == [box.first, str(box.first)]

    run_threads(3, work)


def one_winner(source):
    """setdefault, pop and list.pop have one winner."""
    tables = [{} for _ in range(ROUNDS)]
    stock, barrier = list(range(ROUNDS)), threading.Barrier(4)
    winners, taken = [[] for _ in range(4)], [[] for _ in range(4)]

    def work(number, chance):
        barrier.wait()
        for table in tables:
            winners[number].append(table.setdefault("key", number))
        try:
            while True:
                taken[number].append(stock.pop())
        except IndexError:
            pass

    run_threads(4, work)
    assert winners[0] == winners[1] == winners[2] == winners[3]
    assert sorted(sum(taken, [])) == list(range(ROUNDS))


def counted(source):
    """What locks, appends and additions count is right."""
    box, lock, recursive, condition = Box(), threading.Lock(), threading.RLock(), threading.Condition()
    box.a = box.b = box.c = 0
    items, table = [], {}

    def work(number, chance):
        for i in range(ROUNDS // 4):
            with lock:
                box.a += 1
            with recursive, recursive:
                box.b += 1
            with condition:
                box.c += 1
                condition.notify()
            items.append(i)
            table[number, i] = i

    run_threads(4, work)
    expected = ROUNDS // 4 * 4
    assert (box.a, box.b, box.c, len(items), len(table)) == (expected,) * 5


def identities(source):
    """Interned names, small functions and bound methods stay what they are while others make the same."""
    def work(number, chance):
        import sys
        for i in range(ROUNDS // 4):
            name = sys.intern(f"name_{i % 50}")
            assert name is sys.intern("name_" + str(i % 50)) and name == f"name_{i % 50}"

    run_threads(4, work)


repeat(lambda source: source.choice((message_passing, coherence, fresh_objects, one_winner, counted, identities))(source))
