def chain(*parts):
    for part in parts:
        got = yield from part
        print("got", got)


def part(n):
    for i in range(n):
        sent = yield i
        if sent:
            print("sent", sent)
    return n * 10


g = chain(part(2), part(1))
print(next(g), g.send("hello"), next(g))
try:
    g.throw(KeyError, "thrown")
except KeyError as error:
    print(repr(error))
g = part(3)
next(g)
g.close()
print(list(g), g.gi_frame)
