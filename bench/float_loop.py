"""A loop of floats."""


def main():
    x = 0.5
    for _ in range(200000):
        x = 3.7 * x * (1.0 - x)
    return x
