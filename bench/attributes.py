"""Attributes of instances, methods, class attributes."""


class Point:
    scale = 3

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def move(self, dx, dy):
        self.x += dx * self.scale
        self.y += dy * self.scale


def main():
    point = Point(1, 2)
    for i in range(60000):
        point.move(i, -i)
    return point.x
