// marshal_read.c - marshalled bytes to objects.
//
// (1) Nothing in the bytes is believed: sizes are checked against what is there, references
//     against what was read.
// (2) refs[i] is NULL while the i-th kept object is being read; a reference to it then is an
//     error.
#include "bytecode/marshal_format.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "abstract.h"
#include "boolobject.h"
#include "bytesobject.h"
#include "complexobject.h"
#include "cpython/longintrepr.h"
#include "dictobject.h"
#include "floatobject.h"
#include "internal/pycore_code.h"
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

typedef struct Reader {
    KrMarshalSource *source;
    PyObject **refs;            // owned objects
    Py_ssize_t ref_count, ref_room;
    int depth;
} Reader;

static PyObject *read_object(Reader *reader);

// --- bytes and numbers --------------------------------------------------------------------------

static const unsigned char *fetch(Reader *reader, Py_ssize_t count)
{
    return (const unsigned char *)reader->source->fetch(reader->source, count);
}

static int read_byte(Reader *reader, int *ret_byte)
{
    const unsigned char *data = fetch(reader, 1);
    if (data == NULL) return -1;
    *ret_byte = *data;
    return 0;
}

static int read_long(Reader *reader, long *ret_value)
{
    const unsigned char *data = fetch(reader, 4);
    if (data == NULL) return -1;
    *ret_value = (int32_t)((uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 |
                           (uint32_t)data[3] << 24);
    return 0;
}

static int read_size(Reader *reader, const char *what, Py_ssize_t *ret_size)
{
    long size;
    if (read_long(reader, &size) < 0) return -1;
    if (size < 0)
        return kr_raise_int(PyExc_ValueError, "bad marshal data (%s size out of range)", what);
    *ret_size = size;
    return 0;
}

// The number out of [count] 15-bit digits, which come in [data], as new int.
static PyObject *join_digits(const unsigned char *data, Py_ssize_t halves, int is_negative)
{
    Py_ssize_t count = (halves + 1) / 2;
    PyLongObject *number = _PyLong_New(count);
    if (number == NULL) return NULL;
    for (Py_ssize_t i = 0; i < halves; i++) {
        unsigned half = (unsigned)data[2 * i] | (unsigned)data[2 * i + 1] << 8;
        if (half > 0x7fff || (half == 0 && i == halves - 1)) {
            Py_DECREF(number);
            return kr_raise(PyExc_ValueError, half == 0 ? "bad marshal data (unnormalized long "
                            "data)" : "bad marshal data (digit out of range in long)");
        }
        if (i % 2 == 0) number->ob_digit[i / 2] = half;
        else number->ob_digit[i / 2] |= (digit)half << 15;
    }
    if (is_negative) Py_SET_SIZE(number, -count);
    return (PyObject *)number;
}

static PyObject *read_big_int(Reader *reader)
{
    long size;
    if (read_long(reader, &size) < 0) return NULL;
    if (size == 0) return PyLong_FromLong(0);
    if (size < -INT32_MAX)
        return kr_raise(PyExc_ValueError, "bad marshal data (long size out of range)");
    Py_ssize_t halves = Py_ABS(size);
    const unsigned char *data = fetch(reader, halves * 2);
    return data == NULL ? NULL : join_digits(data, halves, size < 0);
}

static int read_double(Reader *reader, int is_text, double *ret_value)
{
    if (!is_text) {
        const unsigned char *data = fetch(reader, sizeof *ret_value);
        if (data == NULL) return -1;
        memcpy(ret_value, data, sizeof *ret_value);
        return 0;
    }
    int length;
    if (read_byte(reader, &length) < 0) return -1;
    const unsigned char *data = fetch(reader, length);
    if (data == NULL) return -1;
    char text[256];
    memcpy(text, data, (size_t)length);
    text[length] = '\0';
    *ret_value = PyOS_string_to_double(text, NULL, NULL);
    return *ret_value == -1.0 && PyErr_Occurred() ? -1 : 0;
}

static PyObject *read_float(Reader *reader, int is_text)
{
    double value;
    return read_double(reader, is_text, &value) < 0 ? NULL : PyFloat_FromDouble(value);
}

static PyObject *read_complex(Reader *reader, int is_text)
{
    double real, imaginary;
    if (read_double(reader, is_text, &real) < 0 || read_double(reader, is_text, &imaginary) < 0)
        return NULL;
    return PyComplex_FromDoubles(real, imaginary);
}

// --- references ---------------------------------------------------------------------------------

// Keeps (2): the place of an object that is about to be read, -1 on failure.
static Py_ssize_t reserve_place(Reader *reader)
{
    if (reader->ref_count == reader->ref_room) {
        Py_ssize_t room = reader->ref_room * 2 + 16;
        PyObject **refs = PyMem_Realloc(reader->refs, (size_t)room * sizeof *refs);
        if (refs == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        reader->refs = refs;
        reader->ref_room = room;
    }
    reader->refs[reader->ref_count] = NULL;
    return reader->ref_count++;
}

static PyObject *read_reference(Reader *reader)
{
    long index;
    if (read_long(reader, &index) < 0) return NULL;
    if (index < 0 || index >= reader->ref_count || reader->refs[index] == NULL)
        return kr_raise(PyExc_ValueError, "bad marshal data (invalid reference)");
    return Py_NewRef(reader->refs[index]);
}

// --- strings ------------------------------------------------------------------------------------

static PyObject *read_bytes(Reader *reader)
{
    Py_ssize_t length;
    if (read_size(reader, "bytes object", &length) < 0) return NULL;
    const unsigned char *data = fetch(reader, length);
    return data == NULL ? NULL : PyBytes_FromStringAndSize((const char *)data, length);
}

static PyObject *interned_if(PyObject *text, int is_interned)
{
    if (text != NULL && is_interned) PyUnicode_InternInPlace(&text);
    return text;
}

static PyObject *read_text(Reader *reader, int is_interned)
{
    Py_ssize_t length;
    if (read_size(reader, "string", &length) < 0) return NULL;
    const unsigned char *data = fetch(reader, length);
    if (data == NULL) return NULL;
    return interned_if(PyUnicode_DecodeUTF8((const char *)data, length, "surrogatepass"),
                       is_interned);
}

static PyObject *read_ascii(Reader *reader, int is_short, int is_interned)
{
    Py_ssize_t length;
    int byte = 0;
    if (is_short ? read_byte(reader, &byte) < 0 : read_size(reader, "string", &length) < 0)
        return NULL;
    if (is_short) length = byte;
    const unsigned char *data = fetch(reader, length);
    if (data == NULL) return NULL;
    return interned_if(PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, data, length), is_interned);
}

// --- containers ---------------------------------------------------------------------------------

// The next object, which may not be the end mark.
static PyObject *read_item(Reader *reader, const char *container)
{
    PyObject *item = read_object(reader);
    if (item == NULL && !PyErr_Occurred())
        PyErr_Format(PyExc_TypeError, "NULL object in marshal data for %s", container);
    return item;
}

// Refuses a count that a source in memory cannot hold: each item takes a byte at least.
static int check_count(Py_ssize_t count, const char *what)
{
    if (count > INT32_MAX)
        return kr_raise_int(PyExc_ValueError, "bad marshal data (%s size out of range)", what);
    return 0;
}

static PyObject *read_tuple(Reader *reader, Py_ssize_t count, Py_ssize_t place)
{
    // The list grows with what is really there; a hostile count costs nothing.
    KR_AUTO PyObject *items = count > 4096 ? PyList_New(0) : NULL;
    PyObject *tuple = items != NULL ? NULL : PyTuple_New(count);
    if (items == NULL && tuple == NULL) return NULL;
    if (tuple != NULL && place >= 0) reader->refs[place] = Py_NewRef(tuple);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = read_item(reader, "tuple");
        int result = item == NULL ? -1 : items != NULL ? PyList_Append(items, item) : 0;
        if (tuple != NULL && item != NULL) PyTuple_SET_ITEM(tuple, i, item);
        else Py_XDECREF(item);
        if (result < 0) {
            Py_XDECREF(tuple);
            return NULL;
        }
    }
    return tuple != NULL ? tuple : PyList_AsTuple(items);
}

