// atexit.c - functions to be called when the interpreter ends, last registered first.
#include "Python.h"

#include "objects/model/arguments.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"

// Hangs from the interpreter.
typedef struct KrAtExit {
    // list of (function, arguments, keywords or None), or None where one was unregistered
    PyObject *callbacks;
} KrAtExit;

static KrAtExit *state(void)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    if (interpreter->atexit == NULL) {
        interpreter->atexit = PyMem_RawCalloc(1, sizeof(KrAtExit));
        if (interpreter->atexit == NULL) PyErr_NoMemory();
    }
    KrAtExit *atexit = interpreter->atexit;
    if (atexit != NULL && atexit->callbacks == NULL && (atexit->callbacks = PyList_New(0)) == NULL)
        return NULL;
    return atexit;
}

METHOD(register, "module, *args, **kwargs",
       "register(func, *args, **kwargs) -> func\n\n"
       "Register a function to be executed upon normal program termination\n\n"
       "    func - function to be called at exit\n"
       "    args - optional arguments to pass to func\n"
       "    kwargs - optional keyword arguments to pass to func\n\n"
       "    func is returned to facilitate usage as a decorator.")
static PyObject *atexit_register(PyObject *module, PyObject *args, PyObject *kwargs)
{
    KrAtExit *atexit = state();
    if (atexit == NULL) return NULL;
    if (PyTuple_GET_SIZE(args) == 0) {
        PyErr_SetString(PyExc_TypeError, "register() takes at least 1 argument (0 given)");
        return NULL;
    }
    PyObject *function = PyTuple_GET_ITEM(args, 0);
    if (!PyCallable_Check(function)) {
        PyErr_SetString(PyExc_TypeError, "the first argument must be callable");
        return NULL;
    }
    KR_AUTO PyObject *rest = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args));
    KR_AUTO PyObject *entry = rest == NULL ? NULL
        : PyTuple_Pack(3, function, rest, kwargs == NULL ? Py_None : kwargs);
    if (entry == NULL || PyList_Append(atexit->callbacks, entry) < 0) return NULL;
    return Py_NewRef(function);
}

static void call_entry(PyObject *entry)
{
    PyObject *function = PyTuple_GET_ITEM(entry, 0), *keywords = PyTuple_GET_ITEM(entry, 2);
    KR_AUTO PyObject *result =
        PyObject_Call(function, PyTuple_GET_ITEM(entry, 1), keywords == Py_None ? NULL : keywords);
    if (result == NULL) _PyErr_WriteUnraisableMsg("in atexit callback", function);
}

METHOD(_run_exitfuncs, "module",
       "_run_exitfuncs() -> None\n\nRun all registered exit functions.\n\n"
       "If a callback raises an exception, it is logged with sys.unraisablehook.")
static PyObject *atexit__run_exitfuncs(PyObject *module)
{
    KrAtExit *atexit = state();
    if (atexit == NULL) return NULL;
    // A callback may register others: those are called too.
    for (Py_ssize_t count; (count = PyList_GET_SIZE(atexit->callbacks)) > 0;) {
        KR_AUTO PyObject *entry = Py_NewRef(PyList_GET_ITEM(atexit->callbacks, count - 1));
        if (PyList_SetSlice(atexit->callbacks, count - 1, count, NULL) < 0) return NULL;
        if (entry != Py_None) call_entry(entry);
    }
    Py_RETURN_NONE;
}

METHOD(_clear, "module",
       "_clear() -> None\n\nClear the list of previously registered exit functions.")
static PyObject *atexit__clear(PyObject *module)
{
    KrAtExit *atexit = state();
    if (atexit == NULL || PyList_SetSlice(atexit->callbacks, 0, PY_SSIZE_T_MAX, NULL) < 0)
        return NULL;
    Py_RETURN_NONE;
}

METHOD(_ncallbacks, "module",
       "_ncallbacks() -> int\n\nReturn the number of registered exit functions.")
static PyObject *atexit__ncallbacks(PyObject *module)
{
    KrAtExit *atexit = state();
    return atexit == NULL ? NULL : PyLong_FromSsize_t(PyList_GET_SIZE(atexit->callbacks));
}

METHOD(unregister, "module, func, /",
       "unregister(func) -> None\n\n"
       "Unregister an exit function which was previously registered using\natexit.register\n\n"
       "    func - function to be unregistered")
static PyObject *atexit_unregister(PyObject *module, PyObject *func)
{
    KrAtExit *atexit = state();
    if (atexit == NULL) return NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(atexit->callbacks); i++) {
        KR_AUTO PyObject *entry = Py_NewRef(PyList_GET_ITEM(atexit->callbacks, i));
        if (entry == Py_None) continue;
        int equal = PyObject_RichCompareBool(PyTuple_GET_ITEM(entry, 0), func, Py_EQ);
        if (equal < 0) return NULL;
        // The comparison may have changed the list.
        if (equal && i < PyList_GET_SIZE(atexit->callbacks)
            && PyList_GET_ITEM(atexit->callbacks, i) == entry
            && PyList_SetItem(atexit->callbacks, i, Py_NewRef(Py_None)) < 0)
            return NULL;
    }
    KR_AUTO PyObject *kept = PyList_New(0);
    for (Py_ssize_t i = 0; kept != NULL && i < PyList_GET_SIZE(atexit->callbacks); i++) {
        PyObject *entry = PyList_GET_ITEM(atexit->callbacks, i);
        if (entry != Py_None && PyList_Append(kept, entry) < 0) return NULL;
    }
    if (kept == NULL || PyList_SetSlice(atexit->callbacks, 0, PY_SSIZE_T_MAX, kept) < 0)
        return NULL;
    Py_RETURN_NONE;
}

#include "modules/atexit.methods.h"

static PyModuleDef_Slot atexit_slots[] = {{0, NULL}};

static PyModuleDef atexit_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "atexit",
    .m_doc = "allow programmer to define multiple exit functions to be executed\n"
             "upon normal program termination.\n\n"
             "Two public functions, register and unregister, are defined.\n",
    .m_methods = atexit_methods,
    .m_slots = atexit_slots,
};

PyMODINIT_FUNC PyInit_atexit(void)
{
    return PyModuleDef_Init(&atexit_module);
}
