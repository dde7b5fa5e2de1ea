// system.h - the parts of sys that the VM uses: its namespace and audit events.
#ifndef KR_VM_SYSTEM_H
#define KR_VM_SYSTEM_H

#include "dictobject.h"
#include "pyerrors.h"
#include "runtime/hooks.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "tupleobject.h"
#include "unicodeobject.h"

// Borrowed sys.[name], or NULL with nothing raised.
static inline BORROWED PyObject *kr_system_find(PyObject *name)
{
    PyObject *dict = kr_interpreter_current()->sysdict;
    if (dict == NULL) return NULL;
    PyObject *found = PyDict_GetItemWithError(dict, name);
    if (found == NULL) PyErr_Clear();
    return found;
}

// Audit event whose arguments are the tuple [arguments], which is taken over (NULL: its making
// failed): 0 or -1.
static inline int kr_system_audit(const char *event, STEALS PyObject *arguments)
{
    if (arguments == NULL) return -1;
    int result = kr_hooks.audit == NULL ? 0 : kr_hooks.audit(event, arguments);
    Py_DECREF(arguments);
    return result;
}

// Is anybody listening?  Ask first where making the arguments costs.
static inline bool kr_system_is_audited(void)
{
    return kr_hooks.audit != NULL
        && (_PyRuntime.audit_hooks != NULL || kr_interpreter_current()->audit_hooks != NULL);
}

// object.__getattr__ and the like, for attributes that show internals.
static inline int kr_system_audit_attribute(const char *event, PyObject *object, const char *name,
                                            PyObject *value)
{
    if (!kr_system_is_audited()) return 0;
    PyObject *text = PyUnicode_FromString(name);
    if (text == NULL) return -1;
    PyObject *arguments = value == NULL ? PyTuple_Pack(2, object, text)
        : PyTuple_Pack(3, object, text, value);
    Py_DECREF(text);
    return kr_system_audit(event, arguments);
}

#endif
