// code_lines.c - lines and positions of a code object: co_lines(), co_positions(), co_lnotab,
// Addr2Line.
#include "bytecode/code.h"

#include <assert.h>

#include "bytecode/code_lines.h"
#include "bytesobject.h"
#include "longobject.h"
#include "objimpl.h"
#include "runtime/owned.h"
#include "tupleobject.h"

static KrLocationReader start_reading(PyCodeObject *code)
{
    KrLocationReader reader;
    kr_locations_start(&reader, PyBytes_AS_STRING(code->co_linetable),
                       (size_t)PyBytes_GET_SIZE(code->co_linetable), code->co_firstlineno);
    return reader;
}

KrLocation kr_code_location(PyCodeObject *code, int offset)
{
    return kr_locations_find(PyBytes_AS_STRING(code->co_linetable),
                             (size_t)PyBytes_GET_SIZE(code->co_linetable), code->co_firstlineno,
                             offset);
}

int PyCode_Addr2Line(PyCodeObject *code, int offset)
{
    return kr_code_location(code, offset).line;
}

int PyCode_Addr2Location(PyCodeObject *code, int offset, int *ret_line, int *ret_column,
                         int *ret_end_line, int *ret_end_column)
{
    KrLocation location = kr_code_location(code, offset);
    *ret_line = location.line;
    *ret_column = location.column;
    *ret_end_line = location.end_line;
    *ret_end_column = location.end_column;
    return 1;
}

// ---- address ranges, as the tracing interface knows them ---------------------------------------

void kr_code_start_lines(PyCodeObject *code, PyCodeAddressRange *bounds)
{
    bounds->opaque.lo_next = (const uint8_t *)PyBytes_AS_STRING(code->co_linetable);
    bounds->opaque.limit = bounds->opaque.lo_next + PyBytes_GET_SIZE(code->co_linetable);
    bounds->opaque.computed_line = code->co_firstlineno;
    bounds->ar_start = -1;
    bounds->ar_end = 0;
    bounds->ar_line = -1;
}

// Moves one entry on; false at the end.
static bool next_range(PyCodeAddressRange *bounds)
{
    KrLocationReader reader = {
        .position = bounds->opaque.lo_next,
        .limit = bounds->opaque.limit,
        .line = bounds->opaque.computed_line,
        .end = bounds->ar_end,
    };
    if (!kr_locations_next(&reader)) return false;
    bounds->opaque.lo_next = reader.position;
    bounds->opaque.computed_line = reader.line;
    bounds->ar_start = reader.start;
    bounds->ar_end = reader.end;
    bounds->ar_line = reader.location.line;
    return true;
}

int _PyCode_CheckLineNumber(int offset, PyCodeAddressRange *bounds)
{
    if (offset < bounds->ar_start) return -1; // callers start again for an earlier instruction
    while (bounds->ar_end <= offset)
        if (!next_range(bounds)) return -1;
    return bounds->ar_line;
}

// ---- co_lnotab ---------------------------------------------------------------------------------

// The form of Python 3.9: pairs (bytes of code, signed lines), each in -128…127 and 0…255.
static char *write_lnotab_pair(char *output, int code_delta, int line_delta)
{
    for (; code_delta > 255; code_delta -= 255) {
        *output++ = (char)255;
        *output++ = 0;
    }
    for (; line_delta < -128 || line_delta > 127; code_delta = 0) {
        int step = line_delta < 0 ? -128 : 127;
        *output++ = (char)code_delta;
        *output++ = (char)step;
        line_delta -= step;
    }
    *output++ = (char)code_delta;
    *output++ = (char)line_delta;
    return output;
}

