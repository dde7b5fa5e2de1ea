// text_wrapper.c - the type TextIOWrapper: construction, configuration, attributes.
//
// Reading, writing and positions are in text_read.c, text_write.c and text_seek.c.
#include "modules/_io/text.h"

#include <langinfo.h>

#include "structmember.h"

int kr_textio_check_attached(KrTextWrapper *self)
{
    if (self->initialised && !self->detached) return 0;
    return kr_raise_int(PyExc_ValueError, self->detached ? "underlying buffer has been detached"
                        : "I/O operation on uninitialized object");
}

int kr_textio_check_open(KrTextWrapper *self)
{
    if (kr_textio_check_attached(self) < 0) return -1;
    KR_AUTO PyObject *closed = PyObject_GetAttr(self->buffer, ID(closed));
    int answer = closed == NULL ? -1 : PyObject_IsTrue(closed);
    if (answer > 0) PyErr_SetString(PyExc_ValueError, "I/O operation on closed file.");
    return answer == 0 ? 0 : -1;
}

// --- construction -----------------------------------------------------------------------------

// [newline]: None, '', '\n', '\r' or '\r\n'.
static int set_newline(KrTextWrapper *self, PyObject *newline)
{
    const char *text = newline == Py_None ? NULL : PyUnicode_AsUTF8(newline);
    if (newline != Py_None && text == NULL) return -1;
    if (text != NULL && strcmp(text, "") != 0 && strcmp(text, "\n") != 0 &&
        strcmp(text, "\r") != 0 && strcmp(text, "\r\n") != 0)
        return kr_raise_int(PyExc_ValueError, "illegal newline value: %s", text);
    Py_XSETREF(self->read_newline, text == NULL ? NULL : Py_NewRef(newline));
    self->read_universal = text == NULL || text[0] == 0;
    self->read_translate = text == NULL;
    self->write_translate = text == NULL || text[0] != 0;
    // \n is the line end of the system: nothing to translate.
    self->write_newline = text == NULL || text[0] != '\r' ? NULL : text[1] == 0 ? "\r" : "\r\n";
    return 0;
}

static PyObject *locale_encoding(void)
{
    if (Py_UTF8Mode == 1) return PyUnicode_FromString("utf-8");
    const char *name = nl_langinfo(CODESET);
    return PyUnicode_FromString(name == NULL || name[0] == 0 ? "UTF-8" : name);
}

static int is_true(STEALS PyObject *answer)
{
    int truth = answer == NULL ? -1 : PyObject_IsTrue(answer);
    Py_XDECREF(answer);
    return truth;
}

static int make_decoder(KrTextWrapper *self, PyObject *info)
{
    Py_CLEAR(self->decoder);
    int readable = is_true(PyObject_CallMethodNoArgs(self->buffer, ID(readable)));
    if (readable <= 0) return readable;
    KR_AUTO PyObject *decoder = _PyCodecInfo_GetIncrementalDecoder(info,
                                                                   PyUnicode_AsUTF8(self->errors));
    if (decoder == NULL) return -1;
    if (self->read_universal) {
        PyObject *wrapped = PyObject_CallFunctionObjArgs(
            (PyObject *)&kr_newline_decoder_type, decoder,
            self->read_translate ? Py_True : Py_False, NULL);
        Py_SETREF(decoder, wrapped);
        if (decoder == NULL) return -1;
    }
    self->decoder = kr_take(decoder);
    return 0;
}

static int make_encoder(KrTextWrapper *self, PyObject *info)
{
    Py_CLEAR(self->encoder);
    self->direct = NULL;
    int writable = is_true(PyObject_CallMethodNoArgs(self->buffer, ID(writable)));
    if (writable <= 0) return writable;
    self->encoder = _PyCodecInfo_GetIncrementalEncoder(info, PyUnicode_AsUTF8(self->errors));
    if (self->encoder == NULL) return -1;
    PyObject *name;
    if (_PyObject_LookupAttr(info, ID(name), &name) < 0) return -1;
    if (name != NULL && PyUnicode_Check(name)) {
        const char *text = PyUnicode_AsUTF8(name);
        if (text == NULL) PyErr_Clear();
        else kr_textio_choose_direct(self, text);
    }
    Py_XDECREF(name);
    return 0;
}

