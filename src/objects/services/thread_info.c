// thread_info.c - sys.thread_info: how threads are made here.
#include <stdio.h>
#include <unistd.h>

#include "pythread.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "structseq.h"
#include "unicodeobject.h"

static PyStructSequence_Field fields[] = {
    {"name", "name of the thread implementation"},
    {"lock", "name of the lock implementation"},
    {"version", "name and version of the thread library"},
    {NULL, NULL},
};

static PyStructSequence_Desc description = {
    "sys.thread_info",
    "sys.thread_info\n\nA named tuple holding information about the thread implementation.",
    fields, 3,
};

PyObject *PyThread_GetInfo(void)
{
    KR_AUTO PyObject *type = (PyObject *)PyStructSequence_NewType(&description);
    KR_AUTO PyObject *info = type == NULL ? NULL : PyStructSequence_New((PyTypeObject *)type);
    if (info == NULL) return NULL;
    char version[64];
    size_t size = confstr(_CS_GNU_LIBPTHREAD_VERSION, version, sizeof version);
    PyObject *values[3] = {
        PyUnicode_FromString("pthread"), PyUnicode_FromString("semaphore"),
        0 < size && size < sizeof version
            ? PyUnicode_DecodeFSDefaultAndSize(version, (Py_ssize_t)size - 1) : Py_NewRef(Py_None),
    };
    int failed = 0;
    for (int i = 0; i < 3; i++) {
        failed |= values[i] == NULL;
        PyStructSequence_SetItem(info, i, values[i]);
    }
    return failed ? NULL : kr_take(info);
}