static PyObject *read_list(Reader *reader, Py_ssize_t place)
{
    Py_ssize_t count;
    if (read_size(reader, "list", &count) < 0 || check_count(count, "list") < 0) return NULL;
    KR_AUTO PyObject *list = PyList_New(0);
    if (list == NULL) return NULL;
    if (place >= 0) reader->refs[place] = Py_NewRef(list);
    for (Py_ssize_t i = 0; i < count; i++) {
        KR_AUTO PyObject *item = read_item(reader, "list");
        if (item == NULL || PyList_Append(list, item) < 0) return NULL;
    }
    return kr_take(list);
}

static PyObject *read_dict(Reader *reader, Py_ssize_t place)
{
    KR_AUTO PyObject *dict = PyDict_New();
    if (dict == NULL) return NULL;
    if (place >= 0) reader->refs[place] = Py_NewRef(dict);
    for (;;) {
        KR_AUTO PyObject *key = read_object(reader);
        if (key == NULL) break;
        KR_AUTO PyObject *value = read_object(reader);
        if (value == NULL) break;
        if (PyDict_SetItem(dict, key, value) < 0) return NULL;
    }
    return PyErr_Occurred() ? NULL : kr_take(dict);
}

static PyObject *read_set(Reader *reader, int is_frozen, Py_ssize_t place)
{
    Py_ssize_t count;
    if (read_size(reader, "set", &count) < 0 || check_count(count, "set") < 0) return NULL;
    KR_AUTO PyObject *set = is_frozen ? PyFrozenSet_New(NULL) : PySet_New(NULL);
    if (set == NULL) return NULL;
    // A frozenset may be filled only while nobody else holds it.
    if (place >= 0 && !is_frozen) reader->refs[place] = Py_NewRef(set);
    for (Py_ssize_t i = 0; i < count; i++) {
        KR_AUTO PyObject *item = read_item(reader, "set");
        if (item == NULL || PySet_Add(set, item) < 0) return NULL;
    }
    return kr_take(set);
}

