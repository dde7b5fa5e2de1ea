// bytes.c - the type bytes: creation, slots, construction.
//
// (1) the byte after the last is 0  (2) the empty bytes and those of one byte exist once:
//     kr_bytes_empty
// and byte_values below  (3) a hash of -1 is not computed yet.
//
// The methods shared with bytearray are in bytes_methods.c.
#include "objects/strings/bytes.h"

#include "abstract.h"
#include "boolobject.h"
#include "internal/pycore_bytesobject.h"
#include "internal/pycore_object.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/str.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "pyhash.h"
#include "sliceobject.h"
#include "text/search.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "warnings.h"
#include "cpython/pydebug.h"

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

enum { HEAD_SIZE = offsetof(PyBytesObject, ob_sval) + 1 };

#define STATIC_BYTES(size, byte)                                                                  \
    {                                                                                             \
        .ob_base = {{999999999, &PyBytes_Type}, size}, .ob_shash = -1, .ob_sval = {(char)(byte)}  \
    }
#define FOUR(n) STATIC_BYTES(1, n), STATIC_BYTES(1, n + 1), STATIC_BYTES(1, n + 2), \
                STATIC_BYTES(1, n + 3)
#define SIXTEEN(n) FOUR(n), FOUR(n + 4), FOUR(n + 8), FOUR(n + 12)
#define SIXTY_FOUR(n) SIXTEEN(n), SIXTEEN(n + 16), SIXTEEN(n + 32), SIXTEEN(n + 48)

static PyBytesObject empty_bytes = STATIC_BYTES(0, 0);
// The padding behind ob_sval is the zero byte of (1).
static PyBytesObject byte_values[256] = {SIXTY_FOUR(0), SIXTY_FOUR(64), SIXTY_FOUR(128),
                                         SIXTY_FOUR(192)};
_Static_assert(sizeof(PyBytesObject) > HEAD_SIZE, "room for the last zero byte");

// --- creation ---------------------------------------------------------------------------------

static PyObject *new_uninitialised(Py_ssize_t size)
{
    if (size > PY_SSIZE_T_MAX - HEAD_SIZE)
        return kr_raise(PyExc_OverflowError, "byte string is too large");
    PyBytesObject *self = PyObject_Malloc(HEAD_SIZE + size);
    if (self == NULL) return PyErr_NoMemory();
    PyObject_InitVar((PyVarObject *)self, &PyBytes_Type, size);
    self->ob_shash = -1;
    self->ob_sval[size] = 0;
    return (PyObject *)self;
}

PyObject *PyBytes_FromStringAndSize(const char *data, Py_ssize_t size)
{
    if (size < 0)
        return kr_raise(PyExc_SystemError, "Negative size passed to PyBytes_FromStringAndSize");
    if (size == 0) return Py_NewRef(&empty_bytes);
    if (size == 1 && data != NULL) return Py_NewRef(&byte_values[(unsigned char)*data]);
    PyObject *self = new_uninitialised(size);
    if (self != NULL && data != NULL) memcpy(PyBytes_AS_STRING(self), data, size);
    return self;
}

PyObject *PyBytes_FromString(const char *data)
{
    size_t size = strlen(data);
    if (size > PY_SSIZE_T_MAX - HEAD_SIZE)
        return kr_raise(PyExc_OverflowError, "byte string is too long");
    return PyBytes_FromStringAndSize(data, (Py_ssize_t)size);
}

