// select.h - what the files of this module share.
#ifndef KR_MODULES_SELECT_H
#define KR_MODULES_SELECT_H

#include "Python.h"

extern PyTypeObject kr_poll_type, kr_epoll_type;

// A deadline out of a timeout: *ret_timeout is -1 for None and negative ones.  [unit]: nanoseconds
// of 1.  0, or -1 with TypeError or OverflowError.
int kr_select_read_timeout(PyObject *timeout, int64_t unit, _PyTime_t *ret_timeout);

#endif
