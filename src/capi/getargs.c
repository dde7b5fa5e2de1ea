// getargs.c - PyArg_Parse, PyArg_ParseTuple and what needs positions only.
#include <limits.h>
#include <string.h>

#include "capi/getargs.h"

// What the format says before the first conversion.
typedef struct {
    int least, most;
    const char *function, *message;
} Outline;

static int read_outline(const char *format, Outline *ret_outline)
{
    int depth = 0, least = -1, most = 0;
    const char *function = NULL, *message = NULL;
    for (const char *at = format; function == NULL && message == NULL; at++) {
        if (*at == '(') {
            if (depth++ == 0) most++;
            if (depth >= 30)
                Py_FatalError("too many tuple nesting levels in argument format string");
        } else if (*at == ')') {
            if (depth-- == 0) Py_FatalError("excess ')' in getargs format");
        } else if (*at == 0) {
            break;
        } else if (*at == ':') {
            function = at + 1;
        } else if (*at == ';') {
            message = at + 1;
        } else if (depth == 0) {
            if (*at == '|')
                least = most;
            else if (Py_ISALPHA(*at) && *at != 'e')
                most++;
        }
    }
    if (depth != 0) Py_FatalError("missing ')' in getargs format");
    *ret_outline = (Outline){least < 0 ? most : least, most, function, message};
    return 0;
}

static int raise_count(const Outline *outline, Py_ssize_t count)
{
    if (outline->message != NULL) {
        PyErr_SetString(PyExc_TypeError, outline->message);
        return 0;
    }
    int limit = count < outline->least ? outline->least : outline->most;
    PyErr_Format(PyExc_TypeError, "%.150s%s takes %s %d argument%s (%zd given)",
                 outline->function == NULL ? "function" : outline->function,
                 outline->function == NULL ? "" : "()",
                 outline->least == outline->most  ? "exactly"
                 : count < outline->least ? "at least" : "at most",
                 limit, limit == 1 ? "" : "s", count);
    return 0;
}

static int at_end(char unit)
{
    return unit == 0 || Py_ISALPHA(unit) || unit == '(' || unit == '|' || unit == ':'
        || unit == ';';
}

static int parse_items(KrGetargs *parser, PyObject *const *items, Py_ssize_t count)
{
    const char *format = parser->format;
    for (Py_ssize_t i = 0; i < count; i++) {
        if (*parser->format == '|') parser->format++;
        const char *problem = kr_getargs_convert(parser, items[i], 0);
        if (problem == NULL) continue;
        kr_getargs_raise(parser, (int)i + 1, problem);
        return 0;
    }
    if (at_end(*parser->format)) return 1;
    PyErr_Format(PyExc_SystemError, "bad format string: %.200s", format);
    return 0;
}

static int parse_array(PyObject *const *items, Py_ssize_t count, const char *format,
                       va_list arguments, int is_size_t)
{
    Outline outline;
    read_outline(format, &outline);
    if (count < outline.least || outline.most < count) return raise_count(&outline, count);
    KrGetargs parser = {.format = format, .function = outline.function, .message = outline.message,
                        .is_size_t = is_size_t};
    va_copy(parser.arguments, arguments);
    int ok = kr_getargs_finish(&parser, parse_items(&parser, items, count));
    va_end(parser.arguments);
    return ok;
}

static int parse_tuple(PyObject *tuple, const char *format, va_list arguments, int is_size_t)
{
    if (!PyTuple_Check(tuple)) {
        PyErr_SetString(PyExc_SystemError, "new style getargs format but argument is not a tuple");
        return 0;
    }
    return parse_array(((PyTupleObject *)tuple)->ob_item, PyTuple_GET_SIZE(tuple), format,
                       arguments, is_size_t);
}

