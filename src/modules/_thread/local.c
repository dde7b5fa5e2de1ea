// local.c - _thread._local: attributes that every thread has its own of.
//
//   thread's dict --key--> Place --(borrowed)--> Local --dicts--> {id(Place): attribute dict}
//
// (1) The attribute dict is owned by the Local alone, so that cycles through it are collected.
// (2) A Place dies with its thread and takes its dict out of the Local; a Local that dies first
//     takes its Places out of the threads, and leaves none that points to it.
#include "modules/_thread/thread.h"

#include "Python.h"
#include "structmember.h"

#include "objects/errors/raise.h"
#include "objects/strings/names.h"
#include "runtime/owned.h"

typedef struct Local {
    PyObject_HEAD
    PyObject *key;              // str, unique to this object, in the dicts of threads
    PyObject *args, *kwargs;    // for __init__ in each thread
    PyObject *dicts;            // int (address of Place) -> attribute dict
    PyObject *weak_references;
} Local;

typedef struct Place {
    PyObject_HEAD
    Local *local;               // borrowed; NULL once it is gone
    PyObject *dict;             // borrowed from local->dicts
} Place;

static PyTypeObject local_type, place_type;

// --- places -------------------------------------------------------------------------------------

static void place_dealloc(Place *self)
{
    if (self->local != NULL && self->local->dicts != NULL) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        PyObject *address = PyLong_FromVoidPtr(self);
        if (address == NULL || PyDict_DelItem(self->local->dicts, address) < 0) PyErr_Clear();
        Py_XDECREF(address);
        PyErr_Restore(type, value, traceback);
    }
    PyObject_Free(self);
}

// New attribute dict of the running thread, in the thread and in the local: borrowed, or NULL.
static PyObject *add_place(Local *self, PyObject *thread_dict)
{
    KR_AUTO PyObject *dict = PyDict_New();
    Place *place = dict == NULL ? NULL : PyObject_New(Place, &place_type);
    if (place == NULL) return NULL;
    KR_AUTO PyObject *held = (PyObject *)place;
    place->local = NULL;
    KR_AUTO PyObject *address = PyLong_FromVoidPtr(place);
    if (address == NULL || PyDict_SetItem(self->dicts, address, dict) < 0) return NULL;
    place->local = self;
    place->dict = dict;
    if (PyDict_SetItem(thread_dict, self->key, held) < 0) return NULL;
    return dict;
}

// The running thread's attribute dict (borrowed), made and initialised at its first use.
static PyObject *thread_attributes(Local *self)
{
    PyObject *thread_dict = PyThreadState_GetDict();
    if (thread_dict == NULL)
        return kr_raise(PyExc_SystemError, "Couldn't get thread-state dictionary");
    PyObject *place = PyDict_GetItemWithError(thread_dict, self->key);
    if (place != NULL) return ((Place *)place)->dict;
    if (PyErr_Occurred()) return NULL;
    PyObject *dict = add_place(self, thread_dict);
    if (dict == NULL || Py_TYPE(self)->tp_init == PyBaseObject_Type.tp_init) return dict;
    if (Py_TYPE(self)->tp_init((PyObject *)self, self->args, self->kwargs) >= 0) return dict;
    // The next access in this thread tries again.
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (PyDict_DelItem(thread_dict, self->key) < 0) PyErr_Clear();
    PyErr_Restore(type, value, traceback);
    return NULL;
}

// --- the type -----------------------------------------------------------------------------------

static int local_clear(Local *self);

static PyObject *local_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    int has_init = type->tp_init != PyBaseObject_Type.tp_init;
    if (!has_init
        && (PyTuple_GET_SIZE(args) > 0 || (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0)))
        return kr_raise(PyExc_TypeError, "Initialization arguments are not supported");
    Local *self = (Local *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    KR_AUTO PyObject *held = (PyObject *)self;
    self->args = Py_NewRef(args);
    self->kwargs = Py_XNewRef(kwargs);
    self->key = PyUnicode_FromFormat("_thread._local.%p", self);
    self->dicts = PyDict_New();
    PyObject *thread_dict = PyThreadState_GetDict();
    if (self->key == NULL || self->dicts == NULL || thread_dict == NULL) return NULL;
    // The thread that makes it runs __init__ by calling the type.
    if (add_place(self, thread_dict) == NULL) return NULL;
    return kr_take(held);
}

static int local_traverse(Local *self, visitproc visit, void *arg)
{
    Py_VISIT(self->args);
    Py_VISIT(self->kwargs);
    Py_VISIT(self->dicts);
    return 0;
}

// Keeps (2).
static void leave_threads(Local *self)
{
    PyThreadState *thread =
        PyInterpreterState_ThreadHead(PyThreadState_GetInterpreter(PyThreadState_Get()));
    for (; self->key != NULL && thread != NULL; thread = PyThreadState_Next(thread)) {
        PyObject *place = thread->dict == NULL ? NULL : PyDict_GetItem(thread->dict, self->key);
        if (place == NULL) continue;
        ((Place *)place)->local = NULL;
        if (PyDict_DelItem(thread->dict, self->key) < 0) PyErr_Clear();
    }
}

static int local_clear(Local *self)
{
    leave_threads(self);
    Py_CLEAR(self->args);
    Py_CLEAR(self->kwargs);
    Py_CLEAR(self->dicts);
    Py_CLEAR(self->key);
    return 0;
}

static void local_dealloc(Local *self)
{
    PyObject_GC_UnTrack(self);
    if (self->weak_references != NULL) PyObject_ClearWeakRefs((PyObject *)self);
    local_clear(self);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *local_getattro(Local *self, PyObject *name)
{
    PyObject *dict = thread_attributes(self);
    if (dict == NULL) return NULL;
    if (PyUnicode_Check(name) && _PyUnicode_EqualToASCIIString(name, "__dict__"))
        return Py_NewRef(dict);
    return _PyObject_GenericGetAttrWithDict((PyObject *)self, name, dict, 0);
}

static int local_setattro(Local *self, PyObject *name, PyObject *value)
{
    PyObject *dict = thread_attributes(self);
    if (dict == NULL) return -1;
    if (PyUnicode_Check(name) && _PyUnicode_EqualToASCIIString(name, "__dict__"))
        return kr_raise_int(PyExc_AttributeError, "'%.50s' object attribute '%U' is read-only",
                            Py_TYPE(self)->tp_name, name);
    return _PyObject_GenericSetAttrWithDict((PyObject *)self, name, value, dict);
}

static PyTypeObject place_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_thread._localdummy",
    .tp_basicsize = sizeof(Place),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_doc = "Thread-local dummy",
    .tp_dealloc = (destructor)place_dealloc,
};

static PyTypeObject local_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_thread._local",
    .tp_basicsize = sizeof(Local),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "Thread-local data",
    .tp_new = local_tp_new,
    .tp_dealloc = (destructor)local_dealloc,
    .tp_traverse = (traverseproc)local_traverse,
    .tp_clear = (inquiry)local_clear,
    .tp_getattro = (getattrofunc)local_getattro,
    .tp_setattro = (setattrofunc)local_setattro,
    .tp_weaklistoffset = offsetof(Local, weak_references),
};

int kr_thread_add_local(PyObject *module)
{
    if (PyType_Ready(&place_type) < 0 || PyType_Ready(&local_type) < 0) return -1;
    return PyModule_AddObjectRef(module, "_local", (PyObject *)&local_type);
}
