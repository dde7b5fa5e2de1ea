// source_line.c - lines of source files, decoded as their cookie says.
//
// The file is the one named, or, if that is not there, one of the same base name in a directory of
// sys.path.
#include "objects/services/source_line.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "bytesobject.h"
#include "cpython/pyctype.h"
#include "listobject.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "sysmodule.h"
#include "unicodeobject.h"

static int read_file(PyObject *path, char **ret_data, ptrdiff_t *ret_size)
{
    KR_AUTO PyObject *bytes = NULL;
    if (!PyUnicode_FSConverter(path, &bytes)) {
        PyErr_Clear();
        return -1;
    }
    return kr_file_read(PyBytes_AS_STRING(bytes), ret_data, ret_size);
}

static int read_from_sys_path(PyObject *filename, char **ret_data, ptrdiff_t *ret_size)
{
    PyObject *directories = PySys_GetObject("path");
    if (directories == NULL || !PyList_Check(directories)) return -1;
    Py_ssize_t size = PyUnicode_GET_LENGTH(filename);
    Py_ssize_t slash = PyUnicode_FindChar(filename, '/', 0, size, -1);
    KR_AUTO PyObject *base = PyUnicode_Substring(filename, slash + 1, size);
    for (Py_ssize_t i = 0; base != NULL && i < PyList_GET_SIZE(directories); i++) {
        PyObject *directory = PyList_GET_ITEM(directories, i);
        if (!PyUnicode_Check(directory) || PyUnicode_GET_LENGTH(directory) == 0) continue;
        KR_AUTO PyObject *path = PyUnicode_FromFormat("%U/%U", directory, base);
        if (path == NULL) break;
        if (read_file(path, ret_data, ret_size) == 0) return 0;
    }
    PyErr_Clear();
    return -1;
}

// The name behind "coding:" or "coding=" of a comment line, or an empty text.
static void find_cookie(const char *line, const char *end, char *ret_name, size_t size)
{
    ret_name[0] = 0;
    while (line < end && (*line == ' ' || *line == '\t' || *line == '\f')) line++;
    if (line == end || *line != '#') return;
    const char *at = memmem(line, (size_t)(end - line), "coding", 6);
    if (at == NULL || at + 7 >= end || (at[6] != ':' && at[6] != '=')) return;
    for (at += 7; at < end && (*at == ' ' || *at == '\t'); at++) {}
    size_t length = 0;
    while (at < end && length + 1 < size && (Py_ISALNUM(*at) || strchr("-_.", *at) != NULL))
        ret_name[length++] = *at++;
    ret_name[length] = 0;
}

// Behind the end of the line that starts at [line]; \n, \r and \r\n end lines.
static const char *next_line(const char *line, const char *end)
{
    while (line < end && *line != '\n' && *line != '\r') line++;
    if (line < end && *line == '\r' && line + 1 < end && line[1] == '\n') line++;
    return line < end ? line + 1 : end;
}

// Only behind such a line may a cookie stand on the second one.
static int is_blank_or_comment(const char *line, const char *end)
{
    while (line < end && (*line == ' ' || *line == '\t' || *line == '\f')) line++;
    return line == end || *line == '#' || *line == '\n' || *line == '\r';
}

// [given]: the encoding whatever the file says, or NULL.
static PyObject *decode_line(const char *data, const char *end, int number, const char *given)
{
    if (end - data >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) data += 3;
    char encoding[64];
    const char *second = next_line(data, end);
    find_cookie(data, second, encoding, sizeof encoding);
    if (encoding[0] == 0 && is_blank_or_comment(data, second))
        find_cookie(second, next_line(second, end), encoding, sizeof encoding);
    const char *line = data;
    for (int i = 1; i < number; i++) {
        line = next_line(line, end);
        if (line == end) return NULL;
    }
    const char *stop = line;
    while (stop < end && *stop != '\n' && *stop != '\r') stop++;
    return PyUnicode_Decode(line, stop - line,
                            given != NULL ? given : encoding[0] ? encoding : "utf-8", "strict");
}

static PyObject *find_line(PyObject *filename, int number, const char *encoding)
{
    if (filename == NULL || !PyUnicode_Check(filename) || number < 1) return NULL;
    Py_ssize_t length = PyUnicode_GET_LENGTH(filename);
    if (length == 0) return NULL;
    if (PyUnicode_READ_CHAR(filename, 0) == '<'
        && PyUnicode_READ_CHAR(filename, length - 1) == '>')
        return NULL;
    char *data;
    ptrdiff_t size;
    if (read_file(filename, &data, &size) < 0 && read_from_sys_path(filename, &data, &size) < 0)
        return NULL;
    PyObject *line = decode_line(data, data + size, number, encoding);
    kr_memory_free(data);
    if (line == NULL) PyErr_Clear();
    return line;
}

PyObject *kr_source_line_find(PyObject *filename, int number)
{
    return find_line(filename, number, NULL);
}

// ---- with the line end, for the text of a SyntaxError

PyObject *_PyErr_ProgramDecodedTextObject(PyObject *filename, int number, const char *encoding)
{
    KR_AUTO PyObject *line = find_line(filename, number, encoding);
    return line == NULL ? NULL : PyUnicode_FromFormat("%U\n", line);
}

PyObject *PyErr_ProgramTextObject(PyObject *filename, int number)
{
    return _PyErr_ProgramDecodedTextObject(filename, number, NULL);
}

PyObject *PyErr_ProgramText(const char *filename, int number)
{
    if (filename == NULL) return NULL;
    KR_AUTO PyObject *name = PyUnicode_DecodeFSDefault(filename);
    if (name == NULL) {
        PyErr_Clear();
        return NULL;
    }
    return PyErr_ProgramTextObject(name, number);
}
