# One thread: the limit is everybody's.
"""Fields of csv files have a greatest length."""
import csv
import io


def show_rows(text, **format):
    try:
        print([row for row in csv.reader(io.StringIO(text, newline=""), **format)])
    except csv.Error as error:
        print(error)


old = csv.field_size_limit(10)
for text in ["a" * 10 + ",b\n", "a" * 11 + ",b\n", '"' + "a" * 10 + '"\n', '"' + "a" * 11 + '"\n', '"aaaaa\naaaa"\n', '"aaaaa\naaaaa"\n']:
    show_rows(text)
csv.field_size_limit(old)
