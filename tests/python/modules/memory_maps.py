"""Memory maps whose items are changed while something else happens to them."""
import mmap
import threading


class Index:
    """Does something to a map when it is asked for its number."""

    def __init__(self, number, action):
        self.number, self.action = number, action

    def __index__(self):
        self.action()
        return self.number


area = mmap.mmap(-1, 1 << 20)
print(len(area[Index(0, lambda: area.resize(4096)):]), len(area))
area = mmap.mmap(-1, 1 << 20)
area[Index(0, lambda: area.resize(4096)):4] = b"abcd"
print(area[:5], len(area))

first, second = mmap.mmap(-1, 4096), mmap.mmap(-1, 4096)


def copy_to(target, source):
    for _ in range(300):
        target[:] = source
        repr(target), target.closed


threads = [threading.Thread(target=copy_to, args=pair) for pair in ((first, second), (second, first)) * 2]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
first[:3] = b"end"
print(first[:3], second.closed)
