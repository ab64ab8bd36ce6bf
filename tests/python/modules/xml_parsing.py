"""pyexpat: handlers, errors, entities, and parsers that threads share."""
import io
import threading
import xml.etree.ElementTree as ElementTree
from xml.parsers import expat


def raises(error, function, *args):
    try:
        function(*args)
    except error as problem:
        return str(problem)
    raise AssertionError(f"no {error}")


DOCUMENT = """<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<!DOCTYPE root SYSTEM "root.dtd" [<!ELEMENT root (item+, (a | b)?)> <!ATTLIST item kind CDATA "plain">
<!ENTITY name "value &#233;"> <!NOTATION gif PUBLIC "-//x"> <!ENTITY pic SYSTEM "p.gif" NDATA gif>]>
<root xmlns:x="urn:x"><!-- note --><item id="1">t\u00e9xt &name;</item><x:b/><![CDATA[<raw>]]><?do it?></root>
"""
HANDLERS = [name for name in dir(expat.ParserCreate()) if name.endswith(("Handler", "HandlerExpand"))]


def events(text, **options):
    parser, seen = expat.ParserCreate(namespace_separator=options.pop("separator", None)), []
    for name, value in options.items():
        setattr(parser, name, value)
    for name in HANDLERS:
        if name not in ("DefaultHandler", "DefaultHandlerExpand", "ExternalEntityRefHandler"):
            setattr(parser, name, lambda *args, name=name: seen.append((name.removesuffix("Handler"), *args)) or 1)
    assert parser.Parse(text, True) == 1
    return seen


def check_events():
    for options in {}, {"buffer_text": True, "ordered_attributes": True}, {"separator": " ", "specified_attributes": True}:
        for event in events(DOCUMENT, **options):
            print(*event)
    assert events(DOCUMENT.encode(), buffer_text=True) == events(DOCUMENT, buffer_text=True)
    latin = '<?xml version="1.0" encoding="iso-8859-15"?><a>\u20ac</a>'.encode("iso-8859-15")
    assert ("CharacterData", "\u20ac") in events(latin)
    parser, out = expat.ParserCreate(), []
    parser.DefaultHandler = out.append
    file = io.BytesIO(DOCUMENT.encode())
    assert parser.ParseFile(file) == 1 and "".join(out) == DOCUMENT.rstrip("\n") + "\n"


def check_errors():
    parser = expat.ParserCreate()
    try:
        parser.Parse("<a>\n  <b></a>", True)
    except expat.ExpatError as problem:
        assert (problem.code, problem.lineno, problem.offset, str(problem)) == (7, 2, 7, "mismatched tag: line 2, column 7")
        assert expat.ErrorString(problem.code) == expat.errors.XML_ERROR_TAG_MISMATCH == expat.errors.messages[7]
    assert raises(TypeError, parser.Parse, 1) == "a bytes-like object is required, not 'int'"
    assert raises(LookupError, expat.ParserCreate("none such").Parse, b"<a/>") == "unknown encoding: none such"
    assert raises(ValueError, expat.ParserCreate, None, "ab").startswith("namespace_separator must be at most one")
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: 1 // 0
    parser.EndElementHandler = lambda name: print("not reached")
    assert raises(ZeroDivisionError, parser.Parse, "<a><b/></a>", True)
    laughs = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    bomb = f'<!DOCTYPE a [<!ENTITY e0 "ha">{laughs}]><a>&e11;</a>'
    assert raises(expat.ExpatError, expat.ParserCreate().Parse, bomb, True).startswith("limit on input amplification")


def check_entities():
    parser, seen = expat.ParserCreate(), []
    parser.SetBase("base")

    def external(context, base, system, public):
        child = parser.ExternalEntityParserCreate(context)
        seen.append((base, system, public))
        return child.Parse(b"<inner>x</inner>", True)

    parser.ExternalEntityRefHandler = external
    parser.StartElementHandler = lambda name, attributes: seen.append(name)
    parser.Parse('<!DOCTYPE a [<!ENTITY e SYSTEM "e.xml">]><a>&e;</a>', True)
    assert seen == ["a", ("base", "e.xml", None), "inner"] and parser.GetBase() == "base"
    tree = ElementTree.fromstring("<a><b k='v'>text</b>tail</a>")
    assert ElementTree.tostring(tree) == b'<a><b k="v">text</b>tail</a>' and tree.find("b").get("k") == "v"


def check_threads():
    """Pieces that several threads feed to one parser go in one by one; handlers may be exchanged meanwhile."""
    parser, counts, lock = expat.ParserCreate(), [0], threading.Lock()

    def start(name, attributes):
        with lock:
            counts[0] += 1

    parser.StartElementHandler = start
    parser.Parse("<all>")

    def work():
        for i in range(500):
            parser.Parse("<piece/>")
            parser.CommentHandler = None if i % 2 else print
            parser.CurrentLineNumber

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    parser.Parse("</all>", True)
    assert counts == [2001]


check_events()
check_errors()
check_entities()
check_threads()
print("xml: ok")
