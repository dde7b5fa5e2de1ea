"""What the profile-guided release build learns from: each benchmark once, and the compiler on some of the library."""
import ast
import importlib
import os
import tokenize

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    for name in sorted(os.listdir(HERE)):
        if name.endswith(".py") and name not in ("run.py", "train.py"):
            importlib.import_module(name[:-3]).main()
    for name in ("argparse", "inspect", "typing", "json.decoder"):
        path = importlib.import_module(name).__file__
        with open(path, encoding="utf-8") as file:
            text = file.read()
        compile(text, path, "exec")
        ast.unparse(ast.parse(text))
        with open(path, "rb") as file:
            sum(1 for _ in tokenize.tokenize(file.readline))


main()
