// buffered.c - the types BufferedReader, BufferedWriter and BufferedRandom.
//
// One struct serves all; each type has the methods it needs of the table below.
#include "modules/_io/buffered.h"

#include "structmember.h"

// --- construction -----------------------------------------------------------------------------

static void free_data(KrBuffered *self)
{
    PyMem_Free(self->data);
    self->data = NULL;
    self->read_at = self->read_end = self->write_end = 0;
}

static int set_up(KrBuffered *self, PyObject *raw, Py_ssize_t size)
{
    self->initialised = 0;
    self->detached = 0;
    if (size <= 0)
        return kr_raise_int(PyExc_ValueError, "buffer size must be strictly positive");
    free_data(self);
    Py_XSETREF(self->raw, Py_NewRef(raw));
    self->size = size;
    self->data = PyMem_Malloc(size);
    if (self->data == NULL) return PyErr_NoMemory(), -1;
    if (self->lock == NULL && (self->lock = PyThread_allocate_lock()) == NULL)
        return kr_raise_int(PyExc_RuntimeError, "can't allocate read lock");
    self->owner = 0;
    // A stream that does not know its position is fine.
    if (kr_buffered_raw_tell(self) < 0) PyErr_Clear();
    self->initialised = 1;
    return 0;
}

INITIALIZER(BufferedReader, "raw, buffer_size: ssize = 8192",
            "Create a new buffered reader using the given readable raw IO object.")
static int reader_init(KrBuffered *self, PyObject *raw, Py_ssize_t buffer_size)
{
    self->initialised = 0;
    self->detached = 0;
    if (kr_iobase_check_ability(raw, ID(readable), "File or stream is not readable.") < 0)
        return -1;
    self->readable = 1;
    self->writable = 0;
    return set_up(self, raw, buffer_size);
}

INITIALIZER(BufferedWriter, "raw, buffer_size: ssize = 8192",
            "A buffer for a writeable sequential RawIO object.\n\nThe constructor creates a "
            "BufferedWriter for the given writeable raw\nstream. If the buffer_size is not "
            "given, it defaults to\nDEFAULT_BUFFER_SIZE.")
static int writer_init(KrBuffered *self, PyObject *raw, Py_ssize_t buffer_size)
{
    self->initialised = 0;
    self->detached = 0;
    if (kr_iobase_check_ability(raw, ID(writable), "File or stream is not writable.") < 0)
        return -1;
    self->readable = 0;
    self->writable = 1;
    return set_up(self, raw, buffer_size);
}

INITIALIZER(BufferedRandom, "raw, buffer_size: ssize = 8192",
            "A buffered interface to random access streams.\n\nThe constructor creates a reader "
            "and writer for a seekable stream,\nraw, given in the first argument. If the "
            "buffer_size is omitted it\n"
            "defaults to DEFAULT_BUFFER_SIZE.")
static int random_init(KrBuffered *self, PyObject *raw, Py_ssize_t buffer_size)
{
    self->initialised = 0;
    self->detached = 0;
    if (kr_iobase_check_ability(raw, ID(seekable), "File or stream is not seekable.") < 0 ||
        kr_iobase_check_ability(raw, ID(readable), "File or stream is not readable.") < 0 ||
        kr_iobase_check_ability(raw, ID(writable), "File or stream is not writable.") < 0)
        return -1;
    self->readable = self->writable = 1;
    return set_up(self, raw, buffer_size);
}

// --- reading and writing ----------------------------------------------------------------------

METHOD(read, "self, size: ssize_or_none = -1, /", "")
static PyObject *buffered_read(KrBuffered *self, Py_ssize_t size)
{
    return kr_buffered_read(self, size);
}

METHOD(read1, "self, size: ssize = -1, /", "")
static PyObject *buffered_read1(KrBuffered *self, Py_ssize_t size)
{
    return kr_buffered_read1(self, size);
}

METHOD(peek, "self, size: ssize = 0, /", "")
static PyObject *buffered_peek(KrBuffered *self, Py_ssize_t size)
{
    return kr_buffered_peek(self);
}

METHOD(readinto, "self, buffer: wbuffer, /", "")
static PyObject *buffered_readinto(KrBuffered *self, Py_buffer *buffer)
{
    return kr_buffered_check(self) < 0 ? NULL : kr_buffered_readinto(self, buffer, 0);
}

METHOD(readinto1, "self, buffer: wbuffer, /", "")
static PyObject *buffered_readinto1(KrBuffered *self, Py_buffer *buffer)
{
    return kr_buffered_check(self) < 0 ? NULL : kr_buffered_readinto(self, buffer, 1);
}

