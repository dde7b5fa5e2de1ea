"""Raising and catching."""


def check(n):
    if n % 3 == 0:
        raise ValueError(n)
    if n % 5 == 0:
        raise KeyError(n)
    return n


def main():
    total = 0
    for i in range(20000):
        try:
            total += check(i)
        except ValueError as error:
            total -= error.args[0]
        except KeyError:
            total += 1
        finally:
            total &= 0xffff
    return total
