// import_names.c - relative names, and tracebacks without importlib's own frames.
#include "vm/import_names.h"

#include "abstract.h"
#include "dictobject.h"
#include "moduleobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "traceback.h"
#include "unicodeobject.h"
#include "vm/frame.h"
#include "warnings.h"

// The package of a module without __package__ and __spec__: from __name__ and __path__.
static PyObject *package_from_name(PyObject *globals)
{
    if (PyErr_WarnEx(PyExc_ImportWarning, "can't resolve package from __spec__ or __package__, "
                     "falling back on __name__ and __path__", 1) < 0)
        return NULL;
    PyObject *name = PyDict_GetItemWithError(globals, ID(__name__));
    if (name == NULL) {
        if (!PyErr_Occurred()) kr_raise(PyExc_KeyError, "'__name__' not in globals");
        return NULL;
    }
    if (!PyUnicode_Check(name)) return kr_raise(PyExc_TypeError, "__name__ must be a string");
    int has_path = PyDict_Contains(globals, ID(__path__));
    if (has_path != 0) return has_path < 0 ? NULL : Py_NewRef(name);
    Py_ssize_t dot = PyUnicode_FindChar(name, '.', 0, PyUnicode_GET_LENGTH(name), -1);
    if (dot == -2) return NULL;
    return PyUnicode_Substring(name, 0, dot == -1 ? 0 : dot);
}

static PyObject *package_of(PyObject *globals)
{
    if (globals == NULL) return kr_raise(PyExc_KeyError, "'__name__' not in globals");
    if (!PyDict_Check(globals)) return kr_raise(PyExc_TypeError, "globals must be a dict");
    PyObject *package = PyDict_GetItemWithError(globals, ID(__package__));
    if (package == NULL && PyErr_Occurred()) return NULL;
    PyObject *spec = PyDict_GetItemWithError(globals, ID(__spec__));
    if (spec == NULL && PyErr_Occurred()) return NULL;
    if (package != NULL && package != Py_None) {
        KR_AUTO PyObject *kept = Py_NewRef(package);
        if (!PyUnicode_Check(package))
            return kr_raise(PyExc_TypeError, "package must be a string");
        if (spec == NULL || spec == Py_None) return kr_take(kept);
        KR_AUTO PyObject *parent = PyObject_GetAttr(spec, ID(parent));
        int equal = parent == NULL ? -1 : PyObject_RichCompareBool(package, parent, Py_EQ);
        if (equal < 0) return NULL;
        if (!equal && PyErr_WarnEx(PyExc_ImportWarning, "__package__ != __spec__.parent", 1) < 0)
            return NULL;
        return kr_take(kept);
    }
    if (spec == NULL || spec == Py_None) return package_from_name(globals);
    PyObject *parent = PyObject_GetAttr(spec, ID(parent));
    if (parent != NULL && !PyUnicode_Check(parent)) {
        Py_DECREF(parent);
        return kr_raise(PyExc_TypeError, "__spec__.parent must be a string");
    }
    return parent;
}

PyObject *kr_import_names_resolve(PyObject *name, PyObject *globals, int level)
{
    KR_AUTO PyObject *package = package_of(globals);
    if (package == NULL) return NULL;
    Py_ssize_t end = PyUnicode_GET_LENGTH(package);
    if (end == 0)
        return kr_raise(PyExc_ImportError,
                        "attempted relative import with no known parent package");
    for (int up = 1; up < level; up++) {
        end = PyUnicode_FindChar(package, '.', 0, end, -1);
        if (end == -2) return NULL;
        if (end == -1)
            return kr_raise(PyExc_ImportError,
                            "attempted relative import beyond top-level package");
    }
    KR_AUTO PyObject *base = PyUnicode_Substring(package, 0, end);
    if (base == NULL || PyUnicode_GET_LENGTH(name) == 0) return kr_take(base);
    return PyUnicode_FromFormat("%U.%U", base, name);
}

static bool is_importlib(PyCodeObject *code)
{
    return _PyUnicode_EqualToASCIIString(code->co_filename, "<frozen importlib._bootstrap>")
        || _PyUnicode_EqualToASCIIString(code->co_filename,
                                         "<frozen importlib._bootstrap_external>");
}

// Runs of importlib's entries go when they end in _call_with_frames_removed, or always in an
// ImportError.
void kr_import_names_trim_traceback(void)
{
    if (kr_interpreter_current()->config.verbose) return;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    bool trim_all = type != NULL
        && PyType_IsSubtype((PyTypeObject *)type, (PyTypeObject *)PyExc_ImportError);
    PyObject **link = &traceback, **run = NULL;
    for (PyObject *at = traceback; at != NULL;) {
        PyTracebackObject *entry = (PyTracebackObject *)at;
        PyObject *next = (PyObject *)entry->tb_next;
        PyCodeObject *code = entry->tb_frame->f_frame->f_code;
        bool inside = is_importlib(code);
        if (inside && run == NULL) run = link;
        if (!inside) run = NULL;
        if (inside && (trim_all || _PyUnicode_EqualToASCIIString(code->co_name,
                                                                 "_call_with_frames_removed"))) {
            Py_XINCREF(next);
            Py_XSETREF(*run, next);
            link = run;
        } else {
            link = (PyObject **)&entry->tb_next;
        }
        at = next;
    }
    PyErr_Restore(type, value, traceback);
}
