// time.c - the module time: clocks and sleep; dates are in calendar.c.
#include "Python.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "modules/time/calendar.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/owned.h"

static PyObject *as_float(_PyTime_t time)
{
    return PyFloat_FromDouble(_PyTime_AsSecondsDouble(time));
}

// ---- the usual clocks

METHOD(time, "module",
       "time() -> floating point number\n\nReturn the current time in seconds since the Epoch.\n"
       "Fractions of a second may be present if the system clock provides them.")
static PyObject *time_time(PyObject *module)
{
    return as_float(_PyTime_GetSystemClock());
}

METHOD(time_ns, "module", "time_ns() -> int\n\nReturn the current time in nanoseconds since the Epoch.")
static PyObject *time_time_ns(PyObject *module)
{
    return PyLong_FromLongLong(_PyTime_GetSystemClock());
}

METHOD(monotonic, "module", "monotonic() -> float\n\nMonotonic clock, cannot go backward.")
static PyObject *time_monotonic(PyObject *module)
{
    return as_float(_PyTime_GetMonotonicClock());
}

METHOD(monotonic_ns, "module", "monotonic_ns() -> int\n\nMonotonic clock, cannot go backward, as nanoseconds.")
static PyObject *time_monotonic_ns(PyObject *module)
{
    return PyLong_FromLongLong(_PyTime_GetMonotonicClock());
}

METHOD(perf_counter, "module", "perf_counter() -> float\n\nPerformance counter for benchmarking.")
static PyObject *time_perf_counter(PyObject *module)
{
    return as_float(_PyTime_GetPerfCounter());
}

METHOD(perf_counter_ns, "module",
       "perf_counter_ns() -> int\n\nPerformance counter for benchmarking as nanoseconds.")
static PyObject *time_perf_counter_ns(PyObject *module)
{
    return PyLong_FromLongLong(_PyTime_GetPerfCounter());
}

// ---- clocks of the system by number

static int read_clock(int clock, _PyTime_t *ret_time)
{
    if (kr_clock_read(clock, ret_time) == 0) return 0;
    PyErr_SetFromErrno(PyExc_OSError);
    return -1;
}

static PyObject *clock_float(int clock)
{
    _PyTime_t time;
    return read_clock(clock, &time) < 0 ? NULL : as_float(time);
}

static PyObject *clock_int(int clock)
{
    _PyTime_t time;
    return read_clock(clock, &time) < 0 ? NULL : PyLong_FromLongLong(time);
}

METHOD(process_time, "module",
       "process_time() -> float\n\nProcess time for profiling: sum of the kernel and user-space CPU time.")
static PyObject *time_process_time(PyObject *module)
{
    return clock_float(CLOCK_PROCESS_CPUTIME_ID);
}

METHOD(process_time_ns, "module",
       "process_time() -> int\n\nProcess time for profiling as nanoseconds:\n"
       "sum of the kernel and user-space CPU time.")
static PyObject *time_process_time_ns(PyObject *module)
{
    return clock_int(CLOCK_PROCESS_CPUTIME_ID);
}

METHOD(thread_time, "module",
       "thread_time() -> float\n\nThread time for profiling: sum of the kernel and user-space CPU time.")
static PyObject *time_thread_time(PyObject *module)
{
    return clock_float(CLOCK_THREAD_CPUTIME_ID);
}

METHOD(thread_time_ns, "module",
       "thread_time() -> int\n\nThread time for profiling as nanoseconds:\n"
       "sum of the kernel and user-space CPU time.")
static PyObject *time_thread_time_ns(PyObject *module)
{
    return clock_int(CLOCK_THREAD_CPUTIME_ID);
}

METHOD(clock_gettime, "module, clk_id: int, /",
       "clock_gettime(clk_id) -> float\n\nReturn the time of the specified clock clk_id.")
static PyObject *time_clock_gettime(PyObject *module, int clock)
{
    return clock_float(clock);
}

METHOD(clock_gettime_ns, "module, clk_id: int, /",
       "clock_gettime_ns(clk_id) -> int\n\nReturn the time of the specified clock clk_id as nanoseconds.")
