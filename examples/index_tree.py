"""Indexes a tree of source files with a pool of threads.

Every file is read, hashed and cut into identifiers in pure Python; the workers merge what they find into one shared
inverted index under fine-grained locks. The report is the same for every number of threads.

usage: index_tree.py [--threads N] [--top N] DIRECTORY
"""
import hashlib
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
DIGITS = frozenset("0123456789")
STRIPES = 64


def identifiers(text):
    """Counts the identifiers of a text: a letter or underscore, then letters, digits, underscores."""
    counts = {}
    word = []
    for c in text:
        if c in LETTERS or (word and c in DIGITS):
            word.append(c)
        elif word:
            name = "".join(word)
            counts[name] = counts.get(name, 0) + 1
            word = []
    if word:
        name = "".join(word)
        counts[name] = counts.get(name, 0) + 1
    return counts


class Index:
    """identifier -> [total, number of files], in stripes with a lock each."""

    def __init__(self):
        self.stripes = [({}, threading.Lock()) for _ in range(STRIPES)]
        self.files = {}
        self.files_lock = threading.Lock()

    def merge(self, path, counts, digest, lines):
        by_stripe = {}
        for name, count in counts.items():
            by_stripe.setdefault((len(name) * 31 + ord(name[0]) * 7 + ord(name[-1])) % STRIPES, []).append((name, count))
        for number, items in by_stripe.items():
            table, lock = self.stripes[number]
            with lock:
                for name, count in items:
                    entry = table.get(name)
                    if entry is None:
                        table[name] = [count, 1]
                    else:
                        entry[0] += count
                        entry[1] += 1
        with self.files_lock:
            self.files[path] = (digest, lines)

    def top(self, count):
        entries = [(total, name, files) for table, _ in self.stripes for name, (total, files) in table.items()]
        entries.sort(key=lambda entry: (-entry[0], entry[1]))
        return entries[:count]

    def duplicates(self):
        groups = {}
        for path, (digest, lines) in self.files.items():
            if lines:
                groups.setdefault(digest, []).append(path)
        return sorted(sorted(paths) for paths in groups.values() if len(paths) > 1)


def find_files(root):
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if f != "__pycache__")
        found.extend(os.path.join(folder, name) for name in sorted(names) if name.endswith(".py"))
    return found


def index_file(index, path):
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return 0
    text = data.decode("latin-1")
    index.merge(path, identifiers(text), hashlib.sha256(data).hexdigest(), text.count("\n"))
    return len(data)


def main():
    arguments = sys.argv[1:]
    options = {"--threads": os.cpu_count() or 1, "--top": 10}
    while arguments and arguments[0] in options:
        options[arguments[0]] = int(arguments[1])
        del arguments[:2]
    if len(arguments) != 1:
        sys.exit(__doc__)
    root = arguments[0]
    paths = find_files(root)
    index = Index()
    done = 0
    show = sys.stderr.isatty()
    with ThreadPoolExecutor(options["--threads"]) as pool:
        for size in pool.map(lambda path: index_file(index, path), paths):
            done += 1
            if show and done % 20 == 0:
                print(f"\r{done * 50 // len(paths) * '#':50} {done}/{len(paths)}", end="", file=sys.stderr)
    if show:
        print(file=sys.stderr)
    print(f"{len(index.files)} files, {sum(lines for _, lines in index.files.values())} lines")
    for total, name, files in index.top(options["--top"]):
        print(f"{total:8} {files:6} {name}")
    for paths in index.duplicates():
        print("same content:", *[os.path.relpath(path, root) for path in paths])


if __name__ == "__main__":
    main()