// An encoder in the middle of a file writes no byte order mark.
static int fix_encoder(KrTextWrapper *self)
{
    if (!self->seekable || self->encoder == NULL) return 0;
    self->at_start = 1;
    KR_AUTO PyObject *position = PyObject_CallMethodNoArgs(self->buffer, ID(tell));
    int moved = position == NULL ? -1 : PyObject_IsTrue(position);
    if (moved <= 0) return moved;
    self->at_start = 0;
    KR_AUTO PyObject *zero = PyLong_FromLong(0);
    KR_AUTO PyObject *done = zero == NULL ? NULL
                                          : PyObject_CallMethodOneArg(self->encoder, ID(setstate),
                                                                      zero);
    return done == NULL ? -1 : 0;
}

// Sets encoding and errors and makes decoder and encoder of them.
static int set_codec(KrTextWrapper *self, PyObject *encoding, PyObject *errors)
{
    const char *name = PyUnicode_AsUTF8(encoding);
    if (name == NULL) return -1;
    if (strlen(name) != (size_t)PyUnicode_GET_LENGTH(encoding) && PyUnicode_IS_ASCII(encoding))
        return kr_raise_int(PyExc_ValueError, "embedded null character");
    KR_AUTO PyObject *info = _PyCodec_LookupTextEncoding(name, "codecs.open()");
    if (info == NULL) return -1;
    if (kr_interpreter_current()->config.dev_mode > 0) {
        const char *handler_name = PyUnicode_AsUTF8(errors);
        KR_AUTO PyObject *handler = handler_name == NULL ? NULL
            : PyCodec_LookupError(handler_name);
        if (handler == NULL) return -1;
    }
    Py_XSETREF(self->encoding, Py_NewRef(encoding));
    Py_XSETREF(self->errors, Py_NewRef(errors));
    return make_decoder(self, info) < 0 || make_encoder(self, info) < 0 ? -1 : 0;
}

static void clear_all(KrTextWrapper *self)
{
    self->initialised = 0;
    Py_CLEAR(self->buffer);
    Py_CLEAR(self->encoding);
    Py_CLEAR(self->errors);
    Py_CLEAR(self->encoder);
    Py_CLEAR(self->decoder);
    Py_CLEAR(self->read_newline);
    Py_CLEAR(self->decoded);
    Py_CLEAR(self->pending);
    Py_CLEAR(self->snapshot_flags);
    Py_CLEAR(self->snapshot_input);
}

// Raises EncodingWarning when the locale's encoding is used by omission.
static int warn_default_encoding(void)
{
    if (kr_interpreter_current()->config.warn_default_encoding <= 0) return 0;
    return PyErr_WarnEx(PyExc_EncodingWarning, "'encoding' argument not specified", 1);
}

INITIALIZER(TextIOWrapper, "buffer, encoding: str? = None, errors: str? = None, newline: str? = "
            "None, line_buffering: bool = False, write_through: bool = False",
            "Character and line based layer over a BufferedIOBase object, buffer.\n\n"
            "encoding gives the name of the encoding that the stream will be\n"
            "decoded or encoded with. It defaults to locale.getencoding().\n\n"
            "errors determines the strictness of encoding and decoding (see\n"
            "help(codecs.Codec) or the documentation for codecs.register) and\n"
            "defaults to \"strict\".\n\n"
            "newline controls how line endings are handled. It can be None, '',\n"
            "'\\n', '\\r', and '\\r\\n'.  It works as follows:\n\n"
            "* On input, if newline is None, universal newlines mode is\n"
            "  enabled. Lines in the input can end in '\\n', '\\r', or '\\r\\n', and\n"
            "  these are translated into '\\n' before being returned to the\n"
            "  caller. If it is '', universal newline mode is enabled, but line\n"
            "  endings are returned to the caller untranslated. If it has any of\n"
            "  the other legal values, input lines are only terminated by the given\n"
            "  string, and the line ending is returned to the caller untranslated.\n\n"
            "* On output, if newline is None, any '\\n' characters written are\n"
            "  translated to the system default line separator, os.linesep. If\n"
            "  newline is '' or '\\n', no translation takes place. If newline is any\n"
            "  of the other legal values, any '\\n' characters written are translated\n"
            "  to the given string.\n\n"
            "If line_buffering is True, a call to flush is implied when a call to\n"
            "write contains a newline character.")
