// unicode_error.c - UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError.
//
// (1) object and reason may be NULL or of any type in a half-made instance: every reader checks.
// (2) Readers of start and end clip them into the object; the stored numbers stay as given.
#include "objects/errors/exceptions.h"

#include <assert.h>

#include "abstract.h"
#include "bytesobject.h"
#include "longobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "runtime/owned.h"

static PyUnicodeErrorObject *as_error(PyObject *self)
{
    return (PyUnicodeErrorObject *)self;
}

// --- making -------------------------------------------------------------------------------------

static int check_str(PyObject *value, int number)
{
    if (PyUnicode_Check(value)) return 0;
    return kr_raise_int(PyExc_TypeError, "argument %d must be str, not %.50s", number,
                        value == Py_None ? "None" : Py_TYPE(value)->tp_name);
}

// Sets object, start, end, reason from the last four of [args]; encoding from the first of five.
static int take_fields(PyUnicodeErrorObject *self, PyObject *args, Py_ssize_t count)
{
    if (PyTuple_GET_SIZE(args) != count)
        return kr_raise_int(PyExc_TypeError, "function takes exactly %zd arguments (%zd given)",
                            count, PyTuple_GET_SIZE(args));
    PyObject *const *items = kr_tuple_items(args) + (count - 4);
    if (count == 5 && check_str(PyTuple_GET_ITEM(args, 0), 1) < 0) return -1;
    Py_ssize_t start, end;
    if (kr_argument_ssize(items[1], &start) < 0 || kr_argument_ssize(items[2], &end) < 0)
        return -1;
    if (check_str(items[3], (int)count) < 0) return -1;
    Py_XSETREF(self->encoding, count == 5 ? Py_NewRef(PyTuple_GET_ITEM(args, 0)) : NULL);
    Py_XSETREF(self->object, Py_NewRef(items[0]));
    Py_XSETREF(self->reason, Py_NewRef(items[3]));
    self->start = start;
    self->end = end;
    return 0;
}

static int decode_error_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (kr_base_exception_init(self, args, kwargs) < 0 || take_fields(as_error(self), args, 5) < 0)
        return -1;
    if (PyBytes_Check(as_error(self)->object)) return 0;
    PyObject *bytes = PyBytes_FromObject(as_error(self)->object);
    if (bytes == NULL) return -1;
    Py_SETREF(as_error(self)->object, bytes);
    return 0;
}

static int text_error_init(PyObject *self, PyObject *args, PyObject *kwargs, Py_ssize_t count)
{
    if (kr_base_exception_init(self, args, kwargs) < 0) return -1;
    if (PyTuple_GET_SIZE(args) == count
        && check_str(PyTuple_GET_ITEM(args, count - 4), (int)count - 3) < 0)
        return -1;
    return take_fields(as_error(self), args, count);
}

static int encode_error_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return text_error_init(self, args, kwargs, 5);
}

static int translate_error_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return text_error_init(self, args, kwargs, 4);
}

// --- showing ------------------------------------------------------------------------------------

static PyObject *text_of(PyObject *value)
{
    return value == NULL ? PyUnicode_FromString("") : PyObject_Str(value);
}

static PyObject *decode_error_str(PyObject *object)
{
    PyUnicodeErrorObject *self = as_error(object);
    if (self->object == NULL) return PyUnicode_FromString("");
    KR_AUTO PyObject *reason = text_of(self->reason);
    KR_AUTO PyObject *encoding = text_of(self->encoding);
    if (reason == NULL || encoding == NULL) return NULL;
    int is_single = self->start >= 0 && self->end == self->start + 1 && PyBytes_Check(self->object)
        && self->start < PyBytes_GET_SIZE(self->object);
    if (is_single)
        return PyUnicode_FromFormat(
                "'%U' codec can't decode byte 0x%02x in position %zd: %U", encoding,
                (unsigned char)PyBytes_AS_STRING(self->object)[self->start], self->start, reason);
    return PyUnicode_FromFormat("'%U' codec can't decode bytes in position %zd-%zd: %U", encoding,
                                self->start, self->end - 1, reason);
}

