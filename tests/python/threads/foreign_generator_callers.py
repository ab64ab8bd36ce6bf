"""f_back of a generator that another frame is throwing into: its last caller may be long gone."""
import threading


class Delegate:
    def __init__(self):
        self.seen = []

    def __iter__(self):
        return self

    def __next__(self):
        return 1

    def throw(self, *details):
        frame = self.outer.gi_frame
        for _ in range(3):
            if frame is None:
                break
            self.seen.append(frame.f_code.co_name)
            frame = frame.f_back
        return 2


def outer(delegate):
    yield from delegate


def advance(generator, depth):
    return advance(generator, depth - 1) if depth else next(generator)


def work():
    delegate = Delegate()
    delegate.outer = generator = outer(delegate)
    for _ in range(50):
        advance(generator, 40)
        generator.throw(ValueError)


work()
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")
