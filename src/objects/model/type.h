// type.h - what other files may ask of a type beyond the public C API.
//
// Versions: a type whose Py_TPFLAGS_VALID_VERSION_TAG is set promises that no attribute of it or
// of a base has changed since the tag was given.  PyType_Modified() withdraws the tag of a type
// and of all its subclasses.  A tag is never given twice; 0 means "none".  kr_type_version() gives
// one on demand.
//
// Slots are C functions: what a class body overrides is a function of overrides.c that looks the
// method up.
#ifndef KR_OBJECTS_MODEL_TYPE_H
#define KR_OBJECTS_MODEL_TYPE_H

#include <stdbool.h>

#include "object.h"
#include "internal/pycore_object.h"  // _PyObject_LookupSpecial
#include "runtime/owned.h"

// The type's version tag, given now if it has none; 0 when no tag can be given (tags exhausted, or
// the type has its own mro that forbids caching).
unsigned int kr_type_version(PyTypeObject *type);

static inline bool kr_type_has_version(PyTypeObject *type, unsigned int version)
{
    return type->tp_version_tag == version && version != 0;
}

static inline bool kr_type_has_flag(PyTypeObject *type, unsigned long flag)
{
    return (type->tp_flags & flag) != 0;
}

// The keys object that instances of a heap type share (objects/containers/instance_dict.h), or
// NULL.
static inline struct _dictkeysobject *kr_type_cached_keys(PyTypeObject *type)
{
    if (!kr_type_has_flag(type, Py_TPFLAGS_HEAPTYPE)) return NULL;
    return ((PyHeapTypeObject *)type)->ht_cached_keys;
}

// Looks [name] up in the dicts along the MRO of [type], without descriptors.  Never raises.  (Also
// exported.)
BORROWED PyObject *_PyType_Lookup(PyTypeObject *type, PyObject *name);

// As _PyType_Lookup, but a failure (hostile __eq__ of a key, memory) is left raised: check
// PyErr_Occurred.
BORROWED PyObject *kr_type_find(PyTypeObject *type, PyObject *name);

// The special method [name] of [self]'s type for a call with [self] as first argument
// (*ret_unbound is 1) or bound (0).  New reference, or NULL with nothing raised or what a __get__
// raised.
PyObject *kr_type_find_special(PyObject *self, PyObject *name, int *ret_unbound);

// Calls special method [name] of [self] with [count] further arguments.  A missing method raises
// AttributeError.
PyObject *kr_type_call_special(PyObject *self, PyObject *name, PyObject *const *args,
                               Py_ssize_t count);

// True if [type]'s attributes are read and written by PyObject_GenericGetAttr / GenericSetAttr.
static inline bool kr_type_has_generic_getattr(PyTypeObject *type)
{
    return type->tp_getattro == PyObject_GenericGetAttr;
}

// Bytes in front of the object: collector head, and the two words of a managed dict.
static inline size_t kr_type_prefix_size(PyTypeObject *type)
{
    size_t words = kr_type_has_flag(type, Py_TPFLAGS_HAVE_GC) ? 2 : 0;
    words += kr_type_has_flag(type, Py_TPFLAGS_MANAGED_DICT) ? 2 : 0;
    return words * sizeof(void *);
}

// The most derived metaclass of [metatype] and the types of [bases], or NULL with TypeError.
// Borrowed. (Also exported.)
BORROWED PyTypeObject *_PyType_CalculateMetaclass(PyTypeObject *metatype, PyObject *bases);

// The part of tp_name behind the last dot.
const char *_PyType_Name(PyTypeObject *type);

// tp_new of [type] is object.__new__, tp_init is object.__init__: used by the VM to make instances
// quickly.
PyObject *kr_object_new(PyTypeObject *type, PyObject *args, PyObject *kwargs);
int kr_object_init(PyObject *self, PyObject *args, PyObject *kwargs);

// type(name, bases, dict) after the metaclass is known; what type.__new__ does.
PyObject *kr_type_new(PyTypeObject *metatype, PyObject *args, PyObject *kwargs);

// True if tp_init of the class runs a Python __init__ / tp_new a Python __new__ / tp_getattro a
// Python __getattr__.
bool kr_type_overrides_init(PyTypeObject *type);
bool kr_type_overrides_new(PyTypeObject *type);
bool kr_type_overrides_getattr(PyTypeObject *type);

// Adds the attribute names of [class] and its bases, as dir() lists them, to the dict [names]: 0
// or -1.
int kr_type_merge_class_dict(PyObject *names, PyObject *class);

#endif
