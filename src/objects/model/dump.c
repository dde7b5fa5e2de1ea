// dump.c - objects seen by a debugger: _PyObject_Dump, and consistency checks.
#include "object.h"

#include <assert.h>
#include <stdio.h>

#include "dictobject.h"
#include "internal/pycore_object.h"
#include "objects/model/type.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "pystate.h"
#include "tupleobject.h"

// Functions behind macros.
#undef PyObject_IS_GC
#undef Py_Is

int PyObject_IS_GC(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    return kr_type_has_flag(type, Py_TPFLAGS_HAVE_GC) && (type->tp_is_gc == NULL || type->tp_is_gc(object));
}

int Py_Is(PyObject *left, PyObject *right)
{
    return left == right;
}

// Works even when the object is half gone: what is unsafe comes last.
void _PyObject_Dump(PyObject *object)
{
    if (object == NULL) {
        fprintf(stderr, "<object at NULL>\n");
        return;
    }
    if (_PyObject_IsFreed(object)) {
        fprintf(stderr, "<object at %p is freed>\n", (void *)object);
        fflush(stderr);
        return;
    }
    PyTypeObject *type = Py_TYPE(object);
    fprintf(stderr, "object address  : %p\n", (void *)object);
    fprintf(stderr, "object refcount : %zd\n", Py_REFCNT(object));
    fflush(stderr);
    fprintf(stderr, "object type     : %p\n", (void *)type);
    fprintf(stderr, "object type name: %s\n", type == NULL ? "NULL" : type->tp_name);
    fprintf(stderr, "object repr     : ");
    fflush(stderr);
    PyGILState_STATE lock = PyGILState_Ensure();
    PyObject *exception, *value, *traceback;
    PyErr_Fetch(&exception, &value, &traceback);
    PyObject_Print(object, stderr, 0);
    fflush(stderr);
    PyErr_Restore(exception, value, traceback);
    PyGILState_Release(lock);
    fprintf(stderr, "\n");
    fflush(stderr);
}

int _PyType_CheckConsistency(PyTypeObject *type)
{
    if (!kr_type_has_flag(type, Py_TPFLAGS_READY)) return 1;
    _PyObject_ASSERT((PyObject *)type, Py_REFCNT(type) >= 1);
    _PyObject_ASSERT((PyObject *)type, PyType_Check(type));
    _PyObject_ASSERT((PyObject *)type, type->tp_dict != NULL);
    _PyObject_ASSERT((PyObject *)type, type->tp_mro != NULL && PyTuple_Check(type->tp_mro));
    _PyObject_ASSERT((PyObject *)type, !kr_type_has_flag(type, Py_TPFLAGS_READYING));
    if (kr_type_has_flag(type, Py_TPFLAGS_DISALLOW_INSTANTIATION))
        _PyObject_ASSERT((PyObject *)type, type->tp_new == NULL);
    return 1;
}

int _PyObject_CheckConsistency(PyObject *object, int check_content)
{
    _PyObject_ASSERT(object, object != NULL && !_PyObject_IsFreed(object) && Py_REFCNT(object) >= 1);
    _PyType_CheckConsistency(Py_TYPE(object));
    if (check_content && PyDict_Check(object)) _PyDict_CheckConsistency(object, 1);
    return 1;
}

// Types keep no numbered pools of their own: what there is to tell, the allocator tells.
void _PyObject_DebugTypeStats(FILE *out)
{
    fflush(out);
}
