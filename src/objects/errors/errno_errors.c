// errno_errors.c - OSError out of the C library's errno.
#include "objects/errors/raise.h"

#include <errno.h>
#include <string.h>

#include "abstract.h"
#include "longobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"

#include "runtime/owned.h"

PyObject *PyErr_SetFromErrnoWithFilenameObjects(PyObject *type, PyObject *filename,
                                                PyObject *filename2)
{
    int code = errno;
    if (code == EINTR && PyErr_CheckSignals()) return NULL;
    const char *words = code == 0 ? "Error" : strerror(code);
    KR_AUTO PyObject *number = PyLong_FromLong(code);
    KR_AUTO PyObject *text = PyUnicode_DecodeLocale(words, "surrogateescape");
    if (number == NULL || text == NULL) return NULL;
    KR_AUTO PyObject *arguments = NULL;
    if (filename2 != NULL)
        arguments = PyTuple_Pack(5, number, text, filename, Py_None, filename2);
    else if (filename != NULL)
        arguments = PyTuple_Pack(3, number, text, filename);
    else
        arguments = PyTuple_Pack(2, number, text);
    if (arguments == NULL) return NULL;
    KR_AUTO PyObject *error = PyObject_Call(type, arguments, NULL);
    return error == NULL ? NULL : kr_raise_value((PyObject *)Py_TYPE(error), error);
}

PyObject *PyErr_SetFromErrnoWithFilenameObject(PyObject *type, PyObject *filename)
{
    return PyErr_SetFromErrnoWithFilenameObjects(type, filename, NULL);
}

PyObject *PyErr_SetFromErrnoWithFilename(PyObject *type, const char *filename)
{
    int code = errno;
    KR_AUTO PyObject *name = filename == NULL ? NULL : PyUnicode_DecodeFSDefault(filename);
    if (filename != NULL && name == NULL) return NULL;
    errno = code;
    return PyErr_SetFromErrnoWithFilenameObjects(type, name, NULL);
}

PyObject *PyErr_SetFromErrno(PyObject *type)
{
    return PyErr_SetFromErrnoWithFilenameObjects(type, NULL, NULL);
}
