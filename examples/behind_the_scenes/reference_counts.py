"""References are counted; cycles are found by the collector."""
import gc
import sys
import weakref

x = [1, 2, 3]
print(sys.getrefcount(x))
y = x
print(sys.getrefcount(x))
del y
print(sys.getrefcount(x))


class Node:
    def __init__(self, value):
        self.value = value
        self.parent = None
        self.children = []


parent = Node("parent")
child = Node("child")
parent.children.append(child)
child.parent = parent
watch = weakref.ref(parent, lambda ref: print("collected"))
gc.collect()
del parent, child
print(watch() is not None)
print(gc.collect() > 0, watch())
