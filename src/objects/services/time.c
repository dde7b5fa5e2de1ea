// time.c - _PyTime_*: a time is an int64 of nanoseconds.
//
// Conversions that cannot raise clamp to the range; those that can raise OverflowError.
#include "cpython/pytime.h"

#include <errno.h>
#include <math.h>
#include <time.h>

#include "base/clock.h"
#include "floatobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "pyerrors.h"

enum { SECOND = 1000000000, MILLISECOND = 1000000, MICROSECOND = 1000 };

static int raise_timestamp_overflow(void)
{
    return kr_raise_int(PyExc_OverflowError, "timestamp too large to convert to C _PyTime_t");
}

static int raise_time_t_overflow(void)
{
    return kr_raise_int(PyExc_OverflowError, "timestamp out of range for platform time_t");
}

// ---- arithmetic

static _PyTime_t clamp(__int128 value)
{
    return value > _PyTime_MAX ? _PyTime_MAX : value < _PyTime_MIN ? _PyTime_MIN
        : (_PyTime_t)value;
}

_PyTime_t _PyTime_Add(_PyTime_t left, _PyTime_t right)
{
    return clamp((__int128)left + right);
}

_PyTime_t _PyTime_MulDiv(_PyTime_t ticks, _PyTime_t multiplier, _PyTime_t divisor)
{
    return clamp((__int128)(ticks / divisor) * multiplier
                 + (__int128)(ticks % divisor) * multiplier / divisor);
}

// [value] / [divisor], rounded.  [divisor] > 1.
static _PyTime_t divide(_PyTime_t value, _PyTime_t divisor, _PyTime_round_t round)
{
    _PyTime_t quotient = value / divisor, rest = value % divisor;
    if (rest == 0) return quotient;
    int sign = value < 0 ? -1 : 1;
    switch (round) {
    case _PyTime_ROUND_FLOOR: return sign < 0 ? quotient - 1 : quotient;
    case _PyTime_ROUND_CEILING: return sign > 0 ? quotient + 1 : quotient;
    case _PyTime_ROUND_UP: return quotient + sign;
    default: break;
    }
    _PyTime_t twice = 2 * (rest < 0 ? -rest : rest);
    return twice > divisor || (twice == divisor && (quotient & 1)) ? quotient + sign : quotient;
}

static double round_double(double value, _PyTime_round_t round)
{
    switch (round) {
    case _PyTime_ROUND_FLOOR: return floor(value);
    case _PyTime_ROUND_CEILING: return ceil(value);
    case _PyTime_ROUND_UP: return value >= 0 ? ceil(value) : floor(value);
    default: return nearbyint(value);
    }
}

// ---- from C

_PyTime_t _PyTime_FromSeconds(int seconds)
{
    return (_PyTime_t)seconds * SECOND;
}

_PyTime_t _PyTime_FromNanoseconds(_PyTime_t nanoseconds)
{
    return nanoseconds;
}

static int from_parts(_PyTime_t *ret_time, int64_t seconds, int64_t nanoseconds)
{
    __int128 value = (__int128)seconds * SECOND + nanoseconds;
    *ret_time = clamp(value);
    return *ret_time == value ? 0 : raise_timestamp_overflow();
}

int _PyTime_FromTimespec(_PyTime_t *ret_time, struct timespec *value)
{
    return from_parts(ret_time, value->tv_sec, value->tv_nsec);
}

int _PyTime_FromTimeval(_PyTime_t *ret_time, struct timeval *value)
{
    return from_parts(ret_time, value->tv_sec, (int64_t)value->tv_usec * MICROSECOND);
}

// ---- from objects

int _PyTime_FromNanosecondsObject(_PyTime_t *ret_time, PyObject *object)
{
    if (!PyLong_Check(object))
        return kr_raise_int(PyExc_TypeError, "expect int, got %s", Py_TYPE(object)->tp_name);
    long long value = PyLong_AsLongLong(object);
    if (value == -1 && PyErr_Occurred()) {
        if (PyErr_ExceptionMatches(PyExc_OverflowError)) raise_timestamp_overflow();
        return -1;
    }
    *ret_time = value;
    return 0;
}

static int raise_nan(void)
{
    return kr_raise_int(PyExc_ValueError, "Invalid value NaN (not a number)");
}

