"""A pool of threads gives the same results as a loop, whatever its size."""
from concurrent.futures import ThreadPoolExecutor


def work(n):
    total = 0
    for i in range(n):
        total += i * i % 7
    return total


expected = [work(n) for n in range(40)]
for size in (1, 2, 8):
    with ThreadPoolExecutor(size) as pool:
        assert list(pool.map(work, range(40))) == expected


def fails(n):
    raise ValueError(n)


with ThreadPoolExecutor(2) as pool:
    futures = [pool.submit(fails, n) for n in range(4)]
    errors = [type(f.exception()).__name__ + str(f.exception()) for f in futures]
print(errors)
