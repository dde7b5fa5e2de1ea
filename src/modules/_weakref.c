// _weakref.c - the module _weakref: counting and listing weak references; the types are in
// objects/model.
#include "abstract.h"
#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "weakrefobject.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

// Head of the list of weak references to [object], NULL when there are none.
static PyWeakReference *references_to(PyObject *object)
{
    Py_ssize_t offset = Py_TYPE(object)->tp_weaklistoffset;
    return offset <= 0 ? NULL : *(PyWeakReference **)((char *)object + offset);
}

METHOD(getweakrefcount, "module, object, /", "Return the number of weak references to 'object'.")
static PyObject *weakref_getweakrefcount(PyObject *module, PyObject *object)
{
    return PyLong_FromSsize_t(_PyWeakref_GetWeakrefCount(references_to(object)));
}

static int is_dead(PyObject *value)
{
    if (!PyWeakref_Check(value)) return kr_raise_int(PyExc_TypeError, "not a weakref");
    return PyWeakref_GET_OBJECT(value) == Py_None;
}

METHOD(_remove_dead_weakref, "module, dct: dict, key, /",
       "Atomically remove key from dict if it points to a dead weakref.")
static PyObject *weakref__remove_dead_weakref(PyObject *module, PyObject *dict, PyObject *key)
{
    if (_PyDict_DelItemIf(dict, key, is_dead) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_KeyError)) return NULL;
        PyErr_Clear();  // it has gone already
    }
    Py_RETURN_NONE;
}

METHOD(getweakrefs, "module, object, /",
       "Return a list of all weak reference objects pointing to 'object'.")
static PyObject *weakref_getweakrefs(PyObject *module, PyObject *object)
{
    KR_AUTO PyObject *list = PyList_New(0);
    for (PyWeakReference *ref = references_to(object); list != NULL && ref != NULL;
         ref = ref->wr_next)
        if (PyList_Append(list, (PyObject *)ref) < 0) return NULL;
    return kr_take(list);
}

METHOD(proxy, "module, object, callback=None, /",
       "Create a proxy object that weakly references 'object'.\n\n"
       "'callback', if given, is called with a reference to the\nproxy when 'object' is about to "
       "be finalized.")
static PyObject *weakref_proxy(PyObject *module, PyObject *object, PyObject *callback)
{
    return PyWeakref_NewProxy(object, callback);
}

#include "modules/_weakref.methods.h"

static int execute(PyObject *module)
{
    if (PyModule_AddObjectRef(module, "ref", (PyObject *)&_PyWeakref_RefType) < 0) return -1;
    if (PyModule_AddObjectRef(module, "ReferenceType", (PyObject *)&_PyWeakref_RefType) < 0)
        return -1;
    if (PyModule_AddObjectRef(module, "ProxyType", (PyObject *)&_PyWeakref_ProxyType) < 0)
        return -1;
    return PyModule_AddObjectRef(module, "CallableProxyType",
                                 (PyObject *)&_PyWeakref_CallableProxyType);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_weakref",
    .m_doc = "Weak-reference support module.",
    .m_methods = weakref_methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__weakref(void)
{
    return PyModuleDef_Init(&definition);
}
