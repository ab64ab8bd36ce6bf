"""What the interpreter makes of the locale it is started in."""
# One thread: it starts interpreters
import subprocess
import sys

CODE = """
import locale, os, sys
print({k: v for k, v in os.environ.items() if k.startswith(("LC_", "LANG"))}, locale.setlocale(locale.LC_CTYPE),
      sys.stdout.encoding, sys.stdout.errors, locale.getlocale(), sys.flags.utf8_mode, locale.getpreferredencoding())
"""
for settings in ({"LANG": "C.UTF-8"}, {"LANG": "C"}, {"LC_ALL": "C"}, {"LANG": "no_SUCH"}, {"LANG": "C", "PYTHONCOERCECLOCALE": "0"},
                 {"LANG": "C", "PYTHONUTF8": "0"}, {"LC_CTYPE": "C.UTF-8", "PYTHONIOENCODING": ":replace"}, {}):
    result = subprocess.run([sys.executable, "-c", CODE], env=settings, capture_output=True, text=True)
    print(settings, result.stdout.strip(), result.stderr)
