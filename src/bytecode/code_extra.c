// code_extra.c - pointers that debuggers and JITs hang on code objects, one for each index they
// requested.
#include "bytecode/code_extra.h"

#include <string.h>

#include "ceval.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/interpreter.h"

typedef struct KrCodeExtra {
    Py_ssize_t size;
    void *items[];
} KrCodeExtra;

static void free_item(Py_ssize_t index, void *item)
{
    freefunc function = kr_interpreter_current()->co_extra_freefuncs[index];
    if (item != NULL && function != NULL) function(item);
}

void kr_code_extra_clear(PyCodeObject *code)
{
    KrCodeExtra *extra = code->co_extra;
    if (extra == NULL) return;
    for (Py_ssize_t i = 0; i < extra->size; i++) free_item(i, extra->items[i]);
    PyMem_Free(extra);
    code->co_extra = NULL;
}

size_t kr_code_extra_size(PyCodeObject *code)
{
    KrCodeExtra *extra = code->co_extra;
    return extra == NULL ? 0 : sizeof *extra + (size_t)extra->size * sizeof(void *);
}

int _PyCode_GetExtra(PyObject *object, Py_ssize_t index, void **ret_extra)
{
    if (!PyCode_Check(object)) {
        PyErr_BadInternalCall();
        return -1;
    }
    KrCodeExtra *extra = ((PyCodeObject *)object)->co_extra;
    *ret_extra = extra == NULL || index < 0 || extra->size <= index ? NULL : extra->items[index];
    return 0;
}

// Makes room for every index requested so far.
static KrCodeExtra *grow(PyCodeObject *code, Py_ssize_t count)
{
    KrCodeExtra *old = code->co_extra;
    Py_ssize_t old_size = old == NULL ? 0 : old->size;
    KrCodeExtra *extra = PyMem_Realloc(old, sizeof *extra + (size_t)count * sizeof(void *));
    if (extra == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    memset(extra->items + old_size, 0, (size_t)(count - old_size) * sizeof(void *));
    extra->size = count;
    code->co_extra = extra;
    return extra;
}

int _PyCode_SetExtra(PyObject *object, Py_ssize_t index, void *item)
{
    Py_ssize_t count = kr_interpreter_current()->co_extra_user_count;
    if (!PyCode_Check(object) || index < 0 || index >= count) {
        PyErr_BadInternalCall();
        return -1;
    }
    PyCodeObject *code = (PyCodeObject *)object;
    KrCodeExtra *extra = code->co_extra;
    if ((extra == NULL || extra->size <= index) && (extra = grow(code, count)) == NULL) return -1;
    free_item(index, extra->items[index]);
    extra->items[index] = item;
    return 0;
}
