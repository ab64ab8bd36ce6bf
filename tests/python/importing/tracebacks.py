"""A traceback through an import shows the statement and the module, not the importer."""
# One thread: it changes sys.modules.
import os
import shutil
import sys
import threading
import traceback

folder = f"/tmp/importing-{os.getpid()}"
os.mkdir(folder)
try:
    sys.path.insert(0, folder)
    with open(os.path.join(folder, "outer_module.py"), "w") as file:
        file.write("import inner_module\n")
    with open(os.path.join(folder, "inner_module.py"), "w") as file:
        file.write("def fail():\n    1 / 0\nfail()\n")

    def names():
        try:
            import outer_module
        except ZeroDivisionError as error:
            return [entry.name for entry in traceback.extract_tb(error.__traceback__)]

    def missing():
        try:
            import no_such_module.part
        except ModuleNotFoundError as error:
            return [entry.name for entry in traceback.extract_tb(error.__traceback__)], str(error)

    expected = ["names", "<module>", "<module>", "fail"]
    print(names(), missing())
    found = []
    threads = [threading.Thread(target=lambda: found.append(missing())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and all(one == missing() for one in found)
finally:
    shutil.rmtree(folder)
assert os.path.isabs(__file__)