PyObject *kr_code_lnotab(PyCodeObject *code)
{
    KR_AUTO PyObject *result = NULL;
    char *output = NULL, *start = NULL;
    for (int pass = 0; pass < 2; pass++) { // first the size, then the bytes
        Py_ssize_t size = 0;
        int code_offset = 0, line = code->co_firstlineno;
        KrLocationReader reader = start_reading(code);
        while (kr_locations_next(&reader)) {
            if (reader.location.line < 0 || reader.location.line == line) continue;
            int code_delta = reader.start - code_offset, line_delta = reader.location.line - line;
            if (pass == 1) output = write_lnotab_pair(output, code_delta, line_delta);
            long steps = line_delta < 0 ? -(long)line_delta / 128 : line_delta / 127;
            size += 2 * (code_delta / 255 + steps + 2);
            code_offset = reader.start;
            line = reader.location.line;
        }
        if (pass == 0) {
            result = PyBytes_FromStringAndSize(NULL, size);
            if (result == NULL) return NULL;
            start = output = PyBytes_AS_STRING(result);
        }
    }
    return PyBytes_FromStringAndSize(start, output - start);
}

// ---- iterators ---------------------------------------------------------------------------------

typedef struct KrLineIterator {
    PyObject_HEAD PyCodeObject *code;
    KrLocationReader reader;
    bool has_entry; // reader stands on an entry not yet given out
    int offset;     // positions: the next instruction
} KrLineIterator;

static void line_iterator_dealloc(KrLineIterator *self)
{
    Py_DECREF(self->code);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyObject *new_iterator(PyTypeObject *type, PyCodeObject *code)
{
    KrLineIterator *iterator = PyObject_New(KrLineIterator, type);
    if (iterator == NULL) return NULL;
    iterator->code = (PyCodeObject *)Py_NewRef((PyObject *)code);
    iterator->reader = start_reading(code);
    iterator->has_entry = kr_locations_next(&iterator->reader);
    iterator->offset = 0;
    return (PyObject *)iterator;
}

static PyObject *number_or_none(int number)
{
    return number < 0 ? Py_NewRef(Py_None) : PyLong_FromLong(number);
}

// Neighbouring entries of the same line come out as one.
static PyObject *line_iterator_next(KrLineIterator *self)
{
    if (!self->has_entry) return NULL;
    int start = self->reader.start, end, line = self->reader.location.line;
    do {
        end = self->reader.end;
        self->has_entry = kr_locations_next(&self->reader);
    } while (self->has_entry && self->reader.location.line == line);
    KR_AUTO PyObject *start_object = PyLong_FromLong(start);
    KR_AUTO PyObject *end_object = PyLong_FromLong(end);
    KR_AUTO PyObject *line_object = number_or_none(line);
    if (!start_object || !end_object || !line_object) return NULL;
    return PyTuple_Pack(3, start_object, end_object, line_object);
}

static PyObject *positions_iterator_next(KrLineIterator *self)
{
    if (self->offset >= Py_SIZE(self->code) * (int)sizeof(_Py_CODEUNIT)) return NULL;
    while (self->has_entry && self->reader.end <= self->offset)
        self->has_entry = kr_locations_next(&self->reader);
    if (!self->has_entry) return NULL;
    self->offset += (int)sizeof(_Py_CODEUNIT);
    KrLocation location = self->reader.location;
    KR_AUTO PyObject *line = number_or_none(location.line);
    KR_AUTO PyObject *end_line = number_or_none(location.end_line);
    KR_AUTO PyObject *column = number_or_none(location.column);
    KR_AUTO PyObject *end_column = number_or_none(location.end_column);
    if (!line || !end_line || !column || !end_column) return NULL;
    return PyTuple_Pack(4, line, end_line, column, end_column);
}

PyTypeObject kr_line_iterator_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "line_iterator",
    .tp_basicsize = sizeof(KrLineIterator),
    .tp_dealloc = (destructor)line_iterator_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)line_iterator_next,
    .tp_alloc = PyType_GenericAlloc,
    .tp_free = PyObject_Del,
};

PyTypeObject kr_positions_iterator_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "positions_iterator",
    .tp_basicsize = sizeof(KrLineIterator),
    .tp_dealloc = (destructor)line_iterator_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)positions_iterator_next,
    .tp_alloc = PyType_GenericAlloc,
    .tp_free = PyObject_Del,
};

PyObject *kr_code_lines(PyCodeObject *code)
{
    return new_iterator(&kr_line_iterator_type, code);
}

PyObject *kr_code_positions(PyCodeObject *code)
{
    return new_iterator(&kr_positions_iterator_type, code);
}