// The result must not be shared: only the caller's reference makes it resizable.
int _PyBytes_Resize(PyObject **slot, Py_ssize_t size)
{
    PyObject *self = *slot;
    if (!PyBytes_Check(self) || size < 0) {
        *slot = NULL;
        Py_DECREF(self);
        PyErr_BadInternalCall();
        return -1;
    }
    Py_ssize_t old = PyBytes_GET_SIZE(self);
    if (old == size) return 0;
    if (size == 0 || old == 0 || Py_REFCNT(self) != 1) {
        if (old != 0 && size != 0) {
            *slot = NULL;
            Py_DECREF(self);
            PyErr_BadInternalCall();
            return -1;
        }
        *slot = PyBytes_FromStringAndSize(NULL, size);
        Py_DECREF(self);
        return *slot == NULL ? -1 : 0;
    }
#ifdef Py_REF_DEBUG
    _Py_RefTotal--;
#endif
    PyBytesObject *resized = PyObject_Realloc(self, HEAD_SIZE + size);
    if (resized == NULL) {
        *slot = NULL;
        PyObject_Free(self);
        PyErr_NoMemory();
        return -1;
    }
    Py_SET_SIZE(resized, size);
    resized->ob_sval[size] = 0;
    resized->ob_shash = -1;
    *slot = (PyObject *)resized;
    return 0;
}

// --- C access ---------------------------------------------------------------------------------

static int check_bytes(PyObject *object)
{
    if (PyBytes_Check(object)) return 0;
    return kr_raise_int(PyExc_TypeError, "expected bytes, %.200s found", Py_TYPE(object)->tp_name);
}

Py_ssize_t PyBytes_Size(PyObject *object)
{
    return check_bytes(object) < 0 ? -1 : PyBytes_GET_SIZE(object);
}

char *PyBytes_AsString(PyObject *object)
{
    return check_bytes(object) < 0 ? NULL : PyBytes_AS_STRING(object);
}

int PyBytes_AsStringAndSize(PyObject *object, char **ret_data, Py_ssize_t *ret_size)
{
    if (ret_data == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (check_bytes(object) < 0) return -1;
    *ret_data = PyBytes_AS_STRING(object);
    if (ret_size != NULL) *ret_size = PyBytes_GET_SIZE(object);
    else if (strlen(*ret_data) != (size_t)PyBytes_GET_SIZE(object))
        return kr_raise_int(PyExc_ValueError, "embedded null byte");
    return 0;
}

static PyObject *concat(PyObject *left, PyObject *right)
{
    Py_buffer a = {.obj = NULL}, b = {.obj = NULL};
    PyObject *result = NULL;
    if (PyObject_GetBuffer(left, &a, PyBUF_SIMPLE) < 0 ||
        PyObject_GetBuffer(right, &b, PyBUF_SIMPLE) < 0) {
        kr_raise(PyExc_TypeError, "can't concat %.100s to %.100s", Py_TYPE(right)->tp_name,
                 Py_TYPE(left)->tp_name);
    } else if (a.len == 0 && PyBytes_CheckExact(right)) {
        result = Py_NewRef(right);
    } else if (b.len == 0 && PyBytes_CheckExact(left)) {
        result = Py_NewRef(left);
    } else if (a.len > PY_SSIZE_T_MAX - b.len) {
        PyErr_NoMemory();
    } else if ((result = PyBytes_FromStringAndSize(NULL, a.len + b.len)) != NULL) {
        memcpy(PyBytes_AS_STRING(result), a.buf, a.len);
        memcpy(PyBytes_AS_STRING(result) + a.len, b.buf, b.len);
    }
    kr_buffer_release(&a);
    kr_buffer_release(&b);
    return result;
}

void PyBytes_Concat(PyObject **slot, PyObject *right)
{
    PyObject *left = *slot;
    if (left == NULL) return;
    if (right == NULL) {
        Py_CLEAR(*slot);
        return;
    }
    if (Py_REFCNT(left) == 1 && PyBytes_CheckExact(left) && PyBytes_GET_SIZE(left) > 0 &&
        left != right) {
        Py_buffer tail;
        if (PyObject_GetBuffer(right, &tail, PyBUF_SIMPLE) < 0) {
            kr_raise(PyExc_TypeError, "can't concat %.100s to %.100s", Py_TYPE(right)->tp_name,
                     Py_TYPE(left)->tp_name);
            Py_CLEAR(*slot);
            return;
        }
        Py_ssize_t size = PyBytes_GET_SIZE(left);
        if (tail.len > PY_SSIZE_T_MAX - size) {
            PyErr_NoMemory();
            Py_CLEAR(*slot);
        } else if (_PyBytes_Resize(slot, size + tail.len) == 0) {
            memcpy(PyBytes_AS_STRING(*slot) + size, tail.buf, tail.len);
        }
        PyBuffer_Release(&tail);
        return;
    }
    PyObject *result = concat(left, right);
    Py_SETREF(*slot, result);
}

void PyBytes_ConcatAndDel(PyObject **slot, PyObject *right)
{
    PyBytes_Concat(slot, right);
    Py_XDECREF(right);
}

Py_ssize_t _PyBytes_Find(const char *data, Py_ssize_t size, const char *part, Py_ssize_t part_size,
                         Py_ssize_t offset)
{
    Py_ssize_t found = kr_search_find((KrText){data, size, 1}, (KrText){part, part_size, 1});
    return found < 0 ? -1 : found + offset;
}

Py_ssize_t _PyBytes_ReverseFind(const char *data, Py_ssize_t size, const char *part,
                                Py_ssize_t part_size, Py_ssize_t offset)
{
    Py_ssize_t found = kr_search_find_last((KrText){data, size, 1}, (KrText){part, part_size, 1});
    return found < 0 ? -1 : found + offset;
}

void _PyBytes_Repeat(char *to, Py_ssize_t size, const char *part, Py_ssize_t part_size)
{
    if (size <= 0) return;
    if (part_size == 1) {
        memset(to, *part, size);
        return;
    }
    if (to != part) memcpy(to, part, part_size);
    for (Py_ssize_t done = part_size; done < size;) {
        Py_ssize_t more = Py_MIN(done, size - done);
        memcpy(to + done, to, more);
        done += more;
    }
}

// --- construction -----------------------------------------------------------------------------

PyObject *kr_bytes_from_iterable(PyObject *iterable, const char *message)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    if (iterator == NULL) return NULL;
    Py_ssize_t room = PyObject_LengthHint(iterable, 64);
    if (room < 0) return NULL;
    KR_AUTO PyObject *result = PyBytes_FromStringAndSize(NULL, room < 16 ? 16 : room);
    if (result == NULL) return NULL;
    Py_ssize_t used = 0;
    for (;;) {
        KR_AUTO PyObject *item = PyIter_Next(iterator);
        if (item == NULL) break;
        int byte = kr_byte_value(item, message);
        if (byte < 0) return NULL;
        if (used == PyBytes_GET_SIZE(result) && _PyBytes_Resize(&result, used + used / 2 + 16) < 0)
            return NULL;
        PyBytes_AS_STRING(result)[used++] = (char)byte;
    }
    if (PyErr_Occurred() || _PyBytes_Resize(&result, used) < 0) return NULL;
    return used == 1 ? Py_NewRef(&byte_values[(unsigned char)PyBytes_AS_STRING(result)[0]])
                     : kr_take(result);
}

