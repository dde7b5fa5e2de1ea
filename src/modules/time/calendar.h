// calendar.h - the part of the module time that is about dates.
#ifndef KR_MODULES_TIME_CALENDAR_H
#define KR_MODULES_TIME_CALENDAR_H

#include "Python.h"

// Adds struct_time, the functions of this file and the time zone: 0 or -1.
int kr_calendar_add(PyObject *module);
// Sets timezone, altzone, daylight and tzname by the environment: 0 or -1.
int kr_calendar_set_zone(PyObject *module);

#endif
