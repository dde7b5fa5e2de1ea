// wide_lists.c - lists of wide texts, numbers and options of the environment: helpers of
// configuration.
#include "Python.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "internal/pycore_initconfig.h"
#include "internal/pycore_pylifecycle.h"
#include "runtime/owned.h"

static PyStatus no_memory(void)
{
    return (PyStatus){._type = _PyStatus_TYPE_ERROR, .err_msg = "memory allocation failed"};
}

void _PyWideStringList_Clear(PyWideStringList *list)
{
    for (Py_ssize_t i = 0; i < list->length; i++) PyMem_RawFree(list->items[i]);
    PyMem_RawFree(list->items);
    list->length = 0;
    list->items = NULL;
}

int _PyWideStringList_Copy(PyWideStringList *list, const PyWideStringList *other)
{
    PyWideStringList copy = {0, NULL};
    if (other->length > 0) {
        copy.items = PyMem_RawCalloc((size_t)other->length, sizeof *copy.items);
        if (copy.items == NULL) return -1;
        for (; copy.length < other->length; copy.length++) {
            copy.items[copy.length] = _PyMem_RawWcsdup(other->items[copy.length]);
            if (copy.items[copy.length] != NULL) continue;
            _PyWideStringList_Clear(&copy);
            return -1;
        }
    }
    _PyWideStringList_Clear(list);
    *list = copy;
    return 0;
}

PyStatus _PyWideStringList_Extend(PyWideStringList *list, const PyWideStringList *other)
{
    for (Py_ssize_t i = 0; i < other->length; i++) {
        wchar_t *text = _PyMem_RawWcsdup(other->items[i]);
        wchar_t **items = text == NULL ? NULL
            : PyMem_RawRealloc(list->items, (size_t)(list->length + 1) * sizeof *items);
        if (items == NULL) {
            PyMem_RawFree(text);
            return no_memory();
        }
        list->items = items;
        items[list->length++] = text;
    }
    return (PyStatus){._type = _PyStatus_TYPE_OK};
}

PyObject *_PyWideStringList_AsList(const PyWideStringList *list)
{
    KR_AUTO PyObject *result = PyList_New(list->length);
    for (Py_ssize_t i = 0; result != NULL && i < list->length; i++) {
        PyObject *text = PyUnicode_FromWideChar(list->items[i], -1);
        if (text == NULL) return NULL;
        PyList_SET_ITEM(result, i, text);
    }
    return kr_take(result);
}

PyStatus _PyArgv_AsWstrList(const _PyArgv *arguments, PyWideStringList *list)
{
    PyWideStringList wide = {0, NULL};
    wide.items = PyMem_RawCalloc((size_t)arguments->argc + 1, sizeof *wide.items);
    if (wide.items == NULL) return no_memory();
    for (; wide.length < arguments->argc; wide.length++) {
        wchar_t *text = arguments->use_bytes_argv
            ? Py_DecodeLocale(arguments->bytes_argv[wide.length], NULL)
            : _PyMem_RawWcsdup(arguments->wchar_argv[wide.length]);
        if (text == NULL) {
            _PyWideStringList_Clear(&wide);
            return no_memory();
        }
        wide.items[wide.length] = text;
    }
    _PyWideStringList_Clear(list);
    *list = wide;
    return (PyStatus){._type = _PyStatus_TYPE_OK};
}

// ---- numbers and the environment

int _Py_str_to_int(const char *text, int *ret_value)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (*end != 0 || errno == ERANGE || value < INT_MIN || value > INT_MAX) return -1;
    *ret_value = (int)value;
    return 0;
}

// An empty variable counts as none.
const char *_Py_GetEnv(int use_environment, const char *name)
{
    const char *value = use_environment ? getenv(name) : NULL;
    return value != NULL && value[0] != 0 ? value : NULL;
}

// Raises *flag to the number of the variable; other text counts as 1.
void _Py_get_env_flag(int use_environment, int *flag, const char *name)
{
    const char *text = _Py_GetEnv(use_environment, name);
    int value;
    if (text == NULL) return;
    if (_Py_str_to_int(text, &value) < 0 || value < 0) value = 1;
    if (*flag < value) *flag = value;
}

const wchar_t *_Py_get_xoption(const PyWideStringList *options, const wchar_t *name)
{
    size_t size = wcslen(name);
    for (Py_ssize_t i = 0; i < options->length; i++) {
        const wchar_t *option = options->items[i];
        if (wcsncmp(option, name, size) == 0 && (option[size] == 0 || option[size] == L'='))
            return option;
    }
    return NULL;
}
