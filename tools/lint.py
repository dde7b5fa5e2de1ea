"""Checks what docs/conventions.md promises about the shape of the source.

    lint.py [BUILD] [--record]

Lengths of lines, files and functions, numbers of parameters, README files that tell the truth,
and, when BUILD was built, headers that stand alone, headers a file sees, global state and the
floor rule.  Prints one line for each problem and one at the end, and exits 1 if there was any.

Global state that is there today is listed in tools/lint_globals.txt, a line for each `file
symbol`; the list may only shrink: what is gone must be taken off, which --record does, and it
never adds any.
"""
import concurrent.futures
import fnmatch
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import floors  # noqa: E402

LINE_LENGTH = 99
FILE_AIM, FILE_LIMIT = 600, 1200
FUNCTION_AIM, FUNCTION_LIMIT = 60, 80
PARAMETER_LIMIT = 6
HEADER_LIMIT = 40
LONG_SHARE = 0.02                       # of the functions may be longer than the aim
GLOBALS = "tools/lint_globals.txt"
ROOTS = ("src", "include", "tools", "tests", "bench")
# Trees of data and of programs whose layout is what they test.
DATA = ("tests/programs", "tests/conformance/cases", "build")

# Data that the C API wants writable, though nobody writes it after the start.
TABLES = re.compile(
    r"_?Py[A-Za-z]*_\w*(Type|API)$|PyExc_\w+$|type_\w+$|.*_as_\w+$|as_\w+$"
    r"|(.*_)?(type|types|methods|getset|getsets|members?|slots?|spec|module|definition|fields"
    r"|description|rows|keywords|kwlist|parser|docs?)$")
COMPILER_MADE = re.compile(r"__func__|__PRETTY_FUNCTION__|__(gcov|asan|odr_asan|ubsan)|\.L")


def files(*endings):
    for root in ROOTS:
        for folder, subfolders, names in os.walk(root):
            subfolders.sort()
            if not any(folder == data or folder.startswith(data + os.sep) for data in DATA):
                for name in sorted(names):
                    if name.endswith(endings):
                        yield os.path.join(folder, name)


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def check_lines(path, lines):
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_LENGTH:
            yield "%s:%d: %d columns" % (path, number, len(line))
        if line != line.rstrip():
            yield "%s:%d: white space at the end" % (path, number)
        if "\t" in line:
            yield "%s:%d: a tab" % (path, number)


def without_text(line):
    """The line with strings, characters and comments blanked."""
    line = re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])*\'', '""', line)
    return re.sub(r"//.*|/\*.*?\*/", "", line)


BINDINGS = ("METHOD(", "CONSTRUCTOR(", "INITIALIZER(", "GETTER(", "SETTER(")


class Function:
    def __init__(self, path, lines, start, opening, end):
        self.where = "%s:%d" % (path, start + 1)
        head = " ".join(without_text(line) for line in lines[start:opening])
        self.length = end - start + 1
        self.name, self.parameters = self.parse(head)
        comment = start
        while comment and lines[comment - 1].startswith(("//", " ") + BINDINGS):
            comment -= 1
        self.excused = any(re.search(r"//.*\blong:", line) for line in lines[comment:end])
        # The parameters of a method are those that Python sees.
        self.is_bound = any(line.startswith(BINDINGS) for line in lines[comment:start])

    @staticmethod
    def parse(head):
        """(name, number of parameters) of `static int name(int a, int (*b)(int, int))`"""
        found = re.search(r"(\w+)\s*\(", head)
        if not found:
            return "?", 0
        depth = commas = 0
        for at, char in enumerate(head[found.end() - 1:], found.end()):
            depth += (char == "(") - (char == ")")
            commas += char == "," and depth == 1
            if not depth:
                inside = head[found.end():at - 1].strip()
                return found.group(1), 0 if inside in ("", "void") else commas + 1
        return found.group(1), commas + 1


