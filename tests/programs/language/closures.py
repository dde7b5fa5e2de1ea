def counter():
    n = 0

    def step(by=1):
        nonlocal n
        n += by
        return n
    return step


a, b = counter(), counter()
print(a(), a(), a(5), b())
print([f() for f in [lambda i=i: i * i for i in range(4)]])
