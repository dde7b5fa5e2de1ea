// str_split.c - cutting str into pieces and joining pieces: split, partition, splitlines, strip,
// join.
#include "objects/strings/str.h"

#include "abstract.h"
#include "listobject.h"
#include "objects/errors/raise.h"
#include "pyerrors.h"
#include "text/search.h"
#include "text/unicode.h"
#include "tupleobject.h"

static int is_space(Py_UCS4 c)
{
    if (c < 128) return c == ' ' || (c >= 9 && c <= 13) || (c >= 28 && c <= 31);
    return kr_unicode_is_space(c);
}

static int is_linebreak(Py_UCS4 c)
{
    if (c < 128) return (c >= 10 && c <= 13) || (c >= 28 && c <= 30);
    return kr_unicode_is_linebreak(c);
}

// A piece of [text]; the whole of an exact str is the str itself.
static PyObject *piece(PyObject *text, Py_ssize_t start, Py_ssize_t end)
{
    return PyUnicode_Substring(text, start, end);
}

static int append_piece(PyObject *list, PyObject *text, Py_ssize_t start, Py_ssize_t end)
{
    KR_AUTO PyObject *part = piece(text, start, end);
    return part == NULL ? -1 : PyList_Append(list, part);
}

// --- split ------------------------------------------------------------------------------------

static int split_at_spaces(PyObject *list, PyObject *text, Py_ssize_t limit)
{
    KrText chars = kr_str_chars(text);
    for (Py_ssize_t i = 0;;) {
        while (i < chars.length && is_space(kr_chars_read(chars, i))) i++;
        if (i == chars.length) return 0;
        Py_ssize_t start = i;
        if (limit-- <= 0) return append_piece(list, text, start, chars.length);
        while (i < chars.length && !is_space(kr_chars_read(chars, i))) i++;
        if (append_piece(list, text, start, i) < 0) return -1;
    }
}

static int rsplit_at_spaces(PyObject *list, PyObject *text, Py_ssize_t limit)
{
    KrText chars = kr_str_chars(text);
    for (Py_ssize_t i = chars.length;;) {
        while (i > 0 && is_space(kr_chars_read(chars, i - 1))) i--;
        if (i == 0) return 0;
        Py_ssize_t end = i;
        if (limit-- <= 0) return append_piece(list, text, 0, end);
        while (i > 0 && !is_space(kr_chars_read(chars, i - 1))) i--;
        if (append_piece(list, text, i, end) < 0) return -1;
    }
}

static int split_at(PyObject *list, PyObject *text, PyObject *separator, Py_ssize_t limit)
{
    KrText chars = kr_str_chars(text), pattern = kr_str_chars(separator);
    Py_ssize_t start = 0;
    while (limit-- > 0) {
        Py_ssize_t found = kr_search_find(kr_chars_slice(chars, start, chars.length), pattern);
        if (found < 0) break;
        if (append_piece(list, text, start, start + found) < 0) return -1;
        start += found + pattern.length;
    }
    return append_piece(list, text, start, chars.length);
}

static int rsplit_at(PyObject *list, PyObject *text, PyObject *separator, Py_ssize_t limit)
{
    KrText chars = kr_str_chars(text), pattern = kr_str_chars(separator);
    Py_ssize_t end = chars.length;
    while (limit-- > 0) {
        Py_ssize_t found = kr_search_find_last(kr_chars_slice(chars, 0, end), pattern);
        if (found < 0) break;
        if (append_piece(list, text, found + pattern.length, end) < 0) return -1;
        end = found;
    }
    return append_piece(list, text, 0, end);
}

// [separator] NULL: runs of white space.
static PyObject *split(PyObject *text, PyObject *separator, Py_ssize_t limit, int from_right)
{
    if (kr_str_check(text) < 0 || (separator != NULL && kr_str_check(separator) < 0)) return NULL;
    if (limit < 0) limit = PY_SSIZE_T_MAX;
    if (separator != NULL && PyUnicode_GET_LENGTH(separator) == 0)
        return kr_raise(PyExc_ValueError, "empty separator");
    KR_AUTO PyObject *list = PyList_New(0);
    if (list == NULL) return NULL;
    int failed;
    if (separator == NULL)
        failed = from_right ? rsplit_at_spaces(list, text, limit)
                            : split_at_spaces(list, text, limit);
    else
        failed = from_right ? rsplit_at(list, text, separator, limit)
                            : split_at(list, text, separator, limit);
    if (failed < 0 || (from_right && PyList_Reverse(list) < 0)) return NULL;
    return kr_take(list);
}

PyObject *PyUnicode_Split(PyObject *text, PyObject *separator, Py_ssize_t limit)
{
    return split(text, separator, limit, 0);
}

PyObject *PyUnicode_RSplit(PyObject *text, PyObject *separator, Py_ssize_t limit)
{
    return split(text, separator, limit, 1);
}

PyObject *PyUnicode_Splitlines(PyObject *text, int keep_ends)
{
    if (kr_str_check(text) < 0) return NULL;
    KR_AUTO PyObject *list = PyList_New(0);
    if (list == NULL) return NULL;
    KrText chars = kr_str_chars(text);
    for (Py_ssize_t i = 0; i < chars.length;) {
        Py_ssize_t start = i;
        while (i < chars.length && !is_linebreak(kr_chars_read(chars, i))) i++;
        Py_ssize_t end = i;
        if (i < chars.length) {
            int is_crlf = kr_chars_read(chars, i) == '\r' && i + 1 < chars.length &&
                          kr_chars_read(chars, i + 1) == '\n';
            i += is_crlf ? 2 : 1;
            if (keep_ends) end = i;
        }
        if (append_piece(list, text, start, end) < 0) return NULL;
    }
    return kr_take(list);
}

