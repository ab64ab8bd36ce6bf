"""Writes the vectors that the oracle tests check: what CPython 3.11 answers for many small questions.

Run by the tests themselves; every line is an operation and its tab-separated fields, text as the hex digits of its UTF-8.
"""
import codecs
import math
import random
import re
import struct
import sys
import unicodedata
from re import _compiler, _parser

sys.set_int_max_str_digits(0)
random.seed(20220615)
out = sys.stdout


def text(value):
    return "t" + value.encode("utf-8", "surrogatepass").hex()


def bits(value):
    return struct.pack(">d", value).hex()


def row(*fields):
    out.write("\t".join(map(str, fields)) + "\n")


def attempt(function):
    try:
        return text(function())
    except (ValueError, OverflowError, TypeError) as error:
        return "!" + str(error).encode("utf-8", "surrogatepass").hex()


FLOATS = [0.0, -0.0, 1.0, 0.1, 1e16, 1e15, 123456789012345678.0, 1e-4, 1e-5, 1.5, 2.5, 0.5, 1e22, 1e23, 5e-324, 1e308,
          1.7976931348623157e308, 2.2250738585072014e-308, math.pi, -math.e, 1 / 3, 2.675, 1e100, float("inf"),
          float("-inf"), float("nan"), 999999.5, 0.00001234, 1234567.891, 9.5, 99.95, -0.04, 100.0, 123456.0]
FLOATS += [struct.unpack("<d", random.randbytes(8))[0] for _ in range(400)]
FLOATS += [random.uniform(-1e6, 1e6) for _ in range(200)] + [random.randrange(10**6) / 100 for _ in range(100)]


def numbers():
    for value in FLOATS:
        row("repr", bits(value), text(repr(value)))
        row("hex", bits(value), text(value.hex()))
        row("hash", bits(value), 0 if math.isnan(value) else hash(value))
        for digits in (-400, -310, -20, -6, -2, -1, 0, 1, 2, 3, 5, 10, 16, 20, 300, 330):
            try:
                expected = bits(round(value, digits)) if math.isfinite(value) else bits(value)
            except OverflowError:
                expected = "overflow"
            row("round", bits(value), digits, expected)
    specs = ["", "e", "f", "g", "E", "F", "G", "%", "n", ".0e", ".0f", ".0g", ".3", ".1", ".17", ".20f", ".400f", "#g",
             "#.3g", "#.0f", "+", " ", "+.2f", "010.2f", ">12", "<12.3", "^15.2f", "*^+15.2e", ",", ",.2f", "_.3f",
             "020,.1f", "z.0f", "+z.1f", "=+10.1f", "#", "#.0e", "012,.0f", "x<5", ".1%", "10s", "d", ",n", "1.", "\u20ac>9",
             "zz", "=z", ".3000f", ".2500g"]
    for spec in specs:
        for value in FLOATS[:60]:
            row("format_float", text(spec), bits(value), attempt(lambda: format(value, spec)))
        for value in (0, 1, -1, 97, 255, -255, 1234567, -123456789012345678901234567890, 10**400, 0x10ffff, 0x110000):
            row("format_int", text(spec), value, attempt(lambda: format(value, spec)))
        for value in ("", "abc", "\u20ac" * 7):
            row("format_text", text(spec), text(value), attempt(lambda: format(value, spec)))
        for value in (0j, 1j, 1.5 - 2j, complex(-0.0, 1e20), complex(float("nan"), float("-inf"))):
            row("format_complex", text(spec), bits(value.real), bits(value.imag), attempt(lambda: format(value, spec)))
    for spec in ["b", "o", "x", "X", "#b", "#o", "#x", "#X", "c", "#010x", "_b", "_x", "_d", ",d", "+,d", "030,d", "026_b",
                 "<10d", "^10d", "=10d", "*=+10d", "10c", "+c", "#c", ",c", ",x", ".3d", "zd", "q", "\u1234", "08", "_,", ",_",
                 "99999999999999999999", "0<10", "<010", "^010d", " d", "#", "#d"]:
        for value in (0, 1, -1, 97, 255, -255, 1234567, -123456789012345678901234567890, 10**40):
            row("format_int", text(spec), value, attempt(lambda: format(value, spec)))
        row("format_text", text(spec), text("abc"), attempt(lambda: format("abc", spec)))
    for source in ["1", "1.", ".5", "1_0.2_5", "1__0", "_1", "1_", "1e5", "1e+5", "1E-5", "e5", ".", "", "+", "inf", "-Infinity",
                   "nan", "-nan", "infinit", "1e400", "-1e400", "1e-400", "0" * 400 + "1e2", "1" + "0" * 400, "0x10", "1e",
                   "1_e5", "1e_5", "1e1_0", "4.9e-324", "2.4703282292062328e-324", "1.7976931348623159e308", "0e999999999999"]:
        try:
            expected = bits(float(source))
        except ValueError:
            expected = "invalid"
        row("parse_float", text(source), expected)
    for source in ["0x1p0", "0x.8p1", "-0x1.8p+1023", "0x1p1024", "0x1.fffffffffffff8p1023", "0x1.fffffffffffff7p1023", "1",
                   "0x", "0xg", " 0x1 ", "0x1p", "inf", "-nan", "0x0.0000000000001p-1022", "0x1p-1075", "0x1.8p-1075",
                   "0x1.00000000000008p0", "0x1.000000000000080000000000001p0", "0x1.00000000000018p0", "0x0p99999999999", "."]:
        try:
            expected = bits(float.fromhex(source))
        except ValueError:
            expected = "invalid"
        except OverflowError:
            expected = "overflow"
        row("from_hex", text(source), expected)
    for left in FLOATS[:34]:
        for right in FLOATS[:34]:
            if right != 0 and math.isfinite(left) and not math.isnan(right):
                quotient, rest = divmod(left, right)
                row("float_divmod", bits(left), bits(right), bits(quotient), bits(rest))


