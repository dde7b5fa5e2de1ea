// source.c - bytes to the text the lexer reads.
//
// The encoding of a program is told by a byte order mark or by a comment in its first two lines
// (PEP 263); without either it is UTF-8, and then nothing is decoded here: the parser meets bad
// bytes where they matter.
#include "syntax/source.h"

#include "bytesobject.h"
#include "longobject.h"
#include "pyerrors.h"
#include "pymem.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "runtime/owned.h"

#include <assert.h>
#include <string.h>

// ---- The cookie --------------------------------------------------------------------------------

static int is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
        || c == '_' || c == '.';
}

// Looks for `coding: name` in the comment [line, end): the name's length, or 0.
static size_t find_cookie(const char *line, const char *end, const char **ret_name)
{
    while (line < end && (*line == ' ' || *line == '\t' || *line == '\f')) line++;
    if (line == end || *line != '#') return 0;
    for (; line + 7 <= end; line++) {
        if (memcmp(line, "coding", 6) != 0 || (line[6] != ':' && line[6] != '=')) continue;
        const char *name = line + 7;
        while (name < end && (*name == ' ' || *name == '\t')) name++;
        size_t length = 0;
        while (name + length < end && is_name_byte(name[length])) length++;
        if (length == 0) continue;
        *ret_name = name;
        return length;
    }
    return 0;
}

// Whether a line has nothing but white space or a comment, so that the next one may hold the
// cookie.
static int is_idle(const char *line, const char *end)
{
    while (line < end && (*line == ' ' || *line == '\t' || *line == '\f')) line++;
    return line == end || *line == '#' || *line == '\n' || *line == '\r';
}

// Whether [name] is [usual] or begins with it and a dash.
static int is_kind_of(const char *name, const char *usual)
{
    size_t length = strlen(usual);
    return strncmp(name, usual, length) == 0 && (name[length] == '\0' || name[length] == '-');
}