static int text_init(KrTextWrapper *self, PyObject *buffer, PyObject *encoding, PyObject *errors,
                     PyObject *newline, int line_buffering, int write_through)
{
    clear_all(self);
    self->detached = 0;
    self->pending_size = 0;
    self->decoded_used = 0;
    if (set_newline(self, newline) < 0) return -1;
    if (encoding == Py_None && warn_default_encoding() < 0) return -1;
    int is_locale = encoding == Py_None || _PyUnicode_EqualToASCIIString(encoding, "locale");
    KR_AUTO PyObject *chosen = is_locale ? locale_encoding() : Py_NewRef(encoding);
    if (chosen == NULL) return -1;
    self->buffer = Py_NewRef(buffer);
    self->chunk_size = 8192;
    self->line_buffering = line_buffering != 0;
    self->write_through = write_through != 0;
    self->at_start = 0;
    if (set_codec(self, chosen, errors == Py_None ? ID(strict) : errors) < 0) return -1;
    int seekable = is_true(PyObject_CallMethodNoArgs(buffer, ID(seekable)));
    if (seekable < 0) return -1;
    self->seekable = self->telling = (char)seekable;
    PyObject *read1;
    int has_read1 = _PyObject_LookupAttr(buffer, ID(read1), &read1);
    if (has_read1 < 0) return -1;
    Py_XDECREF(read1);
    self->has_read1 = (char)has_read1;
    if (fix_encoder(self) < 0) return -1;
    self->initialised = 1;
    return 0;
}

// --- reconfigure ------------------------------------------------------------------------------

static PyObject *flush_self(KrTextWrapper *self)
{
    return PyObject_CallMethodNoArgs((PyObject *)self, ID(flush));
}

static int change_codec(KrTextWrapper *self, PyObject *encoding, PyObject *errors, int new_newline)
{
    if (encoding == Py_None && errors == Py_None && !new_newline) return 0;
    KR_AUTO PyObject *name = NULL;
    KR_AUTO PyObject *handler = NULL;
    if (encoding == Py_None) {
        name = Py_NewRef(self->encoding);
        handler = Py_NewRef(errors == Py_None ? self->errors : errors);
    } else {
        name = _PyUnicode_EqualToASCIIString(encoding, "locale") ? locale_encoding()
                                                                 : Py_NewRef(encoding);
        handler = Py_NewRef(errors == Py_None ? ID(strict) : errors);
    }
    return name == NULL || set_codec(self, name, handler) < 0 ? -1 : fix_encoder(self);
}

// The new value of a flag: None keeps [old].  -1 on error.
static int new_flag(PyObject *value, int old)
{
    if (value == Py_None) return old;
    long flag = PyLong_AsLong(value);
    return flag == -1 && PyErr_Occurred() ? -1 : flag != 0;
}

METHOD(reconfigure, "self, /, *, encoding: str? = None, errors: str? = None, newline: object = "
       "NULL, line_buffering=None, write_through=None",
       "Reconfigure the text stream with new parameters.\n\n"
       "This also does an implicit stream flush.")
