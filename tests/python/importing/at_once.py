"""Threads that import the same module at once: all get it whole, and circular imports do not hang."""
# One thread: it changes sys.modules.
import _imp
import codecs
import os
import shutil
import sys
import tempfile
import threading

folder = tempfile.mkdtemp()


def write(name, text):
    with open(os.path.join(folder, name + ".py"), "w") as file:
        file.write(text)


def import_at_once(*names):
    def work(number):
        name = names[number % len(names)]
        barrier.wait()
        try:
            assert sys.modules[__import__(name).__name__].last == name
        except BaseException as error:
            problems.append(error)

    barrier, problems = threading.Barrier(8), []
    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems, problems


sys.dont_write_bytecode = True
sys.path.insert(0, folder)
try:
    for round in range(20):
        name = f"whole_{round}"
        write(name, f"import time\ntime.sleep(0.001)\nfirst = 1\nlast = {name!r}\n")
        import_at_once(name)
        one, two = f"circle_one_{round}", f"circle_two_{round}"
        write(one, f"import time\ntime.sleep(0.001)\nimport {two}\nlast = {one!r}\n")
        write(two, f"import time\ntime.sleep(0.001)\nimport {one}\nlast = {two!r}\n")
        import_at_once(one)
        assert sys.modules[two].last == two
finally:
    shutil.rmtree(folder)

problems = []
barrier = threading.Barrier(8)


def look_up():
    for name in ("koi8_r", "cp1251", "cp866", "iso8859_5", "mac_roman", "cp037", "hp_roman8"):
        barrier.wait()
        try:
            codecs.lookup(name)
        except LookupError as error:
            problems.append(error)


threads = [threading.Thread(target=look_up) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not problems, problems

print(_imp.lock_held())
_imp.acquire_lock()
_imp.acquire_lock()
_imp.release_lock()
print(_imp.lock_held())
_imp.release_lock()
try:
    _imp.release_lock()
except RuntimeError as error:
    print(error)
