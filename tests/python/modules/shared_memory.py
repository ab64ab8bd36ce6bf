"""mmap, multiprocessing's locks and pools, and keyed hashes."""
# One thread: it forks.
import concurrent.futures
import hashlib
import hmac
import mmap
import multiprocessing
import tempfile
import threading


def square(number):
    return number * number


def check_mmap():
    with tempfile.TemporaryFile() as file:
        file.write(b"hello world\nsecond\n")
        file.flush()
        with mmap.mmap(file.fileno(), 0) as mapping:
            print(mapping[:5], mapping.find(b"o"), mapping.rfind(b"o"), mapping.readline(), mapping.read(3), len(mapping))
            mapping[0:5] = b"HELLO"
            view = memoryview(mapping)
            try:
                mapping.close()
            except BufferError as problem:
                print(problem)
            view.release()
        file.seek(0)
        print(file.read(5), mapping)
    shared = mmap.mmap(-1, 4096)

    def fill(number):
        for at in range(number, 4096, 4):
            shared[at] = number

    threads = [threading.Thread(target=fill, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shared[:] == bytes(range(4)) * 1024


def check_processes():
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        print(list(pool.map(square, range(6))))
    lock = multiprocessing.Lock()
    print(lock.acquire(timeout=1), lock.acquire(timeout=0.01))
    lock.release()
    queue = multiprocessing.Queue()
    process = multiprocessing.Process(target=queue.put, args=("from the child",))
    process.start()
    print(queue.get())
    process.join()


def check_hashes():
    key = hmac.new(b"key", b"message", "sha256")
    copy = key.copy()
    copy.update(b" and more")
    print(key.hexdigest()[:16], copy.hexdigest()[:16], hmac.digest(b"key", b"message", hashlib.sha1).hex()[:16])
    print(hashlib.blake2b(b"data", digest_size=8, key=b"k", salt=b"s").hexdigest(), hashlib.sha3_256(b"").name)
    print(hashlib.scrypt(b"password", salt=b"salt", n=16, r=8, p=1).hex()[:16])


if __name__ == "__main__":
    check_mmap()
    check_processes()
    check_hashes()