static PyObject *from_buffer(PyObject *object)
{
    Py_buffer view;
    if (PyObject_GetBuffer(object, &view, PyBUF_FULL_RO) < 0) return NULL;
    KR_AUTO PyObject *result = PyBytes_FromStringAndSize(NULL, view.len);
    int failed = result == NULL ||
                 PyBuffer_ToContiguous(PyBytes_AS_STRING(result), &view, view.len, 'C') < 0;
    PyBuffer_Release(&view);
    return failed ? NULL : kr_take(result);
}

PyObject *PyBytes_FromObject(PyObject *object)
{
    if (object == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyBytes_CheckExact(object)) return Py_NewRef(object);
    if (PyObject_CheckBuffer(object)) return from_buffer(object);
    static const char message[] = "bytes must be in range(0, 256)";
    if (PyList_CheckExact(object) || PyTuple_CheckExact(object))
        return kr_bytes_from_iterable(object, message);
    if (!PyUnicode_Check(object)) {
        PyTypeObject *type = Py_TYPE(object);
        if (type->tp_iter != NULL || PySequence_Check(object))
            return kr_bytes_from_iterable(object, message);
    }
    return kr_raise(PyExc_TypeError, "cannot convert '%.200s' object to bytes",
                    Py_TYPE(object)->tp_name);
}

