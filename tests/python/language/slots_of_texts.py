"""Subclasses of str may have __slots__, though other types of varying size may not."""
# One thread: pickles find the class by its name in the main module
import copy
import pickle


class Token(str):
    __slots__ = ("kind", "line", "__private")

    def __new__(cls, kind, text, line=0):
        self = super().__new__(cls, text)
        self.kind, self.line = kind, line
        self.__private = text.upper()
        return self

    def private(self):
        return self.__private

    def __reduce__(self):
        return Token, (self.kind, str(self), self.line)


token = Token("NAME", "spam", 3)
print(token, token.kind, token.line, token.private(), len(token), token + "!", {token: 1}["spam"])
for action in ("token.other = 1", "token.other", "token.__dict__", "vars(token)", "del token.line; token.line", "del token.line"):
    try:
        exec(action)
        print(action, "passed")
    except Exception as error:
        print(action, type(error).__name__, str(error)[:40])
token.line = 5
print(token.line, Token.kind, hasattr(token, "__dict__"), [name for name in dir(token) if not name.startswith("__")][:3])
for made in (copy.copy(token), pickle.loads(pickle.dumps(token))):
    print(type(made).__name__, made, made.kind, made.line)


class Sub(Token):
    pass


class Empty(str):
    __slots__ = ()


class Both(str):
    __slots__ = ("a", "__dict__")


sub = Sub("OP", "+")
sub.extra = 1
print(sub.kind, sub.extra, "extra" in sub.__dict__)
both = Both("x")
both.a, both.b = 1, 2
print(both.a, both.b, both.__dict__.get("b"))
try:
    Empty("x").a = 1
except AttributeError as error:
    print(error)
for base in (int, bytes, tuple):
    try:
        type("Refused", (base,), {"__slots__": ("a",)})
    except TypeError as error:
        print(error)


class Conflict:
    pass


try:
    type("Bad", (str,), {"__slots__": ("a",), "a": 1})
except ValueError as error:
    print(error)
