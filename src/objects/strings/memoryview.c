// memoryview.c - the type memoryview, and the managed buffers that several views share.
//
//   object <- managed buffer (holds the Py_buffer) <- memoryview, memoryview, ...
//
// (1) a view that is not released counts in its managed buffer's exports  (2) view.exports are the
//     buffers
// given out by this view: while there are some it cannot be released  (3) shape, strides and
// suboffsets of a view are in ob_array: 3 * ndim entries  (4) the last view to go releases the
// buffer.
#include "objects/strings/memoryview.h"

#include "abstract.h"
#include "boolobject.h"
#include "bytesobject.h"
#include "listobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/buffer_layout.h"
#include "objects/strings/bytes.h"
#include "objects/strings/memory_item.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "pyhash.h"
#include "pymem.h"
#include "sliceobject.h"
#include "tupleobject.h"
#include "weakrefobject.h"

static PyMemoryViewObject *as_view(PyObject *object)
{
    return (PyMemoryViewObject *)object;
}

// --- managed buffers --------------------------------------------------------------------------

static _PyManagedBufferObject *new_managed(void)
{
    _PyManagedBufferObject *self = PyObject_GC_New(_PyManagedBufferObject, &_PyManagedBuffer_Type);
    if (self == NULL) return NULL;
    self->flags = 0;
    self->exports = 0;
    self->master.obj = NULL;
    PyObject_GC_Track(self);
    return self;
}

static void release_managed(_PyManagedBufferObject *self)
{
    if (self->flags & _Py_MANAGED_BUFFER_RELEASED) return;
    self->flags |= _Py_MANAGED_BUFFER_RELEASED;
    PyObject_GC_UnTrack(self);
    if (self->flags & _Py_MANAGED_BUFFER_FREE_FORMAT) PyMem_Free(self->master.format);
    PyBuffer_Release(&self->master);
}

static void managed_dealloc(PyObject *object)
{
    release_managed((_PyManagedBufferObject *)object);
    PyObject_GC_Del(object);
}

static int managed_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(((_PyManagedBufferObject *)object)->master.obj);
    return 0;
}

static int managed_clear(PyObject *object)
{
    release_managed((_PyManagedBufferObject *)object);
    return 0;
}

PyTypeObject _PyManagedBuffer_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "managedbuffer",
    .tp_basicsize = sizeof(_PyManagedBufferObject),
    .tp_dealloc = managed_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = managed_traverse,
    .tp_clear = managed_clear,
};

// --- making views -----------------------------------------------------------------------------

int kr_memory_check(PyMemoryViewObject *self)
{
    if (!(self->flags & _Py_MEMORYVIEW_RELEASED) &&
        !(self->mbuf->flags & _Py_MANAGED_BUFFER_RELEASED))
        return 0;
    return kr_raise_int(PyExc_ValueError, "operation forbidden on released memoryview object");
}

static void set_flags(PyMemoryViewObject *self)
{
    const Py_buffer *view = &self->view;
    int flags = 0;
    if (view->ndim == 0) flags = _Py_MEMORYVIEW_SCALAR | _Py_MEMORYVIEW_C | _Py_MEMORYVIEW_FORTRAN;
    else {
        if (PyBuffer_IsContiguous(view, 'C')) flags |= _Py_MEMORYVIEW_C;
        if (PyBuffer_IsContiguous(view, 'F')) flags |= _Py_MEMORYVIEW_FORTRAN;
    }
    if (view->suboffsets != NULL) flags = (flags & _Py_MEMORYVIEW_SCALAR) | _Py_MEMORYVIEW_PIL;
    self->flags = flags;
}

static PyMemoryViewObject *new_view(int ndim)
{
    PyMemoryViewObject *self = PyObject_GC_NewVar(PyMemoryViewObject, &PyMemoryView_Type,
                                                  3 * ndim);
    if (self == NULL) return NULL;
    self->mbuf = NULL;
    self->hash = -1;
    self->flags = 0;
    self->exports = 0;
    memset(&self->view, 0, sizeof self->view);
    self->view.ndim = ndim;
    self->view.shape = self->ob_array;
    self->view.strides = self->ob_array + ndim;
    self->view.suboffsets = self->ob_array + 2 * ndim;
    self->weakreflist = NULL;
    return self;
}

