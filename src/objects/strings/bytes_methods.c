// bytes_methods.c - the methods that bytes and bytearray have in common.
//
// A method that allocates while it walks the data pins it by a buffer: no finalizer can then
// resize the
// bytearray.  Results have the type of self; an exact bytes that does not change is returned
// itself.
#include "objects/strings/bytes.h"

#include "abstract.h"
#include "boolobject.h"
#include "listobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/str.h"
#include "pyerrors.h"
#include "pymem.h"
#include "text/casing.h"
#include "text/search.h"
#include "tupleobject.h"

PyObject *kr_bytes_like(PyObject *self, const void *data, Py_ssize_t size)
{
    if (PyByteArray_Check(self)) return PyByteArray_FromStringAndSize(data, size);
    return PyBytes_FromStringAndSize(data, size);
}

PyObject *kr_bytes_same(PyObject *self)
{
    if (PyBytes_CheckExact(self)) return Py_NewRef(self);
    KrText text = kr_bytes_text(self);
    return kr_bytes_like(self, text.data, text.length);
}

static PyObject *piece(PyObject *self, Py_ssize_t start, Py_ssize_t end)
{
    KrText text = kr_bytes_text(self);
    if (start == 0 && end == text.length) return kr_bytes_same(self);
    return kr_bytes_like(self, (const char *)text.data + start, end - start);
}

static char *writable(PyObject *self)
{
    return PyByteArray_Check(self) ? PyByteArray_AS_STRING(self) : PyBytes_AS_STRING(self);
}

// --- search -----------------------------------------------------------------------------------

int kr_byte_value(PyObject *value, const char *message)
{
    Py_ssize_t byte = PyNumber_AsSsize_t(value, NULL);
    if (byte == -1 && PyErr_Occurred()) return -1;
    if (byte < 0 || byte > 255) return kr_raise_int(PyExc_ValueError, "%s", message);
    return (int)byte;
}

// What is searched for: a buffer or one byte.
typedef struct Pattern {
    Py_buffer buffer;
    unsigned char byte;
    KrText text;
} Pattern;

static int read_pattern(PyObject *what, Pattern *ret)
{
    ret->buffer.obj = NULL;
    if (PyObject_CheckBuffer(what)) {
        if (PyObject_GetBuffer(what, &ret->buffer, PyBUF_SIMPLE) < 0) return -1;
        ret->text = kr_buffer_text(&ret->buffer);
        return 0;
    }
    if (!PyIndex_Check(what))
        return kr_raise_int(PyExc_TypeError,
                            "argument should be integer or bytes-like object, not '%.200s'",
                            Py_TYPE(what)->tp_name);
    int byte = kr_byte_value(what, "byte must be in range(0, 256)");
    if (byte < 0) return -1;
    ret->byte = (unsigned char)byte;
    ret->text = (KrText){&ret->byte, 1, 1};
    return 0;
}

typedef enum Search { FIND, FIND_LAST, COUNT } Search;

// Index or count within [start, end) of self; -1 when absent, -2 on error.
static Py_ssize_t search(PyObject *self, PyObject *what, Py_ssize_t start, Py_ssize_t end,
                         Search kind)
{
    Pattern pattern;
    if (read_pattern(what, &pattern) < 0) return -2;
    KrText text = kr_bytes_text(self);
    kr_clip_range(text.length, &start, &end);
    Py_ssize_t found = kind == COUNT ? 0 : -1;
    if (end - start >= pattern.text.length) {
        KrText range = kr_chars_slice(text, start, end);
        if (kind == COUNT) found = kr_search_count(range, pattern.text, PY_SSIZE_T_MAX);
        else found = kind == FIND ? kr_search_find(range, pattern.text)
                                  : kr_search_find_last(range, pattern.text);
        if (kind != COUNT && found >= 0) found += start;
    }
    kr_buffer_release(&pattern.buffer);
    return found;
}

static PyObject *index_or_raise(Py_ssize_t found)
{
    if (found == -2) return NULL;
    if (found == -1) return kr_raise(PyExc_ValueError, "subsection not found");
    return PyLong_FromSsize_t(found);
}

METHOD(find, "self, sub, start: slice_index = 0, end: slice_index = sys.maxsize, /",
       "B.find(sub[, start[, end]]) -> int\n\n"
       "Return the lowest index in B where subsection sub is found,\n"
       "such that sub is contained within B[start,end].  Optional\n"
       "arguments start and end are interpreted as in slice notation.\n\n"
       "Return -1 on failure.")
static PyObject *shared_find(PyObject *self, PyObject *sub, Py_ssize_t start, Py_ssize_t end)
{
    Py_ssize_t found = search(self, sub, start, end, FIND);
    return found == -2 ? NULL : PyLong_FromSsize_t(found);
}

METHOD(rfind, "self, sub, start: slice_index = 0, end: slice_index = sys.maxsize, /",
       "B.rfind(sub[, start[, end]]) -> int\n\n"
       "Return the highest index in B where subsection sub is found,\n"
       "such that sub is contained within B[start,end].  Optional\n"
       "arguments start and end are interpreted as in slice notation.\n\n"
       "Return -1 on failure.")
static PyObject *shared_rfind(PyObject *self, PyObject *sub, Py_ssize_t start, Py_ssize_t end)
{
    Py_ssize_t found = search(self, sub, start, end, FIND_LAST);
    return found == -2 ? NULL : PyLong_FromSsize_t(found);
}

METHOD(index, "self, sub, start: slice_index = 0, end: slice_index = sys.maxsize, /",
       "B.index(sub[, start[, end]]) -> int\n\n"
       "Return the lowest index in B where subsection sub is found,\n"
       "such that sub is contained within B[start,end].  Optional\n"
       "arguments start and end are interpreted as in slice notation.\n\n"
       "Raises ValueError when the subsection is not found.")
