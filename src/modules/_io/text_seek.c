// text_seek.c - tell and seek of TextIOWrapper.
//
// A position is a "cookie", an int that packs where the buffer is to be put, in which state the
// decoder, how many bytes it is to be fed from there and how many characters of the result are to
// be skipped.
#include "modules/_io/text.h"

typedef struct Cookie {
    long long start;          // of the buffer; bits 0 … 63
    int decoder_flags;        // 64 … 95
    int bytes_to_feed;        // 96 … 127
    int chars_to_skip;        // 128 … 159
    unsigned char need_end;   // 160: the decoder is told that the input ends
} Cookie;

enum { COOKIE_SIZE = 21 };

static PyObject *pack_cookie(const Cookie *cookie)
{
    unsigned char bytes[COOKIE_SIZE];
    memcpy(bytes, &cookie->start, 8);
    memcpy(bytes + 8, &cookie->decoder_flags, 4);
    memcpy(bytes + 12, &cookie->bytes_to_feed, 4);
    memcpy(bytes + 16, &cookie->chars_to_skip, 4);
    bytes[20] = cookie->need_end;
    return _PyLong_FromByteArray(bytes, sizeof bytes, 1, 0);
}

static int unpack_cookie(PyObject *number, Cookie *ret)
{
    KR_AUTO PyObject *whole = PyNumber_Long(number);
    unsigned char bytes[COOKIE_SIZE];
    if (whole == NULL || _PyLong_AsByteArray((PyLongObject *)whole, bytes, sizeof bytes, 1, 0) < 0)
        return -1;
    memcpy(&ret->start, bytes, 8);
    memcpy(&ret->decoder_flags, bytes + 8, 4);
    memcpy(&ret->bytes_to_feed, bytes + 12, 4);
    memcpy(&ret->chars_to_skip, bytes + 16, 4);
    ret->need_end = bytes[20];
    return 0;
}

// --- the decoder ------------------------------------------------------------------------------

static int set_decoder(KrTextWrapper *self, int flags)
{
    KR_AUTO PyObject *state = Py_BuildValue("(yi)", "", flags);
    KR_AUTO PyObject *done = state == NULL ? NULL
                                           : PyObject_CallMethodOneArg(self->decoder, ID(setstate),
                                                                       state);
    return done == NULL ? -1 : 0;
}

static int restart_decoder(KrTextWrapper *self, const Cookie *cookie)
{
    if (self->decoder == NULL) return 0;
    if (cookie->start != 0 || cookie->decoder_flags != 0)
        return set_decoder(self, cookie->decoder_flags);
    KR_AUTO PyObject *done = PyObject_CallMethodNoArgs(self->decoder, ID(reset));
    return done == NULL ? -1 : 0;
}

static int restart_encoder(KrTextWrapper *self, int at_start)
{
    if (self->encoder == NULL) return 0;
    KR_AUTO PyObject *done = NULL;
    self->at_start = (char)at_start;
    if (at_start) done = PyObject_CallMethodNoArgs(self->encoder, ID(reset));
    else {
        KR_AUTO PyObject *zero = PyLong_FromLong(0);
        done = zero == NULL ? NULL : PyObject_CallMethodOneArg(self->encoder, ID(setstate), zero);
    }
    return done == NULL ? -1 : 0;
}

// Characters that decoding [size] bytes gives; -1 on error.
static Py_ssize_t decoded_length(KrTextWrapper *self, const char *data, Py_ssize_t size, int final)
{
    KR_AUTO PyObject *bytes = PyBytes_FromStringAndSize(data, size);
    KR_AUTO PyObject *text = bytes == NULL ? NULL : kr_textio_decode(self, bytes, final);
    return text == NULL ? -1 : PyUnicode_GET_LENGTH(text);
}

// Size of what the decoder holds back and its flags.
static int held_back(KrTextWrapper *self, Py_ssize_t *ret_size, int *ret_flags)
{
    KR_AUTO PyObject *bytes = NULL;
    KR_AUTO PyObject *flags = NULL;
    if (kr_textio_decoder_state(self, &bytes, &flags) < 0) return -1;
    *ret_size = PyBytes_GET_SIZE(bytes);
    *ret_flags = _PyLong_AsInt(flags);
    return *ret_flags == -1 && PyErr_Occurred() ? -1 : 0;
}

// --- tell -------------------------------------------------------------------------------------

