"""What the stress programs have in common: a seed, a deadline, threads that report what went wrong."""
import random
import sys
import threading
import time
import traceback

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else random.randrange(1 << 31)
DEADLINE = time.monotonic() + (float(sys.argv[2]) if len(sys.argv) > 2 else 5)


def time_left():
    return DEADLINE - time.monotonic()


def chance(part=0):
    """A source of random numbers; the same for the same seed and part."""
    return random.Random(SEED * 1000 + part)


def run_threads(count, work, *arguments):
    """work(number, random, *arguments) in each thread; what any of them raises ends the program."""
    problems = []

    def body(number):
        try:
            work(number, chance(number), *arguments)
        except BaseException:
            problems.append(traceback.format_exc())

    threads = [threading.Thread(target=body, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        sys.exit("\n".join(problems))


def repeat(work, *arguments):
    """work(random, *arguments) again and again until the time is over; at least once."""
    source, rounds = chance(), 0
    while rounds == 0 or time_left() > 0:
        work(source, *arguments)
        rounds += 1
    return rounds