METHOD(readline, "self, size: ssize_or_none = -1, /", "")
static PyObject *buffered_readline(KrBuffered *self, Py_ssize_t size)
{
    return kr_buffered_check(self) < 0 ? NULL : kr_buffered_readline(self, size);
}

METHOD(write, "self, buffer: buffer, /",
       "Write the given buffer to the IO stream.\n\nReturns the number of bytes written, which is "
       "always\n"
       "the length of b in bytes.\n\nRaises BlockingIOError if the buffer is full and the\n"
       "underlying raw stream cannot accept more data at the moment.")
static PyObject *buffered_write(KrBuffered *self, Py_buffer *buffer)
{
    return kr_buffered_write(self, buffer);
}

static PyObject *next_line(PyObject *object)
{
    KrBuffered *self = (KrBuffered *)object;
    KR_AUTO PyObject *line = NULL;
    if (kr_buffered_check(self) < 0) return NULL;
    if (Py_IS_TYPE(object, &kr_buffered_reader_type) ||
        Py_IS_TYPE(object, &kr_buffered_random_type)) {
        line = kr_buffered_readline(self, -1);
    } else {
        line = PyObject_CallMethodNoArgs(object, ID(readline));
        if (line != NULL && !PyBytes_Check(line))
            return kr_raise(PyExc_OSError,
                            "readline() should have returned a bytes object, not '%.200s'",
                            Py_TYPE(line)->tp_name);
    }
    if (line == NULL || PyBytes_GET_SIZE(line) == 0) return NULL;
    return kr_take(line);
}

// --- positions --------------------------------------------------------------------------------

METHOD(tell, "self, /", "")
static PyObject *buffered_tell(KrBuffered *self)
{
    if (kr_buffered_check(self) < 0) return NULL;
    off_t position = kr_buffered_raw_tell(self);
    if (position < 0) return NULL;
    position += self->write_end - kr_buffered_ahead(self);
    return PyLong_FromLongLong(position < 0 ? 0 : position);
}

// A seek that stays in what was read ahead: the new position, or -1.
static off_t seek_inside(KrBuffered *self, off_t target, int whence)
{
    if (!self->readable || self->write_end > 0 || self->raw_at < 0 || whence == 2) return -1;
    off_t here = self->raw_at - kr_buffered_ahead(self);
    off_t offset = whence == 0 ? target - here : target;
    if (kr_buffered_ahead(self) == 0 || offset < -self->read_at
        || offset > kr_buffered_ahead(self))
        return -1;
    self->read_at += offset;
    return here + offset;
}

static off_t seek(KrBuffered *self, off_t target, int whence)
{
    off_t inside = seek_inside(self, target, whence);
    if (inside >= 0) return inside;
    if (kr_buffered_flush(self) < 0) return -1;
    if (whence == 1) target -= kr_buffered_ahead(self);
    off_t position = kr_buffered_raw_seek(self, target, whence);
    if (position >= 0) self->read_at = self->read_end = 0;
    return position;
}

METHOD(seek, "self, target, whence: int = 0, /", "")
static PyObject *buffered_seek(KrBuffered *self, PyObject *target, int whence)
{
    if (kr_buffered_check(self) < 0) return NULL;
    if (whence < 0 || whence > 4)
        return kr_raise(PyExc_ValueError, "whence value %d unsupported", whence);
    if (kr_buffered_check_open(self, "seek of closed") < 0) return NULL;
    if (kr_iobase_check_ability(self->raw, ID(seekable), "File or stream is not seekable.") < 0)
        return NULL;
    off_t offset = kr_io_as_offset(target, PyExc_ValueError);
    if (offset == -1 && PyErr_Occurred()) return NULL;
    // The raw stream may be moved by others: ask where it is.
    if (whence != 2 && self->readable && kr_buffered_raw_tell(self) < 0) return NULL;
    if (kr_buffered_enter(self) < 0) return NULL;
    off_t position = seek(self, offset, whence);
    kr_buffered_leave(self);
    return position < 0 ? NULL : PyLong_FromLongLong(position);
}

METHOD(truncate, "self, pos=None, /", "")
static PyObject *buffered_truncate(KrBuffered *self, PyObject *pos)
{
    if (kr_buffered_check_open(self, "truncate of closed") < 0) return NULL;
    if (!self->writable) return kr_io_unsupported("truncate");
    if (kr_buffered_enter(self) < 0) return NULL;
    PyObject *result = NULL;
    if (kr_buffered_flush(self) == 0 && kr_buffered_rewind(self) == 0) {
        result = PyObject_CallMethodOneArg(self->raw, ID(truncate), pos);
        if (result != NULL && kr_buffered_raw_tell(self) < 0) PyErr_Clear();
    }
    kr_buffered_leave(self);
    return result;
}

// --- flush, close, detach ---------------------------------------------------------------------

