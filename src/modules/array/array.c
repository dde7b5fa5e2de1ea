// array.c - array.array: C values of one type in a growing block of memory.
//
// (1) items has room for `allocated` items  (2) while exports > 0 the size does not change.
//
// Reading and writing single items is in kinds.c, pickling in array_pickle.c.
#include "modules/array/array.h"

// --- memory -----------------------------------------------------------------------------------

PyObject *kr_array_new(PyTypeObject *type, Py_ssize_t size, const KrArrayKind *kind)
{
    if (size > PY_SSIZE_T_MAX / kind->size) return PyErr_NoMemory();
    KrArray *self = (KrArray *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->kind = kind;
    self->items = size > 0 ? PyMem_Malloc(size * kind->size) : NULL;
    if (size > 0 && self->items == NULL) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    Py_SET_SIZE(self, size);
    self->allocated = size;
    return (PyObject *)self;
}

int kr_array_resize(KrArray *self, Py_ssize_t size)
{
    if (self->exports > 0 && size != Py_SIZE(self))
        return kr_raise_int(PyExc_BufferError,
                            "cannot resize an array that is exporting buffers");
    if (size <= self->allocated && size > self->allocated / 2 && self->items != NULL) {
        Py_SET_SIZE(self, size);
        return 0;
    }
    if (size == 0) {
        PyMem_Free(self->items);
        self->items = NULL;
        self->allocated = 0;
        Py_SET_SIZE(self, 0);
        return 0;
    }
    if (size > PY_SSIZE_T_MAX / self->kind->size / 2) return PyErr_NoMemory(), -1;
    Py_ssize_t room = size + (size >> 4) + (Py_SIZE(self) < 8 ? 3 : 7);
    char *items = PyMem_Realloc(self->items, room * self->kind->size);
    if (items == NULL) return PyErr_NoMemory(), -1;
    self->items = items;
    self->allocated = room;
    Py_SET_SIZE(self, size);
    return 0;
}

int kr_array_append_bytes(KrArray *self, const char *data, Py_ssize_t size)
{
    if (size % self->kind->size != 0)
        return kr_raise_int(PyExc_ValueError, "bytes length not a multiple of item size");
    Py_ssize_t old = Py_SIZE(self), count = size / self->kind->size;
    if (count == 0) return 0;
    if (old > PY_SSIZE_T_MAX - count) return PyErr_NoMemory(), -1;
    if (kr_array_resize(self, old + count) < 0) return -1;
    memcpy(kr_array_at(self, old), data, size);
    return 0;
}

int kr_array_insert(KrArray *self, Py_ssize_t index, PyObject *value)
{
    char item[8];
    if (self->kind->set(item, value) < 0) return -1;
    Py_ssize_t size = Py_SIZE(self);
    if (index < 0) index = Py_MAX(index + size, 0);
    if (index > size) index = size;
    if (kr_array_resize(self, size + 1) < 0) return -1;
    char *at = kr_array_at(self, index);
    memmove(at + self->kind->size, at, (size - index) * self->kind->size);
    memcpy(at, item, self->kind->size);
    return 0;
}

// Cuts out items [start, end) and puts [count] new ones there.
static int replace_range(KrArray *self, Py_ssize_t start, Py_ssize_t end, const char *items,
                         Py_ssize_t count)
{
    Py_ssize_t size = Py_SIZE(self), growth = count - (end - start);
    int width = self->kind->size;
    if (growth != 0 && self->exports > 0)
        return kr_raise_int(PyExc_BufferError,
                            "cannot resize an array that is exporting buffers");
    if (growth < 0) {
        memmove(kr_array_at(self, start + count), kr_array_at(self, end), (size - end) * width);
        if (kr_array_resize(self, size + growth) < 0) return -1;
    } else if (growth > 0) {
        if (kr_array_resize(self, size + growth) < 0) return -1;
        memmove(kr_array_at(self, start + count), kr_array_at(self, end), (size - end) * width);
    }
    if (count > 0) memcpy(kr_array_at(self, start), items, count * width);
    return 0;
}

int kr_array_extend(KrArray *self, PyObject *iterable)
{
    if (kr_is_array(iterable)) {
        KrArray *other = (KrArray *)iterable;
        if (other->kind != self->kind)
            return kr_raise_int(PyExc_TypeError, "can only extend with array of same kind");
        Py_ssize_t old = Py_SIZE(self), count = Py_SIZE(other);
        if (old > PY_SSIZE_T_MAX - count) return PyErr_NoMemory(), -1;
        if (count == 0) return 0;
        if (kr_array_resize(self, old + count) < 0) return -1;
        memcpy(kr_array_at(self, old), other->items, count * self->kind->size);
        return 0;
    }
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    if (iterator == NULL) return -1;
    for (;;) {
        KR_AUTO PyObject *value = PyIter_Next(iterator);
        if (value == NULL) return PyErr_Occurred() ? -1 : 0;
        if (kr_array_insert(self, PY_SSIZE_T_MAX, value) < 0) return -1;
    }
}

static void dealloc(PyObject *object)
{
    KrArray *self = (KrArray *)object;
    if (self->weak_references != NULL) PyObject_ClearWeakRefs(object);
    PyMem_Free(self->items);
    Py_TYPE(object)->tp_free(object);
}

// --- methods ----------------------------------------------------------------------------------

METHOD(append, "self, v, /", "Append new value v to the end of the array.")
static PyObject *array_append(KrArray *self, PyObject *v)
{
    if (kr_array_insert(self, PY_SSIZE_T_MAX, v) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(insert, "self, i: ssize, v, /", "Insert a new item v into the array before position i.")
static PyObject *array_insert(KrArray *self, Py_ssize_t i, PyObject *v)
{
    if (kr_array_insert(self, i, v) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(extend, "self, bb, /", "Append items to the end of the array.")
static PyObject *array_extend(KrArray *self, PyObject *bb)
{
    if (kr_array_extend(self, bb) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(pop, "self, i: ssize = -1, /",
       "Return the i-th element and delete it from the array.\n\ni defaults to -1.")
static PyObject *array_pop(KrArray *self, Py_ssize_t i)
{
    if (Py_SIZE(self) == 0) return kr_raise(PyExc_IndexError, "pop from empty array");
    if (i < 0) i += Py_SIZE(self);
    if (i < 0 || i >= Py_SIZE(self)) return kr_raise(PyExc_IndexError, "pop index out of range");
    KR_AUTO PyObject *value = self->kind->get(kr_array_at(self, i));
    if (value == NULL || replace_range(self, i, i + 1, NULL, 0) < 0) return NULL;
    return kr_take(value);
}

// Index of the first item from [start] below [stop] that equals [value]: -1 when absent, -2 on
// error.
static Py_ssize_t find(KrArray *self, PyObject *value, Py_ssize_t start, Py_ssize_t stop)
{
    for (Py_ssize_t i = start; i < stop && i < Py_SIZE(self); i++) {
        KR_AUTO PyObject *item = self->kind->get(kr_array_at(self, i));
        int equal = item == NULL ? -1 : PyObject_RichCompareBool(item, value, Py_EQ);
        if (equal != 0) return equal < 0 ? -2 : i;
    }
    return -1;
}

METHOD(index, "self, v, start: slice_index = 0, stop: slice_index = sys.maxsize, /",
       "Return index of first occurrence of v in the array.\n\n"
       "Raise ValueError if the value is not present.")
static PyObject *array_index(KrArray *self, PyObject *v, Py_ssize_t start, Py_ssize_t stop)
{
    if (start < 0) start = Py_MAX(start + Py_SIZE(self), 0);
    if (stop < 0) stop += Py_SIZE(self);
    Py_ssize_t found = find(self, v, start, stop);
    if (found == -1) return kr_raise(PyExc_ValueError, "array.index(x): x not in array");
    return found < 0 ? NULL : PyLong_FromSsize_t(found);
}

METHOD(remove, "self, v, /", "Remove the first occurrence of v in the array.")
static PyObject *array_remove(KrArray *self, PyObject *v)
{
    Py_ssize_t found = find(self, v, 0, PY_SSIZE_T_MAX);
    if (found == -1) return kr_raise(PyExc_ValueError, "array.remove(x): x not in array");
    if (found < 0 || found >= Py_SIZE(self) || replace_range(self, found, found + 1, NULL, 0) < 0)
        return NULL;
    Py_RETURN_NONE;
}

METHOD(count, "self, v, /", "Return number of occurrences of v in the array.")
static PyObject *array_count(KrArray *self, PyObject *v)
{
    Py_ssize_t count = 0, at = -1;
    while ((at = find(self, v, at + 1, PY_SSIZE_T_MAX)) >= 0) count++;
    return at == -2 ? NULL : PyLong_FromSsize_t(count);
}

METHOD(reverse, "self, /", "Reverse the order of the items in the array.")
static PyObject *array_reverse(KrArray *self)
{
    char item[8];
    int width = self->kind->size;
    for (Py_ssize_t low = 0, high = Py_SIZE(self) - 1; low < high; low++, high--) {
        memcpy(item, kr_array_at(self, low), width);
        memcpy(kr_array_at(self, low), kr_array_at(self, high), width);
        memcpy(kr_array_at(self, high), item, width);
    }
    Py_RETURN_NONE;
}

METHOD(byteswap, "self, /",
       "Byteswap all items of the array.\n\n"
       "If the items in the array are not 1, 2, 4, or 8 bytes in size, RuntimeError is\n"
       "raised.")
static PyObject *array_byteswap(KrArray *self)
{
    int width = self->kind->size;
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        char *item = kr_array_at(self, i);
        for (int low = 0; low < width / 2; low++) {
            char byte = item[low];
            item[low] = item[width - 1 - low];
            item[width - 1 - low] = byte;
        }
    }
    Py_RETURN_NONE;
}

METHOD(buffer_info, "self, /",
       "Return a tuple (address, length) giving the current memory address and the length in "
       "items of the buffer used to hold array's contents.\n\n"
       "The length should be multiplied by the itemsize attribute to calculate\n"
       "the buffer length in bytes.")
static PyObject *array_buffer_info(KrArray *self)
{
    return Py_BuildValue("Nn", PyLong_FromVoidPtr(self->items), Py_SIZE(self));
}

METHOD(tolist, "self, /", "Convert array to an ordinary list with the same items.")
static PyObject *array_tolist(KrArray *self)
{
    KR_AUTO PyObject *list = PyList_New(Py_SIZE(self));
    for (Py_ssize_t i = 0; list != NULL && i < PyList_GET_SIZE(list); i++) {
        PyObject *value = self->kind->get(kr_array_at(self, i));
        if (value == NULL) return NULL;
        PyList_SET_ITEM(list, i, value);
    }
    return kr_take(list);
}

METHOD(fromlist, "self, list, /", "Append items to array from list.")
static PyObject *array_fromlist(KrArray *self, PyObject *list)
{
    if (!PyList_Check(list)) return kr_raise(PyExc_TypeError, "arg must be list");
    Py_ssize_t old = Py_SIZE(self), count = PyList_GET_SIZE(list);
    for (Py_ssize_t i = 0; i < count; i++) {
        int failed = kr_array_insert(self, PY_SSIZE_T_MAX, PyList_GET_ITEM(list, i));
        if (failed == 0 && count != PyList_GET_SIZE(list))
            failed = kr_raise_int(PyExc_RuntimeError, "list changed size during iteration");
        if (failed == 0) continue;
        // All or nothing.
        if (Py_SIZE(self) > old) kr_array_resize(self, old);
        return NULL;
    }
    Py_RETURN_NONE;
}

METHOD(tobytes, "self, /",
       "Convert the array to an array of machine values and return the bytes representation.")
static PyObject *array_tobytes(KrArray *self)
{
    return PyBytes_FromStringAndSize(self->items, Py_SIZE(self) * self->kind->size);
}

METHOD(frombytes, "self, buffer: buffer, /",
       "Appends items from the string, interpreting it as an array of machine values, as if it "
       "had been read from a file using the fromfile() method.")
static PyObject *array_frombytes(KrArray *self, Py_buffer *buffer)
{
    if (kr_array_append_bytes(self, buffer->buf, buffer->len) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(tofile, "self, f, /", "Write all items (as machine values) to the file object f.")
static PyObject *array_tofile(KrArray *self, PyObject *f)
{
    enum { BLOCK = 64 * 1024 };
    for (Py_ssize_t at = 0; at < Py_SIZE(self) * self->kind->size; at += BLOCK) {
        Py_ssize_t size = Py_MIN(BLOCK, Py_SIZE(self) * self->kind->size - at);
        KR_AUTO PyObject *bytes = PyBytes_FromStringAndSize(self->items + at, size);
        KR_AUTO PyObject *done = bytes == NULL ? NULL
            : PyObject_CallMethodOneArg(f, ID(write), bytes);
        if (done == NULL) return NULL;
    }
    Py_RETURN_NONE;
}

METHOD(fromfile, "self, f, n: ssize, /",
       "Read n objects from the file object f and append them to the end of the array.")
static PyObject *array_fromfile(KrArray *self, PyObject *f, Py_ssize_t n)
{
    if (n < 0) return kr_raise(PyExc_ValueError, "negative count");
    if (n > PY_SSIZE_T_MAX / self->kind->size) return PyErr_NoMemory();
    Py_ssize_t wanted = n * self->kind->size;
    KR_AUTO PyObject *size = PyLong_FromSsize_t(wanted);
    KR_AUTO PyObject *bytes = size == NULL ? NULL : PyObject_CallMethodOneArg(f, ID(read), size);
    if (bytes == NULL) return NULL;
    if (!PyBytes_Check(bytes)) return kr_raise(PyExc_TypeError, "read() didn't return bytes");
    if (kr_array_append_bytes(self, PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes)) < 0)
        return NULL;
    if (PyBytes_GET_SIZE(bytes) != wanted)
        return kr_raise(PyExc_EOFError, "read() didn't return enough bytes");
    Py_RETURN_NONE;
}

METHOD(fromunicode, "self, ustr: str, /",
       "Extends this array with data from the unicode string ustr.\n\n"
       "The array must be a unicode type array; otherwise a ValueError is raised.\n"
       "Use array.frombytes(ustr.encode(...)) to append Unicode data to an array of\n"
       "some other type.")
static PyObject *array_fromunicode(KrArray *self, PyObject *ustr)
{
    if (self->kind->code != 'u')
        return kr_raise(PyExc_ValueError,
                        "fromunicode() may only be called on unicode type arrays");
    Py_ssize_t length = PyUnicode_GetLength(ustr), old = Py_SIZE(self);
    if (length < 0 || kr_array_resize(self, old + length) < 0) return NULL;
    if (length > 0 && PyUnicode_AsUCS4(ustr, (Py_UCS4 *)kr_array_at(self, old), length, 0) == NULL)
        return NULL;
    Py_RETURN_NONE;
}

METHOD(tounicode, "self, /",
       "Extends this array with data from the unicode string ustr.\n\n"
       "Convert the array to a unicode string.  The array must be a unicode type array;\n"
       "otherwise a ValueError is raised.  Use array.tobytes().decode() to obtain a\n"
       "unicode string from an array of some other type.")
static PyObject *array_tounicode(KrArray *self)
{
    if (self->kind->code != 'u')
        return kr_raise(PyExc_ValueError, "tounicode() may only be called on unicode type arrays");
    return PyUnicode_FromWideChar((wchar_t *)self->items, Py_SIZE(self));
}

METHOD(__copy__, "self, /", "Return a copy of the array.")
static PyObject *array___copy__(KrArray *self)
{
    PyObject *copy = kr_array_new(&kr_array_type, Py_SIZE(self), self->kind);
    if (copy != NULL && Py_SIZE(self) > 0)
        memcpy(((KrArray *)copy)->items, self->items, Py_SIZE(self) * self->kind->size);
    return copy;
}

METHOD(__deepcopy__, "self, unused, /", "Return a copy of the array.")
static PyObject *array___deepcopy__(KrArray *self, PyObject *unused)
{
    return array___copy__(self);
}

METHOD(__reduce_ex__, "self, value, /", "Return state information for pickling.")
static PyObject *array___reduce_ex__(KrArray *self, PyObject *value)
{
    if (!PyLong_Check(value))
        return kr_raise(PyExc_TypeError, "__reduce_ex__ argument should be an integer");
    long protocol = PyLong_AsLong(value);
    return protocol == -1 && PyErr_Occurred() ? NULL : kr_array_reduce(self, protocol);
}

METHOD(__sizeof__, "self, /", "Size of the array in memory, in bytes.")
static PyObject *array___sizeof__(KrArray *self)
{
    return PyLong_FromSsize_t(Py_TYPE(self)->tp_basicsize + self->allocated * self->kind->size);
}

GETTER(typecode, "the typecode character used to create the array")
static PyObject *array_get_typecode(KrArray *self)
{
    return PyUnicode_FromOrdinal(self->kind->code);
}

GETTER(itemsize, "the size, in bytes, of one array item")
static PyObject *array_get_itemsize(KrArray *self)
{
    return PyLong_FromLong(self->kind->size);
}

// --- construction -----------------------------------------------------------------------------

static int fill(KrArray *self, PyObject *initial)
{
    if (PyBytes_Check(initial) || PyByteArray_Check(initial)) {
        Py_buffer view;
        if (PyObject_GetBuffer(initial, &view, PyBUF_SIMPLE) < 0) return -1;
        int failed = kr_array_append_bytes(self, view.buf, view.len);
        PyBuffer_Release(&view);
        return failed;
    }
    if (PyUnicode_Check(initial)) {
        KR_AUTO PyObject *done = array_fromunicode(self, initial);
        return done == NULL ? -1 : 0;
    }
    if (kr_is_array(initial) && ((KrArray *)initial)->kind != self->kind) {
        KR_AUTO PyObject *list = array_tolist((KrArray *)initial);
        return list == NULL ? -1 : kr_array_extend(self, list);
    }
    return kr_array_extend(self, initial);
}

static PyObject *new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    int code;
    PyObject *initial = NULL;
    if ((type == &kr_array_type || type->tp_init == kr_array_type.tp_init) &&
        !_PyArg_NoKeywords("array.array", kwargs))
        return NULL;
    if (!PyArg_ParseTuple(args, "C|O:array", &code, &initial)) return NULL;
    if (PySys_Audit("array.__new__", "CO", code, initial != NULL ? initial : Py_None) < 0)
        return NULL;
    const KrArrayKind *kind = kr_array_kind(code);
    if (initial != NULL && code != 'u') {
        if (PyUnicode_Check(initial))
            return kr_raise(PyExc_TypeError,
                            "cannot use a str to initialize an array with typecode '%c'", code);
        if (kr_is_array(initial) && ((KrArray *)initial)->kind->code == 'u')
            return kr_raise(PyExc_TypeError, "cannot use a unicode array to initialize an array "
                            "with typecode '%c'", code);
    }
    if (kind == NULL)
        return kr_raise(PyExc_ValueError,
                        "bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)");
    PyObject *self = kr_array_new(type, 0, kind);
    if (self != NULL && initial != NULL && fill((KrArray *)self, initial) < 0) Py_CLEAR(self);
    return self;
}

// --- slots ------------------------------------------------------------------------------------

static Py_ssize_t length(PyObject *self)
{
    return Py_SIZE(self);
}

static PyObject *item(PyObject *object, Py_ssize_t index)
{
    KrArray *self = (KrArray *)object;
    if (index < 0 || index >= Py_SIZE(self))
        return kr_raise(PyExc_IndexError, "array index out of range");
    return self->kind->get(kr_array_at(self, index));
}

static PyObject *concat(PyObject *left, PyObject *right)
{
    KrArray *a = (KrArray *)left, *b = (KrArray *)right;
    if (!kr_is_array(right))
        return kr_raise(PyExc_TypeError, "can only append array (not \"%.200s\") to array",
                        Py_TYPE(right)->tp_name);
    if (a->kind != b->kind) {
        PyErr_BadArgument();
        return NULL;
    }
    PyObject *result = array___copy__(a);
    if (result != NULL && kr_array_extend((KrArray *)result, right) < 0) Py_CLEAR(result);
    return result;
}

static PyObject *repeat(PyObject *object, Py_ssize_t count)
{
    KrArray *self = (KrArray *)object;
    if (count < 0) count = 0;
    Py_ssize_t size = Py_SIZE(self);
    if (size != 0 && count > PY_SSIZE_T_MAX / size) return PyErr_NoMemory();
    PyObject *result = kr_array_new(&kr_array_type, size * count, self->kind);
    Py_ssize_t bytes = size * self->kind->size;
    for (Py_ssize_t i = 0; result != NULL && bytes > 0 && i < count; i++)
        memcpy(((KrArray *)result)->items + i * bytes, self->items, bytes);
    return result;
}

static PyObject *concat_in_place(PyObject *self, PyObject *other)
{
    if (!kr_is_array(other))
        return kr_raise(PyExc_TypeError, "can only extend array with array (not \"%.200s\")",
                        Py_TYPE(other)->tp_name);
    return kr_array_extend((KrArray *)self, other) < 0 ? NULL : Py_NewRef(self);
}

static PyObject *repeat_in_place(PyObject *object, Py_ssize_t count)
{
    KrArray *self = (KrArray *)object;
    if (count < 0) count = 0;
    Py_ssize_t size = Py_SIZE(self), bytes = size * self->kind->size;
    if (size > 0 && count > PY_SSIZE_T_MAX / size) return PyErr_NoMemory();
    if (kr_array_resize(self, size * count) < 0) return NULL;
    for (Py_ssize_t i = 1; bytes > 0 && i < count; i++)
        memcpy(self->items + i * bytes, self->items, bytes);
    return Py_NewRef(object);
}

static int contains(PyObject *self, PyObject *value)
{
    Py_ssize_t found = find((KrArray *)self, value, 0, PY_SSIZE_T_MAX);
    return found == -2 ? -1 : found >= 0;
}

static PyObject *subscript(PyObject *object, PyObject *key)
{
    KrArray *self = (KrArray *)object;
    if (PyIndex_Check(key)) {
        Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (index == -1 && PyErr_Occurred()) return NULL;
        return item(object, index < 0 ? index + Py_SIZE(self) : index);
    }
    if (!PySlice_Check(key)) return kr_raise(PyExc_TypeError, "array indices must be integers");
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(key, &start, &stop, &step) < 0) return NULL;
    Py_ssize_t count = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop, step);
    PyObject *result = kr_array_new(&kr_array_type, count, self->kind);
    for (Py_ssize_t i = 0, at = start; result != NULL && i < count; i++, at += step)
        memcpy(kr_array_at((KrArray *)result, i), kr_array_at(self, at), self->kind->size);
    return result;
}

static int set_item(PyObject *object, Py_ssize_t index, PyObject *value)
{
    KrArray *self = (KrArray *)object;
    char packed[8];
    if (value != NULL && self->kind->set(packed, value) < 0) return -1;
    if (index < 0 || index >= Py_SIZE(self))
        return kr_raise_int(PyExc_IndexError, "array assignment index out of range");
    if (value == NULL) return replace_range(self, index, index + 1, NULL, 0);
    memcpy(kr_array_at(self, index), packed, self->kind->size);
    return 0;
}

static int delete_steps(KrArray *self, Py_ssize_t start, Py_ssize_t step, Py_ssize_t count)
{
    if (count == 0) return 0;
    if (self->exports > 0)
        return kr_raise_int(PyExc_BufferError,
                            "cannot resize an array that is exporting buffers");
    if (step < 0) {
        start += step * (count - 1);
        step = -step;
    }
    Py_ssize_t to = start, size = Py_SIZE(self);
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_ssize_t from = start + i * step + 1, end = i + 1 < count ? from + step - 1 : size;
        memmove(kr_array_at(self, to), kr_array_at(self, from), (end - from) * self->kind->size);
        to += end - from;
    }
    return kr_array_resize(self, size - count);
}

static int set_slice(KrArray *self, PyObject *key, PyObject *value)
{
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(key, &start, &stop, &step) < 0) return -1;
    Py_ssize_t count = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop, step);
    KrArray *other = (KrArray *)value;
    if (value != NULL && !kr_is_array(value))
        return kr_raise_int(PyExc_TypeError, "can only assign array (not \"%.200s\") to array "
                            "slice", Py_TYPE(value)->tp_name);
    if (value != NULL && other->kind != self->kind) {
        PyErr_BadArgument();
        return -1;
    }
    if (other == self) {
        KR_AUTO PyObject *copy = array___copy__(self);
        return copy == NULL ? -1 : set_slice(self, key, copy);
    }
    Py_ssize_t new_count = value == NULL ? 0 : Py_SIZE(other);
    if (step == 1) {
        if (stop < start) stop = start;
        return replace_range(self, start, stop, value == NULL ? NULL : other->items, new_count);
    }
    if (new_count == 0 && (value == NULL || count == 0))
        return delete_steps(self, start, step, count);
    if (new_count != count)
        return kr_raise_int(PyExc_ValueError,
                            "attempt to assign array of size %zd to extended slice of size %zd",
                            new_count, count);
    for (Py_ssize_t i = 0, at = start; i < count; i++, at += step)
        memcpy(kr_array_at(self, at), kr_array_at(other, i), self->kind->size);
    return 0;
}

static int set_subscript(PyObject *object, PyObject *key, PyObject *value)
{
    if (PySlice_Check(key)) return set_slice((KrArray *)object, key, value);
    if (!PyIndex_Check(key))
        return kr_raise_int(PyExc_TypeError, "array indices must be integers");
    Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (index == -1 && PyErr_Occurred()) return -1;
    return set_item(object, index < 0 ? index + Py_SIZE(object) : index, value);
}

static PyObject *compare(PyObject *left, PyObject *right, int operator)
{
    if (!kr_is_array(left) || !kr_is_array(right)) Py_RETURN_NOTIMPLEMENTED;
    KrArray *a = (KrArray *)left, *b = (KrArray *)right;
    if (Py_SIZE(a) != Py_SIZE(b) && (operator == Py_EQ || operator == Py_NE))
        return Py_NewRef(operator == Py_NE ? Py_True : Py_False);
    for (Py_ssize_t i = 0; i < Py_SIZE(a) && i < Py_SIZE(b); i++) {
        KR_AUTO PyObject *x = a->kind->get(kr_array_at(a, i));
        KR_AUTO PyObject *y = x == NULL ? NULL : b->kind->get(kr_array_at(b, i));
        int equal = y == NULL ? -1 : PyObject_RichCompareBool(x, y, Py_EQ);
        if (equal < 0) return NULL;
        if (equal) continue;
        if (operator == Py_EQ) return Py_NewRef(Py_False);
        if (operator == Py_NE) return Py_NewRef(Py_True);
        return PyObject_RichCompare(x, y, operator);
    }
    Py_RETURN_RICHCOMPARE(Py_SIZE(a), Py_SIZE(b), operator);
}

static PyObject *repr(PyObject *object)
{
    KrArray *self = (KrArray *)object;
    const char *name = _PyType_Name(Py_TYPE(object));
    if (Py_SIZE(self) == 0) return PyUnicode_FromFormat("%s('%c')", name, self->kind->code);
    KR_AUTO PyObject *value = self->kind->code == 'u' ? array_tounicode(self) : array_tolist(self);
    if (value == NULL) return NULL;
    return PyUnicode_FromFormat("%s('%c', %R)", name, self->kind->code, value);
}

static int get_buffer(PyObject *object, Py_buffer *view, int flags)
{
    KrArray *self = (KrArray *)object;
    static char empty[] = "";
    if (view == NULL)
        return kr_raise_int(PyExc_BufferError,
                            "array_buffer_getbuf: view==NULL argument is obsolete");
    *view = (Py_buffer){
        .buf = self->items == NULL ? empty : self->items,
        .obj = Py_NewRef(object),
        .len = Py_SIZE(self) * self->kind->size,
        .itemsize = self->kind->size,
        .ndim = 1,
    };
    if (flags & PyBUF_ND) view->shape = &((PyVarObject *)self)->ob_size;
    if ((flags & PyBUF_STRIDES) == PyBUF_STRIDES) view->strides = &view->itemsize;
    if (flags & PyBUF_FORMAT) view->format = (char *)self->kind->format;
    self->exports++;
    return 0;
}

static void release_buffer(PyObject *object, Py_buffer *view)
{
    ((KrArray *)object)->exports--;
}

static PyObject *iterate(PyObject *object);

#include "modules/array/array.methods.h"

static PySequenceMethods as_sequence = {
    .sq_length = length,
    .sq_concat = concat,
    .sq_repeat = repeat,
    .sq_item = item,
    .sq_ass_item = set_item,
    .sq_contains = contains,
    .sq_inplace_concat = concat_in_place,
    .sq_inplace_repeat = repeat_in_place,
};
static PyMappingMethods as_mapping = {
    .mp_length = length, .mp_subscript = subscript, .mp_ass_subscript = set_subscript};
static PyBufferProcs as_buffer = {.bf_getbuffer = get_buffer, .bf_releasebuffer = release_buffer};

PyTypeObject kr_array_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "array.array",
    .tp_basicsize = sizeof(KrArray),
    .tp_dealloc = dealloc,
    .tp_repr = repr,
    .tp_as_sequence = &as_sequence,
    .tp_as_mapping = &as_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_as_buffer = &as_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_SEQUENCE,
    .tp_doc = "array(typecode [, initializer]) -> array\n\nReturn a new array whose items are "
        "restricted by typecode, and\ninitialized from the optional initializer value, which must "
        "be a list,\nstring or iterable over elements of the appropriate type.\n",
    .tp_richcompare = compare,
    .tp_weaklistoffset = offsetof(KrArray, weak_references),
    .tp_iter = iterate,
    .tp_methods = array_methods,
    .tp_getset = array_getset,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = new,
    .tp_free = PyObject_Free,
};