// --- code ---------------------------------------------------------------------------------------

enum { CODE, CONSTS, NAMES, SLOT_NAMES, SLOT_KINDS, FILENAME, NAME, QUALNAME, LINE_TABLE,
      EXCEPTION_TABLE, PARTS };

static PyObject *make_code(PyObject *const parts[PARTS], const long counts[5], long first_line)
{
    struct _PyCodeConstructor constructor = {
        .filename = parts[FILENAME],
        .name = parts[NAME],
        .qualname = parts[QUALNAME],
        .flags = (int)counts[4],
        .code = parts[CODE],
        .firstlineno = (int)first_line,
        .linetable = parts[LINE_TABLE],
        .consts = parts[CONSTS],
        .names = parts[NAMES],
        .localsplusnames = parts[SLOT_NAMES],
        .localspluskinds = parts[SLOT_KINDS],
        .argcount = (int)counts[0],
        .posonlyargcount = (int)counts[1],
        .kwonlyargcount = (int)counts[2],
        .stacksize = (int)counts[3],
        .exceptiontable = parts[EXCEPTION_TABLE],
    };
    if (_PyCode_Validate(&constructor) < 0) return NULL;
    return (PyObject *)_PyCode_New(&constructor);
}

static PyObject *read_code(Reader *reader)
{
    PyObject *parts[PARTS] = {NULL};
    long counts[5], first_line = 0;
    PyObject *code = NULL;
    for (int i = 0; i < 5; i++)
        if (read_long(reader, &counts[i]) < 0) return NULL;
    int i = 0;
    for (; i < PARTS; i++) {
        if (i == LINE_TABLE && read_long(reader, &first_line) < 0) break;
        parts[i] = read_item(reader, "code object");
        if (parts[i] == NULL) break;
    }
    if (i == PARTS) code = make_code(parts, counts, first_line);
    for (i = 0; i < PARTS; i++) Py_XDECREF(parts[i]);
    return code;
}

