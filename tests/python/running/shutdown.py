"""What the end of a program still does: finalisers, open files, atexit, sys.is_finalizing."""
# One thread: it only starts programs.
import os
import shutil
import subprocess
import sys

folder = f"/tmp/shutdown-{os.getpid()}"
os.mkdir(folder)


def run(code):
    path = os.path.join(folder, "program.py")
    with open(path, "w") as file:
        file.write(code)
    done = subprocess.run([sys.executable, path], capture_output=True, cwd=folder)
    print(done.returncode, done.stdout.decode(), done.stderr.decode().replace(folder, "FOLDER"))


try:
    with open(os.path.join(folder, "used.py"), "w") as file:
        file.write("class D:\n    def __del__(self):\n        print('del D')\nkept = D()\nkept.me = kept\n")
    run("class C:\n    def __del__(self):\n        print('del', name)\nname = 'C'\nitems = [C()]\nitems.append(items)\n")
    run("import used\nraise SystemExit(3)\n")
    run("f = open('text', 'w')\nf.write('written')\n")
    print(open(os.path.join(folder, "text")).read())
    run("import atexit, sys\nclass C:\n    def __del__(self):\n        print(sys.is_finalizing())\nc = C()\n"
        "atexit.register(lambda: print('exit', sys.is_finalizing()))\n")
    run("import threading, time\nclass C:\n    def __del__(self):\n        print('del')\nc = C()\n"
        "t = threading.Thread(target=lambda: (time.sleep(0.05), print('thread', c is not None)))\nt.start()\n")
    run("import threading\nt = threading.Thread(target=print)\nt.start()\nt.join()\nf = open('text', 'w')\n"
        "f.write('with threads')\n")
    print(open(os.path.join(folder, "text")).read())
finally:
    shutil.rmtree(folder)
