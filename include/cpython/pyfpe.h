// pyfpe.h - floating point protection of old; does nothing.
#ifndef Py_PYFPE_H
#define Py_PYFPE_H

#include "object.h"

#ifndef Py_LIMITED_API
#define PyFPE_START_PROTECT(err_string, leave_stmt)
#define PyFPE_END_PROTECT(v)
#endif

#endif
