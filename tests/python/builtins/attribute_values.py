"""Attributes that stand in the layout as numbers and flags: what they take, and what they say to deletion and to other values."""
import io
import sys
import tempfile

VALUES = [None, 4, True, 1 << 70, "x", [], 1.5, int]
SUBJECTS = [
    (lambda: UnicodeDecodeError("utf-8", b"abc", 0, 1, "why"), ["start", "end", "encoding", "object", "reason"]),
    (lambda: UnicodeEncodeError("utf-8", "abc", 0, 1, "why"), ["start", "end"]),
    (lambda: UnicodeTranslateError("abc", 0, 1, "why"), ["start", "end"]),
    (lambda: OSError(2, "name"), ["characters_written"]),
    (lambda: BlockingIOError(11, "name", 5), ["characters_written", "errno"]),
    (ValueError, ["__suppress_context__"]),
    (lambda: tempfile.TemporaryFile("w+b").raw, ["_blksize", "_finalizing"]),
    (lambda: io.BufferedReader(io.BytesIO()), ["_finalizing"]),
    (lambda: io.TextIOWrapper(io.BytesIO()), ["_finalizing", "_CHUNK_SIZE"]),
    (sys._getframe, ["f_trace_lines", "f_trace_opcodes"]),
]


def outcome(action, *arguments):
    try:
        result = action(*arguments)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "fine" if result is None else repr(result)


for make, names in SUBJECTS:
    for name in names:
        subject = make()
        print(type(subject).__name__, name, outcome(delattr, subject, name), outcome(getattr, subject, name))
        for value in VALUES:
            if name == "_blksize" and value == 1 << 70:
                continue  # how wide a C int is
            subject = make()
            said = outcome(setattr, subject, name, value)
            print(" ", value, said, outcome(getattr, subject, name) if said == "fine" else "")
