"""What the engine may skip: repeats that never give back, first characters, marks without undo, sets as bitmaps."""
import re
import threading

CASES = [
    (r"(\w+)@(\w+)\.com", "a@b.com x@y.org foo@bar.com"),
    (r"\d{2,4}\d", "12345 123 12 1"),
    (r"(\d+)(\d)", "12345"),
    (r"(a+)(ab)?b", "aaab aab ab"),
    (r"[ab]+b", "ababab aaaa bbbb"),
    (r"[^b]*b", "aaab cccc b"),
    (r"\s*(\w+)\s*=\s*(.*)$", "  name = value  "),
    (r"(?i)[a-z]+K", "aK\u212a ak AK"),
    (r"(?i)stra(ß|ss)e", "STRASSE straße Straße"),
    (r"(x)?(y)?z", "z xz yz xyz"),
    (r"(?:(a)|(b)|(c))+", "abcab cab"),
    (r"(a)|b", "bab"),
    (r"((a)|(b)x)+", "abxa bx"),
    (r"(?:(a)b|a(c))", "ab ac ad"),
    (r"\bfoo\b", "foo food afoo foo"),
    (r"(?=(\w))\w{2}", "ab cd e"),
    (r"(?<=a)b+", "abb bb ab"),
    (r"(?!x)\w", "xyx"),
    (r"(?>a+)b", "aaab"),
    (r"a++b", "aaab aa"),
    (r"(\w)\1", "aabbcd"),
    (r"<(.*?)>", "<a><b><>"),
    (r"(foo|bar|baz)+", "foobarbaz ba"),
    (r"(?:ab|a)(?:bc|c)", "abc abbc ac"),
    (r"\w+", "日本 語 a1_ é"),
    (r"[à-ü日]+", "àé日x語"),
    (r"\d+", "٣٤ 12 x"),
    (r"^a", "a\na"),
    (r"(?m)^a$", "a\na"),
    (r"()", "ab"),
    (r"x*", "axb"),
    (r"[\s,]+", "a, b ,c"),
    (r"(?s:.)+b", "a\nb\n"),
    (r"\W+$", "ab!?"),
    (r"(a|ab)(c|bcd)(d*)", "abcd"),
]


def run():
    lines = []
    for pattern, text in CASES:
        for kind in (str, bytes):
            if kind is bytes:
                try:
                    compiled, subject = re.compile(pattern.encode("ascii")), text.encode("latin-1")
                except (UnicodeEncodeError, re.error):
                    continue
            else:
                compiled, subject = re.compile(pattern), text
            template = rb"<\g<0>|\1>" if kind is bytes else r"<\g<0>|\1>"
            if not compiled.groups:
                template = template[:-4] + template[-1:]
            lines.append((pattern, [(m.span(), m.groups(), m.lastindex) for m in compiled.finditer(subject)],
                          compiled.findall(subject), compiled.split(subject, 3), compiled.sub(template, subject),
                          compiled.fullmatch(subject) is not None, compiled.search(subject, 1, 4)))
    return lines


expected = run()
for line in expected:
    print(line)
results = [None] * 4


def worker(number):
    results[number] = repr(run()) == repr(expected)


threads = [threading.Thread(target=worker, args=(i,)) for i in range(len(results))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert all(results)
assert re.sub(r"(\w+) (\w+)", r"\2 \1", "a b c d", count=1) == "b a c d"
assert re.sub("(a)|b", r"[\1]", "ab") == "[a][]"
assert re.sub("b", "\\\\", "abc") == "a\\c"
