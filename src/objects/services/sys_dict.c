// sys_dict.c - names of the module sys, for those below it.
#include "dictobject.h"
#include "pyerrors.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "runtime/thread.h"
#include "sysmodule.h"
#include "unicodeobject.h"

PyObject *_PySys_GetAttr(PyThreadState *thread, PyObject *name)
{
    PyObject *names = thread->interp->sysdict;
    if (names == NULL) return NULL;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *found = PyDict_GetItemWithError(names, name);
    PyErr_Restore(type, value, traceback);
    return found;
}

// Borrowed, NULL without an exception when there is none; keeps a pending exception.
PyObject *PySys_GetObject(const char *name)
{
    PyThreadState *thread = kr_thread_current();
    if (thread->interp->sysdict == NULL) return NULL;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    KR_AUTO PyObject *key = PyUnicode_FromString(name);
    PyObject *found = key == NULL ? NULL : PyDict_GetItemWithError(thread->interp->sysdict, key);
    PyErr_Restore(type, value, traceback);
    return found;
}

int PySys_SetObject(const char *name, PyObject *value)
{
    PyObject *names = kr_interpreter_current()->sysdict;
    KR_AUTO PyObject *key = PyUnicode_InternFromString(name);
    if (key == NULL || names == NULL) return -1;
    if (value != NULL) return PyDict_SetItem(names, key, value);
    int found = PyDict_Contains(names, key);
    return found <= 0 ? found : PyDict_DelItem(names, key);
}
