"""socket and json: both ends of connections in threads, ancillary data, timeouts, signals; JSON in both directions."""
# One thread: it sets signal handlers.
import json
import os
import signal
import socket
import threading


def check_server():
    server = socket.create_server(("127.0.0.1", 0))
    address = server.getsockname()

    def serve():
        for _ in range(8):
            connection, _ = server.accept()
            with connection:
                while data := connection.recv(4096):
                    connection.sendall(data.upper())

    def ask(results):
        with socket.create_connection(address) as client:
            client.sendall(b"abc" * 10000)
            client.shutdown(socket.SHUT_WR)
            with client.makefile("rb") as stream:
                results.append(len(stream.read()))

    results = []
    threads = [threading.Thread(target=serve)] + [threading.Thread(target=ask, args=(results,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    server.close()
    print(results)


def check_pair():
    left, right = socket.socketpair()
    left.settimeout(0.02)
    try:
        left.recv(1)
    except TimeoutError as problem:
        print(problem)
    left.setblocking(False)
    try:
        left.recv(1)
    except BlockingIOError:
        print("would block")
    left.setblocking(True)
    reading, writing = os.pipe()
    socket.send_fds(left, [b"x"], [reading])
    data, descriptors, _, _ = socket.recv_fds(right, 1, 1)
    os.write(writing, b"through")
    print(data, os.read(descriptors[0], 10))
    signal.signal(signal.SIGALRM, lambda *_: left.send(b"woken"))
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    print(right.recv(10))


def check_errors():
    for call in (lambda: socket.socket().connect(("127.0.0.1", 99999)), lambda: socket.socket().bind("x"),
                 lambda: socket.htons(-1), lambda: socket.getaddrinfo("name.invalid", 1), lambda: socket.socket().settimeout(-1)):
        try:
            call()
        except (OSError, TypeError, OverflowError, ValueError) as problem:
            print(type(problem).__name__, problem)


def check_json():
    data = {"a": [1, 2.5, None, True, "é\n\U0001f600"], "b": {"c": []}, "d": 10**30}
    assert json.loads(json.dumps(data)) == data and json.loads(json.dumps(data, ensure_ascii=False)) == data
    print(json.dumps(data, sort_keys=True, separators=(",", ":")))
    for text in ("[1,", '{"a" 1}', '"\\u12', '"a\nb"', "[1 2]", "nul"):
        try:
            json.loads(text)
        except json.JSONDecodeError as problem:
            print(problem)
    loop = []
    loop.append(loop)
    try:
        json.dumps(loop)
    except ValueError as problem:
        print(problem)
    results = []
    threads = [threading.Thread(target=lambda: results.append([json.loads(json.dumps(data)) for _ in range(200)][-1])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [data] * 4


for check in (check_server, check_pair, check_errors, check_json):
    check()
