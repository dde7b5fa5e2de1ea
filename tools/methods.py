"""Writes the bindings of functions that Python sees, from METHOD-like lines above C functions.

    methods.py FILE.c OUT.h

The lines and the parameter types are described in docs/conventions.md ("Methods, said once").
"""
import ast
import re
import sys

MARKS = ("METHOD", "CONSTRUCTOR", "INITIALIZER", "GETTER", "SETTER")
MARK = re.compile(r"^(%s)\(" % "|".join(MARKS), re.M)

# type: (C type, converter taking (object, &result), C text of its default when none is written)
CONVERTED = {
    "ssize": "Py_ssize_t", "int": "int", "uint": "unsigned int", "long": "long",
    "ulong": "unsigned long",
    "llong": "long long", "ullong": "unsigned long long", "short": "short",
    "byte": "unsigned char",
    "ulong_mask": "unsigned long", "uint_mask": "unsigned int", "ssize_or_none": "Py_ssize_t",
    "slice_index": "Py_ssize_t", "bool": "int", "float": "double", "double": "double",
    "complex": "Py_complex", "fd": "int", "dir_fd": "int",
}
CHECKED = {
    "str": "PyUnicode_Type", "bytes": "PyBytes_Type", "bytearray": "PyByteArray_Type",
    "list": "PyList_Type",
    "tuple": "PyTuple_Type", "dict": "PyDict_Type", "type": "PyType_Type",
}
BUFFERS = {"buffer": "PyBUF_SIMPLE", "wbuffer": "PyBUF_WRITABLE", "strbuffer": "PyBUF_SIMPLE"}
# (allow fd, allow None)
PATHS = {"path": (0, 0), "path_fd": (1, 0), "path?": (0, 1), "path_fd?": (1, 1)}
NAMED_DEFAULTS = {"sys.maxsize": "PY_SSIZE_T_MAX", "version": "Py_MARSHAL_VERSION"}


class Mistake(Exception):
    pass


class Parameter:
    def __init__(self, text, kind):
        # 'posonly', 'normal', 'kwonly', 'args', 'array', 'kwargs'
        self.kind = kind
        text, _, default = (part.strip() for part in partition_top(text, "="))
        self.name, _, annotation = (part.strip() for part in text.partition(":"))
        self.name = self.name.lstrip("*")
        self.type = annotation or "object"
        self.default = default or None

    @property
    def required(self):
        return self.default is None and self.type != "optional"

    @property
    def c_name(self):
        return "a_" + self.name

    def shown(self):
        if self.kind in ("args", "array"):
            return "*" + self.name
        if self.kind == "kwargs":
            return "**" + self.name
        if self.type == "optional":
            return self.name + "=" + (self.default or "None")
        if self.default is None:
            return self.name
        return "%s=%s" % (self.name, "<unrepresentable>" if self.default == "NULL"
                          else self.default)


def partition_top(text, separator):
    """str.partition that does not look into quotes or brackets."""
    depth, quote = 0, ""
    for index, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == separator and depth == 0:
            return text[:index], separator, text[index + 1:]
    return text, "", ""


def split_top(text):
    parts = []
    while text.strip():
        part, _, text = partition_top(text, ",")
        parts.append(part.strip())
    return parts


class Signature:
    def __init__(self, text):
        self.parameters, kind = [], "normal"
        for part in split_top(text):
            if part == "/":
                for parameter in self.parameters:
                    parameter.kind = "posonly"
            elif part == "*":
                kind = "kwonly"
            elif part.startswith("**"):
                self.parameters.append(Parameter(part, "kwargs"))
            elif part.startswith("*"):
                array = part.replace(" ", "").endswith(":array")
                self.parameters.append(Parameter(part, "array" if array else "args"))
                kind = "kwonly"
            else:
                self.parameters.append(Parameter(part, kind))

    def of(self, *kinds):
        return [p for p in self.parameters if p.kind in kinds]

    @property
    def named(self):
        return self.of("posonly", "normal", "kwonly")

    @property
    def rest(self):
        return (self.of("args", "array") or [None])[0]

    @property
    def extra(self):
        return (self.of("kwargs") or [None])[0]

    @property
    def only_positional(self):
        return not self.of("normal", "kwonly", "kwargs")

    def shown(self, first):
        out = [first] if first else []
        last_posonly = len(self.of("posonly"))
        star = False
        if first and not last_posonly:
            out.append("/")
        for index, parameter in enumerate(self.parameters):
            if parameter.kind == "kwonly" and not star and self.rest is None:
                out.append("*")
                star = True
            out.append(parameter.shown())
            if index + 1 == last_posonly:
                out.append("/")
        return "(%s)" % ", ".join(out)


