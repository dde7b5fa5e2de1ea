// variables.c - names that instructions look up: globals, builtins, namespaces, cells.
#include "vm/variables.h"

#include "abstract.h"
#include "cpython/cellobject.h"
#include "dictobject.h"
#include "moduleobject.h"
#include "objects/containers/dict.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/interpreter.h"
#include "unicodeobject.h"
#include "vm/system.h"

// Raises [type] with [format], which takes the name as %U, and gives a NameError its `name`.
static void raise_about_name(PyObject *type, const char *format, PyObject *name)
{
    PyErr_Format(type, format, name);
    if (type != PyExc_NameError) return;
    PyObject *kind, *value, *traceback;
    PyErr_Fetch(&kind, &value, &traceback);
    PyErr_NormalizeException(&kind, &value, &traceback);
    if (value != NULL && Py_IS_TYPE(value, (PyTypeObject *)PyExc_NameError)) {
        PyNameErrorObject *error = (PyNameErrorObject *)value;
        if (error->name == NULL) error->name = Py_NewRef(name);
    }
    PyErr_Restore(kind, value, traceback);
}

void kr_variables_raise_undefined(PyObject *name)
{
    raise_about_name(PyExc_NameError, "name '%.200U' is not defined", name);
}

void kr_variables_raise_unbound_local(KrFrame *frame, int index)
{
    raise_about_name(PyExc_UnboundLocalError,
                     "cannot access local variable '%U' where it is not associated with a value",
                     kr_code_slot_name(frame->f_code, index));
}

void kr_variables_raise_unbound_cell(PyCodeObject *code, int index)
{
    PyObject *name = kr_code_slot_name(code, index);
    if (index < code->co_nlocalsplus - code->co_nfreevars)
        raise_about_name(PyExc_UnboundLocalError, "cannot access local variable '%U' where it is "
                         "not associated with a value", name);
    else
        raise_about_name(PyExc_NameError, "cannot access free variable '%U' where it is not "
                         "associated with a value in enclosing scope", name);
}

// New reference to mapping[name], or NULL: nothing raised when it is just not there.
static PyObject *find_item(PyObject *mapping, PyObject *name)
{
    if (PyDict_CheckExact(mapping)) return Py_XNewRef(PyDict_GetItemWithError(mapping, name));
    PyObject *found = PyObject_GetItem(mapping, name);
    if (found == NULL && PyErr_ExceptionMatches(PyExc_KeyError)) PyErr_Clear();
    return found;
}

PyObject *kr_variables_load_global(KrFrame *frame, PyObject *name)
{
    PyObject *globals = frame->f_globals, *builtins = frame->f_builtins;
    if (PyDict_CheckExact(globals) && PyDict_CheckExact(builtins)) {
        PyObject *found = kr_dict_load_global((PyDictObject *)globals, (PyDictObject *)builtins,
                                              name);
        if (found == NULL && !PyErr_Occurred()) kr_variables_raise_undefined(name);
        return Py_XNewRef(found);
    }
    PyObject *found = PyObject_GetItem(globals, name);
    if (found != NULL || !PyErr_ExceptionMatches(PyExc_KeyError)) return found;
    PyErr_Clear();
    found = find_item(builtins, name);
    if (found == NULL && !PyErr_Occurred()) kr_variables_raise_undefined(name);
    return found;
}

PyObject *kr_variables_load_name(KrFrame *frame, PyObject *name)
{
    if (frame->f_locals == NULL) {
        PyErr_Format(PyExc_SystemError, "no locals when loading %R", name);
        return NULL;
    }
    PyObject *found = find_item(frame->f_locals, name);
    if (found != NULL || PyErr_Occurred()) return found;
    found = PyDict_GetItemWithError(frame->f_globals, name);
    if (found != NULL) return Py_NewRef(found);
    if (PyErr_Occurred()) return NULL;
    found = find_item(frame->f_builtins, name);
    if (found == NULL && !PyErr_Occurred()) kr_variables_raise_undefined(name);
    return found;
}

PyObject *kr_variables_load_class_cell(KrFrame *frame, int index)
{
    PyObject *name = kr_code_slot_name(frame->f_code, index);
    assert(frame->f_locals != NULL);
    PyObject *found = find_item(frame->f_locals, name);
    if (found != NULL || PyErr_Occurred()) return found;
    PyObject *content = PyCell_GET(kr_word_object(frame->localsplus[index]));
    if (content == NULL) kr_variables_raise_unbound_cell(frame->f_code, index);
    return Py_XNewRef(content);
}

PyObject *kr_variables_load_build_class(KrFrame *frame)
{
    PyObject *found = find_item(frame->f_builtins, ID(__build_class__));
    if (found == NULL && !PyErr_Occurred())
        PyErr_SetString(PyExc_NameError, "__build_class__ not found");
    return found;
}

int kr_variables_delete_name(KrFrame *frame, PyObject *name)
{
    if (frame->f_locals == NULL) {
        PyErr_Format(PyExc_SystemError, "no locals when deleting %R", name);
        return -1;
    }
    if (PyObject_DelItem(frame->f_locals, name) == 0) return 0;
    kr_variables_raise_undefined(name);
    return -1;
}

int kr_variables_delete_global(KrFrame *frame, PyObject *name)
{
    if (PyDict_DelItem(frame->f_globals, name) == 0) return 0;
    if (PyErr_ExceptionMatches(PyExc_KeyError)) kr_variables_raise_undefined(name);
    return -1;
}

int kr_variables_setup_annotations(KrFrame *frame)
{
    PyObject *locals = frame->f_locals;
    if (locals == NULL) {
        PyErr_SetString(PyExc_SystemError, "no locals found when setting up annotations");
        return -1;
    }
    PyObject *found = find_item(locals, ID(__annotations__));
    if (found == NULL) {
        if (PyErr_Occurred()) return -1;
        found = PyDict_New();
        if (found == NULL || PyObject_SetItem(locals, ID(__annotations__), found) < 0) {
            Py_XDECREF(found);
            return -1;
        }
    }
    Py_DECREF(found);
    return 0;
}

int kr_variables_display(PyObject *value)
{
    PyObject *hook = kr_system_find(ID(displayhook));
    if (hook == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "lost sys.displayhook");
        return -1;
    }
    Py_INCREF(hook);
    PyObject *result = PyObject_CallOneArg(hook, value);
    Py_DECREF(hook);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

PyObject *kr_variables_builtins_of(PyThreadState *thread, PyObject *globals)
{
    PyObject *builtins = PyDict_GetItemWithError(globals, ID(__builtins__));
    if (builtins != NULL) {
        if (!PyModule_Check(builtins)) return builtins;
        return PyModule_GetDict(builtins);
    }
    if (PyErr_Occurred()) return NULL;
    KrFrame *frame = thread->cframe->current_frame;
    return frame != NULL ? frame->f_builtins : thread->interp->builtins;
}