// A view of [managed] that looks at what [source] describes.
static PyObject *add_view(_PyManagedBufferObject *managed, const Py_buffer *source)
{
    if (managed->flags & _Py_MANAGED_BUFFER_RELEASED)
        return kr_raise(PyExc_ValueError, "operation forbidden on released memoryview object");
    int ndim = source->ndim;
    PyMemoryViewObject *self = new_view(ndim);
    if (self == NULL) return NULL;
    Py_buffer *view = &self->view;
    Py_ssize_t *shape = view->shape, *strides = view->strides, *suboffsets = view->suboffsets;
    *view = *source;
    view->shape = shape;
    view->strides = strides;
    view->suboffsets = source->suboffsets == NULL ? NULL : suboffsets;
    view->format = source->format == NULL ? "B" : source->format;
    view->internal = NULL;
    if (ndim == 0) {
        view->shape = view->strides = NULL;
    } else if (ndim == 1) {
        shape[0] = source->shape != NULL ? source->shape[0] : source->itemsize == 0 ? 0
            : source->len / source->itemsize;
        strides[0] = source->strides != NULL ? source->strides[0] : source->itemsize;
    } else {
        memcpy(shape, source->shape, ndim * sizeof *shape);
        if (source->strides != NULL) memcpy(strides, source->strides, ndim * sizeof *strides);
        else PyBuffer_FillContiguousStrides(ndim, shape, strides, (int)source->itemsize, 'C');
    }
    if (source->suboffsets != NULL) memcpy(suboffsets, source->suboffsets, ndim * sizeof *shape);
    set_flags(self);
    self->mbuf = (_PyManagedBufferObject *)Py_NewRef(managed);
    managed->exports++;
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static int check_dimensions(const Py_buffer *view)
{
    if (view->ndim <= PyBUF_MAX_NDIM) return 0;
    return kr_raise_int(PyExc_ValueError, "memoryview: number of dimensions must not exceed 64");
}

PyObject *PyMemoryView_FromMemory(char *memory, Py_ssize_t size, int flags)
{
    assert(memory != NULL && (flags == PyBUF_READ || flags == PyBUF_WRITE));
    KR_AUTO PyObject *owned = (PyObject *)new_managed();
    if (owned == NULL) return NULL;
    _PyManagedBufferObject *managed = (_PyManagedBufferObject *)owned;
    PyBuffer_FillInfo(&managed->master, NULL, memory, size, flags != PyBUF_WRITE, PyBUF_FULL_RO);
    return add_view(managed, &managed->master);
}

PyObject *PyMemoryView_FromBuffer(const Py_buffer *info)
{
    if (info->buf == NULL)
        return kr_raise(PyExc_ValueError,
                        "PyMemoryView_FromBuffer(): info->buf must not be NULL");
    KR_AUTO PyObject *owned = (PyObject *)new_managed();
    if (owned == NULL || check_dimensions(info) < 0) return NULL;
    _PyManagedBufferObject *managed = (_PyManagedBufferObject *)owned;
    managed->master = *info;
    managed->master.obj = NULL;   // not ours to release
    return add_view(managed, &managed->master);
}

static PyObject *from_object(PyObject *object, int flags)
{
    if (PyMemoryView_Check(object)) {
        PyMemoryViewObject *view = as_view(object);
        return kr_memory_check(view) < 0 ? NULL : add_view(view->mbuf, &view->view);
    }
    if (!PyObject_CheckBuffer(object))
        return kr_raise(PyExc_TypeError, "memoryview: a bytes-like object is required, not "
                        "'%.200s'", Py_TYPE(object)->tp_name);
    KR_AUTO PyObject *owned = (PyObject *)new_managed();
    if (owned == NULL) return NULL;
    _PyManagedBufferObject *managed = (_PyManagedBufferObject *)owned;
    if (PyObject_GetBuffer(object, &managed->master, flags) < 0) {
        managed->master.obj = NULL;
        return NULL;
    }
    return check_dimensions(&managed->master) < 0 ? NULL : add_view(managed, &managed->master);
}

PyObject *PyMemoryView_FromObject(PyObject *object)
{
    return from_object(object, PyBUF_FULL_RO);
}

// A contiguous bytes copy of [view] behind a view of the same shape and format.
static PyObject *copy_contiguous(PyMemoryViewObject *view, char order)
{
    KR_AUTO PyObject *bytes = PyBytes_FromStringAndSize(NULL, view->view.len);
    if (bytes == NULL) return NULL;
    kr_buffer_flatten(&view->view, PyBytes_AS_STRING(bytes), order);
    KR_AUTO PyObject *flat = from_object(bytes, PyBUF_FULL_RO);
    if (flat == NULL) return NULL;
    Py_ssize_t strides[PyBUF_MAX_NDIM];
    Py_buffer info = as_view(flat)->view;
    info.shape = view->view.shape;
    info.ndim = view->view.ndim;
    info.itemsize = view->view.itemsize;
    PyBuffer_FillContiguousStrides(info.ndim, info.shape, strides, (int)info.itemsize, order);
    info.strides = strides;
    info.suboffsets = NULL;
    size_t size = strlen(view->view.format) + 1;
    _PyManagedBufferObject *managed = as_view(flat)->mbuf;
    char *format = PyMem_Malloc(size);
    if (format == NULL) return PyErr_NoMemory();
    managed->master.format = info.format = memcpy(format, view->view.format, size);
    managed->flags |= _Py_MANAGED_BUFFER_FREE_FORMAT;
    return add_view(managed, &info);
}

PyObject *PyMemoryView_GetContiguous(PyObject *object, int buffer_type, char order)
{
    assert(buffer_type == PyBUF_READ || buffer_type == PyBUF_WRITE);
    KR_AUTO PyObject *view = PyMemoryView_FromObject(object);
    if (view == NULL) return NULL;
    const Py_buffer *info = PyMemoryView_GET_BUFFER(view);
    if (buffer_type == PyBUF_WRITE && info->readonly)
        return kr_raise(PyExc_BufferError, "underlying buffer is not writable");
    if (PyBuffer_IsContiguous(info, order)) return kr_take(view);
    if (buffer_type == PyBUF_WRITE)
        return kr_raise(PyExc_BufferError,
                        "writable contiguous buffer requested for a non-contiguous object.");
    return copy_contiguous(as_view(view), order == 'A' ? 'C' : order);
}

CONSTRUCTOR(memoryview, "object",
            "Create a new memoryview object which references the given object.")
static PyObject *memoryview_new(PyTypeObject *type, PyObject *object)
{
    return PyMemoryView_FromObject(object);
}

// --- releasing --------------------------------------------------------------------------------

static int release(PyMemoryViewObject *self)
{
    if (self->flags & _Py_MEMORYVIEW_RELEASED) return 0;
    if (self->exports > 0)
        return kr_raise_int(PyExc_BufferError, "memoryview has %zd exported buffer%s",
                            self->exports, self->exports == 1 ? "" : "s");
    self->flags |= _Py_MEMORYVIEW_RELEASED;
    if (--self->mbuf->exports == 0) release_managed(self->mbuf);
    return 0;
}

static void dealloc(PyObject *object)
{
    PyMemoryViewObject *self = as_view(object);
    assert(self->exports == 0);
    PyObject_GC_UnTrack(self);
    if (self->mbuf != NULL) release(self);
    Py_CLEAR(self->mbuf);
    if (self->weakreflist != NULL) PyObject_ClearWeakRefs(object);
    PyObject_GC_Del(self);
}

static int traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(as_view(object)->mbuf);
    return 0;
}

