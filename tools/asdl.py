"""Write the AST's C structs, constructors and field table from data/python.asdl.

    tools/asdl.py data/python.asdl build/gen/syntax/ast.h build/gen/syntax/ast_table.c

The notation is explained at the top of the data file.  Outputs are written only when they change.
"""
import os
import re
import sys

BUILTIN = {"identifier": "PyObject *", "string": "PyObject *", "constant": "PyObject *",
           "int": "int "}
RESERVED = {"return", "for", "while", "if", "assert", "break", "continue"}
FIELD = re.compile(r"\s*(\w+)([*?]?)\s+(\w+)\s*$")
LINE = re.compile(r"(\s*)(\w+)(?:\((.*)\))?\s*(@\w+)?\s*$")


class Field:
    def __init__(self, text):
        self.type, self.mark, self.name = FIELD.match(text).groups()

    def text(self):
        return "%s%s %s" % (self.type, self.mark, self.name)


class Kind:
    def __init__(self, name, fields, type):
        self.name = name
        self.type = type
        self.fields = [Field(part) for part in fields.split(",")] if fields else []
        lower = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
        self.member = lower + "_" if lower in RESERVED else lower
        self.constructor = "kr_ast_" + lower
        self.constant = "KR_" + (lower if type.single else type.name + "_" + lower).upper()

    def doc(self):
        fields = ", ".join(field.text() for field in self.fields)
        return "%s(%s)" % (self.name, fields) if fields else self.name


class Type:
    def __init__(self, name, position, single):
        self.name, self.single, self.kinds = name, single, []
        self.position = {None: 0, "@position": 1, "@position_optional_end": 2}[position]
        self.struct = "Kr" + "".join(part.capitalize() for part in name.split("_"))

    @property
    def is_enum(self):
        return not self.single and not any(kind.fields for kind in self.kinds)

    def doc(self):
        if self.single:
            return self.kinds[0].doc()
        gap = " | " if self.is_enum else "\\n" + " " * len(self.name) + " | "
        return self.name + " = " + gap.join(kind.doc() for kind in self.kinds)


def read(path):
    types = []
    with open(path, encoding="utf-8") as source:
        for line in source:
            line = line.split("--")[0].rstrip()
            if not line:
                continue
            indent, name, fields, position = LINE.match(line).groups()
            if not indent:
                types.append(Type(name, position, fields is not None))
            if indent or fields is not None:
                types[-1].kinds.append(Kind(name, fields, types[-1]))
    return types