static PyObject *time_clock_gettime_ns(PyObject *module, int clock)
{
    return clock_int(clock);
}

METHOD(clock_getres, "module, clk_id: int, /",
       "clock_getres(clk_id) -> floating point number\n\n"
       "Return the resolution (precision) of the specified clock clk_id.")
static PyObject *time_clock_getres(PyObject *module, int clock)
{
    struct timespec resolution;
    if (clock_getres(clock, &resolution) < 0) return PyErr_SetFromErrno(PyExc_OSError);
    return PyFloat_FromDouble((double)resolution.tv_sec + (double)resolution.tv_nsec * 1e-9);
}

static PyObject *set_clock(int clock, _PyTime_t time)
{
    struct timespec value;
    if (_PyTime_AsTimespec(time, &value) < 0) return NULL;
    if (clock_settime(clock, &value) < 0) return PyErr_SetFromErrno(PyExc_OSError);
    Py_RETURN_NONE;
}

METHOD(clock_settime, "module, clk_id: int, time, /",
       "clock_settime(clk_id, time)\n\nSet the time of the specified clock clk_id.")
static PyObject *time_clock_settime(PyObject *module, int clock, PyObject *value)
{
    _PyTime_t time;
    if (_PyTime_FromSecondsObject(&time, value, _PyTime_ROUND_FLOOR) < 0) return NULL;
    return set_clock(clock, time);
}

METHOD(clock_settime_ns, "module, clk_id: int, time, /",
       "clock_settime_ns(clk_id, time)\n\nSet the time of the specified clock clk_id with nanoseconds.")
static PyObject *time_clock_settime_ns(PyObject *module, int clock, PyObject *value)
{
    _PyTime_t time;
    if (_PyTime_FromNanosecondsObject(&time, value) < 0) return NULL;
    return set_clock(clock, time);
}

METHOD(pthread_getcpuclockid, "module, thread_id: ulong, /",
       "pthread_getcpuclockid(thread_id) -> int\n\nReturn the clk_id of a thread's CPU time clock.")
static PyObject *time_pthread_getcpuclockid(PyObject *module, unsigned long thread)
{
    clockid_t clock;
    int error = pthread_getcpuclockid((pthread_t)thread, &clock);
    if (error == 0) return PyLong_FromLong(clock);
    errno = error;
    return PyErr_SetFromErrno(PyExc_OSError);
}

static int describe_cpu_clock(clockid_t clock, const char *name, _Py_clock_info_t *info)
{
    struct timespec resolution;
    *info = (_Py_clock_info_t){name, 1, 0, 1e-9};
    if (clock_getres(clock, &resolution) == 0)
        info->resolution = (double)resolution.tv_sec + (double)resolution.tv_nsec * 1e-9;
    return 0;
}

METHOD(get_clock_info, "module, name: cstr, /",
       "get_clock_info(name: str) -> dict\n\nGet information of the specified clock.")
static PyObject *time_get_clock_info(PyObject *module, const char *name)
{
    _Py_clock_info_t info;
    _PyTime_t now;
    int result;
    if (strcmp(name, "time") == 0)
        result = _PyTime_GetSystemClockWithInfo(&now, &info);
    else if (strcmp(name, "monotonic") == 0)
        result = _PyTime_GetMonotonicClockWithInfo(&now, &info);
    else if (strcmp(name, "perf_counter") == 0)
        result = _PyTime_GetPerfCounterWithInfo(&now, &info);
    else if (strcmp(name, "process_time") == 0)
        result = describe_cpu_clock(CLOCK_PROCESS_CPUTIME_ID, "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", &info);
    else if (strcmp(name, "thread_time") == 0)
        result = describe_cpu_clock(CLOCK_THREAD_CPUTIME_ID, "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", &info);
    else {
        PyErr_SetString(PyExc_ValueError, "unknown clock");
        return NULL;
    }
    if (result < 0) return NULL;
    KR_AUTO PyObject *dict = Py_BuildValue("{sssOsOsd}", "implementation", info.implementation, "monotonic",
                                           info.monotonic ? Py_True : Py_False, "adjustable",
                                           info.adjustable ? Py_True : Py_False, "resolution", info.resolution);
    KR_AUTO PyObject *types = dict == NULL ? NULL : PyImport_ImportModule("types");
    KR_AUTO PyObject *class = types == NULL ? NULL : PyObject_GetAttr(types, ID(SimpleNamespace));
    return class == NULL ? NULL : PyObject_VectorcallDict(class, NULL, 0, dict);
}