// [object] counts units of [unit] nanoseconds.
static int from_object(_PyTime_t *ret_time, PyObject *object, _PyTime_round_t round, long unit)
{
    if (PyFloat_Check(object)) {
        double value = PyFloat_AsDouble(object);
        if (isnan(value)) return raise_nan();
        value = round_double(value * (double)unit, round);
        if (!(-0x1p63 <= value && value < 0x1p63)) {
            *ret_time = value > 0 ? _PyTime_MAX : _PyTime_MIN;
            return raise_timestamp_overflow();
        }
        *ret_time = (_PyTime_t)value;
        return 0;
    }
    long long count = PyLong_AsLongLong(object);
    if (count == -1 && PyErr_Occurred()) {
        if (PyErr_ExceptionMatches(PyExc_OverflowError)) raise_timestamp_overflow();
        return -1;
    }
    *ret_time = clamp((__int128)count * unit);
    return *ret_time == (__int128)count * unit ? 0 : raise_timestamp_overflow();
}

int _PyTime_FromSecondsObject(_PyTime_t *ret_time, PyObject *object, _PyTime_round_t round)
{
    return from_object(ret_time, object, round, SECOND);
}

int _PyTime_FromMillisecondsObject(_PyTime_t *ret_time, PyObject *object, _PyTime_round_t round)
{
    return from_object(ret_time, object, round, MILLISECOND);
}

int _PyTime_ObjectToTime_t(PyObject *object, time_t *ret_seconds, _PyTime_round_t round)
{
    if (!PyFloat_Check(object)) {
        *ret_seconds = _PyLong_AsTime_t(object);
        return *ret_seconds == (time_t)-1 && PyErr_Occurred() ? -1 : 0;
    }
    double value = PyFloat_AsDouble(object);
    if (isnan(value)) return raise_nan();
    value = round_double(value, round);
    if (!(-0x1p63 <= value && value < 0x1p63)) return raise_time_t_overflow();
    *ret_seconds = (time_t)value;
    return 0;
}

// Seconds and a rest of 0 <= rest < [per_second].
static int object_to_parts(PyObject *object, time_t *ret_seconds, long *ret_rest,
                           _PyTime_round_t round, long per_second)
{
    *ret_rest = 0;
    if (!PyFloat_Check(object)) return _PyTime_ObjectToTime_t(object, ret_seconds, round);
    double value = PyFloat_AsDouble(object), whole;
    if (isnan(value)) return raise_nan();
    double rest = round_double(modf(value, &whole) * (double)per_second, round);
    if (rest >= (double)per_second) {
        rest -= (double)per_second;
        whole += 1.0;
    } else if (rest < 0) {
        rest += (double)per_second;
        whole -= 1.0;
    }
    if (!(-0x1p63 <= whole && whole < 0x1p63)) return raise_time_t_overflow();
    *ret_seconds = (time_t)whole;
    *ret_rest = (long)rest;
    return 0;
}

int _PyTime_ObjectToTimespec(PyObject *object, time_t *ret_seconds, long *ret_rest,
                             _PyTime_round_t round)
{
    return object_to_parts(object, ret_seconds, ret_rest, round, SECOND);
}

int _PyTime_ObjectToTimeval(PyObject *object, time_t *ret_seconds, long *ret_rest,
                            _PyTime_round_t round)
{
    return object_to_parts(object, ret_seconds, ret_rest, round, SECOND / MICROSECOND);
}

// ---- to C and objects

_PyTime_t _PyTime_AsNanoseconds(_PyTime_t time)
{
    return time;
}

_PyTime_t _PyTime_AsMicroseconds(_PyTime_t time, _PyTime_round_t round)
{
    return divide(time, MICROSECOND, round);
}

_PyTime_t _PyTime_AsMilliseconds(_PyTime_t time, _PyTime_round_t round)
{
    return divide(time, MILLISECOND, round);
}

double _PyTime_AsSecondsDouble(_PyTime_t time)
{
    // Whole seconds exactly: the division of a large count of nanoseconds would round twice.
    return time % SECOND == 0 ? (double)(time / SECOND) : (double)time / SECOND;
}

PyObject *_PyTime_AsNanosecondsObject(_PyTime_t time)
{
    return PyLong_FromLongLong(time);
}

