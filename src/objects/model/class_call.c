// class_call.c - instances of plain classes: object.__new__, then a Python __init__ called with
// the arguments as they lie on the caller's stack.  Everything else takes the long way through
// tp_call.
#include "objects/model/class_call.h"

#include <string.h>

#include "abstract.h"
#include "objects/errors/raise.h"
#include "objects/model/call.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/thread.h"
#include "tupleobject.h"

enum { SMALL_STACK = 8 };

// Calls [function] with [self] in front of the arguments.
static PyObject *call_with_self(PyObject *function, PyObject *self, PyObject *const *args,
                                size_t nargsf, PyObject *keywords)
{
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (nargsf & PY_VECTORCALL_ARGUMENTS_OFFSET) {
        PyObject **shifted = (PyObject **)args - 1, *saved = shifted[0];
        shifted[0] = self;
        PyObject *result = PyObject_Vectorcall(function, shifted, (size_t)count + 1, keywords);
        shifted[0] = saved;
        return result;
    }
    Py_ssize_t total = count + (keywords == NULL ? 0 : PyTuple_GET_SIZE(keywords));
    PyObject *small[SMALL_STACK], **stack = small;
    if (total + 1 > SMALL_STACK) {
        stack = PyMem_Malloc((size_t)(total + 1) * sizeof(PyObject *));
        if (stack == NULL) return PyErr_NoMemory();
    }
    stack[0] = self;
    if (total > 0) memcpy(stack + 1, args, (size_t)total * sizeof(PyObject *));
    PyObject *result = PyObject_Vectorcall(function, stack, (size_t)count + 1, keywords);
    if (stack != small) PyMem_Free(stack);
    return result;
}

static int initialize(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *keywords)
{
    int unbound;
    KR_AUTO PyObject *method = kr_type_find_special(self, ID(__init__), &unbound);
    if (method == NULL) {
        if (!PyErr_Occurred()) PyErr_SetObject(PyExc_AttributeError, ID(__init__));
        return -1;
    }
    KR_AUTO PyObject *answer = unbound ? call_with_self(method, self, args, nargsf, keywords)
                                       : PyObject_Vectorcall(method, args, nargsf, keywords);
    if (answer == NULL) return -1;
    if (answer == Py_None) return 0;
    return kr_raise_int(PyExc_TypeError, "__init__() should return None, not '%.200s'",
                        Py_TYPE(answer)->tp_name);
}

PyObject *kr_class_call(PyObject *callable, PyObject *const *args, size_t nargsf,
                        PyObject *keywords)
{
    PyTypeObject *type = (PyTypeObject *)callable;
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    bool has_arguments = count != 0 || (keywords != NULL && PyTuple_GET_SIZE(keywords) != 0);
    bool has_init = kr_type_overrides_init(type);
    if (type->tp_new != kr_object_new || kr_type_has_flag(type, Py_TPFLAGS_IS_ABSTRACT)
        || !(has_init || (type->tp_init == kr_object_init && !has_arguments)))
        return _PyObject_MakeTpCall(kr_thread_current(), callable, args, count, keywords);
    KR_AUTO PyObject *self = type->tp_alloc(type, 0);
    if (self == NULL || (has_init && initialize(self, args, nargsf, keywords) < 0)) return NULL;
    return kr_take(self);
}
