// issue.c - a warning becomes an exception, a line on stderr, or nothing.
#include "modules/_warnings/warnings.h"

#include "Python.h"

#include "objects/errors/raise.h"
#include "objects/strings/names.h"
#include "runtime/owned.h"

// New str: the file's name without .py.
static PyObject *module_of_file(PyObject *filename)
{
    if (!PyUnicode_Check(filename)) return Py_NewRef(Py_None);
    Py_ssize_t length = PyUnicode_GET_LENGTH(filename);
    if (length == 0) return PyUnicode_FromString("<unknown>");
    KR_AUTO PyObject *ending = PyUnicode_FromString(".py");
    if (ending == NULL) return NULL;
    Py_ssize_t ends = PyUnicode_Tailmatch(filename, ending, 0, length, 1);
    return ends < 0 ? NULL : ends ? PyUnicode_Substring(filename, 0, length - 3) : Py_NewRef(filename);
}

// --- showing ------------------------------------------------------------------------------------

// Without the module warnings: "file:line: Category: text" and the source line on sys.stderr.
static void write_plainly(const KrWarning *warning)
{
    PyObject *file = PySys_GetObject("stderr");
    if (file == NULL || file == Py_None) return;
    KR_AUTO PyObject *held = Py_NewRef(file);
    KR_AUTO PyObject *head = PyUnicode_FromFormat("%S:%d: %s: %U\n", warning->filename, warning->line,
                                                  _PyType_Name((PyTypeObject *)warning->category), warning->text);
    if (head != NULL) PyFile_WriteObject(head, held, Py_PRINT_RAW);
    if (head != NULL && warning->source_line != NULL) {
        PyFile_WriteString("  ", held);
        PyFile_WriteObject(warning->source_line, held, Py_PRINT_RAW);
        PyFile_WriteString("\n", held);
    }
    PyErr_Clear();
}

// Calls warnings._showwarnmsg with a WarningMessage.
static int show(const KrWarning *warning)
{
    KR_AUTO PyObject *function = kr_warnings_find_attribute(ID(_showwarnmsg), warning->source != NULL);
    if (function == NULL) {
        if (PyErr_Occurred()) return -1;
        write_plainly(warning);
        return 0;
    }
    if (!PyCallable_Check(function))
        return kr_raise_int(PyExc_TypeError, "warnings._showwarnmsg() must be set to a callable");
    KR_AUTO PyObject *type = kr_warnings_find_attribute(ID(WarningMessage), 0);
    if (type == NULL)
        return PyErr_Occurred() ? -1 : kr_raise_int(PyExc_RuntimeError, "unable to get warnings.WarningMessage");
    KR_AUTO PyObject *line = PyLong_FromLong(warning->line);
    KR_AUTO PyObject *message = line == NULL ? NULL : PyObject_CallFunctionObjArgs(
        type, warning->message, warning->category, warning->filename, line, Py_None, Py_None,
        warning->source == NULL ? Py_None : warning->source, NULL);
    KR_AUTO PyObject *result = message == NULL ? NULL : PyObject_CallOneArg(function, message);
    return result == NULL ? -1 : 0;
}

// --- deciding -----------------------------------------------------------------------------------

// Marks (text, category, 0) in a registry: 1 when it was there before.
static int was_issued_anywhere(PyObject *registry, const KrWarning *warning)
{
    KR_AUTO PyObject *key = Py_BuildValue("(OOi)", warning->text, warning->category, 0);
    return kr_warnings_was_issued(registry, key, 1);
}

static int unknown_action(PyObject *action, PyObject *filter)
{
    return kr_raise_int(PyExc_RuntimeError, "Unrecognized action (%R) in warnings.filters:\n %R", action, filter);
}

// 1: show it, 0: not, -1: it became an exception.
static int decide(const KrWarning *warning, PyObject *key)
{
    PyObject *filter;
    KR_AUTO PyObject *action = kr_warnings_find_action(warning, &filter);
    if (action == NULL) return -1;
    if (_PyUnicode_EqualToASCIIString(action, "error")) {
        PyErr_SetObject(warning->category, warning->message);
        return -1;
    }
    if (_PyUnicode_EqualToASCIIString(action, "ignore")) return 0;
    if (_PyUnicode_EqualToASCIIString(action, "always")) return 1;
    int has_registry = warning->registry != NULL && warning->registry != Py_None;
    if (has_registry && PyDict_SetItem(warning->registry, key, Py_True) < 0) return -1;
    int issued = 0;
    if (_PyUnicode_EqualToASCIIString(action, "once")) {
        PyObject *registry = has_registry ? warning->registry : NULL;
        registry = kr_warnings_once_registry() != NULL ? kr_warnings_once_registry() : registry;
        issued = registry == NULL ? -1 : was_issued_anywhere(registry, warning);
    } else if (_PyUnicode_EqualToASCIIString(action, "module")) {
        if (has_registry) issued = was_issued_anywhere(warning->registry, warning);
    } else if (!_PyUnicode_EqualToASCIIString(action, "default")) {
        issued = unknown_action(action, filter);
    }
    return issued < 0 ? -1 : !issued;
}

static int issue_prepared(const KrWarning *warning)
{
    KR_AUTO PyObject *key = Py_BuildValue("(OOi)", warning->text, warning->category, warning->line);
    if (key == NULL) return -1;
    if (warning->registry != NULL && warning->registry != Py_None) {
        int issued = kr_warnings_was_issued(warning->registry, key, 0);
        if (issued != 0) return issued < 0 ? -1 : 0;
    }
    int wanted = decide(warning, key);
    return wanted <= 0 ? wanted : show(warning);
}

int kr_warnings_issue(const KrWarning *given)
{
    KrWarning warning = *given;
    if (warning.module == Py_None) return 0;
    if (warning.registry != NULL && warning.registry != Py_None && !PyDict_Check(warning.registry))
        return kr_raise_int(PyExc_TypeError, "'registry' must be a dict or None");
    KR_AUTO PyObject *module = warning.module == NULL ? module_of_file(warning.filename) : Py_NewRef(warning.module);
    int is_instance = PyObject_IsInstance(warning.message, PyExc_Warning);
    if (module == NULL || is_instance < 0) return -1;
    KR_AUTO PyObject *text = is_instance ? PyObject_Str(warning.message) : Py_NewRef(warning.message);
    KR_AUTO PyObject *message = is_instance ? Py_NewRef(warning.message)
                                            : PyObject_CallOneArg(warning.category, warning.message);
    if (text == NULL || message == NULL) return -1;
    if (is_instance) warning.category = (PyObject *)Py_TYPE(message);
    warning.module = module;
    warning.text = text;
    warning.message = message;
    return issue_prepared(&warning);
}
