// pycore_pymem.h - exported, but not part of the public API: pymem.
#ifndef Py_INTERNAL_PYMEM_H
#define Py_INTERNAL_PYMEM_H

#include "pymem.h"

#ifdef __cplusplus
extern "C" {
#endif

struct _PyTraceMalloc_Config {
    enum {
        TRACEMALLOC_NOT_INITIALIZED, TRACEMALLOC_INITIALIZED, TRACEMALLOC_FINALIZED
    } initialized;
    int tracing;
    int max_nframe;
};

PyAPI_DATA(struct _PyTraceMalloc_Config) _Py_tracemalloc_config;

PyAPI_FUNC(Py_ssize_t) _Py_GetAllocatedBlocks(void);
PyAPI_FUNC(int) _PyMem_GetAllocatorName(const char *name, PyMemAllocatorName *allocator);
PyAPI_FUNC(int) _PyMem_SetDefaultAllocator(PyMemAllocatorDomain domain,
    PyMemAllocatorEx *old_alloc);
PyAPI_FUNC(int) _PyMem_SetupAllocators(PyMemAllocatorName allocator);
PyAPI_FUNC(int) _PyObject_DebugMallocStats(FILE *out);

#ifdef __cplusplus
}
#endif
#endif
