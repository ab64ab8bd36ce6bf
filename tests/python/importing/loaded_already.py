"""__import__ of what is loaded: packages, submodules, names that are submodules not loaded yet, module __getattr__."""
import os
import sys
import tempfile
import threading

# The package's name is the same for all that run this in one process.
one_at_a_time = sys.__dict__.setdefault("_loaded_already_lock", threading.Lock())
with one_at_a_time, tempfile.TemporaryDirectory() as folder:
    package = os.path.join(folder, "some_package")
    os.makedirs(os.path.join(package, "inner"))
    for path, text in {
        "__init__.py": "value = 1\ndef __getattr__(name):\n    asked.append(name)\n    raise AttributeError(name)\nasked = []\n",
        "first.py": "from . import second\nname = __name__\n",
        "second.py": "import some_package.first\n",
        "third.py": "1 / 0\n",
        "inner/__init__.py": "",
        "inner/deep.py": "here = True\n",
    }.items():
        with open(os.path.join(package, path), "w") as file:
            file.write(text)
    sys.path.insert(0, folder)

    import some_package

    def get():
        from some_package import first

        return first

    assert get() is get() is sys.modules["some_package.first"]
    import some_package.inner.deep

    assert some_package.inner.deep.here
    assert __import__("some_package.inner.deep") is some_package
    assert __import__("some_package.inner.deep", fromlist=["here"]) is some_package.inner.deep
    assert __import__("some_package.inner.deep", fromlist=("here", "nothing")) is some_package.inner.deep
    for _ in range(2):
        try:
            from some_package import third
        except ZeroDivisionError:
            print("third fails")
        try:
            from some_package import missing
        except ImportError as error:
            print(str(error).partition("(")[0])
    print(sorted(set(some_package.asked)))

    # A module that was taken out is loaded again; None forbids it.
    old = sys.modules.pop("some_package.first")
    del some_package.first
    assert get() is not old
    sys.modules["some_package.first"] = None
    del some_package.first
    try:
        get()
    except ImportError as error:
        print(type(error).__name__)
    top = sys.modules.pop("some_package")
    try:
        import some_package.inner.deep as deep
    except ImportError as error:
        print(error)
    else:
        assert sys.modules["some_package"] is not top or deep

    def work():
        for _ in range(300):
            from os import path
            import os.path
            from json import decoder
            import json.decoder

            assert json.decoder is decoder and os.path is path

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in list(sys.modules):
        if name.partition(".")[0] == "some_package":
            del sys.modules[name]
    sys.path.remove(folder)
print("ok")