static PyObject *shared_index(PyObject *self, PyObject *sub, Py_ssize_t start, Py_ssize_t end)
{
    return index_or_raise(search(self, sub, start, end, FIND));
}

METHOD(rindex, "self, sub, start: slice_index = 0, end: slice_index = sys.maxsize, /",
       "B.rindex(sub[, start[, end]]) -> int\n\n"
       "Return the highest index in B where subsection sub is found,\n"
       "such that sub is contained within B[start,end].  Optional\n"
       "arguments start and end are interpreted as in slice notation.\n\n"
       "Raise ValueError when the subsection is not found.")
static PyObject *shared_rindex(PyObject *self, PyObject *sub, Py_ssize_t start, Py_ssize_t end)
{
    return index_or_raise(search(self, sub, start, end, FIND_LAST));
}

METHOD(count, "self, sub, start: slice_index = 0, end: slice_index = sys.maxsize, /",
       "B.count(sub[, start[, end]]) -> int\n\n"
       "Return the number of non-overlapping occurrences of subsection sub in\n"
       "bytes B[start:end].  Optional arguments start and end are interpreted\n"
       "as in slice notation.")
static PyObject *shared_count(PyObject *self, PyObject *sub, Py_ssize_t start, Py_ssize_t end)
{
    Py_ssize_t count = search(self, sub, start, end, COUNT);
    return count == -2 ? NULL : PyLong_FromSsize_t(count);
}

int kr_bytes_contains(PyObject *self, PyObject *what)
{
    if (PyIndex_Check(what) && !PyObject_CheckBuffer(what)) {
        int byte = kr_byte_value(what, "byte must be in range(0, 256)");
        return byte < 0 ? -1 : kr_search_char(kr_bytes_text(self), (uint32_t)byte) >= 0;
    }
    Py_buffer buffer;
    if (PyObject_GetBuffer(what, &buffer, PyBUF_SIMPLE) < 0) return -1;
    int found = kr_search_find(kr_bytes_text(self), kr_buffer_text(&buffer)) >= 0;
    PyBuffer_Release(&buffer);
    return found;
}

// 1, 0 or -1: whether self[start:end] begins (direction -1) or ends with [part].
static int match_end(PyObject *self, PyObject *part, Py_ssize_t start, Py_ssize_t end,
                     int direction)
{
    Py_buffer buffer;
    if (PyObject_GetBuffer(part, &buffer, PyBUF_SIMPLE) < 0) return -1;
    KrText text = kr_bytes_text(self);
    kr_clip_range(text.length, &start, &end);
    int matches = 0;
    if (start <= text.length && end - start >= buffer.len) {
        const char *at = (const char *)text.data + (direction > 0 ? end - buffer.len : start);
        matches = buffer.len == 0 || memcmp(at, buffer.buf, buffer.len) == 0;
    }
    PyBuffer_Release(&buffer);
    return matches;
}

static PyObject *match_ends(PyObject *self, PyObject *what, Py_ssize_t start, Py_ssize_t end,
                            int direction)
{
    if (!PyTuple_Check(what)) {
        int matches = match_end(self, what, start, end, direction);
        if (matches >= 0) return PyBool_FromLong(matches);
        if (!PyErr_ExceptionMatches(PyExc_TypeError)) return NULL;
        return kr_raise(PyExc_TypeError, "%s first arg must be bytes or a tuple of bytes, not %s",
                        direction > 0 ? "endswith" : "startswith", Py_TYPE(what)->tp_name);
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(what); i++) {
        int matches = match_end(self, PyTuple_GET_ITEM(what, i), start, end, direction);
        if (matches != 0) return matches < 0 ? NULL : Py_NewRef(Py_True);
    }
    return Py_NewRef(Py_False);
}

METHOD(startswith, "self, prefix, start: slice_index = 0, end: slice_index = sys.maxsize, /",
       "B.startswith(prefix[, start[, end]]) -> bool\n\n"
       "Return True if B starts with the specified prefix, False otherwise.\n"
       "With optional start, test B beginning at that position.\n"
       "With optional end, stop comparing B at that position.\n"
       "prefix can also be a tuple of bytes to try.")
static PyObject *shared_startswith(PyObject *self, PyObject *prefix, Py_ssize_t start,
                                   Py_ssize_t end)
{
    return match_ends(self, prefix, start, end, -1);
}

METHOD(endswith, "self, suffix, start: slice_index = 0, end: slice_index = sys.maxsize, /",
       "B.endswith(suffix[, start[, end]]) -> bool\n\n"
       "Return True if B ends with the specified suffix, False otherwise.\n"
       "With optional start, test B beginning at that position.\n"
       "With optional end, stop comparing B at that position.\n"
       "suffix can also be a tuple of bytes to try.")
static PyObject *shared_endswith(PyObject *self, PyObject *suffix, Py_ssize_t start,
                                 Py_ssize_t end)
{
    return match_ends(self, suffix, start, end, 1);
}

METHOD(removeprefix, "self, prefix: buffer, /",
       "Return a bytes object with the given prefix string removed if present.\n\n"
       "If the bytes starts with the prefix string, return bytes[len(prefix):].\n"
       "Otherwise, return a copy of the original bytes.")
static PyObject *shared_removeprefix(PyObject *self, Py_buffer *prefix)
{
    KrText text = kr_bytes_text(self);
    if (prefix->len == 0 || prefix->len > text.length ||
        memcmp(text.data, prefix->buf, prefix->len) != 0)
        return kr_bytes_same(self);
    return piece(self, prefix->len, text.length);
}

METHOD(removesuffix, "self, suffix: buffer, /",
       "Return a bytes object with the given suffix string removed if present.\n\n"
       "If the bytes ends with the suffix string and that suffix is not empty,\n"
       "return bytes[:-len(prefix)].  Otherwise, return a copy of the original\nbytes.")