METHOD(flush, "self, /", "")
static PyObject *buffered_flush(KrBuffered *self)
{
    if (kr_buffered_check_open(self, "flush of closed") < 0 || kr_buffered_enter(self) < 0)
        return NULL;
    int failed = kr_buffered_flush(self);
    if (failed == 0 && self->readable) failed = kr_buffered_rewind(self);
    kr_buffered_leave(self);
    if (failed < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(flush, "self, /", "")
static PyObject *readonly_flush(KrBuffered *self)
{
    return kr_buffered_check(self) < 0 ? NULL : PyObject_CallMethodNoArgs(self->raw, ID(flush));
}

static int raw_is_closed(KrBuffered *self)
{
    KR_AUTO PyObject *closed = PyObject_GetAttr(self->raw, ID(closed));
    return closed == NULL ? -1 : PyObject_IsTrue(closed);
}

METHOD(_dealloc_warn, "self, source, /", "")
static PyObject *buffered__dealloc_warn(KrBuffered *self, PyObject *source)
{
    if (self->initialised && self->raw != NULL) {
        KR_AUTO PyObject *done = PyObject_CallMethodOneArg(self->raw, ID(_dealloc_warn), source);
        if (done == NULL) PyErr_Clear();
    }
    Py_RETURN_NONE;
}

METHOD(close, "self, /", "")
static PyObject *buffered_close(KrBuffered *self)
{
    if (kr_buffered_check(self) < 0) return NULL;
    int closed = raw_is_closed(self);
    if (closed < 0) return NULL;
    if (closed) Py_RETURN_NONE;
    if (self->finalizing) Py_XDECREF(buffered__dealloc_warn(self, (PyObject *)self));
    PyObject *type = NULL, *value, *traceback;
    KR_AUTO PyObject *flushed = PyObject_CallMethodNoArgs((PyObject *)self, ID(flush));
    if (flushed == NULL) PyErr_Fetch(&type, &value, &traceback);
    // Others wait until the raw stream is closed, and then find no buffer.
    PyObject *result = NULL;
    if (kr_buffered_enter(self) == 0) {
        result = PyObject_CallMethodNoArgs(self->raw, ID(close));
        free_data(self);
        kr_buffered_leave(self);
    }
    if (type == NULL) return result;
    _PyErr_ChainExceptions(type, value, traceback);
    Py_XDECREF(result);
    return NULL;
}

METHOD(detach, "self, /", "")
static PyObject *buffered_detach(KrBuffered *self)
{
    if (kr_buffered_check(self) < 0) return NULL;
    KR_AUTO PyObject *flushed = PyObject_CallMethodNoArgs((PyObject *)self, ID(flush));
    if (flushed == NULL) return NULL;
    self->detached = 1;
    self->initialised = 0;
    return kr_take(self->raw);
}

// --- asking the raw stream --------------------------------------------------------------------

static PyObject *ask_raw(KrBuffered *self, PyObject *method)
{
    return kr_buffered_check(self) < 0 ? NULL : PyObject_CallMethodNoArgs(self->raw, method);
}

METHOD(seekable, "self, /", "")
static PyObject *buffered_seekable(KrBuffered *self)
{
    return ask_raw(self, ID(seekable));
}

METHOD(readable, "self, /", "")
static PyObject *buffered_readable(KrBuffered *self)
{
    return ask_raw(self, ID(readable));
}

METHOD(writable, "self, /", "")
static PyObject *buffered_writable(KrBuffered *self)
{
    return ask_raw(self, ID(writable));
}

METHOD(fileno, "self, /", "")
static PyObject *buffered_fileno(KrBuffered *self)
{
    return ask_raw(self, ID(fileno));
}

METHOD(isatty, "self, /", "")
static PyObject *buffered_isatty(KrBuffered *self)
{
    return ask_raw(self, ID(isatty));
}

METHOD(__sizeof__, "self, /", "")
static PyObject *buffered___sizeof__(KrBuffered *self)
{
    return PyLong_FromSsize_t(Py_TYPE(self)->tp_basicsize + (self->data != NULL ? self->size : 0));
}

GETTER(closed, NULL)
static PyObject *buffered_get_closed(KrBuffered *self)
{
    return kr_buffered_check(self) < 0 ? NULL : PyObject_GetAttr(self->raw, ID(closed));
}

GETTER(name, NULL)
static PyObject *buffered_get_name(KrBuffered *self)
{
    return kr_buffered_check(self) < 0 ? NULL : PyObject_GetAttr(self->raw, ID(name));
}

GETTER(mode, NULL)
static PyObject *buffered_get_mode(KrBuffered *self)
{
    return kr_buffered_check(self) < 0 ? NULL : PyObject_GetAttr(self->raw, ID(mode));
}

static PyObject *repr(PyObject *object)
{
    PyObject *name;
    if (_PyObject_LookupAttr(object, ID(name), &name) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_ValueError)) return NULL;
        // Of a stream that is not there any more.
        PyErr_Clear();
        name = NULL;
    }
    if (name == NULL) return PyUnicode_FromFormat("<%s>", Py_TYPE(object)->tp_name);
    KR_AUTO PyObject *owned = name;
    int entered = Py_ReprEnter(object);
    if (entered != 0) {
        if (entered > 0)
            kr_raise(PyExc_RuntimeError, "reentrant call inside %s.__repr__",
                     Py_TYPE(object)->tp_name);
        return NULL;
    }
    PyObject *text = PyUnicode_FromFormat("<%s name=%R>", Py_TYPE(object)->tp_name, owned);
    Py_ReprLeave(object);
    return text;
}

