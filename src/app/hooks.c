// hooks.c - fills in kr_hooks: which function serves each upward call.
#include "app/lifecycle.h"

#include "Python.h"

#include "capi/hooks.h"
#include "compile/entry.h"
#include "modules/_warnings.h"
#include "runtime/hooks.h"
#include "vm/state.h"

static void raise_memory_error(void)
{
    PyErr_NoMemory();
}

static void raise_recursion_error(const char *where)
{
    PyErr_Format(PyExc_RecursionError, "maximum recursion depth exceeded%s",
                 where == NULL ? "" : where);
}

void kr_hooks_fill(void)
{
    kr_hooks.raise_memory_error = raise_memory_error;
    kr_hooks.raise_recursion_error = raise_recursion_error;
    kr_hooks.write_unraisable = PyErr_WriteUnraisable;
    kr_hooks.clear_weakrefs = PyObject_ClearWeakRefs;
    kr_hooks.warn = kr_warnings_warn;
    kr_hooks.warn_explicit = kr_warnings_warn_explicit;
    kr_hooks.exit = Py_Exit;
    kr_capi_set_hooks();
    kr_hooks.compile = kr_compile_source;
    kr_state_set_hooks();
}
