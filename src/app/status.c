// status.c - PyStatus, and lists of wide strings.
#include "Python.h"

#include <wchar.h>

PyStatus PyStatus_Ok(void)
{
    return (PyStatus){._type = _PyStatus_TYPE_OK};
}

PyStatus PyStatus_Error(const char *message)
{
    return (PyStatus){._type = _PyStatus_TYPE_ERROR, .err_msg = message};
}

PyStatus PyStatus_NoMemory(void)
{
    return PyStatus_Error("memory allocation failed");
}

PyStatus PyStatus_Exit(int exit_code)
{
    return (PyStatus){._type = _PyStatus_TYPE_EXIT, .exitcode = exit_code};
}

int PyStatus_IsError(PyStatus status)
{
    return status._type == _PyStatus_TYPE_ERROR;
}

int PyStatus_IsExit(PyStatus status)
{
    return status._type == _PyStatus_TYPE_EXIT;
}

int PyStatus_Exception(PyStatus status)
{
    return status._type != _PyStatus_TYPE_OK;
}

void Py_ExitStatusException(PyStatus status)
{
    if (PyStatus_IsExit(status)) exit(status.exitcode);
    fprintf(stderr, "Fatal Python error: %s: %s\n", status.func == NULL ? "<init>" : status.func,
            status.err_msg == NULL ? "<message not set>" : status.err_msg);
    exit(1);
}

PyStatus PyWideStringList_Insert(PyWideStringList *list, Py_ssize_t index, const wchar_t *item)
{
    if (index < 0) return PyStatus_Error("PyWideStringList_Insert index must be >= 0");
    if (index > list->length) index = list->length;
    wchar_t *copy = PyMem_RawMalloc((wcslen(item) + 1) * sizeof *copy);
    wchar_t **items = PyMem_RawRealloc(list->items, (size_t)(list->length + 1) * sizeof *items);
    if (items != NULL) list->items = items;
    if (copy == NULL || items == NULL) {
        PyMem_RawFree(copy);
        return PyStatus_NoMemory();
    }
    wcscpy(copy, item);
    memmove(items + index + 1, items + index, (size_t)(list->length - index) * sizeof *items);
    items[index] = copy;
    list->length++;
    return PyStatus_Ok();
}

PyStatus PyWideStringList_Append(PyWideStringList *list, const wchar_t *item)
{
    return PyWideStringList_Insert(list, list->length, item);
}