// What could not be done to which characters: "can't encode character '\xe9' in position 3: …".
static PyObject *text_error_message(PyUnicodeErrorObject *self, PyObject *subject,
                                    const char *verb)
{
    KR_AUTO PyObject *reason = text_of(self->reason);
    if (reason == NULL) return NULL;
    int is_single = self->start >= 0 && self->end == self->start + 1
        && PyUnicode_Check(self->object) && self->start < PyUnicode_GetLength(self->object);
    if (!is_single)
        return PyUnicode_FromFormat("%Ucan't %s characters in position %zd-%zd: %U", subject, verb,
                                    self->start, self->end - 1, reason);
    Py_UCS4 character = PyUnicode_ReadChar(self->object, self->start);
    const char *format = character <= 0xff     ? "%Ucan't %s character '\\x%02x' in position %zd: "
        "%U" : character <= 0xffff ? "%Ucan't %s character '\\u%04x' in position %zd: %U"
        : "%Ucan't %s character '\\U%08x' in position %zd: %U";
    return PyUnicode_FromFormat(format, subject, verb, (int)character, self->start, reason);
}

static PyObject *encode_error_str(PyObject *object)
{
    PyUnicodeErrorObject *self = as_error(object);
    if (self->object == NULL) return PyUnicode_FromString("");
    KR_AUTO PyObject *encoding = text_of(self->encoding);
    if (encoding == NULL) return NULL;
    KR_AUTO PyObject *subject = PyUnicode_FromFormat("'%U' codec ", encoding);
    return subject == NULL ? NULL : text_error_message(self, subject, "encode");
}

static PyObject *translate_error_str(PyObject *object)
{
    PyUnicodeErrorObject *self = as_error(object);
    if (self->object == NULL) return PyUnicode_FromString("");
    KR_AUTO PyObject *subject = PyUnicode_FromString("");
    return subject == NULL ? NULL : text_error_message(self, subject, "translate");
}

#define FIELD(name, type) \
    {#name, type, offsetof(PyUnicodeErrorObject, name), 0, "exception " #name}

static PyMemberDef unicode_error_members[] = {
    FIELD(encoding, T_OBJECT), FIELD(object, T_OBJECT),   FIELD(start, T_PYSSIZET),
    FIELD(end, T_PYSSIZET),    FIELD(reason, T_OBJECT),   {NULL, 0, 0, 0, NULL},
};

#define FAMILY(kind)                                                                              \
    const KrExceptionFamily kr_##kind##_family = {                                                \
        .new = kr_base_exception_new,                                                             \
        .init = kind##_init,                                                                      \
        .str = kind##_str,                                                                        \
        .members = unicode_error_members,                                                         \
    };
FAMILY(decode_error)
FAMILY(encode_error)
FAMILY(translate_error)

// --- public access ------------------------------------------------------------------------------

PyObject *PyUnicodeDecodeError_Create(const char *encoding, const char *object, Py_ssize_t length,
                                      Py_ssize_t start, Py_ssize_t end, const char *reason)
{
    KR_AUTO PyObject *name = PyUnicode_FromString(encoding);
    KR_AUTO PyObject *bytes = PyBytes_FromStringAndSize(object, length);
    KR_AUTO PyObject *first = PyLong_FromSsize_t(start);
    KR_AUTO PyObject *last = PyLong_FromSsize_t(end);
    KR_AUTO PyObject *why = PyUnicode_FromString(reason);
    if (!name || !bytes || !first || !last || !why) return NULL;
    return PyObject_CallFunctionObjArgs(PyExc_UnicodeDecodeError, name, bytes, first, last, why,
                                        NULL);
}

PyObject *_PyUnicodeTranslateError_Create(PyObject *object, Py_ssize_t start, Py_ssize_t end,
                                          const char *reason)
{
    KR_AUTO PyObject *first = PyLong_FromSsize_t(start);
    KR_AUTO PyObject *last = PyLong_FromSsize_t(end);
    KR_AUTO PyObject *why = PyUnicode_FromString(reason);
    if (!first || !last || !why) return NULL;
    return PyObject_CallFunctionObjArgs(PyExc_UnicodeTranslateError, object, first, last, why,
                                        NULL);
}

