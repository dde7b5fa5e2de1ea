// attributes.c - reading and writing attributes of instances.
//
//   data descriptor of the type  ->  instance values or dict  ->  other descriptor or value of the
//                                type
//
// Instance values and dicts are objects/containers/instance_dict.h; attributes of classes are
// type_object.c's.
#include "objects/model/attributes.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "abstract.h"
#include "descrobject.h"
#include "dictobject.h"
#include "objects/containers/instance_dict.h"
#include "objects/errors/raise.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "unicodeobject.h"

int kr_attributes_refuse_name(PyObject *name)
{
    return kr_raise_int(PyExc_TypeError, "attribute name must be string, not '%.200s'",
                        Py_TYPE(name)->tp_name);
}

PyObject *kr_attributes_note_error(PyObject *self, PyObject *name)
{
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return NULL;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (value != NULL && PyErr_GivenExceptionMatches(value, PyExc_AttributeError)) {
        PyAttributeErrorObject *error = (PyAttributeErrorObject *)value;
        if (error->name == NULL && error->obj == NULL) {
            error->name = Py_NewRef(name);
            error->obj = Py_NewRef(self);
        }
    }
    PyErr_Restore(type, value, traceback);
    return NULL;
}

static void raise_missing(PyObject *self, PyObject *name)
{
    kr_raise(PyExc_AttributeError, "'%.50s' object has no attribute '%U'", Py_TYPE(self)->tp_name,
             name);
    kr_attributes_note_error(self, name);
}

// --- what the instance itself has

// 1 and a new reference, 0, or -1 with an exception.
static int find_in_dict(PyObject *dict, PyObject *name, PyObject **ret_value)
{
    KR_AUTO PyObject *kept = Py_NewRef(dict);
    PyObject *value = PyDict_GetItemWithError(kept, name);
    if (value == NULL) return PyErr_Occurred() ? -1 : 0;
    *ret_value = Py_NewRef(value);
    return 1;
}

static int find_in_instance(PyObject *self, PyObject *dict, PyObject *name, PyObject **ret_value)
{
    PyTypeObject *type = Py_TYPE(self);
    if (dict != NULL) return find_in_dict(dict, name, ret_value);
    if (type->tp_dictoffset == 0) return 0;
    if (kr_type_has_flag(type, Py_TPFLAGS_MANAGED_DICT)) {
        PyDictValues *values = *_PyObject_ValuesPointer(self);
        if (values != NULL) {
            *ret_value = _PyObject_GetInstanceAttribute(self, values, name);
            if (*ret_value != NULL) return 1;
            return PyErr_Occurred() ? -1 : 0;
        }
        dict = *_PyObject_ManagedDictPointer(self);
        return dict == NULL ? 0 : find_in_dict(dict, name, ret_value);
    }
    PyObject **slot = _PyObject_DictPointer(self);
    return slot == NULL || *slot == NULL ? 0 : find_in_dict(*slot, name, ret_value);
}

// --- reading

PyObject *_PyObject_GenericGetAttrWithDict(PyObject *self, PyObject *name, PyObject *dict,
                                           int suppress)
{
    PyTypeObject *type = Py_TYPE(self);
    if (!PyUnicode_Check(name)) {
        kr_attributes_refuse_name(name);
        return NULL;
    }
    if (type->tp_dict == NULL && PyType_Ready(type) < 0) return NULL;
    KR_AUTO PyObject *descriptor = Py_XNewRef(_PyType_Lookup(type, name));
    descrgetfunc bind = descriptor == NULL ? NULL : Py_TYPE(descriptor)->tp_descr_get;
    PyObject *value = NULL;
    if (bind != NULL && Py_TYPE(descriptor)->tp_descr_set != NULL) {
        value = bind(descriptor, self, (PyObject *)type);
    } else {
        int found = find_in_instance(self, dict, name, &value);
        if (found > 0) return value;
        if (found < 0) return NULL;
        if (bind != NULL) value = bind(descriptor, self, (PyObject *)type);
        else if (descriptor != NULL) return kr_take(descriptor);
        else {
            if (!suppress) raise_missing(self, name);
            return NULL;
        }
    }
    if (value == NULL && suppress && PyErr_ExceptionMatches(PyExc_AttributeError)) PyErr_Clear();
    return value;
}

