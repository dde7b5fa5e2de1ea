class Positive:
    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, instance, owner):
        return self if instance is None else getattr(instance, self.name, 0)

    def __set__(self, instance, value):
        if value < 0:
            raise ValueError(f"{self.name[1:]} must not be negative")
        setattr(instance, self.name, value)


class Account:
    balance = Positive()

    def __init__(self, balance):
        self.balance = balance

    @property
    def doubled(self):
        return self.balance * 2

    @classmethod
    def empty(cls):
        return cls(0)

    @staticmethod
    def currency():
        return "EUR"


a = Account(5)
print(a.balance, a.doubled, Account.empty().balance, a.currency(), type(Account.balance).__name__)
for action in (lambda: setattr(a, "balance", -1), lambda: setattr(a, "doubled", 1)):
    try:
        action()
    except (ValueError, AttributeError) as error:
        print(error)