static int clear(PyObject *object)
{
    PyMemoryViewObject *self = as_view(object);
    if (self->exports == 0 && self->mbuf != NULL) {
        release(self);
        Py_CLEAR(self->mbuf);
    }
    return 0;
}

METHOD(release, "self, /", "Release the underlying buffer exposed by the memoryview object.")
static PyObject *memoryview_release(PyMemoryViewObject *self)
{
    if (release(self) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(__enter__, "self, /", "")
static PyObject *memoryview___enter__(PyMemoryViewObject *self)
{
    return kr_memory_check(self) < 0 ? NULL : Py_NewRef(self);
}

METHOD(__exit__, "self, /, *args", "")
static PyObject *memoryview___exit__(PyMemoryViewObject *self, PyObject *args)
{
    return memoryview_release(self);
}

// --- cast -------------------------------------------------------------------------------------

// The item size of [format] in the new view; raises for what is no native format.
static Py_ssize_t cast_item_size(PyMemoryViewObject *self, const char *format)
{
    char to = kr_memory_native_format(format), from = kr_memory_native_format(self->view.format);
    if (to == 0)
        return kr_raise_int(PyExc_ValueError,
                            "memoryview: destination format must be a native single character "
                            "format prefixed with an optional '@'");
    int from_bytes = from != 0 && strchr("bBc", from) != NULL;
    int to_bytes = strchr("bBc", to) != NULL;
    if (!from_bytes && !to_bytes)
        return kr_raise_int(PyExc_TypeError,
                            "memoryview: cannot cast between two non-byte formats");
    Py_ssize_t size = kr_memory_item_size(to);
    if (self->view.len % size != 0)
        return kr_raise_int(PyExc_TypeError, "memoryview: length is not a multiple of itemsize");
    return size;
}

// Reads the shape of a cast: number of dimensions, or -1.
static int read_shape(PyObject *shape, Py_ssize_t itemsize, Py_ssize_t size, Py_ssize_t *ret_shape)
{
    Py_ssize_t count = PySequence_Fast_GET_SIZE(shape), product = itemsize;
    assert(count <= PyBUF_MAX_NDIM);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = PySequence_Fast_GET_ITEM(shape, i);
        if (!PyLong_Check(item))
            return kr_raise_int(PyExc_TypeError,
                                "memoryview.cast(): elements of shape must be integers");
        Py_ssize_t length = PyLong_AsSsize_t(item);
        if (length == -1 && PyErr_Occurred()) return -1;
        if (length <= 0)
            return kr_raise_int(PyExc_ValueError,
                                "memoryview.cast(): elements of shape must be integers > 0");
        if (length > PY_SSIZE_T_MAX / product)
            return kr_raise_int(PyExc_ValueError,
                                "memoryview.cast(): product(shape) > SSIZE_MAX");
        product *= length;
        ret_shape[i] = length;
    }
    if (product != size)
        return kr_raise_int(PyExc_TypeError,
                            "memoryview: product(shape) * itemsize != buffer size");
    return (int)count;
}

// Single characters that outlive every view.
static char *static_format(const char *format)
{
    static char plain[128][2], native[128][3];
    char letter = format[0] == '@' ? format[1] : format[0];
    if (format[0] != '@') {
        plain[(unsigned char)letter][0] = letter;
        return plain[(unsigned char)letter];
    }
    native[(unsigned char)letter][0] = '@';
    native[(unsigned char)letter][1] = letter;
    return native[(unsigned char)letter];
}

METHOD(cast, "self, /, format: str, shape: object = NULL",
       "Cast a memoryview to a new format or shape.")
static PyObject *memoryview_cast(PyMemoryViewObject *self, PyObject *format, PyObject *shape)
{
    if (kr_memory_check(self) < 0) return NULL;
    if (!(self->flags & _Py_MEMORYVIEW_C))
        return kr_raise(PyExc_TypeError, "memoryview: casts are restricted to C-contiguous views");
    if ((shape != NULL || self->view.ndim != 1) && self->view.ndim > 0) {
        for (int i = 0; i < self->view.ndim; i++)
            if (self->view.shape[i] == 0)
                return kr_raise(PyExc_TypeError,
                                "memoryview: cannot cast view with zeros in shape or strides");
    }
    if (shape != NULL) {
        if (!PyList_Check(shape) && !PyTuple_Check(shape))
            return kr_raise(PyExc_TypeError, "shape must be a list or a tuple");
        Py_ssize_t ndim = PySequence_Fast_GET_SIZE(shape);
        if (ndim > PyBUF_MAX_NDIM)
            return kr_raise(PyExc_ValueError,
                            "memoryview: number of dimensions must not exceed 64");
        if (self->view.ndim != 1 && ndim != 1)
            return kr_raise(PyExc_TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D");
    }
    const char *text = PyUnicode_AsUTF8(format);
    Py_ssize_t size = text == NULL ? -1 : cast_item_size(self, text);
    if (size < 0) return NULL;
    Py_ssize_t new_shape[PyBUF_MAX_NDIM], strides[PyBUF_MAX_NDIM];
    int ndim = 1;
    if (shape != NULL) ndim = read_shape(shape, size, self->view.len, new_shape);
    else new_shape[0] = self->view.len / size;
    if (ndim < 0) return NULL;
    Py_buffer info = self->view;
    info.format = static_format(text);
    info.itemsize = size;
    info.ndim = ndim;
    info.shape = new_shape;
    info.strides = strides;
    info.suboffsets = NULL;
    PyBuffer_FillContiguousStrides(ndim, new_shape, strides, (int)size, 'C');
    return add_view(self->mbuf, &info);
}

METHOD(toreadonly, "self, /", "Return a readonly version of the memoryview.")
static PyObject *memoryview_toreadonly(PyMemoryViewObject *self)
{
    if (kr_memory_check(self) < 0) return NULL;
    PyObject *view = add_view(self->mbuf, &self->view);
    if (view != NULL) as_view(view)->view.readonly = 1;
    return view;
}

// --- to other objects -------------------------------------------------------------------------

static PyObject *row_to_list(const Py_buffer *view, int dimension, char *row)
{
    if (dimension == view->ndim) return kr_memory_unpack(row, view->format);
    Py_ssize_t count = view->shape[dimension];
    KR_AUTO PyObject *list = PyList_New(count);
    if (list == NULL) return NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = row_to_list(view, dimension + 1, kr_buffer_step(view, dimension, row, i));
        if (item == NULL) return NULL;
        PyList_SET_ITEM(list, i, item);
    }
    return kr_take(list);
}

METHOD(tolist, "self, /", "Return the data in the buffer as a list of elements.")
static PyObject *memoryview_tolist(PyMemoryViewObject *self)
{
    if (kr_memory_check(self) < 0) return NULL;
    self->exports++;
    PyObject *list = row_to_list(&self->view, 0, self->view.buf);
    self->exports--;
    return list;
}

METHOD(tobytes, "self, /, order: cstr? = 'C'",
       "Return the data in the buffer as a byte string.\n\n"
       "Order can be {'C', 'F', 'A'}. When order is 'C' or 'F', the data of the\n"
       "original array is converted to C or Fortran order. For contiguous views,\n"
       "'A' returns an exact copy of the physical memory. In particular, in-memory\n"
       "Fortran order is preserved. For non-contiguous views, the data is converted\n"
       "to C first. order=None is the same as order='C'.")
static PyObject *memoryview_tobytes(PyMemoryViewObject *self, const char *order)
{
    if (kr_memory_check(self) < 0) return NULL;
    char wanted = order == NULL ? 'C' : order[0];
    if (order != NULL && (strchr("CFA", wanted) == NULL || wanted == 0 || order[1] != 0))
        return kr_raise(PyExc_ValueError, "order must be 'C', 'F' or 'A'");
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, self->view.len);
    if (bytes != NULL) kr_buffer_flatten(&self->view, PyBytes_AS_STRING(bytes), wanted);
    return bytes;
}

