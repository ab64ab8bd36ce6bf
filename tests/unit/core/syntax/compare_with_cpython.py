#!/usr/bin/python3.11
"""Compare weft's parser with CPython 3.11: trees of all library files, and errors of snippets. Run by hand:

    compare_with_cpython.py TOOL trees [FILE...]     every file of the standard library by default
    compare_with_cpython.py TOOL errors              snippets harvested from CPython's tests
    compare_with_cpython.py TOOL scopes [FILE...]    against the symtable module

TOOL is the program made of syntax_tool.cpp.
"""
import ast
import glob
import itertools
import re
import subprocess
import sys
import symtable
import warnings

warnings.simplefilter("ignore")
sys.setrecursionlimit(20000)


class Tool:
    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, command, mode, source):
        data = source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
        self.process.stdin.write(b"%s %s %d\n" % (command.encode(), mode.encode(), len(data)) + data)
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the tool died")
        return self.process.stdout.read(int(line)).decode("utf-8", "replace")


def quoted(data):
    out = []
    for byte in data:
        if 32 <= byte < 127 and byte not in b"'\\":
            out.append(chr(byte))
        else:
            out.append("\\x%02x" % byte)
    return "'" + "".join(out) + "'"


def real(number):
    if number in (float("inf"),):
        return "inf"
    text = number.hex().replace("0x1.0p", "1p")
    mantissa, exponent = number.hex()[2:].split("p")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    if number == 0:
        return "0p+0"
    return mantissa + "p" + exponent


def constant(value):
    if value is None or isinstance(value, bool):
        return repr(value)
    if value is Ellipsis:
        return "Ellipsis"
    if isinstance(value, int):
        return str(value) if value < 2**63 else "big"
    if isinstance(value, float):
        return real(value)
    if isinstance(value, complex):
        return real(value.imag) + "j"
    if isinstance(value, bytes):
        return "b" + quoted(value)
    return quoted(value.encode("utf-8", "surrogatepass"))


OPTIONAL = set()


def dump(node, inside_string=False):
    if isinstance(node, list):
        return "[" + ", ".join(dump(item, inside_string) for item in node) + "]"
    if node is None:
        return "None"
    if isinstance(node, str):
        return quoted(node.encode("utf-8", "surrogatepass"))
    if isinstance(node, int):
        return str(node)
    inner = inside_string or isinstance(node, ast.JoinedStr)
    parts = []
    for name in node._fields:
        value = getattr(node, name, None)
        optional = getattr(type(node), name, ...) is None
        if value is None and optional and not (isinstance(node, ast.Constant) and name == "value"):
            continue
        if isinstance(node, (ast.Constant, ast.MatchSingleton)) and name == "value":
            parts.append("value=" + constant(value))
        else:
            parts.append(name + "=" + dump(value, inner))
    if not inside_string:
        for name in node._attributes:
            parts.append("%s=%s" % (name, getattr(node, name)))
    return type(node).__name__ + "(" + ", ".join(parts) + ")"


def strip_string_locations(text):
    return text


def library_files():
    return sorted(glob.glob("/usr/lib/python3.11/**/*.py", recursive=True))


def first_difference(ours, theirs):
    for index, (a, b) in enumerate(zip(ours, theirs)):
        if a != b:
            break
    else:
        index = min(len(ours), len(theirs))
    start = max(0, index - 150)
    return "  ours   " + ours[start:index + 100] + "\n  theirs " + theirs[start:index + 100]


def compare_trees(tool, files):
    good = bad = 0
    for path in files or library_files():
        source = open(path, "rb").read()
        try:
            theirs = dump(ast.parse(source))
        except (SyntaxError, ValueError) as error:
            theirs = "ERROR"
        ours = re.sub(r"big\d+:[0-9a-fA-F]+", "big", tool.ask("dump", "exec", source))
        ours = re.sub(r"\\N", r"\\N", ours)
        if ours == theirs or ours.startswith("ERROR") and theirs == "ERROR":
            good += 1
            continue
        bad += 1
        if bad <= 20:
            print(path)
            print(first_difference(ours, theirs))
    print(good, "equal,", bad, "different")


