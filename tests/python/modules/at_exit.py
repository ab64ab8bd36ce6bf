"""What runs when the program ends: atexit functions, then finalisers of what modules hold."""
# One thread: it is about the end of the program.
import atexit
import logging
import threading


class Tracked:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print(self.name, logging is not None, len(threading.enumerate()) == 1)


atexit.register(print, "atexit")
kept = Tracked("global")
thread = threading.Thread(target=lambda: Tracked("thread"))
thread.start()
thread.join()
