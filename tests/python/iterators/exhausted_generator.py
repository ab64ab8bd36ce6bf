"""A for loop over a generator that has ended already; threads that share one generator."""
import threading
import weakref


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


class Bad:
    def __iter__(self):
        return weakref.proxy(numbers)


for build in (lambda: list(Bad()), lambda: [x for x in Bad()]):
    try:
        build()
    except TypeError as problem:
        print(problem)
