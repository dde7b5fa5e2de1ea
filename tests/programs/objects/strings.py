s = "Grüße, Wörld! ñ 日本"
print(s.upper(), s.casefold(), s.title(), s.encode(), len(s), s[::-1], s.find("W"), s.split())
print("a,b,,c".split(","), "  x ".strip(), "x".center(5, "*"), "ab".join("123"), "aXbX".replace("X", "-", 1))
print("%s %r %5d %-5s| %05.1f %x %c %%" % ("s", "r", 42, "l", 3.14159, 255, "c"), "{0} {name:>{w}}".format(1, name="n", w=4))
print("tab\t\n\x00\u1234".__repr__(), ascii("é日"), "ß".upper(), "ǅ".lower(), "a".isidentifier(), "٣".isdigit())
print("line1\r\nline2\nline3".splitlines(), "abc".translate({97: "A", 98: None}), "abc".partition("b"), "z" > "a")
