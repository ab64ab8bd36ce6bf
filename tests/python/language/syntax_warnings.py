"""Warnings found while compiling: their categories and places, and the SyntaxError that a filter makes of them."""
# One thread: warning filters are the process's.
import warnings

texts = [r"'\z'", r"b'\z'", "'''\n\\z'''", r"'\407'", "1 is 1", "assert (1, 2)", "1if 1else 2", "0x1for x in ()", "'a'()",
         "[1][1, 2]", "f'\\z'"]
for text in texts:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            compile(text, "here.py", "exec")
        except SyntaxError as error:
            print(error)
    for warning in caught:
        print(repr(text), warning.message, warning.category.__name__, warning.filename, warning.lineno)
for text in (r"'\z'", "'''\n\\z'''", "1 is 1"):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            compile(text, "here.py", "exec")
        except SyntaxError as error:
            print(type(error).__name__, error.msg, error.filename, error.lineno, error.offset)