METHOD(hex, "self, /, sep: object = NULL, bytes_per_sep: int = 1",
       "Return the data in the buffer as a str of hexadecimal numbers.\n\n  sep\n"
       "    An optional single character or byte to separate hex bytes.\n"
       "  bytes_per_sep\n"
       "    How many bytes between separators.  Positive values count from the\n"
       "    right, negative values count from the left.\n\nExample:\n"
       ">>> value = memoryview(b'\\xb9\\x01\\xef')\n>>> value.hex()\n'b901ef'\n"
       ">>> value.hex(':')\n'b9:01:ef'\n>>> value.hex(':', 2)\n'b9:01ef'\n"
       ">>> value.hex(':', -2)\n'b901:ef'")
static PyObject *memoryview_hex(PyMemoryViewObject *self, PyObject *sep, int bytes_per_sep)
{
    if (kr_memory_check(self) < 0) return NULL;
    if (self->flags & _Py_MEMORYVIEW_C) {
        self->exports++;
        PyObject *text = kr_bytes_hex(self->view.buf, self->view.len, sep, bytes_per_sep);
        self->exports--;
        return text;
    }
    KR_AUTO PyObject *bytes = memoryview_tobytes(self, NULL);
    if (bytes == NULL) return NULL;
    return kr_bytes_hex(PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes), sep, bytes_per_sep);
}

