"""Classes that die together with their metaclasses, in any order of creation, with instances and modules among them."""
# One thread: a collection of another thread may have found them first and be at it still
import gc
import types
import weakref


def family(number):
    class Top(type):
        pass

    class Meta(type, metaclass=Top):
        pass

    fillers = [type(f"Filler{i}", (), {}) for i in range(number % 5)]  # other places in memory

    class Class(metaclass=Meta):
        pass

    class Module(types.ModuleType):
        pass

    late = Class()
    Other = Top("Other", (Meta,), {})
    Last = Other("Last", (), {"part": late})
    module = Module("module")
    module.family = Top, Meta, Class, Other, Last, Module, fillers
    Class.__class__ = Other
    Last.module = module
    return [weakref.ref(x) for x in (Top, Meta, Class, Other, Last, Module, module, *fillers)]


for turn in range(3):
    references = [reference for number in range(30) for reference in family(number)]
    gc.collect()
    print(len(references), sum(reference() is not None for reference in references))
