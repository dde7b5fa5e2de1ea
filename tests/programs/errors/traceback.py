def inner(values):
    return values["missing"]["deep"] + 1


def outer():
    inner({"a": 1})


outer()
