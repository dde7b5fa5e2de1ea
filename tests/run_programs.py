"""Runs the small programs of tests/programs and compares what they print with what CPython 3.11 printed.

    run_programs.py KRAIT [PATTERN] [--record PYTHON3.11]

A program NAME.py has its expected standard output in NAME.out, and, where it differs from none, what
it writes to standard error in NAME.err and its exit code in NAME.code.  Each runs in an empty folder.
"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")


def programs(pattern):
    for folder, _, names in sorted(os.walk(HERE)):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if name.endswith(".py") and pattern in os.path.relpath(path, HERE):
                yield path


def run(interpreter, path):
    """(stdout, stderr, exit code) as text, with the program's own path cut to its name."""
    environment = dict(os.environ, PYTHONHASHSEED="0", PYTHONIOENCODING="utf-8", PYTHONDONTWRITEBYTECODE="1")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([interpreter, path], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=120)
    shown = [text.decode("utf-8", "replace").replace(os.path.dirname(path) + os.sep, "") for text in
             (done.stdout, done.stderr)]
    return shown[0], shown[1], str(done.returncode)


def expected(path):
    results = []
    for ending, default in ((".out", ""), (".err", ""), (".code", "0")):
        name = path[:-3] + ending
        results.append(open(name, encoding="utf-8").read() if os.path.exists(name) else default)
    return tuple(results)


def record(interpreter, path):
    for text, ending, default in zip(run(interpreter, path), (".out", ".err", ".code"), ("", "", "0")):
        name = path[:-3] + ending
        if text != default:
            with open(name, "w", encoding="utf-8") as file:
                file.write(text)
        elif os.path.exists(name):
            os.remove(name)


def difference(wanted, got):
    for what, one, other in zip(("output", "errors", "exit code"), wanted, got):
        if one != other:
            first = next((pair for pair in zip(one.splitlines() + ["<end>"], other.splitlines() + ["<end>"])
                          if pair[0] != pair[1]), ("", ""))
            yield "  %s: expected %r, got %r" % (what, first[0], first[1])


def main(interpreter, *rest):
    pattern = rest[0] if rest and not rest[0].startswith("--") else ""
    paths = list(programs(pattern))
    if "--record" in rest:
        for path in paths:
            record(rest[rest.index("--record") + 1], path)
        return 0
    failed = 0
    for path in paths:
        try:
            lines = list(difference(expected(path), run(os.path.abspath(interpreter), path)))
        except subprocess.TimeoutExpired:
            lines = ["  took too long"]
        if lines:
            failed += 1
            print("FAIL", os.path.relpath(path, HERE))
            print("\n".join(lines))
    print("%d passed, %d failed" % (len(paths) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
