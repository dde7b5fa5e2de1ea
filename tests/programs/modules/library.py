import collections
import dataclasses
import enum
import functools
import itertools
import json
import re
import string
import textwrap


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


@dataclasses.dataclass(order=True)
class Item:
    name: str
    price: float = 1.0
    tags: list = dataclasses.field(default_factory=list)


@functools.lru_cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(Colour.RED, Colour(2), list(Colour), Item("a") < Item("b"), Item("x", 2, ["t"]), fib(80), fib.cache_info())
print(collections.Counter("abracadabra").most_common(2), collections.deque([1, 2, 3], 2), collections.OrderedDict(a=1))
print(list(itertools.combinations("abc", 2)), list(itertools.accumulate([1, 2, 3])), list(itertools.groupby("aab"))[0][0])
print(json.dumps({"k": [1, 2.5, None, True, "é"]}, indent=1), json.loads('{"a": [1, {"b": "\\u00e9"}]}'))
print(re.sub(r"(\w+)@(\w+)", r"\2 at \1", "me@home you@work"), re.fullmatch(r"(?P<y>\d+)-(?P<m>\d+)", "2026-11").groupdict())
print(textwrap.fill("the quick brown fox jumps over the lazy dog", 20), string.Template("$a-$b").substitute(a=1, b=2))
