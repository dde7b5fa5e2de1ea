// memory_reserve.h - MemoryErrors kept ready, so that one can be raised when no memory is left.
#ifndef KR_OBJECTS_ERRORS_MEMORY_RESERVE_H
#define KR_OBJECTS_ERRORS_MEMORY_RESERVE_H

#include "object.h"

// Fills the reserve: 0, or -1 when even that fails.
int kr_memory_reserve_start(void);
// Gives the reserve's memory back.
void kr_memory_reserve_finish(void);
// A MemoryError without arguments out of the reserve, or a new one; NULL with nothing raised when
// both fail.
PyObject *kr_memory_reserve_take(void);
// Takes the memory of [dead], a cleared exception about to be freed, into the reserve: 1 if it
// did.
int kr_memory_reserve_keep(PyObject *dead);

#endif
