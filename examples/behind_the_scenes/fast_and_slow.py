"""Local variables, globals, attributes, builtins: the same sum four ways."""
import timeit

global_var = 10


def fast_locals():
    x = 10
    for i in range(1000):
        y = x + i
    return y


def slower_globals():
    for i in range(1000):
        y = global_var + i
    return y


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


def attribute_access():
    p = Point(1, 2)
    for i in range(1000):
        y = p.x + i
    return y


def builtin_vs_custom():
    result1 = sum(range(1000))
    result2 = 0
    for i in range(1000):
        result2 += i
    return result1 == result2


for function in (fast_locals, slower_globals, attribute_access, builtin_vs_custom):
    print(function.__name__, function(), timeit.timeit(function, number=10) > 0)
