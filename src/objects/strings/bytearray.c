// bytearray.c - the type bytearray: a growing buffer that others may look into.
//
//   ob_bytes            ob_start            + Py_SIZE          + ob_alloc
//   | cut off in front  | bytes ... | 0     | room             |
//
// (1) ob_bytes <= ob_start; ob_bytes[ob_alloc - 1] is the last byte that may be written  (2) the
//     byte after
// the last is 0  (3) while ob_exports > 0 the size does not change: every resize checks
// (4) an empty one has no memory: its data is _PyByteArray_empty_string.
#include "objects/strings/bytes.h"

#include "abstract.h"
#include "boolobject.h"
#include "dictobject.h"
#include "internal/pycore_bytesobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/str.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "sliceobject.h"
#include "text/search.h"
#include "tupleobject.h"
#include "warnings.h"
#include "cpython/pydebug.h"

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

char _PyByteArray_empty_string[] = "";

static PyByteArrayObject *as_array(PyObject *self)
{
    return (PyByteArrayObject *)self;
}

// --- memory -----------------------------------------------------------------------------------

static int check_exports(PyObject *self)
{
    if (as_array(self)->ob_exports == 0) return 0;
    return kr_raise_int(PyExc_BufferError,
                        "Existing exports of data: object cannot be re-sized");
}

// Room to ask for when [size] bytes are wanted and [alloc] are there.
static Py_ssize_t choose_room(Py_ssize_t size, Py_ssize_t alloc)
{
    if (size < alloc / 2) return size + 1;                          // give memory back
    if (size <= alloc * 1.125) return size + (size >> 3) + (size < 9 ? 3 : 6);
    return size + 1;
}

int PyByteArray_Resize(PyObject *object, Py_ssize_t size)
{
    PyByteArrayObject *self = as_array(object);
    assert(PyByteArray_Check(object) && size >= 0);
    Py_ssize_t front = self->ob_start - self->ob_bytes, old = Py_SIZE(self);
    if (size == old) return 0;
    if (check_exports(object) < 0) return -1;
    if (size + front + 1 <= self->ob_alloc && size >= self->ob_alloc / 2) {
        Py_SET_SIZE(self, size);
        self->ob_start[size] = 0;
        return 0;
    }
    if (size > PY_SSIZE_T_MAX - size / 8 - 8) return PyErr_NoMemory(), -1;
    Py_ssize_t room = choose_room(size, self->ob_alloc);
    char *data;
    if (front > 0) {
        data = PyObject_Malloc(room);
        if (data != NULL) memcpy(data, self->ob_start, Py_MIN(size, old));
        if (data != NULL) PyObject_Free(self->ob_bytes);
    } else {
        data = PyObject_Realloc(self->ob_bytes, room);
    }
    if (data == NULL) return PyErr_NoMemory(), -1;
    self->ob_bytes = self->ob_start = data;
    self->ob_alloc = room;
    Py_SET_SIZE(self, size);
    data[size] = 0;
    return 0;
}

PyObject *PyByteArray_FromStringAndSize(const char *data, Py_ssize_t size)
{
    if (size < 0)
        return kr_raise(PyExc_SystemError,
                        "Negative size passed to PyByteArray_FromStringAndSize");
    if (size == PY_SSIZE_T_MAX) return PyErr_NoMemory();
    PyByteArrayObject *self = PyObject_New(PyByteArrayObject, &PyByteArray_Type);
    if (self == NULL) return NULL;
    self->ob_bytes = NULL;
    self->ob_alloc = 0;
    self->ob_exports = 0;
    Py_SET_SIZE(self, 0);
    if (size > 0) {
        self->ob_bytes = PyObject_Malloc(size + 1);
        if (self->ob_bytes == NULL) {
            self->ob_start = NULL;
            Py_DECREF(self);
            return PyErr_NoMemory();
        }
        if (data != NULL) memcpy(self->ob_bytes, data, size);
        self->ob_bytes[size] = 0;
        self->ob_alloc = size + 1;
        Py_SET_SIZE(self, size);
    }
    self->ob_start = self->ob_bytes;
    return (PyObject *)self;
}

