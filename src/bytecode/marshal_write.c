// marshal_write.c - objects to marshalled bytes.
//
// (1) From version 3 on an object met before is written as a reference; only objects that somebody
//     else can hold (their count is above 1) are worth remembering.
// (2) Sets are written in the order of their items' own marshalled bytes, so that output does not
//     depend on hashes.
#include "bytecode/marshal_format.h"

#include <assert.h>
#include <string.h>

#include "abstract.h"
#include "boolobject.h"
#include "bytesobject.h"
#include "complexobject.h"
#include "cpython/code.h"
#include "cpython/longintrepr.h"
#include "dictobject.h"
#include "floatobject.h"
#include "internal/pycore_hashtable.h"
#include "listobject.h"
#include "marshal.h"
#include "objects/errors/raise.h"
#include "pyerrors.h"
#include "pymem.h"
#include "pystrtod.h"
#include "runtime/owned.h"
#include "setobject.h"
#include "sliceobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"

typedef enum WriteError { WRITE_FINE, WRITE_UNKNOWN_TYPE, WRITE_TOO_DEEP,
                         WRITE_FAILED } WriteError;

typedef struct Writer {
    char *bytes;
    Py_ssize_t length, room;
    _Py_hashtable_t *seen;      // object -> its index + 1; NULL below version 3
    int version, depth;
    WriteError error;           // the first that happened; WRITE_FAILED: an exception is set
} Writer;

static void write_object(Writer *writer, PyObject *object);

static void fail(Writer *writer, WriteError error)
{
    if (writer->error == WRITE_FINE) writer->error = error;
}

// --- bytes and numbers --------------------------------------------------------------------------

static int reserve(Writer *writer, Py_ssize_t count)
{
    if (writer->room - writer->length >= count) return 0;
    Py_ssize_t room = writer->room + writer->room / 2 + count + 64;
    char *bytes = count > PY_SSIZE_T_MAX / 4 ? NULL : PyMem_Realloc(writer->bytes, (size_t)room);
    if (bytes == NULL) {
        if (writer->error == WRITE_FINE) PyErr_NoMemory();
        fail(writer, WRITE_FAILED);
        return -1;
    }
    writer->bytes = bytes;
    writer->room = room;
    return 0;
}

static void write_bytes(Writer *writer, const void *data, Py_ssize_t count)
{
    if (count == 0 || reserve(writer, count) < 0) return;
    memcpy(writer->bytes + writer->length, data, (size_t)count);
    writer->length += count;
}

static void write_byte(Writer *writer, int byte)
{
    if (reserve(writer, 1) == 0) writer->bytes[writer->length++] = (char)byte;
}

static void write_short(Writer *writer, int value)
{
    write_byte(writer, value & 0xff);
    write_byte(writer, value >> 8 & 0xff);
}

static void write_long(Writer *writer, long value)
{
    write_short(writer, (int)(value & 0xffff));
    write_short(writer, (int)(value >> 16 & 0xffff));
}

static void write_size(Writer *writer, Py_ssize_t size)
{
    if (size > INT32_MAX) fail(writer, WRITE_UNKNOWN_TYPE);
    write_long(writer, (long)size);
}

static void write_sized(Writer *writer, const void *data, Py_ssize_t count)
{
    write_size(writer, count);
    write_bytes(writer, data, count);
}

static void write_big_int(Writer *writer, PyObject *object)
{
    const PyLongObject *number = (PyLongObject *)object;
    Py_ssize_t count = Py_ABS(Py_SIZE(number));
    assert(count > 0);
    digit top = number->ob_digit[count - 1];
    Py_ssize_t halves = (count - 1) * 2 + (top >> 15 != 0 ? 2 : 1);
    write_size(writer, Py_SIZE(number) < 0 ? -halves : halves);
    for (Py_ssize_t i = 0; i < halves; i++)
        write_short(writer, (int)(number->ob_digit[i / 2] >> (i % 2 * 15) & 0x7fff));
}

