"""Generators that feed one another."""


def numbers(n):
    for i in range(n):
        yield i


def odd(source):
    for n in source:
        if n & 1:
            yield n


def chained(n):
    yield from odd(numbers(n))


def main():
    return sum(chained(60000)) + sum(n * n for n in odd(numbers(30000)))
