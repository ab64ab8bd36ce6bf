"""Checks that folders include only what stands below them: the layer order of docs/architecture.md."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
ORDER = ["core/base", "threading/sync", "threading/runtime", "memory", "core/object", "core/bind", "core/compiler", "core/vm",
         "core/builtins", "core/modules", "core/importing", "threading/modules", "asyncio/modules", "core/app"]
# Side branches, with all they may include besides themselves.
SIDE = {"core/syntax": {"core/base"},
        "threading/process": {"core/base", "threading/sync", "threading/runtime"},
        "asyncio/reactor": {"core/base", "threading/sync", "threading/runtime"}}
USERS_OF_SIDE = {"core/syntax": "core/compiler", "threading/process": "threading/modules", "asyncio/reactor": "asyncio/modules"}
INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)


def layer_of(path):
    for layer in list(SIDE) + sorted(ORDER, key=len, reverse=True):
        if path.startswith(layer + "/"):
            return layer
    return None


def allowed(user, used):
    if user == used:
        return True
    if user in SIDE:
        return used in SIDE[user]
    if used in SIDE:
        return ORDER.index(user) >= ORDER.index(USERS_OF_SIDE[used])
    return ORDER.index(used) <= ORDER.index(user)


def main():
    wrong = 0
    for folder in ("core", "threading", "memory", "asyncio"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix not in (".h", ".cpp", ".def"):
                continue
            name = str(path.relative_to(ROOT))
            user = layer_of(name)
            for include in INCLUDE.findall(path.read_text()):
                used = layer_of(include)
                if user and used and not allowed(user, used):
                    print(f"{name}: includes {include}, which stands above it")
                    wrong += 1
    print("layers:", "ok" if not wrong else f"{wrong} wrong includes")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
