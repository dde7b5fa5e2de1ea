// thread_state.c - objects that belong to a thread or an interpreter.
#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "moduleobject.h"
#include "internal/pycore_ceval.h"
#include "internal/pycore_pyerrors.h"
#include "internal/pycore_pystate.h"
#include "objects/errors/raise.h"
#include "pyerrors.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "runtime/thread.h"

// ---- dicts for extensions

PyObject *PyThreadState_GetDict(void)
{
    PyThreadState *thread = kr_thread_current();
    if (thread == NULL) return NULL;
    if (thread->dict == NULL) {
        thread->dict = PyDict_New();
        if (thread->dict == NULL) PyErr_Clear();
    }
    return thread->dict;
}

PyObject *PyInterpreterState_GetDict(PyInterpreterState *interpreter)
{
    if (interpreter->dict == NULL) {
        interpreter->dict = PyDict_New();
        if (interpreter->dict == NULL) PyErr_Clear();
    }
    return interpreter->dict;
}

// ---- exceptions in other threads

int PyThreadState_SetAsyncExc(unsigned long id, PyObject *exception)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    for (PyThreadState *thread = interpreter->threads; thread != NULL; thread = thread->next) {
        if (thread->thread_id != id) continue;
        PyObject *old = thread->async_exc;
        thread->async_exc = Py_XNewRef(exception);
        Py_XDECREF(old);
        _PyEval_SignalAsyncExc(interpreter);
        return 1;
    }
    return 0;
}

PyObject *_PyThread_CurrentExceptions(void)
{
    KR_AUTO PyObject *result = PyDict_New();
    if (result == NULL) return NULL;
    for (PyThreadState *thread = kr_interpreter_current()->threads; thread != NULL;
         thread = thread->next) {
        _PyErr_StackItem *item = thread->exc_info;
        while ((item->exc_value == NULL || item->exc_value == Py_None)
               && item->previous_item != NULL)
            item = item->previous_item;
        KR_AUTO PyObject *id = PyLong_FromUnsignedLong(thread->thread_id);
        KR_AUTO PyObject *info = id == NULL ? NULL : _PyErr_StackItemToExcInfoTuple(item);
        if (info == NULL || PyDict_SetItem(result, id, info) < 0) return NULL;
    }
    return kr_take(result);
}

// ---- modules found by their definition

PyObject *PyState_FindModule(PyModuleDef *definition)
{
    PyObject *modules = kr_interpreter_current()->modules_by_index;
    Py_ssize_t index = definition->m_base.m_index;
    if (definition->m_slots != NULL || index == 0 || modules == NULL) return NULL;
    if (index >= PyList_GET_SIZE(modules)) return NULL;
    PyObject *module = PyList_GET_ITEM(modules, index);
    return module == Py_None ? NULL : module;
}

int _PyState_AddModule(PyThreadState *thread, PyObject *module, PyModuleDef *definition)
{
    if (definition == NULL) return kr_raise_int(PyExc_SystemError, "module definition is NULL");
    if (definition->m_slots != NULL)
        return kr_raise_int(PyExc_SystemError, "PyState_AddModule called on module with slots");
    PyInterpreterState *interpreter = thread->interp;
    if (interpreter->modules_by_index == NULL) {
        interpreter->modules_by_index = PyList_New(0);
        if (interpreter->modules_by_index == NULL) return -1;
    }
    PyObject *modules = interpreter->modules_by_index;
    Py_ssize_t index = definition->m_base.m_index;
    while (PyList_GET_SIZE(modules) <= index)
        if (PyList_Append(modules, Py_None) < 0) return -1;
    return PyList_SetItem(modules, index, Py_NewRef(module));
}

int PyState_AddModule(PyObject *module, PyModuleDef *definition)
{
    if (definition == NULL) Py_FatalError("module definition is NULL");
    PyThreadState *thread = kr_thread_current();
    PyObject *modules = thread->interp->modules_by_index;
    Py_ssize_t index = definition->m_base.m_index;
    if (modules != NULL && index < PyList_GET_SIZE(modules)
        && module == PyList_GET_ITEM(modules, index)) {
        _Py_FatalErrorFormat(__func__, "module %p already added", (void *)module);
        return -1;
    }
    return _PyState_AddModule(thread, module, definition);
}

int PyState_RemoveModule(PyModuleDef *definition)
{
    PyObject *modules = kr_interpreter_current()->modules_by_index;
    Py_ssize_t index = definition->m_base.m_index;
    if (definition->m_slots != NULL)
        return kr_raise_int(PyExc_SystemError, "PyState_RemoveModule called on module with slots");
    if (index == 0) Py_FatalError("invalid module index");
    if (modules == NULL) Py_FatalError("Interpreters module-list not accessible.");
    if (index >= PyList_GET_SIZE(modules)) Py_FatalError("Module index out of bounds.");
    return PyList_SetItem(modules, index, Py_NewRef(Py_None));
}
