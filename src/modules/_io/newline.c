// newline.c - line ends: finding them, and IncrementalNewlineDecoder, which makes them \n.
//
// (1) a '\r' at the end of a piece is held back until it is known whether '\n' follows.
#include "modules/_io/io.h"

#include "text/search.h"

// --- finding ----------------------------------------------------------------------------------

static Py_ssize_t find_universal(KrText text)
{
    for (Py_ssize_t i = 0; i < text.length; i++) {
        Py_UCS4 c = kr_text_read(text.kind, text.data, i);
        if (c == '\n') return i + 1;
        if (c == '\r')
            return i + 1 < text.length && kr_text_read(text.kind, text.data, i + 1) == '\n' ? i + 2
                : i + 1;
    }
    return -1;
}

// The longest end of [text] that [newline] may begin with.
static Py_ssize_t partial_at_end(KrText text, KrText newline)
{
    Py_ssize_t size = newline.length - 1 < text.length ? newline.length - 1 : text.length;
    for (; size > 0; size--) {
        Py_ssize_t i = 0;
        while (i < size && kr_text_read(text.kind, text.data, text.length - size + i) ==
                               kr_text_read(newline.kind, newline.data, i))
            i++;
        if (i == size) return size;
    }
    return 0;
}

Py_ssize_t kr_newline_find(KrLineEnd rule, int kind, const void *data, Py_ssize_t start,
                           Py_ssize_t end, Py_ssize_t *ret_consumed)
{
    KrText text = {(const char *)data + start * kind, end - start, kind};
    Py_ssize_t found, kept = 0;
    if (rule.translated) {
        found = kr_search_char(text, '\n');
        if (found >= 0) found++;
    } else if (rule.universal) {
        found = find_universal(text);
    } else {
        KrText newline = {PyUnicode_DATA(rule.newline), PyUnicode_GET_LENGTH(rule.newline),
                          PyUnicode_KIND(rule.newline)};
        found = kr_search_find(text, newline);
        if (found >= 0) found += newline.length;
        else kept = partial_at_end(text, newline);
    }
    if (found >= 0) return start + found;
    *ret_consumed = end - kept;
    return -1;
}

// --- IncrementalNewlineDecoder ----------------------------------------------------------------

enum { SEEN_CR = 1, SEEN_LF = 2, SEEN_CRLF = 4 };

typedef struct NewlineDecoder {
    PyObject_HEAD
    PyObject *decoder;     // None: the input is str already; NULL before __init__
    PyObject *errors;
    unsigned pending_cr : 1;
    unsigned translate : 1;
    unsigned seen : 3;
} NewlineDecoder;

static int check_initialised(NewlineDecoder *self)
{
    if (self->decoder != NULL) return 0;
    return kr_raise_int(PyExc_ValueError, "IncrementalNewlineDecoder.__init__() not called");
}

INITIALIZER(IncrementalNewlineDecoder, "decoder, translate: bool, errors: object = NULL",
            "Codec used when reading a file in universal newlines mode.\n\nIt wraps another "
            "incremental decoder, translating \\r\\n and \\r into \\n.\nIt also records the "
            "types of newlines encountered.  When used with\ntranslate=False, it ensures that "
            "the newline sequence is returned in\none piece. When used with decoder=None, it "
            "expects unicode strings as\ndecode input and translates newlines without first "
            "invoking an external\ndecoder.")
static int newline_init(NewlineDecoder *self, PyObject *decoder, int translate, PyObject *errors)
{
    Py_XSETREF(self->decoder, Py_NewRef(decoder));
    Py_XSETREF(self->errors, Py_NewRef(errors == NULL ? ID(strict) : errors));
    self->translate = translate != 0;
    self->pending_cr = 0;
    self->seen = 0;
    return 0;
}

// [text] with a '\r' in front.
static PyObject *prepend_cr(STEALS PyObject *text)
{
    KR_AUTO PyObject *owned = text;
    KR_AUTO PyObject *cr = PyUnicode_FromOrdinal('\r');
    return cr == NULL ? NULL : PyUnicode_Concat(cr, owned);
}

