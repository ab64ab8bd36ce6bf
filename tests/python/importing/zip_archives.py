"""Modules are found in Zip archives."""
# One thread: it changes sys.modules.
import os
import shutil
import sys
import threading
import zipfile

folder = f"/tmp/zip-{os.getpid()}"
os.mkdir(folder)
try:
    archive = os.path.join(folder, "archive.zip")
    with zipfile.ZipFile(archive, "w") as file:
        for number in range(4):
            file.writestr(f"module{number}.py", f"value = {number}\n")
        file.writestr("package/__init__.py", "")
        file.writestr("package/inner.py", "value = __name__\n")
    with open(os.path.join(folder, "plain"), "w") as file:
        file.write("no archive")
    sys.path[:0] = [archive, os.path.join(archive, "package"), os.path.join(folder, "plain")]
    import package.inner
    import inner
    print(package.inner.value, inner.value)
    found = {}

    def load(number):
        found[number] = __import__(f"module{number}").value

    threads = [threading.Thread(target=load, args=(number % 4,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {0: 0, 1: 1, 2: 2, 3: 3}
finally:
    shutil.rmtree(folder)
