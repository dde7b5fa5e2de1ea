// str_wide.c - str and wchar_t: conversions, and strings made by the old Py_UNICODE API.
//
// Such a string (PyUnicode_FromUnicode(NULL, n)) is not ready: its characters are only in wstr,
// and PyUnicode_READY turns it into a normal one in place.  wchar_t has 4 bytes here.
#include "objects/strings/str.h"

#include "objects/errors/raise.h"
#include "modsupport.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "pymem.h"

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

_Static_assert(sizeof(wchar_t) == 4, "wchar_t holds a code point");

static PyObject *check_code_points(const wchar_t *data, Py_ssize_t length)
{
    for (Py_ssize_t i = 0; i < length; i++)
        if ((Py_UCS4)data[i] > KR_MAX_CODE_POINT)
            return kr_raise(PyExc_ValueError,
                            "character U+%x is not in range [U+0000; U+10ffff]", (int)data[i]);
    return Py_None;
}

PyObject *PyUnicode_FromWideChar(const wchar_t *data, Py_ssize_t length)
{
    if (data == NULL && length != 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (length == -1) length = (Py_ssize_t)wcslen(data);
    if (check_code_points(data, length) == NULL) return NULL;
    return kr_str_from_chars((KrText){data, length, 4});
}

PyObject *PyUnicode_FromUnicode(const Py_UNICODE *data, Py_ssize_t length)
{
    if (length < 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (data != NULL) return PyUnicode_FromWideChar(data, length);
    if (length == 0) return kr_str_empty();
    if (length > PY_SSIZE_T_MAX / (Py_ssize_t)sizeof(wchar_t) - 1) return PyErr_NoMemory();
    PyUnicodeObject *self = PyObject_Malloc(sizeof *self);
    wchar_t *wide = PyObject_Malloc((length + 1) * sizeof *wide);
    if (self == NULL || wide == NULL) {
        PyObject_Free(self);
        PyObject_Free(wide);
        return PyErr_NoMemory();
    }
    memset(self, 0, sizeof *self);
    PyObject_Init((PyObject *)self, &PyUnicode_Type);
    self->_base._base.hash = -1;
    wide[0] = wide[length] = 0;
    self->_base._base.wstr = wide;
    self->_base.wstr_length = length;
    return (PyObject *)self;
}

int _PyUnicode_Ready(PyObject *text)
{
    assert(PyUnicode_Check(text));
    if (PyUnicode_IS_READY(text)) return 0;
    PyUnicodeObject *self = (PyUnicodeObject *)text;
    PyASCIIObject *head = &self->_base._base;
    Py_ssize_t length = self->_base.wstr_length;
    if (check_code_points(head->wstr, length) == NULL) return -1;
    KrText chars = {head->wstr, length, 4};
    Py_UCS4 max = kr_str_find_max(chars);
    if (max > 65535) {
        self->data.any = head->wstr;
        head->state.kind = PyUnicode_4BYTE_KIND;
    } else {
        int kind = max > 255 ? 2 : 1;
        self->data.any = PyObject_Malloc((length + 1) * kind);
        if (self->data.any == NULL) return PyErr_NoMemory(), -1;
        kr_str_copy(self->data.any, kind, 0, chars);
        memset((char *)self->data.any + length * kind, 0, kind);
        PyObject_Free(head->wstr);
        head->wstr = NULL;
        self->_base.wstr_length = 0;
        head->state.kind = kind;
        head->state.ascii = max == 127;
        if (max == 127) {
            self->_base.utf8 = self->data.any;
            self->_base.utf8_length = length;
        }
    }
    head->length = length;
    head->state.ready = 1;
    return 0;
}

// The characters as wchar_t, made on first use and kept in the object.
Py_UNICODE *PyUnicode_AsUnicodeAndSize(PyObject *text, Py_ssize_t *ret_length)
{
    if (!PyUnicode_Check(text)) {
        PyErr_BadArgument();
        return NULL;
    }
    PyASCIIObject *head = (PyASCIIObject *)text;
    if (head->wstr == NULL) {
        Py_ssize_t length = PyUnicode_GET_LENGTH(text);
        wchar_t *wide = length > PY_SSIZE_T_MAX / 4 - 1 ? NULL
                                                        : PyObject_Malloc((length + 1) * 4);
        if (wide == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
        kr_str_copy(wide, 4, 0, kr_str_chars(text));
        wide[length] = 0;
        head->wstr = wide;
        if (!PyUnicode_IS_COMPACT_ASCII(text))
            ((PyCompactUnicodeObject *)text)->wstr_length = length;
    }
    if (ret_length != NULL)
        *ret_length = PyUnicode_IS_COMPACT_ASCII(text)
                          ? PyUnicode_GET_LENGTH(text)
                          : ((PyCompactUnicodeObject *)text)->wstr_length;
    return head->wstr;
}

Py_UNICODE *PyUnicode_AsUnicode(PyObject *text)
{
    return PyUnicode_AsUnicodeAndSize(text, NULL);
}

const Py_UNICODE *_PyUnicode_AsUnicode(PyObject *text)
{
    Py_ssize_t length;
    const Py_UNICODE *wide = PyUnicode_AsUnicodeAndSize(text, &length);
    if (wide != NULL && wcslen(wide) != (size_t)length)
        return (void *)kr_raise(PyExc_ValueError, "embedded null character");
    return wide;
}

Py_ssize_t PyUnicode_GetSize(PyObject *text)
{
    Py_ssize_t length;
    if (!PyUnicode_Check(text)) {
        PyErr_BadArgument();
        return -1;
    }
    return PyUnicode_AsUnicodeAndSize(text, &length) == NULL ? -1 : length;
}

Py_ssize_t PyUnicode_AsWideChar(PyObject *text, wchar_t *target, Py_ssize_t room)
{
    if (text == NULL || !PyUnicode_Check(text)) {
        if (text == NULL) PyErr_BadInternalCall();
        else PyErr_BadArgument();
        return -1;
    }
    if (PyUnicode_READY(text) < 0) return -1;
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (target == NULL) return length + 1;
    Py_ssize_t copied = Py_MIN(room, length + 1);
    kr_str_copy(target, 4, 0, kr_chars_slice(kr_str_chars(text), 0, Py_MIN(copied, length)));
    if (room > length) target[length] = 0;
    return Py_MIN(room, length);
}

wchar_t *PyUnicode_AsWideCharString(PyObject *text, Py_ssize_t *ret_length)
{
    if (text == NULL || !PyUnicode_Check(text)) {
        if (text == NULL) PyErr_BadInternalCall();
        else PyErr_BadArgument();
        return NULL;
    }
    wchar_t *wide = (wchar_t *)PyUnicode_AsUCS4Copy(text);
    if (wide == NULL) return NULL;
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (ret_length != NULL) *ret_length = length;
    else if (wcslen(wide) != (size_t)length) {
        PyMem_Free(wide);
        return (void *)kr_raise(PyExc_ValueError, "embedded null character");
    }
    return wide;
}

int _PyUnicode_WideCharString_Converter(PyObject *object, void *target)
{
    wchar_t **slot = target;
    if (object == NULL) {
        PyMem_Free(*slot);
        *slot = NULL;
        return 1;
    }
    if (PyUnicode_Check(object)) {
        *slot = PyUnicode_AsWideCharString(object, NULL);
        return *slot == NULL ? 0 : Py_CLEANUP_SUPPORTED;
    }
    kr_raise(PyExc_TypeError, "argument must be str, not %.50s", Py_TYPE(object)->tp_name);
    return 0;
}

int _PyUnicode_WideCharString_Opt_Converter(PyObject *object, void *target)
{
    if (object == Py_None) {
        *(wchar_t **)target = NULL;
        return 1;
    }
    if (object != NULL && !PyUnicode_Check(object)) {
        kr_raise(PyExc_TypeError, "argument must be str or None, not %.50s",
                 Py_TYPE(object)->tp_name);
        return 0;
    }
    return _PyUnicode_WideCharString_Converter(object, target);
}
