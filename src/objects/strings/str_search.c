// str_search.c - finding, counting, comparing ends and replacing in str.
//
// Ranges follow slicing: negative indices count from the end, both are clipped.  The search itself
// is in text/search.
#include "objects/strings/str.h"

#include "abstract.h"
#include "objects/errors/raise.h"
#include "pyerrors.h"
#include "boolobject.h"
#include "text/search.h"

static int check_both(PyObject *text, PyObject *part)
{
    return kr_str_check(text) < 0 || kr_str_check(part) < 0 ? -1 : 0;
}

Py_ssize_t kr_str_find(PyObject *text, PyObject *part, Py_ssize_t start, Py_ssize_t end)
{
    if (check_both(text, part) < 0) return -2;
    kr_clip_range(PyUnicode_GET_LENGTH(text), &start, &end);
    if (end - start < PyUnicode_GET_LENGTH(part)) return -1;
    KrText range = kr_chars_slice(kr_str_chars(text), start, end);
    Py_ssize_t found = kr_search_find(range, kr_str_chars(part));
    return found < 0 ? -1 : found + start;
}

Py_ssize_t kr_str_rfind(PyObject *text, PyObject *part, Py_ssize_t start, Py_ssize_t end)
{
    if (check_both(text, part) < 0) return -2;
    kr_clip_range(PyUnicode_GET_LENGTH(text), &start, &end);
    if (end - start < PyUnicode_GET_LENGTH(part)) return -1;
    KrText range = kr_chars_slice(kr_str_chars(text), start, end);
    Py_ssize_t found = kr_search_find_last(range, kr_str_chars(part));
    return found < 0 ? -1 : found + start;
}

Py_ssize_t kr_str_count(PyObject *text, PyObject *part, Py_ssize_t start, Py_ssize_t end)
{
    if (check_both(text, part) < 0) return -1;
    kr_clip_range(PyUnicode_GET_LENGTH(text), &start, &end);
    if (end - start < PyUnicode_GET_LENGTH(part)) return 0;
    KrText range = kr_chars_slice(kr_str_chars(text), start, end);
    return kr_search_count(range, kr_str_chars(part), PY_SSIZE_T_MAX);
}

Py_ssize_t PyUnicode_Find(PyObject *text, PyObject *part, Py_ssize_t start, Py_ssize_t end,
                          int direction)
{
    return direction > 0 ? kr_str_find(text, part, start, end)
                         : kr_str_rfind(text, part, start, end);
}

Py_ssize_t PyUnicode_FindChar(PyObject *text, Py_UCS4 c, Py_ssize_t start, Py_ssize_t end,
                              int direction)
{
    if (PyUnicode_READY(text) < 0) return -2;
    kr_clip_range(PyUnicode_GET_LENGTH(text), &start, &end);
    if (end - start < 1) return -1;
    KrText range = kr_chars_slice(kr_str_chars(text), start, end);
    Py_ssize_t found = direction > 0 ? kr_search_char(range, c) : kr_search_last_char(range, c);
    return found < 0 ? -1 : found + start;
}

Py_ssize_t PyUnicode_Count(PyObject *text, PyObject *part, Py_ssize_t start, Py_ssize_t end)
{
    return kr_str_count(text, part, start, end);
}

int PyUnicode_Contains(PyObject *text, PyObject *part)
{
    if (!PyUnicode_Check(part))
        return kr_raise_int(PyExc_TypeError,
                            "'in <string>' requires string as left operand, not %.100s",
                            Py_TYPE(part)->tp_name);
    if (check_both(text, part) < 0) return -1;
    KrText chars = kr_str_chars(text), pattern = kr_str_chars(part);
    if (pattern.length == 1) return kr_search_char(chars, kr_chars_read(pattern, 0)) >= 0;
    if (pattern.length > chars.length) return 0;
    return kr_search_find(chars, pattern) >= 0;
}

// --- ends -------------------------------------------------------------------------------------

Py_ssize_t PyUnicode_Tailmatch(PyObject *text, PyObject *part, Py_ssize_t start, Py_ssize_t end,
                               int direction)
{
    if (check_both(text, part) < 0) return -1;
    kr_clip_range(PyUnicode_GET_LENGTH(text), &start, &end);
    KrText chars = kr_str_chars(text), pattern = kr_str_chars(part);
    if (end - start < pattern.length) return 0;
    if (pattern.length == 0) return 1;
    if (pattern.kind > chars.kind) return 0;
    Py_ssize_t offset = direction > 0 ? end - pattern.length : start;
    KrText tail = kr_chars_slice(chars, offset, offset + pattern.length);
    if (tail.kind == pattern.kind)
        return memcmp(tail.data, pattern.data, (size_t)tail.length * tail.kind) == 0;
    for (Py_ssize_t i = 0; i < pattern.length; i++)
        if (kr_chars_read(tail, i) != kr_chars_read(pattern, i)) return 0;
    return 1;
}

PyObject *kr_str_match_ends(PyObject *text, PyObject *what, Py_ssize_t start, Py_ssize_t end,
                            int direction)
{
    const char *name = direction > 0 ? "endswith" : "startswith";
    if (PyTuple_Check(what)) {
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(what); i++) {
            PyObject *part = PyTuple_GET_ITEM(what, i);
            if (!PyUnicode_Check(part))
                return kr_raise(PyExc_TypeError,
                                "tuple for %s must only contain str, not %.100s", name,
                                Py_TYPE(part)->tp_name);
            Py_ssize_t matches = PyUnicode_Tailmatch(text, part, start, end, direction);
            if (matches != 0) return matches < 0 ? NULL : Py_NewRef(Py_True);
        }
        return Py_NewRef(Py_False);
    }
    if (!PyUnicode_Check(what))
        return kr_raise(PyExc_TypeError,
                        "%s first arg must be str or a tuple of str, not %.100s", name,
                        Py_TYPE(what)->tp_name);
    Py_ssize_t matches = PyUnicode_Tailmatch(text, what, start, end, direction);
    return matches < 0 ? NULL : PyBool_FromLong(matches);
}

