a, *b, c = range(6)
(d, e), [f, *g] = (1, 2), "xyz"
print(a, b, c, d, e, f, g)
print([*range(3), *"ab"], {**{"k": 1}, "v": 2}, (*b, 9))
for text in ("a, b = 1", "a, b = 1, 2, 3", "a, *b, c = [1]"):
    try:
        exec(text)
    except (TypeError, ValueError) as error:
        print(error)
