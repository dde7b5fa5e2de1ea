// path.c - path arguments.
#include "modules/posix/path.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "internal/pycore_object.h"
#include "objects/errors/raise.h"
#include "objects/strings/names.h"
#include "runtime/owned.h"
#include "warnings.h"

void kr_path_release(KrPath *path)
{
    Py_CLEAR(path->object);
    Py_CLEAR(path->bytes);
}

// What a path may be, for messages.
static const char *kinds_of(KrPathRule rule)
{
    return rule.allow_fd && rule.allow_none
        ? "string, bytes, os.PathLike, integer or None" : rule.allow_fd
        ? "string, bytes, os.PathLike or integer" : rule.allow_none
        ? "string, bytes, os.PathLike or None" : "string, bytes or os.PathLike";
}

static int wrong_type(PyObject *value, KrPathRule rule)
{
    return kr_raise_int(PyExc_TypeError, "%s: %s should be %s, not %.200s", rule.function,
                        rule.argument, kinds_of(rule), Py_TYPE(value)->tp_name);
}

// New bytes of another bytes-like object, which is deprecated.
static PyObject *bytes_of(PyObject *value, KrPathRule rule)
{
    if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1, "%s: %s should be %s, not %.200s", rule.function,
                         rule.argument, kinds_of(rule), Py_TYPE(value)->tp_name) < 0)
        return NULL;
    return PyBytes_FromObject(value);
}

// New str or bytes that names the path; what it stands for when it is an os.PathLike.
static PyObject *text_of(PyObject *value, KrPathRule rule)
{
    if (PyUnicode_Check(value) || PyBytes_Check(value)) return Py_NewRef(value);
    if (PyObject_CheckBuffer(value)) return bytes_of(value, rule);
    KR_AUTO PyObject *method = _PyObject_LookupSpecial(value, ID(__fspath__));
    if (method == NULL) {
        if (!PyErr_Occurred()) wrong_type(value, rule);
        return NULL;
    }
    KR_AUTO PyObject *text = PyObject_CallNoArgs(method);
    if (text == NULL) return NULL;
    if (!PyUnicode_Check(text) && !PyBytes_Check(text))
        return kr_raise(PyExc_TypeError, "expected %.200s.__fspath__() to return str or bytes, "
                        "not %.200s", Py_TYPE(value)->tp_name, Py_TYPE(text)->tp_name);
    return kr_take(text);
}

static int take_descriptor(PyObject *value, KrPath *path)
{
    KR_AUTO PyObject *index = _PyNumber_Index(value);
    if (index == NULL) return -1;
    int overflow;
    long fd = PyLong_AsLongAndOverflow(index, &overflow);
    if (overflow > 0 || fd > INT_MAX)
        return kr_raise_int(PyExc_OverflowError, "fd is greater than maximum");
    if (overflow < 0 || fd < INT_MIN)
        return kr_raise_int(PyExc_OverflowError, "fd is less than minimum");
    path->fd = (int)fd;
    path->object = Py_NewRef(value);
    return 0;
}

int kr_argument_path(PyObject *value, KrPath *path, KrPathRule rule)
{
    path->fd = -1;
    if (value == Py_None && rule.allow_none) return 0;
    if (rule.allow_fd && PyIndex_Check(value)) return take_descriptor(value, path);
    path->object = text_of(value, rule);
    if (path->object == NULL) return -1;
    path->bytes = PyBytes_Check(path->object) ? Py_NewRef(path->object)
                                              : PyUnicode_EncodeFSDefault(path->object);
    if (path->bytes == NULL) return -1;
    path->narrow = PyBytes_AS_STRING(path->bytes);
    if (strlen(path->narrow) != (size_t)PyBytes_GET_SIZE(path->bytes))
        return kr_raise_int(PyExc_ValueError, "%s: embedded null character in %s", rule.function,
                            rule.argument);
    return 0;
}

int kr_argument_dir_fd(PyObject *value, int *ret_fd)
{
    if (value == Py_None) return 0;
    if (!PyIndex_Check(value))
        return kr_raise_int(PyExc_TypeError, "argument should be integer or None, not %.200s",
                            Py_TYPE(value)->tp_name);
    KrPath path = {0};
    int result = take_descriptor(value, &path);
    if (result == 0) *ret_fd = path.fd;
    kr_path_release(&path);
    return result;
}

PyObject *kr_path_raise(const KrPath *path)
{
    return PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path->object);
}

PyObject *kr_path_raise_two(const KrPath *path, const KrPath *second)
{
    return PyErr_SetFromErrnoWithFilenameObjects(PyExc_OSError, path->object, second->object);
}

PyObject *kr_path_name_like(const KrPath *path, const char *name, Py_ssize_t length)
{
    if (path->object != NULL && PyBytes_Check(path->object))
        return PyBytes_FromStringAndSize(name, length);
    return PyUnicode_DecodeFSDefaultAndSize(name, length);
}
