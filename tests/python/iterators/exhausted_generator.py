"""A for loop over a generator that has ended already; threads that share one generator."""
import threading


def numbers():
    yield 1
    yield 2


def drain(iterable):
    return [item for item in iterable]


generator = numbers()
print(drain(generator), drain(generator), [x for x in generator])
for item in generator:
    print("never")

for _ in range(50):
    shared = (n for n in range(200))
    seen = []

    def consume():
        while True:
            try:
                for item in shared:
                    seen.append(item)
                return
            except ValueError:
                pass

    threads = [threading.Thread(target=consume) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(200)), len(seen)
