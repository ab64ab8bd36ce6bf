"""struct, binascii, array, zlib and _random: values, errors, and objects that threads share."""
import array
import binascii
import pickle
import random
import struct
import threading
import zlib


def raises(error, function, *args):
    try:
        function(*args)
    except error as problem:
        return str(problem)
    raise AssertionError(f"no {error}")


def check_struct():
    assert struct.pack("<bHiq2sx?", -1, 65535, -2, 2**40, b"abc", 7) == bytes.fromhex("ffffff feffffff 0000000000010000 6162 00 01")
    assert struct.unpack(">e", struct.pack(">e", 1.5)) == (1.5,) and struct.calcsize("@cq") == 16
    assert raises(struct.error, struct.pack, "i", 2**31) == "'i' format requires -2147483648 <= number <= 2147483647"
    assert raises(struct.error, struct.pack, "i") == "pack expected 1 items for packing (got 0)"
    assert raises(struct.error, struct.unpack_from, "i", b"123", -2) == "not enough data to unpack 4 bytes at offset -2"
    assert [x for x, in struct.iter_unpack("<h", b"\1\0\2\0")] == [1, 2]
    target = bytearray(8)
    struct.Struct("<I").pack_into(target, 2, 0x01020304)
    assert target == b"\0\0\4\3\2\1\0\0"


def check_binascii():
    assert binascii.a2b_base64(b"YW\nJj*") == b"abc" and binascii.b2a_base64(b"abcd") == b"YWJjZA==\n"
    assert raises(binascii.Error, binascii.a2b_base64, b"abcde").startswith("Invalid base64-encoded string")
    assert binascii.b2a_qp(b"a=b \nc\t") == b"a=3Db=20\nc=09" and binascii.a2b_qp(b"a=3Db=\nc") == b"a=bc"
    assert binascii.a2b_uu(binascii.b2a_uu(b"hello")) == b"hello"
    assert binascii.crc32(b"abc") == zlib.crc32(b"abc") == 891568578 and binascii.crc_hqx(b"abc", 0) == 40406
    assert binascii.hexlify(b"abcd", "-", 2) == b"6162-6364"


def check_array():
    a = array.array("h", [1, 2, 3, 4])
    assert a[::-2] == array.array("h", [4, 2]) and a + a == a * 2 and a.index(3) == 2
    assert raises(OverflowError, a.append, 40000) == "signed short integer is greater than maximum"
    view = memoryview(a)
    assert raises(BufferError, a.append, 1) == "cannot resize an array that is exporting buffers"
    view[0] = 9
    del view
    a.append(5)
    assert a.tolist() == [9, 2, 3, 4, 5] and pickle.loads(pickle.dumps(a)) == a
    assert repr(array.array("u", "hé")) == "array('u', 'hé')"
    assert raises(TypeError, hash, a) == "unhashable type: 'array.array'"


def check_zlib():
    data = bytes(range(256)) * 50
    packed = zlib.compress(data)
    unpacker = zlib.decompressobj()
    out = unpacker.decompress(packed + b"tail", 100)
    while not unpacker.eof:
        out += unpacker.decompress(unpacker.unconsumed_tail, 1000)
    assert out == data and unpacker.unused_data == b"tail"
    assert raises(zlib.error, zlib.decompress, packed[:-3]).startswith("Error -5 while decompressing data: incomplete")


def check_random():
    generator = random.Random(42)
    state = generator.getstate()
    first = [generator.random() for _ in range(3)]
    generator.setstate(state)
    assert first == [generator.random() for _ in range(3)]
    print(first, random.Random("text").random(), random.Random(2**70).getrandbits(100))


def check_threads():
    shared = array.array("i")
    generator = random.Random(1)
    form = struct.Struct("<iq")

    def work(number):
        for i in range(2000):
            shared.append(number)
            if i % 3 == 0 and len(shared) > 10:
                shared.pop()
            shared[0:2]
            generator.random()
            assert form.unpack(form.pack(i, number)) == (i, number)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(shared) <= {0, 1, 2, 3} and len(shared) >= 4 * 1300


for check in (check_struct, check_binascii, check_array, check_zlib, check_random, check_threads):
    check()