PyObject *PyObject_GenericGetAttr(PyObject *self, PyObject *name)
{
    return _PyObject_GenericGetAttrWithDict(self, name, NULL, 0);
}

PyObject *PyObject_GetAttr(PyObject *self, PyObject *name)
{
    if (!PyUnicode_Check(name)) {
        kr_attributes_refuse_name(name);
        return NULL;
    }
    PyTypeObject *type = Py_TYPE(self);
    PyObject *value = NULL;
    if (type->tp_getattro != NULL) {
        value = type->tp_getattro(self, name);
    } else if (type->tp_getattr != NULL) {
        const char *text = PyUnicode_AsUTF8(name);
        if (text == NULL) return NULL;
        value = type->tp_getattr(self, (char *)text);
    } else {
        raise_missing(self, name);
    }
    return value != NULL ? value : kr_attributes_note_error(self, name);
}

int _PyObject_LookupAttr(PyObject *self, PyObject *name, PyObject **ret_value)
{
    PyTypeObject *type = Py_TYPE(self);
    *ret_value = NULL;
    if (!PyUnicode_Check(name)) return kr_attributes_refuse_name(name);
    // No exception is made in the usual case only to be thrown away.
    if (type->tp_getattro == PyObject_GenericGetAttr)
        *ret_value = _PyObject_GenericGetAttrWithDict(self, name, NULL, 1);
    else if (type->tp_getattro != NULL) *ret_value = type->tp_getattro(self, name);
    else *ret_value = PyObject_GetAttr(self, name);
    if (*ret_value != NULL) return 1;
    if (!PyErr_Occurred()) return 0;
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return -1;
    PyErr_Clear();
    return 0;
}

int _PyObject_LookupAttrId(PyObject *self, _Py_Identifier *identifier, PyObject **ret_value)
{
    PyObject *name = _PyUnicode_FromId(identifier);
    if (name != NULL) return _PyObject_LookupAttr(self, name, ret_value);
    *ret_value = NULL;
    return -1;
}

PyObject *_PyObject_GetAttrId(PyObject *self, _Py_Identifier *identifier)
{
    PyObject *name = _PyUnicode_FromId(identifier);
    return name == NULL ? NULL : PyObject_GetAttr(self, name);
}

PyObject *PyObject_GetAttrString(PyObject *self, const char *text)
{
    if (Py_TYPE(self)->tp_getattr != NULL) return Py_TYPE(self)->tp_getattr(self, (char *)text);
    KR_AUTO PyObject *name = PyUnicode_FromString(text);
    return name == NULL ? NULL : PyObject_GetAttr(self, name);
}

int PyObject_HasAttr(PyObject *self, PyObject *name)
{
    PyObject *value;
    int found = _PyObject_LookupAttr(self, name, &value);
    Py_XDECREF(value);
    if (found >= 0) return found;
    PyErr_Clear();
    return 0;
}

int PyObject_HasAttrString(PyObject *self, const char *text)
{
    KR_AUTO PyObject *value = PyObject_GetAttrString(self, text);
    if (value != NULL) return 1;
    PyErr_Clear();
    return 0;
}

