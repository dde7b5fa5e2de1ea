// names.h - the names that sysconf, pathconf and confstr take.
#ifndef KR_MODULES_POSIX_NAMES_H
#define KR_MODULES_POSIX_NAMES_H

#include "object.h"

typedef enum KrPosixNames { KR_POSIX_SYSCONF, KR_POSIX_PATHCONF, KR_POSIX_CONFSTR } KrPosixNames;

// The number behind a str of the table, or an int itself: 0, or -1 with ValueError or TypeError.
int kr_posix_find_name(PyObject *name, KrPosixNames table, int *ret_number);

#endif
