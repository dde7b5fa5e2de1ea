"""The spectral norm of a matrix given by a function."""


def element(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(v, transposed):
    n = len(v)
    if transposed:
        return [sum(element(j, i) * v[j] for j in range(n)) for i in range(n)]
    return [sum(element(i, j) * v[j] for j in range(n)) for i in range(n)]


def main():
    u = [1.0] * 60
    for _ in range(3):
        v = times(times(u, False), True)
        u = times(times(v, False), True)
    return sum(a * b for a, b in zip(u, v))