int _PyObject_GetMethod(PyObject *self, PyObject *name, PyObject **ret_method)
{
    PyTypeObject *type = Py_TYPE(self);
    *ret_method = NULL;
    if (type->tp_getattro != PyObject_GenericGetAttr || !PyUnicode_Check(name)) {
        *ret_method = PyObject_GetAttr(self, name);
        return 0;
    }
    if (type->tp_dict == NULL && PyType_Ready(type) < 0) return 0;
    KR_AUTO PyObject *descriptor = Py_XNewRef(_PyType_Lookup(type, name));
    descrgetfunc bind = NULL;
    bool is_method = false;
    if (descriptor != NULL) {
        is_method = kr_type_has_flag(Py_TYPE(descriptor), Py_TPFLAGS_METHOD_DESCRIPTOR);
        bind = is_method ? NULL : Py_TYPE(descriptor)->tp_descr_get;
        if (bind != NULL && Py_TYPE(descriptor)->tp_descr_set != NULL) {
            *ret_method = bind(descriptor, self, (PyObject *)type);
            if (*ret_method == NULL) kr_attributes_note_error(self, name);
            return 0;
        }
    }
    int found = find_in_instance(self, NULL, name, ret_method);
    if (found != 0) return 0;
    if (bind != NULL) {
        *ret_method = bind(descriptor, self, (PyObject *)type);
        if (*ret_method == NULL) kr_attributes_note_error(self, name);
        return 0;
    }
    *ret_method = kr_take(descriptor);
    if (*ret_method == NULL) raise_missing(self, name);
    return is_method;
}

// --- writing

static int store_in_dict(PyObject *dict, PyObject *name, PyObject *value)
{
    KR_AUTO PyObject *kept = Py_NewRef(dict);
    return value == NULL ? PyDict_DelItem(kept, name) : PyDict_SetItem(kept, name, value);
}

static int store_in_slot(PyTypeObject *type, PyObject **slot, PyObject *name, PyObject *value)
{
    if (*slot != NULL && !kr_type_has_flag(type, Py_TPFLAGS_MANAGED_DICT)
        && type->tp_dictoffset > 0 && kr_type_cached_keys(type) == NULL)
        return store_in_dict(*slot, name, value);
    return _PyObjectDict_SetItem(type, slot, name, value);
}

// Stores into the instance.  1: stored; 0: it has no place for attributes; -1: exception, KeyError
// for a missing one.
static int store_in_instance(PyObject *self, PyObject *name, PyObject *value)
{
    PyTypeObject *type = Py_TYPE(self);
    if (type->tp_dictoffset == 0) return 0;
    if (kr_type_has_flag(type, Py_TPFLAGS_MANAGED_DICT)) {
        PyDictValues *values = *_PyObject_ValuesPointer(self);
        int status = values != NULL ? _PyObject_StoreInstanceAttribute(self, values, name, value)
            : store_in_slot(type, _PyObject_ManagedDictPointer(self), name, value);
        return status < 0 ? -1 : 1;
    }
    PyObject **slot = _PyObject_DictPointer(self);
    if (slot == NULL) return PyErr_Occurred() ? -1 : 0;
    return store_in_slot(type, slot, name, value) < 0 ? -1 : 1;
}

static int refuse_store(PyObject *self, PyObject *name, bool read_only)
{
    const char *format = read_only ? "'%.50s' object attribute '%U' is read-only"
                                   : "'%.50s' object has no attribute '%U'";
    kr_raise(PyExc_AttributeError, format, Py_TYPE(self)->tp_name, name);
    kr_attributes_note_error(self, name);
    return -1;
}

static int missing_after_key_error(PyObject *self, PyObject *name)
{
    if (!PyErr_ExceptionMatches(PyExc_KeyError) && !PyErr_ExceptionMatches(PyExc_AttributeError))
        return -1;
    if (PyType_Check(self))
        return kr_raise_int(PyExc_AttributeError, "type object '%.50s' has no attribute '%U'",
                            ((PyTypeObject *)self)->tp_name, name);
    return refuse_store(self, name, false);
}

