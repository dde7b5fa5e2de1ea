import gc
import sys
import weakref


class Thing:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("deleted", self.name)


t = Thing("one")
r = weakref.ref(t, lambda _: print("callback"))
print(sys.getrefcount(t), r() is t)
del t
print(r())
a, b = Thing("a"), Thing("b")
a.other, b.other = b, a
del a, b
print("collecting", gc.collect() >= 2)
