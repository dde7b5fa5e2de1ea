// exceptions.c - the builtin exception types, made from exceptions.def.
//
// (1) PyExc_<Name> are pointers fixed at link time, so that a type can be named before start.
// (2) ExceptionGroup alone is a heap type: it has two bases.
#include "objects/errors/exceptions.h"

#include <assert.h>

#include "abstract.h"
#include "dictobject.h"
#include "objimpl.h"
#include "tupleobject.h"
#include "unicodeobject.h"

#include "objects/errors/memory_reserve.h"
#include "runtime/owned.h"

// --- the types ----------------------------------------------------------------------------------

#define FLAGS \
    (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASE_EXC_SUBCLASS)
#define type_object PyBaseObject_Type

#define COMMON(exception, base, family, doc)                                                      \
    static PyTypeObject type_##exception = {                                                      \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                                                    \
        .tp_name = #exception,                                                                    \
        .tp_basicsize = sizeof(kr_##family##_object),                                             \
        .tp_dictoffset = offsetof(PyBaseExceptionObject, dict),                                   \
        .tp_dealloc = kr_exception_dealloc,                                                       \
        .tp_traverse = kr_exception_traverse,                                                     \
        .tp_clear = kr_exception_clear,                                                           \
        .tp_flags = FLAGS,                                                                        \
        .tp_doc = doc,                                                                            \
        .tp_base = &type_##base,                                                                  \
    };                                                                                            \
    PyObject *PyExc_##exception = (PyObject *)&type_##exception;
#define HEAD COMMON
#define EXCEPTION COMMON
#include "objects/errors/exceptions.def"
#undef HEAD
#undef EXCEPTION

PyObject *PyExc_EnvironmentError = (PyObject *)&type_OSError;
PyObject *PyExc_IOError = (PyObject *)&type_OSError;
// Made at start, keeps (2).
PyObject *PyExc_ExceptionGroup = NULL;

typedef struct ExceptionRow {
    PyTypeObject *type;
    const KrExceptionFamily *family;
    int is_head;
} ExceptionRow;

static const ExceptionRow rows[] = {
#define HEAD(exception, base, family, doc) {&type_##exception, &kr_##family##_family, 1},
#define EXCEPTION(exception, base, family, doc) {&type_##exception, &kr_##family##_family, 0},
#include "objects/errors/exceptions.def"
#undef HEAD
#undef EXCEPTION
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

// Gives a type its family's slots.  Types that only share the layout get what CPython gives them:
// an __init__ of their own, and a __new__ where the family is the plain one.
static void fill_slots(const ExceptionRow *row)
{
    PyTypeObject *type = row->type;
    const KrExceptionFamily *family = row->family;
    type->tp_init = family->init;
    if (row->is_head || family == &kr_base_family) type->tp_new = family->new;
    if (!row->is_head) return;
    type->tp_str = family->str;
    type->tp_repr = family->repr;
    type->tp_getattro = family->getattro;
    type->tp_setattro = family->setattro;
    type->tp_methods = family->methods;
    type->tp_members = family->members;
    type->tp_getset = family->getset;
}

static int make_exception_group(void)
{
    KR_AUTO PyObject *bases = PyTuple_Pack(2, PyExc_BaseExceptionGroup, PyExc_Exception);
    if (bases == NULL) return -1;
    PyExc_ExceptionGroup = PyErr_NewException("builtins.ExceptionGroup", bases, NULL);
    return PyExc_ExceptionGroup == NULL ? -1 : 0;
}

int kr_exceptions_start(void)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        fill_slots(&rows[i]);
        if (PyType_Ready(rows[i].type) < 0) return -1;
    }
    if (make_exception_group() < 0) return -1;
    return kr_memory_reserve_start();
}

void kr_exceptions_finish(void)
{
    kr_memory_reserve_finish();
    Py_CLEAR(PyExc_ExceptionGroup);
}

int kr_exceptions_add_to(PyObject *dict)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (PyDict_SetItemString(dict, rows[i].type->tp_name, (PyObject *)rows[i].type) < 0)
            return -1;
    if (PyDict_SetItemString(dict, "ExceptionGroup", PyExc_ExceptionGroup) < 0) return -1;
    if (PyDict_SetItemString(dict, "EnvironmentError", PyExc_OSError) < 0) return -1;
    return PyDict_SetItemString(dict, "IOError", PyExc_OSError);
}

// --- memory, for all families -------------------------------------------------------------------

// The static type that [self]'s class derives from.
static PyTypeObject *static_base(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    while (type->tp_flags & Py_TPFLAGS_HEAPTYPE) type = type->tp_base;
    return type;
}

static int is_reference(const PyMemberDef *member)
{
    return member->type == T_OBJECT || member->type == T_OBJECT_EX;
}

static PyObject **place_of(PyObject *self, const PyMemberDef *member)
{
    return (PyObject **)((char *)self + member->offset);
}

int kr_exception_traverse(PyObject *object, visitproc visit, void *context)
{
    PyBaseExceptionObject *self = (PyBaseExceptionObject *)object;
    PyObject *own[] = {self->dict, self->args, self->notes, self->traceback, self->cause,
                       self->context};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        int result = own[i] == NULL ? 0 : visit(own[i], context);
        if (result != 0) return result;
    }
    for (PyTypeObject *type = static_base(object); type != NULL; type = type->tp_base)
        for (const PyMemberDef *member = type->tp_members; member && member->name; member++) {
            PyObject *value = is_reference(member) ? *place_of(object, member) : NULL;
            int result = value == NULL ? 0 : visit(value, context);
            if (result != 0) return result;
        }
    return 0;
}

int kr_exception_clear(PyObject *object)
{
    PyBaseExceptionObject *self = (PyBaseExceptionObject *)object;
    for (PyTypeObject *type = static_base(object); type != NULL; type = type->tp_base)
        for (const PyMemberDef *member = type->tp_members; member && member->name; member++)
            if (is_reference(member)) Py_CLEAR(*place_of(object, member));
    Py_CLEAR(self->dict);
    Py_CLEAR(self->args);
    Py_CLEAR(self->notes);
    Py_CLEAR(self->traceback);
    Py_CLEAR(self->cause);
    Py_CLEAR(self->context);
    return 0;
}

void kr_exception_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    kr_exception_clear(self);
    if (kr_memory_reserve_keep(self)) return;
    Py_TYPE(self)->tp_free(self);
}