// --- life -------------------------------------------------------------------------------------

static int traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(((KrBuffered *)object)->raw);
    Py_VISIT(((KrBuffered *)object)->base.dict);
    return 0;
}

static int clear(PyObject *object)
{
    ((KrBuffered *)object)->initialised = 0;
    Py_CLEAR(((KrBuffered *)object)->raw);
    Py_CLEAR(((KrBuffered *)object)->base.dict);
    return 0;
}

static void dealloc(PyObject *object)
{
    KrBuffered *self = (KrBuffered *)object;
    self->finalizing = 1;
    if (kr_iobase_finalize_at_dealloc(object) < 0) return;
    PyObject_GC_UnTrack(object);
    if (self->base.weak_references != NULL) PyObject_ClearWeakRefs(object);
    clear(object);
    free_data(self);
    if (self->lock != NULL) PyThread_free_lock(self->lock);
    Py_TYPE(object)->tp_free(object);
}

#include "modules/_io/buffered.methods.h"

static PyMemberDef members[] = {
    {"raw", T_OBJECT, offsetof(KrBuffered, raw), READONLY, NULL},
    {"_finalizing", T_BOOL, offsetof(KrBuffered, finalizing), 0, NULL},
    {NULL},
};


enum { METHOD_ROOM = 28 };
static PyMethodDef reader_methods[METHOD_ROOM], writer_methods[METHOD_ROOM],
    random_methods[METHOD_ROOM];

static const char common_names[] = " seekable fileno isatty close detach _dealloc_warn __sizeof__ "
    "seek tell truncate ";
static const char reading_names[] = " read read1 peek readinto readinto1 readline readable ";
static const char writing_names[] = " write writable flush ";

static int is_among(const char *name, const char *names)
{
    char padded[32];
    snprintf(padded, sizeof padded, " %s ", name);
    return strstr(names, padded) != NULL;
}

static void choose_methods(PyMethodDef *to, int reads, int writes)
{
    for (PyMethodDef *method = buffered_methods; method->ml_name != NULL; method++)
        if (is_among(method->ml_name, common_names) ||
            (reads && is_among(method->ml_name, reading_names)) ||
            (writes && is_among(method->ml_name, writing_names)))
            *to++ = *method;
    if (!writes) *to++ = readonly_methods[0];
    *to = (PyMethodDef){NULL};
}

__attribute__((constructor)) static void fill_tables(void)
{
    choose_methods(reader_methods, 1, 0);
    choose_methods(writer_methods, 0, 1);
    choose_methods(random_methods, 1, 1);
}

#define BUFFERED_TYPE(variable, name, group, next)                                                \
    PyTypeObject variable = {                                                                     \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                                                    \
        .tp_name = name,                                                                          \
        .tp_basicsize = sizeof(KrBuffered),                                                       \
        .tp_dealloc = dealloc,                                                                    \
        .tp_repr = repr,                                                                          \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,                \
        .tp_doc = group##_doc,                                                                    \
        .tp_traverse = traverse,                                                                  \
        .tp_clear = clear,                                                                        \
        .tp_weaklistoffset = offsetof(KrBuffered, base.weak_references),                          \
        .tp_dictoffset = offsetof(KrBuffered, base.dict),                                         \
        .tp_iternext = next,                                                                      \
        .tp_methods = group##_methods,                                                            \
        .tp_members = members,                                                                    \
        .tp_getset = buffered_getset,                                                             \
        .tp_base = &kr_bufferediobase_type,                                                       \
        .tp_init = group##_tp_init,                                                               \
        .tp_new = PyType_GenericNew,                                                              \
    }

BUFFERED_TYPE(kr_buffered_reader_type, "_io.BufferedReader", reader, next_line);
BUFFERED_TYPE(kr_buffered_writer_type, "_io.BufferedWriter", writer, NULL);
BUFFERED_TYPE(kr_buffered_random_type, "_io.BufferedRandom", random, next_line);
