// types.c - readies the static types of the floors above objects, which ready their own.
#include "app/types.h"

#include "object.h"

#define TYPE(type) extern PyTypeObject type;
#include "bytecode/types.def"
#include "compile/types.def"
#include "vm/types.def"
#undef TYPE

static PyTypeObject *const types[] = {
#define TYPE(type) &type,
#include "bytecode/types.def"
#include "compile/types.def"
#include "vm/types.def"
#undef TYPE
};

int kr_types_ready(void)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (PyType_Ready(types[i]) < 0) return -1;
    return 0;
}
