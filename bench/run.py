"""Times the programs of this folder on Krait and on CPython 3.11 in turn, and prints the ratios.

    run.py KRAIT [NAME ...] [--python /usr/bin/python3.11] [--runs N]

A program defines main(), which does its work once.  Each run is a process of its own that warms up with one call and
prints the time of the best of some further calls; runs of the two interpreters alternate.  A ratio above 1 is faster
than CPython.
"""
import argparse
import math
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DRIVER = """
import sys, time
sys.path.insert(0, %r)
main = __import__(%r).main
main()
best = min(-(start := time.perf_counter()) + (main(), time.perf_counter())[1] for _ in range(%d))
print(best)
"""


def measure(interpreter, name, calls):
    program = DRIVER % (HERE, name, calls)
    done = subprocess.run([interpreter, "-c", program], capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise RuntimeError("%s %s: %s" % (interpreter, name, done.stderr.strip().splitlines()[-1:]))
    return float(done.stdout.split()[-1])


def start_time(interpreter, options, runs=20):
    import time
    best = math.inf
    for _ in range(runs):
        begin = time.perf_counter()
        subprocess.run([interpreter, *options, "-c", "pass"], check=True)
        best = min(best, time.perf_counter() - begin)
    return best


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("krait")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--python", default="/usr/bin/python3.11")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    every = sorted(name[:-3] for name in os.listdir(HERE) if name.endswith(".py") and name not in ("run.py", "train.py"))
    ratios, failed = [], 0
    print("%-20s %10s %10s %8s" % ("program", "krait ms", "cpython ms", "ratio"))
    for name in options.names or every:
        try:
            pairs = [(measure(options.krait, name, 3), measure(options.python, name, 3)) for _ in range(options.runs)]
        except (RuntimeError, subprocess.TimeoutExpired) as problem:
            failed += 1
            print("%-20s %s" % (name, problem))
            continue
        krait, python = (min(column) for column in zip(*pairs))
        ratios.append(python / krait)
        print("%-20s %10.2f %10.2f %8.2f" % (name, krait * 1e3, python * 1e3, ratios[-1]))
        sys.stdout.flush()
    if ratios:
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        print("%-20s %29.2f (lowest %.2f)" % ("geometric mean", mean, min(ratios)))
    if not options.names:
        for flags in ([], ["-I", "-S"]):
            krait, python = start_time(options.krait, flags), start_time(options.python, flags)
            print("%-20s %10.2f %10.2f %8.2f" % ("start " + " ".join(flags), krait * 1e3, python * 1e3, python / krait))
    print("bench: %d programs, %d failed" % (len(ratios), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
