// pycore_symtable.h - exported, but not part of the public API: symtable.
#ifndef Py_INTERNAL_SYMTABLE_H
#define Py_INTERNAL_SYMTABLE_H

#include "object.h"
#include "compile.h"

#ifdef __cplusplus
extern "C" {
#endif

struct symtable;
typedef struct _symtable_entry PySTEntryObject;

PyAPI_FUNC(PySTEntryObject *) PySymtable_Lookup(struct symtable *, void *);

#ifdef __cplusplus
}
#endif
#endif