METHOD(sleep, "module, seconds, /",
       "sleep(seconds)\n\nDelay execution for a given number of seconds.  The argument may be\n"
       "a floating point number for subsecond precision.")
static PyObject *time_sleep(PyObject *module, PyObject *seconds)
{
    _PyTime_t duration;
    if (_PyTime_FromSecondsObject(&duration, seconds, _PyTime_ROUND_TIMEOUT) < 0) return NULL;
    if (duration < 0) {
        PyErr_SetString(PyExc_ValueError, "sleep length must be non-negative");
        return NULL;
    }
    struct timespec until;
    _PyTime_AsTimespec_clamp(_PyTime_Add(_PyTime_GetMonotonicClock(), duration), &until);
    for (;;) {
        int error;
        Py_BEGIN_ALLOW_THREADS
        error = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        Py_END_ALLOW_THREADS
        if (error == 0) Py_RETURN_NONE;
        if (error != EINTR) {
            errno = error;
            return PyErr_SetFromErrno(PyExc_OSError);
        }
        if (PyErr_CheckSignals() < 0) return NULL;
    }
}

#include "modules/time/time.methods.h"

static int time_exec(PyObject *module)
{
    static const struct {
        const char *name;
        int clock;
    } clocks[] = {
        {"CLOCK_REALTIME", CLOCK_REALTIME}, {"CLOCK_MONOTONIC", CLOCK_MONOTONIC},
        {"CLOCK_MONOTONIC_RAW", CLOCK_MONOTONIC_RAW}, {"CLOCK_PROCESS_CPUTIME_ID", CLOCK_PROCESS_CPUTIME_ID},
        {"CLOCK_THREAD_CPUTIME_ID", CLOCK_THREAD_CPUTIME_ID}, {"CLOCK_BOOTTIME", CLOCK_BOOTTIME},
        {"CLOCK_TAI", CLOCK_TAI},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(clocks); i++)
        if (PyModule_AddIntConstant(module, clocks[i].name, clocks[i].clock) < 0) return -1;
    return kr_calendar_add(module);
}

static int time_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(*(PyObject **)PyModule_GetState(module));
    return 0;
}

static int time_clear(PyObject *module)
{
    Py_CLEAR(*(PyObject **)PyModule_GetState(module));
    return 0;
}

static PyModuleDef_Slot time_slots[] = {{Py_mod_exec, time_exec}, {0, NULL}};

static PyModuleDef time_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "time",
    .m_doc = "This module provides various functions to manipulate time values.\n\n"
             "There are two standard representations of time.  One is the number\n"
             "of seconds since the Epoch, in UTC (a.k.a. GMT).  It may be an integer\n"
             "or a floating point number (to represent fractions of seconds).\n"
             "The Epoch is system-defined; on Unix, it is generally January 1st, 1970.\n"
             "The actual value can be retrieved by calling gmtime(0).\n\n"
             "The other representation is a tuple of 9 integers giving local time.\n"
             "The tuple items are:\n  year (including century, e.g. 1998)\n  month (1-12)\n  day (1-31)\n"
             "  hours (0-23)\n  minutes (0-59)\n  seconds (0-59)\n  weekday (0-6, Monday is 0)\n"
             "  Julian day (day in the year, 1-366)\n  DST (Daylight Savings Time) flag (-1, 0 or 1)\n"
             "If the DST flag is 0, the time is given in the regular time zone;\n"
             "if it is 1, the time is given in the DST time zone;\n"
             "if it is -1, mktime() should guess based on the date and time.\n",
    .m_size = sizeof(PyObject *),
    .m_methods = time_methods,
    .m_slots = time_slots,
    .m_traverse = time_traverse,
    .m_clear = time_clear,
};

PyMODINIT_FUNC PyInit_time(void)
{
    return PyModuleDef_Init(&time_module);
}
