// start.c - the order in which the objects floor comes to life.
//
//   hooks -> small ints -> interned names -> types, bases first -> exceptions
//
// Before a type is readied its instances can already be made and used from C, as the static slots are there.
#include "objects/model/start.h"

#include "object.h"
#include "objects/errors/exceptions.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/hooks.h"
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

static int ready_types(void)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (PyType_Ready(types[i]) < 0) return -1;
    return 0;
}

int kr_start_objects(void)
{
    kr_hooks.write_unraisable = PyErr_WriteUnraisable;
    kr_hooks.clear_weakrefs = PyObject_ClearWeakRefs;
    if (kr_names_start() < 0) return -1;
    return ready_types() < 0 ? -1 : kr_exceptions_start();
}
