# What CPython says of wrong programs, with positions.
PROGRAMS = """
f(a b)
x = (1 +
print "hi"
if x = 3: pass
if x
for x in y
def f(a=1, b): pass
f(a=1, 2)
f(x for x in y, 1)
{'a': 1, 'b' 2}
{'a' 'b': }
a + 1 = 2
f() += 1
[x, y for x in z]
x = 1 if y
lambda *: 1
try: pass
with a as f(): pass
from a import b,
del f()
'abc
0777
1_
12abc
a ? b
x = é€
f'{a b}'
f'{}'
f'{a!x}'
b'é'
'\\xg'
match x:\n case a.b as c.d: pass
class A\n pass
if 1:\npass
  x = 1
if 1:\n    a\n  b
a := 1
not a = b
(a, b): int = 1
f(**a, *b)
import a.b as c.d
x = {**a for a in b}
return *
""".strip("\n").split("\n")

for program in PROGRAMS:
    program = program.replace("\\n", "\n")
    try:
        compile(program, "<program>", "exec")
        print(repr(program), "ok")
    except SyntaxError as error:
        print(repr(program), type(error).__name__, error.msg, error.lineno, error.offset, error.end_lineno,
              error.end_offset, repr(error.text))
