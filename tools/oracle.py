"""Compare the compiler with python3.11's: every code object of every file, byte for byte.

    tools/oracle.py [--krait PROGRAM] [--python PROGRAM] [--optimize 0,1,2] [FILE or FOLDER ...]

Both programs run this file with --describe, which writes a digest of each file's code objects (or of the error);
where digests differ the descriptions are shown side by side.  Default: the whole library.  Ends with one line
that says how many agree; the exit code is 1 when some do not.
"""
import os
import subprocess
import sys

LIBRARY = "/usr/lib/python3.11"
FIELDS = ("co_name", "co_qualname", "co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_flags",
          "co_stacksize", "co_firstlineno", "co_names", "co_varnames", "co_cellvars", "co_freevars", "co_code",
          "co_linetable", "co_exceptiontable")
CHUNK = 100


def describe_constant(value):
    if isinstance(value, frozenset):
        return "frozenset(%s)" % sorted(map(describe_constant, value))
    if isinstance(value, tuple):
        return "(%s)" % ", ".join(map(describe_constant, value))
    return "%s %r" % (type(value).__name__, value)


def describe_code(code, lines):
    for field in FIELDS:
        value = getattr(code, field)
        lines.append("%s.%s = %s" % (code.co_qualname, field, value.hex() if isinstance(value, bytes) else repr(value)))
    for index, value in enumerate(code.co_consts):
        if isinstance(value, type(code)):
            lines.append("%s.co_consts[%d] = code" % (code.co_qualname, index))
            describe_code(value, lines)
        else:
            lines.append("%s.co_consts[%d] = %s" % (code.co_qualname, index, describe_constant(value)))


def describe_file(path, optimize):
    with open(path, "rb") as file:
        source = file.read()
    lines = []
    try:
        describe_code(compile(source, path, "exec", 0, True, optimize), lines)
    except Exception as error:
        lines.append("%s %r" % (type(error).__name__, error.args))
    return lines


def digest(lines):
    """FNV-1a: needs no module that an interpreter under construction might lack."""
    value = 0xcbf29ce484222325
    for line in lines:
        for byte in line.encode("utf-8", "surrogatepass"):
            value = (value ^ byte) * 0x100000001b3 & 0xffffffffffffffff
    return "%016x" % value


def describe(arguments):
    import warnings
    warnings.simplefilter("ignore")
    optimize, full, files = int(arguments[0]), arguments[1] == "full", arguments[2:]
    for path in files:
        lines = describe_file(path, optimize)
        text = "\n".join(lines) if full else digest([str(hash(line)) for line in lines])
        sys.stdout.buffer.write(("%s\t%s\n" % (path, text)).encode("utf-8", "surrogatepass"))


def run(program, optimize, mode, files):
    environment = dict(os.environ, PYTHONHASHSEED="0")
    done = subprocess.run([program, os.path.abspath(__file__), "--describe", str(optimize), mode] + files,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    return done.returncode, done.stdout.decode("utf-8", "surrogatepass"), done.stderr.decode("utf-8", "replace")


def digests(program, optimize, files):
    code, out, err = run(program, optimize, "digest", files)
    found = dict(line.split("\t", 1) for line in out.splitlines() if "\t" in line)
    if code != 0 and len(files) > 1:                      # find out which file it was
        for path in files:
            if path not in found:
                found.update(digests(program, optimize, [path]))
    elif code != 0:
        found[files[0]] = "exit %d: %s" % (code, err.strip().splitlines()[-1:] or "")
    return found


def show_difference(path, optimize, programs):
    ours, theirs = (run(program, optimize, "full", [path])[1].splitlines() for program in programs)
    print("%s, optimize %d" % (path, optimize))
    for left, right in zip(ours, theirs):
        if left != right:
            print("    krait  %s\n    python %s" % (left[:200], right[:200]))
            return


def find_files(paths):
    for path in paths:
        if os.path.isfile(path):
            yield path
        for folder, _, names in os.walk(path):
            for name in names:
                if name.endswith(".py"):
                    yield os.path.join(folder, name)


def main(arguments):
    options = {"--krait": "build/debug/krait", "--python": "/usr/bin/python3.11", "--optimize": "0"}
    while arguments and arguments[0] in options:
        options[arguments[0]] = arguments[1]
        arguments = arguments[2:]
    programs = (options["--krait"], options["--python"])
    files = sorted(find_files(arguments or [LIBRARY]))
    compared = different = 0
    for optimize in map(int, options["--optimize"].split(",")):
        for start in range(0, len(files), CHUNK):
            chunk = files[start:start + CHUNK]
            ours, theirs = (digests(program, optimize, chunk) for program in programs)
            for path in chunk:
                compared += 1
                if ours.get(path) != theirs.get(path):
                    different += 1
                    if different <= 10:
                        show_difference(path, optimize, programs)
    print("%d of %d files give identical code objects" % (compared - different, compared))
    return different != 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--describe"]:
        describe(sys.argv[2:])
    else:
        sys.exit(main(sys.argv[1:]))
