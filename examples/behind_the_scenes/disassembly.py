"""The instructions of a function."""
import dis


def factorial(n):
    if n <= 1:
        return 1
    return n * factorial(n - 1)


dis.dis(factorial)
print(factorial(20))
