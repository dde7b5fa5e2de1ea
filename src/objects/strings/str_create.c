// str_create.c - how str objects come to be: memory, kinds, copies, shared singletons.
//
//   PyASCIIObject | characters, NUL              compact ASCII, 1 byte each
//   PyCompactUnicodeObject | characters, NUL     compact, 1, 2 or 4 bytes each
//   PyUnicodeObject -> characters, NUL           subclasses and strings from the old wchar_t API
//
// (1) the kind is the smallest that holds the largest character  (2) the character after the last
// is 0  (3) a str with other references, a computed hash or an interned one is never changed.
//
// Interning is in intern.c, the old wchar_t API in str_wide.c.
#include "objects/strings/str.h"

#include "objects/errors/raise.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "runtime/object_memory.h"
#include "warnings.h"
#include "pymem.h"

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

Py_UCS4 _PyUnicode_FindMaxChar(PyObject *text, Py_ssize_t start, Py_ssize_t end)
{
    assert(0 <= start && end <= PyUnicode_GET_LENGTH(text));
    if (start >= end || PyUnicode_IS_ASCII(text)) return 127;
    if (start == 0 && end == PyUnicode_GET_LENGTH(text)) return kr_str_max(text);
    return kr_str_find_max(kr_chars_slice(kr_str_chars(text), start, end));
}

const void *kr_str_widen(KrText chars, int kind, void **ret_owned)
{
    *ret_owned = NULL;
    if (chars.kind == kind) return chars.data;
    assert(chars.kind < kind);
    if (chars.length > PY_SSIZE_T_MAX / kind - 1 ||
        (*ret_owned = PyMem_Malloc((size_t)(chars.length + 1) * kind)) == NULL)
        return PyErr_NoMemory();
    kr_str_copy(*ret_owned, kind, 0, chars);
    return *ret_owned;
}

// --- new objects ------------------------------------------------------------------------------

static int kind_of_max(Py_UCS4 max)
{
    return max < 0x100 ? 1 : max < 0x10000 ? 2 : 4;
}

static void write_end(PyObject *text, Py_ssize_t length)
{
    PyUnicode_WRITE(PyUnicode_KIND(text), PyUnicode_DATA(text), length, 0);
}

// The bit fields of a ready, compact string in one word: field by field costs a store and a load
// each.
static inline uint32_t new_state(int kind, int is_ascii)
{
    enum { KIND_SHIFT = 2, COMPACT = 1 << 5, ASCII = 1 << 6, READY = 1 << 7 };
    return (uint32_t)kind << KIND_SHIFT | COMPACT | (is_ascii ? ASCII : 0) | READY;
}

PyObject *PyUnicode_New(Py_ssize_t length, Py_UCS4 max)
{
    if (length == 0) return kr_str_empty();
    if (max > KR_MAX_CODE_POINT)
        return kr_raise(PyExc_SystemError, "invalid maximum character passed to PyUnicode_New");
    if (length < 0) return kr_raise(PyExc_SystemError, "Negative size passed to PyUnicode_New");
    int is_ascii = max < 0x80, kind = kind_of_max(max);
    Py_ssize_t head = is_ascii ? sizeof(PyASCIIObject) : sizeof(PyCompactUnicodeObject);
    if (length > (PY_SSIZE_T_MAX - head) / kind - 1) return PyErr_NoMemory();
    PyASCIIObject *self = kr_object_allocate(head + (length + 1) * kind);
    if (self == NULL) return PyErr_NoMemory();
    kr_object_begin(self, &PyUnicode_Type);
    self->length = length;
    self->hash = -1;
    uint32_t state = new_state(kind, is_ascii);
    memcpy(&self->state, &state, sizeof state);
    self->wstr = NULL;
    if (!is_ascii) {
        PyCompactUnicodeObject *wide = (PyCompactUnicodeObject *)self;
        wide->utf8 = NULL;
        wide->utf8_length = 0;
        wide->wstr_length = 0;
        if (kind == sizeof(wchar_t)) {
            self->wstr = (wchar_t *)(wide + 1);
            wide->wstr_length = length;
        }
    }
    memset((char *)self + head + length * kind, 0, kind);
    return (PyObject *)self;
}

