def f(a, b=2, /, c=3, *args, d, e=5, **rest):
    return a, b, c, args, d, e, rest


print(f(1, d=4))
print(f(1, 9, 8, 7, 6, d=4, z=0))
print(f(*[1, 2], **{"c": 30, "d": 40, "b": "kw"}))
for call in (lambda: f(), lambda: f(1), lambda: f(d=1), lambda: f(1, d=1, a=3), lambda: f(1, 2, 3, c=4, d=5)):
    try:
        print(call())
    except TypeError as error:
        print(error)