// --- partition --------------------------------------------------------------------------------

static PyObject *partition(PyObject *text, PyObject *separator, int from_right)
{
    if (kr_str_check(text) < 0 || kr_str_check(separator) < 0) return NULL;
    KrText chars = kr_str_chars(text), pattern = kr_str_chars(separator);
    if (pattern.length == 0) return kr_raise(PyExc_ValueError, "empty separator");
    Py_ssize_t found = from_right ? kr_search_find_last(chars, pattern)
                                  : kr_search_find(chars, pattern);
    KR_AUTO PyObject *empty = kr_str_empty();
    if (found < 0) {
        KR_AUTO PyObject *whole = kr_str_exact(text);
        if (whole == NULL) return NULL;
        return from_right ? PyTuple_Pack(3, empty, empty, whole)
                          : PyTuple_Pack(3, whole, empty, empty);
    }
    KR_AUTO PyObject *before = piece(text, 0, found);
    KR_AUTO PyObject *after = piece(text, found + pattern.length, chars.length);
    if (before == NULL || after == NULL) return NULL;
    return PyTuple_Pack(3, before, separator, after);
}

PyObject *PyUnicode_Partition(PyObject *text, PyObject *separator)
{
    return partition(text, separator, 0);
}

PyObject *PyUnicode_RPartition(PyObject *text, PyObject *separator)
{
    return partition(text, separator, 1);
}

// --- strip ------------------------------------------------------------------------------------

// Strips the characters of [set] (NULL: white space) at the sides in [sides], 1 left | 2 right.
PyObject *kr_str_strip(PyObject *text, PyObject *set, int sides)
{
    KrText chars = kr_str_chars(text), wanted = {0};
    if (set != NULL) {
        if (PyUnicode_READY(set) < 0) return NULL;
        wanted = kr_str_chars(set);
    }
    Py_ssize_t start = 0, end = chars.length;
#define GOES(c) (set == NULL ? is_space(c) : kr_search_char(wanted, c) >= 0)
    if (sides & 1)
        while (start < end && GOES(kr_chars_read(chars, start))) start++;
    if (sides & 2)
        while (end > start && GOES(kr_chars_read(chars, end - 1))) end--;
#undef GOES
    return piece(text, start, end);
}

PyObject *_PyUnicode_XStrip(PyObject *text, int side, PyObject *set)
{
    static const int sides[] = {1, 2, 3};
    if (PyUnicode_READY(text) < 0) return NULL;
    return kr_str_strip(text, set, sides[side]);
}

// --- join -------------------------------------------------------------------------------------

// Length and width of the joined items: 0, or -1 with an exception.
static int measure_items(PyObject *const *items, Py_ssize_t count, PyObject *separator,
                         Py_ssize_t *ret_length, Py_UCS4 *ret_max)
{
    Py_ssize_t gap = PyUnicode_GET_LENGTH(separator), length = 0;
    Py_UCS4 max = count > 1 && gap > 0 ? kr_str_max(separator) : 127;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = items[i];
        if (!PyUnicode_Check(item))
            return kr_raise_int(PyExc_TypeError,
                                "sequence item %zd: expected str instance, %.80s found", i,
                                Py_TYPE(item)->tp_name);
        if (PyUnicode_READY(item) < 0) return -1;
        Py_ssize_t added = PyUnicode_GET_LENGTH(item) + (i > 0 ? gap : 0);
        if (added > PY_SSIZE_T_MAX - length)
            return kr_raise_int(PyExc_OverflowError,
                                "join() result is too long for a Python string");
        length += added;
        max = Py_MAX(max, kr_str_max(item));
    }
    *ret_length = length;
    *ret_max = max;
    return 0;
}

PyObject *_PyUnicode_JoinArray(PyObject *separator, PyObject *const *items, Py_ssize_t count)
{
    if (count == 0) return kr_str_empty();
    if (count == 1 && PyUnicode_CheckExact(items[0])) return Py_NewRef(items[0]);
    KR_AUTO PyObject *owned = NULL;
    if (separator == NULL) separator = owned = PyUnicode_FromOrdinal(' ');
    if (separator == NULL) return NULL;
    if (!PyUnicode_Check(separator))
        return kr_raise(PyExc_TypeError, "separator: expected str instance, %.80s found",
                        Py_TYPE(separator)->tp_name);
    Py_ssize_t length;
    Py_UCS4 max;
    if (PyUnicode_READY(separator) < 0
        || measure_items(items, count, separator, &length, &max) < 0)
        return NULL;
    PyObject *result = PyUnicode_New(length, max);
    if (result == NULL || length == 0) return result;
    KrText gap = kr_str_chars(separator);
    int kind = PyUnicode_KIND(result);
    void *data = PyUnicode_DATA(result);
    Py_ssize_t out = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        if (i > 0 && gap.length > 0) {
            kr_str_copy(data, kind, out, gap);
            out += gap.length;
        }
        KrText item = kr_str_chars(items[i]);
        kr_str_copy(data, kind, out, item);
        out += item.length;
    }
    assert(out == length);
    return result;
}

PyObject *PyUnicode_Join(PyObject *separator, PyObject *items)
{
    KR_AUTO PyObject *fast = PySequence_Fast(items, "can only join an iterable");
    if (fast == NULL) return NULL;
    return _PyUnicode_JoinArray(separator, PySequence_Fast_ITEMS(fast),
                                PySequence_Fast_GET_SIZE(fast));
}
