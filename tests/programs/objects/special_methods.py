class V:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        return V(self.n + other.n) if isinstance(other, V) else NotImplemented

    def __radd__(self, other):
        return V(self.n + other)

    def __eq__(self, other):
        return isinstance(other, V) and self.n == other.n

    def __lt__(self, other):
        return self.n < other.n

    def __hash__(self):
        return hash(self.n)

    def __repr__(self):
        return f"V({self.n})"

    def __len__(self):
        return self.n

    def __getitem__(self, index):
        if index >= self.n:
            raise IndexError(index)
        return index * 10

    def __contains__(self, item):
        return item == self.n

    def __call__(self, *args, **kwargs):
        return args, kwargs

    def __bool__(self):
        return self.n != 0

    def __format__(self, spec):
        return f"<{spec}:{self.n}>"


a, b = V(2), V(3)
print(a + b, sum([a, b], 1), a == V(2), {a: 1}[V(2)], sorted([b, a]), max(a, b))
print(len(a), list(b), 3 in b, a(1, k=2), bool(V(0)), f"{a:spec}", list(reversed(b)))
try:
    a + "text"
except TypeError as error:
    print(error)