static PyObject *text_reconfigure(KrTextWrapper *self, PyObject *encoding, PyObject *errors,
                                  PyObject *newline, PyObject *line_buffering,
                                  PyObject *write_through)
{
    if (kr_textio_check_attached(self) < 0) return NULL;
    int changes = encoding != Py_None || errors != Py_None || newline != NULL;
    if (self->decoder != NULL && changes
        && (self->decoded != NULL || self->snapshot_flags != NULL))
        return kr_io_unsupported("It is not possible to set the encoding or newline of stream "
                                 "after the first read");
    if (newline != NULL && newline != Py_None && !PyUnicode_Check(newline))
        return kr_raise(PyExc_TypeError,
                        "reconfigure() argument 'newline' must be str or None, not %.200s",
                        Py_TYPE(newline)->tp_name);
    int line = new_flag(line_buffering, self->line_buffering);
    int through = line < 0 ? -1 : new_flag(write_through, self->write_through);
    if (through < 0) return NULL;
    KR_AUTO PyObject *flushed = flush_self(self);
    if (flushed == NULL) return NULL;
    if (newline != NULL && set_newline(self, newline) < 0) return NULL;
    if (change_codec(self, encoding, errors, newline != NULL) < 0) return NULL;
    self->line_buffering = (char)line;
    self->write_through = (char)through;
    Py_RETURN_NONE;
}

// --- streams ----------------------------------------------------------------------------------

METHOD(write, "self, text: str, /", "")
static PyObject *text_write(KrTextWrapper *self, PyObject *text)
{
    return kr_textio_write(self, text);
}

METHOD(read, "self, size: ssize_or_none = -1, /", "")
static PyObject *text_read(KrTextWrapper *self, Py_ssize_t size)
{
    return kr_textio_check_attached(self) < 0 ? NULL : kr_textio_read(self, size);
}

METHOD(readline, "self, size: ssize = -1, /", "")
static PyObject *text_readline(KrTextWrapper *self, Py_ssize_t size)
{
    return kr_textio_check_attached(self) < 0 ? NULL : kr_textio_readline(self, size);
}

METHOD(tell, "self, /", "")
static PyObject *text_tell(KrTextWrapper *self)
{
    return kr_textio_tell(self);
}

METHOD(seek, "self, cookie, whence: int = 0, /", "")
static PyObject *text_seek(KrTextWrapper *self, PyObject *cookie, int whence)
{
    return kr_textio_seek(self, cookie, whence);
}

METHOD(truncate, "self, pos=None, /", "")
static PyObject *text_truncate(KrTextWrapper *self, PyObject *pos)
{
    if (kr_textio_check_attached(self) < 0) return NULL;
    KR_AUTO PyObject *flushed = flush_self(self);
    return flushed == NULL ? NULL : PyObject_CallMethodOneArg(self->buffer, ID(truncate), pos);
}

METHOD(flush, "self, /", "")
static PyObject *text_flush(KrTextWrapper *self)
{
    if (kr_textio_check_open(self) < 0) return NULL;
    self->telling = self->seekable;
    if (kr_textio_write_pending(self) < 0) return NULL;
    return PyObject_CallMethodNoArgs(self->buffer, ID(flush));
}

METHOD(detach, "self, /", "")
static PyObject *text_detach(KrTextWrapper *self)
{
    if (kr_textio_check_attached(self) < 0) return NULL;
    KR_AUTO PyObject *flushed = flush_self(self);
    if (flushed == NULL || kr_textio_check_attached(self) < 0) return NULL;
    self->detached = 1;
    return kr_take(self->buffer);
}

static PyObject *ask_buffer(KrTextWrapper *self, PyObject *method)
{
    return kr_textio_check_attached(self) < 0 ? NULL
                                              : PyObject_CallMethodNoArgs(self->buffer, method);
}

METHOD(fileno, "self, /", "")
static PyObject *text_fileno(KrTextWrapper *self)
{
    return ask_buffer(self, ID(fileno));
}

METHOD(seekable, "self, /", "")
static PyObject *text_seekable(KrTextWrapper *self)
{
    return ask_buffer(self, ID(seekable));
}

METHOD(readable, "self, /", "")
static PyObject *text_readable(KrTextWrapper *self)
{
    return ask_buffer(self, ID(readable));
}

METHOD(writable, "self, /", "")
static PyObject *text_writable(KrTextWrapper *self)
{
    return ask_buffer(self, ID(writable));
}

METHOD(isatty, "self, /", "")
static PyObject *text_isatty(KrTextWrapper *self)
{
    return ask_buffer(self, ID(isatty));
}

