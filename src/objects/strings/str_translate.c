// str_translate.c - str.translate, str.maketrans, and PyUnicode_Translate with an error handler.
//
// A mapping is anything with __getitem__: code point -> int, str or None; a LookupError keeps the
// character.  Answers for ASCII are kept in a table, so that the mapping is asked once for each.
#include "objects/strings/str_translate.h"

#include "abstract.h"
#include "boolobject.h"
#include "codecs.h"
#include "dictobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/codec.h"
#include "pyerrors.h"

enum { UNKNOWN = -1 };

typedef struct Translation {
    PyObject *mapping;
    const char *errors;
    PyObject *handler;
    short ascii[128];       // what an ASCII character becomes, if that is ASCII, else UNKNOWN
    _PyUnicodeWriter writer;
} Translation;

// New reference to the answer, Py_NotImplemented when the character is to be kept.
static PyObject *ask_mapping(PyObject *mapping, Py_UCS4 c)
{
    KR_AUTO PyObject *key = PyLong_FromLong((long)c);
    if (key == NULL) return NULL;
    KR_AUTO PyObject *answer = PyObject_GetItem(mapping, key);
    if (answer == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_LookupError)) return NULL;
        PyErr_Clear();
        return Py_NewRef(Py_NotImplemented);
    }
    if (answer == Py_None) return kr_take(answer);
    if (PyLong_Check(answer)) {
        long value = PyLong_AsLong(answer);
        if (value == -1 && PyErr_Occurred()) PyErr_Clear();
        if (value < 0 || value > KR_MAX_CODE_POINT)
            return kr_raise(PyExc_ValueError, "character mapping must be in range(0x%x)",
                            KR_MAX_CODE_POINT + 1);
        return kr_take(answer);
    }
    if (PyUnicode_Check(answer)) return kr_take(answer);
    return kr_raise(PyExc_TypeError, "character mapping must return integer, None or str");
}

// Writes what [c] becomes: 1 when done, 0 when it has no translation (None), -1 on error.
static int translate_char(Translation *self, Py_UCS4 c)
{
    if (c < 128 && self->ascii[c] >= 0)
        return _PyUnicodeWriter_WriteChar(&self->writer, self->ascii[c]) < 0 ? -1 : 1;
    KR_AUTO PyObject *answer = ask_mapping(self->mapping, c);
    if (answer == NULL) return -1;
    if (answer == Py_None) return 0;
    if (PyUnicode_Check(answer))
        return _PyUnicodeWriter_WriteStr(&self->writer, answer) < 0 ? -1 : 1;
    Py_UCS4 to = answer == Py_NotImplemented ? c : (Py_UCS4)PyLong_AsLong(answer);
    if (c < 128 && to < 128) self->ascii[c] = (short)to;
    return _PyUnicodeWriter_WriteChar(&self->writer, to) < 0 ? -1 : 1;
}

// text[start:end] has no translation: the index to go on from, or -1.
static Py_ssize_t handle_untranslated(Translation *self, PyObject *text, Py_ssize_t start,
                                      Py_ssize_t end)
{
    if (self->errors != NULL && strcmp(self->errors, "ignore") == 0) return end;
    if (self->handler == NULL) {
        self->handler = PyCodec_LookupError(self->errors);
        if (self->handler == NULL) return -1;
    }
    KR_AUTO PyObject *error = _PyUnicodeTranslateError_Create(text, start, end,
                                                              "character maps to <undefined>");
    KR_AUTO PyObject *with = NULL;
    Py_ssize_t next;
    if (error == NULL ||
        kr_codec_call_handler(self->handler, error, PyUnicode_GET_LENGTH(text), &with, &next) < 0)
        return -1;
    if (!PyUnicode_Check(with))
        return kr_raise_int(PyExc_TypeError,
                            "translating error handler must return (str, int) tuple");
    return _PyUnicodeWriter_WriteStr(&self->writer, with) < 0 ? -1 : next;
}