PyObject *PyByteArray_FromObject(PyObject *object)
{
    return PyObject_CallOneArg((PyObject *)&PyByteArray_Type, object);
}

Py_ssize_t PyByteArray_Size(PyObject *self)
{
    return PyByteArray_GET_SIZE(self);
}

char *PyByteArray_AsString(PyObject *self)
{
    return PyByteArray_AS_STRING(self);
}

PyObject *PyByteArray_Concat(PyObject *left, PyObject *right)
{
    Py_buffer a = {.obj = NULL}, b = {.obj = NULL};
    PyObject *result = NULL;
    if (PyObject_GetBuffer(left, &a, PyBUF_SIMPLE) < 0 ||
        PyObject_GetBuffer(right, &b, PyBUF_SIMPLE) < 0) {
        kr_raise(PyExc_TypeError, "can't concat %.100s to %.100s", Py_TYPE(right)->tp_name,
                 Py_TYPE(left)->tp_name);
    } else if (a.len > PY_SSIZE_T_MAX - b.len) {
        PyErr_NoMemory();
    } else if ((result = PyByteArray_FromStringAndSize(NULL, a.len + b.len)) != NULL) {
        memcpy(PyByteArray_AS_STRING(result), a.buf, a.len);
        memcpy(PyByteArray_AS_STRING(result) + a.len, b.buf, b.len);
    }
    kr_buffer_release(&a);
    kr_buffer_release(&b);
    return result;
}

static void dealloc(PyObject *object)
{
    PyByteArrayObject *self = as_array(object);
    if (self->ob_exports > 0) {
        kr_raise(PyExc_SystemError, "deallocated bytearray object has exported buffers");
        PyErr_WriteUnraisable(NULL);
    }
    if (self->ob_bytes != NULL) PyObject_Free(self->ob_bytes);
    Py_TYPE(object)->tp_free(object);
}

// --- changing parts ---------------------------------------------------------------------------

// Replaces self[start:end] by [count] bytes.
static int replace_range(PyObject *object, Py_ssize_t start, Py_ssize_t end, const void *data,
                         Py_ssize_t count)
{
    PyByteArrayObject *self = as_array(object);
    Py_ssize_t size = Py_SIZE(self), growth = count - (end - start);
    assert(0 <= start && start <= end && end <= size);
    if (growth > 0 && size > PY_SSIZE_T_MAX - growth - 1) return PyErr_NoMemory(), -1;
    if (growth < 0) {
        if (check_exports(object) < 0) return -1;
        if (start == 0) {
            // Cutting in front only moves the start.
            self->ob_start -= growth;
            Py_SET_SIZE(self, size + growth);
        } else {
            memmove(self->ob_start + end + growth, self->ob_start + end, size - end);
            if (PyByteArray_Resize(object, size + growth) < 0) {
                // A smaller block could not be had: stay in the old one.
                Py_SET_SIZE(self, size + growth);
                self->ob_start[size + growth] = 0;
                PyErr_Clear();
            }
        }
    } else if (growth > 0) {
        if (PyByteArray_Resize(object, size + growth) < 0) return -1;
        char *at = self->ob_start;
        memmove(at + end + growth, at + end, size - end);
    }
    if (count > 0) memcpy(PyByteArray_AS_STRING(object) + start, data, count);
    return 0;
}

static int byte_of(PyObject *value)
{
    return kr_byte_value(value, "byte must be in range(0, 256)");
}

// The bytes of [value] as a new bytes object, for slice assignment and extend.
static PyObject *bytes_of(PyObject *value)
{
    if (PyByteArray_Check(value) || PyObject_CheckBuffer(value)) return PyBytes_FromObject(value);
    return kr_bytes_from_iterable(value, "byte must be in range(0, 256)");
}

