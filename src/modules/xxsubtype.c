// xxsubtype.c - types in C that subclass list and dict: test_descr asks for them.
#include "Python.h"

#include <stddef.h>
#include <time.h>

#include "runtime/marks.h"
#include "runtime/owned.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "structmember.h"

PyDoc_STRVAR(module_doc,
             "xxsubtype is an example module showing how to subtype builtin types from C.\n"
             "test_descr.py in the standard test suite requires it in order to complete.\n"
             "If you don't care about the examples, and don't intend to run the Python\n"
             "test suite, you can recompile Python without Modules/xxsubtype.c.");

typedef struct {
    PyListObject list;
    int state;
} SpamList;

typedef struct {
    PyDictObject dict;
    int state;
} SpamDict;

// --- spamlist

METHOD(getstate, "self, /", "getstate() -> state")
static PyObject *spamlist_getstate(SpamList *self)
{
    return PyLong_FromLong(self->state);
}

METHOD(setstate, "self, state: int, /", "setstate(state)")
static PyObject *spamlist_setstate(SpamList *self, int state)
{
    self->state = state;
    Py_RETURN_NONE;
}

// What a class or static method was called with: (first, args, kwargs).
static PyObject *show_call(PyObject *first, PyObject *args, PyObject *kwargs)
{
    return PyTuple_Pack(3, first == NULL ? Py_None : first, args,
                        kwargs == NULL ? Py_None : kwargs);
}

METHOD(classmeth, "cls, *args, **kw", "classmeth(*args, **kw)")
static PyObject *spamlist_classmeth(PyObject *cls, PyObject *args, PyObject *kw)
{
    return show_call(cls, args, kw);
}

METHOD(staticmeth, "*args, **kw", "staticmeth(*args, **kw)")
static PyObject *spamlist_staticmeth(PyObject *args, PyObject *kw)
{
    return show_call(NULL, args, kw);
}

GETTER(state, "an int variable for demonstration purposes")
static PyObject *spamlist_get_state(SpamList *self)
{
    return PyLong_FromLong(self->state);
}

// --- spamdict

METHOD(getstate, "self, /", "getstate() -> state")
static PyObject *spamdict_getstate(SpamDict *self)
{
    return PyLong_FromLong(self->state);
}

METHOD(setstate, "self, state: int, /", "setstate(state)")
static PyObject *spamdict_setstate(SpamDict *self, int state)
{
    self->state = state;
    Py_RETURN_NONE;
}

METHOD(bench, "module, object: object, name: str, count: int = 1000, /",
       "Seconds that so many lookups of an attribute take.")
static PyObject *xxsubtype_bench(PyObject *module, PyObject *object, PyObject *name, int count)
{
    clock_t start = clock();
    for (int i = 0; i < count; i++) {
        KR_AUTO PyObject *value = PyObject_GetAttr(object, name);
        if (value == NULL) return NULL;
    }
    return PyFloat_FromDouble((double)(clock() - start) / CLOCKS_PER_SEC);
}

#include "modules/xxsubtype.methods.h"

static int spamlist_init(SpamList *self, PyObject *args, PyObject *kwargs)
{
    self->state = 0;
    return PyList_Type.tp_init((PyObject *)self, args, kwargs);
}

static int spamdict_init(SpamDict *self, PyObject *args, PyObject *kwargs)
{
    self->state = 0;
    return PyDict_Type.tp_init((PyObject *)self, args, kwargs);
}

static PyMemberDef spamdict_members[] = {
    {"state", T_INT, offsetof(SpamDict, state), READONLY,
     PyDoc_STR("an int variable for demonstration purposes")},
    {NULL},
};

static PyTypeObject spamlist_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "xxsubtype.spamlist",
    .tp_basicsize = sizeof(SpamList),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_methods = spamlist_methods,
    .tp_getset = spamlist_getset,
    .tp_init = (initproc)spamlist_init,
};

static PyTypeObject spamdict_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "xxsubtype.spamdict",
    .tp_basicsize = sizeof(SpamDict),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_methods = spamdict_methods,
    .tp_members = spamdict_members,
    .tp_init = (initproc)spamdict_init,
};

static int execute(PyObject *module)
{
    spamlist_type.tp_base = &PyList_Type;
    spamdict_type.tp_base = &PyDict_Type;
    if (PyType_Ready(&spamlist_type) < 0 || PyType_Ready(&spamdict_type) < 0) return -1;
    if (PyModule_AddObjectRef(module, "spamlist", (PyObject *)&spamlist_type) < 0) return -1;
    return PyModule_AddObjectRef(module, "spamdict", (PyObject *)&spamdict_type);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, execute},
    {0},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "xxsubtype",
    .m_doc = module_doc,
    .m_methods = xxsubtype_methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit_xxsubtype(void)
{
    return PyModuleDef_Init(&definition);
}
