"""Generators that die or are closed while they wait: those with something to clean up do it, all let go of what they hold."""
import gc
import sys
import threading
import weakref


class Held:
    pass


def simple(held):
    yield 1
    yield held


def in_loop(held):
    for item in [held] * 3:
        yield item


def cleans_up(held, log):
    try:
        yield held
    finally:
        log.append("closed")


def delegates(held, log):
    yield from cleans_up(held, log)


def with_statement(log):
    class Manager:
        def __enter__(self): return self
        def __exit__(self, *details): log.append(details[0].__name__)
    with Manager():
        yield 1


def started(generator):
    next(generator)
    return generator


def dies(make):
    held = Held()
    reference = weakref.ref(held)
    generator = make(held)
    del held
    del generator
    return reference() is None


log = []
print(dies(simple), dies(lambda h: started(simple(h))), dies(lambda h: started(in_loop(h))), dies(lambda h: started(x for x in [h, h])))
print(dies(lambda h: started(cleans_up(h, log))), dies(lambda h: started(delegates(h, log))), log)
del log[:]
started(with_statement(log))
print(log)

for make in (lambda: simple(1), lambda: in_loop(1), lambda: (x for x in "ab")):
    generator = started(make())
    print(gc.is_finalized(generator), generator.gi_suspended, generator.close(), generator.gi_frame, generator.gi_suspended, list(generator))
    try:
        generator.throw(KeyError("late"))
    except KeyError as error:
        print(error)
    fresh = make()
    print(fresh.close(), list(fresh))

# A frame that is kept has its locals still.
generator = started(in_loop("x"))
frame = generator.gi_frame
del generator
print(sorted(frame.f_locals), frame.f_locals["item"])
generator = started(in_loop("y"))
frame = generator.gi_frame
print(gc.is_finalized(generator), generator.close(), frame.f_locals)


# In the middle of handling an exception.
def handles():
    try:
        raise ValueError("seen")
    except ValueError:
        yield sys.exc_info()[0]


generator = started(handles())
generator.close()
print(sys.exc_info())


# A cycle through a waiting generator.
def in_cycle(box):
    held = Held()
    yield weakref.ref(held)
    yield box


box = []
box.append(in_cycle(box))
reference = next(box[0])
del box
gc.collect()
print(reference() is None)


# Threads that close and drop each other's generators.
def many():
    failures = []
    shared = [started(in_loop(Held())) for _ in range(2000)]

    def work(step):
        try:
            for generator in shared[::step]:
                try:
                    generator.close()
                except ValueError as error:
                    assert "already executing" in str(error)
            while True:
                try:
                    shared.pop()
                except IndexError:
                    return
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(step,)) for step in (1, -1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures


many()