static int set_extended(PyObject *self, Py_ssize_t start, Py_ssize_t step, Py_ssize_t count,
                        const unsigned char *from)
{
    char *data = PyByteArray_AS_STRING(self);
    for (Py_ssize_t i = 0, at = start; i < count; i++, at += step) data[at] = (char)from[i];
    return 0;
}

static int delete_extended(PyObject *self, Py_ssize_t start, Py_ssize_t step, Py_ssize_t count)
{
    if (count == 0) return 0;
    if (check_exports(self) < 0) return -1;
    if (step < 0) {
        start += step * (count - 1);
        step = -step;
    }
    char *data = PyByteArray_AS_STRING(self);
    Py_ssize_t size = PyByteArray_GET_SIZE(self), to = start;
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_ssize_t from = start + i * step + 1;
        Py_ssize_t end = i + 1 < count ? from + step - 1 : size;
        memmove(data + to, data + from, end - from);
        to += end - from;
    }
    return PyByteArray_Resize(self, size - count);
}

static int assign_slice(PyObject *self, PyObject *slice, PyObject *value)
{
    KR_AUTO PyObject *bytes = NULL;
    if (value != NULL) {
        if (!PyObject_CheckBuffer(value)) {
            // Whatever is no buffer is made one the way bytearray() does.
            if (PyIndex_Check(value) || PyUnicode_Check(value))
                return kr_raise_int(PyExc_TypeError, "can assign only bytes, buffers, or "
                                    "iterables of ints in range(0, 256)");
        }
        bytes = bytes_of(value);
        if (bytes == NULL) return -1;
    }
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(slice, &start, &stop, &step) < 0) return -1;
    Py_ssize_t count = PySlice_AdjustIndices(PyByteArray_GET_SIZE(self), &start, &stop, step);
    if (step == 1) {
        if (stop < start) stop = start;
        return bytes == NULL ? replace_range(self, start, stop, NULL, 0)
                             : replace_range(self, start, stop, PyBytes_AS_STRING(bytes),
                                             PyBytes_GET_SIZE(bytes));
    }
    if (bytes == NULL) return delete_extended(self, start, step, count);
    if (PyBytes_GET_SIZE(bytes) == count)
        return set_extended(self, start, step, count, (unsigned char *)PyBytes_AS_STRING(bytes));
    if (PyBytes_GET_SIZE(bytes) == 0) return delete_extended(self, start, step, count);
    return kr_raise_int(PyExc_ValueError,
                        "attempt to assign bytes of size %zd to extended slice of size %zd",
                        PyBytes_GET_SIZE(bytes), count);
}

static int set_item(PyObject *self, Py_ssize_t index, PyObject *value)
{
    int byte = value == NULL ? 0 : byte_of(value);
    if (byte < 0) return -1;
    if (index < 0 || index >= PyByteArray_GET_SIZE(self))
        return kr_raise_int(PyExc_IndexError, "bytearray index out of range");
    if (value == NULL) return replace_range(self, index, index + 1, NULL, 0);
    PyByteArray_AS_STRING(self)[index] = (char)byte;
    return 0;
}

static int set_subscript(PyObject *self, PyObject *key, PyObject *value)
{
    if (PySlice_Check(key)) return assign_slice(self, key, value);
    if (!PyIndex_Check(key))
        return kr_raise_int(PyExc_TypeError,
                            "bytearray indices must be integers or slices, not %.200s",
                            Py_TYPE(key)->tp_name);
    Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (index == -1 && PyErr_Occurred()) return -1;
    // The conversion of the value may change the size: only then is a negative index resolved.
    int byte = value == NULL ? 0 : byte_of(value);
    if (byte < 0) return -1;
    if (index < 0) index += PyByteArray_GET_SIZE(self);
    if (index < 0 || index >= PyByteArray_GET_SIZE(self))
        return kr_raise_int(PyExc_IndexError, "bytearray index out of range");
    if (value == NULL) return replace_range(self, index, index + 1, NULL, 0);
    PyByteArray_AS_STRING(self)[index] = (char)byte;
    return 0;
}

