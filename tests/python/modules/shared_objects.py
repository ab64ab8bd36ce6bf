"""Threads that use the same objects without any order: whatever each call answers, nothing breaks."""
import array
import hashlib
import itertools
import json
import mmap
import operator
import queue
import random
import struct
import threading
import time
import zlib

SECONDS = 0.4
ALLOWED = (ValueError, TypeError, IndexError, BufferError, RuntimeError, StopIteration, KeyError, struct.error, zlib.error,
           queue.Empty)
WORDS = [str(number) * 3 for number in range(500)]

form = struct.Struct("<i")
compressor, unpacker, packed = zlib.compressobj(), zlib.decompressobj(), zlib.compress(bytes(10000))
numbers = array.array("h", range(50))
generator = random.Random(1)
mapping = mmap.mmap(-1, 4096)
digest, blake = hashlib.sha256(), hashlib.blake2b()
document = {"list": [1, 2, 3], "text": "é"}
tasks = queue.SimpleQueue()
iterators = [itertools.accumulate(WORDS), iter(WORDS), itertools.chain(WORDS, WORDS), itertools.islice(WORDS, 400), itertools.groupby(WORDS),
             itertools.zip_longest(WORDS, WORDS), zip(WORDS, WORDS), map(str.upper, WORDS), enumerate(WORDS), itertools.pairwise(WORDS),
             itertools.starmap(operator.add, zip(WORDS, WORDS)), iter("abc" * 100), iter(tuple(WORDS)), reversed(WORDS),
             iter(dict.fromkeys(WORDS)), struct.iter_unpack("<h", bytes(4000)), iter(array.array("i", range(500)))]


def change_form(choose):
    form.__init__(choose(("<i", ">q", "<hh")))
    form.pack(1)
    form.unpack(b"abcd")


def use_zlib(choose):
    compressor.compress(b"x" * 100)
    compressor.copy()
    unpacker.decompress(packed[:choose(range(50))], 100)
    unpacker.copy()


def change_array(choose):
    action = choose(("append", "pop", "slice", "delete", "extend", "view", "swap", "search", "copy"))
    if action == "append":
        numbers.append(5)
    elif action == "pop":
        numbers.pop()
    elif action == "slice":
        numbers[1:3] = array.array("h", [1, 2, 3])
    elif action == "delete":
        del numbers[::2]
    elif action == "extend":
        numbers.extend(range(5))
    elif action == "view":
        memoryview(numbers)[0]
    elif action == "swap":
        numbers.byteswap()
        numbers.reverse()
    elif action == "search":
        numbers.insert(3, 4)
        numbers.remove(4)
    else:
        assert len(numbers + numbers) >= 0 and numbers.tobytes() is not None


def use_random(choose):
    generator.random()
    generator.setstate(generator.getstate())


def use_mapping(choose):
    mapping[choose(range(4096))] = 5
    mapping.seek(0)
    mapping.find(b"\5")
    mapping.read(10)


def use_hashes(choose):
    digest.update(b"x" * 3000)
    blake.update(b"y" * 3000)
    digest.copy().hexdigest()
    blake.copy().digest()


def use_json(choose):
    document[f"key{choose(range(20))}"] = [choose(WORDS)]
    document.pop(f"key{choose(range(20))}", None)
    json.loads(json.dumps(document, sort_keys=True))


def use_queue(choose):
    tasks.put(choose(WORDS))
    tasks.get_nowait()


def step_iterators(choose):
    next(choose(iterators))


def work(action, end):
    choose = random.Random().choice
    while time.monotonic() < end:
        try:
            action(choose)
        except ALLOWED:
            pass


actions = (change_form, use_zlib, change_array, use_random, use_mapping, use_hashes, use_json, use_queue, step_iterators)
end = time.monotonic() + SECONDS * len(actions)
threads = [threading.Thread(target=work, args=(action, end)) for action in actions for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(document["list"]) == 3 and all(isinstance(number, int) for number in numbers)
