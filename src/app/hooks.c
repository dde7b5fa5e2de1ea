// hooks.c - fills in kr_hooks: which function serves each upward call.
#include "app/lifecycle.h"

#include "Python.h"

#include "compile/entry.h"
#include "runtime/hooks.h"
#include "vm/state.h"

static void raise_memory_error(void)
{
    PyErr_NoMemory();
}

static void raise_recursion_error(const char *where)
{
    PyErr_Format(PyExc_RecursionError, "maximum recursion depth exceeded%s", where == NULL ? "" : where);
}

// Audit events of the lower floors reach the hooks of sys with their arguments as they are.
static int audit(const char *event, PyObject *arguments)
{
    return arguments == NULL ? PySys_Audit(event, NULL) : PySys_Audit(event, "O", arguments);
}

void kr_hooks_fill(void)
{
    kr_hooks.raise_memory_error = raise_memory_error;
    kr_hooks.raise_recursion_error = raise_recursion_error;
    kr_hooks.write_unraisable = PyErr_WriteUnraisable;
    kr_hooks.clear_weakrefs = PyObject_ClearWeakRefs;
    kr_hooks.audit = audit;
    kr_hooks.compile = kr_compile_source;
    kr_state_set_hooks();
}
