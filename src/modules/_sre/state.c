// state.c - the text a pattern is applied to, and slices of it.
#include "modules/_sre/sre.h"

#include "abstract.h"
#include "bytesobject.h"
#include "dictobject.h"
#include "import.h"
#include "moduleobject.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/owned.h"
#include "unicodeobject.h"

#include <assert.h>
#include <string.h>

const void *kr_sre_text_of(PyObject *string, Py_ssize_t *ret_length, int *ret_isbytes,
                           int *ret_kind, Py_buffer *buffer)
{
    if (PyUnicode_Check(string)) {
        if (PyUnicode_READY(string) < 0) return NULL;
        *ret_length = PyUnicode_GET_LENGTH(string);
        *ret_kind = (int)PyUnicode_KIND(string);
        *ret_isbytes = 0;
        return PyUnicode_DATA(string);
    }
    if (PyObject_GetBuffer(string, buffer, PyBUF_SIMPLE) < 0) {
        PyErr_Format(PyExc_TypeError, "expected string or bytes-like object, got '%.200s'",
                     Py_TYPE(string)->tp_name);
        return NULL;
    }
    *ret_length = buffer->len;
    *ret_kind = 1;
    *ret_isbytes = 1;
    if (buffer->buf != NULL) return buffer->buf;
    PyBuffer_Release(buffer);
    buffer->obj = NULL;
    PyErr_SetString(PyExc_ValueError, "Buffer is NULL");
    return NULL;
}

int kr_sre_state_init(KrSreState *state, KrPattern *pattern, PyObject *string, Py_ssize_t pos,
                      Py_ssize_t endpos)
{
    memset(state, 0, sizeof(*state));
    Py_ssize_t length;
    state->text = kr_sre_text_of(string, &length, &state->isbytes, &state->kind, &state->buffer);
    if (state->text == NULL) return -1;
    if (state->isbytes && pattern->isbytes == 0) {
        PyErr_SetString(PyExc_TypeError, "cannot use a string pattern on a bytes-like object");
        return -1;
    }
    if (!state->isbytes && pattern->isbytes > 0) {
        PyErr_SetString(PyExc_TypeError, "cannot use a bytes pattern on a string-like object");
        return -1;
    }
    if (pos < 0) pos = 0;
    if (pos > length) pos = length;
    if (endpos < 0) endpos = 0;
    if (endpos > length) endpos = length;
    state->mark_count = 2 * pattern->groups;
    if (state->mark_count > 0) {
        state->marks = PyMem_Malloc((size_t)state->mark_count * sizeof(Py_ssize_t));
        if (state->marks == NULL) {
            PyErr_NoMemory();
            return -1;
        }
    }
    state->string = Py_NewRef(string);
    state->pos = state->start = pos;
    state->endpos = state->end = endpos;
    return 0;
}

void kr_sre_state_clear(KrSreState *state)
{
    if (state->buffer.obj != NULL) PyBuffer_Release(&state->buffer);
    Py_CLEAR(state->string);
    PyMem_Free(state->marks);
    PyMem_Free(state->choices);
    PyMem_Free(state->trail);
    PyMem_Free(state->repeats);
}

PyObject *kr_sre_slice_of(PyObject *string, int isbytes, const void *text, Py_ssize_t length,
                          Py_ssize_t start, Py_ssize_t end)
{
    if (start > length) start = length;
    if (end > length) end = length;
    if (end < start) end = start;
    if (!isbytes) return PyUnicode_Substring(string, start, end);
    if (PyBytes_CheckExact(string) && start == 0 && end == PyBytes_GET_SIZE(string))
        return Py_NewRef(string);
    return PyBytes_FromStringAndSize((const char *)text + start, end - start);
}

PyObject *kr_sre_slice(const KrSreState *state, Py_ssize_t start, Py_ssize_t end)
{
    return kr_sre_slice_of(state->string, state->isbytes, state->text, state->end, start, end);
}

KrSreModule *kr_sre_module_of(PyTypeObject *type)
{
    KrSreModule *module = PyType_GetModuleState(type);
    assert(module != NULL);
    return module;
}

PyObject *kr_sre_call_re(const char *function, PyObject *arguments)
{
    KR_AUTO PyObject *owned = arguments;
    if (owned == NULL) return NULL;
    KR_AUTO PyObject *module = PyImport_ImportModule("re");
    KR_AUTO PyObject *callable = module == NULL ? NULL : PyObject_GetAttrString(module, function);
    return callable == NULL ? NULL : PyObject_CallObject(callable, owned);
}
