"""What is said about modules that are still being imported, and about what they export."""
# One thread: it changes sys.modules.
import gc
import sys
import types

module = types.ModuleType("spam")
sys.modules["spam"] = module


class Spec:
    _initializing = True
    _uninitialized_submodules = ["part"]


def message(code):
    try:
        exec(code, {"spam": module})
    except Exception as error:
        print(type(error).__name__, error)


message("spam.missing")
module.__spec__ = Spec()
message("spam.missing")
Spec._initializing = False
message("spam.part")
message("spam.missing")
module.__all__ = [b"x"]
message("from spam import *")
del module.__all__
module.__dict__[b"y"] = 1
message("from spam import *")
print(sorted(gc.get_referents([1, 3], {4: 5}, (2, 6.5), {7})), gc.get_referents(1, "a", 4j), len(gc.get_referents([None, True])))