def c_string(text):
    out = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"%s"' % out


def c_default(parameter):
    """C text of the value an absent argument has."""
    default, kind = parameter.default, parameter.type
    if kind in CONVERTED:
        if default is None or default == "NULL":
            return "0" if kind != "complex" else "{0, 0}"
        if kind == "dir_fd":
            return "AT_FDCWD"
        if default == "None":
            return "0" if kind != "slice_index" else "PY_SSIZE_T_MAX"
        if default in NAMED_DEFAULTS:
            return NAMED_DEFAULTS[default]
        if default in ("True", "False"):
            return str(int(default == "True"))
        return default
    if kind in ("cstr", "cstr?"):
        return "NULL" if default in (None, "None", "NULL") else c_string(ast.literal_eval(default))
    if kind == "char":
        return "0" if default is None else "'%s'" % ast.literal_eval(default)
    if kind in PATHS or kind.rstrip("?") in BUFFERS:
        return None
    return "Py_None" if default == "None" and kind != "optional" else "NULL"


class Function:
    """One marked C function."""

    def __init__(self, mark, arguments, c_name, line):
        self.mark, self.c_name, self.line = mark, c_name, line
        parts = split_top(arguments)
        self.name = parts[0]
        if mark == "SETTER":
            return
        if mark == "GETTER":
            self.doc = literal(parts[1]) if len(parts) > 1 else None
            return
        self.doc = literal(parts[2]) if len(parts) > 2 and parts[2] != "NULL" else ""
        self.undocumented = len(parts) > 2 and parts[2] == "NULL"
        self.flags = literal(parts[3]) if len(parts) > 3 else ""
        text = literal(parts[1])
        self.receiver = None
        if mark == "METHOD":
            first, _, others = partition_top(text, ",")
            if first.strip() in ("self", "cls", "module"):
                self.receiver, text = first.strip(), others
        self.signature = Signature(text)

    @property
    def group(self):
        suffix = {"GETTER": "_get_", "SETTER": "_set_"}.get(self.mark, "_") + self.name
        if not self.c_name.endswith(suffix):
            raise Mistake("%d: %s should end with %s" % (self.line, self.c_name, suffix))
        return self.c_name[: -len(suffix)]

    @property
    def documentation(self):
        if self.undocumented:
            return "NULL"
        if self.doc.startswith(self.name + "("):
            return c_string(self.doc)
        first = {"self": "$self", "cls": "$type", "module": "$module"}.get(self.receiver, "")
        return c_string(self.name + self.signature.shown(first) + "\n--\n\n" + self.doc)

    # -- pieces of a wrapper ------------------------------------------------------------------

    def place(self, parameter, index):
        if self.single:
            return '"argument"'
        if parameter.kind == "posonly":
            return '"argument %d"' % (index + 1)
        return c_string("argument '%s'" % parameter.name)

    @property
    def single(self):
        named = self.signature.named
        return (self.mark == "METHOD" and len(self.signature.parameters) == 1 and len(named) == 1
                and named[0].kind == "posonly" and named[0].required)

    def declare(self, parameter):
        kind, name = parameter.type, parameter.c_name
        base = kind.rstrip("?")
        if kind in PATHS:
            return "KR_AUTO_PATH KrPath p_%s = {0};\n    KrPath *%s = &p_%s;" % (parameter.name, name, parameter.name)
        if base in BUFFERS:
            return ("KR_AUTO_BUFFER Py_buffer b_%s = {0};\n    Py_buffer *%s = NULL;"
                    % (parameter.name, name))
        c_type = CONVERTED.get(kind) or {"cstr": "const char *", "char": "int"}.get(base,
                                                                                    "PyObject *")
        return "%s%s%s = %s;" % (c_type, "" if c_type.endswith("*") else " ", name,
                                 c_default(parameter))

    def convert(self, parameter, source, place):
        kind, name = parameter.type, parameter.c_name
        base, nullable = kind.rstrip("?"), kind.endswith("?")
        who = c_string(self.name)
        if kind in ("object", "optional"):
            return "%s = %s;" % (name, source)
        if kind in CONVERTED:
            return "if (kr_argument_%s(%s, &%s) < 0) return FAIL;" % (kind, source, name)
        if base in CHECKED or kind.startswith("!"):
            c_type = CHECKED.get(base) or kind[1:]
            test = "kr_argument_check(%s, &%s, %s, %s)" % (source, c_type, who, place)
            test = "%s != Py_None && %s" % (source, test) if nullable else test
            return "if (%s < 0) return FAIL;\n    %s = %s;" % (test, name, source)
        if base in BUFFERS:
            call = "kr_argument_%s(%s, &b_%s, %s, %s)" % (
                "strbuffer" if base == "strbuffer" else "buffer" if base == "buffer"
                else "wbuffer",
                source, parameter.name, who, place)
            get = "if (%s < 0) return FAIL;\n    %s = &b_%s;" % (call, name, parameter.name)
            return "if (%s != Py_None) {\n    %s\n    }" % (source, get) if nullable else get
        if kind in PATHS:
            return "if (kr_argument_path(%s, &p_%s, (KrPathRule){%s, \"%s\", %d, %d}) < 0) return FAIL;" % (
                (source, parameter.name, who, parameter.name) + PATHS[kind])
        if base in ("cstr", "char"):
            return "if (kr_argument_%s(%s, &%s, %s, %s) < 0) return FAIL;" % (
                base + "_or_none" * nullable, source, name, who, place)
        raise Mistake("%d: unknown parameter type %r" % (self.line, kind))

    def call_list(self, receiver):
        out = [receiver] if receiver else []
        for parameter in self.signature.parameters:
            out.append(parameter.c_name)
            if parameter.kind == "array":
                out.append("c_" + parameter.name)
        return ", ".join(out)

    def signature_table(self):
        sig, named = self.signature, self.signature.named
        names = ", ".join(c_string(p.name) for p in named)
        required = sum(1 << i for i, p in enumerate(named) if p.required)
        return ("static const char *const %s__names[] = {%s};\n"
                "static const KrSignature %s__signature = {%s, %s__names, %d, %d, %d, 0x%x, %d, %d};\n" % (
                    self.c_name, names or "NULL", self.c_name, c_string(self.name), self.c_name,
                    len(sig.of("posonly")), len(sig.of("posonly", "normal")), len(named), required,
                    sig.rest is not None, sig.extra is not None))

    def take_rest(self, source, count):
        """Declares the C arguments for *args."""
        rest = self.signature.rest
        if rest is None:
            return []
        first = len(self.signature.of("posonly", "normal"))
        if rest.kind == "array":
            return ["PyObject *const *%s = %s + kr_smaller(%d, %s);" % (rest.c_name, source, first,
                                                                        count),
                    "Py_ssize_t c_%s = %s > %d ? %s - %d : 0;" % (rest.name, count, first, count,
                                                                  first)]
        return ["KR_AUTO PyObject *%s = kr_arguments_rest(%s, %s, %d);" % (rest.c_name, source,
                                                                           count, first),
                "if (%s == NULL) return FAIL;" % rest.c_name]

    def body_positional(self, receiver):
        """args[0..nargs): no keywords possible."""
        named = self.signature.named
        low = sum(p.required for p in named)
        high = "PY_SSIZE_T_MAX" if self.signature.rest else str(len(named))
        out = []
        if not (low == 0 and self.signature.rest):
            out.append("if (!_PyArg_CheckPositional(%s, nargs, %d, %s)) return FAIL;"
                       % (c_string(self.name), low, high))
        for index, parameter in enumerate(named):
            out.append(self.declare(parameter))
            get = self.convert(parameter, "args[%d]" % index, self.place(parameter, index))
            out.append(get if parameter.required else "if (nargs > %d) {\n    %s\n    }" % (index,
                                                                                            get))
        out += self.take_rest("args", "nargs")
        return out + ["return %s(%s);" % (self.c_name, self.call_list(receiver))]

    def body_bound(self, receiver, bind):
        """Arguments sorted into slots by [bind]."""
        named = self.signature.named
        out = ["PyObject *slots[%d];" % max(1, len(named))]
        if self.signature.extra:
            out.append("KR_AUTO PyObject *%s = NULL;" % self.signature.extra.c_name)
        extra = "&" + self.signature.extra.c_name if self.signature.extra else "NULL"
        out.append("if (%s < 0) return FAIL;" % (bind % ("&%s__signature" % self.c_name, "slots",
                                                         extra)))
        for index, parameter in enumerate(named):
            out.append(self.declare(parameter))
            get = self.convert(parameter, "slots[%d]" % index, self.place(parameter, index))
            out.append(get if parameter.required
                       else "if (slots[%d] != NULL) {\n    %s\n    }" % (index, get))
        return out, ["return %s(%s);" % (self.c_name, self.call_list(receiver))]

    # -- wrappers -----------------------------------------------------------------------------

    def method(self, receiver_type):
        """The wrapper of a METHOD and its calling convention."""
        sig = self.signature
        receiver = "(%s)self" % receiver_type if self.receiver else ""
        head = "static PyObject *%s__call(PyObject *self" % self.c_name
        unused = "" if self.receiver else "(void)self;"
        if not sig.parameters:
            return head + ", PyObject *none)", ["(void)none;", unused, "return %s(%s);" % (
                self.c_name, receiver)], "METH_NOARGS", ""
        if self.single:
            parameter = sig.named[0]
            return head + ", PyObject *argument)", [
                unused, self.declare(parameter), self.convert(parameter, "argument", '"argument"'),
                "return %s(%s);" % (self.c_name, self.call_list(receiver))], "METH_O", ""
        if sig.only_positional:
            return (head + ", PyObject *const *args, Py_ssize_t nargs)",
                    [unused] + self.body_positional(receiver), "METH_FASTCALL", "")
        body, end = self.body_bound(receiver,
                                    "kr_arguments_bind(%s, args, nargs, kwnames, %s, %s)")
        return (head + ", PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)",
                [unused] + body + self.take_rest("args", "nargs") + end,
                "METH_FASTCALL | METH_KEYWORDS", self.signature_table())

    def typed_call(self, is_init, own_init):
        """tp_new or tp_init from a tuple and a dict."""
        receiver = "self" if is_init else "type"
        sig, out = self.signature, []
        subject = "Py_TYPE(self)" if is_init else "type"
        if sig.only_positional:
            alone = "kr_has_builtin_new(Py_TYPE(self))" if is_init else "%s->tp_init == %s" % (subject, own_init)
            out.append("if (kwargs != NULL && %s && !_PyArg_NoKeywords(%s, kwargs)) return FAIL;"
                       % (alone, c_string(self.name)))
            out += ["PyObject *const *args = kr_tuple_items(tuple);",
                    "Py_ssize_t nargs = kr_tuple_length(tuple);"]
            return "", out + self.body_positional(receiver)
        body, end = self.body_bound(receiver, "kr_arguments_bind_dict(%s, tuple, kwargs, %s, %s)")
        rest = self.take_rest("kr_tuple_items(tuple)", "kr_tuple_length(tuple)")
        return self.signature_table(), out + body + rest + end