// The unclosed stream warns about itself; then flush, then close, and close even when flush
// failed.
METHOD(close, "self, /", "")
static PyObject *text_close(KrTextWrapper *self)
{
    if (kr_textio_check_attached(self) < 0) return NULL;
    int closed = is_true(PyObject_GetAttr((PyObject *)self, ID(closed)));
    if (closed < 0) return NULL;
    if (closed) Py_RETURN_NONE;
    if (self->finalizing) {
        KR_AUTO PyObject *warned = PyObject_CallMethodOneArg(self->buffer, ID(_dealloc_warn),
                                                             (PyObject *)self);
        if (warned == NULL) PyErr_Clear();
    }
    PyObject *type = NULL, *value, *traceback;
    KR_AUTO PyObject *flushed = flush_self(self);
    if (flushed == NULL) PyErr_Fetch(&type, &value, &traceback);
    PyObject *result = PyObject_CallMethodNoArgs(self->buffer, ID(close));
    if (type == NULL) return result;
    _PyErr_ChainExceptions(type, value, traceback);
    Py_XDECREF(result);
    return NULL;
}

static PyObject *next_line(PyObject *object)
{
    KrTextWrapper *self = (KrTextWrapper *)object;
    if (kr_textio_check_attached(self) < 0) return NULL;
    self->telling = 0;
    KR_AUTO PyObject *line = NULL;
    if (Py_IS_TYPE(object, &kr_textiowrapper_type)) {
        line = kr_textio_readline(self, -1);
    } else {
        line = PyObject_CallMethodNoArgs(object, ID(readline));
        if (line != NULL && !PyUnicode_Check(line))
            return kr_raise(PyExc_OSError,
                            "readline() should have returned a str object, not '%.200s'",
                            Py_TYPE(line)->tp_name);
    }
    if (line == NULL || PyUnicode_READY(line) < 0) return NULL;
    if (PyUnicode_GET_LENGTH(line) > 0) return kr_take(line);
    kr_textio_drop_snapshot(self);
    self->telling = self->seekable;
    return NULL;
}

// --- attributes -------------------------------------------------------------------------------

GETTER(name, NULL)
static PyObject *text_get_name(KrTextWrapper *self)
{
    return kr_textio_check_attached(self) < 0 ? NULL : PyObject_GetAttr(self->buffer, ID(name));
}

GETTER(closed, NULL)
static PyObject *text_get_closed(KrTextWrapper *self)
{
    return kr_textio_check_attached(self) < 0 ? NULL : PyObject_GetAttr(self->buffer, ID(closed));
}

GETTER(newlines, NULL)
static PyObject *text_get_newlines(KrTextWrapper *self)
{
    if (kr_textio_check_attached(self) < 0) return NULL;
    PyObject *newlines = NULL;
    if (self->decoder != NULL && _PyObject_LookupAttr(self->decoder, ID(newlines), &newlines) < 0)
        return NULL;
    return newlines == NULL ? Py_NewRef(Py_None) : newlines;
}

GETTER(errors, NULL)
static PyObject *text_get_errors(KrTextWrapper *self)
{
    if (!self->initialised) {
        kr_raise(PyExc_ValueError, "I/O operation on uninitialized object");
        return NULL;
    }
    return Py_NewRef(self->errors);
}

GETTER(_CHUNK_SIZE, NULL)
static PyObject *text_get__CHUNK_SIZE(KrTextWrapper *self)
{
    return kr_textio_check_attached(self) < 0 ? NULL : PyLong_FromSsize_t(self->chunk_size);
}

SETTER(_CHUNK_SIZE)
static int text_set__CHUNK_SIZE(KrTextWrapper *self, PyObject *value)
{
    if (kr_textio_check_attached(self) < 0) return -1;
    if (value == NULL) return kr_raise_int(PyExc_AttributeError, "cannot delete attribute");
    Py_ssize_t size = PyNumber_AsSsize_t(value, PyExc_ValueError);
    if (size == -1 && PyErr_Occurred()) return -1;
    if (size <= 0)
        return kr_raise_int(PyExc_ValueError, "a strictly positive integer is required");
    self->chunk_size = size;
    return 0;
}

