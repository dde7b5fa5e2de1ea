#!/usr/bin/env python3
"""Writes the Unicode tables of src/text out of data/unicode (see tools/unicode_extract.py).

    tools/unicode.py build/gen/text

    unicode_tables.h        properties, case mappings and numeric values      for unicode.c
    unicode_data_tables.h   categories, decompositions, Unicode 3.2.0         for unicode_data.c, normalize.c
    unicode_names_tables.h  names as phrases of words, and a hash of them     for unicode_names.c
"""
import os
import sys
from collections import Counter
from fractions import Fraction

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "unicode")
LIMIT = 0x110000
SPECIAL_CASE = 0x4000
CATEGORIES = "Cn Lu Ll Lt Mn Mc Me Nd Nl No Zs Zl Zp Cc Cf Cs Co Lm Lo Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So".split()
DIRECTIONS = "- L LRE LRO R AL RLE RLO PDF EN ES ET AN CS NSM BN B S WS ON LRI RLI FSI PDI".split()
WIDTHS = "F H W Na A N".split()


def lines(name):
    with open(os.path.join(DATA, name), encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                yield line.rstrip("\n")


def span(text):
    first, _, last = text.partition("..")
    return int(first, 16), int(last or first, 16)


def ranges(name):
    for line in lines(name):
        codes, rest = line.split(" ", 1)
        yield (*span(codes), rest)


class Output:
    def __init__(self, directory, name):
        self.path = os.path.join(directory, name)
        self.parts = [f"// {name} - written by tools/unicode.py.\n"]

    def array(self, declaration, items, columns=12):
        items = list(map(str, items))
        rows = [", ".join(items[i:i + columns]) for i in range(0, len(items), columns)]
        self.parts.append(f"{declaration} = {{\n" + "".join(row + ",\n" for row in rows) + "};\n")

    def line(self, text):
        self.parts.append(text + "\n")

    def close(self):
        text = "".join(self.parts)
        if os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as file:
                if file.read() == text:
                    return
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(text)


def two_stages(table, shift):
    """Splits a table of all code points into blocks; equal blocks are shared."""
    size = 1 << shift
    first, second, seen = [], [], {}
    for start in range(0, len(table), size):
        block = tuple(table[start:start + size])
        if block not in seen:
            seen[block] = len(second) >> shift
            second.extend(block)
        first.append(seen[block])
    return first, second


def smallest_type(values):
    return "uint8_t" if max(values) < 256 else "uint16_t" if max(values) < 65536 else "uint32_t"


def read_casing():
    for line in lines("casing.txt"):
        code, *texts = line.split(";")
        code = int(code, 16)
        yield code, [[int(c, 16) for c in text.split(".")] if text else [code] for text in texts]


def write_properties(out):
    flags = [0] * LIMIT
    for first, last, rest in ranges("properties.txt"):
        flags[first:last + 1] = [int(rest.split()[5], 16)] * (last + 1 - first)
    decimal, digit, numbers = {}, {}, []
    for line in lines("values.txt"):
        code, *row = line.split(";")
        code = int(code, 16)
        if row[0]:
            decimal[code] = int(row[0])
        if row[1]:
            digit[code] = int(row[1])
        if row[2]:
            value = Fraction(row[2])
            if numbers and numbers[-1][1] == code - 1 and numbers[-1][2] == value:
                numbers[-1][1] = code
            else:
                numbers.append([code, code, value])

    shifts, cases = {}, [((1, 1, 1, 1), [[0]] * 4)]
    for code, mappings in read_casing():
        lower, upper, title, fold = mappings
        if all(len(m) == 1 for m in mappings) and fold == lower:
            shifts[code] = (upper[0] - code, lower[0] - code, title[0] - code)
        else:
            flags[code] |= SPECIAL_CASE
            shifts[code] = (len(cases), 0, 0)
            cases.append((tuple(map(len, mappings)), mappings))

    records, numbers_of = {}, []
    records[(0, 0, 0, 0, 0, 0)] = 0
    for code in range(LIMIT):
        record = (*shifts.get(code, (0, 0, 0)), decimal.get(code, 0), digit.get(code, 0), flags[code])
        numbers_of.append(records.setdefault(record, len(records)))
    first, second = two_stages(numbers_of, 7)
    out.array("const KrUnicodeRecord kr_unicode_records[]",
              ["{%d, %d, %d, %d, %d, 0x%x}" % record for record in records], 4)
    out.array("const uint16_t kr_unicode_index1[]", first, 20)
    out.array("const uint16_t kr_unicode_index2[]", second, 20)
    out.array("static const KrUnicodeCase special_cases[]", [
        "{{%s}, {%s}}" % (", ".join(map(str, counts)), ", ".join(
            "{" + ", ".join(map(hex, mapping)) + "}" for mapping in mappings)) for counts, mappings in cases], 1)
    out.array("static const NumericRun numeric_runs[]",
              [f"{{{a:#x}, {b:#x}, {v.numerator}.0 / {v.denominator}.0}}" for a, b, v in numbers], 4)


def read_decompositions():
    """code -> (tag, code points, composes)"""
    result = {}
    for line in lines("decompositions.txt"):
        code, text = line.split(";")
        composes = text.startswith("=")
        words = text.lstrip("=").split()
        tag = words.pop(0).strip("<>") if words[0].startswith("<") else ""
        result[int(code, 16)] = (tag, [int(word, 16) for word in words], composes)
    return result


def quick_checks(decompositions):
    """Two bits a form, in the order NFC, NFD, NFKC, NFKD: 0 yes, 1 maybe, 2 no."""
    def canonical(code):
        tag, codes, _ = decompositions.get(code, ("", [code], False))
        if tag or codes == [code]:
            return [code]
        return [part for c in codes for part in canonical(c)]

    maybe = {codes[1] for _, codes, composes in decompositions.values() if composes}
    maybe |= set(range(0x1161, 0x1176)) | set(range(0x11a8, 0x11c3))
    result = [0] * LIMIT
    for code in maybe:
        result[code] = 1 | 1 << 4
    for code in range(0xac00, 0xd7a4):
        result[code] = 2 << 2 | 2 << 6
    for code, (tag, _, composes) in decompositions.items():
        compatible = tag or any(decompositions.get(c, ("", 0, 0))[0] for c in canonical(code))
        nfc = 2 if not tag and not composes else result[code] & 3
        nfkc = 2 if compatible or nfc == 2 else result[code] >> 4 & 3
        result[code] = nfc | (0 if tag else 2) << 2 | nfkc << 4 | 2 << 6
    return result


def write_data(out):
    decompositions = read_decompositions()
    quick = quick_checks(decompositions)
    records, index = {(0, 0, 0, 0, 0, 0): 0}, [0] * LIMIT
    for first, last, rest in ranges("properties.txt"):
        category, direction, combining, mirrored, width, _ = rest.split()
        record = (CATEGORIES.index(category), DIRECTIONS.index(direction), int(combining), int(mirrored),
                  WIDTHS.index(width))
        for code in range(first, last + 1):
            index[code] = records.setdefault((*record[:1], record[2], record[1], *record[3:], quick[code]), len(records))
    first, second = two_stages(index, 7)
    for name, words in [("category", CATEGORIES), ("bidirectional", DIRECTIONS), ("width", WIDTHS)]:
        out.array(f"const char *const kr_unicode_{name}_names[]", [f'"{word.strip("-")}"' for word in words])
    out.array("static const KrUnicodeData data_records[]", ["{%d, %d, %d, %d, %d, %d}" % r for r in records], 6)
    out.array(f"static const {smallest_type(first)} data_index1[]", first, 20)
    out.array(f"static const {smallest_type(second)} data_index2[]", second, 20)

    tags = [""] + sorted({tag for tag, _, _ in decompositions.values()} - {""})
    pool, starts = [0], [0] * LIMIT
    for code, (tag, codes, _) in decompositions.items():
        starts[code] = len(pool)
        pool += [tags.index(tag) << 8 | len(codes), *codes]
    first, second = two_stages(starts, 6)
    out.array("static const char *const decomposition_tags[]", [f'"{tag}"' for tag in tags])
    out.array("static const uint32_t decomposition_pool[]", pool, 16)
    out.array(f"static const {smallest_type(first)} decomposition_index1[]", first, 20)
    out.array(f"static const {smallest_type(second)} decomposition_index2[]", second, 20)

    pairs = sorted((*codes, code) for code, (_, codes, composes) in decompositions.items() if composes)
    out.array("static const Composition compositions[]", ["{%#x, %#x, %#x}" % pair for pair in pairs], 4)
    write_old(out)


def write_old(out):
    def number(names, text):
        return -1 if not text else names.index(text)
    rows = []
    for first, last, rest in ranges("old.txt"):
        if rest == "unassigned":
            rows.append(f"{{{first:#x}, {last:#x}, 0, -1, -1, -1, -1, -2, -2}}")
            continue
        category, direction, mirrored, width, decimal, numeric = rest.split(";")
        rows.append("{%#x, %#x, 1, %d, %d, %s, %d, %s, %s}" % (
            first, last, number(CATEGORIES, category), number(DIRECTIONS, direction), mirrored or -1,
            number(WIDTHS, width), {"": -2, "-": -1}.get(decimal, decimal),
            -2 if not numeric else -1 if numeric == "-" else numeric + ".0"))
    out.array("static const OldRun old_runs[]", rows, 3)
    out.array("static const uint32_t old_corrections[][2]", [
        "{0x%s, 0x%s}" % tuple(line.split(";")) for line in lines("corrections.txt")], 4)


def read_names():
    code = -1
    for line in lines("names.txt"):
        start, _, name = line.rpartition(";")
        code = int(start, 16) if start else code + 1
        yield code, name


def hash_name(name):
    value = 2166136261
    for byte in name.encode():
        value = (value ^ byte) * 16777619 & 0xffffffff
    return value ^ value >> 15


def write_names(out):
    names = dict(read_names())
    counts = Counter(word for name in names.values() for word in name.split(" "))
    words = sorted(counts, key=lambda word: (-counts[word], word))
    one_byte = 160
    assert len(words) < one_byte - 1 + 96 * 256

    def encode(name):
        for word in name.split(" "):
            number = number_of[word]
            if number < one_byte - 1:
                yield number + 1
            else:
                number -= one_byte - 1
                yield one_byte + (number >> 8)
                yield number & 255

    number_of = {word: number for number, word in enumerate(words)}
    text, offsets = "", []
    for word in words:
        offsets.append(len(text))
        text += word
    offsets.append(len(text))
    phrases, blocks = [0], []
    for start in range(0, LIMIT, 32):
        if not any(code in names for code in range(start, start + 32)):
            blocks.append(0)
            continue
        blocks.append(len(phrases))
        for code in range(start, start + 32):
            if code in names:
                phrases += encode(names[code])
            phrases.append(0)
    first, second = two_stages(blocks, 4)
    size = 1 << 16
    table = [0xffffff] * size
    for code, name in names.items():
        slot = hash_name(name) % size
        while table[slot] != 0xffffff:
            slot = (slot + 1) % size
        table[slot] = code

    out.line(f"enum {{ ONE_BYTE_WORDS = {one_byte}, NAME_HASH_SIZE = {size} }};")
    out.line("static const char word_text[] =")
    for i in range(0, len(text), 90):
        out.line(f'    "{text[i:i + 90]}"')
    out.line("    ;")
    out.array("static const uint32_t word_offsets[]", offsets, 16)
    out.array("static const uint8_t phrases[]", phrases, 30)
    out.array("static const uint16_t phrase_index1[]", first, 20)
    out.array("static const uint32_t phrase_index2[]", second, 16)
    out.array("static const uint32_t name_hash[]", table, 14)
    out.array("static const uint32_t ideographs[][2]", [
        f"{{{a:#x}, {b:#x}}}" for a, b, _ in ranges("ideographs.txt")], 4)
    aliases = sorted(line.split(";")[::-1] for line in lines("aliases.txt"))
    out.array("static const Alias aliases[]", [f'{{"{name}", 0x{code}}}' for name, code in aliases], 2)
    sequences = sorted(line.split(";")[::-1] for line in lines("sequences.txt"))
    out.array("static const Sequence sequences[]", [
        '{"%s", %d, {%s}}' % (name, codes.count(".") + 1, ", ".join("0x" + c for c in codes.split(".")))
        for name, codes in sequences], 1)


def main():
    directory = sys.argv[1]
    os.makedirs(directory, exist_ok=True)
    for name, write in [("unicode_tables.h", write_properties), ("unicode_data_tables.h", write_data),
                        ("unicode_names_tables.h", write_names)]:
        out = Output(directory, name)
        write(out)
        out.close()


main()