static int translate_all(Translation *self, PyObject *text)
{
    KrText chars = kr_str_chars(text);
    for (Py_ssize_t i = 0; i < chars.length;) {
        int done = translate_char(self, kr_chars_read(chars, i));
        if (done < 0) return -1;
        if (done) {
            i++;
            continue;
        }
        Py_ssize_t end = i + 1;
        if (self->errors == NULL || strcmp(self->errors, "ignore") != 0) {
            for (; end < chars.length; end++) {
                KR_AUTO PyObject *answer = ask_mapping(self->mapping, kr_chars_read(chars, end));
                if (answer == NULL) return -1;
                if (answer != Py_None) break;
            }
        }
        i = handle_untranslated(self, text, i, end);
        if (i < 0) return -1;
    }
    return 0;
}

PyObject *PyUnicode_Translate(PyObject *text, PyObject *mapping, const char *errors)
{
    if (kr_str_check(text) < 0) return NULL;
    if (mapping == NULL) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_GET_LENGTH(text) == 0) return kr_str_empty();
    Translation self = {.mapping = mapping, .errors = errors};
    for (int i = 0; i < 128; i++) self.ascii[i] = UNKNOWN;
    _PyUnicodeWriter_Init(&self.writer);
    self.writer.overallocate = 1;
    self.writer.min_length = PyUnicode_GET_LENGTH(text);
    int failed = translate_all(&self, text);
    Py_XDECREF(self.handler);
    if (failed < 0) {
        _PyUnicodeWriter_Dealloc(&self.writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&self.writer);
}

// --- maketrans --------------------------------------------------------------------------------

static int set_code_point(PyObject *dict, Py_UCS4 key, PyObject *value)
{
    KR_AUTO PyObject *number = PyLong_FromLong((long)key);
    return number == NULL ? -1 : PyDict_SetItem(dict, number, value);
}

static PyObject *maketrans_from_dict(PyObject *mapping)
{
    if (!PyDict_CheckExact(mapping))
        return kr_raise(PyExc_TypeError,
                        "if you give only one argument to maketrans it must be a dict");
    KR_AUTO PyObject *table = PyDict_New();
    if (table == NULL) return NULL;
    Py_ssize_t position = 0;
    PyObject *key, *value;
    while (PyDict_Next(mapping, &position, &key, &value)) {
        int failed;
        if (PyUnicode_Check(key)) {
            if (PyUnicode_READY(key) < 0) return NULL;
            if (PyUnicode_GET_LENGTH(key) != 1)
                return kr_raise(PyExc_ValueError,
                                "string keys in translate table must be of length 1");
            failed = set_code_point(table, PyUnicode_READ_CHAR(key, 0), value);
        } else if (PyLong_Check(key)) {
            failed = PyDict_SetItem(table, key, value);
        } else {
            return kr_raise(PyExc_TypeError,
                            "keys in translate table must be strings or integers");
        }
        if (failed < 0) return NULL;
    }
    return kr_take(table);
}

PyObject *kr_str_maketrans(PyObject *from, PyObject *to, PyObject *remove)
{
    if (to == NULL) return maketrans_from_dict(from);
    if (!PyUnicode_Check(from))
        return kr_raise(PyExc_TypeError,
                        "first maketrans argument must be a string if there is a second argument");
    if (PyUnicode_READY(from) < 0 || PyUnicode_READY(to) < 0 ||
        (remove != NULL && PyUnicode_READY(remove) < 0))
        return NULL;
    if (PyUnicode_GET_LENGTH(from) != PyUnicode_GET_LENGTH(to))
        return kr_raise(PyExc_ValueError,
                        "the first two maketrans arguments must have equal length");
    KR_AUTO PyObject *table = PyDict_New();
    if (table == NULL) return NULL;
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(from); i++) {
        KR_AUTO PyObject *value = PyLong_FromLong((long)PyUnicode_READ_CHAR(to, i));
        if (value == NULL || set_code_point(table, PyUnicode_READ_CHAR(from, i), value) < 0)
            return NULL;
    }
    for (Py_ssize_t i = 0; remove != NULL && i < PyUnicode_GET_LENGTH(remove); i++)
        if (set_code_point(table, PyUnicode_READ_CHAR(remove, i), Py_None) < 0) return NULL;
    return kr_take(table);
}