// --- methods ----------------------------------------------------------------------------------

METHOD(append, "self, item, /",
       "Append a single item to the end of the bytearray.\n\n  item\n"
       "    The item to be appended.")
static PyObject *bytearray_append(PyObject *self, PyObject *item)
{
    int byte = byte_of(item);
    if (byte < 0) return NULL;
    Py_ssize_t size = PyByteArray_GET_SIZE(self);
    if (size == PY_SSIZE_T_MAX)
        return kr_raise(PyExc_OverflowError, "cannot add more objects to bytearray");
    if (PyByteArray_Resize(self, size + 1) < 0) return NULL;
    PyByteArray_AS_STRING(self)[size] = (char)byte;
    Py_RETURN_NONE;
}

METHOD(insert, "self, index: ssize, item, /",
       "Insert a single item into the bytearray before the given index.\n\n  index\n"
       "    The index where the value is to be inserted.\n  item\n"
       "    The item to be inserted.")
static PyObject *bytearray_insert(PyObject *self, Py_ssize_t index, PyObject *item)
{
    int byte = byte_of(item);
    if (byte < 0) return NULL;
    Py_ssize_t size = PyByteArray_GET_SIZE(self);
    if (index < 0) index = Py_MAX(index + size, 0);
    if (index > size) index = size;
    char data = (char)byte;
    if (replace_range(self, index, index, &data, 1) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(extend, "self, iterable_of_ints, /",
       "Append all the items from the iterator or sequence to the end of the bytearray.\n"
       "\n  iterable_of_ints\n    The iterable of items to append.")
static PyObject *bytearray_extend(PyObject *self, PyObject *iterable_of_ints)
{
    if (!PyObject_CheckBuffer(iterable_of_ints)) {
        KR_AUTO PyObject *iterator = PyObject_GetIter(iterable_of_ints);
        if (iterator == NULL) {
            if (!PyErr_ExceptionMatches(PyExc_TypeError)) return NULL;
            return kr_raise(PyExc_TypeError, "can't extend bytearray with %.100s",
                            Py_TYPE(iterable_of_ints)->tp_name);
        }
    }
    KR_AUTO PyObject *bytes = bytes_of(iterable_of_ints);
    if (bytes == NULL) return NULL;
    Py_ssize_t size = PyByteArray_GET_SIZE(self);
    if (replace_range(self, size, size, PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes)) < 0)
        return NULL;
    Py_RETURN_NONE;
}

METHOD(pop, "self, index: ssize = -1, /",
       "Remove and return a single item from B.\n\n  index\n"
       "    The index from where to remove the item.\n"
       "    -1 (the default value) means remove the last item.\n\n"
       "If no index argument is given, will pop the last item.")
static PyObject *bytearray_pop(PyObject *self, Py_ssize_t index)
{
    Py_ssize_t size = PyByteArray_GET_SIZE(self);
    if (size == 0) return kr_raise(PyExc_IndexError, "pop from empty bytearray");
    if (index < 0) index += size;
    if (index < 0 || index >= size) return kr_raise(PyExc_IndexError, "pop index out of range");
    unsigned char byte = (unsigned char)PyByteArray_AS_STRING(self)[index];
    if (replace_range(self, index, index + 1, NULL, 0) < 0) return NULL;
    return PyLong_FromLong(byte);
}

METHOD(remove, "self, value, /",
       "Remove the first occurrence of a value in the bytearray.\n\n  value\n"
       "    The value to remove.")
static PyObject *bytearray_remove(PyObject *self, PyObject *value)
{
    int byte = byte_of(value);
    if (byte < 0) return NULL;
    Py_ssize_t index = kr_search_char(kr_bytes_text(self), (uint32_t)byte);
    if (index < 0) return kr_raise(PyExc_ValueError, "value not found in bytearray");
    if (replace_range(self, index, index + 1, NULL, 0) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(clear, "self, /", "Remove all items from the bytearray.")
static PyObject *bytearray_clear(PyObject *self)
{
    if (PyByteArray_Resize(self, 0) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(copy, "self, /", "Return a copy of B.")
static PyObject *bytearray_copy(PyObject *self)
{
    return PyByteArray_FromStringAndSize(PyByteArray_AS_STRING(self), PyByteArray_GET_SIZE(self));
}

METHOD(reverse, "self, /", "Reverse the order of the values in B in place.")
static PyObject *bytearray_reverse(PyObject *self)
{
    char *low = PyByteArray_AS_STRING(self), *high = low + PyByteArray_GET_SIZE(self);
    while (low < high) {
        char byte = *low;
        *low++ = *--high;
        *high = byte;
    }
    Py_RETURN_NONE;
}

METHOD(fromhex, "cls, string: str, /",
       "Create a bytearray object from a string of hexadecimal numbers.\n\n"
       "Spaces between two numbers are accepted.\n"
       "Example: bytearray.fromhex('B9 01EF') -> bytearray(b'\\\\xb9\\\\x01\\\\xef')")
static PyObject *bytearray_fromhex(PyTypeObject *cls, PyObject *string)
{
    PyObject *array = _PyBytes_FromHex(string, 1);
    if (array == NULL || cls == &PyByteArray_Type) return array;
    Py_SETREF(array, PyObject_CallOneArg((PyObject *)cls, array));
    return array;
}

METHOD(__alloc__, "self, /",
       "B.__alloc__() -> int\n\nReturn the number of bytes actually allocated.")
static PyObject *bytearray___alloc__(PyObject *self)
{
    return PyLong_FromSsize_t(as_array(self)->ob_alloc);
}

METHOD(__sizeof__, "self, /", "Returns the size of the bytearray object in memory, in bytes.")
static PyObject *bytearray___sizeof__(PyObject *self)
{
    return PyLong_FromSsize_t(Py_TYPE(self)->tp_basicsize + as_array(self)->ob_alloc);
}

static PyObject *reduce(PyObject *self, int protocol)
{
    KR_AUTO PyObject *state = _PyObject_GetState(self);
    KR_AUTO PyObject *args = NULL;
    if (state == NULL) return NULL;
    const char *data = PyByteArray_AS_STRING(self);
    if (PyByteArray_GET_SIZE(self) == 0) {
        args = PyTuple_New(0);
    } else if (protocol < 3) {
        KR_AUTO PyObject *text = PyUnicode_DecodeLatin1(data, PyByteArray_GET_SIZE(self), NULL);
        KR_AUTO PyObject *encoding = PyUnicode_FromString("latin-1");
        if (text != NULL && encoding != NULL) args = PyTuple_Pack(2, text, encoding);
    } else {
        KR_AUTO PyObject *bytes = PyBytes_FromStringAndSize(data, PyByteArray_GET_SIZE(self));
        if (bytes != NULL) args = PyTuple_Pack(1, bytes);
    }
    return args == NULL ? NULL : PyTuple_Pack(3, (PyObject *)Py_TYPE(self), args, state);
}

METHOD(__reduce__, "self, /", "Return state information for pickling.")
static PyObject *bytearray___reduce__(PyObject *self)
{
    return reduce(self, 2);
}

METHOD(__reduce_ex__, "self, proto: int = 0, /", "Return state information for pickling.")
static PyObject *bytearray___reduce_ex__(PyObject *self, int proto)
{
    return reduce(self, proto);
}

// --- construction -----------------------------------------------------------------------------

static int fill_from_iterable(PyObject *self, PyObject *source)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(source);
    if (iterator == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_TypeError)) return -1;
        return kr_raise_int(PyExc_TypeError, "cannot convert '%.200s' object to bytearray",
                            Py_TYPE(source)->tp_name);
    }
    for (;;) {
        KR_AUTO PyObject *item = PyIter_Next(iterator);
        if (item == NULL) return PyErr_Occurred() ? -1 : 0;
        int byte = byte_of(item);
        Py_ssize_t size = PyByteArray_GET_SIZE(self);
        if (byte < 0 || PyByteArray_Resize(self, size + 1) < 0) return -1;
        PyByteArray_AS_STRING(self)[size] = (char)byte;
    }
}

static int fill_from_buffer(PyObject *self, PyObject *source)
{
    Py_buffer view;
    if (PyObject_GetBuffer(source, &view, PyBUF_FULL_RO) < 0) return -1;
    int failed = PyByteArray_Resize(self, view.len);
    if (failed == 0)
        failed = PyBuffer_ToContiguous(PyByteArray_AS_STRING(self), &view, view.len, 'C');
    PyBuffer_Release(&view);
    return failed;
}

INITIALIZER(bytearray, "source: object = NULL, encoding: cstr = NULL, errors: cstr = NULL",
            "bytearray(iterable_of_ints) -> bytearray\n"
            "bytearray(string, encoding[, errors]) -> bytearray\n"
            "bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\n"
            "bytearray(int) -> bytes array of size given by the parameter initialized with null "
            "bytes\nbytearray() -> empty bytes array\n\n"
            "Construct a mutable bytearray object from:\n"
            "  - an iterable yielding integers in range(256)\n"
            "  - a text string encoded using the specified encoding\n"
            "  - a bytes or a buffer object\n  - any object implementing the buffer API.\n"
            "  - an integer")
static int bytearray_init(PyObject *self, PyObject *source, const char *encoding,
                          const char *errors)
{
    if (PyByteArray_GET_SIZE(self) != 0 && PyByteArray_Resize(self, 0) < 0) return -1;
    if (source == NULL) {
        if (encoding == NULL && errors == NULL) return 0;
        return kr_raise_int(PyExc_TypeError, encoding != NULL
                                ? "encoding without a string argument"
                                : "errors without a string argument");
    }
    if (PyUnicode_Check(source)) {
        if (encoding == NULL)
            return kr_raise_int(PyExc_TypeError, "string argument without an encoding");
        KR_AUTO PyObject *bytes = PyUnicode_AsEncodedString(source, encoding, errors);
        if (bytes == NULL) return -1;
        return replace_range(self, 0, 0, PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes));
    }
    if (encoding != NULL || errors != NULL)
        return kr_raise_int(PyExc_TypeError, encoding != NULL
                                ? "encoding without a string argument"
                                : "errors without a string argument");
    if (PyIndex_Check(source)) {
        Py_ssize_t count = PyNumber_AsSsize_t(source, PyExc_OverflowError);
        if (count == -1 && PyErr_Occurred()) {
            if (!PyErr_ExceptionMatches(PyExc_TypeError)) return -1;
            PyErr_Clear();
        } else {
            if (count < 0) return kr_raise_int(PyExc_ValueError, "negative count");
            if (PyByteArray_Resize(self, count) < 0) return -1;
            memset(PyByteArray_AS_STRING(self), 0, count);
            return 0;
        }
    }
    if (PyObject_CheckBuffer(source)) return fill_from_buffer(self, source);
    return fill_from_iterable(self, source);
}

// --- slots ------------------------------------------------------------------------------------

static Py_ssize_t length(PyObject *self)
{
    return PyByteArray_GET_SIZE(self);
}

static PyObject *item(PyObject *self, Py_ssize_t index)
{
    if (index < 0 || index >= PyByteArray_GET_SIZE(self))
        return kr_raise(PyExc_IndexError, "bytearray index out of range");
    return PyLong_FromLong((unsigned char)PyByteArray_AS_STRING(self)[index]);
}

static PyObject *subscript(PyObject *self, PyObject *key)
{
    if (PyIndex_Check(key)) {
        Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (index == -1 && PyErr_Occurred()) return NULL;
        return item(self, index < 0 ? index + PyByteArray_GET_SIZE(self) : index);
    }
    if (!PySlice_Check(key))
        return kr_raise(PyExc_TypeError,
                        "bytearray indices must be integers or slices, not %.200s",
                        Py_TYPE(key)->tp_name);
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(key, &start, &stop, &step) < 0) return NULL;
    Py_ssize_t count = PySlice_AdjustIndices(PyByteArray_GET_SIZE(self), &start, &stop, step);
    if (count <= 0) return PyByteArray_FromStringAndSize("", 0);
    if (step == 1)
        return PyByteArray_FromStringAndSize(PyByteArray_AS_STRING(self) + start, count);
    PyObject *result = PyByteArray_FromStringAndSize(NULL, count);
    if (result == NULL) return NULL;
    const char *data = PyByteArray_AS_STRING(self);
    for (Py_ssize_t i = 0, at = start; i < count; i++, at += step)
        PyByteArray_AS_STRING(result)[i] = data[at];
    return result;
}