PyObject *kr_str_from_chars(KrText chars)
{
    if (chars.length == 0) return kr_str_empty();
    if (chars.length == 1) {
        Py_UCS4 c = kr_chars_read(chars, 0);
        if (c < 256) return kr_str_latin1_char((unsigned char)c);
    }
    PyObject *text = PyUnicode_New(chars.length, kr_str_find_max(chars));
    if (text != NULL) kr_str_copy(PyUnicode_DATA(text), PyUnicode_KIND(text), 0, chars);
    return text;
}

PyObject *PyUnicode_FromKindAndData(int kind, const void *data, Py_ssize_t length)
{
    if (length < 0) return kr_raise(PyExc_ValueError, "size must be positive");
    if (kind != 1 && kind != 2 && kind != 4)
        return kr_raise(PyExc_SystemError, "invalid kind");
    return kr_str_from_chars((KrText){data, length, kind});
}

PyObject *_PyUnicode_FromASCII(const char *data, Py_ssize_t length)
{
    if (length == 1) return kr_str_latin1_char((unsigned char)data[0]);
    PyObject *text = PyUnicode_New(length, 127);
    if (text != NULL) memcpy(PyUnicode_DATA(text), data, length);
    return text;
}

PyObject *PyUnicode_FromStringAndSize(const char *data, Py_ssize_t length)
{
    if (length < 0)
        return kr_raise(PyExc_SystemError,
                        "Negative size passed to PyUnicode_FromStringAndSize");
    if (data != NULL) return PyUnicode_DecodeUTF8Stateful(data, length, NULL, NULL);
    if (PyErr_WarnEx(PyExc_DeprecationWarning,
                     "PyUnicode_FromStringAndSize(NULL, size) is deprecated; "
                     "use PyUnicode_New() instead", 1) < 0)
        return NULL;
    return PyUnicode_FromUnicode(NULL, length);
}

PyObject *PyUnicode_FromString(const char *data)
{
    size_t length = strlen(data);
    if (length > PY_SSIZE_T_MAX) return kr_raise(PyExc_OverflowError, "input too long");
    return PyUnicode_DecodeUTF8Stateful(data, (Py_ssize_t)length, NULL, NULL);
}

PyObject *PyUnicode_FromOrdinal(int ordinal)
{
    if (ordinal < 0 || ordinal > KR_MAX_CODE_POINT)
        return kr_raise(PyExc_ValueError, "chr() arg not in range(0x110000)");
    if (ordinal < 256) return kr_str_latin1_char((unsigned char)ordinal);
    PyObject *text = PyUnicode_New(1, ordinal);
    if (text != NULL) PyUnicode_WRITE(PyUnicode_KIND(text), PyUnicode_DATA(text), 0, ordinal);
    return text;
}

PyObject *_PyUnicode_Copy(PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyUnicode_READY(text) < 0) return NULL;
    PyObject *copy = PyUnicode_New(PyUnicode_GET_LENGTH(text), kr_str_max(text));
    if (copy != NULL)
        memcpy(PyUnicode_DATA(copy), PyUnicode_DATA(text),
               (size_t)PyUnicode_GET_LENGTH(text) * PyUnicode_KIND(text));
    return copy;
}

PyObject *kr_str_exact(PyObject *text)
{
    if (PyUnicode_CheckExact(text)) return Py_NewRef(text);
    return _PyUnicode_Copy(text);
}

PyObject *PyUnicode_FromObject(PyObject *object)
{
    if (PyUnicode_CheckExact(object)) {
        if (PyUnicode_READY(object) < 0) return NULL;
        return Py_NewRef(object);
    }
    if (PyUnicode_Check(object)) return _PyUnicode_Copy(object);
    return kr_raise(PyExc_TypeError, "Can't convert '%.100s' object to str implicitly",
                    Py_TYPE(object)->tp_name);
}

