// pycore_structseq.h - exported, but not part of the public API: structseq.
#ifndef Py_INTERNAL_STRUCTSEQ_H
#define Py_INTERNAL_STRUCTSEQ_H

#include "object.h"
#include "structseq.h"

#ifdef __cplusplus
extern "C" {
#endif

PyAPI_FUNC(int) _PyStructSequence_InitType(PyTypeObject *type, PyStructSequence_Desc *desc,
    unsigned long tp_flags);
PyAPI_FUNC(PyTypeObject *) _PyStructSequence_NewType(PyStructSequence_Desc *desc,
    unsigned long tp_flags);

#ifdef __cplusplus
}
#endif
#endif