class Writer:
    """Collects lines of C; knows the types by name."""

    def __init__(self, types):
        self.types = types
        self.by_name = {type.name: type for type in types}
        self.lines = []

    def put(self, text="", *values):
        self.lines.append(text % values if values else text)

    def c_type(self, field):
        if field.mark == "*":
            if field.type in BUILTIN:
                return "KrObjectSeq *"
            type = self.by_name[field.type]
            return "KrIntSeq *" if type.is_enum else type.struct + "Seq *"
        if field.type in BUILTIN:
            return BUILTIN[field.type]
        type = self.by_name[field.type]
        return type.struct + " " if type.is_enum else type.struct + " *"

    def write_enums(self):
        self.put("typedef enum KrAstType {")
        for name in list(BUILTIN) + [type.name for type in self.types]:
            self.put("    KR_TYPE_%s,", name.upper())
        self.put("    KR_TYPE_COUNT\n} KrAstType;\n")
        self.put("// Every kind of node of every type; an enumerated type's values are kinds as well.")
        self.put("typedef enum KrAstKind {\n    KR_AST_NONE,")
        for type in self.types:
            for kind in type.kinds:
                self.put("    %s,", kind.constant)
        self.put("    KR_AST_KIND_COUNT\n} KrAstKind;\n")

    def write_struct(self, type):
        self.put("struct %s {\n    KR_AST_HEAD;", type.struct)
        if type.single:
            for field in type.kinds[0].fields:
                self.put("    %s%s;", self.c_type(field), field.name)
        else:
            self.put("    union {")
            for kind in type.kinds:
                if kind.fields:
                    fields = " ".join("%s%s;" % (self.c_type(field), field.name)
                                      for field in kind.fields)
                    self.put("        struct { %s } %s;", fields, kind.member)
            self.put("    } v;")
        self.put("};\n")

    def write_constructor(self, type, kind):
        parameters = ["KrAstArena *arena"]
        parameters += [self.c_type(field) + field.name for field in kind.fields]
        if type.position:
            parameters.append("KrPosition position")
        self.put("static inline %s *%s(%s)\n{", type.struct, kind.constructor,
                 ", ".join(parameters))
        self.put("    %s *node = kr_ast_arena_allocate(arena, sizeof(%s));", type.struct,
                 type.struct)
        self.put("    if (node == NULL) return NULL;\n    node->kind = %s;", kind.constant)
        self.put("    node->position = %s;", "position" if type.position else "(KrPosition){0}")
        for field in kind.fields:
            path = field.name if type.single else "v.%s.%s" % (kind.member, field.name)
            if field.mark == "*":
                self.put("    node->%s = %s ? %s : kr_ast_empty_seq();", path, field.name,
                         field.name)
            else:
                self.put("    node->%s = %s;", path, field.name)
        self.put("    return node;\n}\n")

    def header(self):
        self.put("// Written by tools/asdl.py from data/python.asdl.")
        self.put("#ifndef KR_GEN_SYNTAX_AST_H\n#define KR_GEN_SYNTAX_AST_H\n")
        self.put('#include "syntax/ast_base.h"\n')
        self.write_enums()
        for type in self.types:
            if type.is_enum:
                self.put("typedef KrAstKind %s;", type.struct)
            else:
                self.put("typedef struct %s %s;", type.struct, type.struct)
                self.put("KR_AST_SEQ(%sSeq, %s *);", type.struct, type.struct)
        self.put()
        nodes = [type for type in self.types if not type.is_enum]
        for type in nodes:
            self.write_struct(type)
        for type in nodes:
            for kind in type.kinds:
                self.write_constructor(type, kind)
        self.put("#endif")

    def write_fields(self, type, kind):
        self.put("static const KrAstField fields_of_%s[] = {", kind.constant.lower())
        for field in kind.fields:
            path = field.name if type.single else "v.%s.%s" % (kind.member, field.name)
            mark = {"": "ONE", "?": "OPTIONAL", "*": "SEQUENCE"}[field.mark]
            self.put('    {"%s", KR_TYPE_%s, KR_FIELD_%s, offsetof(%s, %s)},', field.name,
                     field.type.upper(), mark, type.struct, path)
        self.put("};\n")

    def table(self):
        self.put("// Written by tools/asdl.py from data/python.asdl.")
        self.put('#include "syntax/ast_table.h"\n\n#include <stddef.h>\n')
        for type in self.types:
            for kind in type.kinds:
                if kind.fields:
                    self.write_fields(type, kind)
        self.put("const KrAstKindInfo kr_ast_kinds[KR_AST_KIND_COUNT] = {")
        for type in self.types:
            for kind in type.kinds:
                fields = "fields_of_" + kind.constant.lower() if kind.fields else "NULL"
                self.put('    [%s] = {"%s", "%s", " while traversing \'%s\' node", KR_TYPE_%s, %d, %s},',
                         kind.constant, kind.name, kind.doc(), kind.name, type.name.upper(),
                         len(kind.fields), fields)
        self.put("};\n\nconst KrAstTypeInfo kr_ast_types[KR_TYPE_COUNT] = {")
        for name in BUILTIN:
            self.put('    [KR_TYPE_%s] = {.name = "%s"},', name.upper(), name)
        for type in self.types:
            size = "0" if type.is_enum else "sizeof(%s)" % type.struct
            self.put('    [KR_TYPE_%s] = {"%s", "%s", %s, %d, %d, %d, %s},', type.name.upper(),
                     type.name, type.doc(), type.kinds[0].constant, len(type.kinds),
                     int(type.single), type.position, size)
        self.put("};")


def save(path, lines):
    text = "\n".join(lines) + "\n"
    if os.path.exists(path):
        with open(path, encoding="utf-8") as old:
            if old.read() == text:
                return
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as output:
        output.write(text)


def main(definition, header, table):
    types = read(definition)
    writer = Writer(types)
    writer.header()
    save(header, writer.lines)
    writer = Writer(types)
    writer.table()
    save(table, writer.lines)


if __name__ == "__main__":
    main(*sys.argv[1:])
