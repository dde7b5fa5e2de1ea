// stringio.c - StringIO: a text stream in memory.
//
// (1) the content is the first [size] code points of [data]; [room] are there.
#include "modules/_io/io.h"

typedef struct StringIO {
    KrIOBase base;
    char initialised, closed;
    char read_universal, read_translate;
    Py_UCS4 *data;
    Py_ssize_t position, size, room;
    PyObject *decoder;        // of newlines, or NULL
    PyObject *read_newline;   // str, or NULL for None
    PyObject *write_newline;  // what \n becomes, or NULL
} StringIO;

static int check_open(StringIO *self)
{
    if (!self->initialised)
        return kr_raise_int(PyExc_ValueError, "I/O operation on uninitialized object");
    if (self->closed) return kr_raise_int(PyExc_ValueError, "I/O operation on closed file");
    return 0;
}

// Makes room for [wanted] code points.
static int make_room(StringIO *self, Py_ssize_t wanted)
{
    if (wanted <= self->room && wanted >= self->room / 2) return 0;
    Py_ssize_t room = wanted;
    if (wanted > self->room)
        room = wanted < PY_SSIZE_T_MAX / 8 ? wanted + (wanted >> 3) + 16 : wanted;
    if (room > PY_SSIZE_T_MAX / (Py_ssize_t)sizeof(Py_UCS4))
        return kr_raise_int(PyExc_OverflowError, "new buffer size too large");
    Py_UCS4 *data = PyMem_Realloc(self->data, (room + 1) * sizeof *data);
    if (data == NULL) return PyErr_NoMemory(), -1;
    self->data = data;
    self->room = room;
    return 0;
}

// The text as it is to be stored: newlines translated.
static PyObject *translate(StringIO *self, PyObject *text)
{
    KR_AUTO PyObject *decoded = self->decoder != NULL ? kr_newline_decode(self->decoder, text, 1)
                                                      : Py_NewRef(text);
    if (decoded == NULL || self->write_newline == NULL) return kr_take(decoded);
    KR_AUTO PyObject *newline = PyUnicode_FromOrdinal('\n');
    return newline == NULL ? NULL : PyUnicode_Replace(decoded, newline, self->write_newline, -1);
}

static int write_text(StringIO *self, PyObject *text)
{
    KR_AUTO PyObject *stored = translate(self, text);
    if (stored == NULL || PyUnicode_READY(stored) < 0) return -1;
    Py_ssize_t length = PyUnicode_GET_LENGTH(stored);
    if (self->position > PY_SSIZE_T_MAX - length)
        return kr_raise_int(PyExc_OverflowError, "new position too large");
    Py_ssize_t end = self->position + length;
    if (end > self->room && make_room(self, end) < 0) return -1;
    if (self->position > self->size)
        memset(self->data + self->size, 0, (self->position - self->size) * sizeof(Py_UCS4));
    if (length > 0 && PyUnicode_AsUCS4(stored, self->data + self->position, length, 0) == NULL)
        return -1;
    self->position = end;
    if (end > self->size) self->size = end;
    return 0;
}

static PyObject *text_between(StringIO *self, Py_ssize_t start, Py_ssize_t end)
{
    return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, self->data + start, end - start);
}

// --- methods ----------------------------------------------------------------------------------

METHOD(getvalue, "self, /", "Retrieve the entire contents of the object.")
static PyObject *stringio_getvalue(StringIO *self)
{
    return check_open(self) < 0 ? NULL : text_between(self, 0, self->size);
}

METHOD(tell, "self, /", "Tell the current file position.")
static PyObject *stringio_tell(StringIO *self)
{
    return check_open(self) < 0 ? NULL : PyLong_FromSsize_t(self->position);
}

METHOD(read, "self, size: ssize_or_none = -1, /",
       "Read at most size characters, returned as a string.\n\n"
       "If the argument is negative or omitted, read until EOF\n"
       "is reached. Return an empty string at EOF.")
static PyObject *stringio_read(StringIO *self, Py_ssize_t size)
{
    if (check_open(self) < 0) return NULL;
    Py_ssize_t left = self->size > self->position ? self->size - self->position : 0;
    if (size < 0 || size > left) size = left;
    PyObject *text = text_between(self, self->position, self->position + size);
    if (text != NULL) self->position += size;
    return text;
}