// --- indexing ---------------------------------------------------------------------------------

// The item or row at [index] of [dimension]; NULL with IndexError.
static char *find_row(PyMemoryViewObject *self, char *row, int dimension, Py_ssize_t index)
{
    Py_ssize_t count = self->view.shape[dimension];
    if (index < 0) index += count;
    if (index < 0 || index >= count)
        return (void *)kr_raise(PyExc_IndexError, "index out of bounds on dimension %d",
                                dimension + 1);
    return kr_buffer_step(&self->view, dimension, row, index);
}

static int is_index_tuple(PyObject *key)
{
    if (!PyTuple_Check(key)) return 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(key); i++)
        if (!PyIndex_Check(PyTuple_GET_ITEM(key, i))) return 0;
    return 1;
}

static int is_slice_tuple(PyObject *key)
{
    if (!PyTuple_Check(key)) return 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(key); i++)
        if (!PySlice_Check(PyTuple_GET_ITEM(key, i))) return 0;
    return 1;
}

// The memory of the one item that [key], an index or a tuple of them, means; NULL with an
// exception.
static char *find_item(PyMemoryViewObject *self, PyObject *key)
{
    int is_tuple = PyTuple_Check(key), ndim = self->view.ndim;
    Py_ssize_t given = is_tuple ? PyTuple_GET_SIZE(key) : 1;
    if (is_tuple && given > ndim)
        return (void *)kr_raise(PyExc_TypeError, "cannot index %d-dimension view with %zd-element "
                                "tuple", ndim, given);
    if (given < ndim)
        return (void *)kr_raise(PyExc_NotImplementedError, "sub-views are not implemented");
    char *row = self->view.buf;
    for (int i = 0; i < given; i++) {
        PyObject *item = is_tuple ? PyTuple_GET_ITEM(key, i) : key;
        Py_ssize_t index = PyNumber_AsSsize_t(item, PyExc_IndexError);
        if (index == -1 && PyErr_Occurred()) return NULL;
        if (kr_memory_check(self) < 0) return NULL;
        row = find_row(self, row, i, index);
        if (row == NULL) return NULL;
    }
    return row;
}

// A view of a slice of the first dimension.
static PyObject *slice_view(PyMemoryViewObject *self, PyObject *key)
{
    // The key may run code that releases self: the new view comes first.
    Py_ssize_t start, stop, step;
    KR_AUTO PyObject *object = add_view(self->mbuf, &self->view);
    if (object == NULL || PySlice_Unpack(key, &start, &stop, &step) < 0) return NULL;
    Py_buffer *view = &as_view(object)->view;
    Py_ssize_t count = PySlice_AdjustIndices(view->shape[0], &start, &stop, step);
    view->buf = (char *)view->buf + view->strides[0] * start;
    view->shape[0] = count;
    view->strides[0] *= step;
    view->len = view->itemsize;
    for (int i = 0; i < view->ndim; i++) view->len *= view->shape[i];
    set_flags(as_view(object));
    return kr_take(object);
}

