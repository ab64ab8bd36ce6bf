"""Lists of many sizes that grow and shrink by every means keep their items, alone and with other threads looking on."""
import threading


def grow_and_shrink(items, size):
    for i in range(size):
        items.append(i)
    assert len(items) == size and items[size - 1] == size - 1
    items.extend(range(size, 2 * size))
    assert items == list(range(2 * size))
    del items[size:]
    assert items == list(range(size))
    items += items
    items[size:] = []
    while len(items) > size // 10:
        last = len(items) - 1
        assert items.pop() == last
    items[2:2] = list(range(size))
    del items[2:2 + size]
    assert items == list(range(size // 10))
    items.insert(0, -1)
    assert items.pop(0) == -1
    items.clear()
    assert items == []


for size in (100, 1000, 8190, 8200, 20_000, 200_000):
    grow_and_shrink([], size)

for size in (1000, 65_000, 66_000, 300_000):
    data = bytearray()
    for i in range(size):
        data.append(i & 255)
    assert data[size - 1] == (size - 1) & 255
    data += bytes(data)
    assert data[:size] == data[size:]
    del data[size:]
    assert data == bytes(i & 255 for i in range(size))

seen = []
lists = [[] for _ in range(3)]
stop = threading.Event()


def look():
    while not stop.is_set():
        for items in lists:
            for item in items[:50]:
                assert 0 <= item < 400_000
            if items:
                try:
                    seen.append(items[-1])
                    del seen[:]
                except IndexError:
                    pass


def work(items):
    for size in (100, 9000, 30_000):
        for i in range(size):
            items.append(i)
        while len(items) > 10:
            del items[len(items) // 2:]
        items.clear()


readers = [threading.Thread(target=look) for _ in range(2)]
writers = [threading.Thread(target=work, args=(items,)) for items in lists]
for thread in readers + writers:
    thread.start()
for thread in writers:
    thread.join()
stop.set()
for thread in readers:
    thread.join()
print("ok", lists)