static PyObject *read_line(StringIO *self, Py_ssize_t limit)
{
    if (self->position >= self->size) return PyUnicode_New(0, 0);
    Py_ssize_t end = self->size, consumed;
    if (limit >= 0 && limit < end - self->position) end = self->position + limit;
    KrLineEnd rule = {self->read_translate, self->read_universal, self->read_newline};
    if (self->read_newline == NULL && !self->read_universal) rule.translated = 1;
    Py_ssize_t found = kr_newline_find(rule, PyUnicode_4BYTE_KIND, self->data, self->position, end,
                                       &consumed);
    if (found < 0) found = end;
    PyObject *line = text_between(self, self->position, found);
    if (line != NULL) self->position = found;
    return line;
}

METHOD(readline, "self, size: ssize_or_none = -1, /",
       "Read until newline or EOF.\n\n"
       "Returns an empty string if EOF is hit immediately.")
static PyObject *stringio_readline(StringIO *self, Py_ssize_t size)
{
    return check_open(self) < 0 ? NULL : read_line(self, size);
}

static PyObject *next_line(PyObject *object)
{
    StringIO *self = (StringIO *)object;
    if (check_open(self) < 0) return NULL;
    KR_AUTO PyObject *line = NULL;
    if (Py_IS_TYPE(object, &kr_stringio_type)) {
        line = read_line(self, -1);
    } else {
        line = PyObject_CallMethodNoArgs(object, ID(readline));
        if (line != NULL && !PyUnicode_Check(line))
            return kr_raise(PyExc_OSError,
                            "readline() should have returned a str object, not '%.200s'",
                            Py_TYPE(line)->tp_name);
    }
    if (line == NULL || PyUnicode_GET_LENGTH(line) == 0) return NULL;
    return kr_take(line);
}

METHOD(truncate, "self, pos=None, /",
       "Truncate size to pos.\n\n"
       "The pos argument defaults to the current file position, as\n"
       "returned by tell().  The current file position is unchanged.\n"
       "Returns the new absolute position.")
static PyObject *stringio_truncate(StringIO *self, PyObject *pos)
{
    if (check_open(self) < 0) return NULL;
    Py_ssize_t size = self->position;
    if (pos != Py_None) {
        size = PyNumber_AsSsize_t(pos, PyExc_OverflowError);
        if (size == -1 && PyErr_Occurred()) return NULL;
    }
    if (size < 0) return kr_raise(PyExc_ValueError, "Negative size value %zd", size);
    if (size < self->size) {
        if (make_room(self, size) < 0) return NULL;
        self->size = size;
    }
    return PyLong_FromSsize_t(size);
}

METHOD(seek, "self, pos: ssize, whence: int = 0, /",
       "Change stream position.\n\n"
       "Seek to character offset pos relative to position indicated by whence:\n"
       "    0  Start of stream (the default).  pos should be >= 0;\n"
       "    1  Current position - pos must be 0;\n"
       "    2  End of stream - pos must be 0.\nReturns the new absolute position.")
static PyObject *stringio_seek(StringIO *self, Py_ssize_t pos, int whence)
{
    if (check_open(self) < 0) return NULL;
    if (whence < 0 || whence > 2)
        return kr_raise(PyExc_ValueError, "Invalid whence (%i, should be 0, 1 or 2)", whence);
    if (pos < 0 && whence == 0)
        return kr_raise(PyExc_ValueError, "Negative seek position %zd", pos);
    if (whence != 0 && pos != 0)
        return kr_raise(PyExc_OSError, "Can't do nonzero cur-relative seeks");
    self->position = whence == 0 ? pos : whence == 1 ? self->position : self->size;
    return PyLong_FromSsize_t(self->position);
}

METHOD(write, "self, s, /",
       "Write string to file.\n\n"
       "Returns the number of characters written, which is always equal to\n"
       "the length of the string.")
static PyObject *stringio_write(StringIO *self, PyObject *s)
{
    if (check_open(self) < 0) return NULL;
    if (!PyUnicode_Check(s))
        return kr_raise(PyExc_TypeError, "string argument expected, got '%s'",
                        Py_TYPE(s)->tp_name);
    if (PyUnicode_READY(s) < 0) return NULL;
    Py_ssize_t length = PyUnicode_GET_LENGTH(s);
    if (length > 0 && write_text(self, s) < 0) return NULL;
    return PyLong_FromSsize_t(length);
}

