"""subprocess, select and queue.SimpleQueue: pipes, waits, and many threads at once."""
# One thread: children inherit the pipes of other threads.
import os
import queue
import select
import subprocess
import sys
import threading


def check_subprocess():
    done = subprocess.run([sys.executable, "-c", "import sys; sys.stdout.write(sys.stdin.read().upper())"], input="abc",
                          capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ABC", "")
    for arguments, options, name in ((["/nonexistent"], {}, "/nonexistent"), (["true"], {"cwd": "/nowhere"}, "/nowhere")):
        try:
            subprocess.Popen(arguments, **options)
        except FileNotFoundError as problem:
            assert problem.filename == name
        else:
            raise AssertionError
    reading, writing = os.pipe()
    child = subprocess.Popen(["sh", "-c", f"echo hi >&{writing}; pwd"], pass_fds=[writing], cwd="/", stdout=subprocess.PIPE,
                             env={"PATH": "/bin:/usr/bin"}, start_new_session=True)
    os.close(writing)
    assert os.read(reading, 10) == b"hi\n" and child.communicate()[0] == b"/\n"
    os.close(reading)
    try:
        subprocess.Popen(["true"], preexec_fn=lambda: 1 / 0)
    except subprocess.SubprocessError as problem:
        assert str(problem) == "Exception occurred in preexec_fn."


def check_select():
    reading, writing = os.pipe()
    assert select.select([reading], [writing], [], 0) == ([], [writing], [])
    poll, epoll = select.poll(), select.epoll()
    poll.register(reading, select.POLLIN)
    epoll.register(reading, select.EPOLLIN)
    assert poll.poll(1) == [] and epoll.poll(0.001) == []
    threading.Timer(0.05, os.write, (writing, b"x")).start()
    assert poll.poll() == [(reading, select.POLLIN)] and epoll.poll() == [(reading, select.EPOLLIN)]
    assert select.select([reading], [], []) == ([reading], [], [])
    epoll.close()
    for call in (lambda: epoll.poll(), lambda: poll.unregister(writing), lambda: select.select([], [], [], -1)):
        try:
            call()
        except (ValueError, KeyError) as problem:
            print(type(problem).__name__, str(problem) if isinstance(problem, ValueError) else "")


def check_queue():
    tasks, total = queue.SimpleQueue(), queue.SimpleQueue()

    def work():
        while (item := tasks.get()) is not None:
            total.put(item)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(4000):
        tasks.put(number)
    for _ in threads:
        tasks.put(None)
    for thread in threads:
        thread.join()
    assert total.qsize() == 4000 and sum(total.get() for _ in range(4000)) == 4000 * 3999 // 2
    try:
        total.get(timeout=0.01)
    except queue.Empty:
        print("empty", type(total).__module__)


def check_processes_from_threads():
    def work():
        for _ in range(5):
            assert subprocess.run(["true"]).returncode == 0

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


for check in (check_subprocess, check_select, check_queue, check_processes_from_threads):
    check()
