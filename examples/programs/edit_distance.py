"""A dynamic program with a cache: the distance between two words, and a knapsack."""
import functools


@functools.lru_cache(maxsize=None)
def distance(a, b):
    if not a or not b:
        return len(a) + len(b)
    if a[-1] == b[-1]:
        return distance(a[:-1], b[:-1])
    return 1 + min(distance(a[:-1], b), distance(a, b[:-1]), distance(a[:-1], b[:-1]))


def knapsack(items, room):
    @functools.lru_cache(maxsize=None)
    def best(index, left):
        if index == len(items):
            return 0, ()
        weight, value, name = items[index]
        without = best(index + 1, left)
        if weight > left:
            return without
        rest, names = best(index + 1, left - weight)
        return max(without, (rest + value, (name,) + names))
    result = best(0, room)
    return result, best.cache_info()


for pair in (("kitten", "sitting"), ("intention", "execution"), ("krait", "karat")):
    print(*pair, distance(*pair))
print(distance.cache_info())
print(*knapsack(((12, 4, "map"), (2, 2, "cup"), (1, 1, "pin"), (1, 2, "ring"), (4, 10, "gold")), 15))
