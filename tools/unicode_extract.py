#!/usr/bin/env python3
"""Writes data/unicode/*.txt: what a CPython 3.11 (Unicode 14.0.0) tells about every code point.

    python3.11 tools/unicode_extract.py [directory with NameAliases.txt and NamedSequences.txt]

Run by hand, once a Unicode version; its output is committed, and tools/unicode.py reads it in every build.
"""
import ctypes
import os
import sys
import unicodedata
from fractions import Fraction

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "unicode")
ALL = range(0x110000)
FLAGS = ["Alpha", "DecimalDigit", "Digit", "Lowercase", "Linebreak", "Whitespace", "Titlecase", "Uppercase",
         "XidStart", "XidContinue", "Printable", "Numeric", "CaseIgnorable", "Cased"]
old = unicodedata.ucd_3_2_0


def question(name):
    function = getattr(ctypes.pythonapi, "_PyUnicode_Is" + name)
    function.argtypes, function.restype = [ctypes.c_uint32], ctypes.c_int
    return lambda code: function(code) != 0


def rational(value):
    return "" if value is None else str(Fraction(value).limit_denominator(1000))


def runs(rows):
    """Joins neighbours with equal text: yields 'first[..last] text', leaving out rows of None."""
    start = last = text = None
    for code, row in rows:
        if text is not None and row == text and code == last + 1:
            last = code
            continue
        if text is not None:
            yield f"{start:X}{'..%X' % last if last > start else ''} {text}"
        start, last, text = code, code, row
    if text is not None:
        yield f"{start:X}{'..%X' % last if last > start else ''} {text}"


def write(name, comment, lines):
    with open(os.path.join(OUT, name), "w", encoding="utf-8") as file:
        file.write("".join(f"# {line}\n" for line in comment.splitlines()))
        file.writelines(line + "\n" for line in lines)


def hexes(text):
    return ".".join(f"{ord(c):X}" for c in text)


def properties():
    questions = [question(name) for name in FLAGS]
    for code in ALL:
        c = chr(code)
        flags = sum(1 << i for i, ask in enumerate(questions) if ask(code))
        yield code, " ".join([
            unicodedata.category(c), unicodedata.bidirectional(c) or "-", str(unicodedata.combining(c)),
            str(unicodedata.mirrored(c)), unicodedata.east_asian_width(c), f"{flags:X}"])


def values():
    for code in ALL:
        c = chr(code)
        row = [unicodedata.decimal(c, ""), unicodedata.digit(c, ""), rational(unicodedata.numeric(c, None))]
        if row != ["", "", ""]:
            yield f"{code:X};" + ";".join(map(str, row))


def casing():
    for code in ALL:
        c = chr(code)
        row = [c.lower(), c.upper(), c.title(), c.casefold()]
        if row != [c] * 4:
            yield f"{code:X};" + ";".join("" if text == c else hexes(text) for text in row)


def decompositions():
    for code in ALL:
        c = chr(code)
        text = unicodedata.decomposition(c)
        if text:
            composes = not text.startswith("<") and unicodedata.normalize("NFC", unicodedata.normalize("NFD", c)) == c
            yield f"{code:X};{'=' if composes and ' ' in text else ''}{text}"


def names():
    previous = None
    for code in ALL:
        name = unicodedata.name(chr(code), None)
        if name is None or name.startswith(("HANGUL SYLLABLE ", "CJK UNIFIED IDEOGRAPH-")):
            continue
        yield name if previous == code - 1 else f"{code:X};{name}"
        previous = code


def ideographs():
    for code in ALL:
        yield code, ("CJK" if unicodedata.name(chr(code), "").startswith("CJK UNIFIED IDEOGRAPH-") else None)


def semicolon_lines(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.split("#")[0].strip()
            if line:
                yield line.split(";")


def aliases(directory):
    for code, name, *_ in semicolon_lines(os.path.join(directory, "NameAliases.txt")):
        try:
            if unicodedata.lookup(name) == chr(int(code, 16)):
                yield f"{int(code, 16):X};{name}"
        except KeyError:
            pass


def sequences(directory):
    for name, codes in semicolon_lines(os.path.join(directory, "NamedSequences.txt")):
        text = "".join(chr(int(code, 16)) for code in codes.split())
        try:
            if unicodedata.lookup(name) == text:
                yield f"{hexes(text)};{name}"
        except KeyError:
            pass


def differences():
    def pair(function, c):
        then, now = function(old, c), function(unicodedata, c)
        return "" if then == now else "-" if then in (None, "") else str(then)
    for code in ALL:
        c = chr(code)
        if old.category(c) == "Cn" and unicodedata.category(c) != "Cn":
            yield code, "unassigned"
            continue
        row = [pair(lambda u, c: u.category(c), c), pair(lambda u, c: u.bidirectional(c), c),
               pair(lambda u, c: u.mirrored(c), c), pair(lambda u, c: u.east_asian_width(c), c),
               pair(lambda u, c: u.decimal(c, None), c), pair(lambda u, c: rational(u.numeric(c, None)), c)]
        yield code, (";".join(row) if any(row) else None)


def corrections():
    for code in ALL:
        c = chr(code)
        if old.category(c) != "Cn" and (text := old.normalize("NFD", c)) != unicodedata.normalize("NFD", c):
            yield f"{code:X};{hexes(text)}"


def main():
    assert unicodedata.unidata_version == "14.0.0", unicodedata.unidata_version
    os.makedirs(OUT, exist_ok=True)
    write("properties.txt", "code points, category, bidirectional class, combining class, mirrored, East Asian width, "
          "flags:\n" + " ".join(f"{1 << i:X}={name}" for i, name in enumerate(FLAGS)), runs(properties()))
    write("values.txt", "code point; decimal; digit; numeric value", values())
    write("casing.txt", "code point; full lower; upper; title; folded (empty: itself)", casing())
    write("decompositions.txt", "code point; decomposition (=: NFC composes it)", decompositions())
    write("names.txt", "code point; name (no code point: the next one)", names())
    write("ideographs.txt", "code points called CJK UNIFIED IDEOGRAPH-X", runs(ideographs()))
    write("old.txt", "Unicode 3.2.0 where it differs: 'unassigned', or category; bidirectional; mirrored; width; "
          "decimal; numeric\n(empty: as today; -: none)", runs(differences()))
    write("corrections.txt", "code point; its NFD in Unicode 3.2.0", corrections())
    if len(sys.argv) > 1:
        write("aliases.txt", "code point; alias", aliases(sys.argv[1]))
        write("sequences.txt", "code points; name", sequences(sys.argv[1]))


main()
