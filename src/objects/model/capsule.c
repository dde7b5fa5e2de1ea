// capsule.c - PyCapsule: a C pointer as an object, with a name that says what it points to.
#include "pycapsule.h"

#include <stdbool.h>
#include <string.h>

#include "abstract.h"
#include "object.h"
#include "objects/errors/raise.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/hooks.h"
#include "runtime/owned.h"
#include "unicodeobject.h"

typedef struct {
    PyObject_HEAD
    void *pointer;
    const char *name;
    void *context;
    PyCapsule_Destructor destructor;
} Capsule;

static bool is_legal(PyObject *object)
{
    return object != NULL && PyCapsule_CheckExact(object) && ((Capsule *)object)->pointer != NULL;
}

static bool are_equal(const char *left, const char *right)
{
    return left == NULL || right == NULL ? left == right : strcmp(left, right) == 0;
}

// The capsule, or NULL with ValueError.
static Capsule *check(PyObject *object, const char *function)
{
    if (is_legal(object)) return (Capsule *)object;
    kr_raise(PyExc_ValueError, "%s called with invalid PyCapsule object", function);
    return NULL;
}

PyObject *PyCapsule_New(void *pointer, const char *name, PyCapsule_Destructor destructor)
{
    if (pointer == NULL)
        return kr_raise(PyExc_ValueError, "PyCapsule_New called with null pointer");
    Capsule *self = PyObject_New(Capsule, &PyCapsule_Type);
    if (self == NULL) return NULL;
    self->pointer = pointer;
    self->name = name;
    self->context = NULL;
    self->destructor = destructor;
    return (PyObject *)self;
}

int PyCapsule_IsValid(PyObject *object, const char *name)
{
    return is_legal(object) && are_equal(((Capsule *)object)->name, name);
}

void *PyCapsule_GetPointer(PyObject *object, const char *name)
{
    Capsule *self = check(object, "PyCapsule_GetPointer");
    if (self == NULL) return NULL;
    if (are_equal(name, self->name)) return self->pointer;
    kr_raise(PyExc_ValueError, "PyCapsule_GetPointer called with incorrect name");
    return NULL;
}

const char *PyCapsule_GetName(PyObject *object)
{
    Capsule *self = check(object, "PyCapsule_GetName");
    return self == NULL ? NULL : self->name;
}

PyCapsule_Destructor PyCapsule_GetDestructor(PyObject *object)
{
    Capsule *self = check(object, "PyCapsule_GetDestructor");
    return self == NULL ? NULL : self->destructor;
}

void *PyCapsule_GetContext(PyObject *object)
{
    Capsule *self = check(object, "PyCapsule_GetContext");
    return self == NULL ? NULL : self->context;
}

int PyCapsule_SetPointer(PyObject *object, void *pointer)
{
    if (pointer == NULL)
        return kr_raise_int(PyExc_ValueError, "PyCapsule_SetPointer called with null pointer");
    Capsule *self = check(object, "PyCapsule_SetPointer");
    if (self == NULL) return -1;
    self->pointer = pointer;
    return 0;
}

int PyCapsule_SetName(PyObject *object, const char *name)
{
    Capsule *self = check(object, "PyCapsule_SetName");
    if (self == NULL) return -1;
    self->name = name;
    return 0;
}

int PyCapsule_SetDestructor(PyObject *object, PyCapsule_Destructor destructor)
{
    Capsule *self = check(object, "PyCapsule_SetDestructor");
    if (self == NULL) return -1;
    self->destructor = destructor;
    return 0;
}

int PyCapsule_SetContext(PyObject *object, void *context)
{
    Capsule *self = check(object, "PyCapsule_SetContext");
    if (self == NULL) return -1;
    self->context = context;
    return 0;
}

// Imports the module before the first dot; walks the attributes behind it.
static PyObject *find_by_path(char *path)
{
    KR_AUTO PyObject *object = NULL;
    for (char *rest = path; rest != NULL;) {
        char *name = rest, *dot = strchr(rest, '.');
        if (dot != NULL) *dot = '\0';
        rest = dot == NULL ? NULL : dot + 1;
        PyObject *next;
        if (object != NULL) next = PyObject_GetAttrString(object, name);
        else next = kr_hooks.import_module == NULL ? NULL : kr_hooks.import_module(name);
        if (next == NULL && object == NULL)
            return kr_raise(PyExc_ImportError, "PyCapsule_Import could not import module \"%s\"",
                            name);
        Py_XSETREF(object, next);
        if (object == NULL) return NULL;
    }
    return kr_take(object);
}

void *PyCapsule_Import(const char *name, int no_block)
{
    char *path = PyMem_Malloc(strlen(name) + 1);
    if (path == NULL) return PyErr_NoMemory();
    strcpy(path, name);
    KR_AUTO PyObject *object = find_by_path(path);
    PyMem_Free(path);
    if (object == NULL) return NULL;
    if (PyCapsule_IsValid(object, name)) return ((Capsule *)object)->pointer;
    kr_raise(PyExc_AttributeError, "PyCapsule_Import \"%s\" is not valid", name);
    return NULL;
}

static void capsule_dealloc(PyObject *object)
{
    Capsule *self = (Capsule *)object;
    if (self->destructor != NULL) self->destructor(object);
    PyObject_Free(self);
}

static PyObject *capsule_repr(PyObject *object)
{
    const char *name = ((Capsule *)object)->name, *quote = name == NULL ? "" : "\"";
    return PyUnicode_FromFormat("<capsule object %s%s%s at %p>", quote,
                                name == NULL ? "NULL" : name, quote, object);
}

PyTypeObject PyCapsule_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "PyCapsule",
    .tp_basicsize = sizeof(Capsule),
    .tp_dealloc = capsule_dealloc,
    .tp_repr = capsule_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = PyDoc_STR("Capsule objects let you wrap a C \"void *\" pointer in a Python\n"
                        "object.  They're a way of passing data through the Python interpreter\n"
                        "without creating your own custom type.\n\n"
                        "Capsules are used for communication between extension modules.\n"
                        "They provide a way for an extension module to export a C interface\n"
                        "to other extension modules, so that extension modules can use the\n"
                        "Python import mechanism to link to one another.\n"),
};