def functions(path, lines):
    start = None
    opening = None
    for number, line in enumerate(lines):
        if opening is not None:
            if line.startswith("}"):
                if "(" in lines[start] and not line.rstrip().endswith(";"):
                    yield Function(path, lines, start, opening, number)
                start = opening = None
        elif line == "{" and start is not None:
            opening = number
        elif not line or line.startswith(("#", "//", "}", "METHOD", "GETTER", "SETTER", "CONSTR",
                                          "INITIAL")):
            start = None
        elif not line[0].isspace() and not line.rstrip().endswith((";", "{")):
            if start is None or "(" not in lines[start]:
                start = number
        elif line.rstrip().endswith((";", "{")):
            start = None


def check_functions(found):
    # CPython has given these their parameters.
    with open("data/abi/exported.txt", encoding="ascii") as file:
        public = set(file.read().split())
    for function in found:
        if function.excused:
            continue
        if function.length > FUNCTION_LIMIT:
            yield "%s: %s has %d lines" % (function.where, function.name, function.length)
        if function.parameters > PARAMETER_LIMIT \
                and not function.is_bound and function.name not in public:
            yield "%s: %s has %d parameters" % (function.where, function.name, function.parameters)
    long = sum(function.length > FUNCTION_AIM for function in found)
    if long > len(found) * LONG_SHARE:
        yield "%d of %d functions have more than %d lines" % (long, len(found), FUNCTION_AIM)


# --- README files -------------------------------------------------------------------------------

def patterns_in(cell):
    """What `a.[ch]`, `b.c/h`, `c.{c,h}`, `d` name; paths that begin elsewhere are left out."""
    for word in re.findall(r"[\w.*/\-\[\]{},]*[\w\]*}/]", cell.replace(", ", " ")):
        word = re.sub(r"\.(c/\.?h|\{c,h\})$", ".[ch]", word).rstrip("/")
        if not word.startswith(("../", "build/")):
            yield word


def is_there(folder, pattern):
    head, _, tail = pattern.rpartition("/")
    place = os.path.join(folder, head)
    return os.path.isdir(place) and bool(fnmatch.filter(os.listdir(place), tail))


def check_readme(folder):
    """Every file is in the table, by name or with the file of its stem, and no other is."""
    path = os.path.join(folder, "README.md")
    if not os.path.exists(path):
        yield "%s: no README.md" % folder
        return
    rows = [line.split("|")[1] for line in lines_of(path) if line.startswith("|")
            and line.count("|") > 2]
    listed = [pattern for row in rows for pattern in patterns_in(row)]
    stems = {re.sub(r"\.(c|h|def|\[ch\])$", "", pattern).split("/")[0] for pattern in listed}
    for pattern in listed:
        if re.search(r"\.(c|h|def|\[ch\])$", pattern) and not is_there(folder, pattern):
            yield "%s lists %s, which is not there" % (path, pattern)
    for name in sorted(os.listdir(folder)):
        is_source = name.endswith((".c", ".h", ".def")) and name != "types.def"
        if is_source or os.path.isdir(os.path.join(folder, name)):
            stem = re.sub(r"\.(c|h|def|inst\.c)$", "", name)
            if not any(fnmatch.fnmatch(stem, known) for known in stems):
                yield "%s does not list %s" % (path, name)


def check_readmes():
    for folder, subfolders, _ in os.walk("src"):
        subfolders.sort()
        yield from check_readme(folder)


# --- what the build knows -----------------------------------------------------------------------

def stands_alone(header, command):
    """The first complaint of the compiler about a file that has nothing but the header."""
    name = header.split(os.sep, 1)[1]
    result = subprocess.run(command + ["-fsyntax-only", "-x", "c", "-"],
                            input='#include "%s"\n' % name,
                            stderr=subprocess.PIPE, text=True)
    if result.returncode:
        complaint = next((line for line in result.stderr.splitlines() if "error:" in line), "")
        return "%s does not stand alone: %s" % (header, complaint.strip())
    return None


