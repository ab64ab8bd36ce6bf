"""What object's own methods do with modules."""
import types

module = types.ModuleType("name", "doc")
object.__setattr__(module, "added", 1)
print(module.added, object.__getattribute__(module, "__doc__"), object.__getattribute__(module, "added"))
object.__delattr__(module, "added")
for action in ("object.__getattribute__(module, 'added')", "object.__delattr__(module, 'added')", "module.added"):
    try:
        eval(action)
    except AttributeError as error:
        print(type(error).__name__)


class Lazy(types.ModuleType):
    def __getattribute__(self, name):
        return object.__getattribute__(self, name) if name != "lazy" else "made"

    @property
    def shown(self):
        return "property"


lazy = Lazy("other")
lazy.value = 2
print(lazy.value, lazy.lazy, lazy.shown, lazy.__name__, sorted(name for name in vars(lazy) if not name.startswith("_")))