// New str: the name of an encoding, UTF-8 and Latin-1 by their usual names.
static PyObject *usual_name(const char *name, size_t length)
{
    char lower[13];
    size_t count = length < 12 ? length : 12;
    for (size_t i = 0; i < count; i++) {
        char c = name[i] == '_' ? '-' : name[i];
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    lower[count] = '\0';
    if (is_kind_of(lower, "utf-8")) return PyUnicode_FromString("utf-8");
    if (is_kind_of(lower, "latin-1") || is_kind_of(lower, "iso-8859-1")
        || is_kind_of(lower, "iso-latin-1"))
        return PyUnicode_FromString("iso-8859-1");
    return PyUnicode_FromStringAndSize(name, (Py_ssize_t)length);
}

static const char *line_end(const char *line, const char *end)
{
    while (line < end && *line != '\n' && *line != '\r') line++;
    return line;
}

// New str for the cookie of a program; NULL without an exception when it has none.
static PyObject *read_cookie(const char *bytes, const char *end)
{
    const char *name;
    for (int i = 0; i < 2; i++) {
        const char *stop = line_end(bytes, end);
        size_t length = find_cookie(bytes, stop, &name);
        if (length > 0) return usual_name(name, length);
        if (!is_idle(bytes, stop)) return NULL;
        bytes = stop;
        if (bytes < end && *bytes == '\r') bytes++;
        if (bytes < end && *bytes == '\n') bytes++;
    }
    return NULL;
}

// ---- Text --------------------------------------------------------------------------------------

// Copies with \n line ends; the result ends with a zero byte.
static char *copy_text(const char *bytes, Py_ssize_t length, int ends_line)
{
    char *text = PyMem_Malloc((size_t)length + 2);
    if (text == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    const char *end = bytes + length;
    char *out = text;
    while (bytes < end) {
        const char *stop = memchr(bytes, '\r', (size_t)(end - bytes));
        size_t count = (size_t)((stop == NULL ? end : stop) - bytes);
        memcpy(out, bytes, count);
        out += count;
        bytes += count;
        if (bytes == end) break;
        *out++ = '\n';
        bytes += bytes + 1 < end && bytes[1] == '\n' ? 2 : 1;
    }
    if (ends_line && out > text && out[-1] != '\n') *out++ = '\n';
    *out = '\0';
    return text;
}

// Replaces a LookupError, SyntaxError or ValueError by a SyntaxError that names the file and no
// line.
static void raise_for_file(PyObject *filename)
{
    if (!PyErr_ExceptionMatches(PyExc_LookupError) && !PyErr_ExceptionMatches(PyExc_SyntaxError)
        && !PyErr_ExceptionMatches(PyExc_ValueError))
        return;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    KR_AUTO PyObject *message = value == NULL ? NULL : PyObject_Str(value);
    KR_AUTO PyObject *zero = PyLong_FromLong(0);
    KR_AUTO PyObject *column = PyLong_FromLong(-1);
    if (message != NULL && zero != NULL && column != NULL) {
        KR_AUTO PyObject *details = PyTuple_Pack(4, filename, zero, column, Py_None);
        KR_AUTO PyObject *arguments = details == NULL ? NULL : PyTuple_Pack(2, message, details);
        if (arguments != NULL) PyErr_SetObject(PyExc_SyntaxError, arguments);
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

// New bytes: [text] decoded from [encoding] and encoded as UTF-8.
static PyObject *to_utf8(const char *text, PyObject *encoding)
{
    const char *name = PyUnicode_AsUTF8(encoding);
    if (name == NULL) return NULL;
    KR_AUTO PyObject *decoded = PyUnicode_Decode(text, (Py_ssize_t)strlen(text), name, NULL);
    return decoded == NULL ? NULL : PyUnicode_AsUTF8String(decoded);
}

// Looks at mark and cookie and recodes the text when they say so: 0, or -1 with an exception.
static int recode(KrSource *source, int has_mark)
{
    KR_AUTO PyObject *cookie = read_cookie(source->text, source->text + strlen(source->text));
    if (cookie == NULL) {
        if (PyErr_Occurred()) return -1;
        source->encoding = has_mark ? PyUnicode_FromString("utf-8") : NULL;
        return has_mark && source->encoding == NULL ? -1 : 0;
    }
    if (PyUnicode_CompareWithASCIIString(cookie, "utf-8") != 0) {
        if (has_mark) {
            PyErr_Format(PyExc_SyntaxError, "encoding problem: %U with BOM", cookie);
            return -1;
        }
        KR_AUTO PyObject *utf8 = to_utf8(source->text, cookie);
        if (utf8 == NULL) return -1;
        char *text = copy_text(PyBytes_AS_STRING(utf8), PyBytes_GET_SIZE(utf8), 0);
        if (text == NULL) return -1;
        PyMem_Free(source->text);
        source->text = text;
    }
    source->encoding = kr_take(cookie);
    return 0;
}

int kr_source_decode(const char *bytes, Py_ssize_t length, PyObject *filename, int is_utf8,
                     int ends_line, KrSource *ret_source)
{
    KrSource source = {0};
    int has_mark = !is_utf8 && length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
    if (has_mark) {
        bytes += 3;
        length -= 3;
    }
    source.text = copy_text(bytes, length, ends_line);
    if (source.text == NULL) return -1;
    int failed = 0;
    if (is_utf8) {
        source.encoding = PyUnicode_FromString("utf-8");
        failed = source.encoding == NULL;
    } else if (recode(&source, has_mark) < 0) {
        failed = 1;
        raise_for_file(filename);
    }
    if (failed) {
        kr_source_clear(&source);
        return -1;
    }
    *ret_source = source;
    return 0;
}

void kr_source_clear(KrSource *source)
{
    PyMem_Free(source->text);
    Py_CLEAR(source->encoding);
    source->text = NULL;
}
