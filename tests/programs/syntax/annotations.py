# Annotations under `from __future__ import annotations` are the text of their expression.
from __future__ import annotations


def f(a: b[c, 1:2], *d: (lambda *x: x, 1), e: {1: -2 ** 3, **g} = 1, h: f"{i!r:{j}}{{}}" = 0) -> not k or (l if m else n):
    pass


for name, text in f.__annotations__.items():
    print(name, text)