static PyObject *subscript(PyObject *object, PyObject *key)
{
    PyMemoryViewObject *self = as_view(object);
    if (kr_memory_check(self) < 0) return NULL;
    int ndim = self->view.ndim;
    if (ndim == 0) {
        if (PyTuple_Check(key) && PyTuple_GET_SIZE(key) == 0)
            return kr_memory_unpack(self->view.buf, self->view.format);
        if (key == Py_Ellipsis) return Py_NewRef(object);
        return kr_raise(PyExc_TypeError, "invalid indexing of 0-dim memory");
    }
    if (PySlice_Check(key)) return slice_view(self, key);
    if (PyIndex_Check(key) || is_index_tuple(key)) {
        if (!PyTuple_Check(key) && ndim > 1)
            return kr_raise(PyExc_NotImplementedError,
                            "multi-dimensional sub-views are not implemented");
        char *item = find_item(self, key);
        return item == NULL ? NULL : kr_memory_unpack(item, self->view.format);
    }
    if (is_slice_tuple(key))
        return kr_raise(PyExc_NotImplementedError,
                        "multi-dimensional slicing is not implemented");
    return kr_raise(PyExc_TypeError, "memoryview: invalid slice key");
}

// Copies the items of [source] into the slice [key].
static int set_slice(PyMemoryViewObject *self, PyObject *key, PyObject *source)
{
    KR_AUTO PyObject *target = slice_view(self, key);
    if (target == NULL || kr_memory_check(self) < 0) return -1;
    Py_buffer from;
    if (PyObject_GetBuffer(source, &from, PyBUF_FULL_RO) < 0) return -1;
    Py_buffer complete = from, *to = &as_view(target)->view;
    Py_ssize_t room[3];
    kr_buffer_complete(&complete, room);
    const char *a = to->format, *b = from.format == NULL ? "B" : from.format;
    int same = complete.ndim == 1 && to->itemsize == complete.itemsize &&
               strcmp(a[0] == '@' ? a + 1 : a, b[0] == '@' ? b + 1 : b) == 0 &&
               to->shape[0] == complete.shape[0];
    int failed = 0;
    if (!same) {
        failed = kr_raise_int(PyExc_ValueError, "memoryview assignment: lvalue and rvalue have "
                                                "different structures");
    } else if (PyBuffer_IsContiguous(to, 'C') && PyBuffer_IsContiguous(&complete, 'C')) {
        memmove(to->buf, complete.buf, to->len);
    } else {
        // The two may overlap: go through a copy.
        char *flat = PyMem_Malloc(to->len + 1);
        if (flat == NULL) {
            PyErr_NoMemory();
            failed = -1;
        } else {
            kr_buffer_flatten(&complete, flat, 'C');
            kr_buffer_fill(to, flat, 'C');
            PyMem_Free(flat);
        }
    }
    PyBuffer_Release(&from);
    return failed;
}

// Writes [value] to the item of [key]; its conversion may release the view.
static int set_item(PyMemoryViewObject *self, PyObject *key, PyObject *value)
{
    char packed[16];
    char *item = self->view.ndim == 0 ? self->view.buf : find_item(self, key);
    if (item == NULL) return -1;
    if (kr_memory_pack(packed, value, self->view.format) < 0 || kr_memory_check(self) < 0)
        return -1;
    memcpy(item, packed, self->view.itemsize);
    return 0;
}

static int set_subscript(PyObject *object, PyObject *key, PyObject *value)
{
    PyMemoryViewObject *self = as_view(object);
    if (kr_memory_check(self) < 0) return -1;
    if (kr_memory_native_format(self->view.format) == 0)
        return kr_raise_int(PyExc_NotImplementedError, "memoryview: format %s not supported",
                            self->view.format);
    if (self->view.readonly)
        return kr_raise_int(PyExc_TypeError, "cannot modify read-only memory");
    if (value == NULL) return kr_raise_int(PyExc_TypeError, "cannot delete memory");
    if (self->view.ndim == 0) {
        if (key == Py_Ellipsis || (PyTuple_Check(key) && PyTuple_GET_SIZE(key) == 0))
            return set_item(self, key, value);
        return kr_raise_int(PyExc_TypeError, "invalid indexing of 0-dim memory");
    }
    if (PyIndex_Check(key) || is_index_tuple(key)) {
        if (!PyTuple_Check(key) && self->view.ndim > 1)
            return kr_raise_int(PyExc_NotImplementedError, "sub-views are not implemented");
        return set_item(self, key, value);
    }
    if (PySlice_Check(key) && self->view.ndim == 1) return set_slice(self, key, value);
    if (PySlice_Check(key) || is_slice_tuple(key))
        return kr_raise_int(PyExc_NotImplementedError,
                            "memoryview slice assignments are currently restricted to ndim = 1");
    return kr_raise_int(PyExc_TypeError, "memoryview: invalid slice key");
}