// Looks for a place near the wanted one where the decoder holds nothing back, guessing from the
// ratio of bytes to characters: the offset in the input, where the decoder then is, or -1.
static Py_ssize_t guess_safe_place(KrTextWrapper *self, Cookie *cookie, PyObject *input)
{
    Py_ssize_t offset = (Py_ssize_t)(self->bytes_per_char * cookie->chars_to_skip), back = 1;
    if (offset > PyBytes_GET_SIZE(input)) offset = PyBytes_GET_SIZE(input);
    int flags_before = cookie->decoder_flags;
    while (offset > 0) {
        if (set_decoder(self, flags_before) < 0) return -1;
        Py_ssize_t length = decoded_length(self, PyBytes_AS_STRING(input), offset, 0), held;
        if (length < 0) return -1;
        if (length > cookie->chars_to_skip) {
            offset -= back;
            back *= 2;
            continue;
        }
        int flags;
        if (held_back(self, &held, &flags) < 0) return -1;
        if (held == 0) {
            cookie->decoder_flags = flags;
            cookie->chars_to_skip -= (int)length;
            return offset;
        }
        offset -= held;
        back = 1;
    }
    return set_decoder(self, flags_before) < 0 ? -1 : 0;
}

// Feeds byte after byte until all characters are there; every place where the decoder is empty
// moves the start.
static int feed_bytes(KrTextWrapper *self, Cookie *cookie, PyObject *input, Py_ssize_t offset)
{
    Py_ssize_t decoded = 0;
    for (; offset < PyBytes_GET_SIZE(input); offset++) {
        Py_ssize_t length = decoded_length(self, PyBytes_AS_STRING(input) + offset, 1, 0), held;
        int flags;
        if (length < 0) return -1;
        decoded += length;
        cookie->bytes_to_feed++;
        if (held_back(self, &held, &flags) < 0) return -1;
        if (held == 0 && decoded <= cookie->chars_to_skip) {
            cookie->start += cookie->bytes_to_feed;
            cookie->chars_to_skip -= (int)decoded;
            cookie->decoder_flags = flags;
            cookie->bytes_to_feed = 0;
            decoded = 0;
        }
        if (decoded >= cookie->chars_to_skip) return 0;
    }
    Py_ssize_t length = decoded_length(self, "", 0, 1);
    if (length < 0) return -1;
    cookie->need_end = 1;
    if (decoded + length < cookie->chars_to_skip)
        return kr_raise_int(PyExc_OSError, "can't reconstruct logical file position");
    return 0;
}

static int find_cookie(KrTextWrapper *self, Cookie *cookie, PyObject *input)
{
    Py_ssize_t offset = guess_safe_place(self, cookie, input);
    if (offset < 0) return -1;
    cookie->start += offset;
    return cookie->chars_to_skip == 0 ? 0 : feed_bytes(self, cookie, input, offset);
}

// Puts the decoder back into [state], whatever exception is pending.
static int restore_decoder(KrTextWrapper *self, PyObject *state)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *done = PyObject_CallMethodOneArg(self->decoder, ID(setstate), state);
    if (type != NULL) _PyErr_ChainExceptions(type, value, traceback);
    if (done == NULL) return -1;
    Py_DECREF(done);
    return type != NULL ? -1 : 0;
}

PyObject *kr_textio_tell(KrTextWrapper *self)
{
    if (kr_textio_check_open(self) < 0) return NULL;
    if (!self->seekable) return kr_io_unsupported("underlying stream is not seekable");
    if (!self->telling)
        return kr_raise(PyExc_OSError, "telling position disabled by next() call");
    if (kr_textio_write_pending(self) < 0) return NULL;
    KR_AUTO PyObject *flushed = PyObject_CallMethodNoArgs((PyObject *)self, ID(flush));
    KR_AUTO PyObject *position = flushed == NULL ? NULL
        : PyObject_CallMethodNoArgs(self->buffer, ID(tell));
    if (position == NULL) return NULL;
    if (self->decoder == NULL || self->snapshot_flags == NULL) return kr_take(position);
    Cookie cookie = {.start = PyLong_AsLongLong(position)};
    if (cookie.start == -1 && PyErr_Occurred()) return NULL;
    KR_AUTO PyObject *input = Py_NewRef(self->snapshot_input);
    cookie.start -= PyBytes_GET_SIZE(input);
    cookie.decoder_flags = _PyLong_AsInt(self->snapshot_flags);
    if (cookie.decoder_flags == -1 && PyErr_Occurred()) return NULL;
    cookie.chars_to_skip = (int)self->decoded_used;
    if (cookie.chars_to_skip == 0) return pack_cookie(&cookie);
    KR_AUTO PyObject *state = PyObject_CallMethodNoArgs(self->decoder, ID(getstate));
    if (state == NULL) return NULL;
    (void)find_cookie(self, &cookie, input);
    return restore_decoder(self, state) < 0 ? NULL : pack_cookie(&cookie);
}

