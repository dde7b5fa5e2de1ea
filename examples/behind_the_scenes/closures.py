"""A cell is shared by the function that binds a variable and the one that uses it."""
import dis


def outer(x):
    def inner():
        return x
    return inner


f = outer(42)
print(f(), f.__code__.co_freevars, outer.__code__.co_cellvars)
print(type(f.__closure__[0]).__name__, f.__closure__[0].cell_contents)
f.__closure__[0].cell_contents = "changed"
print(f())
dis.dis(outer)
