d = {i: i * i for i in range(5)}
d.pop(2)
d[10] = 100
print(d, list(d.items())[:2], d.get(99, "none"), d | {1: "one"}, list(reversed(d)), d.keys() & {0, 1, 7})
l = [3, 1, 2]
l.sort(key=lambda x: -x)
l[1:1] = [9, 9]
l *= 2
print(l, l.index(9), l.count(9), l[::-2], sorted(l), l == list(l))
s = {1, 2, 3} ^ {3, 4}
print(sorted(s), frozenset([1]) | {2}, {1} < {1, 2}, (1, 2) + (3,), (1, 2, 3)[::-1], range(10, 0, -3)[1:], slice(1, 2))
for action in (lambda: d[77], lambda: l[99], lambda: [].pop(), lambda: {[]: 1}, lambda: (1,)[5]):
    try:
        action()
    except Exception as error:
        print(type(error).__name__, error)