// bytes of that many zeros when [count] is an index: 1, 0 if it is none, -1 on error.
static int zeros(PyObject *count, PyObject **ret)
{
    if (!PyIndex_Check(count)) return 0;
    Py_ssize_t size = PyNumber_AsSsize_t(count, PyExc_OverflowError);
    if (size == -1 && PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_TypeError)) return -1;
        PyErr_Clear();
        return 0;
    }
    if (size < 0) return kr_raise_int(PyExc_ValueError, "negative count");
    *ret = PyBytes_FromStringAndSize(NULL, size);
    if (*ret == NULL) return -1;
    memset(PyBytes_AS_STRING(*ret), 0, size);
    return 1;
}

static PyObject *from_bytes_method(PyObject *method)
{
    KR_AUTO PyObject *result = PyObject_CallNoArgs(method);
    if (result == NULL || PyBytes_Check(result)) return kr_take(result);
    return kr_raise(PyExc_TypeError, "__bytes__ returned non-bytes (type %.200s)",
                    Py_TYPE(result)->tp_name);
}

static PyObject *from_source(PyObject *source)
{
    if (PyBytes_CheckExact(source)) return Py_NewRef(source);
    KR_AUTO PyObject *method = _PyObject_LookupSpecial(source, ID(__bytes__));
    if (method != NULL) return from_bytes_method(method);
    if (PyErr_Occurred()) return NULL;
    if (PyUnicode_Check(source))
        return kr_raise(PyExc_TypeError, "string argument without an encoding");
    PyObject *result = NULL;
    int done = zeros(source, &result);
    return done != 0 ? result : PyBytes_FromObject(source);
}

static PyObject *new_of_subclass(PyTypeObject *type, STEALS PyObject *source)
{
    KR_AUTO PyObject *bytes = source;
    if (bytes == NULL) return NULL;
    Py_ssize_t size = PyBytes_GET_SIZE(bytes);
    PyObject *self = type->tp_alloc(type, size);
    if (self == NULL) return NULL;
    memcpy(PyBytes_AS_STRING(self), PyBytes_AS_STRING(bytes), size + 1);
    ((PyBytesObject *)self)->ob_shash = ((PyBytesObject *)bytes)->ob_shash;
    return self;
}

CONSTRUCTOR(bytes, "source: object = NULL, encoding: cstr = NULL, errors: cstr = NULL",
            "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\n"
            "bytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\n"
            "bytes(int) -> bytes object of size given by the parameter initialized with null "
            "bytes\n"
            "bytes() -> empty bytes object\n\nConstruct an immutable array of bytes from:\n"
            "  - an iterable yielding integers in range(256)\n"
            "  - a text string encoded using the specified encoding\n"
            "  - any object implementing the buffer API.\n  - an integer")
static PyObject *bytes_new(PyTypeObject *type, PyObject *source, const char *encoding,
                           const char *errors)
{
    PyObject *bytes;
    if (source == NULL) {
        if (encoding != NULL || errors != NULL)
            return kr_raise(PyExc_TypeError, encoding != NULL
                                ? "encoding without a string argument"
                                : "errors without a string argument");
        bytes = Py_NewRef(&empty_bytes);
    } else if (encoding != NULL) {
        if (!PyUnicode_Check(source))
            return kr_raise(PyExc_TypeError, "encoding without a string argument");
        bytes = PyUnicode_AsEncodedString(source, encoding, errors);
    } else if (errors != NULL) {
        return kr_raise(PyExc_TypeError, PyUnicode_Check(source)
                            ? "string argument without an encoding"
                            : "errors without a string argument");
    } else {
        bytes = from_source(source);
    }
    return type == &PyBytes_Type ? bytes : new_of_subclass(type, bytes);
}

// tp_alloc: the common allocation leaves the hash 0.
static PyObject *alloc(PyTypeObject *type, Py_ssize_t size)
{
    PyObject *self = PyType_GenericAlloc(type, size);
    if (self != NULL) ((PyBytesObject *)self)->ob_shash = -1;
    return self;
}

