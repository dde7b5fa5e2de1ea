"""Counts the words of a file, or of text it makes when none is named, and shows the most frequent."""
import collections
import re
import sys


def text_lines(count=20000):
    words = "the quick brown fox jumps over the lazy dog while krait looks on and counts".split()
    for i in range(count):
        yield " ".join(words[(i * j) % len(words)] for j in range(1, 12))


def main(paths):
    lines = open(paths[0], encoding="utf-8", errors="replace") if paths else text_lines()
    counts = collections.Counter()
    for line in lines:
        counts.update(re.findall(r"[a-z']+", line.lower()))
    for word, count in sorted(counts.most_common(10), key=lambda row: (-row[1], row[0])):
        print(f"{count:>9,} {word}")
    print(f"{sum(counts.values()):,} words, {len(counts):,} different")


main(sys.argv[1:])
