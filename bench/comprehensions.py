"""Comprehensions of lists, sets, dicts."""


def main():
    total = 0
    for _ in range(20):
        squares = [x * x for x in range(1000) if x % 3]
        pairs = {x: y for x, y in zip(squares, squares[1:])}
        rest = {x % 101 for x in squares}
        total += len(squares) + len(pairs) + len(rest)
    return total
