// special.c - special methods: looked up on the type, never on the instance.
#include "objects/model/type.h"

#include <string.h>

#include "abstract.h"
#include "objects/model/call.h"
#include "objects/model/overrides.h"
#include "objects/model/slots.h"
#include "pyerrors.h"
#include "unicodeobject.h"

PyObject *kr_type_find_special(PyObject *self, PyObject *name, int *ret_unbound)
{
    PyObject *found = _PyType_Lookup(Py_TYPE(self), name);
    *ret_unbound = 0;
    if (found == NULL) return NULL;
    if (kr_type_has_flag(Py_TYPE(found), Py_TPFLAGS_METHOD_DESCRIPTOR)) {
        *ret_unbound = 1;
        return Py_NewRef(found);
    }
    descrgetfunc bind = Py_TYPE(found)->tp_descr_get;
    if (bind == NULL) return Py_NewRef(found);
    KR_AUTO PyObject *kept = Py_NewRef(found);
    return bind(kept, self, (PyObject *)Py_TYPE(self));
}

PyObject *_PyObject_LookupSpecial(PyObject *self, PyObject *name)
{
    PyObject *found = _PyType_Lookup(Py_TYPE(self), name);
    if (found == NULL) return NULL;
    descrgetfunc bind = Py_TYPE(found)->tp_descr_get;
    KR_AUTO PyObject *kept = Py_NewRef(found);
    return bind == NULL ? kr_take(kept) : bind(kept, self, (PyObject *)Py_TYPE(self));
}

PyObject *_PyObject_LookupSpecialId(PyObject *self, _Py_Identifier *identifier)
{
    PyObject *name = _PyUnicode_FromId(identifier);
    return name == NULL ? NULL : _PyObject_LookupSpecial(self, name);
}

PyObject *kr_type_call_special(PyObject *self, PyObject *name, PyObject *const *args,
                               Py_ssize_t count)
{
    assert(count <= 3);
    int unbound;
    KR_AUTO PyObject *method = kr_type_find_special(self, name, &unbound);
    if (method == NULL) {
        if (!PyErr_Occurred()) PyErr_SetObject(PyExc_AttributeError, name);
        return NULL;
    }
    PyObject *stack[4] = {self};
    for (Py_ssize_t i = 0; i < count; i++) stack[i + 1] = args[i];
    if (unbound) return PyObject_Vectorcall(method, stack, (size_t)count + 1, NULL);
    return PyObject_Vectorcall(method, stack + 1, (size_t)count | PY_VECTORCALL_ARGUMENTS_OFFSET,
                               NULL);
}

bool kr_type_overrides_init(PyTypeObject *type)
{
    return type->tp_init == override_init;
}

bool kr_type_overrides_new(PyTypeObject *type)
{
    return type->tp_new == override_new;
}

bool kr_type_overrides_getattr(PyTypeObject *type)
{
    return type->tp_getattro == override_getattr_hook || type->tp_getattro == override_getattro;
}
