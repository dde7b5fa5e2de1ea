# Trees with all positions, for one program of each construct.
import ast

for program in ["x = y = 1, *z", "a.b[c:d, ::e] += f(*g, h=i, **j)", "x: int = 3", "(x): int", "lambda a, /, b=1, *c, d, **e: a",
                "[i async for i in j if k if l]", "{**a, 'b': c}", "{a, *b}", "not a < b is not c not in d", "-a ** -b",
                "f'{a!r:>{b}} {c=}' 'd' u'e'", "b'a' b'\\x00'", "a if b else (yield)", "(a := 1)", "await x",
                "async def f() -> int:\n    async with a as b, c:\n        return", "try:\n    a\nexcept* B as c:\n    d\nelse:\n    e\nfinally:\n    f",
                "match a:\n    case [1, *_, B(c, d=-1+2j)] | {'e': None, **f} if g:\n        pass",
                "with (a as b, c):\n    pass", "from ..a import (b as c, d)", "@a\nclass B(c, d=e):\n    'doc'", "global a, b; nonlocal c"]:
    print(ast.dump(ast.parse(program), include_attributes=True))
    if not program.startswith("global"):
        print(ast.unparse(ast.parse(program)))