static PyObject *shared_removesuffix(PyObject *self, Py_buffer *suffix)
{
    KrText text = kr_bytes_text(self);
    Py_ssize_t end = text.length - suffix->len;
    if (suffix->len == 0 || end < 0 ||
        memcmp((const char *)text.data + end, suffix->buf, suffix->len) != 0)
        return kr_bytes_same(self);
    return piece(self, 0, end);
}

// --- replace, translate -----------------------------------------------------------------------

// Writes [text] with its first [count] occurrences of [from] replaced; an empty one is before each
// byte.
static void write_replaced(KrText text, KrText from, KrText with, Py_ssize_t count, char *to)
{
    const char *data = text.data;
    Py_ssize_t in = 0;
    while (count-- > 0) {
        Py_ssize_t found = 0;
        if (from.length > 0) found = kr_search_find(kr_chars_slice(text, in, text.length), from);
        memcpy(to, data + in, found);
        to += found;
        in += found + from.length;
        memcpy(to, with.data, with.length);
        to += with.length;
        if (from.length == 0 && in < text.length) *to++ = data[in++];
    }
    memcpy(to, data + in, text.length - in);
}

METHOD(replace, "self, old: buffer, new: buffer, count: ssize = -1, /",
       "Return a copy with all occurrences of substring old replaced by new.\n\n"
       "  count\n    Maximum number of occurrences to replace.\n"
       "    -1 (the default value) means replace all occurrences.\n\n"
       "If the optional argument count is given, only the first count occurrences are\n"
       "replaced.")
static PyObject *shared_replace(PyObject *self, Py_buffer *old, Py_buffer *new, Py_ssize_t limit)
{
    KrText text = kr_bytes_text(self), from = kr_buffer_text(old), with = kr_buffer_text(new);
    Py_ssize_t count = limit == 0 ? 0
        : kr_search_count(text, from, limit < 0 ? PY_SSIZE_T_MAX : limit);
    if (count == 0) return kr_bytes_same(self);
    Py_ssize_t growth = with.length - from.length;
    if (growth > 0 && growth > (PY_SSIZE_T_MAX - text.length) / count)
        return kr_raise(PyExc_OverflowError, "replace bytes is too long");
    PyObject *result = kr_bytes_like(self, NULL, text.length + growth * count);
    if (result != NULL) write_replaced(kr_bytes_text(self), from, with, count, writable(result));
    return result;
}

METHOD(translate, "self, table, /, delete: object = b''",
       "Return a copy with each character mapped by the given translation table.\n\n"
       "  table\n    Translation table, which must be a bytes object of length 256.\n\n"
       "All characters occurring in the optional argument delete are removed.\n"
       "The remaining characters are mapped through the given translation table.")
static PyObject *shared_translate(PyObject *self, PyObject *table, PyObject *delete)
{
    unsigned char map[256], dropped[256] = {0};
    Py_buffer buffer;
    for (int i = 0; i < 256; i++) map[i] = (unsigned char)i;
    if (table != Py_None) {
        if (PyObject_GetBuffer(table, &buffer, PyBUF_SIMPLE) < 0) return NULL;
        Py_ssize_t size = buffer.len;
        if (size == 256) memcpy(map, buffer.buf, 256);
        PyBuffer_Release(&buffer);
        if (size != 256)
            return kr_raise(PyExc_ValueError, "translation table must be 256 characters long");
    }
    if (delete != NULL) {
        if (PyObject_GetBuffer(delete, &buffer, PyBUF_SIMPLE) < 0) return NULL;
        for (Py_ssize_t i = 0; i < buffer.len; i++) dropped[((unsigned char *)buffer.buf)[i]] = 1;
        PyBuffer_Release(&buffer);
    }
    PyObject *result = kr_bytes_like(self, NULL, kr_bytes_text(self).length);
    if (result == NULL) return NULL;
    KrText text = kr_bytes_text(self);
    const unsigned char *from = text.data;
    char *to = writable(result);
    Py_ssize_t used = 0;
    int changed = 0;
    for (Py_ssize_t i = 0; i < text.length; i++) {
        if (dropped[from[i]]) continue;
        changed |= map[from[i]] != from[i];
        to[used++] = (char)map[from[i]];
    }
    if (!changed && used == text.length && PyBytes_CheckExact(self)) {
        Py_DECREF(result);
        return Py_NewRef(self);
    }
    if (used == text.length) return result;
    Py_SETREF(result, kr_bytes_like(self, to, used));
    return result;
}

METHOD(maketrans, "frm: buffer, to: buffer, /",
       "Return a translation table useable for the bytes or bytearray translate method.\n"
       "\n"
       "The returned table will be one where each byte in frm is mapped to the byte at\n"
       "the same position in to.\n\n"
       "The bytes objects frm and to must be of the same length.")
static PyObject *shared_maketrans(Py_buffer *from, Py_buffer *to)
{
    if (from->len != to->len)
        return kr_raise(PyExc_ValueError, "maketrans arguments must have same length");
    PyObject *table = PyBytes_FromStringAndSize(NULL, 256);
    if (table == NULL) return NULL;
    unsigned char *map = (unsigned char *)PyBytes_AS_STRING(table);
    for (int i = 0; i < 256; i++) map[i] = (unsigned char)i;
    for (Py_ssize_t i = 0; i < from->len; i++)
        map[((unsigned char *)from->buf)[i]] = ((unsigned char *)to->buf)[i];
    return table;
}

// --- split, partition, strip ------------------------------------------------------------------

static int is_space(unsigned char c)
{
    return c == ' ' || (c >= 9 && c <= 13);
}