METHOD(close, "self, /",
       "Close the IO object.\n\n"
       "Attempting any further operation after the object is closed\n"
       "will raise a ValueError.\n\n"
       "This method has no effect if the file is already closed.")
static PyObject *stringio_close(StringIO *self)
{
    self->closed = 1;
    PyMem_Free(self->data);
    self->data = NULL;
    self->room = self->size = 0;
    Py_RETURN_NONE;
}

METHOD(readable, "self, /", "Returns True if the IO object can be read.")
static PyObject *stringio_readable(StringIO *self)
{
    return check_open(self) < 0 ? NULL : Py_NewRef(Py_True);
}

METHOD(writable, "self, /", "Returns True if the IO object can be written.")
static PyObject *stringio_writable(StringIO *self)
{
    return check_open(self) < 0 ? NULL : Py_NewRef(Py_True);
}

METHOD(seekable, "self, /", "Returns True if the IO object can be seeked.")
static PyObject *stringio_seekable(StringIO *self)
{
    return check_open(self) < 0 ? NULL : Py_NewRef(Py_True);
}

METHOD(__getstate__, "self, /", "")
static PyObject *stringio___getstate__(StringIO *self)
{
    KR_AUTO PyObject *value = stringio_getvalue(self);
    if (value == NULL) return NULL;
    KR_AUTO PyObject *dict = self->base.dict == NULL ? Py_NewRef(Py_None)
                                                     : PyDict_Copy(self->base.dict);
    PyObject *newline = self->read_newline == NULL ? Py_None : self->read_newline;
    return dict == NULL ? NULL : Py_BuildValue("(OOnO)", value, newline, self->position, dict);
}

static int init(StringIO *self, PyObject *value, PyObject *newline);

METHOD(__setstate__, "self, state, /", "")
static PyObject *stringio___setstate__(StringIO *self, PyObject *state)
{
    if (self->closed) return kr_raise(PyExc_ValueError, "I/O operation on closed file");
    if (!PyTuple_Check(state) || PyTuple_GET_SIZE(state) < 4)
        return kr_raise(PyExc_TypeError, "%.200s.__setstate__ argument should be 4-tuple, got "
                        "%.200s", Py_TYPE(self)->tp_name, Py_TYPE(state)->tp_name);
    // The value is stored as it is: it was translated when it was written first.
    PyObject *value = PyTuple_GET_ITEM(state, 0), *position = PyTuple_GET_ITEM(state, 2);
    PyObject *dict = PyTuple_GET_ITEM(state, 3);
    if (init(self, NULL, PyTuple_GET_ITEM(state, 1)) < 0) return NULL;
    if (!PyUnicode_Check(value))
        return kr_raise(PyExc_TypeError, "initial_value must be str or None, not %.200s",
                        Py_TYPE(value)->tp_name);
    Py_ssize_t length = PyUnicode_GetLength(value);
    if (length < 0 || make_room(self, length) < 0) return NULL;
    if (length > 0 && PyUnicode_AsUCS4(value, self->data, length, 0) == NULL) return NULL;
    self->size = length;
    if (!PyLong_Check(position))
        return kr_raise(PyExc_TypeError, "third item of state must be an integer, got %.200s",
                        Py_TYPE(position)->tp_name);
    Py_ssize_t place = PyLong_AsSsize_t(position);
    if (place == -1 && PyErr_Occurred()) return NULL;
    if (place < 0) return kr_raise(PyExc_ValueError, "position value cannot be negative");
    self->position = place;
    if (dict == Py_None) Py_RETURN_NONE;
    if (!PyDict_Check(dict))
        return kr_raise(PyExc_TypeError, "fourth item of state should be a dict, got a %.200s",
                        Py_TYPE(dict)->tp_name);
    if (self->base.dict == NULL) self->base.dict = Py_NewRef(dict);
    else if (PyDict_Update(self->base.dict, dict) < 0) return NULL;
    Py_RETURN_NONE;
}

GETTER(closed, NULL)
static PyObject *stringio_get_closed(StringIO *self)
{
    if (!self->initialised)
        return kr_raise(PyExc_ValueError, "I/O operation on uninitialized object");
    return PyBool_FromLong(self->closed);
}

GETTER(line_buffering, NULL)
static PyObject *stringio_get_line_buffering(StringIO *self)
{
    return check_open(self) < 0 ? NULL : Py_NewRef(Py_False);
}