static void write_int(Writer *writer, PyObject *object, int kept)
{
    int overflow;
    long value = PyLong_AsLongAndOverflow(object, &overflow);
    if (overflow == 0 && value >= INT32_MIN && value <= INT32_MAX) {
        write_byte(writer, KR_MARSHAL_INT | kept);
        write_long(writer, value);
    } else {
        write_byte(writer, KR_MARSHAL_LONG | kept);
        write_big_int(writer, object);
    }
}

static void write_double(Writer *writer, double value)
{
    if (writer->version > 1) {
        write_bytes(writer, &value, sizeof value);
        return;
    }
    char *text = PyOS_double_to_string(value, 'g', 17, 0, NULL);
    if (text == NULL) {
        fail(writer, WRITE_FAILED);
        return;
    }
    write_byte(writer, (int)strlen(text));
    write_bytes(writer, text, (Py_ssize_t)strlen(text));
    PyMem_Free(text);
}

// --- strings ------------------------------------------------------------------------------------

static void write_text(Writer *writer, PyObject *text, int kept)
{
    int interned = PyUnicode_CHECK_INTERNED(text) != 0;
    if (writer->version >= 4 && PyUnicode_IS_ASCII(text)) {
        Py_ssize_t length = PyUnicode_GET_LENGTH(text);
        int is_short = length < 256;
        write_byte(writer, kept | (is_short ? interned ? KR_MARSHAL_SHORT_ASCII_INTERNED
                                   : KR_MARSHAL_SHORT_ASCII : interned ? KR_MARSHAL_ASCII_INTERNED
                                   : KR_MARSHAL_ASCII));
        if (is_short) write_byte(writer, (int)length);
        else write_size(writer, length);
        write_bytes(writer, PyUnicode_1BYTE_DATA(text), length);
        return;
    }
    KR_AUTO PyObject *bytes = PyUnicode_AsEncodedString(text, "utf8", "surrogatepass");
    if (bytes == NULL) {
        fail(writer, WRITE_FAILED);
        return;
    }
    write_byte(writer,
               kept | (writer->version >= 3 && interned ? KR_MARSHAL_INTERNED : KR_MARSHAL_TEXT));
    write_sized(writer, PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes));
}

// --- containers ---------------------------------------------------------------------------------

static void write_items(Writer *writer, PyObject *sequence)
{
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(sequence); i++)
        write_object(writer, PySequence_Fast_GET_ITEM(sequence, i));
}

static void write_tuple(Writer *writer, PyObject *tuple, int kept)
{
    Py_ssize_t count = PyTuple_GET_SIZE(tuple);
    if (writer->version >= 4 && count < 256) {
        write_byte(writer, KR_MARSHAL_SMALL_TUPLE | kept);
        write_byte(writer, (int)count);
    } else {
        write_byte(writer, KR_MARSHAL_TUPLE | kept);
        write_size(writer, count);
    }
    write_items(writer, tuple);
}

static void write_dict(Writer *writer, PyObject *dict)
{
    PyObject *key, *value;
    for (Py_ssize_t position = 0; PyDict_Next(dict, &position, &key, &value);) {
        write_object(writer, key);
        write_object(writer, value);
    }
    write_object(writer, NULL);
}

// New list of (marshalled bytes, item) in order, keeps (2).
static PyObject *sorted_items(PyObject *set, int version)
{
    KR_AUTO PyObject *pairs = PyList_New(0);
    Py_ssize_t position = 0;
    PyObject *item;
    Py_hash_t hash;
    while (pairs != NULL && _PySet_NextEntry(set, &position, &item, &hash)) {
        KR_AUTO PyObject *held = Py_NewRef(item);
        KR_AUTO PyObject *bytes = PyMarshal_WriteObjectToString(held, version);
        KR_AUTO PyObject *pair = bytes == NULL ? NULL : PyTuple_Pack(2, bytes, held);
        if (pair == NULL || PyList_Append(pairs, pair) < 0) return NULL;
    }
    return pairs == NULL || PyList_Sort(pairs) < 0 ? NULL : kr_take(pairs);
}

