"""Checks the floor rule: a file includes, and links to, its own floor and lower ones only.

    floors.py [BUILD]

Reads the #include lines of src/, and, when BUILD holds the floors' archives, the symbols that nm
finds in them.  Prints one line for each break of the rule, and exits 1 if there was any.
"""
import os
import re
import subprocess
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def floors():
    with open("src/FLOORS", encoding="ascii") as file:
        return file.read().split()


def sources():
    for folder, _, names in sorted(os.walk("src")):
        for name in sorted(names):
            if name.endswith((".c", ".h", ".def")):
                yield os.path.join(folder, name)


def check_includes(order):
    for path in sources():
        floor = path.split(os.sep)[1]
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for name in INCLUDE.findall(text):
            above = name.split("/")[0]
            if above in order and order.index(above) > order.index(floor):
                yield "%s includes %s, which is above %s" % (path, name, floor)
            if name == "Python.h" and order.index(floor) < order.index("capi"):
                yield "%s includes Python.h below capi" % path


def symbols(archive):
    """({symbol: object that defines it}, {(symbol, object that needs it)})"""
    text = subprocess.run(["gcc-nm", "-A", archive], check=True, capture_output=True,
                          text=True).stdout
    defined, needed = {}, set()
    for line in text.splitlines():
        where, _, rest = line.partition(": ")[0], None, line.split()
        kind, name = rest[-2], rest[-1]
        if kind in "TDBRVWC":
            defined[name] = where
        elif kind == "U":
            needed.add((name, where))
    return defined, needed


def check_links(order, build):
    home, needs = {}, []
    for floor in order:
        archive = os.path.join(build, "lib%s.a" % floor)
        if not os.path.exists(archive):
            continue
        defined, needed = symbols(archive)
        for name in defined:
            home.setdefault(name, floor)
        needs += [(floor, name, where) for name, where in sorted(needed)]
    for floor, name, where in needs:
        if order.index(home.get(name, floor)) > order.index(floor):
            yield "%s needs %s of %s" % (where.split(":")[-2] if ":" in where else where, name,
                                         home[name])


def main(build=None):
    order = floors()
    broken = list(check_includes(order))
    if build:
        broken += check_links(order, build)
    for line in broken:
        print(line)
    print("floors: %s" % ("%d breaks of the rule" % len(broken) if broken else "rule kept"))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
