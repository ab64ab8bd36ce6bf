"""csv: dialects, rows in both directions, errors; readers and writers that threads share."""
# One thread: the limit of the size of fields is the process's.
import csv
import io
import threading


def raises(error, function, *args, **keywords):
    try:
        function(*args, **keywords)
    except error as problem:
        return str(problem)
    raise AssertionError(f"no {error}")


def read(text, **options):
    return list(csv.reader(text.splitlines(True), **options))


def write(*rows, **options):
    file = io.StringIO()
    csv.writer(file, **options).writerows(rows)
    return file.getvalue()


def check_reading():
    assert read('a,"b ""c"", d",e\r\n\n1,,\n') == [["a", 'b "c", d', "e"], [], ["1", "", ""]]
    assert read('"two\nlines",x\n') == [["two\nlines", "x"]] and read("a\\,b,c", escapechar="\\") == [["a,b", "c"]]
    assert read("1;'x';2.5\n", delimiter=";", quotechar="'", quoting=csv.QUOTE_NONNUMERIC) == [[1.0, "x", 2.5]]
    assert read("a, b,  \"c\"", skipinitialspace=True) == [["a", "b", "c"]] and read('"a"b,c') == [["ab", "c"]]
    assert raises(csv.Error, read, '"a"b,c', strict=True) == "',' expected after '\"'"
    assert raises(csv.Error, read, '"abc', strict=True) == "unexpected end of data"
    assert raises(csv.Error, lambda: list(csv.reader(["a\rb"]))).startswith("new-line character seen in unquoted field")
    assert raises(csv.Error, lambda: next(csv.reader([b"a"]))).startswith("iterator should return strings, not bytes")
    reader = csv.reader(["1,2\n", '"3\n', '4"\n'])
    assert [reader.line_num, next(reader), reader.line_num, next(reader), reader.line_num] == [0, ["1", "2"], 1, ["3\n4"], 3]


def check_writing():
    assert write([1, "a b", None, 2.5, 'q"', "x,y"], ["l\n"]) == '1,a b,,2.5,"q""","x,y"\r\n"l\n"\r\n'
    assert write([1, "a"], quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n") == '1,"a"\n'
    assert write(["a,b"], quoting=csv.QUOTE_NONE, escapechar="\\") == "a\\,b\r\n" and write([""]) == '""\r\n'
    assert write(['a"'], doublequote=False, escapechar="\\") == 'a\\"\r\n'
    assert raises(csv.Error, write, ["a,b"], quoting=csv.QUOTE_NONE) == "need to escape, but no escapechar set"
    assert raises(csv.Error, write, [None], quoting=csv.QUOTE_NONE) == "single empty field record must be quoted"
    assert raises(csv.Error, write, 5) == "iterable expected, not int"
    assert raises(TypeError, csv.writer, 5) == 'argument 1 must have a "write" method'


def check_dialects():
    assert raises(csv.Error, csv.get_dialect, "none such") == "unknown dialect"
    assert raises(TypeError, csv.reader, [], delimiter="ab") == '"delimiter" must be a 1-character string'
    assert raises(TypeError, csv.reader, [], quoting=9) == 'bad "quoting" value'
    assert raises(TypeError, csv.reader, [], quotechar=None, quoting=csv.QUOTE_ALL) == "quotechar must be set if quoting enabled"
    dialect = csv.reader([], "excel-tab").dialect
    assert dialect.delimiter == "\t" and dialect.doublequote is True and dialect.escapechar is None
    assert csv.Sniffer().sniff("a;b;c\n1;2;3\n").delimiter == ";"


def check_threads():
    lines = [f'{i},"name {i}"\n' for i in range(2000)]
    reader, rows, out = csv.reader(iter(lines)), [], []
    writer = csv.writer(type("Sink", (), {"write": staticmethod(out.append)}))
    lock = threading.Lock()

    def work():
        # An iterator of a list may be shared; each line becomes one row.
        for row in reader:
            with lock:
                rows.append(tuple(row))
            writer.writerow(row)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(rows, key=lambda row: int(row[0])) == [(str(i), f"name {i}") for i in range(2000)]
    assert sorted(out) == sorted(f"{i},name {i}\r\n" for i in range(2000)) and reader.line_num == 2000


check_reading()
check_writing()
check_dialects()
check_threads()


def show_rows(text, **format):
    try:
        print([row for row in csv.reader(io.StringIO(text, newline=""), **format)])
    except csv.Error as error:
        print(error)


for text in ['a,bc,"d,e"\r\n1,"2\n3",4\r', '"a""b""",c"d"e,""\n,,\n', "a\\,b,c\\\nd\n", "x y, z ,'q,r'\n", 'é,€,"\U0001F600,x"\n', "long" * 50 + ',"' + "quoted" * 50 + '"\n']:
    for format in [{}, {"quoting": csv.QUOTE_NONE}, {"escapechar": "\\"}, {"quotechar": "'", "skipinitialspace": True}, {"delimiter": "€"},
                   {"strict": True}, {"doublequote": False, "escapechar": "\\"}, {"delimiter": "\t"}]:
        show_rows(text, **format)
show_rows("1,2.5,\"x\"\n", quoting=csv.QUOTE_NONNUMERIC)
reader = csv.reader(["a,b", "c,d", 5])
print(next(reader), reader.line_num, next(reader), reader.line_num)
try:
    next(reader)
except csv.Error as error:
    print(error, reader.line_num)

print("csv: ok")
