// str.h - what the files of str share beyond the public API.
#ifndef KR_OBJECTS_STRINGS_STR_H
#define KR_OBJECTS_STRINGS_STR_H

#include <assert.h>
#include <string.h>

#include "objects/strings/names.h"
#include "runtime/marks.h"
#include "runtime/owned.h"
#include "text/text.h"

#define KR_MAX_CODE_POINT 0x10ffff

static inline KrText kr_str_chars(PyObject *text)
{
    assert(PyUnicode_IS_READY(text));
    return (KrText){PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text), PyUnicode_KIND(text)};
}

static inline Py_UCS4 kr_chars_read(KrText chars, Py_ssize_t index)
{
    return kr_text_read(chars.kind, chars.data, index);
}

static inline KrText kr_chars_slice(KrText chars, Py_ssize_t start, Py_ssize_t end)
{
    return (KrText){(const char *)chars.data + start * chars.kind, end - start, chars.kind};
}

static inline PyObject *kr_str_empty(void)
{
    return Py_NewRef(&kr_empty_str);
}

static inline PyObject *kr_str_latin1_char(unsigned char c)
{
    return Py_NewRef(kr_latin1_chars[c]);
}

PyObject *kr_str_from_chars(KrText chars);

static inline void kr_str_copy(void *to, int to_kind, Py_ssize_t to_index, KrText from)
{
    kr_text_copy(to_kind, (char *)to + to_index * to_kind, from.kind, from.data, from.length);
}

static inline Py_UCS4 kr_str_find_max(KrText chars)
{
    return kr_text_max_char(chars.kind, chars.data, chars.length);
}

static inline Py_UCS4 kr_str_max(PyObject *text)
{
    if (PyUnicode_IS_ASCII(text)) return 127;
    int kind = PyUnicode_KIND(text);
    return kind == 1 ? 255 : kind == 2 ? 65535 : KR_MAX_CODE_POINT;
}

// The UTF-8 form that [text] already holds, or NULL.
static inline const char *kr_str_kept_utf8(PyObject *text, Py_ssize_t *ret_size)
{
    if (PyUnicode_IS_COMPACT_ASCII(text)) {
        *ret_size = PyUnicode_GET_LENGTH(text);
        return (const char *)((PyASCIIObject *)text + 1);
    }
    *ret_size = ((PyCompactUnicodeObject *)text)->utf8_length;
    return ((PyCompactUnicodeObject *)text)->utf8;
}

// [text] itself when it is exactly a str, else a copy that is.
PyObject *kr_str_exact(PyObject *text);

// [needle] widened to [kind] in new memory when its kind is smaller, for functions that need equal
// kinds; *ret_owned is what to PyMem_Free.  NULL with MemoryError.
const void *kr_str_widen(KrText chars, int kind, void **ret_owned);

// 1, 0 or -1 with TypeError "must be str, not X".
int kr_str_check(PyObject *object);

// Order of two ready strs: -1, 0, 1.
int kr_str_compare(PyObject *left, PyObject *right);

static inline int kr_str_equal(PyObject *left, PyObject *right)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(left);
    int kind = PyUnicode_KIND(left);
    if (length != PyUnicode_GET_LENGTH(right) || kind != (int)PyUnicode_KIND(right)) return 0;
    return memcmp(PyUnicode_DATA(left), PyUnicode_DATA(right), (size_t)length * kind) == 0;
}

// Search by code-point index within [start, end) of [text]; -1 when absent, -2 on error.
Py_ssize_t kr_str_find(PyObject *text, PyObject *part, Py_ssize_t start, Py_ssize_t end);
Py_ssize_t kr_str_rfind(PyObject *text, PyObject *part, Py_ssize_t start, Py_ssize_t end);
Py_ssize_t kr_str_count(PyObject *text, PyObject *part, Py_ssize_t start, Py_ssize_t end);

// startswith (direction -1) and endswith (1), [what] a str or a tuple of them.
PyObject *kr_str_match_ends(PyObject *text, PyObject *what, Py_ssize_t start, Py_ssize_t end,
                            int direction);
// Strips the characters of [set] (NULL: white space) at [sides]: 1 left, 2 right.
PyObject *kr_str_strip(PyObject *text, PyObject *set, int sides);

// Negative indices count from the end; both are clipped to [length].
static inline void kr_clip_range(Py_ssize_t length, Py_ssize_t *start, Py_ssize_t *end)
{
    if (*end > length) *end = length;
    else if (*end < 0 && (*end += length) < 0) *end = 0;
    if (*start < 0 && (*start += length) < 0) *start = 0;
}

// Pieces of str.__format__ and of %: see str_format_spec.c, str_percent.c, str_format.c.
PyObject *kr_str_format_method(PyObject *format, PyObject *args, PyObject *kwargs);
PyObject *kr_str_format_map(PyObject *format, PyObject *mapping);
PyObject *kr_str_repr(PyObject *text);
Py_hash_t kr_str_hash(PyObject *text);

#endif
