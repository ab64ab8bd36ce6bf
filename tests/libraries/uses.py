"""Uses of third-party packages written in Python; each prints what came out, or the exception.

usage: uses.py [THREADS]     with THREADS, every use runs in that many threads at once instead, each in its own order, and
                             differences from the first outcome are printed
"""
import random
import sys
import threading
import traceback
import warnings

USES = []


def use(function):
    USES.append(function)
    return function


@use
def jinja2():
    from jinja2 import Environment

    text = ("{% for user in users if user.ok %}{{ loop.index }}:{{ user.name|upper|e }} {% endfor %}"
            "{% macro boxed(x) %}[{{ x }}]{% endmacro %}{{ boxed(3) }}{{ '%.2f'|format(2.5) }}")
    return Environment().from_string(text).render(users=[{"name": "<a>", "ok": 1}, {"name": "b"}, {"name": "c", "ok": 2}])


@use
def sympy():
    import sympy as s

    x = s.symbols("x")
    return [s.diff(s.sin(x) ** 2 * s.exp(x), x), s.integrate(1 / (1 + x**2), x), s.solve(x**3 - 2 * x + 1, x),
            s.factor(x**4 - 1), s.limit(s.sin(x) / x, x, 0), s.Matrix([[1, 2], [3, 4]]).det(), s.N(s.pi, 40)]


@use
def networkx():
    import networkx

    graph = networkx.path_graph(6)
    graph.add_edge(0, 5)
    return networkx.shortest_path(graph, 0, 3), networkx.degree_centrality(graph), list(networkx.bfs_edges(graph, 0))


@use
def attrs():
    import attr

    @attr.s(auto_attribs=True, slots=True, order=True)
    class Point:
        x: int = attr.ib(validator=attr.validators.instance_of(int))
        y: list = attr.Factory(list)

    return Point(1), attr.asdict(Point(1)), Point(1) < Point(2), attr.evolve(Point(1), x=5)


@use
def rich():
    import io

    from rich.console import Console
    from rich.table import Table

    stream = io.StringIO()
    console = Console(file=stream, width=40, force_terminal=False)
    table = Table("a", "b")
    table.add_row("1", "[bold]2")
    console.print(table)
    console.print({"x": [1, 2]})
    return stream.getvalue()


@use
def bs4():
    from bs4 import BeautifulSoup

    soup = BeautifulSoup("<p class=x>hi <b>there</b></p><a href='u'>l</a>", "html.parser")
    return soup.p.get_text(), soup.find("a")["href"], soup.select("p.x b")[0].string


@use
def lark():
    from lark import Lark

    grammar = """start: sum
    sum: product | sum "+" product -> add
    product: NUMBER -> number | product "*" NUMBER -> mul
    %import common.NUMBER
    %import common.WS
    %ignore WS"""
    return Lark(grammar, parser="lalr").parse("1 + 2 * 3").pretty()


@use
def sqlalchemy():
    import sqlalchemy as sa

    table = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String))
    return str(sa.select(table).where(table.c.name == "x").order_by(table.c.id)), str(sa.schema.CreateTable(table))


@use
def pygments():
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return highlight("def f(x: int) -> str:\n    return f'{x!r}'\n", PythonLexer(), HtmlFormatter())


@use
def docutils():
    from docutils.core import publish_string

    return publish_string("Title\n=====\n\n* a\n* **b**\n", writer_name="html")[-300:]


@use
def markdown():
    import markdown

    text = "# T\n\n* a\n* b\n\n`code` [l](u)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    return markdown.markdown(text, extensions=["tables"])


@use
def yaml():
    import yaml

    return yaml.safe_load("a: 1\nb: [x, 2.5, null, 2020-01-01]\nc: {d: !!str 3}\n"), yaml.dump({"z": [1, {"q": "w"}]})


@use
def pyparsing():
    import pyparsing as pp

    number = pp.Word(pp.nums).set_parse_action(lambda tokens: int(tokens[0]))
    return pp.infix_notation(number, [("*", 2, pp.opAssoc.LEFT), ("+", 2, pp.opAssoc.LEFT)]).parse_string("1+2*3+4").as_list()


@use
def dateutil():
    import datetime

    from dateutil import parser, relativedelta, rrule

    weeks = rrule.rrule(rrule.WEEKLY, count=3, dtstart=datetime.datetime(2020, 1, 1))
    return parser.parse("3 Jan 2020 10:30 PM"), list(weeks), datetime.date(2020, 1, 31) + relativedelta.relativedelta(months=1)


@use
def jsonschema():
    import jsonschema

    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["b"]}
    return sorted(error.message for error in jsonschema.Draft7Validator(schema).iter_errors({"a": "x"}))


@use
def flask():
    from flask import Flask, jsonify, request

    app = Flask("app")

    @app.route("/a/<int:n>", methods=["GET", "POST"])
    def view(n):
        return jsonify(n=n, q=request.args.get("q"), body=request.get_json(silent=True))

    client = app.test_client()
    return (client.get("/a/5?q=z").get_json(), client.post("/a/6", json={"k": 1}).get_json(), client.get("/no").status_code)


@use
def several():
    import chardet
    import mako.template
    import more_itertools
    import simplejson
    import sortedcontainers
    import sqlparse
    import tabulate
    import toml

    return (tabulate.tabulate([[1, 2], [3, 4]], headers=["a", "b"]), sortedcontainers.SortedDict({3: 1, 1: 2}),
            list(more_itertools.chunked(range(5), 2)), simplejson.dumps({"a": 1.5}), toml.loads("a=1\n[b]\nc='x'"),
            mako.template.Template("% for i in l:\n${i}-\n% endfor\n").render(l=[1, 2]),
            sqlparse.format("select a,b from t where x=1", reindent=True, keyword_case="upper"),
            chardet.detect("héllo wörld".encode("latin-1")))


@use
def mypy():
    import tempfile

    from mypy import api

    with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
        file.write("def f(x: int) -> str:\n    return x\n")
        file.flush()
        return api.run(["--no-incremental", "--cache-dir=/dev/null", file.name])[0].replace(file.name, "FILE")


def outcome(function):
    try:
        return str(function())
    except Exception:
        return traceback.format_exc()


def in_threads(count):
    chosen = [function for function in USES if function is not mypy]  # it changes into its own directories
    expected = {function.__name__: outcome(function) for function in chosen}
    differences = []

    def run(seed):
        for function in random.Random(seed).sample(chosen, len(chosen)):
            got = outcome(function)
            if got != expected[function.__name__]:
                differences.append((function.__name__, got))

    threads = [threading.Thread(target=run, args=(seed,)) for seed in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, got in differences:
        print("differs:", name, got)
    return len(differences)


def main():
    warnings.simplefilter("ignore")
    if len(sys.argv) > 1:
        return in_threads(int(sys.argv[1]))
    for function in USES:
        print(function.__name__, outcome(function), sep=": ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