// --- iterator ---------------------------------------------------------------------------------

typedef struct ArrayIterator {
    PyObject_HEAD
    Py_ssize_t index;
    KrArray *array;
} ArrayIterator;

static PyObject *iterate(PyObject *object)
{
    ArrayIterator *self = PyObject_GC_New(ArrayIterator, &kr_array_iterator_type);
    if (self == NULL) return NULL;
    self->index = 0;
    self->array = (KrArray *)Py_NewRef(object);
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static PyObject *next(PyObject *object)
{
    ArrayIterator *self = (ArrayIterator *)object;
    if (self->array == NULL) return NULL;
    if (self->index < Py_SIZE(self->array))
        return self->array->kind->get(kr_array_at(self->array, self->index++));
    Py_CLEAR(self->array);
    return NULL;
}

static void iterator_dealloc(PyObject *object)
{
    PyObject_GC_UnTrack(object);
    Py_XDECREF(((ArrayIterator *)object)->array);
    PyObject_GC_Del(object);
}

static int iterator_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(((ArrayIterator *)object)->array);
    return 0;
}

static PyObject *iterator_reduce(PyObject *object, PyObject *none)
{
    ArrayIterator *self = (ArrayIterator *)object;
    KR_AUTO PyObject *function =
        Py_XNewRef(PyDict_GetItemWithError(PyEval_GetBuiltins(), ID(iter)));
    if (function == NULL) return NULL;
    if (self->array == NULL) return Py_BuildValue("O(())", function);
    return Py_BuildValue("O(O)n", function, self->array, self->index);
}

static PyObject *iterator_setstate(PyObject *object, PyObject *state)
{
    ArrayIterator *self = (ArrayIterator *)object;
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && PyErr_Occurred()) return NULL;
    if (self->array != NULL) self->index = Py_MIN(Py_MAX(index, 0), Py_SIZE(self->array));
    Py_RETURN_NONE;
}

static PyMethodDef iterator_methods[] = {
    {"__reduce__", iterator_reduce, METH_NOARGS, "Return state information for pickling."},
    {"__setstate__", iterator_setstate, METH_O, "Set state information for unpickling."},
    {NULL},
};

PyTypeObject kr_array_iterator_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "array.arrayiterator",
    .tp_basicsize = sizeof(ArrayIterator),
    .tp_dealloc = iterator_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = iterator_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = next,
    .tp_methods = iterator_methods,
};
