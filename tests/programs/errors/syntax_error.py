for text in ("x = (1,", "def f(:\n  pass", "if x\n  pass", "a b", "1 = x", "f(x for x in y, 1)", "'abc", "  x = 1", "for",
             "class C\n  pass", "x = 08", "print 'x'", "return 1", "async def f(): yield from x", "{1:2, **}", "x = = 2"):
    try:
        compile(text, "<test>", "exec")
    except SyntaxError as error:
        print(type(error).__name__, error.msg, error.lineno, error.offset, error.end_lineno, error.end_offset)
