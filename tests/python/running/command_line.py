"""How the interpreter is told what to run."""
# One thread: it only starts programs.
import os
import shutil
import subprocess
import sys

folder = f"/tmp/running-{os.getpid()}"
os.mkdir(folder)


def run(*arguments, text="", **environment):
    done = subprocess.run([sys.executable, *arguments], input=text.encode(), capture_output=True, cwd=folder,
                          env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/root"), **environment})
    out = done.stdout.decode("utf-8", "replace").replace(folder, "FOLDER")
    return done.returncode, out, done.stderr.decode("utf-8", "replace").replace(folder, "FOLDER")


try:
    show = "import sys; print(repr(sys.path[0]), sys.argv)"
    print(run("-c", show, "one", b"\xff\xc3\xa9"))
    print(run("-", "one", text=show))
    with open(os.path.join(folder, "__main__.py"), "w") as file:
        file.write("import sys; print(sys.path[0], sys.argv[1:], __name__)")
    print(run(folder, "a"), run("-I", folder), run(os.path.join(folder, "__main__.py")), run("-m", "__main__")[:2])
    flags = "import sys; print(sys.flags.debug, sys.flags.optimize, sys.flags.hash_randomization, sys.get_int_max_str_digits())"
    print(run("-c", flags, PYTHONHASHSEED="0"), run("-R", "-O", "-c", flags, PYTHONHASHSEED="0", PYTHONDEBUG="text"))
    print(run("-X", "int_max_str_digits=5000", "-c", flags)[1], run("-X", "int_max_str_digits=5", "-c", flags)[0])
    filters = "import sys; print(sys.warnoptions)"
    print(run("-W", "error", "-bb", "-X", "dev", "-c", filters, PYTHONWARNINGS="once,default"))
    code, out, error = run("--no-such-option")
    print(code, out, error.splitlines()[0])
    # The prompt: statements and blocks from a pipe, prompts and errors on stderr.
    code, out, error = run("-i", text="x = 20\nx + 1\nfor i in range(2):\n    i\n\n1/0\nx\nimport sys; sys.exit(7)\n")
    print(code, out, error[error.index(">>>"):])
finally:
    shutil.rmtree(folder)
