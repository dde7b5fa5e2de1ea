// buffered_pair.c - BufferedRWPair: a reader and a writer that do not know of each other.
#include "modules/_io/buffered.h"

typedef struct Pair {
    KrIOBase base;
    PyObject *reader, *writer;
} Pair;

INITIALIZER(BufferedRWPair, "reader, writer, buffer_size: ssize = 8192, /",
            "A buffered reader and writer object together.\n\nA buffered reader object and "
            "buffered writer object put together to\nform a sequential IO object that can read "
            "and write. This is typically\nused with a socket or two-way pipe.\n\nreader and "
            "writer are RawIOBase objects that are readable and\nwriteable respectively. If the "
            "buffer_size is omitted it defaults to\n"
            "DEFAULT_BUFFER_SIZE.")
static int pair_init(Pair *self, PyObject *reader, PyObject *writer, Py_ssize_t buffer_size)
{
    if (kr_iobase_check_ability(reader, ID(readable), "File or stream is not readable.") < 0 ||
        kr_iobase_check_ability(writer, ID(writable), "File or stream is not writable.") < 0)
        return -1;
    KR_AUTO PyObject *in = PyObject_CallFunction((PyObject *)&kr_buffered_reader_type, "On",
                                                 reader, buffer_size);
    KR_AUTO PyObject *out = in == NULL ? NULL
        : PyObject_CallFunction((PyObject *)&kr_buffered_writer_type, "On", writer, buffer_size);
    if (out == NULL) return -1;
    Py_XSETREF(self->reader, kr_take(in));
    Py_XSETREF(self->writer, kr_take(out));
    return 0;
}

// Calls the method [name] of [half] with the arguments as they are.
static PyObject *forward(PyObject *half, PyObject *name, PyObject *const *args, Py_ssize_t count)
{
    if (half == NULL) return kr_raise(PyExc_ValueError, "I/O operation on uninitialized object");
    KR_AUTO PyObject *method = PyObject_GetAttr(half, name);
    return method == NULL ? NULL : PyObject_Vectorcall(method, args, count, NULL);
}

METHOD(read, "self, *args: array", "")
static PyObject *pair_read(Pair *self, PyObject *const *args, Py_ssize_t count)
{
    return forward(self->reader, ID(read), args, count);
}

METHOD(read1, "self, *args: array", "")
static PyObject *pair_read1(Pair *self, PyObject *const *args, Py_ssize_t count)
{
    return forward(self->reader, ID(read1), args, count);
}

METHOD(peek, "self, *args: array", "")
static PyObject *pair_peek(Pair *self, PyObject *const *args, Py_ssize_t count)
{
    return forward(self->reader, ID(peek), args, count);
}

METHOD(readinto, "self, *args: array", "")
static PyObject *pair_readinto(Pair *self, PyObject *const *args, Py_ssize_t count)
{
    return forward(self->reader, ID(readinto), args, count);
}

METHOD(readinto1, "self, *args: array", "")
static PyObject *pair_readinto1(Pair *self, PyObject *const *args, Py_ssize_t count)
{
    return forward(self->reader, ID(readinto1), args, count);
}

METHOD(write, "self, *args: array", "")
static PyObject *pair_write(Pair *self, PyObject *const *args, Py_ssize_t count)
{
    return forward(self->writer, ID(write), args, count);
}

METHOD(flush, "self, /", "")
static PyObject *pair_flush(Pair *self)
{
    return forward(self->writer, ID(flush), NULL, 0);
}

METHOD(readable, "self, /", "")
static PyObject *pair_readable(Pair *self)
{
    return forward(self->reader, ID(readable), NULL, 0);
}

METHOD(writable, "self, /", "")
static PyObject *pair_writable(Pair *self)
{
    return forward(self->writer, ID(writable), NULL, 0);
}

METHOD(isatty, "self, /", "")
static PyObject *pair_isatty(Pair *self)
{
    PyObject *answer = forward(self->writer, ID(isatty), NULL, 0);
    if (answer != Py_False) return answer;
    Py_DECREF(answer);
    return forward(self->reader, ID(isatty), NULL, 0);
}

// Both are closed; the writer's exception wins over the reader's, which becomes its context.
METHOD(close, "self, /", "")
static PyObject *pair_close(Pair *self)
{
    PyObject *type = NULL, *value, *traceback;
    PyObject *written = forward(self->writer, ID(close), NULL, 0);
    if (written == NULL) PyErr_Fetch(&type, &value, &traceback);
    else Py_DECREF(written);
    PyObject *result = forward(self->reader, ID(close), NULL, 0);
    if (type == NULL) return result;
    _PyErr_ChainExceptions(type, value, traceback);
    Py_XDECREF(result);
    return NULL;
}

GETTER(closed, NULL)
static PyObject *pair_get_closed(Pair *self)
{
    if (self->writer == NULL)
        return kr_raise(PyExc_RuntimeError,
                        "the BufferedRWPair object is being garbage-collected");
    return PyObject_GetAttr(self->writer, ID(closed));
}

static int traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(((Pair *)object)->reader);
    Py_VISIT(((Pair *)object)->writer);
    Py_VISIT(((Pair *)object)->base.dict);
    return 0;
}

static int clear(PyObject *object)
{
    Py_CLEAR(((Pair *)object)->reader);
    Py_CLEAR(((Pair *)object)->writer);
    Py_CLEAR(((Pair *)object)->base.dict);
    return 0;
}

static void dealloc(PyObject *object)
{
    PyObject_GC_UnTrack(object);
    if (((Pair *)object)->base.weak_references != NULL) PyObject_ClearWeakRefs(object);
    clear(object);
    Py_TYPE(object)->tp_free(object);
}

#include "modules/_io/buffered_pair.methods.h"

PyTypeObject kr_buffered_pair_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io.BufferedRWPair",
    .tp_basicsize = sizeof(Pair),
    .tp_dealloc = dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = pair_doc,
    .tp_traverse = traverse,
    .tp_clear = clear,
    .tp_weaklistoffset = offsetof(Pair, base.weak_references),
    .tp_dictoffset = offsetof(Pair, base.dict),
    .tp_methods = pair_methods,
    .tp_getset = pair_getset,
    .tp_base = &kr_bufferediobase_type,
    .tp_init = pair_tp_init,
    .tp_new = PyType_GenericNew,
};