static void write_set(Writer *writer, PyObject *set)
{
    KR_AUTO PyObject *pairs = sorted_items(set, writer->version);
    if (pairs == NULL) {
        fail(writer, WRITE_FAILED);
        return;
    }
    write_size(writer, PyList_GET_SIZE(pairs));
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(pairs); i++)
        write_object(writer, PyTuple_GET_ITEM(PyList_GET_ITEM(pairs, i), 1));
}

static void write_code(Writer *writer, PyCodeObject *code)
{
    KR_AUTO PyObject *instructions = PyCode_GetCode(code);
    if (instructions == NULL) {
        fail(writer, WRITE_FAILED);
        return;
    }
    write_long(writer, code->co_argcount);
    write_long(writer, code->co_posonlyargcount);
    write_long(writer, code->co_kwonlyargcount);
    write_long(writer, code->co_stacksize);
    write_long(writer, code->co_flags);
    PyObject *const before[] = {instructions,       code->co_consts,      code->co_names,
                                code->co_localsplusnames, code->co_localspluskinds,
                                code->co_filename, code->co_name,      code->co_qualname};
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) write_object(writer, before[i]);
    write_long(writer, code->co_firstlineno);
    write_object(writer, code->co_linetable);
    write_object(writer, code->co_exceptiontable);
}

// --- objects ------------------------------------------------------------------------------------

// Writes a reference to an object met before, or gives the mark for its letter.  1 when the
// reference is written.
static int write_reference(Writer *writer, PyObject *object, int *ret_kept)
{
    *ret_kept = 0;
    if (writer->seen == NULL || Py_REFCNT(object) == 1) return 0;
    uintptr_t number = (uintptr_t)_Py_hashtable_get(writer->seen, object);
    if (number != 0) {
        write_byte(writer, KR_MARSHAL_REFERENCE);
        write_long(writer, (long)number - 1);
        return 1;
    }
    number = writer->seen->nentries + 1;
    if (number >= INT32_MAX
        || _Py_hashtable_set(writer->seen, Py_NewRef(object), (void *)number) < 0) {
        Py_DECREF(object);
        PyErr_NoMemory();
        fail(writer, WRITE_FAILED);
        return 1;
    }
    *ret_kept = KR_MARSHAL_KEPT;
    return 0;
}

static void write_buffer(Writer *writer, PyObject *object, int kept)
{
    Py_buffer view;
    if (PyObject_GetBuffer(object, &view, PyBUF_SIMPLE) < 0) {
        PyErr_Clear();
        write_byte(writer, KR_MARSHAL_UNKNOWN);
        fail(writer, WRITE_UNKNOWN_TYPE);
        return;
    }
    write_byte(writer, KR_MARSHAL_BYTES | kept);
    write_sized(writer, view.buf, view.len);
    PyBuffer_Release(&view);
}

static void write_complex(Writer *writer, PyObject *object, int kept)
{
    write_byte(writer,
               kept | (writer->version > 1 ? KR_MARSHAL_COMPLEX : KR_MARSHAL_COMPLEX_TEXT));
    write_double(writer, PyComplex_RealAsDouble(object));
    write_double(writer, PyComplex_ImagAsDouble(object));
}

