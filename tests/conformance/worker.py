"""Runs one module of CPython's test suite and writes a line for each test method.

    worker.py OUT test_x

Lines of OUT: "start ID", then "pass ID", "fail ID", "skip ID" or "xfail ID".  A test that only has "start" took the
process down.  Subtests count with their method.
"""
import os
import sys
import unittest


class Recorder(unittest.TestResult):
    def __init__(self, out):
        super().__init__()
        self.out = out
        self.failed = set()

    def note(self, outcome, test):
        self.out.write("%s %s\n" % (outcome, test.id()))
        self.out.flush()

    def startTest(self, test):
        super().startTest(test)
        self.note("start", test)

    def addSuccess(self, test):
        if test.id() not in self.failed:
            self.note("pass", test)

    def addFailure(self, test, error):
        self.note("fail", test)
        show(test, error)

    addError = addFailure

    def addSubTest(self, test, subtest, error):
        if error is not None and test.id() not in self.failed:
            self.failed.add(test.id())
            self.note("fail", test)
            show(subtest, error)

    def addSkip(self, test, reason):
        self.note("skip", test)

    def addExpectedFailure(self, test, error):
        self.note("xfail", test)

    def addUnexpectedSuccess(self, test):
        self.note("fail", test)


def show(test, error):
    import traceback
    print("=" * 20, test.id(), file=sys.stderr)
    try:
        traceback.print_exception(*error, file=sys.stderr)
    except Exception as problem:
        print("(the traceback cannot be shown: %r)" % problem, file=sys.stderr)


def main(path, name):
    from test import support
    support.use_resources = []
    out = open(path, "w", encoding="utf-8")
    try:
        suite = unittest.defaultTestLoader.loadTestsFromName("test." + name)
    except BaseException as problem:
        out.write("fail %s.import\n" % name)
        out.flush()
        raise
    suite.run(Recorder(out))
    out.write("end\n")
    out.close()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
