// build_value.c - Py_BuildValue: objects out of a format and C values.
//
// A failed item does not end the walk at once: the values behind it are consumed, so that
// references that were handed over ('N') are given up.
#include <string.h>

#include "Python.h"
#include "capi/build_value.h"

typedef struct {
    const char *format;
    va_list values;
    int is_size_t;
} Builder;

static PyObject *build_one(Builder *builder);

// Units up to [end] on this level, or -1 with an exception.
static Py_ssize_t count_units(const char *format, char end)
{
    Py_ssize_t count = 0;
    for (int depth = 0; depth > 0 || *format != end; format++) {
        switch (*format) {
        case 0:
            PyErr_SetString(PyExc_SystemError, "unmatched paren in format");
            return -1;
        case '(': case '[': case '{':
            if (depth++ == 0) count++;
            break;
        case ')': case ']': case '}': depth--; break;
        case '#': case '&': case ',': case ':': case ' ': case '\t': break;
        default: if (depth == 0) count++;
        }
    }
    return count;
}

static int expect_end(Builder *builder, char end)
{
    if (*builder->format != end) {
        PyErr_SetString(PyExc_SystemError, "Unmatched paren in format");
        return -1;
    }
    if (end != 0) builder->format++;
    return 0;
}

// Builds and drops [count] items, because of an exception that is kept.
static void drop_items(Builder *builder, Py_ssize_t count)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = build_one(builder);
        if (item == NULL) PyErr_Clear();
        Py_XDECREF(item);
    }
    PyErr_Restore(type, value, traceback);
}

// Fills [slots]; a failed item leaves NULL there and an exception.
static int fill_items(Builder *builder, PyObject **slots, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        slots[i] = build_one(builder);
        if (slots[i] == NULL) {
            drop_items(builder, count - i - 1);
            return -1;
        }
    }
    return 0;
}

static PyObject *build_tuple(Builder *builder, char end, Py_ssize_t count)
{
    if (count < 0) return NULL;
    PyObject *tuple = PyTuple_New(count);
    if (tuple == NULL) {
        drop_items(builder, count);
        return NULL;
    }
    if (fill_items(builder, ((PyTupleObject *)tuple)->ob_item, count) == 0
        && expect_end(builder, end) == 0)
        return tuple;
    Py_DECREF(tuple);
    return NULL;
}

static PyObject *build_list(Builder *builder, Py_ssize_t count)
{
    if (count < 0) return NULL;
    PyObject *list = PyList_New(count);
    if (list == NULL) {
        drop_items(builder, count);
        return NULL;
    }
    if (fill_items(builder, ((PyListObject *)list)->ob_item, count) == 0
        && expect_end(builder, ']') == 0)
        return list;
    Py_DECREF(list);
    return NULL;
}

static PyObject *build_dict(Builder *builder, Py_ssize_t count)
{
    if (count < 0) return NULL;
    PyObject *dict = PyDict_New();
    if (count % 2 != 0) PyErr_SetString(PyExc_SystemError, "Bad dict format");
    if (dict == NULL || count % 2 != 0) {
        drop_items(builder, count);
        Py_XDECREF(dict);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i += 2) {
        PyObject *key = build_one(builder);
        if (key == NULL) drop_items(builder, 1);
        PyObject *value = key == NULL ? NULL : build_one(builder);
        int failed = value == NULL || PyDict_SetItem(dict, key, value) < 0;
        Py_XDECREF(key);
        Py_XDECREF(value);
        if (!failed) continue;
        drop_items(builder, count - i - 2);
        Py_DECREF(dict);
        return NULL;
    }
    if (expect_end(builder, '}') == 0) return dict;
    Py_DECREF(dict);
    return NULL;
}

// The length of a '#' unit, or -1 without one; -2 with an exception.
static Py_ssize_t take_size(Builder *builder)
{
    if (*builder->format != '#') return -1;
    builder->format++;
    if (builder->is_size_t) return va_arg(builder->values, Py_ssize_t);
    (void)va_arg(builder->values, int);
    PyErr_SetString(PyExc_SystemError, "PY_SSIZE_T_CLEAN macro must be defined for '#' formats");
    return -2;
}

static PyObject *build_text(Builder *builder, char unit)
{
    const void *data = va_arg(builder->values, const void *);
    Py_ssize_t size = take_size(builder);
    if (size == -2) return NULL;
    if (data == NULL) Py_RETURN_NONE;
    if (unit == 'u')
        return PyUnicode_FromWideChar(data, size < 0 ? (Py_ssize_t)wcslen(data) : size);
    if (size < 0) {
        size_t length = strlen(data);
        if (length > PY_SSIZE_T_MAX) {
            PyErr_Format(PyExc_OverflowError, unit == 'y' ? "string too long for Python bytes"
                                                          : "string too long for Python string");
            return NULL;
        }
        size = (Py_ssize_t)length;
    }
    return unit == 'y' ? PyBytes_FromStringAndSize(data, size)
        : PyUnicode_FromStringAndSize(data, size);
}

static PyObject *build_object(Builder *builder, char unit)
{
    if (*builder->format == '&') {
        builder->format++;
        PyObject *(*convert)(void *) = va_arg(builder->values, PyObject *(*)(void *));
        return convert(va_arg(builder->values, void *));
    }
    PyObject *object = va_arg(builder->values, PyObject *);
    if (object == NULL) {
        // The caller may have an exception pending, of which this NULL is the sign.
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_SystemError, "NULL object passed to Py_BuildValue");
        return NULL;
    }
    return unit == 'N' ? object : Py_NewRef(object);
}