def integers():
    values = [0, 1, -1, 2, -2, 10, 255, 2**31, 2**63 - 1, 2**63, -2**63, -2**63 - 1, 2**64 - 1, 2**64, -2**64, 2**128,
              10**30, -10**30, 2**61 - 1, 2**61, 2**1023, 2**1024, (2**53 + 1) * 2**971, 2**1024 - 2**970, 10**400]
    values += [random.randrange(-2**n, 2**n) for n in (8, 33, 63, 64, 65, 100, 128, 200, 256, 500, 1000, 4000) for _ in range(3)]
    for a in values:
        shifts = (0, 1, 13, 63, 64, 65, 200)
        row("int_one", a, a.bit_length(), a.bit_count(), hash(a), ~a, a << 77, *(a >> s for s in shifts))
        for base, spec in ((2, "b"), (8, "o"), (16, "x")):
            row("int_text", a, base, text(format(a, spec)))
        try:
            row("to_double", a, bits(float(a)))
        except OverflowError:
            row("to_double", a, "overflow")
        if a >= 0:
            row("isqrt", a, math.isqrt(a))
        for length in (1, 8, 9, 16, 40):
            for order in ("little", "big"):
                for signed in (0, 1):
                    try:
                        expected = a.to_bytes(length, order, signed=bool(signed)).hex()
                    except OverflowError:
                        expected = "overflow"
                    row("to_bytes", a, length, order, signed, expected)
        for b in values:
            row("int_two", a, b, a + b, a - b, a * b, a & b, a | b, a ^ b, math.gcd(a, b), (a > b) - (a < b))
            if b:
                try:
                    quotient = bits(a / b)
                except OverflowError:
                    quotient = "overflow"
                row("int_divide", a, b, a // b, a % b, quotient)
        for value in FLOATS[:26]:
            if not math.isnan(value):
                row("compare_double", a, bits(value), (a > value) - (a < value))
    for base in values[:20]:
        for exponent in (0, 1, 2, 3, 7, 64, 100):
            row("power", base, exponent, base**exponent)
            for modulus in (1, -1, 7, -7, 2**64 + 13, -10**30):
                row("pow_mod", base, exponent, modulus, pow(base, exponent, modulus))
        for modulus in (1, -1, 7, -7, 2**64 + 13):
            try:
                row("inverse", base, modulus, pow(base, -1, modulus))
            except ValueError:
                row("inverse", base, modulus, "none")
    row("int_one", *[f(3**20000) for f in (int, int.bit_length, int.bit_count, hash, int.__invert__, lambda a: a << 77)],
        *(3**20000 >> s for s in (0, 1, 13, 63, 64, 65, 200)))


def code_points():
    for page in range(0, 0x110000, 256):
        properties, data = [], []
        for c in range(page, page + 256):
            s = chr(c)
            flags = [s.isalpha(), s.isdecimal(), s.isdigit(), s.isnumeric(), s.isprintable(), s.isspace(), s.islower(),
                     s.isupper(), s.istitle() and not s.isupper(), s.isidentifier(), ("a" + s).isidentifier()]
            properties.append("%03x" % sum(1 << i for i, flag in enumerate(flags) if flag))
            number = unicodedata.numeric(s, None)
            data.append(",".join([unicodedata.category(s), unicodedata.bidirectional(s), unicodedata.east_asian_width(s),
                                  str(unicodedata.combining(s)), str(unicodedata.mirrored(s)), unicodedata.decomposition(s),
                                  str(unicodedata.decimal(s, -1)), str(unicodedata.digit(s, -1)),
                                  "-" if number is None else bits(number)]))
            if (s.lower(), s.upper(), s.title(), s.casefold()) != (s, s, s, s):
                row("case", c, text(s.lower()), text(s.upper()), text(s.title()), text(s.casefold()))
            name = unicodedata.name(s, "")
            if name and c % 7 == 0:
                row("name", c, text(name))
        row("properties", page, "".join(properties))
        row("data", page, text("|".join(data)))
    for name in ("LF", "NULL", "NBSP", "VS1", "VS17", "VS256", "latin small letter a", "LINE FEED", "BEL", "ZWNJ"):
        row("lookup", text(name), ord(unicodedata.lookup(name)))
    words = ["", "a", "AbC", "\u03a3", "A\u03a3", "A\u03a3.", "A\u03a3b", "A\u00ad\u03a3 B\u03a3", "\u00df", "\ufb01x", "\u0130i", "\u01c6\u01c5",
             "they're bill's", "x\ty\nz\tq", "\u00b5\u00ff", "\u10d0\u1c90", "\U00010400b", "A1b C", "1", "\u1e9e"]
    for word in words:
        row("words", text(word), text(word.lower()), text(word.upper()), text(word.title()), text(word.capitalize()),
            text(word.swapcase()), text(word.casefold()), text(word.expandtabs(4)),
            "%d%d%d" % (word.islower(), word.isupper(), word.istitle()))
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        for s in ("e\u0301", "\u00e9", "\ufb01", "\uac00\u11a8", "\u1e9b\u0323", "\U0001d15e", "a\u0328\u0301\ud800x", "\u2126"):
            row("normalize", form, text(s), text(unicodedata.normalize(form, s)), int(unicodedata.is_normalized(form, s)))


def texts():
    strings = ["", "a", "'", '"', "'\"", "\\", "\t\n\r\x00\x7f", "\x80\xa0\xad\xff", "\u0378\u20ac", "\ud800", "\U0001f600\U0010ffff"]
    strings += ["".join(chr(random.choice([97, 98, 39, 34, 10, 0xe9, 0x2028, 0x1f600])) for _ in range(9)) for _ in range(30)]
    for s in strings:
        row("repr_text", text(s), text(repr(s)), text(ascii(s)))
        row("split", text(s), " ".join(text(p) for p in s.split()), " ".join(text(p) for p in s.splitlines()))
    for alphabet in ("ab", "ab\xe9", "ab\u20ac", "ab\U0001f600"):
        for _ in range(400):
            hay = "".join(random.choice(alphabet) for _ in range(random.choice((3, 12, 60, 900))))
            needle = "".join(random.choice(alphabet) for _ in range(random.randrange(0, 9)))
            if random.random() < 0.3 and hay:
                at = random.randrange(len(hay))
                needle = hay[at:at + random.randrange(1, 60)]
            row("find", text(hay), text(needle), hay.find(needle), hay.rfind(needle), hay.count(needle),
                (hay > needle) - (hay < needle))
    for wide in ("", "\u20ac", "\U0001f600"):
        for n in (30, 300):
            hay = "a" * 2000 + "b" + "a" * 2000 + wide
            for needle in ("a" * n + "b" + "a" * n, "b" + "a" * n + "b", "a" * n + "b" * 2, "a" * n + wide):
                row("find", text(hay), text(needle), hay.find(needle), hay.rfind(needle), hay.count(needle), 1 if hay > needle else -1)


DECODERS = ["utf-8", "ascii", "latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-7",
            "unicode-escape", "raw-unicode-escape"]
HANDLERS = ["strict", "ignore", "replace", "backslashreplace", "surrogateescape", "surrogatepass"]


def coding():
    import _codecs
    special = [b"", b"abc", b"\xff\xfe", b"\xfe\xff", b"\xff\xfea\0", b"\xef\xbb\xbfa", b"\xe2\x82\xac", b"\xed\xa0\x80", b"\xed\xa0",
               b"\xf4\x90\x80\x80", b"\xf0\x90", b"\xf0\x90\x80", b"\xe0\x80", b"\xc0\x80", b"\x00\xd8\x00\xdc", b"\x00\xd8", b"\x00\xdc",
               b"\xd8\x00\xdc\x00", b"\x00\x00\x11\x00", b"\x00\x11\x00\x00", b"\0\0\xfe\xff\0\0\0a", b"\xff\xfe\0\0a\0\0\0", b"abcd" * 20 + b"\xff" + b"x" * 40,
               b"\\x", b"\\x4", b"\\x41", b"\\u12", b"\\u20ac", b"\\U0001f600", b"\\U00110000", b"\\N{DIGIT ONE}", b"\\N{foo}", b"\\N", b"\\N{",
               b"\\N{}", b"\\", b"a\\q\\n\\777\\12", b"\\uD83D\\uDE00", b"\\xzz", b"\\\n", b"+", b"+-", b"+AGE-", b"+AGE", b"+2D3eAA-", b"+2D0-", b"a+\xff",
               b"+AG!", b"\x80", b"+A", b"+AG", b"+AGEAYQ-b", b"+3gA-x", b"+2D3e\xff", b"+AGEAY-", b"~\\", b"+AGE+", b"+AB//-", b"+AGE,"]
    special += [random.randbytes(random.randrange(1, 12)) for _ in range(150)]
    special += [bytes(random.choice(b"a\x80\xbf\xc2\xe0\xe2\xed\xa0\xf0\xf4\x90\xff") for _ in range(random.randrange(1, 10))) for _ in range(300)]
    special += [bytes(random.choice(b"\0\0a\xd8\xdc\xdf\x11") for _ in range(random.randrange(1, 13))) for _ in range(100)]
    special += [bytes(random.choice(b"+-AGE2D3e/a\x80 ") for _ in range(random.randrange(1, 13))) for _ in range(300)]
    incremental = {"utf-8": _codecs.utf_8_decode, "utf-16": _codecs.utf_16_decode, "utf-16-le": _codecs.utf_16_le_decode,
                   "utf-16-be": _codecs.utf_16_be_decode, "utf-32": _codecs.utf_32_decode, "utf-32-le": _codecs.utf_32_le_decode,
                   "utf-32-be": _codecs.utf_32_be_decode, "utf-7": _codecs.utf_7_decode,
                   "unicode-escape": _codecs.unicode_escape_decode, "raw-unicode-escape": _codecs.raw_unicode_escape_decode}
    import warnings
    warnings.simplefilter("ignore")
    for name in DECODERS:
        for errors in HANDLERS:
            for data in special:
                for final in (1, 0):
                    if not final and name not in incremental:
                        continue
                    try:
                        if name in incremental:
                            result, used = incremental[name](data, errors, bool(final))
                        else:
                            result, used = data.decode(name, errors), len(data)
                        expected = text(result) + "," + str(used)
                    except UnicodeDecodeError as error:
                        expected = "!%d,%d,%s,%s" % (error.start, error.end, error.encoding, error.reason)
                    row("decode", name, errors, final, "b" + data.hex(), expected)
    strings = ["", "abc", "\xe9", "a\u20acb", "\ud800", "a\ud800\ud801b", "\udc80\udcff", "\udc80\ud800", "\U0001f600x", "\u20ac\u20acx\u1234", "a\\\n\x00\x7f\x80",
               "~", "+", "a+b-c", "\u20ac-", "\u20aca", "\u20ac!", "x" * 100 + "\xff", "\ud83d\ude00", "\u0378"]
    for name in DECODERS:
        for errors in HANDLERS + ["namereplace", "xmlcharrefreplace"]:
            for s in strings:
                try:
                    expected = "b" + s.encode(name, errors).hex()
                except UnicodeEncodeError as error:
                    expected = "!%d,%d,%s,%s" % (error.start, error.end, error.encoding, error.reason)
                row("encode", name, errors, text(s), expected)
    for data in special:
        row("repr_bytes", "b" + data.hex(), text(repr(data)))


def spans(match):
    if match is None:
        return "none"
    return ";".join("%d,%d" % match.span(i) for i in range(match.re.groups + 1)) + ";%s" % match.lastindex


def expressions():
    sys.path.insert(0, "/usr/lib/python3.11")
    from test import re_tests
    cases = [(t[0], t[1]) for t in re_tests.tests] + list(re_tests.benchmarks)
    cases += [(p, s) for p in EXTRA_PATTERNS for s in EXTRA_SUBJECTS]
    check_cases(cases, (0, re.I, re.M, re.S, re.A, re.I | re.A))


def random_expressions():
    cases = []
    for _ in range(6000):
        pattern = random_pattern(3)
        cases += [(pattern, "".join(random.choice("aabbcABx\n") for _ in range(random.randrange(0, 9)))) for _ in range(2)]
    check_cases(cases, (0, re.I))


def random_pattern(depth):
    pieces = []
    for _ in range(random.randrange(1, 4)):
        kind = random.randrange(14 if depth else 6)
        if kind < 3:
            piece = random.choice("abc")
        elif kind < 6:
            piece = random.choice([".", "[ab]", "[^a]", "\\w", "\\b", "^", "$", "[a-c]", "\\1", "x?"])
        else:
            inner = random_pattern(depth - 1)
            piece = random.choice(["(%s)", "(%s)", "(?:%s)", "(?:%s|b)", "(%s|a)", "(?>%s)", "(?=%s)", "(?!%s)", "(?:%s)"]) % inner
        if random.random() < 0.45 and piece not in ("^", "$", "\\b", "x?"):
            repeats = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?"]
            # CPython 3.11 loses track of groups inside possessive repeats, so only single characters repeat that way.
            if kind < 6:
                repeats += ["*+", "++", "?+", "{1,3}+"]
            piece += random.choice(repeats)
        pieces.append(piece)
    return "".join(pieces)


def check_cases(cases, all_flags):
    import warnings
    warnings.simplefilter("ignore")
    for pattern, subject in cases:
        for flags in all_flags:
            try:
                parsed = _parser.parse(pattern, flags)
                compiled = re.compile(pattern, flags)
            except (re.error, OverflowError, ValueError, RecursionError):
                continue
            code = _compiler._code(parsed, flags)
            for s in {subject, "xx" + subject + "\n", subject + "\u20ac", "\U0001f600" + subject}:
                try:
                    found = ["/".join(spans(m) for m in compiled.finditer(s)) or "none"]
                    for pos, endpos in ((0, len(s)), (1, len(s)), (0, len(s) - 1), (2, 5)):
                        for method in (compiled.match, compiled.search, compiled.fullmatch):
                            found.append(spans(method(s, pos, endpos)))
                except SystemError:  # CPython noticed that it had lost track of a group
                    continue
                row("regex", ",".join("%d" % word for word in code), parsed.state.groups - 1, text(s), int(flags), text(pattern), "|".join(found))


EXTRA_PATTERNS = [r"(?>a+)b", r"a++b", r"(?:ab)++c", r"(?:a|ab)*+c", r"(a)?(?(1)b|c)", r"(?<=a)b", r"(?<!a)b", r"(?=(a+))\1b", r"(?!a(b))a.",
                  r"\bfoo\b", r"\Boo", r"(?i)straSSe|\xdf", r"[\u0400-\u04ff]+", r"[^\W\d_]+", r"(\w+)\s+\1", r".*?b", r".+?c$", r"(a*)*", r"(a*)+b",
                  r"(?:a?)*?c", r"(?:(a)|b)*", r"(a|b)*?c", r"^(?:a|ab)(?:c|bcd)$", r"\d{2,3}?x", r"x{0}", r"(?s:.)+", r"\A\s*\Z", r"(?m)^\w+$",
                  r"(?P<n>a)(?P=n)", r"(((a)))", r"[a-c\u20ac]+", r"[^a]*", r"(?:x|a){2,}", r"(?:ab?){2,3}?b", r"\w+@\w+", r"(?:a(?=b)|b)*", r"(?:a*?b)*",
                  r"", r"a|", r"(?:|a)+", r"(?:a{0,2}){3}b", r"(ab|a)(bc|c)?", r"[\U0001f600-\U0001f64f]", r"(?i)[k-m]+", r"(?i)\u0130|\u212a", r"(?:(?:a)*b)*c",
                  r"(?=a*+)a", r"(?:a{1,2}+)b", r"(?!)|b", r"(?:(a)(b)?)+", r"(?:(?=(\w))a)*b", r"(?:a|(b))*?\1?c"]
EXTRA_SUBJECTS = ["", "a", "ab", "aaab", "abab", "aabbc", "ababc", "foo bar foo", "12x 123x", "hello hello", "me@example\nyou@x", "stra\xdfe STRASSE",
                  "\u0416\u0436 k\u212aLm", "a\u20acb", "aaaaac", "bbabab", "abcd", "a b", "\n", "aa"]

if __name__ == "__main__":
    for part in (numbers, integers, code_points, texts, coding, expressions, random_expressions):
        if len(sys.argv) < 2 or part.__name__ in sys.argv[1:]:
            part()
