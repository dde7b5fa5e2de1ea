class Registry(type):
    seen = []

    @classmethod
    def __prepare__(mcs, name, bases, **options):
        return {"prepared": True}

    def __new__(mcs, name, bases, namespace, **options):
        cls = super().__new__(mcs, name, bases, namespace)
        mcs.seen.append((name, options))
        return cls

    def __init__(cls, name, bases, namespace, **options):
        super().__init__(name, bases, namespace)

    def __call__(cls, *args):
        print("making", cls.__name__)
        return super().__call__(*args)


class Base(metaclass=Registry, flag=1):
    def __init_subclass__(cls, **options):
        print("subclass", cls.__name__, options)


class Derived(Base):
    __slots__ = ("x",)


print(Derived.prepared, Registry.seen, type(Derived()).__mro__[:2])