// long: one line for each type
static void write_by_type(Writer *writer, PyObject *object, int kept)
{
    if (PyLong_CheckExact(object)) {
        write_int(writer, object, kept);
    } else if (PyFloat_CheckExact(object)) {
        write_byte(writer,
                   kept | (writer->version > 1 ? KR_MARSHAL_FLOAT : KR_MARSHAL_FLOAT_TEXT));
        write_double(writer, PyFloat_AS_DOUBLE(object));
    } else if (PyComplex_CheckExact(object)) {
        write_complex(writer, object, kept);
    } else if (PyBytes_CheckExact(object)) {
        write_byte(writer, KR_MARSHAL_BYTES | kept);
        write_sized(writer, PyBytes_AS_STRING(object), PyBytes_GET_SIZE(object));
    } else if (PyUnicode_CheckExact(object)) {
        write_text(writer, object, kept);
    } else if (PyTuple_CheckExact(object)) {
        write_tuple(writer, object, kept);
    } else if (PyList_CheckExact(object)) {
        write_byte(writer, KR_MARSHAL_LIST | kept);
        write_size(writer, PyList_GET_SIZE(object));
        write_items(writer, object);
    } else if (PyDict_CheckExact(object)) {
        write_byte(writer, KR_MARSHAL_DICT | kept);
        write_dict(writer, object);
    } else if (PyAnySet_CheckExact(object)) {
        write_byte(writer, kept | (PyFrozenSet_CheckExact(object) ? KR_MARSHAL_FROZENSET
                                   : KR_MARSHAL_SET));
        write_set(writer, object);
    } else if (PyCode_Check(object)) {
        write_byte(writer, KR_MARSHAL_CODE | kept);
        write_code(writer, (PyCodeObject *)object);
    } else if (PyObject_CheckBuffer(object)) {
        write_buffer(writer, object, kept);
    } else {
        write_byte(writer, KR_MARSHAL_UNKNOWN);
        fail(writer, WRITE_UNKNOWN_TYPE);
    }
}

// The letter of a singleton, or 0.
static int singleton_letter(PyObject *object)
{
    return object == NULL                   ? KR_MARSHAL_NULL
           : object == Py_None              ? KR_MARSHAL_NONE
           : object == PyExc_StopIteration  ? KR_MARSHAL_STOP_ITERATION
           : object == Py_Ellipsis          ? KR_MARSHAL_ELLIPSIS
           : object == Py_False             ? KR_MARSHAL_FALSE
           : object == Py_True              ? KR_MARSHAL_TRUE
                                            : 0;
}

static void write_object(Writer *writer, PyObject *object)
{
    if (writer->error != WRITE_FINE) return;
    int letter = singleton_letter(object), kept;
    if (letter != 0) {
        write_byte(writer, letter);
    } else if (writer->depth >= KR_MARSHAL_DEPTH_LIMIT) {
        fail(writer, WRITE_TOO_DEEP);
    } else if (!write_reference(writer, object, &kept)) {
        writer->depth++;
        write_by_type(writer, object, kept);
        writer->depth--;
    }
}

// --- public -------------------------------------------------------------------------------------

static void release_key(void *object)
{
    Py_DECREF((PyObject *)object);
}

static int start(Writer *writer, int version)
{
    *writer = (Writer){.version = version};
    if (version < 3) return 0;
    writer->seen = _Py_hashtable_new_full(_Py_hashtable_hash_ptr, _Py_hashtable_compare_direct,
                                          release_key, NULL, NULL);
    if (writer->seen != NULL) return 0;
    PyErr_NoMemory();
    return -1;
}

static int finish(Writer *writer)
{
    if (writer->seen != NULL) _Py_hashtable_destroy(writer->seen);
    switch (writer->error) {
    case WRITE_FINE: return 0;
    case WRITE_TOO_DEEP:
        return kr_raise_int(PyExc_ValueError, "object too deeply nested to marshal");
    case WRITE_UNKNOWN_TYPE: return kr_raise_int(PyExc_ValueError, "unmarshallable object");
    case WRITE_FAILED: break;
    }
    assert(PyErr_Occurred());
    return -1;
}

PyObject *PyMarshal_WriteObjectToString(PyObject *object, int version)
{
    Writer writer;
    if (start(&writer, version) < 0) return NULL;
    write_object(&writer, object);
    PyObject *bytes = finish(&writer) < 0 ? NULL
        : PyBytes_FromStringAndSize(writer.bytes, writer.length);
    PyMem_Free(writer.bytes);
    return bytes;
}

void PyMarshal_WriteObjectToFile(PyObject *object, FILE *file, int version)
{
    KR_AUTO PyObject *bytes = PyMarshal_WriteObjectToString(object, version);
    if (bytes != NULL) fwrite(PyBytes_AS_STRING(bytes), 1, (size_t)PyBytes_GET_SIZE(bytes), file);
}

void PyMarshal_WriteLongToFile(long value, FILE *file, int version)
{
    for (int i = 0; i < 4; i++) fputc((int)(value >> (8 * i) & 0xff), file);
}
