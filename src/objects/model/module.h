// module.h - the layout of module objects, for the import system and the VM's caches.
#ifndef KR_OBJECTS_MODEL_MODULE_H
#define KR_OBJECTS_MODEL_MODULE_H

#include "moduleobject.h"
#include "object.h"

typedef struct {
    PyObject_HEAD
    PyObject *md_dict;
    struct PyModuleDef *md_def;
    void *md_state;
    PyObject *md_weaklist;
    PyObject *md_name;
} PyModuleObject;

_Static_assert(sizeof(PyModuleObject) == 56, "as CPython's");

// The attribute lookup of modules (tp_getattro), for caches that check it.
PyObject *kr_module_getattro(PyObject *self, PyObject *name);

#endif