static PyObject *repeat(PyObject *self, Py_ssize_t count)
{
    if (count < 0) count = 0;
    Py_ssize_t size = PyByteArray_GET_SIZE(self);
    if (count > 0 && size > PY_SSIZE_T_MAX / count) return PyErr_NoMemory();
    PyObject *result = PyByteArray_FromStringAndSize(NULL, size * count);
    if (result != NULL && size * count > 0)
        _PyBytes_Repeat(PyByteArray_AS_STRING(result), size * count, PyByteArray_AS_STRING(self),
                        size);
    return result;
}

static PyObject *repeat_in_place(PyObject *self, Py_ssize_t count)
{
    if (count < 0) count = 0;
    Py_ssize_t size = PyByteArray_GET_SIZE(self);
    if (count > 0 && size > PY_SSIZE_T_MAX / count) return PyErr_NoMemory();
    if (PyByteArray_Resize(self, size * count) < 0) return NULL;
    char *data = PyByteArray_AS_STRING(self);
    if (size > 0 && count > 1) _PyBytes_Repeat(data, size * count, data, size);
    return Py_NewRef(self);
}

static PyObject *concat_in_place(PyObject *self, PyObject *other)
{
    Py_buffer tail;
    if (PyObject_GetBuffer(other, &tail, PyBUF_SIMPLE) < 0)
        return kr_raise(PyExc_TypeError, "can't concat %.100s to %.100s", Py_TYPE(other)->tp_name,
                        Py_TYPE(self)->tp_name);
    Py_ssize_t size = PyByteArray_GET_SIZE(self), added = tail.len;
    if (other == self) PyBuffer_Release(&tail);
    int failed = 0;
    if (added > PY_SSIZE_T_MAX - size) {
        PyErr_NoMemory();
        failed = -1;
    } else {
        failed = PyByteArray_Resize(self, size + added);
    }
    if (failed == 0) {
        char *data = PyByteArray_AS_STRING(self);
        memcpy(data + size, other == self ? data : tail.buf, added);
    }
    if (other != self) PyBuffer_Release(&tail);
    return failed < 0 ? NULL : Py_NewRef(self);
}

