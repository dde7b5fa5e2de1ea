// longintrepr.h - the digits of an int.
#ifndef Py_LONGINTREPR_H
#define Py_LONGINTREPR_H

#include "object.h"
#include "longobject.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_LIMITED_API
#define PyLong_SHIFT 30
#define _PyLong_DECIMAL_SHIFT 9
#define _PyLong_DECIMAL_BASE ((digit)1000000000)
#define PyLong_BASE ((digit)1 << PyLong_SHIFT)
#define PyLong_MASK ((digit)(PyLong_BASE - 1))
#endif

#ifndef Py_LIMITED_API
typedef uint32_t digit;
typedef int32_t sdigit;
typedef uint64_t twodigits;
typedef int64_t stwodigits;

struct _longobject {
    PyVarObject ob_base;
    digit ob_digit[1];
};
#endif

#ifndef Py_LIMITED_API
PyAPI_FUNC(PyObject *) _PyLong_Copy(PyLongObject *src);
PyAPI_FUNC(PyLongObject *) _PyLong_New(Py_ssize_t);
#endif

#ifdef __cplusplus
}
#endif
#endif