static int append_piece(PyObject *list, PyObject *self, Py_ssize_t start, Py_ssize_t end)
{
    KR_AUTO PyObject *part = piece(self, start, end);
    return part == NULL ? -1 : PyList_Append(list, part);
}

static int split_at_spaces(PyObject *list, PyObject *self, Py_ssize_t limit)
{
    KrText text = kr_bytes_text(self);
    const unsigned char *data = text.data;
    for (Py_ssize_t i = 0;;) {
        while (i < text.length && is_space(data[i])) i++;
        if (i == text.length) return 0;
        Py_ssize_t start = i;
        if (limit-- <= 0) return append_piece(list, self, start, text.length);
        while (i < text.length && !is_space(data[i])) i++;
        if (append_piece(list, self, start, i) < 0) return -1;
    }
}

static int rsplit_at_spaces(PyObject *list, PyObject *self, Py_ssize_t limit)
{
    KrText text = kr_bytes_text(self);
    const unsigned char *data = text.data;
    for (Py_ssize_t i = text.length;;) {
        while (i > 0 && is_space(data[i - 1])) i--;
        if (i == 0) return 0;
        Py_ssize_t end = i;
        if (limit-- <= 0) return append_piece(list, self, 0, end);
        while (i > 0 && !is_space(data[i - 1])) i--;
        if (append_piece(list, self, i, end) < 0) return -1;
    }
}

static int split_at(PyObject *list, PyObject *self, KrText separator, Py_ssize_t limit)
{
    KrText text = kr_bytes_text(self);
    Py_ssize_t start = 0;
    while (limit-- > 0) {
        Py_ssize_t found = kr_search_find(kr_chars_slice(text, start, text.length), separator);
        if (found < 0) break;
        if (append_piece(list, self, start, start + found) < 0) return -1;
        start += found + separator.length;
    }
    return append_piece(list, self, start, text.length);
}

static int rsplit_at(PyObject *list, PyObject *self, KrText separator, Py_ssize_t limit)
{
    Py_ssize_t end = kr_bytes_text(self).length;
    while (limit-- > 0) {
        Py_ssize_t found = kr_search_find_last(kr_chars_slice(kr_bytes_text(self), 0, end),
                                               separator);
        if (found < 0) break;
        if (append_piece(list, self, found + separator.length, end) < 0) return -1;
        end = found;
    }
    return append_piece(list, self, 0, end);
}

static PyObject *split(PyObject *self, PyObject *separator, Py_ssize_t limit, int from_right)
{
    Py_buffer part = {.obj = NULL}, pin;
    if (separator != Py_None && PyObject_GetBuffer(separator, &part, PyBUF_SIMPLE) < 0)
        return NULL;
    KR_AUTO PyObject *list = NULL;
    int failed = -1;
    if (separator != Py_None && part.len == 0) {
        kr_raise(PyExc_ValueError, "empty separator");
    } else if ((list = PyList_New(0)) != NULL
               && PyObject_GetBuffer(self, &pin, PyBUF_SIMPLE) == 0) {
        if (limit < 0) limit = PY_SSIZE_T_MAX;
        if (separator == Py_None)
            failed = (from_right ? rsplit_at_spaces : split_at_spaces)(list, self, limit);
        else
            failed = (from_right ? rsplit_at : split_at)(list, self, kr_buffer_text(&part), limit);
        PyBuffer_Release(&pin);
    }
    kr_buffer_release(&part);
    if (failed < 0 || (from_right && PyList_Reverse(list) < 0)) return NULL;
    return kr_take(list);
}

METHOD(split, "self, /, sep=None, maxsplit: ssize = -1",
       "Return a list of the sections in the bytes, using sep as the delimiter.\n\n"
       "  sep\n    The delimiter according which to split the bytes.\n"
       "    None (the default value) means split on ASCII whitespace characters\n"
       "    (space, tab, return, newline, formfeed, vertical tab).\n  maxsplit\n"
       "    Maximum number of splits to do.\n    -1 (the default value) means no limit.")
static PyObject *shared_split(PyObject *self, PyObject *sep, Py_ssize_t maxsplit)
{
    return split(self, sep, maxsplit, 0);
}

METHOD(rsplit, "self, /, sep=None, maxsplit: ssize = -1",
       "Return a list of the sections in the bytes, using sep as the delimiter.\n\n"
       "  sep\n    The delimiter according which to split the bytes.\n"
       "    None (the default value) means split on ASCII whitespace characters\n"
       "    (space, tab, return, newline, formfeed, vertical tab).\n  maxsplit\n"
       "    Maximum number of splits to do.\n"
       "    -1 (the default value) means no limit.\n\n"
       "Splitting is done starting at the end of the bytes and working to the front.")
static PyObject *shared_rsplit(PyObject *self, PyObject *sep, Py_ssize_t maxsplit)
{
    return split(self, sep, maxsplit, 1);
}

static int split_lines(PyObject *list, PyObject *self, int keep_ends)
{
    KrText text = kr_bytes_text(self);
    const char *data = text.data;
    for (Py_ssize_t i = 0; i < text.length;) {
        Py_ssize_t start = i;
        while (i < text.length && data[i] != '\n' && data[i] != '\r') i++;
        Py_ssize_t end = i;
        if (i < text.length) {
            i += data[i] == '\r' && i + 1 < text.length && data[i + 1] == '\n' ? 2 : 1;
            if (keep_ends) end = i;
        }
        if (append_piece(list, self, start, end) < 0) return -1;
    }
    return 0;
}

METHOD(splitlines, "self, /, keepends: bool = False",
       "Return a list of the lines in the bytes, breaking at line boundaries.\n\n"
       "Line breaks are not included in the resulting list unless keepends is given and\n"
       "true.")
