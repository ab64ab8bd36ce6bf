# Numbers in a source that are too long to convert.
# One thread: the limit is the process's.
import sys

limit = sys.get_int_max_str_digits()
sys.set_int_max_str_digits(1000)
try:
    compile(f"a = 1\nb = {'3' * 1001}", "long", "exec")
except SyntaxError as error:
    print(error.lineno, error.msg)
sys.set_int_max_str_digits(limit)