static PyObject *build_number(Builder *builder, char unit)
{
    switch (unit) {
    case 'b': case 'B': case 'h': case 'i': return PyLong_FromLong(va_arg(builder->values, int));
    case 'H': return PyLong_FromLong((long)va_arg(builder->values, unsigned int));
    case 'I': return PyLong_FromUnsignedLong(va_arg(builder->values, unsigned int));
    case 'n': return PyLong_FromSsize_t(va_arg(builder->values, Py_ssize_t));
    case 'l': return PyLong_FromLong(va_arg(builder->values, long));
    case 'k': return PyLong_FromUnsignedLong(va_arg(builder->values, unsigned long));
    case 'L': return PyLong_FromLongLong(va_arg(builder->values, long long));
    case 'K': return PyLong_FromUnsignedLongLong(va_arg(builder->values, unsigned long long));
    case 'f': case 'd': return PyFloat_FromDouble(va_arg(builder->values, double));
    default: return PyComplex_FromCComplex(*va_arg(builder->values, Py_complex *));
    }
}

static PyObject *build_nested(Builder *builder, char open)
{
    if (Py_EnterRecursiveCall(" in Py_BuildValue")) return NULL;
    PyObject *result;
    if (open == '(')
        result = build_tuple(builder, ')', count_units(builder->format, ')'));
    else if (open == '[')
        result = build_list(builder, count_units(builder->format, ']'));
    else
        result = build_dict(builder, count_units(builder->format, '}'));
    Py_LeaveRecursiveCall();
    return result;
}

static PyObject *build_one(Builder *builder)
{
    for (;;) {
        char unit = *builder->format++;
        switch (unit) {
        case '(': case '[': case '{': return build_nested(builder, unit);
        case 'b':
            case 'B':
                case 'h': case 'i': case 'H': case 'I': case 'n': case 'l': case 'k': case 'L':
        case 'K': case 'f': case 'd': case 'D': return build_number(builder, unit);
        case 'c': {
            char character = (char)va_arg(builder->values, int);
            return PyBytes_FromStringAndSize(&character, 1);
        }
        case 'C': return PyUnicode_FromOrdinal(va_arg(builder->values, int));
        case 's': case 'z': case 'U': case 'u': case 'y': return build_text(builder, unit);
        case 'N': case 'S': case 'O': return build_object(builder, unit);
        case ':': case ',': case ' ': case '\t': break;
        default:
            builder->format--;
            PyErr_SetString(PyExc_SystemError, "bad format char passed to Py_BuildValue");
            return NULL;
        }
    }
}

PyObject *kr_build_value(const char *format, va_list values, int is_size_t)
{
    Py_ssize_t count = count_units(format, 0);
    if (count < 0) return NULL;
    if (count == 0) Py_RETURN_NONE;
    Builder builder = {.format = format, .is_size_t = is_size_t};
    va_copy(builder.values, values);
    PyObject *result = count == 1 ? build_one(&builder) : build_tuple(&builder, 0, count);
    va_end(builder.values);
    return result;
}

PyObject **kr_build_stack(PyObject **small, Py_ssize_t small_size, const char *format,
                          va_list values, int is_size_t, Py_ssize_t *ret_count)
{
    Py_ssize_t count = count_units(format, 0);
    if (count < 0) return NULL;
    *ret_count = 0;
    if (count == 0) return small;
    PyObject **stack = small;
    if (count > small_size) {
        stack = PyMem_Malloc((size_t)count * sizeof *stack);
        if (stack == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
    }
    memset(stack, 0, (size_t)count * sizeof *stack);
    Builder builder = {.format = format, .is_size_t = is_size_t};
    va_copy(builder.values, values);
    int failed = fill_items(&builder, stack, count) < 0 || expect_end(&builder, 0) < 0;
    va_end(builder.values);
    if (!failed) {
        *ret_count = count;
        return stack;
    }
    for (Py_ssize_t i = 0; i < count; i++) Py_XDECREF(stack[i]);
    if (stack != small) PyMem_Free(stack);
    return NULL;
}

#undef Py_BuildValue
#undef Py_VaBuildValue
#undef _Py_VaBuildStack

PyObject *Py_BuildValue(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    PyObject *result = kr_build_value(format, values, 0);
    va_end(values);
    return result;
}

PyObject *_Py_BuildValue_SizeT(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    PyObject *result = kr_build_value(format, values, 1);
    va_end(values);
    return result;
}

PyObject *Py_VaBuildValue(const char *format, va_list values)
{
    return kr_build_value(format, values, 0);
}

PyObject *_Py_VaBuildValue_SizeT(const char *format, va_list values)
{
    return kr_build_value(format, values, 1);
}

PyObject **_Py_VaBuildStack(PyObject **small, Py_ssize_t small_size, const char *format,
                            va_list values, Py_ssize_t *ret_count)
{
    return kr_build_stack(small, small_size, format, values, 0, ret_count);
}

PyObject **_Py_VaBuildStack_SizeT(PyObject **small, Py_ssize_t small_size, const char *format,
                                  va_list values, Py_ssize_t *ret_count)
{
    return kr_build_stack(small, small_size, format, values, 1, ret_count);
}
