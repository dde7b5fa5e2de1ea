"""Write the static string objects: those behind ID(name), the empty str, the strs of one byte.

    tools/names.py build/gen/objects/strings/names.c src build/gen

Collects every ID(name), and SPECIAL(name, of slots.def, in the C files, headers and .def files
under the given folders.  The output
is written only when it changes, so that make rebuilds no more than needed.
"""
import os
import re
import sys

USE = re.compile(r"(?<!\w)(?:ID\(\s*([A-Za-z_]\w*)\s*\)|SPECIAL\((__\w+__),)")
SUFFIXES = (".c", ".h", ".def")

HEAD = """\
// Written by tools/names.py: the strings behind ID(name).
#include "objects/strings/names.h"

#define NAME(word)                                                                               \\
    KrName kr_name_##word = {                                                                    \\
        .head = {                                                                                \\
            .ob_base = {999999999, &PyUnicode_Type},                                             \\
            .length = sizeof(#word) - 1,                                                         \\
            .hash = -1,                                                                          \\
            .state = {.kind = PyUnicode_1BYTE_KIND, .compact = 1, .ascii = 1, .ready = 1},       \\
        },                                                                                       \\
        .data = #word,                                                                           \\
    };

KrName kr_empty_str = {
    .head = {
        .ob_base = {999999999, &PyUnicode_Type},
        .hash = -1,
        .state = {.kind = PyUnicode_1BYTE_KIND, .compact = 1, .ascii = 1, .ready = 1},
    },
    .data = "",
};

typedef struct AsciiChar {
    PyASCIIObject head;
    char data[2];
} AsciiChar;

typedef struct Latin1Char {
    PyCompactUnicodeObject head;
    unsigned char data[2];
} Latin1Char;

#define ASCII_CHAR(code)                                                                         \\
    static AsciiChar char_##code = {                                                             \\
        .head = {                                                                                \\
            .ob_base = {999999999, &PyUnicode_Type},                                             \\
            .length = 1,                                                                         \\
            .hash = -1,                                                                          \\
            .state = {.kind = PyUnicode_1BYTE_KIND, .compact = 1, .ascii = 1, .ready = 1},       \\
        },                                                                                       \\
        .data = {code},                                                                          \\
    };

#define LATIN1_CHAR(code)                                                                        \\
    static Latin1Char char_##code = {                                                            \\
        .head = {                                                                                \\
            ._base = {                                                                           \\
                .ob_base = {999999999, &PyUnicode_Type},                                         \\
                .length = 1,                                                                     \\
                .hash = -1,                                                                      \\
                .state = {.kind = PyUnicode_1BYTE_KIND, .compact = 1, .ready = 1},               \\
            },                                                                                   \\
        },                                                                                       \\
        .data = {code},                                                                          \\
    };

"""


def find_names(folders, output):
    names = set()
    for folder in folders:
        for path, _, files in os.walk(folder):
            for file in files:
                file = os.path.join(path, file)
                if file.endswith(SUFFIXES) and os.path.abspath(file) != os.path.abspath(output):
                    with open(file, encoding="utf-8") as source:
                        text = source.read().replace("#define ID(name)", "")
                    names.update(one or other for one, other in USE.findall(text))
    return sorted(names)


def render(names):
    letters = {ord(name): name for name in names if len(name) == 1}
    parts = [HEAD]
    parts += ["NAME(%s)\n" % name for name in names]
    parts += ["ASCII_CHAR(%d)\n" % code for code in range(128) if code not in letters]
    parts += ["LATIN1_CHAR(%d)\n" % code for code in range(128, 256)]
    parts.append("\nPyObject *const kr_latin1_chars[256] = {\n")
    parts += ["    (PyObject *)&%s,\n" % ("kr_name_" + letters[code] if code in letters
                                         else "char_%d" % code) for code in range(256)]
    parts.append("};\n")
    parts.append("\nKrName *const kr_names[] = {\n")
    parts += ["    &kr_name_%s,\n" % name for name in names]
    parts.append("    NULL,\n};\n\nconst Py_ssize_t kr_name_count = %d;\n" % len(names))
    return "".join(parts)


def main(output, *folders):
    text = render(find_names(folders, output))
    if os.path.exists(output):
        with open(output, encoding="utf-8") as old:
            if old.read() == text:
                return
    os.makedirs(os.path.dirname(output), exist_ok=True)
    with open(output, "w", encoding="utf-8") as new:
        new.write(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
