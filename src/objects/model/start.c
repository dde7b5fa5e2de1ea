// start.c - the order in which the objects floor comes to life.
//
//   hooks -> small ints -> interned names -> types, bases first -> exceptions
//
// Before a type is readied its instances can already be made and used from C, as the static slots
// are there.
#include "objects/model/start.h"

#include "cpython/longintrepr.h"
#include "object.h"
#include "dictobject.h"
#include "objects/containers/context.h"
#include "objects/containers/state.h"
#include "objects/errors/exceptions.h"
#include "objects/errors/raise.h"
#include "objects/model/type.h"
#include "objects/model/weakref.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/hooks.h"
#include "runtime/interpreter.h"
#include "runtime/state.h"
#include "tupleobject.h"
#include "weakrefobject.h"

#define TYPE(type) extern PyTypeObject type;
#include "objects/model/types.def"
#include "objects/callables/types.def"
#include "objects/numbers/types.def"
#include "objects/strings/types.def"
#include "objects/containers/types.def"
#include "objects/services/types.def"
#undef TYPE

#define TYPE(type) &type,
static PyTypeObject *const types[] = {
#include "objects/model/types.def"
#include "objects/callables/types.def"
#include "objects/numbers/types.def"
#include "objects/strings/types.def"
#include "objects/containers/types.def"
#include "objects/services/types.def"
};
#undef TYPE

static void make_small_ints(void)
{
    for (int value = KR_SMALL_INT_LOWEST; value <= KR_SMALL_INT_HIGHEST; value++) {
        PyLongObject *number = (PyLongObject *)kr_small_int(value);
        *number = (PyLongObject){PyVarObject_HEAD_INIT(&PyLong_Type, (value > 0) - (value < 0))};
        number->ob_digit[0] = (digit)(value < 0 ? -value : value);
    }
}

static int ready_types(void)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (PyType_Ready(types[i]) < 0) return -1;
    return 0;
}

// --- what the floor below calls

static void raise_memory_error(void)
{
    PyErr_NoMemory();
}

static void raise_recursion_error(const char *where)
{
    kr_raise(PyExc_RecursionError, "maximum recursion depth exceeded%s", where);
}

static int is_weakref(PyObject *object)
{
    return PyWeakref_Check(object);
}

static void run_weakref_callback(PyObject *reference)
{
    kr_weakref_call_callback((PyWeakReference *)reference,
                             ((PyWeakReference *)reference)->wr_callback);
}

static void clear_free_lists(PyInterpreterState *interpreter)
{
    kr_containers_clear_free_lists();
}

static void fill_hooks(void)
{
    kr_hooks.raise_memory_error = raise_memory_error;
    kr_hooks.raise_recursion_error = raise_recursion_error;
    kr_hooks.write_unraisable = PyErr_WriteUnraisable;
    kr_hooks.clear_weakrefs = PyObject_ClearWeakRefs;
    kr_hooks.is_weakref = is_weakref;
    kr_hooks.clear_weakref = _PyWeakref_ClearRef;
    kr_hooks.run_weakref_callback = run_weakref_callback;
}

static void teach_collector(KrCollector *collector)
{
    collector->untrack_types[0] = &PyTuple_Type;
    collector->untrack[0] = _PyTuple_MaybeUntrack;
    collector->untrack_types[1] = &PyDict_Type;
    collector->untrack[1] = _PyDict_MaybeUntrack;
    collector->clear_freelists = clear_free_lists;
}

int kr_start_objects(void)
{
    fill_hooks();
    make_small_ints();
    if (kr_names_start() < 0) return -1;
    if (ready_types() < 0 || kr_context_start() < 0 || kr_exceptions_start() < 0) return -1;
    teach_collector(&kr_interpreter_current()->gc);
    return 0;
}