def literal(text):
    """The value of adjacent C string literals."""
    pieces = re.findall(r'"((?:[^"\\]|\\.)*)"', text)
    return "".join(ast.literal_eval('"%s"' % piece) for piece in pieces)


def read(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    functions = []
    for match in MARK.finditer(text):
        end = close(text, match.end() - 1)
        arguments = text[match.end():end]
        head = text[end + 1: text.index("{", end)]
        found = re.search(r"(\w+)\s*\(([^,()]*)", head)
        if not found:
            raise Mistake("no function below %s" % match.group(0))
        function = Function(match.group(1), arguments, found.group(1),
                            text.count("\n", 0, match.start()) + 1)
        function.first_parameter = re.sub(r"\w+$", "", found.group(2).strip())
        functions.append(function)
    return functions


def close(text, start):
    """Index of the bracket that closes the one at [start]."""
    depth, index = 0, start
    while True:
        char = text[index]
        if char == '"':
            index += 1
            while text[index] != '"':
                index += 2 if text[index] == "\\" else 1
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                return index
        index += 1


def wrap(head, body, fail="NULL"):
    lines = [line for line in body if line]
    text = "\n    ".join(lines).replace("return FAIL", "return " + fail)
    return "%s\n{\n    %s\n}\n\n" % (head, text)


def write_methods(functions, out):
    tables = {}
    for function in functions:
        head, body, convention, table = function.method(function.first_parameter)
        out.append(table + wrap(head, body))
        extra = {"cls": " | METH_CLASS", None: " | METH_STATIC"}.get(function.receiver, "")
        extra += " | " + function.flags if function.flags else ""
        tables.setdefault(function.group, []).append(
            '    {%s, (PyCFunction)(void (*)(void))%s__call, %s, %s},\n' % (
                c_string(function.name), function.c_name, convention + extra,
                function.documentation))
    for group, rows in tables.items():
        out.append("static PyMethodDef %s_methods[] = {\n%s    {NULL, NULL, 0, NULL},\n};\n\n"
                   % (group, "".join(rows)))


def write_types(functions, out):
    initialisers = {f.name for f in functions if f.mark == "INITIALIZER"}
    documented = set()
    for function in functions:
        is_init = function.mark == "INITIALIZER"
        ending = "_init" if is_init else "_new"
        if not function.c_name.endswith(ending):
            raise Mistake("%d: %s should end with %s" % (function.line, function.c_name, ending))
        group = function.c_name[: -len(ending)]
        own_init = group + "_tp_init" if function.name in initialisers else "PyBaseObject_Type.tp_init"
        table, body = function.typed_call(is_init, own_init)
        if is_init:
            head = "static int %s_tp_init(PyObject *object, PyObject *tuple, PyObject *kwargs)" % group
            body = ["%s self = (%s)object;" % (function.first_parameter,
                                               function.first_parameter)] + body
        else:
            head = "static PyObject *%s_tp_new(PyTypeObject *type, PyObject *tuple, PyObject *kwargs)" % group
        if is_init:
            out.insert(0, head + ";\n")
        out.append(table + wrap(head, body, "-1" if is_init else "NULL"))
        if function.doc and group not in documented:
            documented.add(group)
            out.append("#define %s_doc %s\n\n" % (group, function.documentation))
        if not is_init:
            write_vectorcall(function, group, out)


def write_vectorcall(function, group, out):
    head = ("__attribute__((unused))\nstatic PyObject *%s_tp_vectorcall(PyObject *callable, "
            "PyObject *const *args, size_t nargsf, PyObject *kwnames)" % group)
    body = ["PyTypeObject *type = (PyTypeObject *)callable;",
            "Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);"]
    if function.signature.only_positional:
        body.append("if (kwnames != NULL && !_PyArg_NoKwnames(%s, kwnames)) return NULL;"
                    % c_string(function.name))
        body += function.body_positional("type")
    else:
        bound, end = function.body_bound("type",
                                         "kr_arguments_bind(%s, args, nargs, kwnames, %s, %s)")
        body += bound + function.take_rest("args", "nargs") + end
    out.append(wrap(head, body))


def write_getset(getters, setters, out):
    setters = {(f.group, f.name): f for f in setters}
    tables = {}
    for function in getters:
        name = function.c_name
        setter = setters.pop((function.group, function.name), None)
        out.append("static PyObject *%s__get(PyObject *self, void *none)\n{\n    (void)none;\n"
                   "    return %s((%s)self);\n}\n\n" % (name, name, function.first_parameter))
        if setter:
            out.append("static int %s__set(PyObject *self, PyObject *value, void *none)\n{\n    (void)none;\n"
                       "    return %s((%s)self, value);\n}\n\n"
                       % (setter.c_name, setter.c_name, setter.first_parameter))
        tables.setdefault(function.group, []).append("    {%s, %s__get, %s, %s, NULL},\n" % (
            c_string(function.name), name, setter.c_name + "__set" if setter else "NULL",
            c_string(function.doc) if function.doc else "NULL"))
    if setters:
        raise Mistake("SETTER without GETTER: %s" % ", ".join(name for _, name in setters))
    for group, rows in tables.items():
        out.append("static PyGetSetDef %s_getset[] = {\n%s    {NULL, NULL, NULL, NULL, NULL},\n};\n\n"
                   % (group, "".join(rows)))


def main(source, target):
    functions = read(source)
    out = []
    write_types([f for f in functions if f.mark in ("CONSTRUCTOR", "INITIALIZER")], out)
    write_methods([f for f in functions if f.mark == "METHOD"], out)
    write_getset([f for f in functions if f.mark == "GETTER"],
                 [f for f in functions if f.mark == "SETTER"], out)
    with open(target, "w", encoding="utf-8") as file:
        file.write("// Generated by tools/methods.py from %s.\n" % source)
        file.write('#include "objects/model/arguments.h"\n\n' + "".join(out))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (Mistake, ValueError, SyntaxError) as mistake:
        sys.exit("%s:%s" % (sys.argv[1], mistake))