static Py_ssize_t length(PyObject *object)
{
    PyMemoryViewObject *self = as_view(object);
    if (kr_memory_check(self) < 0) return -1;
    return self->view.ndim == 0 ? 1 : self->view.shape[0];
}

static PyObject *sequence_item(PyObject *object, Py_ssize_t index)
{
    PyMemoryViewObject *self = as_view(object);
    if (kr_memory_check(self) < 0) return NULL;
    if (self->view.ndim == 0)
        return kr_raise(PyExc_TypeError, "invalid indexing of 0-dim memory");
    if (self->view.ndim > 1)
        return kr_raise(PyExc_NotImplementedError,
                        "multi-dimensional sub-views are not implemented");
    char *item = find_row(self, self->view.buf, 0, index);
    return item == NULL ? NULL : kr_memory_unpack(item, self->view.format);
}

// --- buffer protocol, hash, repr --------------------------------------------------------------

static int get_buffer(PyObject *object, Py_buffer *view, int flags)
{
    PyMemoryViewObject *self = as_view(object);
    if (kr_memory_check(self) < 0) return -1;
    const char *problem = NULL;
    *view = self->view;
    view->obj = NULL;
    if ((flags & PyBUF_WRITABLE) && self->view.readonly)
        problem = "memoryview: underlying buffer is not writable";
    if (!(flags & PyBUF_FORMAT)) view->format = NULL;
    int c = self->flags & _Py_MEMORYVIEW_C, f = self->flags & _Py_MEMORYVIEW_FORTRAN;
    if ((flags & PyBUF_C_CONTIGUOUS) == PyBUF_C_CONTIGUOUS && !c)
        problem = "memoryview: underlying buffer is not C-contiguous";
    else if ((flags & PyBUF_F_CONTIGUOUS) == PyBUF_F_CONTIGUOUS && !f)
        problem = "memoryview: underlying buffer is not Fortran contiguous";
    else if ((flags & PyBUF_ANY_CONTIGUOUS) == PyBUF_ANY_CONTIGUOUS && !c && !f)
        problem = "memoryview: underlying buffer is not contiguous";
    else if ((flags & PyBUF_INDIRECT) != PyBUF_INDIRECT && (self->flags & _Py_MEMORYVIEW_PIL))
        problem = "memoryview: underlying buffer requires suboffsets";
    else if ((flags & PyBUF_STRIDES) != PyBUF_STRIDES) {
        if (!c) problem = "memoryview: underlying buffer is not C-contiguous";
        view->strides = NULL;
    }
    if (problem == NULL && (flags & PyBUF_ND) != PyBUF_ND) {
        if (view->format != NULL)
            problem = "memoryview: cannot cast to unsigned bytes if the format flag is present";
        view->ndim = 1;
        view->shape = NULL;
    }
    if (problem != NULL) return kr_raise_int(PyExc_BufferError, "%s", problem);
    view->obj = Py_NewRef(object);
    self->exports++;
    return 0;
}

static void release_buffer(PyObject *object, Py_buffer *view)
{
    as_view(object)->exports--;
}

