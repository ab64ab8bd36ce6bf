"""classmethod over other descriptors; keywords that are given twice or are no strings."""


class Shows:
    def __get__(self, *arguments):
        return arguments


class A:
    def foo(self, cls):
        return "foo", cls.__name__


class B:
    shown = classmethod(Shows())
    bound = classmethod(A().foo)
    nested = classmethod(classmethod(lambda cls: cls.__name__))

    @classmethod
    @property
    def label(cls):
        return cls.__name__.lower()


print(B.shown == (B, B), B().shown == (B, B), B.bound(), B.nested(), B.label)


def f(*args, **kwargs):
    return args, kwargs


for call in (lambda: f(**{1: 2}), lambda: f(**{1: 3}, **{1: 5}), lambda: f(**{"a": 1}, **{"a": 2}), lambda: f(a=1, **{"a": 2})):
    try:
        print(call())
    except TypeError as error:
        print(error)
