"""Sorting numbers, text and by key."""


def main():
    seed = 42
    numbers = []
    for _ in range(8000):
        seed = seed * 1103515245 + 12345 & 0x7fffffff
        numbers.append(seed)
    texts = [str(n) for n in numbers]
    return (sorted(numbers)[0], sorted(texts)[0], sorted(numbers, key=lambda n: n % 1000)[0],
            sorted(numbers, reverse=True)[0], sorted((n % 10, n) for n in numbers)[0])
