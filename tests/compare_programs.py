"""Runs programs on Krait and on CPython 3.11 and compares what they print and how they end.

    compare_programs.py KRAIT PYTHON3.11 PROGRAM.py ...

Addresses of objects are not compared.
"""
import os
import re
import subprocess
import sys

ADDRESS = re.compile(r"0x[0-9a-f]{6,}")


def run(interpreter, program):
    """A NAME.txt beside NAME.py is its standard input."""
    name = program[:-3] + ".txt"
    with open(name if os.path.exists(name) else os.devnull, encoding="utf-8") as text:
        done = subprocess.run([interpreter, program], stdin=text, capture_output=True, text=True, timeout=300)
    return ADDRESS.sub("0x…", done.stdout), ADDRESS.sub("0x…", done.stderr), done.returncode


def main(krait, python, *names):
    failed = 0
    for name in names:
        ours, theirs = run(krait, name), run(python, name)
        for what, one, other in zip(("output", "errors", "exit code"), ours, theirs):
            if one != other:
                failed += 1
                print("FAIL %s: %s differs:\n  krait   %r\n  cpython %r" % (name, what, one, other))
                break
    print("%d passed, %d failed" % (len(names) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
