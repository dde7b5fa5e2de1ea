// module_repr.c - how a module shows where it comes from: by its spec, else by its __file__ and
// __loader__.
#include "objects/model/module_repr.h"

#include "abstract.h"
#include "objects/model/attributes.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "unicodeobject.h"

// Attribute [name], or None when there is none; new reference.
static PyObject *attribute_or_none(PyObject *object, PyObject *name)
{
    PyObject *value;
    if (_PyObject_LookupAttr(object, name, &value) < 0) return NULL;
    return value == NULL ? Py_NewRef(Py_None) : value;
}

static PyObject *with_loader(PyObject *name, PyObject *loader)
{
    return loader == Py_None ? PyUnicode_FromFormat("<module %R>", name)
                             : PyUnicode_FromFormat("<module %R (%R)>", name, loader);
}

static PyObject *repr_by_spec(PyObject *spec)
{
    KR_AUTO PyObject *given = PyObject_GetAttr(spec, ID(name));
    if (given == NULL) return NULL;
    KR_AUTO PyObject *name = given == Py_None ? PyUnicode_FromString("?") : Py_NewRef(given);
    if (name == NULL) return NULL;
    KR_AUTO PyObject *origin = PyObject_GetAttr(spec, ID(origin));
    if (origin == NULL) return NULL;
    if (origin == Py_None) {
        KR_AUTO PyObject *loader = PyObject_GetAttr(spec, ID(loader));
        return loader == NULL ? NULL : with_loader(name, loader);
    }
    KR_AUTO PyObject *has_location = PyObject_GetAttr(spec, ID(has_location));
    int located = has_location == NULL ? -1 : PyObject_IsTrue(has_location);
    if (located < 0) return NULL;
    return located ? PyUnicode_FromFormat("<module %R from %R>", name, origin)
                   : PyUnicode_FromFormat("<module %R (%S)>", name, origin);
}

// What an old loader's module_repr() says; NULL without an exception when there is none or it
// fails.
static PyObject *repr_by_loader(PyObject *module)
{
    KR_AUTO PyObject *loader = attribute_or_none(module, ID(__loader__));
    if (loader == NULL) return NULL;
    PyObject *found;
    if (_PyObject_LookupAttr(loader, ID(module_repr), &found) <= 0) return NULL;
    KR_AUTO PyObject *method = found;
    KR_AUTO PyObject *text = PyObject_CallOneArg(method, module);
    if (text == NULL && PyErr_ExceptionMatches(PyExc_Exception)) PyErr_Clear();
    return kr_take(text);
}

PyObject *kr_module_repr(PyObject *module)
{
    KR_AUTO PyObject *spec = attribute_or_none(module, ID(__spec__));
    int by_spec = spec == NULL ? -1 : PyObject_IsTrue(spec);
    if (by_spec != 0) return by_spec < 0 ? NULL : repr_by_spec(spec);
    KR_AUTO PyObject *by_loader = repr_by_loader(module);
    if (by_loader != NULL || PyErr_Occurred()) return kr_take(by_loader);
    PyObject *found;
    if (_PyObject_LookupAttr(module, ID(__name__), &found) < 0) return NULL;
    KR_AUTO PyObject *name = found == NULL ? PyUnicode_FromString("?") : found;
    if (name == NULL) return NULL;
    if (_PyObject_LookupAttr(module, ID(__file__), &found) < 0) return NULL;
    KR_AUTO PyObject *file = found;
    if (file != NULL) return PyUnicode_FromFormat("<module %R from %R>", name, file);
    KR_AUTO PyObject *loader = attribute_or_none(module, ID(__loader__));
    return loader == NULL ? NULL : with_loader(name, loader);
}
