"""A trace function sets f_lineno: what may be jumped to, and what not."""
import sys


class Jump:
    """Jumps once, when `function` comes to its line `start`, to its line `end`; lines count from its def."""

    def __init__(self, function, start, end):
        self.code, self.start, self.end, self.done = function.__code__, start, end, False

    def trace(self, frame, event, argument):
        if frame.f_code is self.code and event == "line" and not self.done and frame.f_lineno == self.code.co_firstlineno + self.start:
            self.done = True
            frame.f_lineno = self.code.co_firstlineno + self.end
        return self.trace


def run(function, start, end):
    output = []
    sys.settrace(Jump(function, start, end).trace)
    try:
        result = function(output)
        if result is not None:
            output.append(result)
    except Exception as error:
        sys.settrace(None)
        output.append(f"{type(error).__name__}: {error}")
    finally:
        sys.settrace(None)
    print(function.__name__, start, "->", end, output, sys.exc_info()[0])


class Manager:
    def __init__(self, output, name):
        self.output, self.name = output, name

    def __enter__(self):
        self.output.append("enter " + self.name)

    def __exit__(self, *details):
        self.output.append("exit " + self.name)


def loops(output):
    for i in (1, 2):
        output.append(i)
        output.append(i * 10)
    while len(output) < 8:
        output.append("while")
        for c in "ab":
            output.append(c)
    output.append("end")


def withs(output):
    with Manager(output, "a"):
        output.append(1)
        output.append(2)
    with Manager(output, "b"):
        output.append(3)
    output.append("end")


def tries(output):
    try:
        output.append(1)
        1 / 0
    except ZeroDivisionError as error:
        output.append("caught")
        output.append(repr(sys.exc_info()[1]))
    finally:
        output.append("finally")
    output.append(repr(sys.exc_info()[1]))


def generator(output):
    def items():
        yield 1
        output.append("skipped")
        yield 2
    for item in items():
        output.append(item)
    return sum(item
               for item in items())


def matches(output):
    match (1, 2):
        case (1, x):
            output.append(x)
        case _:
            output.append("other")
    output.append("end")


def calls(output):
    output.append(
        max(1,
            2))
    output.append("end")


LINES = {loops: 9, withs: 7, tries: 11, generator: 9, matches: 7, calls: 4}


def is_left_out(function, start, end):
    if function is loops:
        return start in (2, 3) and end == 7  # leaves a variable without a value
    if function is tries:  # where `try:` and `except` begin is the compiler's affair, as are the parts of an expression
        return start == 1 or end == 4 and start in (5, 6)
    if function is generator and start == 1:
        return True
    return function in (calls, matches, generator) and not (start in (1, 6, 7) and end in (1, 5, 6, 7, LINES[function] + 1))


for function, last in LINES.items():
    for start in range(1, last + 1):
        for end in range(-1, last + 3):
            if not is_left_out(function, start, end):
                run(function, start, end)


def not_a_jump(value, event):
    output = []

    def trace(frame, what, argument):
        if frame.f_code is subject.__code__ and what == event and not output:
            try:
                frame.f_lineno = value
            except (ValueError, AttributeError, TypeError) as error:
                output.append(f"{type(error).__name__}: {error}")
        return trace

    def subject():
        try:
            {}["key"]
        except KeyError:
            return 1

    sys.settrace(trace)
    subject()
    sys.settrace(None)
    print(value, event, output)


for event in "call", "line", "exception", "return":
    for value in None, "1", 2.5, 1 << 40, -5, 1 << 90:
        not_a_jump(value, event)
