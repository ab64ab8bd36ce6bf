# One thread: the limit is the process's.
"""A thread that cannot get its memory is not started, and says so; those that were go on."""
import resource
import threading

with open("/proc/self/statm") as file:
    size = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + (200 << 20),) * 2)
event, threads = threading.Event(), []
try:
    for _ in range(2000):
        thread = threading.Thread(target=event.wait)
        thread.start()
        threads.append(thread)
except RuntimeError as error:
    print(error)
event.set()
for thread in threads:
    thread.join()
print("joined")
