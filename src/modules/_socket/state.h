// state.h - what belongs to the module: kept in its state.
#ifndef KR_MODULES_SOCKET_STATE_H
#define KR_MODULES_SOCKET_STATE_H

#include "Python.h"

// Of new sockets; hangs from the interpreter's socket module.
_PyTime_t *kr_socket_default_timeout(void);
// None is -1: 0, or -1 with an exception.
int kr_socket_read_timeout(PyObject *object, _PyTime_t *ret_timeout);

#endif