static void as_parts(_PyTime_t time, _PyTime_t unit, time_t *ret_seconds, _PyTime_t *ret_rest)
{
    _PyTime_t per_second = SECOND / unit;
    *ret_seconds = (time_t)(time / per_second);
    *ret_rest = time % per_second;
    if (*ret_rest < 0) {
        *ret_rest += per_second;
        --*ret_seconds;
    }
}

void _PyTime_AsTimespec_clamp(_PyTime_t time, struct timespec *ret_value)
{
    _PyTime_t rest;
    as_parts(time, 1, &ret_value->tv_sec, &rest);
    ret_value->tv_nsec = (long)rest;
}

int _PyTime_AsTimespec(_PyTime_t time, struct timespec *ret_value)
{
    _PyTime_AsTimespec_clamp(time, ret_value);
    return 0;
}

void _PyTime_AsTimeval_clamp(_PyTime_t time, struct timeval *ret_value, _PyTime_round_t round)
{
    _PyTime_t rest;
    as_parts(divide(time, MICROSECOND, round), MICROSECOND, &ret_value->tv_sec, &rest);
    ret_value->tv_usec = (long)rest;
}

int _PyTime_AsTimeval(_PyTime_t time, struct timeval *ret_value, _PyTime_round_t round)
{
    _PyTime_AsTimeval_clamp(time, ret_value, round);
    return 0;
}

int _PyTime_AsTimevalTime_t(_PyTime_t time, time_t *ret_seconds, int *ret_microseconds,
                            _PyTime_round_t round)
{
    struct timeval value;
    _PyTime_AsTimeval_clamp(time, &value, round);
    *ret_seconds = value.tv_sec;
    *ret_microseconds = (int)value.tv_usec;
    return 0;
}

// ---- clocks

static int read_clock(clockid_t clock, const char *name, _Py_clock_info_t *info,
                      _PyTime_t *ret_time)
{
    *ret_time = 0;
    if (kr_clock_read(clock, ret_time) < 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        return -1;
    }
    if (info == NULL) return 0;
    struct timespec resolution;
    info->implementation = name;
    info->monotonic = clock != CLOCK_REALTIME;
    info->adjustable = clock == CLOCK_REALTIME;
    info->resolution = clock_getres(clock, &resolution) == 0
                           ? (double)resolution.tv_sec + (double)resolution.tv_nsec * 1e-9
                           : 1e-9;
    return 0;
}

int _PyTime_GetSystemClockWithInfo(_PyTime_t *ret_time, _Py_clock_info_t *info)
{
    return read_clock(CLOCK_REALTIME, "clock_gettime(CLOCK_REALTIME)", info, ret_time);
}

int _PyTime_GetMonotonicClockWithInfo(_PyTime_t *ret_time, _Py_clock_info_t *info)
{
    return read_clock(CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", info, ret_time);
}

int _PyTime_GetPerfCounterWithInfo(_PyTime_t *ret_time, _Py_clock_info_t *info)
{
    return _PyTime_GetMonotonicClockWithInfo(ret_time, info);
}

_PyTime_t _PyTime_GetSystemClock(void)
{
    return kr_clock_wall();
}

_PyTime_t _PyTime_GetMonotonicClock(void)
{
    return kr_clock_monotonic();
}

_PyTime_t _PyTime_GetPerfCounter(void)
{
    return kr_clock_monotonic();
}

_PyTime_t _PyDeadline_Init(_PyTime_t timeout)
{
    return _PyTime_Add(kr_clock_monotonic(), timeout);
}

_PyTime_t _PyDeadline_Get(_PyTime_t deadline)
{
    return deadline - kr_clock_monotonic();
}

int _PyTime_localtime(time_t time, struct tm *ret_fields)
{
    errno = 0;
    if (localtime_r(&time, ret_fields) != NULL) return 0;
    if (errno == 0) errno = EINVAL;
    PyErr_SetFromErrno(PyExc_OSError);
    return -1;
}

int _PyTime_gmtime(time_t time, struct tm *ret_fields)
{
    errno = 0;
    if (gmtime_r(&time, ret_fields) != NULL) return 0;
    if (errno == 0) errno = EINVAL;
    PyErr_SetFromErrno(PyExc_OSError);
    return -1;
}