static PyObject *shared_splitlines(PyObject *self, int keepends)
{
    KR_AUTO PyObject *list = PyList_New(0);
    Py_buffer pin;
    if (list == NULL || PyObject_GetBuffer(self, &pin, PyBUF_SIMPLE) < 0) return NULL;
    int failed = split_lines(list, self, keepends);
    PyBuffer_Release(&pin);
    return failed < 0 ? NULL : kr_take(list);
}

static PyObject *partition(PyObject *self, PyObject *separator, int from_right)
{
    Py_buffer part;
    if (PyObject_GetBuffer(separator, &part, PyBUF_SIMPLE) < 0) return NULL;
    KR_AUTO PyObject *middle = NULL;
    KrText text = kr_bytes_text(self), pattern = kr_buffer_text(&part);
    Py_ssize_t found = -1, size = part.len;
    if (size > 0)
        found = from_right ? kr_search_find_last(text, pattern) : kr_search_find(text, pattern);
    if (found >= 0 && PyByteArray_Check(self)) middle = kr_bytes_like(self, part.buf, size);
    else if (found >= 0) middle = Py_NewRef(separator);
    PyBuffer_Release(&part);
    if (size == 0) return kr_raise(PyExc_ValueError, "empty separator");
    if (found < 0) {
        KR_AUTO PyObject *whole = kr_bytes_same(self);
        KR_AUTO PyObject *first = kr_bytes_like(self, NULL, 0);
        KR_AUTO PyObject *second = kr_bytes_like(self, NULL, 0);
        if (whole == NULL || first == NULL || second == NULL) return NULL;
        return from_right ? PyTuple_Pack(3, first, second, whole)
                          : PyTuple_Pack(3, whole, first, second);
    }
    KR_AUTO PyObject *before = kr_bytes_like(self, text.data, found);
    KR_AUTO PyObject *after = NULL;
    text = kr_bytes_text(self);
    if (before == NULL || middle == NULL || found + size > text.length) return NULL;
    after = kr_bytes_like(self, (const char *)text.data + found + size,
                          text.length - found - size);
    return after == NULL ? NULL : PyTuple_Pack(3, before, middle, after);
}

METHOD(partition, "self, sep, /",
       "Partition the bytes into three parts using the given separator.\n\n"
       "This will search for the separator sep in the bytes. If the separator is found,\n"
       "returns a 3-tuple containing the part before the separator, the separator\n"
       "itself, and the part after it.\n\n"
       "If the separator is not found, returns a 3-tuple containing the original bytes\n"
       "object and two empty bytes objects.")
static PyObject *shared_partition(PyObject *self, PyObject *sep)
{
    return partition(self, sep, 0);
}

METHOD(rpartition, "self, sep, /",
       "Partition the bytes into three parts using the given separator.\n\n"
       "This will search for the separator sep in the bytes, starting at the end. If\n"
       "the separator is found, returns a 3-tuple containing the part before the\n"
       "separator, the separator itself, and the part after it.\n\n"
       "If the separator is not found, returns a 3-tuple containing two empty bytes\n"
       "objects and the original bytes object.")
static PyObject *shared_rpartition(PyObject *self, PyObject *sep)
{
    return partition(self, sep, 1);
}

// [sides]: 1 left, 2 right.
static PyObject *strip(PyObject *self, PyObject *set, int sides)
{
    unsigned char goes[256] = {0};
    if (set == Py_None) {
        for (int i = 0; i < 256; i++) goes[i] = (unsigned char)is_space((unsigned char)i);
    } else {
        Py_buffer buffer;
        if (PyObject_GetBuffer(set, &buffer, PyBUF_SIMPLE) < 0) return NULL;
        for (Py_ssize_t i = 0; i < buffer.len; i++) goes[((unsigned char *)buffer.buf)[i]] = 1;
        PyBuffer_Release(&buffer);
    }
    KrText text = kr_bytes_text(self);
    const unsigned char *data = text.data;
    Py_ssize_t start = 0, end = text.length;
    if (sides & 1)
        while (start < end && goes[data[start]]) start++;
    if (sides & 2)
        while (end > start && goes[data[end - 1]]) end--;
    return piece(self, start, end);
}

METHOD(strip, "self, bytes=None, /",
       "Strip leading and trailing bytes contained in the argument.\n\n"
       "If the argument is omitted or None, strip leading and trailing ASCII whitespace.")
static PyObject *shared_strip(PyObject *self, PyObject *bytes)
{
    return strip(self, bytes, 3);
}

METHOD(lstrip, "self, bytes=None, /",
       "Strip leading bytes contained in the argument.\n\n"
       "If the argument is omitted or None, strip leading  ASCII whitespace.")
static PyObject *shared_lstrip(PyObject *self, PyObject *bytes)
{
    return strip(self, bytes, 1);
}

METHOD(rstrip, "self, bytes=None, /",
       "Strip trailing bytes contained in the argument.\n\n"
       "If the argument is omitted or None, strip trailing ASCII whitespace.")
static PyObject *shared_rstrip(PyObject *self, PyObject *bytes)
{
    return strip(self, bytes, 2);
}

// --- join -------------------------------------------------------------------------------------

// Buffers of all items, held at once: their total size with separators between, or -1.
static Py_ssize_t hold_items(PyObject *items, Py_buffer *buffers, Py_ssize_t *held, Py_ssize_t gap)
{
    Py_ssize_t total = 0, count = PySequence_Fast_GET_SIZE(items);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = PySequence_Fast_GET_ITEM(items, i);
        if (PyObject_GetBuffer(item, &buffers[i], PyBUF_SIMPLE) < 0)
            return kr_raise_int(PyExc_TypeError,
                                "sequence item %zd: expected a bytes-like object, %.80s found", i,
                                Py_TYPE(item)->tp_name);
        *held = i + 1;
        Py_ssize_t added = buffers[i].len + (i > 0 ? gap : 0);
        if (added > PY_SSIZE_T_MAX - total)
            return kr_raise_int(PyExc_OverflowError, "join() result is too long");
        total += added;
        if (PySequence_Fast_GET_SIZE(items) != count)
            return kr_raise_int(PyExc_RuntimeError, "sequence changed size during iteration");
    }
    return total;
}