PyObject *PyUnicode_Substring(PyObject *text, Py_ssize_t start, Py_ssize_t end)
{
    if (PyUnicode_READY(text) < 0) return NULL;
    if (start < 0 || end < 0) return kr_raise(PyExc_IndexError, "string index out of range");
    KrText chars = kr_str_chars(text);
    if (end > chars.length) end = chars.length;
    if (start == 0 && end == chars.length) return kr_str_exact(text);
    if (start >= end) return kr_str_empty();
    if (PyUnicode_IS_ASCII(text))
        return _PyUnicode_FromASCII((const char *)chars.data + start, end - start);
    return kr_str_from_chars(kr_chars_slice(chars, start, end));
}

// --- checked access ---------------------------------------------------------------------------

static PyObject *bad_argument(void)
{
    PyErr_BadArgument();
    return NULL;
}

int kr_str_check(PyObject *object)
{
    if (!PyUnicode_Check(object))
        return kr_raise_int(PyExc_TypeError, "must be str, not %.100s", Py_TYPE(object)->tp_name);
    return PyUnicode_READY(object);
}

Py_ssize_t PyUnicode_GetLength(PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        PyErr_BadArgument();
        return -1;
    }
    if (PyUnicode_READY(text) < 0) return -1;
    return PyUnicode_GET_LENGTH(text);
}

Py_UCS4 PyUnicode_ReadChar(PyObject *text, Py_ssize_t index)
{
    if (!PyUnicode_Check(text)) {
        PyErr_BadArgument();
        return (Py_UCS4)-1;
    }
    if (PyUnicode_READY(text) < 0) return (Py_UCS4)-1;
    if (index < 0 || index >= PyUnicode_GET_LENGTH(text)) {
        kr_raise(PyExc_IndexError, "string index out of range");
        return (Py_UCS4)-1;
    }
    return PyUnicode_READ_CHAR(text, index);
}

// Keeps (3).
static int is_modifiable(PyObject *text)
{
    return Py_REFCNT(text) == 1 && PyUnicode_CheckExact(text) &&
           !PyUnicode_CHECK_INTERNED(text) && ((PyASCIIObject *)text)->hash == -1;
}

static int check_modifiable(PyObject *text)
{
    if (is_modifiable(text)) return 0;
    return kr_raise_int(PyExc_SystemError, "Cannot modify a string currently used");
}

int PyUnicode_WriteChar(PyObject *text, Py_ssize_t index, Py_UCS4 c)
{
    if (!PyUnicode_Check(text) || !PyUnicode_IS_COMPACT(text)) {
        PyErr_BadArgument();
        return -1;
    }
    if (index < 0 || index >= PyUnicode_GET_LENGTH(text))
        return kr_raise_int(PyExc_IndexError, "string index out of range");
    if (check_modifiable(text) < 0) return -1;
    if (c > kr_str_max(text)) return kr_raise_int(PyExc_ValueError, "character out of range");
    PyUnicode_WRITE(PyUnicode_KIND(text), PyUnicode_DATA(text), index, c);
    return 0;
}

void _PyUnicode_FastCopyCharacters(PyObject *to, Py_ssize_t to_start, PyObject *from,
                                   Py_ssize_t from_start, Py_ssize_t count)
{
    KrText source = kr_chars_slice(kr_str_chars(from), from_start, from_start + count);
    assert(to_start + count <= PyUnicode_GET_LENGTH(to));
    if (count > 0) kr_str_copy(PyUnicode_DATA(to), PyUnicode_KIND(to), to_start, source);
}

