# The engine of regular expressions: captures, ways back, limits.
import re

CASES = [(r"(a|ab)(c|bcd)(d*)", "abcd"), (r"(a)|b", "b"), (r"(?:(a)|b)*", "ab"), (r"(?P<n>\w+) (?P=n)", "ab ab"),
         (r"(?<=a)b(?!c)", "abc abd"), (r"(?>a+)ab|aa", "aaab"), (r"a{2,3}+a", "aaaa"), (r"(a)?(?(1)b|c)", "ab c"),
         (r"(?i)straße", "STRAßE"), (r"^\w+$", "one\ntwo"), (r"(?m)^\w+$", "one\ntwo"), (r"(x*)*y", "xxz"), (r"\b\w", "a bc"),
         (r".*?b", "aabab"), (r"[^\W\d_]+", "é1a_b"), (r"", "ab")]
for pattern, text in CASES:
    match = re.search(pattern, text)
    print(repr(pattern), match and (match.regs, match.lastindex), re.findall(pattern, text), re.split(pattern, text),
          re.sub(pattern, r"<\g<0>>", text))
print(re.match("(?:a|b)*c", "ab" * 100000 + "c").end())
print(re.compile("a", re.I | re.M), re.match("a", "ab"), re.compile("a") == re.compile("a"))
for bad in ("(", "a**", "(?P<1>a)", "[b-a]", r"\1"):
    try:
        re.compile(bad)
    except re.error as error:
        print(bad, error)