// --- seek -------------------------------------------------------------------------------------

static int flush(KrTextWrapper *self)
{
    KR_AUTO PyObject *done = PyObject_CallMethodNoArgs((PyObject *)self, ID(flush));
    if (done == NULL) return -1;
    kr_textio_set_decoded(self, NULL);
    kr_textio_drop_snapshot(self);
    return 0;
}

static PyObject *seek_end(KrTextWrapper *self)
{
    if (flush(self) < 0) return NULL;
    Cookie start = {0};
    if (restart_decoder(self, &start) < 0) return NULL;
    KR_AUTO PyObject *position = PyObject_CallMethod(self->buffer, "seek", "ii", 0, 2);
    if (position == NULL) return NULL;
    int at_start = PyObject_Not(position);
    return at_start < 0 || restart_encoder(self, at_start) < 0 ? NULL : kr_take(position);
}

// Decodes again what was read before the wanted place.
static int read_up_to(KrTextWrapper *self, const Cookie *cookie)
{
    KR_AUTO PyObject *input = PyObject_CallMethod(self->buffer, "read", "i",
                                                  cookie->bytes_to_feed);
    if (input == NULL) return -1;
    if (!PyBytes_Check(input))
        return kr_raise_int(PyExc_TypeError, "underlying read() should have returned a bytes "
                            "object, not '%.200s'", Py_TYPE(input)->tp_name);
    KR_AUTO PyObject *flags = PyLong_FromLong(cookie->decoder_flags);
    if (flags == NULL) return -1;
    Py_XSETREF(self->snapshot_flags, kr_take(flags));
    Py_XSETREF(self->snapshot_input, Py_NewRef(input));
    PyObject *text = kr_textio_decode(self, input, cookie->need_end);
    if (text == NULL) return -1;
    kr_textio_set_decoded(self, text);
    if (PyUnicode_GET_LENGTH(text) < cookie->chars_to_skip)
        return kr_raise_int(PyExc_OSError, "can't restore logical file position");
    self->decoded_used = cookie->chars_to_skip;
    return 0;
}

static int seek_cookie(KrTextWrapper *self, PyObject *number)
{
    KR_AUTO PyObject *zero = PyLong_FromLong(0);
    int negative = zero == NULL ? -1 : PyObject_RichCompareBool(number, zero, Py_LT);
    if (negative < 0) return -1;
    if (negative) return kr_raise_int(PyExc_ValueError, "negative seek position %R", number);
    Cookie cookie;
    if (flush(self) < 0 || unpack_cookie(number, &cookie) < 0) return -1;
    KR_AUTO PyObject *done = PyObject_CallMethod(self->buffer, "seek", "L", cookie.start);
    if (done == NULL || restart_decoder(self, &cookie) < 0) return -1;
    if (cookie.chars_to_skip != 0) {
        if (read_up_to(self, &cookie) < 0) return -1;
    } else {
        KR_AUTO PyObject *flags = PyLong_FromLong(cookie.decoder_flags);
        KR_AUTO PyObject *empty = PyBytes_FromStringAndSize(NULL, 0);
        if (flags == NULL || empty == NULL) return -1;
        Py_XSETREF(self->snapshot_flags, kr_take(flags));
        Py_XSETREF(self->snapshot_input, kr_take(empty));
    }
    return restart_encoder(self, cookie.start == 0 && cookie.decoder_flags == 0);
}

PyObject *kr_textio_seek(KrTextWrapper *self, PyObject *cookie, int whence)
{
    if (kr_textio_check_open(self) < 0) return NULL;
    if (!self->seekable) return kr_io_unsupported("underlying stream is not seekable");
    if (whence < 0 || whence > 2)
        return kr_raise(PyExc_ValueError, "invalid whence (%d, should be 0, 1 or 2)", whence);
    KR_AUTO PyObject *place = Py_NewRef(cookie);
    if (whence > 0) {
        int not_zero = PyObject_IsTrue(cookie);
        if (not_zero < 0) return NULL;
        if (not_zero)
            return kr_io_unsupported(whence == 1 ? "can't do nonzero cur-relative seeks"
                                                 : "can't do nonzero end-relative seeks");
        if (whence == 2) return seek_end(self);
        // The current place, which also brings the stream into step.
        Py_SETREF(place, PyObject_CallMethodNoArgs((PyObject *)self, ID(tell)));
        if (place == NULL) return NULL;
    }
    return seek_cookie(self, place) < 0 ? NULL : kr_take(place);
}
