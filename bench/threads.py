"""How programs of independent work scale: each job is done by 1 thread and by N threads; prints wall-clock ratios.

usage: WEFT threads.py [N] [JOB...]          N: threads, 2 by default
"""
import sys
import threading
import time

PARTS = 16  # pieces of a job, dealt out evenly to the threads


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def plus(self, other):
        return Vector(self.x + other.x, self.y + other.y)


def objects(n):
    position, step = Vector(0, 0), Vector(1, 2)
    for _ in range(n):
        position = position.plus(step)
    return position.x


def dicts(n):
    counts = {}
    for i in range(n):
        key = f"key{i % 1000}"
        counts[key] = counts.get(key, 0) + len(key)
    return len(counts)


def lists(n):
    items = []
    for i in range(n):
        items.append(i * 7919 % 1000)
        if i % 1000 == 999:
            items = sorted(items)[:10]
    return len(items)


def strings(n):
    total = 0
    for i in range(n):
        total += len(" ".join(["a", str(i), "b"]).upper().split())
    return total


def exceptions(n):
    caught = 0
    for i in range(n):
        try:
            if i % 3 == 0:
                raise ValueError(i)
        except ValueError:
            caught += 1
    return caught


def generators(n):
    return sum(x * 2 for x in (i for i in range(n)) if x & 1)


def floats(n):
    x = 0.5
    for _ in range(n):
        x = 3.7 * x * (1.0 - x)
    return x


TABLE = {i: str(i) for i in range(10_000)}
NUMBERS = list(range(10_000))


def reading(n):
    """All threads read one dict and one list."""
    total = 0
    for i in range(n):
        total += len(TABLE[i % 10_000]) + NUMBERS[i % 10_000]
    return total


JOBS = {fib: 25, objects: 120_000, dicts: 80_000, lists: 200_000, strings: 60_000, exceptions: 100_000, generators: 250_000,
        floats: 400_000, reading: 200_000}


def seconds(job, size, threads):
    def work():
        for _ in range(PARTS // threads):
            job(size)

    workers = [threading.Thread(target=work) for _ in range(threads)]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return time.perf_counter() - start


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    names = sys.argv[2:]
    print(f"| job | 1 thread, s | {threads} threads, s | times faster |\n|---|---|---|---|")
    for job, size in JOBS.items():
        if names and job.__name__ not in names:
            continue
        alone = min(seconds(job, size, 1) for _ in range(3))
        together = min(seconds(job, size, threads) for _ in range(3))
        print(f"| {job.__name__} | {alone:.2f} | {together:.2f} | {alone / together:.2f} |", flush=True)


if __name__ == "__main__":
    main()