static PyObject *repr(PyObject *self)
{
    const char *name = _PyType_Name(Py_TYPE(self));
    char before[512];
    snprintf(before, sizeof before, "%s(b", name);
    return kr_bytes_repr((unsigned char *)PyByteArray_AS_STRING(self), PyByteArray_GET_SIZE(self),
                         before, ")");
}

static PyObject *str(PyObject *self)
{
    if (Py_BytesWarningFlag &&
        PyErr_WarnEx(PyExc_BytesWarning, "str() on a bytearray instance", 1) < 0)
        return NULL;
    return repr(self);
}

static PyObject *compare(PyObject *left, PyObject *right, int operator)
{
    if (!PyObject_CheckBuffer(left) || !PyObject_CheckBuffer(right)) {
        if (Py_BytesWarningFlag && (operator == Py_EQ || operator == Py_NE) &&
            (PyUnicode_Check(left) || PyUnicode_Check(right)) &&
            PyErr_WarnEx(PyExc_BytesWarning, "Comparison between bytearray and string", 1) < 0)
            return NULL;
        Py_RETURN_NOTIMPLEMENTED;
    }
    Py_buffer a, b;
    if (PyObject_GetBuffer(left, &a, PyBUF_SIMPLE) < 0) {
        PyErr_Clear();
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (PyObject_GetBuffer(right, &b, PyBUF_SIMPLE) < 0) {
        PyErr_Clear();
        PyBuffer_Release(&a);
        Py_RETURN_NOTIMPLEMENTED;
    }
    int order = memcmp(a.buf, b.buf, Py_MIN(a.len, b.len));
    if (order == 0) order = (a.len > b.len) - (a.len < b.len);
    PyBuffer_Release(&a);
    PyBuffer_Release(&b);
    Py_RETURN_RICHCOMPARE(order, 0, operator);
}

static PyObject *modulo(PyObject *left, PyObject *right)
{
    if (!PyByteArray_Check(left)) Py_RETURN_NOTIMPLEMENTED;
    Py_buffer pin;
    if (PyObject_GetBuffer(left, &pin, PyBUF_SIMPLE) < 0) return NULL;
    PyObject *result = _PyBytes_FormatEx(pin.buf, pin.len, right, 1);
    PyBuffer_Release(&pin);
    return result;
}

static int get_buffer(PyObject *self, Py_buffer *view, int flags)
{
    if (view == NULL)
        return kr_raise_int(PyExc_BufferError,
                            "bytearray_getbuffer: view==NULL argument is obsolete");
    void *data = PyByteArray_AS_STRING(self);
    if (PyBuffer_FillInfo(view, self, data, PyByteArray_GET_SIZE(self), 0, flags) < 0) return -1;
    as_array(self)->ob_exports++;
    return 0;
}

static void release_buffer(PyObject *self, Py_buffer *view)
{
    as_array(self)->ob_exports--;
    assert(as_array(self)->ob_exports >= 0);
}

#include "objects/strings/bytearray.methods.h"

static PyMethodDef all_methods[KR_BYTES_METHOD_ROOM];

__attribute__((constructor)) static void merge_methods(void)
{
    kr_bytes_merge_methods(bytearray_methods, all_methods);
}

static PyNumberMethods as_number = {.nb_remainder = modulo};

static PySequenceMethods as_sequence = {
    .sq_length = length,
    .sq_concat = PyByteArray_Concat,
    .sq_repeat = repeat,
    .sq_item = item,
    .sq_ass_item = set_item,
    .sq_contains = kr_bytes_contains,
    .sq_inplace_concat = concat_in_place,
    .sq_inplace_repeat = repeat_in_place,
};

static PyMappingMethods as_mapping = {
    .mp_length = length, .mp_subscript = subscript, .mp_ass_subscript = set_subscript};

static PyBufferProcs as_buffer = {.bf_getbuffer = get_buffer, .bf_releasebuffer = release_buffer};

PyTypeObject PyByteArray_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "bytearray",
    .tp_basicsize = sizeof(PyByteArrayObject),
    .tp_dealloc = dealloc,
    .tp_repr = repr,
    .tp_as_number = &as_number,
    .tp_as_sequence = &as_sequence,
    .tp_as_mapping = &as_mapping,
    .tp_str = str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_as_buffer = &as_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = bytearray_doc,
    .tp_richcompare = compare,
    .tp_iter = kr_bytearray_iterator_new,
    .tp_methods = all_methods,
    .tp_init = bytearray_tp_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_Free,
};