// --- objects ------------------------------------------------------------------------------------

static PyObject *read_counted_tuple(Reader *reader, int is_small, Py_ssize_t place)
{
    Py_ssize_t count;
    int byte = 0;
    if (is_small ? read_byte(reader, &byte) < 0 : read_size(reader, "tuple", &count) < 0)
        return NULL;
    return read_tuple(reader, is_small ? byte : count, place);
}

static PyObject *read_small_int(Reader *reader)
{
    long value;
    return read_long(reader, &value) < 0 ? NULL : PyLong_FromLong(value);
}

static PyObject *read_int64(Reader *reader)
{
    const unsigned char *data = fetch(reader, 8);
    return data == NULL ? NULL : _PyLong_FromByteArray(data, 8, 1, 1);
}

static PyObject *read_by_letter(Reader *reader, int letter, Py_ssize_t place)
{
    switch (letter) {
    case KR_MARSHAL_NONE: return Py_NewRef(Py_None);
    case KR_MARSHAL_FALSE: return Py_NewRef(Py_False);
    case KR_MARSHAL_TRUE: return Py_NewRef(Py_True);
    case KR_MARSHAL_STOP_ITERATION: return Py_NewRef(PyExc_StopIteration);
    case KR_MARSHAL_ELLIPSIS: return Py_NewRef(Py_Ellipsis);
    case KR_MARSHAL_INT: return read_small_int(reader);
    case KR_MARSHAL_INT64: return read_int64(reader);
    case KR_MARSHAL_LONG: return read_big_int(reader);
    case KR_MARSHAL_FLOAT_TEXT: return read_float(reader, 1);
    case KR_MARSHAL_FLOAT: return read_float(reader, 0);
    case KR_MARSHAL_COMPLEX_TEXT: return read_complex(reader, 1);
    case KR_MARSHAL_COMPLEX: return read_complex(reader, 0);
    case KR_MARSHAL_BYTES: return read_bytes(reader);
    case KR_MARSHAL_TEXT: return read_text(reader, 0);
    case KR_MARSHAL_INTERNED: return read_text(reader, 1);
    case KR_MARSHAL_ASCII: return read_ascii(reader, 0, 0);
    case KR_MARSHAL_ASCII_INTERNED: return read_ascii(reader, 0, 1);
    case KR_MARSHAL_SHORT_ASCII: return read_ascii(reader, 1, 0);
    case KR_MARSHAL_SHORT_ASCII_INTERNED: return read_ascii(reader, 1, 1);
    case KR_MARSHAL_TUPLE: return read_counted_tuple(reader, 0, place);
    case KR_MARSHAL_SMALL_TUPLE: return read_counted_tuple(reader, 1, place);
    case KR_MARSHAL_LIST: return read_list(reader, place);
    case KR_MARSHAL_DICT: return read_dict(reader, place);
    case KR_MARSHAL_SET: return read_set(reader, 0, place);
    case KR_MARSHAL_FROZENSET: return read_set(reader, 1, place);
    case KR_MARSHAL_CODE: return read_code(reader);
    case KR_MARSHAL_REFERENCE: return read_reference(reader);
    default: return kr_raise(PyExc_ValueError, "bad marshal data (unknown type code)");
    }
}

static int has_place(int letter)
{
    return strchr("NFTS.r", letter) == NULL;
}