static PyObject *join_held(PyObject *self, const Py_buffer *buffers, Py_ssize_t count,
                           Py_ssize_t total)
{
    PyObject *result = kr_bytes_like(self, NULL, total);
    if (result == NULL) return NULL;
    KrText gap = kr_bytes_text(self);
    char *to = writable(result);
    for (Py_ssize_t i = 0; i < count; i++) {
        if (i > 0) to = mempcpy(to, gap.data, gap.length);
        to = mempcpy(to, buffers[i].buf, buffers[i].len);
    }
    return result;
}

METHOD(join, "self, iterable_of_bytes, /",
       "Concatenate any number of bytes objects.\n\n"
       "The bytes whose method is called is inserted in between each pair.\n\n"
       "The result is returned as a new bytes object.\n\n"
       "Example: b'.'.join([b'ab', b'pq', b'rs']) -> b'ab.pq.rs'.")
static PyObject *shared_join(PyObject *self, PyObject *iterable_of_bytes)
{
    KR_AUTO PyObject *items = PySequence_Fast(iterable_of_bytes, "can only join an iterable");
    if (items == NULL) return NULL;
    Py_ssize_t count = PySequence_Fast_GET_SIZE(items), held = 0;
    if (count == 0) return kr_bytes_like(self, NULL, 0);
    if (count == 1 && PyBytes_CheckExact(self) &&
        PyBytes_CheckExact(PySequence_Fast_GET_ITEM(items, 0)))
        return Py_NewRef(PySequence_Fast_GET_ITEM(items, 0));
    Py_buffer pin, few[10], *buffers = few;
    if (count > 10 && (buffers = PyMem_New(Py_buffer, count)) == NULL) return PyErr_NoMemory();
    PyObject *result = NULL;
    if (PyObject_GetBuffer(self, &pin, PyBUF_SIMPLE) == 0) {
        Py_ssize_t total = hold_items(items, buffers, &held, pin.len);
        if (total >= 0) result = join_held(self, buffers, count, total);
        PyBuffer_Release(&pin);
    }
    for (Py_ssize_t i = 0; i < held; i++) PyBuffer_Release(&buffers[i]);
    if (buffers != few) PyMem_Free(buffers);
    return result;
}

PyObject *_PyBytes_Join(PyObject *separator, PyObject *items)
{
    assert(PyBytes_Check(separator));
    return shared_join(separator, items);
}

// --- case and character classes ---------------------------------------------------------------

static int is_lower(unsigned char c)
{
    return c >= 'a' && c <= 'z';
}

static int is_upper(unsigned char c)
{
    return c >= 'A' && c <= 'Z';
}

static int is_alpha(unsigned char c)
{
    return is_lower(c | 32) && c < 128;
}

static int is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static int is_alnum(unsigned char c)
{
    return is_alpha(c) || is_digit(c);
}

static int is_ascii(unsigned char c)
{
    return c < 128;
}

static PyObject *all_are(PyObject *self, int (*question)(unsigned char c), int when_empty)
{
    KrText text = kr_bytes_text(self);
    for (Py_ssize_t i = 0; i < text.length; i++)
        if (!question(((const unsigned char *)text.data)[i])) return Py_NewRef(Py_False);
    return PyBool_FromLong(text.length > 0 || when_empty);
}

// No byte of the class [never], one of the class [some].
static PyObject *one_case(PyObject *self, int (*some)(unsigned char c),
                          int (*never)(unsigned char c))
{
    KrText text = kr_bytes_text(self);
    int seen = 0;
    for (Py_ssize_t i = 0; i < text.length; i++) {
        unsigned char c = ((const unsigned char *)text.data)[i];
        if (never(c)) return Py_NewRef(Py_False);
        seen |= some(c);
    }
    return PyBool_FromLong(seen);
}

METHOD(isalnum, "self, /",
       "B.isalnum() -> bool\n\nReturn True if all characters in B are alphanumeric\n"
       "and there is at least one character in B, False otherwise.")
static PyObject *shared_isalnum(PyObject *self)
{
    return all_are(self, is_alnum, 0);
}

METHOD(isalpha, "self, /",
       "B.isalpha() -> bool\n\nReturn True if all characters in B are alphabetic\n"
       "and there is at least one character in B, False otherwise.")
static PyObject *shared_isalpha(PyObject *self)
{
    return all_are(self, is_alpha, 0);
}

METHOD(isascii, "self, /",
       "B.isascii() -> bool\n\n"
       "Return True if B is empty or all characters in B are ASCII,\nFalse otherwise.")
static PyObject *shared_isascii(PyObject *self)
{
    return all_are(self, is_ascii, 1);
}

METHOD(isdigit, "self, /",
       "B.isdigit() -> bool\n\nReturn True if all characters in B are digits\n"
       "and there is at least one character in B, False otherwise.")
static PyObject *shared_isdigit(PyObject *self)
{
    return all_are(self, is_digit, 0);
}

METHOD(isspace, "self, /",
       "B.isspace() -> bool\n\nReturn True if all characters in B are whitespace\n"
       "and there is at least one character in B, False otherwise.")
static PyObject *shared_isspace(PyObject *self)
{
    return all_are(self, is_space, 0);
}

METHOD(islower, "self, /",
       "B.islower() -> bool\n\n"
       "Return True if all cased characters in B are lowercase and there is\n"
       "at least one cased character in B, False otherwise.")