Py_ssize_t PyUnicode_CopyCharacters(PyObject *to, Py_ssize_t to_start, PyObject *from,
                                    Py_ssize_t from_start, Py_ssize_t count)
{
    if (!PyUnicode_Check(to) || !PyUnicode_Check(from)) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (PyUnicode_READY(from) < 0 || PyUnicode_READY(to) < 0) return -1;
    if ((size_t)from_start > (size_t)PyUnicode_GET_LENGTH(from) ||
        (size_t)to_start > (size_t)PyUnicode_GET_LENGTH(to))
        return kr_raise_int(PyExc_IndexError, "string index out of range");
    if (count < 0) return kr_raise_int(PyExc_SystemError, "how_many cannot be negative");
    Py_ssize_t available = PyUnicode_GET_LENGTH(from) - from_start;
    if (count > available) count = available;
    if (to_start + count > PyUnicode_GET_LENGTH(to))
        return kr_raise_int(PyExc_SystemError,
                            "Cannot write %zi characters at %zi in a string of %zi characters",
                            count, to_start, PyUnicode_GET_LENGTH(to));
    if (count == 0) return 0;
    if (check_modifiable(to) < 0) return -1;
    KrText source = kr_chars_slice(kr_str_chars(from), from_start, from_start + count);
    if (kr_str_max(from) > kr_str_max(to) && kr_str_find_max(source) > kr_str_max(to))
        return kr_raise_int(PyExc_SystemError,
                            "Cannot copy %s characters into a string of %s characters",
                            PyUnicode_KIND(from) == 4 ? "UCS4" : PyUnicode_KIND(from) == 2
                                ? "UCS2" : "latin1",
                            PyUnicode_IS_ASCII(to) ? "ascii" : PyUnicode_KIND(to) == 1
                                ? "latin1" : "UCS2");
    kr_str_copy(PyUnicode_DATA(to), PyUnicode_KIND(to), to_start, source);
    return count;
}

void _PyUnicode_FastFill(PyObject *text, Py_ssize_t start, Py_ssize_t count, Py_UCS4 fill)
{
    assert(start + count <= PyUnicode_GET_LENGTH(text) && fill <= kr_str_max(text));
    char *data = PyUnicode_DATA(text);
    int kind = PyUnicode_KIND(text);
    if (kind == 1) memset(data + start, (int)fill, count);
    else if (kind == 2)
        for (Py_ssize_t i = 0; i < count; i++) ((Py_UCS2 *)data)[start + i] = (Py_UCS2)fill;
    else
        for (Py_ssize_t i = 0; i < count; i++) ((Py_UCS4 *)data)[start + i] = fill;
}

Py_ssize_t PyUnicode_Fill(PyObject *text, Py_ssize_t start, Py_ssize_t count, Py_UCS4 fill)
{
    if (!PyUnicode_Check(text)) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (PyUnicode_READY(text) < 0 || check_modifiable(text) < 0) return -1;
    if (start < 0) return kr_raise_int(PyExc_IndexError, "string index out of range");
    if (fill > kr_str_max(text))
        return kr_raise_int(PyExc_ValueError,
                            "fill character is bigger than the string maximum character");
    Py_ssize_t available = PyUnicode_GET_LENGTH(text) - start;
    if (count > available) count = available;
    if (count <= 0) return 0;
    _PyUnicode_FastFill(text, start, count, fill);
    return count;
}

static Py_UCS4 *copy_ucs4(PyObject *text, Py_UCS4 *target, Py_ssize_t room, int copy_null)
{
    KrText chars = kr_str_chars(text);
    if (room < chars.length + copy_null) {
        kr_raise(PyExc_SystemError, "string is longer than the buffer");
        if (copy_null && room > 0) target[0] = 0;
        return NULL;
    }
    kr_str_copy(target, 4, 0, chars);
    if (copy_null) target[chars.length] = 0;
    return target;
}