// Appends " label=repr" when the stream has the attribute: 0 or -1.
static int add_attribute(_PyUnicodeWriter *writer, PyObject *self, PyObject *name)
{
    PyObject *value;
    if (_PyObject_LookupAttr(self, name, &value) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_ValueError)) return -1;
        PyErr_Clear();
        return 0;
    }
    if (value == NULL) return 0;
    KR_AUTO PyObject *text = PyUnicode_FromFormat(" %U=%R", name, value);
    Py_DECREF(value);
    return text == NULL ? -1 : _PyUnicodeWriter_WriteStr(writer, text);
}

static PyObject *repr(PyObject *object)
{
    KrTextWrapper *self = (KrTextWrapper *)object;
    if (!self->initialised)
        return kr_raise(PyExc_ValueError, "I/O operation on uninitialized object");
    int entered = Py_ReprEnter(object);
    if (entered != 0) {
        if (entered > 0)
            kr_raise(PyExc_RuntimeError, "reentrant call inside %s.__repr__",
                     Py_TYPE(object)->tp_name);
        return NULL;
    }
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    int failed = _PyUnicodeWriter_WriteASCIIString(&writer, "<_io.TextIOWrapper", -1) < 0 ||
                 add_attribute(&writer, object, ID(name)) < 0 ||
                 add_attribute(&writer, object, ID(mode)) < 0;
    Py_ReprLeave(object);
    KR_AUTO PyObject *tail = failed ? NULL : PyUnicode_FromFormat(" encoding=%R>", self->encoding);
    if (tail == NULL || _PyUnicodeWriter_WriteStr(&writer, tail) < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}

// --- life -------------------------------------------------------------------------------------

static int traverse(PyObject *object, visitproc visit, void *arg)
{
    KrTextWrapper *self = (KrTextWrapper *)object;
    Py_VISIT(self->buffer);
    Py_VISIT(self->encoding);
    Py_VISIT(self->errors);
    Py_VISIT(self->encoder);
    Py_VISIT(self->decoder);
    Py_VISIT(self->read_newline);
    Py_VISIT(self->decoded);
    Py_VISIT(self->pending);
    Py_VISIT(self->snapshot_flags);
    Py_VISIT(self->snapshot_input);
    Py_VISIT(self->base.dict);
    return 0;
}

static int clear(PyObject *object)
{
    clear_all((KrTextWrapper *)object);
    Py_CLEAR(((KrTextWrapper *)object)->base.dict);
    return 0;
}

static void dealloc(PyObject *object)
{
    KrTextWrapper *self = (KrTextWrapper *)object;
    self->finalizing = 1;
    if (kr_iobase_finalize_at_dealloc(object) < 0) return;
    PyObject_GC_UnTrack(object);
    if (self->base.weak_references != NULL) PyObject_ClearWeakRefs(object);
    clear(object);
    Py_TYPE(object)->tp_free(object);
}

#include "modules/_io/text_wrapper.methods.h"

#define FIELD(name, member, type, flags) {name, type, offsetof(KrTextWrapper, member), flags, NULL}
static PyMemberDef members[] = {
    FIELD("encoding", encoding, T_OBJECT, READONLY),
    FIELD("buffer", buffer, T_OBJECT_EX, READONLY),
    FIELD("line_buffering", line_buffering, T_BOOL, READONLY),
    FIELD("write_through", write_through, T_BOOL, READONLY),
    FIELD("_finalizing", finalizing, T_BOOL, 0),
    {NULL},
};

PyTypeObject kr_textiowrapper_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io.TextIOWrapper",
    .tp_basicsize = sizeof(KrTextWrapper),
    .tp_dealloc = dealloc,
    .tp_repr = repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = text_doc,
    .tp_traverse = traverse,
    .tp_clear = clear,
    .tp_weaklistoffset = offsetof(KrTextWrapper, base.weak_references),
    .tp_dictoffset = offsetof(KrTextWrapper, base.dict),
    .tp_iternext = next_line,
    .tp_methods = text_methods,
    .tp_members = members,
    .tp_getset = text_getset,
    .tp_base = &kr_textiobase_type,
    .tp_init = text_tp_init,
    .tp_new = PyType_GenericNew,
};
