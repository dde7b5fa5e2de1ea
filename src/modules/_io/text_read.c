// text_read.c - the reading half of TextIOWrapper.
#include "modules/_io/text.h"

void kr_textio_set_decoded(KrTextWrapper *self, STEALS PyObject *text)
{
    Py_XSETREF(self->decoded, text);
    self->decoded_used = 0;
}

void kr_textio_drop_snapshot(KrTextWrapper *self)
{
    Py_CLEAR(self->snapshot_flags);
    Py_CLEAR(self->snapshot_input);
}

PyObject *kr_textio_decode(KrTextWrapper *self, PyObject *input, int final)
{
    KR_AUTO PyObject *text = NULL;
    if (Py_IS_TYPE(self->decoder, &kr_newline_decoder_type))
        text = kr_newline_decode(self->decoder, input, final);
    else
        text = PyObject_CallMethodObjArgs(self->decoder, ID(decode), input,
                                          final ? Py_True : Py_False, NULL);
    if (text == NULL) return NULL;
    if (!PyUnicode_Check(text))
        return kr_raise(PyExc_TypeError, "decoder should return a string result, not '%.200s'",
                        Py_TYPE(text)->tp_name);
    return PyUnicode_READY(text) < 0 ? NULL : kr_take(text);
}

int kr_textio_decoder_state(KrTextWrapper *self, PyObject **ret_bytes, PyObject **ret_flags)
{
    KR_AUTO PyObject *state = PyObject_CallMethodNoArgs(self->decoder, ID(getstate));
    if (state == NULL) return -1;
    if (!PyTuple_Check(state) || PyTuple_GET_SIZE(state) != 2)
        return kr_raise_int(PyExc_TypeError, "illegal decoder state");
    PyObject *bytes = PyTuple_GET_ITEM(state, 0);
    if (!PyBytes_Check(bytes))
        return kr_raise_int(PyExc_TypeError, "illegal decoder state: the first item should be a "
                            "bytes object, not '%.200s'", Py_TYPE(bytes)->tp_name);
    *ret_bytes = Py_NewRef(bytes);
    *ret_flags = Py_NewRef(PyTuple_GET_ITEM(state, 1));
    return 0;
}

// At most [count] decoded characters, all for a negative one.
static PyObject *take_decoded(KrTextWrapper *self, Py_ssize_t count)
{
    if (self->decoded == NULL) return PyUnicode_New(0, 0);
    Py_ssize_t available = PyUnicode_GET_LENGTH(self->decoded) - self->decoded_used;
    if (count < 0 || count > available) count = available;
    PyObject *text = PyUnicode_Substring(self->decoded, self->decoded_used,
                                         self->decoded_used + count);
    if (text != NULL) self->decoded_used += count;
    return text;
}

// --- chunks -----------------------------------------------------------------------------------

// Bytes of the next chunk, from read1() or read() of the buffer.
static PyObject *read_bytes(KrTextWrapper *self, Py_ssize_t hint)
{
    if (hint > 0) hint = (Py_ssize_t)((double)hint * Py_MAX(self->bytes_per_char, 1.0));
    KR_AUTO PyObject *size = PyLong_FromSsize_t(Py_MAX(self->chunk_size, hint));
    if (size == NULL) return NULL;
    return PyObject_CallMethodOneArg(self->buffer, self->has_read1 ? ID(read1) : ID(read), size);
}

static int take_snapshot(KrTextWrapper *self, PyObject *before, PyObject *flags, PyObject *input)
{
    KR_AUTO PyObject *fed = Py_NewRef(before);
    PyBytes_Concat(&fed, input);
    if (fed == NULL) return -1;
    if (!PyBytes_Check(fed))
        return kr_raise_int(PyExc_TypeError, "underlying read() should have returned a bytes "
                            "object, not '%.200s'", Py_TYPE(fed)->tp_name);
    Py_XSETREF(self->snapshot_flags, Py_NewRef(flags));
    Py_XSETREF(self->snapshot_input, kr_take(fed));
    return 0;
}

// Reads and decodes a chunk: 1, 0 at the end, -1 on error.  [hint]: characters wanted, or 0.
static int read_chunk(KrTextWrapper *self, Py_ssize_t hint)
{
    if (self->decoder == NULL) {
        kr_io_unsupported("not readable");
        return -1;
    }
    KR_AUTO PyObject *before = NULL;
    KR_AUTO PyObject *flags = NULL;
    if (self->telling && kr_textio_decoder_state(self, &before, &flags) < 0) return -1;
    KR_AUTO PyObject *input = read_bytes(self, hint);
    if (input == NULL) return -1;
    Py_buffer view;
    if (PyObject_GetBuffer(input, &view, PyBUF_SIMPLE) < 0)
        return kr_raise_int(PyExc_TypeError, "underlying %s() should have returned a bytes-like "
                            "object, not '%.200s'", self->has_read1 ? "read1" : "read",
                            Py_TYPE(input)->tp_name);
    Py_ssize_t size = view.len;
    PyBuffer_Release(&view);
    PyObject *text = kr_textio_decode(self, input, size == 0);
    if (text == NULL) return -1;
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    kr_textio_set_decoded(self, text);
    self->bytes_per_char = length > 0 ? (double)size / (double)length : 0.0;
    if (self->telling && take_snapshot(self, before, flags, input) < 0) return -1;
    return size > 0 || length > 0;
}

