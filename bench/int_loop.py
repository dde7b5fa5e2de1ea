"""A loop of small ints."""


def main():
    total = 0
    i = 0
    while i < 300000:
        if i % 3 == 0:
            total += i & 255
        else:
            total -= 1
        i += 1
    return total
