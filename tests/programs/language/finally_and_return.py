def f(n):
    for i in range(n):
        try:
            if i == 2:
                return "returned"
            if i == 1:
                continue
        finally:
            print("finally", i)
    else:
        return "else"


print(f(5), f(2))


def g():
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise ValueError("chained") from error


try:
    g()
except ValueError as error:
    print(repr(error), repr(error.__cause__), error.__suppress_context__)