// The next object; NULL without an exception for the end mark.
static PyObject *read_object(Reader *reader)
{
    int byte;
    if (read_byte(reader, &byte) < 0) {
        if (PyErr_ExceptionMatches(PyExc_EOFError))
            PyErr_SetString(PyExc_EOFError, "EOF read where object expected");
        return NULL;
    }
    int letter = byte & ~KR_MARSHAL_KEPT;
    if (letter == KR_MARSHAL_NULL) return NULL;
    if (reader->depth >= KR_MARSHAL_DEPTH_LIMIT)
        return kr_raise(PyExc_ValueError, "recursion limit exceeded");
    Py_ssize_t place = -1;
    if (byte & KR_MARSHAL_KEPT && has_place(letter) && (place = reserve_place(reader)) < 0)
        return NULL;
    reader->depth++;
    PyObject *object = read_by_letter(reader, letter, place);
    reader->depth--;
    if (object != NULL && place >= 0 && reader->refs[place] == NULL)
        reader->refs[place] = Py_NewRef(object);
    return object;
}

PyObject *kr_marshal_read(KrMarshalSource *source)
{
    Reader reader = {.source = source};
    PyObject *object = read_item(&reader, "object");
    for (Py_ssize_t i = 0; i < reader.ref_count; i++) Py_XDECREF(reader.refs[i]);
    PyMem_Free(reader.refs);
    return object;
}

// --- from memory and files ----------------------------------------------------------------------

typedef struct MemorySource {
    KrMarshalSource base;
    const char *next, *end;
} MemorySource;

static const char *fetch_from_memory(KrMarshalSource *base, Py_ssize_t count)
{
    MemorySource *source = (MemorySource *)base;
    if (source->end - source->next < count) {
        PyErr_SetString(PyExc_EOFError, "marshal data too short");
        return NULL;
    }
    const char *data = source->next;
    source->next += count;
    return data;
}

PyObject *kr_marshal_read_memory(const char *data, Py_ssize_t length, Py_ssize_t *ret_used)
{
    MemorySource source = {{fetch_from_memory}, data, data + length};
    PyObject *object = kr_marshal_read(&source.base);
    if (ret_used != NULL) *ret_used = source.next - data;
    return object;
}

PyObject *PyMarshal_ReadObjectFromString(const char *data, Py_ssize_t length)
{
    return kr_marshal_read_memory(data, length, NULL);
}

typedef struct FileSource {
    KrMarshalSource base;
    FILE *file;
    char *buffer;
    Py_ssize_t room;
} FileSource;

static const char *fetch_from_file(KrMarshalSource *base, Py_ssize_t count)
{
    FileSource *source = (FileSource *)base;
    if (source->room < count) {
        char *buffer = PyMem_Realloc(source->buffer, (size_t)count);
        if (buffer == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
        source->buffer = buffer;
        source->room = count;
    }
    if (fread(source->buffer, 1, (size_t)count, source->file) == (size_t)count)
        return source->buffer;
    PyErr_SetString(PyExc_EOFError, "marshal data too short");
    return NULL;
}

PyObject *PyMarshal_ReadObjectFromFile(FILE *file)
{
    FileSource source = {{fetch_from_file}, file, NULL, 0};
    // A first byte of room, so that an empty fetch has an address to give.
    if ((source.buffer = PyMem_Malloc(source.room = 64)) == NULL) return PyErr_NoMemory();
    PyObject *object = kr_marshal_read(&source.base);
    PyMem_Free(source.buffer);
    return object;
}

PyObject *PyMarshal_ReadLastObjectFromFile(FILE *file)
{
    return PyMarshal_ReadObjectFromFile(file);
}

// Reads [count] little-endian bytes of a number; -1 with EOFError.
static long read_number(FILE *file, int count)
{
    unsigned long value = 0;
    for (int i = 0; i < count; i++) {
        int byte = getc(file);
        if (byte == EOF) return kr_raise_int(PyExc_EOFError, "EOF read where data expected");
        value |= (unsigned long)byte << (8 * i);
    }
    return count == 2 ? (int16_t)value : (int32_t)value;
}

long PyMarshal_ReadLongFromFile(FILE *file)
{
    return read_number(file, 4);
}

int PyMarshal_ReadShortFromFile(FILE *file)
{
    return (int)read_number(file, 2);
}
