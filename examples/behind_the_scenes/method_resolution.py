"""The class diamond: C3 linearisation decides whose method runs."""


class A:
    def method(self):
        return "A"


class B(A):
    def method(self):
        return "B"


class C(A):
    def method(self):
        return "C"


class D(B, C):
    pass


print(D.__mro__)
print(D().method(), [cls.__name__ for cls in D.mro()])
try:
    class E(A, B):
        pass
except TypeError as error:
    print(error)
