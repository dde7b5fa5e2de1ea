"""Dicts and sets."""


def main():
    counts = {}
    for i in range(30000):
        key = i * 7919 % 1000
        counts[key] = counts.get(key, 0) + 1
    seen = set()
    for i in range(30000):
        seen.add(i * 31 % 5000)
    both = seen & set(counts)
    inverse = {value: key for key, value in counts.items()}
    return len(both), len(inverse), sum(counts[k] for k in both)
