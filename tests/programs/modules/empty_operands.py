# Operations on nothing: what a null pointer to no items is given to.
import array
import functools

numbers = array.array("i")
numbers *= 3
numbers += numbers * 2 + array.array("i")
print(numbers, numbers[::2], numbers.tobytes(), numbers == array.array("i"), numbers[:] + numbers[1:])
numbers[:] = numbers
del numbers[:]
numbers.extend(())
numbers.frombytes(b"")
numbers.reverse()
print(numbers.tolist(), bytes(numbers), bytearray(numbers) * 3, memoryview(numbers).tobytes())
print(functools.partial(dict)(), functools.partial(max, 1, 2)(), functools.partial(dict, a=1)())
print(list(map(functools.partial(int), "")), functools.reduce(max, (), None))


class Callback:
    __call__ = functools.partialmethod(dict)


print(functools.partial(list).__call__(), functools.partial(functools.partial(tuple))())
print([] * 5, () * 5, "" * 5, b"" * 5, bytearray() * 5, b"".join([]), "".join([]), b"".replace(b"", b""))
