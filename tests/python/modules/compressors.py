"""bz2 and lzma: pieces of any size, ends, errors, and streams that threads share."""
import bz2
import lzma
import random
import threading


def raises(error, function, *args, **keywords):
    try:
        function(*args, **keywords)
    except error as problem:
        return str(problem)
    raise AssertionError(f"no {error}")


DATA = random.Random(1).randbytes(3000) + b"some text, again and again; " * 4000


def check_pieces(module, compressor, decompressor):
    packer = compressor()
    packed = b"".join(packer.compress(DATA[i:i + 777]) for i in range(0, len(DATA), 777)) + packer.flush()
    assert module.decompress(packed) == DATA == module.decompress(module.compress(DATA))
    assert raises(ValueError, packer.compress, b"") == "Compressor has been flushed"
    assert raises(ValueError, packer.flush) == "Repeated call to flush()"
    unpacker, out, fed = decompressor(), b"", 0
    packed += b"tail"
    while not unpacker.eof:
        piece = b""
        if unpacker.needs_input:
            piece, fed = packed[fed:fed + 500], fed + 500
        part = unpacker.decompress(piece, 1000)
        assert len(part) <= 1000
        out += part
    assert out == DATA and b"tail".startswith(unpacker.unused_data) and not unpacker.needs_input
    assert "nd of stream" in raises(EOFError, unpacker.decompress, b"")
    assert module.decompress(module.compress(b"a") + module.compress(b"b")) == b"ab" and module.compress(b"") != b""


def check_errors():
    assert raises(ValueError, bz2.BZ2Compressor, 10) == "compresslevel must be between 1 and 9"
    assert raises(OSError, bz2.decompress, b"no such data") == "Invalid data stream"
    assert raises(ValueError, bz2.decompress, bz2.compress(b"abc")[:-5]) == "Compressed data ended before the end-of-stream marker was reached"
    assert raises(lzma.LZMAError, lzma.decompress, b"no such data") == "Input format not supported by decoder"
    assert raises(lzma.LZMAError, lzma.decompress, lzma.compress(DATA), memlimit=1024) == "Memory usage limit exceeded"
    assert raises(ValueError, lzma.compress, b"", lzma.FORMAT_RAW) == "Must specify filters for FORMAT_RAW"
    assert raises(ValueError, lzma.compress, b"", filters=[{"id": 99}]) == "Invalid filter ID: 99"
    assert raises(ValueError, lzma.compress, b"", filters=[{}]) == 'Filter specifier must have an "id" entry'


def check_formats():
    chain = [{"id": lzma.FILTER_DELTA, "dist": 4}, {"id": lzma.FILTER_LZMA2, "preset": 7 | lzma.PRESET_EXTREME}]
    assert lzma.decompress(lzma.compress(DATA, lzma.FORMAT_RAW, filters=chain), lzma.FORMAT_RAW, filters=chain) == DATA
    assert lzma.decompress(lzma.compress(DATA, lzma.FORMAT_ALONE)) == DATA
    unpacker = lzma.LZMADecompressor()
    unpacker.decompress(lzma.compress(DATA, check=lzma.CHECK_SHA256))
    assert unpacker.check == lzma.CHECK_SHA256 and lzma.is_check_supported(lzma.CHECK_CRC64)


def check_threads(module, compressor):
    """One compressor fed by several threads: every piece goes in once."""
    packer, parts, lock = compressor(), [], threading.Lock()

    def work():
        for _ in range(200):
            with lock:
                parts.append(packer.compress(b"x" * 1000))
            packer.compress(b"")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert module.decompress(b"".join(parts) + packer.flush()) == b"x" * 800_000


for library in (bz2, bz2.BZ2Compressor, bz2.BZ2Decompressor), (lzma, lzma.LZMACompressor, lzma.LZMADecompressor):
    check_pieces(*library)
    check_threads(*library[:2])
check_errors()
check_formats()
print("compressors: ok")