static Py_hash_t hash(PyObject *object)
{
    PyMemoryViewObject *self = as_view(object);
    if (self->hash != -1) return self->hash;
    if (kr_memory_check(self) < 0) return -1;
    if (!self->view.readonly)
        return kr_raise_int(PyExc_ValueError, "cannot hash writable memoryview object");
    char format = kr_memory_native_format(self->view.format);
    if (format == 0 || strchr("bBc", format) == NULL)
        return kr_raise_int(PyExc_ValueError,
                            "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
    if (self->view.obj != NULL) {
        self->exports++;
        Py_hash_t of_object = PyObject_Hash(self->view.obj);
        self->exports--;
        if (of_object == -1) return -1;
    }
    char *flat = PyMem_Malloc(self->view.len + 1);
    if (flat == NULL) return PyErr_NoMemory(), -1;
    kr_buffer_flatten(&self->view, flat, 'C');
    self->hash = _Py_HashBytes(flat, self->view.len);
    PyMem_Free(flat);
    return self->hash;
}

static PyObject *repr(PyObject *object)
{
    int released = as_view(object)->flags & _Py_MEMORYVIEW_RELEASED;
    return PyUnicode_FromFormat(released ? "<released memory at %p>" : "<memory at %p>", object);
}

// --- attributes -------------------------------------------------------------------------------

static PyObject *tuple_of(const Py_ssize_t *values, int count)
{
    if (values == NULL) return PyTuple_New(0);
    KR_AUTO PyObject *tuple = PyTuple_New(count);
    for (int i = 0; tuple != NULL && i < count; i++) {
        PyObject *value = PyLong_FromSsize_t(values[i]);
        if (value == NULL) return NULL;
        PyTuple_SET_ITEM(tuple, i, value);
    }
    return kr_take(tuple);
}

GETTER(obj, "The underlying object of the memoryview.")
static PyObject *memoryview_get_obj(PyMemoryViewObject *self)
{
    if (kr_memory_check(self) < 0) return NULL;
    return Py_NewRef(self->view.obj == NULL ? Py_None : self->view.obj);
}

GETTER(nbytes,
       "The amount of space in bytes that the array would use in\n"
       " a contiguous representation.")
static PyObject *memoryview_get_nbytes(PyMemoryViewObject *self)
{
    return kr_memory_check(self) < 0 ? NULL : PyLong_FromSsize_t(self->view.len);
}

GETTER(readonly, "A bool indicating whether the memory is read only.")
static PyObject *memoryview_get_readonly(PyMemoryViewObject *self)
{
    return kr_memory_check(self) < 0 ? NULL : PyBool_FromLong(self->view.readonly);
}

GETTER(itemsize, "The size in bytes of each element of the memoryview.")
static PyObject *memoryview_get_itemsize(PyMemoryViewObject *self)
{
    return kr_memory_check(self) < 0 ? NULL : PyLong_FromSsize_t(self->view.itemsize);
}

GETTER(format,
       "A string containing the format (in struct module style)\n"
       " for each element in the view.")
static PyObject *memoryview_get_format(PyMemoryViewObject *self)
{
    return kr_memory_check(self) < 0 ? NULL : PyUnicode_FromString(self->view.format);
}

GETTER(ndim,
       "An integer indicating how many dimensions of a multi-dimensional\n"
       " array the memory represents.")
static PyObject *memoryview_get_ndim(PyMemoryViewObject *self)
{
    return kr_memory_check(self) < 0 ? NULL : PyLong_FromLong(self->view.ndim);
}

GETTER(shape,
       "A tuple of ndim integers giving the shape of the memory\n"
       " as an N-dimensional array.")
static PyObject *memoryview_get_shape(PyMemoryViewObject *self)
{
    return kr_memory_check(self) < 0 ? NULL : tuple_of(self->view.shape, self->view.ndim);
}

GETTER(strides,
       "A tuple of ndim integers giving the size in bytes to access\n"
       " each element for each dimension of the array.")
static PyObject *memoryview_get_strides(PyMemoryViewObject *self)
{
    return kr_memory_check(self) < 0 ? NULL : tuple_of(self->view.strides, self->view.ndim);
}

GETTER(suboffsets, "A tuple of integers used internally for PIL-style arrays.")
static PyObject *memoryview_get_suboffsets(PyMemoryViewObject *self)
{
    return kr_memory_check(self) < 0 ? NULL : tuple_of(self->view.suboffsets, self->view.ndim);
}

static PyObject *has_flags(PyMemoryViewObject *self, int flags)
{
    return kr_memory_check(self) < 0 ? NULL : PyBool_FromLong(self->flags & flags);
}

GETTER(c_contiguous, "A bool indicating whether the memory is C contiguous.")
static PyObject *memoryview_get_c_contiguous(PyMemoryViewObject *self)
{
    return has_flags(self, _Py_MEMORYVIEW_C);
}

GETTER(f_contiguous, "A bool indicating whether the memory is Fortran contiguous.")
static PyObject *memoryview_get_f_contiguous(PyMemoryViewObject *self)
{
    return has_flags(self, _Py_MEMORYVIEW_FORTRAN);
}

GETTER(contiguous, "A bool indicating whether the memory is contiguous.")
static PyObject *memoryview_get_contiguous(PyMemoryViewObject *self)
{
    return has_flags(self, _Py_MEMORYVIEW_C | _Py_MEMORYVIEW_FORTRAN);
}

#include "objects/strings/memoryview.methods.h"

static PySequenceMethods as_sequence = {.sq_length = length, .sq_item = sequence_item};

static PyMappingMethods as_mapping = {
    .mp_length = length, .mp_subscript = subscript, .mp_ass_subscript = set_subscript};

static PyBufferProcs as_buffer = {.bf_getbuffer = get_buffer, .bf_releasebuffer = release_buffer};

PyTypeObject PyMemoryView_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "memoryview",
    .tp_basicsize = offsetof(PyMemoryViewObject, ob_array),
    .tp_itemsize = sizeof(Py_ssize_t),
    .tp_dealloc = dealloc,
    .tp_repr = repr,
    .tp_as_sequence = &as_sequence,
    .tp_as_mapping = &as_mapping,
    .tp_hash = hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_as_buffer = &as_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_SEQUENCE,
    .tp_doc = memoryview_doc,
    .tp_traverse = traverse,
    .tp_clear = clear,
    .tp_richcompare = kr_memory_compare,
    .tp_weaklistoffset = offsetof(PyMemoryViewObject, weakreflist),
    .tp_iter = kr_memory_iterator_new,
    .tp_methods = memoryview_methods,
    .tp_getset = memoryview_getset,
    .tp_new = memoryview_tp_new,
};