// Which line ends are in [text]; [known] need not be looked for again.
static unsigned look_for_ends(KrText text, unsigned known)
{
    for (Py_ssize_t i = 0; i < text.length && known != 7; i++) {
        Py_UCS4 c = kr_text_read(text.kind, text.data, i);
        if (c == '\n') {
            known |= SEEN_LF;
        } else if (c == '\r') {
            int crlf = i + 1 < text.length && kr_text_read(text.kind, text.data, i + 1) == '\n';
            known |= crlf ? SEEN_CRLF : SEEN_CR;
            i += crlf;
        }
    }
    return known;
}

// [text] with every line end as \n; notes in *seen what they were.
static PyObject *translate(PyObject *text, unsigned *seen)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    int kind = PyUnicode_KIND(text);
    const void *from = PyUnicode_DATA(text);
    void *to = PyMem_Malloc((size_t)(length + 1) * kind);
    if (to == NULL) return PyErr_NoMemory();
    Py_ssize_t out = 0;
    for (Py_ssize_t in = 0; in < length;) {
        Py_UCS4 c = kr_text_read(kind, from, in++);
        if (c == '\n') {
            *seen |= SEEN_LF;
        } else if (c == '\r') {
            int crlf = in < length && kr_text_read(kind, from, in) == '\n';
            *seen |= crlf ? SEEN_CRLF : SEEN_CR;
            in += crlf;
            c = '\n';
        }
        kr_text_write(kind, to, out++, c);
    }
    PyObject *result = PyUnicode_FromKindAndData(kind, to, out);
    PyMem_Free(to);
    return result;
}

static PyObject *decode_input(NewlineDecoder *self, PyObject *input, int final)
{
    if (self->decoder == Py_None) return Py_NewRef(input);
    return PyObject_CallMethodObjArgs(self->decoder, ID(decode), input, final ? Py_True : Py_False,
                                      NULL);
}