def check_headers(build):
    with open(os.path.join(build, "flags"), encoding="utf-8") as file:
        command = [word for word in file.read().split()
                   if not re.match(r"-g\d?$|-O|-f(lto|profile)|ccache", word)]
    command.insert(1, "-O0")
    headers = [path for path in files(".h") if path.startswith(("src", "include"))
               and not path.endswith("_template.h")]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from filter(None, pool.map(lambda header: stands_alone(header, command), headers))


def objects(build):
    for root in floors.floors():
        for path in (root, os.path.join("gen", root)):
            for folder, subfolders, names in os.walk(os.path.join(build, path)):
                subfolders.sort()
                for name in sorted(names):
                    if name.endswith(".o"):
                        yield os.path.join(folder, name)


def source_of(object_path, build):
    name = os.path.relpath(object_path, build)[:-2] + ".c"
    return os.path.join("build", name) if name.startswith("gen") else os.path.join("src", name)


def check_seen_headers(build):
    for path in objects(build):
        source = source_of(path, build)
        dependencies = path[:-2] + ".d"
        if os.path.exists(source) and os.path.exists(dependencies):
            with open(dependencies, encoding="utf-8") as file:
                words = file.read().partition("\n\n")[0].split("\n")
            text = " ".join(words).split(".o:", 1)[1]
            seen = {word for word in text.replace("\\", " ").split()
                    if word.endswith(".h") and not word.endswith(".methods.h")}
            if "include/Python.h" in seen:              # counts as one
                seen = {word for word in seen if not word.startswith("include/")} | {"Python.h"}
            if len(seen) > HEADER_LIMIT:
                yield "%s sees %d headers" % (source, len(seen))


def global_state(build):
    """{"file symbol"} of what can be written, without type objects and the tables of the C API."""
    paths = [path for path in objects(build) if not path.startswith(os.path.join(build, "app"))]
    paths = [path for path in paths if os.path.exists(source_of(path, build))
             and not source_of(path, build).startswith("build")]
    text = subprocess.run(["gcc-nm", "-A"] + paths, check=True, stdout=subprocess.PIPE,
                          text=True).stdout
    found = set()
    for line in text.splitlines():
        path, _, rest = line.partition(":")
        kind, name = rest.split()[-2:]
        plain = re.sub(r"\.\d+$", "", name)
        if kind in "bBdDC" and not TABLES.match(plain) and not COMPILER_MADE.match(plain):
            found.add("%s %s" % (source_of(path, build), plain))
    return found


def check_globals(build, record):
    found = global_state(build)
    listed = set(lines_of(GLOBALS)) if os.path.exists(GLOBALS) else found if record else set()
    for line in sorted(found - listed):
        yield "%s: global state" % line
    if record:
        with open(GLOBALS, "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in sorted(listed & found))
    else:
        for line in sorted(listed - found):
            yield "%s: gone; take it off %s (make lint RECORD=1)" % (line, GLOBALS)


def check_floors(build):
    order = floors.floors()
    yield from floors.check_includes(order)
    if build:
        yield from floors.check_links(order, build)


def problems(build, record):
    found, large = [], 0
    for path in files(".c", ".h", ".py", ".def"):
        lines = lines_of(path)
        yield from check_lines(path, lines)
        large += len(lines) > FILE_AIM
        if len(lines) > FILE_LIMIT:
            yield "%s: %d lines" % (path, len(lines))
        if path.endswith((".c", ".h")) and path.startswith("src"):
            found += functions(path, lines)
    yield from check_functions(found)
    yield from check_readmes()
    yield from check_floors(build)
    if build:
        yield from check_headers(build)
        yield from check_seen_headers(build)
        yield from check_globals(build, record)
    print("lint: %d functions, %d of them over %d lines; %d files over %d lines" % (
        len(found), sum(function.length > FUNCTION_AIM for function in found), FUNCTION_AIM, large,
        FILE_AIM))


def main(arguments):
    build = next((word for word in arguments if not word.startswith("-")), None)
    count = 0
    for count, problem in enumerate(problems(build, "--record" in arguments), 1):
        print(problem)
    print("lint: %d problems" % count)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