// --- replace ----------------------------------------------------------------------------------

// Every [from] becomes [to], in blocks of sixteen.
static void replace_bytes(uint8_t *data, Py_ssize_t length, uint8_t from, uint8_t to)
{
    typedef uint8_t Block __attribute__((vector_size(16)));
    Py_ssize_t i = 0;
    for (Block block; i + (Py_ssize_t)sizeof block <= length; i += sizeof block) {
        memcpy(&block, data + i, sizeof block);
        block ^= (Block)(block == from) & (uint8_t)(from ^ to);
        memcpy(data + i, &block, sizeof block);
    }
    for (; i < length; i++) data[i] = data[i] == from ? to : data[i];
}

// One character by another that needs no wider kind: a copy, changed in place.
static PyObject *replace_char(PyObject *text, Py_UCS4 from, Py_UCS4 to, Py_ssize_t limit)
{
    Py_ssize_t next = kr_search_char(kr_str_chars(text), from);
    if (next < 0) return kr_str_exact(text);
    PyObject *result = PyUnicode_New(PyUnicode_GET_LENGTH(text),
                                     Py_MAX(kr_str_max(text), to));
    if (result == NULL) return NULL;
    int kind = PyUnicode_KIND(result);
    void *data = PyUnicode_DATA(result);
    kr_str_copy(data, kind, 0, kr_str_chars(text));
    KrText chars = kr_str_chars(result);
    if (kind == 1 && limit >= chars.length) {
        replace_bytes((uint8_t *)data + next, chars.length - next, (uint8_t)from, (uint8_t)to);
        next = -1;
    }
    while (next >= 0 && limit-- > 0) {
        kr_text_write(kind, data, next++, to);
        Py_ssize_t more = kr_search_char(kr_chars_slice(chars, next, chars.length), from);
        next = more < 0 ? -1 : next + more;
    }
    // What was replaced may have been all that needed the width.
    if (kr_str_max(result) > 127 && kr_str_find_max(chars) < kr_str_max(result))
        Py_SETREF(result, kr_str_from_chars(chars));
    return result;
}

// Writes [text] with [with] put before each of the first [count] characters (count may be one
// more).
static void interleave(KrText text, KrText with, Py_ssize_t count, KrText to)
{
    Py_ssize_t out = 0, i = 0;
    for (; i < count; i++) {
        kr_str_copy((void *)to.data, to.kind, out, with);
        out += with.length;
        if (i < text.length)
            kr_text_write(to.kind, (void *)to.data, out++, kr_chars_read(text, i));
    }
    if (i < text.length)
        kr_str_copy((void *)to.data, to.kind, out, kr_chars_slice(text, i, text.length));
}

static void replace_parts(KrText text, KrText from, KrText with, Py_ssize_t count, KrText to)
{
    Py_ssize_t out = 0, in = 0;
    while (count-- > 0) {
        Py_ssize_t found = kr_search_find(kr_chars_slice(text, in, text.length), from);
        assert(found >= 0);
        kr_str_copy((void *)to.data, to.kind, out, kr_chars_slice(text, in, in + found));
        out += found;
        kr_str_copy((void *)to.data, to.kind, out, with);
        out += with.length;
        in += found + from.length;
    }
    kr_str_copy((void *)to.data, to.kind, out, kr_chars_slice(text, in, text.length));
}

static PyObject *replace(PyObject *text, PyObject *from, PyObject *to, Py_ssize_t limit)
{
    KrText chars = kr_str_chars(text), old = kr_str_chars(from), new = kr_str_chars(to);
    if (limit < 0) limit = PY_SSIZE_T_MAX;
    if (limit == 0 || old.length > chars.length || old.kind > chars.kind)
        return kr_str_exact(text);
    if (old.length == 1 && new.length == 1)
        return replace_char(text, kr_chars_read(old, 0), kr_chars_read(new, 0), limit);
    Py_ssize_t count = kr_search_count(chars, old, limit);
    if (count == 0 || (old.length == new.length && kr_str_equal(from, to)))
        return kr_str_exact(text);
    Py_ssize_t growth = new.length - old.length;
    if (growth > 0 && growth > (PY_SSIZE_T_MAX - chars.length) / count)
        return kr_raise(PyExc_OverflowError, "replace string is too long");
    PyObject *result = PyUnicode_New(chars.length + growth * count,
                                     Py_MAX(kr_str_max(text), kr_str_max(to)));
    if (result == NULL || PyUnicode_GET_LENGTH(result) == 0) return result;
    KrText target = kr_str_chars(result);
    if (old.length == 0) interleave(chars, new, count, target);
    else replace_parts(chars, old, new, count, target);
    Py_UCS4 max = kr_str_max(result);
    if (max > 127 && kr_str_max(from) > 127 && kr_str_find_max(target) < max)
        Py_SETREF(result, kr_str_from_chars(target));
    return result;
}

PyObject *PyUnicode_Replace(PyObject *text, PyObject *from, PyObject *to, Py_ssize_t limit)
{
    if (check_both(text, from) < 0 || kr_str_check(to) < 0) return NULL;
    return replace(text, from, to, limit);
}