def snippets():
    found = []
    for name in ("test_syntax", "test_exceptions", "test_fstring", "test_eof", "test_named_expressions",
                 "test_unpack_ex", "test_string_literals", "test_grammar", "test_generators", "test_scope",
                 "test_positional_only_arg", "test_keywordonlyarg", "test_patma", "test_future", "test_exception_group",
                 "test_except_star", "test_coroutines", "test_genexps", "test_dictcomps", "test_setcomps"):
        path = "/usr/lib/python3.11/test/%s.py" % name
        try:
            tree = ast.parse(open(path, encoding="utf-8").read())
        except OSError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
                block = None
                for line in node.value.splitlines() + [""]:
                    stripped = line.lstrip()
                    if stripped.startswith(">>> "):
                        if block:
                            found.append("\n".join(block))
                        block = [stripped[4:]]
                    elif stripped.startswith("... ") or stripped == "...":
                        if block is not None:
                            block.append(stripped[4:])
                    elif block:
                        found.append("\n".join(block))
                        block = None
    unique = list(dict.fromkeys(s for s in found if len(s) < 3000))
    extra = []
    for path in ("extra_snippets.txt",):
        try:
            extra = open(path, encoding="utf-8").read().split("\n---\n")
        except OSError:
            pass
    return unique + extra


def describe(error):
    places = (error.lineno, error.offset, error.end_lineno, error.end_offset)
    return "|".join([type(error).__name__, error.msg] + [str(place or 0) for place in places])


def compare_errors(tool, verbose):
    equal = message_only = different = accepted = 0
    kinds = {}
    for source in snippets():
        for mode in ("exec",):
            try:
                source.encode("utf-8")
                compile(source, "f", mode, dont_inherit=True)
                theirs = "OK"
            except SyntaxError as error:
                theirs = "ERROR " + describe(error)
            except UnicodeEncodeError:
                continue
            except (ValueError, MemoryError, RecursionError) as error:
                theirs = "ERROR %s|%s|0|0|0|0" % (type(error).__name__, error)
            ours = tool.ask("check", mode, source)
            if ours == theirs:
                equal += 1
                continue
            if theirs == "OK" or ours == "OK":
                accepted += 1
            elif ours.split("|")[:2] == theirs.split("|")[:2]:
                message_only += 1
            else:
                different += 1
            if verbose:
                print(repr(source if len(source) < 200 else source[:200] + "..."))
                print("  ours  ", ours)
                print("  theirs", theirs)
    print(equal, "equal,", message_only, "differ in place,", different, "in message,", accepted, "in acceptance")


def describe_scopes(table, out, path):
    for symbol in table.get_symbols():
        if symbol.get_name() == ".0":
            continue
        kind = {1: "local", 2: "global", 3: "implicit", 4: "free", 5: "cell"}.get(symbol._Symbol__scope, "?")
        flags = "".join(letter for letter, is_set in (
            ("a", symbol.is_assigned()), ("p", symbol.is_parameter()), ("i", symbol.is_imported()),
            ("u", symbol.is_referenced())) if is_set)
        out.append("%s %s %s %s" % (path, symbol.get_name(), kind, flags))
    for child in table.get_children():
        describe_scopes(child, out, path + "/" + child.get_name())


def compare_scopes(tool, files):
    good = bad = 0
    for path in files or library_files():
        source = open(path, "rb").read()
        try:
            out = []
            text = source.decode("utf-8")
            describe_scopes(symtable.symtable(text, path, "exec"), out, "top")
            theirs = sorted(out)
        except (SyntaxError, ValueError, UnicodeError):
            continue
        # At the top level CPython notes `global` statements of functions; a class has no symbol for its cell.
        def comparable(lines):
            for line in lines:
                line = re.sub("[FC]+$", "", line)
                if line.startswith("ERROR"):
                    yield line
                    continue
                path, name, kind, flags = line.split(" ")
                if path == "top":
                    if flags:
                        yield " ".join((path, name, flags))
                elif not (name == "__class__" and kind == "cell"):
                    yield line
        theirs = sorted(comparable(theirs))
        ours = sorted(comparable(tool.ask("scopes", "exec", source).splitlines()))
        if ours == theirs:
            good += 1
            continue
        bad += 1
        if bad <= 10:
            print(path)
            a, b = set(ours), set(theirs)
            for line in sorted(a - b)[:6]:
                print("  ours   ", line)
            for line in sorted(b - a)[:6]:
                print("  theirs ", line)
    print(good, "equal,", bad, "different")


def main():
    tool = Tool(sys.argv[1])
    what = sys.argv[2]
    if what == "trees":
        compare_trees(tool, sys.argv[3:])
    elif what == "scopes":
        compare_scopes(tool, sys.argv[3:])
    else:
        compare_errors(tool, "-q" not in sys.argv)


main()