GETTER(newlines, NULL)
static PyObject *stringio_get_newlines(StringIO *self)
{
    if (check_open(self) < 0) return NULL;
    if (self->decoder == NULL) Py_RETURN_NONE;
    return PyObject_GetAttr(self->decoder, ID(newlines));
}

// --- life -------------------------------------------------------------------------------------

static int set_newline(StringIO *self, PyObject *newline)
{
    if (newline != Py_None && !PyUnicode_Check(newline))
        return kr_raise_int(PyExc_TypeError, "newline must be str or None, not %.200s",
                            Py_TYPE(newline)->tp_name);
    const char *text = newline == Py_None ? NULL : PyUnicode_AsUTF8(newline);
    if (newline != Py_None && text == NULL) return -1;
    if (text != NULL && strcmp(text, "") != 0 && strcmp(text, "\n") != 0 &&
        strcmp(text, "\r") != 0 && strcmp(text, "\r\n") != 0)
        return kr_raise_int(PyExc_ValueError, "illegal newline value: %R", newline);
    Py_XSETREF(self->read_newline, text == NULL ? NULL : Py_NewRef(newline));
    Py_XSETREF(self->write_newline, text != NULL && text[0] == '\r' ? Py_NewRef(newline) : NULL);
    self->read_universal = text == NULL || text[0] == 0;
    self->read_translate = text == NULL;
    Py_CLEAR(self->decoder);
    if (!self->read_universal) return 0;
    self->decoder = PyObject_CallFunctionObjArgs((PyObject *)&kr_newline_decoder_type, Py_None,
                                                 self->read_translate ? Py_True : Py_False, NULL);
    return self->decoder == NULL ? -1 : 0;
}

// [value] and [newline] may be NULL: '' and '\n'.
static int init(StringIO *self, PyObject *value, PyObject *newline)
{
    KR_AUTO PyObject *ending = newline == NULL ? PyUnicode_FromOrdinal('\n') : Py_NewRef(newline);
    if (ending == NULL) return -1;
    self->initialised = self->closed = 0;
    if (set_newline(self, ending) < 0) return -1;
    if (value != NULL && value != Py_None && !PyUnicode_Check(value))
        return kr_raise_int(PyExc_TypeError, "initial_value must be str or None, not %.200s",
                            Py_TYPE(value)->tp_name);
    self->position = self->size = 0;
    if (self->data == NULL && make_room(self, 1) < 0) return -1;
    if (value != NULL && value != Py_None && write_text(self, value) < 0) return -1;
    self->position = 0;
    self->initialised = 1;
    return 0;
}

INITIALIZER(StringIO, "initial_value: object = NULL, newline: object = NULL",
            "Text I/O implementation using an in-memory buffer.\n\n"
            "The initial_value argument sets the value of object.  The newline\n"
            "argument is like the one of TextIOWrapper's constructor.")
static int stringio_init(StringIO *self, PyObject *value, PyObject *newline)
{
    return init(self, value, newline);
}

static int traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(((StringIO *)object)->decoder);
    Py_VISIT(((StringIO *)object)->base.dict);
    return 0;
}

static int clear(PyObject *object)
{
    Py_CLEAR(((StringIO *)object)->decoder);
    Py_CLEAR(((StringIO *)object)->base.dict);
    return 0;
}

static void dealloc(PyObject *object)
{
    StringIO *self = (StringIO *)object;
    PyObject_GC_UnTrack(object);
    self->initialised = 0;
    PyMem_Free(self->data);
    Py_CLEAR(self->read_newline);
    Py_CLEAR(self->write_newline);
    clear(object);
    if (self->base.weak_references != NULL) PyObject_ClearWeakRefs(object);
    Py_TYPE(object)->tp_free(object);
}

#include "modules/_io/stringio.methods.h"

PyTypeObject kr_stringio_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io.StringIO",
    .tp_basicsize = sizeof(StringIO),
    .tp_dealloc = dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = stringio_doc,
    .tp_traverse = traverse,
    .tp_clear = clear,
    .tp_weaklistoffset = offsetof(StringIO, base.weak_references),
    .tp_dictoffset = offsetof(StringIO, base.dict),
    .tp_iternext = next_line,
    .tp_methods = stringio_methods,
    .tp_getset = stringio_getset,
    .tp_base = &kr_textiobase_type,
    .tp_init = stringio_tp_init,
    .tp_new = PyType_GenericNew,
};