// New reference to a field that must be a str (or bytes).
static PyObject *get_text(PyObject *value, const char *name)
{
    if (value == NULL) return kr_raise(PyExc_TypeError, "%.200s attribute not set", name);
    if (!PyUnicode_Check(value))
        return kr_raise(PyExc_TypeError, "%.200s attribute must be unicode", name);
    return Py_NewRef(value);
}

static PyObject *get_bytes(PyObject *value, const char *name)
{
    if (value == NULL) return kr_raise(PyExc_TypeError, "%.200s attribute not set", name);
    if (!PyBytes_Check(value))
        return kr_raise(PyExc_TypeError, "%.200s attribute must be bytes", name);
    return Py_NewRef(value);
}

// Length of the object that the positions count in, -1 with an exception.
static Py_ssize_t object_length(PyObject *self, int is_decode)
{
    PyObject *held = is_decode ? get_bytes(as_error(self)->object, "object")
                               : get_text(as_error(self)->object, "object");
    if (held == NULL) return -1;
    Py_ssize_t length = is_decode ? PyBytes_GET_SIZE(held) : PyUnicode_GET_LENGTH(held);
    Py_DECREF(held);
    return length;
}

// Keeps (2).
static int get_start(PyObject *self, int is_decode, Py_ssize_t *ret_start)
{
    Py_ssize_t length = object_length(self, is_decode), start = as_error(self)->start;
    if (length < 0) return -1;
    if (start >= length) start = length - 1;
    *ret_start = start < 0 ? 0 : start;
    return 0;
}

static int get_end(PyObject *self, int is_decode, Py_ssize_t *ret_end)
{
    Py_ssize_t length = object_length(self, is_decode), end = as_error(self)->end;
    if (length < 0) return -1;
    if (end < 1) end = 1;
    *ret_end = end > length ? length : end;
    return 0;
}

static int set_reason(PyObject *self, const char *reason)
{
    PyObject *text = PyUnicode_FromString(reason);
    if (text == NULL) return -1;
    Py_XSETREF(as_error(self)->reason, text);
    return 0;
}

#define ACCESS(Kind, is_decode)                                                                   \
    PyObject *PyUnicode##Kind##Error_GetReason(PyObject *self)                                    \
    {                                                                                             \
        return get_text(as_error(self)->reason, "reason");                                        \
    }                                                                                             \
    int PyUnicode##Kind##Error_SetReason(PyObject *self, const char *reason)                      \
    {                                                                                             \
        return set_reason(self, reason);                                                          \
    }                                                                                             \
    PyObject *PyUnicode##Kind##Error_GetObject(PyObject *self)                                    \
    {                                                                                             \
        return is_decode ? get_bytes(as_error(self)->object, "object")                            \
                         : get_text(as_error(self)->object, "object");                            \
    }                                                                                             \
    int PyUnicode##Kind##Error_GetStart(PyObject *self, Py_ssize_t *start)                        \
    {                                                                                             \
        return get_start(self, is_decode, start);                                                 \
    }                                                                                             \
    int PyUnicode##Kind##Error_SetStart(PyObject *self, Py_ssize_t start)                         \
    {                                                                                             \
        as_error(self)->start = start;                                                            \
        return 0;                                                                                 \
    }                                                                                             \
    int PyUnicode##Kind##Error_GetEnd(PyObject *self, Py_ssize_t *end)                            \
    {                                                                                             \
        return get_end(self, is_decode, end);                                                     \
    }                                                                                             \
    int PyUnicode##Kind##Error_SetEnd(PyObject *self, Py_ssize_t end)                             \
    {                                                                                             \
        as_error(self)->end = end;                                                                \
        return 0;                                                                                 \
    }
ACCESS(Decode, 1)
ACCESS(Encode, 0)
ACCESS(Translate, 0)

PyObject *PyUnicodeDecodeError_GetEncoding(PyObject *self)
{
    return get_text(as_error(self)->encoding, "encoding");
}

PyObject *PyUnicodeEncodeError_GetEncoding(PyObject *self)
{
    return get_text(as_error(self)->encoding, "encoding");
}