// The same, going on after an interrupt whose handlers have run.
static int read_chunk_again(KrTextWrapper *self, Py_ssize_t hint)
{
    int more;
    do {
        more = read_chunk(self, hint);
    } while (more < 0 && kr_io_trap_interrupt());
    return more;
}

// --- read -------------------------------------------------------------------------------------

static PyObject *read_all(KrTextWrapper *self)
{
    KR_AUTO PyObject *bytes = PyObject_CallMethodNoArgs(self->buffer, ID(read));
    if (bytes == NULL) return NULL;
    KR_AUTO PyObject *rest = kr_textio_decode(self, bytes, 1);
    KR_AUTO PyObject *text = rest == NULL ? NULL : take_decoded(self, -1);
    if (text == NULL) return NULL;
    PyUnicode_Append(&text, rest);
    if (text == NULL) return NULL;
    kr_textio_set_decoded(self, NULL);
    kr_textio_drop_snapshot(self);
    return kr_take(text);
}

PyObject *kr_textio_read(KrTextWrapper *self, Py_ssize_t count)
{
    if (kr_textio_check_open(self) < 0) return NULL;
    if (self->decoder == NULL) return kr_io_unsupported("not readable");
    if (kr_textio_write_pending(self) < 0) return NULL;
    if (count < 0) return read_all(self);
    KR_AUTO PyObject *text = take_decoded(self, count);
    if (text == NULL) return NULL;
    Py_ssize_t missing = count - PyUnicode_GET_LENGTH(text);
    KR_AUTO PyObject *pieces = NULL;
    while (missing > 0) {
        int more = read_chunk_again(self, missing);
        if (more < 0) return NULL;
        if (more == 0) break;
        if (pieces == NULL) {
            pieces = PyList_New(0);
            if (pieces == NULL) return NULL;
        }
        if (PyUnicode_GET_LENGTH(text) > 0 && PyList_Append(pieces, text) < 0) return NULL;
        Py_SETREF(text, take_decoded(self, missing));
        if (text == NULL) return NULL;
        missing -= PyUnicode_GET_LENGTH(text);
    }
    if (pieces == NULL) return kr_take(text);
    if (PyList_Append(pieces, text) < 0) return NULL;
    KR_AUTO PyObject *empty = PyUnicode_New(0, 0);
    return empty == NULL ? NULL : PyUnicode_Join(empty, pieces);
}

// --- readline ---------------------------------------------------------------------------------

// Makes sure there is decoded text left: 1, 0 at the end, -1 on error.
static int has_decoded(KrTextWrapper *self)
{
    while (self->decoded == NULL || self->decoded_used >= PyUnicode_GET_LENGTH(self->decoded)) {
        int more = read_chunk_again(self, 0);
        if (more > 0) continue;
        if (more == 0) {
            kr_textio_set_decoded(self, NULL);
            kr_textio_drop_snapshot(self);
        }
        return more;
    }
    return 1;
}

static int append(PyObject **line, PyObject *piece)
{
    if (*line == NULL) *line = Py_NewRef(piece);
    else PyUnicode_Append(line, piece);
    return *line == NULL ? -1 : 0;
}

// Whether the kept, partial line end [line][held:] goes on in the decoded text: the length of the
// text that then belongs to the line, 0 if it does not.
static Py_ssize_t finish_newline(KrTextWrapper *self, PyObject *line, Py_ssize_t held)
{
    PyObject *newline = self->read_newline;
    Py_ssize_t length = PyUnicode_GET_LENGTH(newline), have = PyUnicode_GET_LENGTH(line) - held;
    Py_ssize_t available = PyUnicode_GET_LENGTH(self->decoded) - self->decoded_used;
    if (length - have > available) return 0;
    for (Py_ssize_t i = have; i < length; i++)
        if (PyUnicode_READ_CHAR(self->decoded, self->decoded_used + i - have) !=
            PyUnicode_READ_CHAR(newline, i))
            return 0;
    return length - have;
}

PyObject *kr_textio_readline(KrTextWrapper *self, Py_ssize_t limit)
{
    if (kr_textio_check_open(self) < 0 || kr_textio_write_pending(self) < 0) return NULL;
    KrLineEnd rule = {self->read_translate, self->read_universal, self->read_newline};
    KR_AUTO PyObject *line = NULL;
    Py_ssize_t length = 0, held = -1;
    for (;;) {
        int more = has_decoded(self);
        if (more < 0) return NULL;
        if (more == 0) break;
        Py_ssize_t start = self->decoded_used, end = PyUnicode_GET_LENGTH(self->decoded), found;
        Py_ssize_t consumed = end, finishes = held >= 0 ? finish_newline(self, line, held) : 0;
        if (finishes > 0)
            found = start + finishes;
        else
            found = kr_newline_find(rule, PyUnicode_KIND(self->decoded),
                                    PyUnicode_DATA(self->decoded), start, end, &consumed);
        // A partial line end is taken too, and remembered.
        held = found < 0 && consumed < end ? length + consumed - start : -1;
        Py_ssize_t stop = found >= 0 ? found : end;
        int complete = found >= 0;
        if (limit >= 0 && length + stop - start >= limit) {
            stop = start + limit - length;
            complete = 1;
        }
        KR_AUTO PyObject *piece = PyUnicode_Substring(self->decoded, start, stop);
        if (piece == NULL || append(&line, piece) < 0) return NULL;
        self->decoded_used = stop;
        length += stop - start;
        if (complete) break;
    }
    return line == NULL ? PyUnicode_New(0, 0) : kr_take(line);
}