Py_UCS4 *PyUnicode_AsUCS4(PyObject *text, Py_UCS4 *target, Py_ssize_t room, int copy_null)
{
    if (target == NULL || room < 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (!PyUnicode_Check(text)) return (Py_UCS4 *)bad_argument();
    if (PyUnicode_READY(text) < 0) return NULL;
    return copy_ucs4(text, target, room, copy_null != 0);
}

Py_UCS4 *PyUnicode_AsUCS4Copy(PyObject *text)
{
    if (!PyUnicode_Check(text)) return (Py_UCS4 *)bad_argument();
    if (PyUnicode_READY(text) < 0) return NULL;
    Py_ssize_t room = PyUnicode_GET_LENGTH(text) + 1;
    Py_UCS4 *target = PyMem_New(Py_UCS4, room);
    if (target == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    return copy_ucs4(text, target, room, 1);
}

// --- resizing ---------------------------------------------------------------------------------

static void drop_cached_utf8(PyObject *text)
{
    if (PyUnicode_IS_COMPACT_ASCII(text)) return;
    PyCompactUnicodeObject *wide = (PyCompactUnicodeObject *)text;
    if (wide->utf8 != NULL && (void *)wide->utf8 != PyUnicode_DATA(text))
        PyObject_Free(wide->utf8);
    wide->utf8 = NULL;
    wide->utf8_length = 0;
}

static void drop_cached_wide(PyObject *text)
{
    PyASCIIObject *self = (PyASCIIObject *)text;
    if (self->wstr == NULL) return;
    if (!PyUnicode_IS_READY(text) || (void *)self->wstr != PyUnicode_DATA(text))
        PyObject_Free(self->wstr);
    self->wstr = NULL;
    if (!PyUnicode_IS_COMPACT_ASCII(text)) ((PyCompactUnicodeObject *)text)->wstr_length = 0;
}

// Compact, modifiable text: realloc in place.  The old object is gone on success.
static PyObject *resize_compact(PyObject *text, Py_ssize_t length)
{
    int kind = PyUnicode_KIND(text);
    Py_ssize_t head = PyUnicode_IS_ASCII(text) ? sizeof(PyASCIIObject)
                                               : sizeof(PyCompactUnicodeObject);
    if (length > (PY_SSIZE_T_MAX - head) / kind - 1) return PyErr_NoMemory();
    drop_cached_utf8(text);
    drop_cached_wide(text);
#ifdef Py_REF_DEBUG
    _Py_RefTotal--;
#endif
    PyObject *resized = PyObject_Realloc(text, head + (length + 1) * kind);
    if (resized == NULL) return PyErr_NoMemory();
    ((PyASCIIObject *)resized)->length = length;
    if (kind == sizeof(wchar_t)) {
        ((PyASCIIObject *)resized)->wstr = PyUnicode_DATA(resized);
        ((PyCompactUnicodeObject *)resized)->wstr_length = length;
    }
    write_end(resized, length);
    return resized;
}

static int resize_legacy(PyObject *text, Py_ssize_t length)
{
    PyUnicodeObject *self = (PyUnicodeObject *)text;
    PyASCIIObject *head = (PyASCIIObject *)text;
    if (PyUnicode_IS_READY(text)) {
        drop_cached_utf8(text);
        drop_cached_wide(text);
        int kind = PyUnicode_KIND(text);
        if (length > PY_SSIZE_T_MAX / kind - 1) return PyErr_NoMemory(), -1;
        void *data = PyObject_Realloc(self->data.any, (length + 1) * kind);
        if (data == NULL) return PyErr_NoMemory(), -1;
        self->data.any = data;
        head->length = length;
        write_end(text, length);
        return 0;
    }
    if (length > PY_SSIZE_T_MAX / (Py_ssize_t)sizeof(wchar_t) - 1) return PyErr_NoMemory(), -1;
    wchar_t *wide = PyObject_Realloc(head->wstr, (length + 1) * sizeof(wchar_t));
    if (wide == NULL) return PyErr_NoMemory(), -1;
    wide[length] = 0;
    head->wstr = wide;
    ((PyCompactUnicodeObject *)text)->wstr_length = length;
    return 0;
}

int PyUnicode_Resize(PyObject **text_slot, Py_ssize_t length)
{
    PyObject *text = text_slot == NULL ? NULL : *text_slot;
    if (text == NULL || !PyUnicode_Check(text) || length < 0) {
        PyErr_BadInternalCall();
        return -1;
    }
    Py_ssize_t old = PyUnicode_IS_READY(text) ? PyUnicode_GET_LENGTH(text)
                                              : ((PyCompactUnicodeObject *)text)->wstr_length;
    if (old == length) return 0;
    if (length == 0) {
        Py_SETREF(*text_slot, kr_str_empty());
        return 0;
    }
    if (!is_modifiable(text)) {
        if (PyUnicode_READY(text) < 0) return -1;
        PyObject *copy = PyUnicode_New(length, kr_str_max(text));
        if (copy == NULL) return -1;
        Py_ssize_t kept = length < old ? length : old;
        memcpy(PyUnicode_DATA(copy), PyUnicode_DATA(text), (size_t)kept * PyUnicode_KIND(text));
        Py_SETREF(*text_slot, copy);
        return 0;
    }
    if (!PyUnicode_IS_COMPACT(text)) return resize_legacy(text, length);
    PyObject *resized = resize_compact(text, length);
    if (resized == NULL) return -1;
    *text_slot = resized;
    return 0;
}

// --- concatenation ----------------------------------------------------------------------------

PyObject *PyUnicode_Concat(PyObject *left, PyObject *right)
{
    if (kr_str_check(left) < 0) return NULL;
    if (!PyUnicode_Check(right))
        return kr_raise(PyExc_TypeError, "can only concatenate str (not \"%.200s\") to str",
                        Py_TYPE(right)->tp_name);
    if (PyUnicode_READY(right) < 0) return NULL;
    Py_ssize_t left_length = PyUnicode_GET_LENGTH(left),
        right_length = PyUnicode_GET_LENGTH(right);
    if (left_length == 0) return PyUnicode_FromObject(right);
    if (right_length == 0) return PyUnicode_FromObject(left);
    if (left_length > PY_SSIZE_T_MAX - right_length)
        return kr_raise(PyExc_OverflowError, "strings are too large to concat");
    PyObject *result = PyUnicode_New(left_length + right_length,
                                     Py_MAX(kr_str_max(left), kr_str_max(right)));
    if (result == NULL) return NULL;
    int kind = PyUnicode_KIND(result);
    kr_str_copy(PyUnicode_DATA(result), kind, 0, kr_str_chars(left));
    kr_str_copy(PyUnicode_DATA(result), kind, left_length, kr_str_chars(right));
    return result;
}

// Grows *left_slot in place: its only reference is the caller's and its kind is wide enough.
static int append_in_place(PyObject **left_slot, PyObject *right)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(*left_slot);
    KrText tail = kr_str_chars(right);
    if (length > PY_SSIZE_T_MAX - tail.length)
        return kr_raise_int(PyExc_OverflowError, "strings are too large to concat");
    PyObject *resized = resize_compact(*left_slot, length + tail.length);
    if (resized == NULL) return -1;
    *left_slot = resized;
    kr_str_copy(PyUnicode_DATA(resized), PyUnicode_KIND(resized), length, tail);
    return 0;
}

void PyUnicode_Append(PyObject **left_slot, PyObject *right)
{
    if (left_slot == NULL) {
        if (!PyErr_Occurred()) PyErr_BadInternalCall();
        return;
    }
    PyObject *left = *left_slot;
    if (right == NULL || left == NULL || !PyUnicode_Check(left)) {
        if (!PyErr_Occurred()) PyErr_BadInternalCall();
        Py_CLEAR(*left_slot);
        return;
    }
    int in_place = PyUnicode_CheckExact(right) && is_modifiable(left) &&
                   PyUnicode_IS_COMPACT(left) && PyUnicode_IS_READY(right) && left != right &&
                   PyUnicode_GET_LENGTH(right) > 0 && kr_str_max(right) <= kr_str_max(left);
    if (in_place && append_in_place(left_slot, right) == 0) return;
    PyObject *result = in_place ? NULL : PyUnicode_Concat(left, right);
    Py_XSETREF(*left_slot, result);
}

void PyUnicode_AppendAndDel(PyObject **left_slot, PyObject *right)
{
    PyUnicode_Append(left_slot, right);
    Py_XDECREF(right);
}