static PyObject *shared_islower(PyObject *self)
{
    return one_case(self, is_lower, is_upper);
}

METHOD(isupper, "self, /",
       "B.isupper() -> bool\n\n"
       "Return True if all cased characters in B are uppercase and there is\n"
       "at least one cased character in B, False otherwise.")
static PyObject *shared_isupper(PyObject *self)
{
    return one_case(self, is_upper, is_lower);
}

METHOD(istitle, "self, /",
       "B.istitle() -> bool\n\n"
       "Return True if B is a titlecased string and there is at least one\n"
       "character in B, i.e. uppercase characters may only follow uncased\n"
       "characters and lowercase characters only cased ones. Return False\notherwise.")
static PyObject *shared_istitle(PyObject *self)
{
    KrText text = kr_bytes_text(self);
    int any = 0, in_word = 0;
    for (Py_ssize_t i = 0; i < text.length; i++) {
        unsigned char c = ((const unsigned char *)text.data)[i];
        if (is_upper(c) ? in_word : is_lower(c) && !in_word) return Py_NewRef(Py_False);
        in_word = is_alpha(c);
        any |= in_word;
    }
    return PyBool_FromLong(any);
}

METHOD(lower, "self, /",
       "B.lower() -> copy of B\n\n"
       "Return a copy of B with all ASCII characters converted to lowercase.")
static PyObject *shared_lower(PyObject *self)
{
    PyObject *result = kr_bytes_like(self, NULL, kr_bytes_text(self).length);
    KrText text = kr_bytes_text(self);
    if (result != NULL && text.length > 0)
        kr_casing_ascii_lower(text.data, text.length, (uint8_t *)writable(result));
    return result;
}

METHOD(upper, "self, /",
       "B.upper() -> copy of B\n\n"
       "Return a copy of B with all ASCII characters converted to uppercase.")
static PyObject *shared_upper(PyObject *self)
{
    PyObject *result = kr_bytes_like(self, NULL, kr_bytes_text(self).length);
    KrText text = kr_bytes_text(self);
    if (result != NULL && text.length > 0)
        kr_casing_ascii_upper(text.data, text.length, (uint8_t *)writable(result));
    return result;
}

static unsigned char to_upper(unsigned char c)
{
    return is_lower(c) ? c - 32 : c;
}

static unsigned char to_lower(unsigned char c)
{
    return is_upper(c) ? c + 32 : c;
}

typedef enum Casing { TITLE, CAPITALIZE, SWAP } Casing;

static PyObject *convert_case(PyObject *self, Casing casing)
{
    PyObject *result = kr_bytes_like(self, NULL, kr_bytes_text(self).length);
    if (result == NULL) return NULL;
    KrText text = kr_bytes_text(self);
    const unsigned char *from = text.data;
    unsigned char *to = (unsigned char *)writable(result);
    for (Py_ssize_t i = 0; i < text.length; i++) {
        unsigned char c = from[i];
        int up = casing == SWAP         ? is_lower(c)
                 : casing == CAPITALIZE ? i == 0
                                        : i == 0 || !is_alpha(from[i - 1]);
        to[i] = up ? to_upper(c) : to_lower(c);
    }
    return result;
}

METHOD(title, "self, /",
       "B.title() -> copy of B\n\n"
       "Return a titlecased version of B, i.e. ASCII words start with uppercase\n"
       "characters, all remaining cased characters have lowercase.")
static PyObject *shared_title(PyObject *self)
{
    return convert_case(self, TITLE);
}

METHOD(capitalize, "self, /",
       "B.capitalize() -> copy of B\n\n"
       "Return a copy of B with only its first character capitalized (ASCII)\n"
       "and the rest lower-cased.")
static PyObject *shared_capitalize(PyObject *self)
{
    return convert_case(self, CAPITALIZE);
}

METHOD(swapcase, "self, /",
       "B.swapcase() -> copy of B\n\n"
       "Return a copy of B with uppercase ASCII characters converted\n"
       "to lowercase ASCII and vice versa.")
static PyObject *shared_swapcase(PyObject *self)
{
    return convert_case(self, SWAP);
}

// --- padding ----------------------------------------------------------------------------------

static PyObject *pad(PyObject *self, Py_ssize_t left, Py_ssize_t right, char fill)
{
    Py_ssize_t length = kr_bytes_text(self).length;
    if (left > PY_SSIZE_T_MAX - length || right > PY_SSIZE_T_MAX - length - left)
        return kr_raise(PyExc_OverflowError, "padded string is too long");
    PyObject *result = kr_bytes_like(self, NULL, left + length + right);
    if (result == NULL) return NULL;
    char *to = writable(result);
    memset(to, fill, left);
    memcpy(to + left, kr_bytes_text(self).data, length);
    memset(to + left + length, fill, right);
    return result;
}

// The fill byte of center, ljust, rjust (NULL: a space), or -1 with an exception.
static int fill_byte(PyObject *fill, const char *method)
{
    if (fill == NULL) return ' ';
    if ((PyBytes_Check(fill) || PyByteArray_Check(fill)) && kr_bytes_text(fill).length == 1)
        return *(const unsigned char *)kr_bytes_text(fill).data;
    return kr_raise_int(PyExc_TypeError,
                        "%s() argument 2 must be a byte string of length 1, not %.50s", method,
                        Py_TYPE(fill)->tp_name);
}

METHOD(center, "self, width: ssize, fillchar: object = NULL, /",
       "Return a centered string of length width.\n\n"
       "Padding is done using the specified fill character.")
static PyObject *shared_center(PyObject *self, Py_ssize_t width, PyObject *fillchar)
{
    int fill = fill_byte(fillchar, "center");
    if (fill < 0) return NULL;
    Py_ssize_t missing = width - kr_bytes_text(self).length;
    if (missing <= 0) return kr_bytes_same(self);
    Py_ssize_t left = missing / 2 + (missing & width & 1);
    return pad(self, left, missing - left, (char)fill);
}

