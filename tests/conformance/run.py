"""Runs modules of CPython's test suite, method by method, and holds the outcome against the record.

    run.py KRAIT [test_x ...] [--record] [--baseline PYTHON3.11] [--list FILE]

tests/conformance/passing/test_x.txt lists the methods that pass on CPython 3.11, one a line; those marked "-" do not
pass here yet.  A method may lose its mark, never gain one: a marked method that passes, or an unmarked one that does
not, is an error (--record writes the marks as they are now; --baseline makes the lists anew from CPython).
"""
import argparse
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PASSING = os.path.join(HERE, "passing")
TIMEOUT = 240


def listed():
    with open(os.path.join(HERE, "language.txt"), encoding="ascii") as file:
        return file.read().split()


def run(interpreter, name, log=None):
    """({method: outcome}, how the process ended)"""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "outcome")
        environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", LC_ALL="C.UTF-8")
        stream = open(log, "w") if log else subprocess.DEVNULL
        try:
            done = subprocess.run([interpreter, os.path.join(HERE, "worker.py"), out, name], cwd=folder,
                                  env=environment, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream,
                                  timeout=TIMEOUT)
            ending = "" if done.returncode == 0 else "exit code %d" % done.returncode
        except subprocess.TimeoutExpired:
            ending = "took over %d s" % TIMEOUT
        lines = open(out, encoding="utf-8").read().splitlines() if os.path.exists(out) else []
    outcomes = {}
    for line in lines:
        outcome, _, method = line.partition(" ")
        if method:
            outcomes[method] = outcome
    if "end" not in lines and not ending:
        ending = "stopped early"
    return outcomes, ending


def read_list(name):
    """{method: is marked as failing}"""
    path = os.path.join(PASSING, name + ".txt")
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        return {line.strip().lstrip("- "): line.startswith("-") for line in file if line.strip()}


def write_list(name, methods):
    os.makedirs(PASSING, exist_ok=True)
    path = os.path.join(PASSING, name + ".txt")
    with open(path + ".new", "w", encoding="utf-8") as file:
        for method in sorted(methods):
            file.write("%s%s\n" % ("- " if methods[method] else "", method))
    os.replace(path + ".new", path)


def baseline(python, names):
    for name in names:
        outcomes, ending = run(python, name)
        old = read_list(name)
        passing = [method for method, outcome in outcomes.items() if outcome == "pass"]
        write_list(name, {method: old.get(method, True) for method in passing})
        print("%s: %d pass on CPython %s" % (name, len(passing), ending))


def failing_now(interpreter, name, known, log):
    outcomes, ending = run(interpreter, name, log)
    return {method: outcomes.get(method) != "pass" for method in known}, ending


def check(interpreter, name, record, log_folder):
    """(passed, all, problems)"""
    log = os.path.join(log_folder, name + ".log") if log_folder else None
    known = read_list(name)
    now, ending = failing_now(interpreter, name, known, log)
    if now != known and not record:
        # A machine under load makes some tests of time fail: what differs from the record must do so twice.
        again, ending = failing_now(interpreter, name, known, log)
        now = {method: known[method] if again[method] == known[method] else now[method] for method in known}
    worse = [method for method in known if now[method] and not known[method]]
    better = [method for method in known if known[method] and not now[method]]
    if record:
        write_list(name, now)
        worse, better = [], []
    passed = sum(not failing for failing in now.values())
    print("%-28s %4d of %4d %s" % (name, passed, len(known), ending))
    for method in worse:
        print("  fails: " + method)
    for method in better:
        print("  passes, and is marked as failing: " + method)
    sys.stdout.flush()
    return passed, len(known), len(worse) + len(better)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("interpreter")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--baseline", metavar="PYTHON")
    parser.add_argument("--logs", metavar="FOLDER")
    options = parser.parse_args()
    names = options.names or listed()
    if options.baseline:
        baseline(options.baseline, names)
        return 0
    if options.logs:
        os.makedirs(options.logs, exist_ok=True)
    interpreter = os.path.abspath(options.interpreter)
    totals = [check(interpreter, name, options.record, options.logs) for name in names]
    passed, known, problems = (sum(column) for column in zip(*totals))
    print("conformance: %d of %d methods pass (%.1f %%)" % (passed, known, 100.0 * passed / max(1, known)))
    print("%d passed, %d failed" % (len(names) - sum(bool(row[2]) for row in totals),
                                   sum(bool(row[2]) for row in totals)))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
