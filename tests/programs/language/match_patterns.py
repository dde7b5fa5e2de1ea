from dataclasses import dataclass


@dataclass
class Point:
    x: int
    y: int


def kind(value):
    match value:
        case 0 | 1:
            return "small"
        case int(n) if n < 0:
            return f"negative {n}"
        case [first, *rest]:
            return f"sequence {first} {rest}"
        case {"name": str(name), **others}:
            return f"mapping {name} {others}"
        case Point(x=0, y=y):
            return f"on the axis at {y}"
        case Point(x, y):
            return f"point {x} {y}"
        case None | True:
            return "singleton"
        case _:
            return "other"


for value in (1, -5, [1, 2, 3], (), {"name": "k", "v": 1}, Point(0, 3), Point(2, 3), None, "text"):
    print(kind(value))
