// memoryview.h - what the files of memoryview share.
#ifndef KR_OBJECTS_STRINGS_MEMORYVIEW_H
#define KR_OBJECTS_STRINGS_MEMORYVIEW_H

#include <assert.h>
#include <string.h>

#include "memoryobject.h"
#include "object.h"
#include "pybuffer.h"
#include "runtime/marks.h"
#include "runtime/owned.h"

extern PyTypeObject kr_memory_iterator_type;

// 0, or -1 with ValueError when [view] or what it looks into was released.
int kr_memory_check(PyMemoryViewObject *view);

PyObject *kr_memory_iterator_new(PyObject *view);
// memoryview == other.
PyObject *kr_memory_compare(PyObject *left, PyObject *right, int operator);

#endif
