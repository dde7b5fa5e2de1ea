x = "outer"
print([x for x in range(3)], x)
print({k: v for k, v in zip("ab", (1, 2))}, {i % 2 for i in range(5)})


class C:
    n = 3
    items = [n for _ in range(1)] if False else [i for i in range(n)]


print(C.items, [y := 10, y ** 2], y)
print([(i, j) for i in range(3) if i for j in range(i)])