// PyArg_Parse: one object for the whole format.
static int parse_object(PyObject *object, const char *format, va_list arguments, int is_size_t)
{
    Outline outline;
    read_outline(format, &outline);
    if (outline.most == 0) {
        if (object == NULL) return 1;
        PyErr_Format(PyExc_TypeError, "%.200s%s takes no arguments", outline.function == NULL
                     ? "function" : outline.function, outline.function == NULL ? "" : "()");
        return 0;
    }
    if (outline.least != 1 || outline.most != 1) {
        PyErr_SetString(PyExc_SystemError, "old style getargs format uses new features");
        return 0;
    }
    if (object == NULL) {
        PyErr_Format(PyExc_TypeError, "%.200s%s takes at least one argument",
                     outline.function == NULL ? "function" : outline.function,
                     outline.function == NULL ? "" : "()");
        return 0;
    }
    KrGetargs parser = {.format = format, .function = outline.function, .message = outline.message,
                        .is_size_t = is_size_t};
    va_copy(parser.arguments, arguments);
    const char *problem = kr_getargs_convert(&parser, object, 0);
    if (problem != NULL) kr_getargs_raise(&parser, 0, problem);
    va_end(parser.arguments);
    return kr_getargs_finish(&parser, problem == NULL);
}

// ---- the public forms: each with int (refused for '#') and with Py_ssize_t lengths

#undef PyArg_Parse
#undef PyArg_ParseTuple
#undef PyArg_VaParse
#undef _PyArg_ParseStack

// The value of [call], which takes the variable arguments behind `format` as `list`.
#define WITH_LIST(call)                                                                           \
    __extension__({                                                                               \
        va_list list;                                                                             \
        va_start(list, format);                                                                   \
        int kr_ok = (call);                                                                       \
        va_end(list);                                                                             \
        kr_ok;                                                                                    \
    })

int PyArg_Parse(PyObject *object, const char *format, ...)
{
    return WITH_LIST(parse_object(object, format, list, 0));
}

int _PyArg_Parse_SizeT(PyObject *object, const char *format, ...)
{
    return WITH_LIST(parse_object(object, format, list, 1));
}

int PyArg_ParseTuple(PyObject *tuple, const char *format, ...)
{
    return WITH_LIST(parse_tuple(tuple, format, list, 0));
}

int _PyArg_ParseTuple_SizeT(PyObject *tuple, const char *format, ...)
{
    return WITH_LIST(parse_tuple(tuple, format, list, 1));
}

int _PyArg_ParseStack(PyObject *const *items, Py_ssize_t count, const char *format, ...)
{
    return WITH_LIST(parse_array(items, count, format, list, 0));
}

int _PyArg_ParseStack_SizeT(PyObject *const *items, Py_ssize_t count, const char *format, ...)
{
    return WITH_LIST(parse_array(items, count, format, list, 1));
}

int PyArg_VaParse(PyObject *tuple, const char *format, va_list list)
{
    return parse_tuple(tuple, format, list, 0);
}

int _PyArg_VaParse_SizeT(PyObject *tuple, const char *format, va_list list)
{
    return parse_tuple(tuple, format, list, 1);
}

// ---- unpacking without conversion

static int unpack(PyObject *const *items, Py_ssize_t count, va_list list)
{
    for (Py_ssize_t i = 0; i < count; i++) *va_arg(list, PyObject **) = items[i];
    return 1;
}

int PyArg_UnpackTuple(PyObject *tuple, const char *name, Py_ssize_t least, Py_ssize_t most, ...)
{
    if (!PyTuple_Check(tuple)) {
        PyErr_SetString(PyExc_SystemError, "PyArg_UnpackTuple() argument list is not a tuple");
        return 0;
    }
    if (!_PyArg_CheckPositional(name, PyTuple_GET_SIZE(tuple), least, most)) return 0;
    va_list list;
    va_start(list, most);
    int ok = unpack(((PyTupleObject *)tuple)->ob_item, PyTuple_GET_SIZE(tuple), list);
    va_end(list);
    return ok;
}

int _PyArg_UnpackStack(PyObject *const *items, Py_ssize_t count, const char *name,
                       Py_ssize_t least, Py_ssize_t most, ...)
{
    if (!_PyArg_CheckPositional(name, count, least, most)) return 0;
    va_list list;
    va_start(list, most);
    int ok = unpack(items, count, list);
    va_end(list);
    return ok;
}

int PyArg_ValidateKeywordArguments(PyObject *keywords)
{
    if (!PyDict_Check(keywords)) {
        PyErr_BadInternalCall();
        return 0;
    }
    Py_ssize_t position = 0;
    PyObject *key;
    while (PyDict_Next(keywords, &position, &key, NULL)) {
        if (PyUnicode_Check(key)) continue;
        PyErr_SetString(PyExc_TypeError, "keywords must be strings");
        return 0;
    }
    return 1;
}
