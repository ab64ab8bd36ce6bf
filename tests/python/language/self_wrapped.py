"""Wrappers that wrap themselves."""
import sys


def attempt(action):
    try:
        return action() is True
    except RecursionError:
        return "RecursionError"


for kind in (classmethod, staticmethod, property):
    wrapper = kind(len)
    wrapper.__init__(wrapper)
    print(kind.__name__, "object at" in repr(wrapper) or "ok" if kind is property else attempt(lambda: repr(wrapper)))
    # python3.11 dies of this.
    abstract = "RecursionError" if sys.implementation.name == "cpython" else attempt(lambda: wrapper.__isabstractmethod__)
    print(abstract)