METHOD(ljust, "self, width: ssize, fillchar: object = NULL, /",
       "Return a left-justified string of length width.\n\n"
       "Padding is done using the specified fill character.")
static PyObject *shared_ljust(PyObject *self, Py_ssize_t width, PyObject *fillchar)
{
    int fill = fill_byte(fillchar, "ljust");
    if (fill < 0) return NULL;
    Py_ssize_t missing = width - kr_bytes_text(self).length;
    return missing <= 0 ? kr_bytes_same(self) : pad(self, 0, missing, (char)fill);
}

METHOD(rjust, "self, width: ssize, fillchar: object = NULL, /",
       "Return a right-justified string of length width.\n\n"
       "Padding is done using the specified fill character.")
static PyObject *shared_rjust(PyObject *self, Py_ssize_t width, PyObject *fillchar)
{
    int fill = fill_byte(fillchar, "rjust");
    if (fill < 0) return NULL;
    Py_ssize_t missing = width - kr_bytes_text(self).length;
    return missing <= 0 ? kr_bytes_same(self) : pad(self, missing, 0, (char)fill);
}

METHOD(zfill, "self, width: ssize, /",
       "Pad a numeric string with zeros on the left, to fill a field of the given width.\n"
       "\nThe original string is never truncated.")
static PyObject *shared_zfill(PyObject *self, Py_ssize_t width)
{
    Py_ssize_t length = kr_bytes_text(self).length, missing = width - length;
    if (missing <= 0) return kr_bytes_same(self);
    PyObject *result = pad(self, missing, 0, '0');
    if (result == NULL || length == 0) return result;
    char *to = writable(result);
    if (to[missing] == '+' || to[missing] == '-') {
        to[0] = to[missing];
        to[missing] = '0';
    }
    return result;
}

METHOD(expandtabs, "self, /, tabsize: int = 8",
       "Return a copy where all tab characters are expanded using spaces.\n\n"
       "If tabsize is not given, a tab size of 8 characters is assumed.")
static PyObject *shared_expandtabs(PyObject *self, int tabsize)
{
    KrText text = kr_bytes_text(self);
    const char *from = text.data;
    Py_ssize_t size = 0, column = 0;
    for (Py_ssize_t i = 0; i < text.length; i++) {
        Py_ssize_t width = from[i] != '\t' ? 1 : tabsize > 0 ? tabsize - column % tabsize : 0;
        if (width > PY_SSIZE_T_MAX - size)
            return kr_raise(PyExc_OverflowError, "result too long");
        size += width;
        column = from[i] == '\n' || from[i] == '\r' ? 0 : column + width;
    }
    PyObject *result = kr_bytes_like(self, NULL, size);
    if (result == NULL) return NULL;
    from = kr_bytes_text(self).data;
    char *to = writable(result);
    column = 0;
    for (Py_ssize_t i = 0; i < text.length; i++) {
        if (from[i] == '\t') {
            Py_ssize_t width = tabsize > 0 ? tabsize - column % tabsize : 0;
            memset(to, ' ', width);
            to += width;
            column += width;
        } else {
            *to++ = from[i];
            column = from[i] == '\n' || from[i] == '\r' ? 0 : column + 1;
        }
    }
    return result;
}

// --- to text ----------------------------------------------------------------------------------

METHOD(decode, "self, /, encoding: cstr = 'utf-8', errors: cstr = 'strict'",
       "Decode the bytes using the codec registered for encoding.\n\n  encoding\n"
       "    The encoding with which to decode the bytes.\n  errors\n"
       "    The error handling scheme to use for the handling of decoding errors.\n"
       "    The default is 'strict' meaning that decoding errors raise a\n"
       "    UnicodeDecodeError. Other possible values are 'ignore' and 'replace'\n"
       "    as well as any other name registered with codecs.register_error that\n"
       "    can handle UnicodeDecodeErrors.")
static PyObject *shared_decode(PyObject *self, const char *encoding, const char *errors)
{
    return PyUnicode_FromEncodedObject(self, encoding, errors);
}

METHOD(hex, "self, /, sep: object = NULL, bytes_per_sep: int = 1",
       "Create a string of hexadecimal numbers from a bytes object.\n\n  sep\n"
       "    An optional single character or byte to separate hex bytes.\n"
       "  bytes_per_sep\n"
       "    How many bytes between separators.  Positive values count from the\n"
       "    right, negative values count from the left.\n\nExample:\n"
       ">>> value = b'\\xb9\\x01\\xef'\n>>> value.hex()\n'b901ef'\n>>> value.hex(':')\n"
       "'b9:01:ef'\n>>> value.hex(':', 2)\n'b9:01ef'\n>>> value.hex(':', -2)\n'b901:ef'")
static PyObject *shared_hex(PyObject *self, PyObject *sep, int bytes_per_sep)
{
    Py_buffer pin;
    if (PyObject_GetBuffer(self, &pin, PyBUF_SIMPLE) < 0) return NULL;
    PyObject *text = kr_bytes_hex(pin.buf, pin.len, sep, bytes_per_sep);
    PyBuffer_Release(&pin);
    return text;
}

#include "objects/strings/bytes_methods.methods.h"

void kr_bytes_merge_methods(const PyMethodDef *own, PyMethodDef *to)
{
    PyMethodDef *end = to + KR_BYTES_METHOD_ROOM - 1;
    for (; own->ml_name != NULL; own++) *to++ = *own;
    for (const PyMethodDef *method = shared_methods; method->ml_name != NULL; method++)
        *to++ = *method;
    assert(to <= end);
    (void)end;
    *to = (PyMethodDef){0};
}
