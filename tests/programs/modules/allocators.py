# PYTHONMALLOC chooses who serves memory, unless the environment is ignored.
import os
import subprocess
import sys


def run(allocator, *arguments):
    environment = dict(os.environ, PYTHONMALLOC=allocator)
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True)
    print(allocator, done.returncode, done.stdout.strip(), done.stderr.splitlines()[:1])


blocks = "import sys; print(sys.getallocatedblocks() > 0)"
run("malloc", "-c", blocks)
run("pymalloc", "-c", blocks)
run("debug", "-c", blocks)
run("malloc_debug", "-c", blocks)
run("malloc", "-EBc", blocks)
run("malloc", "-W", "ignore", "-I", "-c", blocks)
run("malloc", "-WE", "-c", blocks)
run("none", "-c", blocks)
run("none", "-E", "-c", "print(1)")
