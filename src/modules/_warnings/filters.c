// filters.c - which action a warning gets, and which warnings have been seen.
//
// The lists live in the module warnings once it is imported, and in the interpreter before.
#include "modules/_warnings/warnings.h"

#include "Python.h"

#include "objects/errors/raise.h"
#include "objects/strings/names.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"

PyObject *kr_warnings_find_attribute(PyObject *name, int try_import)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    KR_AUTO PyObject *module = NULL;
    if (try_import && !interpreter->is_finalizing && interpreter->is_initialized) {
        module = PyImport_Import(ID(warnings));
        if (module == NULL) {
            if (PyErr_ExceptionMatches(PyExc_ImportError)) PyErr_Clear();
            return NULL;
        }
    } else {
        module = interpreter->modules == NULL ? NULL : PyImport_GetModule(ID(warnings));
        if (module == NULL) return NULL;
    }
    PyObject *value;
    (void)_PyObject_LookupAttr(module, name, &value);
    return value;
}

// The module's attribute takes the interpreter's place when it is there.
static BORROWED PyObject *refresh(PyObject **place, PyObject *name)
{
    PyObject *current = kr_warnings_find_attribute(name, 0);
    if (current != NULL) Py_XSETREF(*place, current);
    else if (PyErr_Occurred()) return NULL;
    return *place;
}

BORROWED PyObject *kr_warnings_once_registry(void)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    PyObject *registry = refresh(&interpreter->warnings_once_registry, ID(onceregistry));
    if (registry != NULL && !PyDict_Check(registry))
        return kr_raise(PyExc_TypeError, "_warnings._onceregistry must be a dict, not '%.200s'",
                        Py_TYPE(registry)->tp_name);
    return registry;
}

static PyObject *default_action(void)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    PyObject *action = refresh(&interpreter->warnings_default_action, ID(defaultaction));
    if (action == NULL) return PyErr_Occurred() ? NULL : kr_raise(PyExc_ValueError, "_warnings._defaultaction not found");
    if (!PyUnicode_Check(action))
        return kr_raise(PyExc_TypeError, "_warnings._defaultaction must be a string, not '%.200s'",
                        Py_TYPE(action)->tp_name);
    return Py_NewRef(action);
}

// Does a filter's pattern (None, a str, or something with match()) fit?
static int fits(PyObject *pattern, PyObject *text)
{
    if (pattern == Py_None) return 1;
    if (PyUnicode_CheckExact(pattern)) {
        int different = PyUnicode_Compare(pattern, text);
        return different == -1 && PyErr_Occurred() ? -1 : different == 0;
    }
    KR_AUTO PyObject *match = PyObject_CallMethodOneArg(pattern, ID(match), text);
    return match == NULL ? -1 : PyObject_IsTrue(match);
}

// 1 when the filter (action, message, category, module, line) is for this warning.
static int is_for(PyObject *filter, const KrWarning *warning)
{
    long line = PyLong_AsLong(PyTuple_GET_ITEM(filter, 4));
    if (line == -1 && PyErr_Occurred()) return -1;
    if (line != 0 && line != warning->line) return 0;
    int answer = PyObject_IsSubclass(warning->category, PyTuple_GET_ITEM(filter, 2));
    if (answer > 0) answer = fits(PyTuple_GET_ITEM(filter, 1), warning->text);
    if (answer > 0) answer = fits(PyTuple_GET_ITEM(filter, 3), warning->module);
    return answer;
}

PyObject *kr_warnings_find_action(const KrWarning *warning, PyObject **ret_filter)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    PyObject *filters = refresh(&interpreter->warnings_filters, ID(filters));
    *ret_filter = Py_None;
    if (filters == NULL || !PyList_Check(filters))
        return PyErr_Occurred() ? NULL : kr_raise(PyExc_ValueError, "_warnings.filters must be a list");
    // Matching may run Python code that changes the list.
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(filters); i++) {
        KR_AUTO PyObject *filter = Py_NewRef(PyList_GET_ITEM(filters, i));
        if (!PyTuple_Check(filter) || PyTuple_GET_SIZE(filter) != 5)
            return kr_raise(PyExc_ValueError, "_warnings.filters item %zd isn't a 5-tuple", i);
        if (!PyUnicode_Check(PyTuple_GET_ITEM(filter, 0)))
            return kr_raise(PyExc_TypeError, "action must be a string, not '%.200s'",
                            Py_TYPE(PyTuple_GET_ITEM(filter, 0))->tp_name);
        int answer = is_for(filter, warning);
        if (answer < 0) return NULL;
        if (!answer) continue;
        *ret_filter = filter;
        return Py_NewRef(PyTuple_GET_ITEM(filter, 0));
    }
    return default_action();
}

int kr_warnings_was_issued(PyObject *registry, PyObject *key, int should_set)
{
    if (key == NULL) return -1;
    PyObject *version = PyDict_GetItemWithError(registry, ID(version));
    long current = kr_interpreter_current()->warnings_filters_version;
    if (version == NULL && PyErr_Occurred()) return -1;
    if (version == NULL || !PyLong_CheckExact(version) || PyLong_AsLong(version) != current) {
        if (PyErr_Occurred()) PyErr_Clear();
        PyDict_Clear(registry);
        KR_AUTO PyObject *number = PyLong_FromLong(current);
        if (number == NULL || PyDict_SetItem(registry, ID(version), number) < 0) return -1;
    } else {
        PyObject *seen = PyDict_GetItemWithError(registry, key);
        if (seen == NULL && PyErr_Occurred()) return -1;
        int issued = seen == NULL ? 0 : PyObject_IsTrue(seen);
        if (issued != 0) return issued;
    }
    return should_set ? PyDict_SetItem(registry, key, Py_True) : 0;
}

// --- start --------------------------------------------------------------------------------------

static int add_filter(PyObject *list, const char *action, PyObject *category, const char *module)
{
    KR_AUTO PyObject *filter = Py_BuildValue("(sOOzi)", action, Py_None, category, module, 0);
    return filter == NULL ? -1 : PyList_Append(list, filter);
}

int kr_warnings_start(void)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    if (interpreter->warnings_filters != NULL) return 0;
    KR_AUTO PyObject *list = PyList_New(0);
    if (list == NULL || add_filter(list, "default", PyExc_DeprecationWarning, "__main__") < 0 ||
        add_filter(list, "ignore", PyExc_DeprecationWarning, NULL) < 0 ||
        add_filter(list, "ignore", PyExc_PendingDeprecationWarning, NULL) < 0 ||
        add_filter(list, "ignore", PyExc_ImportWarning, NULL) < 0 ||
        add_filter(list, "ignore", PyExc_ResourceWarning, NULL) < 0)
        return -1;
    interpreter->warnings_once_registry = PyDict_New();
    interpreter->warnings_default_action = PyUnicode_FromString("default");
    if (interpreter->warnings_once_registry == NULL || interpreter->warnings_default_action == NULL) return -1;
    interpreter->warnings_filters = kr_take(list);
    return 0;
}