METHOD(__bytes__, "self, /", "Convert this value to exact type bytes.")
static PyObject *bytes___bytes__(PyObject *self)
{
    if (PyBytes_CheckExact(self)) return Py_NewRef(self);
    return PyBytes_FromStringAndSize(PyBytes_AS_STRING(self), PyBytes_GET_SIZE(self));
}

METHOD(__getnewargs__, "self, /", "")
static PyObject *bytes___getnewargs__(PyObject *self)
{
    KR_AUTO PyObject *copy = PyBytes_FromStringAndSize(PyBytes_AS_STRING(self),
                                                       PyBytes_GET_SIZE(self));
    return copy == NULL ? NULL : PyTuple_Pack(1, copy);
}

METHOD(fromhex, "cls, string: str, /",
       "Create a bytes object from a string of hexadecimal numbers.\n\n"
       "Spaces between two numbers are accepted.\n"
       "Example: bytes.fromhex('B9 01EF') -> b'\\\\xb9\\\\x01\\\\xef'.")
static PyObject *bytes_fromhex(PyTypeObject *cls, PyObject *string)
{
    PyObject *bytes = _PyBytes_FromHex(string, 0);
    if (bytes == NULL || cls == &PyBytes_Type) return bytes;
    Py_SETREF(bytes, PyObject_CallOneArg((PyObject *)cls, bytes));
    return bytes;
}

// --- slots ------------------------------------------------------------------------------------

static void dealloc(PyObject *self)
{
    Py_TYPE(self)->tp_free(self);
}

PyObject *PyBytes_Repr(PyObject *self, int smart_quotes)
{
    return kr_bytes_repr((unsigned char *)PyBytes_AS_STRING(self), PyBytes_GET_SIZE(self), "b",
                         "");
}

static PyObject *repr(PyObject *self)
{
    return PyBytes_Repr(self, 1);
}

static PyObject *str(PyObject *self)
{
    if (Py_BytesWarningFlag &&
        PyErr_WarnEx(PyExc_BytesWarning, "str() on a bytes instance", 1) < 0)
        return NULL;
    return PyBytes_Repr(self, 1);
}

static Py_ssize_t length(PyObject *self)
{
    return PyBytes_GET_SIZE(self);
}

static PyObject *repeat(PyObject *self, Py_ssize_t count)
{
    if (count < 0) count = 0;
    Py_ssize_t size = PyBytes_GET_SIZE(self);
    if (count > 0 && size > PY_SSIZE_T_MAX / count)
        return kr_raise(PyExc_OverflowError, "repeated bytes are too long");
    if (count == 1 && PyBytes_CheckExact(self)) return Py_NewRef(self);
    PyObject *result = PyBytes_FromStringAndSize(NULL, size * count);
    if (result != NULL && size * count > 0)
        _PyBytes_Repeat(PyBytes_AS_STRING(result), size * count, PyBytes_AS_STRING(self), size);
    return result;
}

static PyObject *item(PyObject *self, Py_ssize_t index)
{
    if (index < 0 || index >= PyBytes_GET_SIZE(self))
        return kr_raise(PyExc_IndexError, "index out of range");
    return PyLong_FromLong((unsigned char)PyBytes_AS_STRING(self)[index]);
}

static PyObject *subscript(PyObject *self, PyObject *key)
{
    if (PyIndex_Check(key)) {
        Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (index == -1 && PyErr_Occurred()) return NULL;
        return item(self, index < 0 ? index + PyBytes_GET_SIZE(self) : index);
    }
    if (!PySlice_Check(key))
        return kr_raise(PyExc_TypeError, "byte indices must be integers or slices, not %.200s",
                        Py_TYPE(key)->tp_name);
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(key, &start, &stop, &step) < 0) return NULL;
    Py_ssize_t count = PySlice_AdjustIndices(PyBytes_GET_SIZE(self), &start, &stop, step);
    const char *data = PyBytes_AS_STRING(self);
    if (count <= 0) return PyBytes_FromStringAndSize("", 0);
    if (step == 1 && count == PyBytes_GET_SIZE(self)) return kr_bytes_same(self);
    if (step == 1) return PyBytes_FromStringAndSize(data + start, count);
    PyObject *result = PyBytes_FromStringAndSize(NULL, count);
    if (result == NULL) return NULL;
    for (Py_ssize_t i = 0, at = start; i < count; i++, at += step)
        PyBytes_AS_STRING(result)[i] = data[at];
    return result;
}