PyObject *kr_newline_decode(PyObject *object, PyObject *input, int final)
{
    NewlineDecoder *self = (NewlineDecoder *)object;
    if (check_initialised(self) < 0) return NULL;
    KR_AUTO PyObject *text = decode_input(self, input, final);
    if (text == NULL) return NULL;
    if (!PyUnicode_Check(text))
        return kr_raise(PyExc_TypeError, "decoder should return a string result, not '%.200s'",
                        Py_TYPE(text)->tp_name);
    if (PyUnicode_READY(text) < 0) return NULL;
    if (self->pending_cr && (final || PyUnicode_GET_LENGTH(text) > 0)) {
        text = prepend_cr(text);
        if (text == NULL) return NULL;
        self->pending_cr = 0;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (!final && length > 0 && PyUnicode_READ_CHAR(text, length - 1) == '\r') {
        Py_SETREF(text, PyUnicode_Substring(text, 0, --length));
        if (text == NULL) return NULL;
        self->pending_cr = 1;
    }
    KrText chars = {PyUnicode_DATA(text), length, PyUnicode_KIND(text)};
    if (kr_search_char(chars, '\r') < 0) {
        if (!(self->seen & SEEN_LF) && kr_search_char(chars, '\n') >= 0) self->seen |= SEEN_LF;
        return kr_take(text);
    }
    unsigned seen = self->seen;
    if (!self->translate) {
        self->seen = look_for_ends(chars, seen);
        return kr_take(text);
    }
    PyObject *result = translate(text, &seen);
    self->seen = seen;
    return result;
}

METHOD(decode, "self, /, input, final: bool = False", "")
static PyObject *newline_decode(NewlineDecoder *self, PyObject *input, int final)
{
    return kr_newline_decode((PyObject *)self, input, final);
}

METHOD(getstate, "self, /", "")
static PyObject *newline_getstate(NewlineDecoder *self)
{
    if (check_initialised(self) < 0) return NULL;
    KR_AUTO PyObject *buffer = NULL;
    unsigned long long flag = 0;
    if (self->decoder == Py_None) {
        buffer = PyBytes_FromStringAndSize("", 0);
    } else {
        KR_AUTO PyObject *state = PyObject_CallMethodNoArgs(self->decoder, ID(getstate));
        if (state == NULL) return NULL;
        if (!PyTuple_Check(state) || PyTuple_GET_SIZE(state) != 2)
            return kr_raise(PyExc_TypeError, "illegal decoder state");
        if (!PyLong_Check(PyTuple_GET_ITEM(state, 1)))
            return kr_raise(PyExc_TypeError, "illegal decoder state");
        flag = PyLong_AsUnsignedLongLong(PyTuple_GET_ITEM(state, 1));
        if (flag == (unsigned long long)-1 && PyErr_Occurred()) return NULL;
        buffer = Py_NewRef(PyTuple_GET_ITEM(state, 0));
    }
    return buffer == NULL ? NULL : Py_BuildValue("OK", buffer, flag << 1 | self->pending_cr);
}

METHOD(setstate, "self, state, /", "")
static PyObject *newline_setstate(NewlineDecoder *self, PyObject *state)
{
    if (check_initialised(self) < 0) return NULL;
    PyObject *buffer;
    unsigned long long flag;
    if (!PyTuple_Check(state)) return kr_raise(PyExc_TypeError, "state argument must be a tuple");
    if (!PyArg_ParseTuple(state, "OK;setstate(): illegal state argument", &buffer, &flag))
        return NULL;
    self->pending_cr = flag & 1;
    if (self->decoder == Py_None) Py_RETURN_NONE;
    KR_AUTO PyObject *inner = Py_BuildValue("OK", buffer, flag >> 1);
    return inner == NULL ? NULL : PyObject_CallMethodOneArg(self->decoder, ID(setstate), inner);
}

METHOD(reset, "self, /", "")
static PyObject *newline_reset(NewlineDecoder *self)
{
    if (check_initialised(self) < 0) return NULL;
    self->seen = 0;
    self->pending_cr = 0;
    if (self->decoder == Py_None) Py_RETURN_NONE;
    return PyObject_CallMethodNoArgs(self->decoder, ID(reset));
}

GETTER(newlines, "")
static PyObject *newline_get_newlines(NewlineDecoder *self)
{
    if (check_initialised(self) < 0) return NULL;
    switch (self->seen) {
    case SEEN_CR: return PyUnicode_FromString("\r");
    case SEEN_LF: return PyUnicode_FromString("\n");
    case SEEN_CRLF: return PyUnicode_FromString("\r\n");
    case SEEN_CR | SEEN_LF: return Py_BuildValue("ss", "\r", "\n");
    case SEEN_CR | SEEN_CRLF: return Py_BuildValue("ss", "\r", "\r\n");
    case SEEN_LF | SEEN_CRLF: return Py_BuildValue("ss", "\n", "\r\n");
    case SEEN_CR | SEEN_LF | SEEN_CRLF: return Py_BuildValue("sss", "\r", "\n", "\r\n");
    }
    Py_RETURN_NONE;
}

static void dealloc(PyObject *object)
{
    NewlineDecoder *self = (NewlineDecoder *)object;
    PyObject_GC_UnTrack(object);
    Py_CLEAR(self->decoder);
    Py_CLEAR(self->errors);
    Py_TYPE(object)->tp_free(object);
}

static int traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(((NewlineDecoder *)object)->decoder);
    Py_VISIT(((NewlineDecoder *)object)->errors);
    return 0;
}

static int clear(PyObject *object)
{
    Py_CLEAR(((NewlineDecoder *)object)->decoder);
    Py_CLEAR(((NewlineDecoder *)object)->errors);
    return 0;
}

#include "modules/_io/newline.methods.h"

PyTypeObject kr_newline_decoder_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io.IncrementalNewlineDecoder",
    .tp_basicsize = sizeof(NewlineDecoder),
    .tp_dealloc = dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = newline_doc,
    .tp_traverse = traverse,
    .tp_clear = clear,
    .tp_methods = newline_methods,
    .tp_getset = newline_getset,
    .tp_init = newline_tp_init,
    .tp_new = PyType_GenericNew,
};
