// _operator.h - what the files of the module _operator share.
#ifndef KR_MODULES_OPERATOR_H
#define KR_MODULES_OPERATOR_H

#include "object.h"

// Adds itemgetter, attrgetter and methodcaller to the module: 0 or -1.
int kr_operator_add_getters(PyObject *module);

#endif