static PyObject *modulo(PyObject *left, PyObject *right)
{
    if (!PyBytes_Check(left)) Py_RETURN_NOTIMPLEMENTED;
    return _PyBytes_FormatEx(PyBytes_AS_STRING(left), PyBytes_GET_SIZE(left), right, 0);
}

static int warn_comparison(PyObject *left, PyObject *right)
{
    if (PyUnicode_Check(left) || PyUnicode_Check(right))
        return PyErr_WarnEx(PyExc_BytesWarning, "Comparison between bytes and string", 1);
    if (PyLong_Check(left) || PyLong_Check(right))
        return PyErr_WarnEx(PyExc_BytesWarning, "Comparison between bytes and int", 1);
    return 0;
}

static PyObject *compare(PyObject *left, PyObject *right, int operator)
{
    if (!PyBytes_Check(left) || !PyBytes_Check(right)) {
        if (Py_BytesWarningFlag && (operator == Py_EQ || operator == Py_NE) &&
            warn_comparison(left, right) < 0)
            return NULL;
        Py_RETURN_NOTIMPLEMENTED;
    }
    Py_ssize_t a = PyBytes_GET_SIZE(left), b = PyBytes_GET_SIZE(right);
    if (operator == Py_EQ || operator == Py_NE) {
        int equal = left == right ||
                    (a == b && memcmp(PyBytes_AS_STRING(left), PyBytes_AS_STRING(right), a) == 0);
        return Py_NewRef(equal == (operator == Py_EQ) ? Py_True : Py_False);
    }
    int order = memcmp(PyBytes_AS_STRING(left), PyBytes_AS_STRING(right), Py_MIN(a, b));
    if (order == 0) order = (a > b) - (a < b);
    Py_RETURN_RICHCOMPARE(order, 0, operator);
}

static Py_hash_t hash(PyObject *object)
{
    PyBytesObject *self = (PyBytesObject *)object;
    if (self->ob_shash == -1) self->ob_shash = _Py_HashBytes(self->ob_sval, Py_SIZE(self));
    return self->ob_shash;
}

static int get_buffer(PyObject *self, Py_buffer *view, int flags)
{
    return PyBuffer_FillInfo(view, self, PyBytes_AS_STRING(self), PyBytes_GET_SIZE(self), 1,
                             flags);
}

#include "objects/strings/bytes.methods.h"

static PyMethodDef all_methods[KR_BYTES_METHOD_ROOM];

__attribute__((constructor)) static void merge_methods(void)
{
    kr_bytes_merge_methods(bytes_methods, all_methods);
}

static PyNumberMethods as_number = {.nb_remainder = modulo};

static PySequenceMethods as_sequence = {
    .sq_length = length,
    .sq_concat = concat,
    .sq_repeat = repeat,
    .sq_item = item,
    .sq_contains = kr_bytes_contains,
};

static PyMappingMethods as_mapping = {.mp_length = length, .mp_subscript = subscript};

static PyBufferProcs as_buffer = {.bf_getbuffer = get_buffer};

PyTypeObject PyBytes_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "bytes",
    .tp_basicsize = HEAD_SIZE,
    .tp_itemsize = 1,
    .tp_dealloc = dealloc,
    .tp_repr = repr,
    .tp_as_number = &as_number,
    .tp_as_sequence = &as_sequence,
    .tp_as_mapping = &as_mapping,
    .tp_hash = hash,
    .tp_str = str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_as_buffer = &as_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_BYTES_SUBCLASS |
                _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = bytes_doc,
    .tp_richcompare = compare,
    .tp_iter = kr_bytes_iterator_new,
    .tp_methods = all_methods,
    .tp_alloc = alloc,
    .tp_new = bytes_tp_new,
    .tp_free = PyObject_Free,
};
