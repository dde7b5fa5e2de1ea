// inittab.c - the table of builtin modules, from modules.def.
//
// builtins and sys are made by the start of the interpreter; their rows only say that they exist.
#include "modules/inittab.h"

#include "object.h"

#define MODULE(name) extern PyObject *PyInit_##name(void);
#include "modules/modules.def"
#undef MODULE

struct _inittab kr_inittab[] = {
    {"builtins", NULL},
    {"sys", NULL},
#define MODULE(name) {#name, PyInit_##name},
#include "modules/modules.def"
#undef MODULE
    {NULL, NULL},
};