int _PyObject_GenericSetAttrWithDict(PyObject *self, PyObject *name, PyObject *value,
                                     PyObject *dict)
{
    PyTypeObject *type = Py_TYPE(self);
    if (!PyUnicode_Check(name)) return kr_attributes_refuse_name(name);
    if (type->tp_dict == NULL && PyType_Ready(type) < 0) return -1;
    KR_AUTO PyObject *kept = Py_NewRef(name);
    KR_AUTO PyObject *descriptor = Py_XNewRef(_PyType_Lookup(type, name));
    descrsetfunc set = descriptor == NULL ? NULL : Py_TYPE(descriptor)->tp_descr_set;
    if (set != NULL) return set(descriptor, self, value);
    int stored;
    if (dict != NULL) stored = store_in_dict(dict, name, value) < 0 ? -1 : 1;
    else stored = store_in_instance(self, name, value);
    if (stored > 0) return 0;
    return stored == 0 ? refuse_store(self, name, descriptor != NULL)
        : missing_after_key_error(self, name);
}

int PyObject_GenericSetAttr(PyObject *self, PyObject *name, PyObject *value)
{
    return _PyObject_GenericSetAttrWithDict(self, name, value, NULL);
}

static int raise_no_set(PyObject *self, PyObject *name, PyObject *value)
{
    const char *format = Py_TYPE(self)->tp_getattr == NULL && Py_TYPE(self)->tp_getattro == NULL
                             ? "'%.100s' object has no attributes (%s .%U)"
                             : "'%.100s' object has only read-only attributes (%s .%U)";
    return kr_raise_int(PyExc_TypeError, format, Py_TYPE(self)->tp_name,
                        value == NULL ? "del" : "assign to", name);
}

int PyObject_SetAttr(PyObject *self, PyObject *name, PyObject *value)
{
    PyTypeObject *type = Py_TYPE(self);
    if (!PyUnicode_Check(name)) return kr_attributes_refuse_name(name);
    PyObject *interned = Py_NewRef(name);
    PyUnicode_InternInPlace(&interned);
    KR_AUTO PyObject *kept = interned;
    if (type->tp_setattro != NULL) return type->tp_setattro(self, kept, value);
    if (type->tp_setattr == NULL) return raise_no_set(self, kept, value);
    const char *text = PyUnicode_AsUTF8(kept);
    return text == NULL ? -1 : type->tp_setattr(self, (char *)text, value);
}

int PyObject_SetAttrString(PyObject *self, const char *text, PyObject *value)
{
    if (Py_TYPE(self)->tp_setattr != NULL)
        return Py_TYPE(self)->tp_setattr(self, (char *)text, value);
    KR_AUTO PyObject *name = PyUnicode_FromString(text);
    return name == NULL ? -1 : PyObject_SetAttr(self, name, value);
}

int _PyObject_SetAttrId(PyObject *self, _Py_Identifier *identifier, PyObject *value)
{
    PyObject *name = _PyUnicode_FromId(identifier);
    return name == NULL ? -1 : PyObject_SetAttr(self, name, value);
}

// --- __dict__

PyObject *PyObject_GenericGetDict(PyObject *self, void *unused)
{
    PyObject **slot = _PyObject_GetDictPtr(self);
    if (slot == NULL) {
        if (PyErr_Occurred()) return NULL;
        return kr_raise(PyExc_AttributeError, "This object has no __dict__");
    }
    if (*slot == NULL) *slot = PyDict_New();
    return Py_XNewRef(*slot);
}

int PyObject_GenericSetDict(PyObject *self, PyObject *value, void *unused)
{
    PyObject **slot = _PyObject_GetDictPtr(self);
    if (slot == NULL) {
        if (PyErr_Occurred()) return -1;
        return kr_raise_int(PyExc_AttributeError, "This object has no __dict__");
    }
    if (value == NULL) return kr_raise_int(PyExc_TypeError, "cannot delete __dict__");
    if (!PyDict_Check(value))
        return kr_raise_int(PyExc_TypeError,
                            "__dict__ must be set to a dictionary, not a '%.200s'",
                            Py_TYPE(value)->tp_name);
    Py_XSETREF(*slot, Py_NewRef(value));
    return 0;
}
