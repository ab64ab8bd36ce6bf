"""Runs the body of a script in several threads at once, and prints what it prints: every thread must print the same.

usage: in_threads.py THREADS SCRIPT

The threads share the code, the modules, the classes of the library, and all caches; each has its own global names. A
script that cannot be run so says why in a line `# One thread: ...`.
"""
import io
import itertools
import sys
import threading
import traceback


class Outputs(io.TextIOBase):
    """A stdout for each thread; threads that a body starts write to the main one's."""

    def __init__(self, main):
        self.main = main
        self.own = threading.local()

    def current(self):
        return getattr(self.own, "stream", self.main)

    def write(self, text):
        return self.current().write(text)

    def flush(self):
        self.current().flush()


def main():
    count, path = int(sys.argv[1]), sys.argv[2]
    with open(path, encoding="utf-8") as file:
        code = compile(file.read(), path, "exec")
    sys.argv = [path]
    common = sys.stdout = Outputs(sys.stdout)
    outputs, failures = [None] * count, []
    barrier = threading.Barrier(count)

    def body(number):
        stream = common.own.stream = io.StringIO()
        barrier.wait()
        try:
            exec(code, {"__name__": "__main__", "__file__": path, "__builtins__": __builtins__})
        except BaseException:
            failures.append(f"in thread {number} of {count}:\n{traceback.format_exc()}")
        outputs[number] = stream.getvalue()

    threads = [threading.Thread(target=body, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout = common.main
    for number, output in enumerate(outputs):
        pairs = itertools.zip_longest(outputs[0].splitlines(), output.splitlines())
        difference = next((pair for pair in pairs if pair[0] != pair[1]), None)
        if difference:
            failures.append("threads 0 and {} of {} printed\n{}\n{}".format(number, count, *difference))
            break
    sys.stdout.write(outputs[0])
    if failures:
        sys.exit("\n".join(failures))


main()
