// time.c - clocks, calendar times, sleeping.
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <time.h>
#include <wchar.h>

#include "Python.h"
#include "internal/pycore_namespace.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

typedef struct State {
    PyTypeObject *struct_time;
} State;

static State *state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

static PyObject *raise_errno(void)
{
    return PyErr_SetFromErrno(PyExc_OSError);
}

// --- clocks -------------------------------------------------------------------------------------

static int read_clock(clockid_t clock, _PyTime_t *ret_time)
{
    struct timespec now;
    if (clock_gettime(clock, &now) != 0) {
        raise_errno();
        return -1;
    }
    return _PyTime_FromTimespec(ret_time, &now);
}

static PyObject *clock_seconds(clockid_t clock)
{
    _PyTime_t now;
    return read_clock(clock, &now) < 0 ? NULL : PyFloat_FromDouble(_PyTime_AsSecondsDouble(now));
}

static PyObject *clock_nanoseconds(clockid_t clock)
{
    _PyTime_t now;
    return read_clock(clock, &now) < 0 ? NULL : _PyTime_AsNanosecondsObject(now);
}

METHOD(time, "module",
       "time() -> floating point number\n\n"
       "Return the current time in seconds since the Epoch.\n"
       "Fractions of a second may be present if the system clock provides them.")
static PyObject *time_time(PyObject *module)
{
    return clock_seconds(CLOCK_REALTIME);
}

METHOD(time_ns, "module",
       "time_ns() -> int\n\n"
       "Return the current time in nanoseconds since the Epoch.")
static PyObject *time_time_ns(PyObject *module)
{
    return clock_nanoseconds(CLOCK_REALTIME);
}

METHOD(monotonic, "module",
       "monotonic() -> float\n\n"
       "Monotonic clock, cannot go backward.")
static PyObject *time_monotonic(PyObject *module)
{
    return clock_seconds(CLOCK_MONOTONIC);
}

METHOD(monotonic_ns, "module",
       "monotonic_ns() -> int\n\n"
       "Monotonic clock, cannot go backward, as nanoseconds.")
static PyObject *time_monotonic_ns(PyObject *module)
{
    return clock_nanoseconds(CLOCK_MONOTONIC);
}

METHOD(perf_counter, "module",
       "perf_counter() -> float\n\n"
       "Performance counter for benchmarking.")
static PyObject *time_perf_counter(PyObject *module)
{
    return clock_seconds(CLOCK_MONOTONIC);
}

METHOD(perf_counter_ns, "module",
       "perf_counter_ns() -> int\n\n"
       "Performance counter for benchmarking as nanoseconds.")
static PyObject *time_perf_counter_ns(PyObject *module)
{
    return clock_nanoseconds(CLOCK_MONOTONIC);
}

METHOD(process_time, "module",
       "process_time() -> float\n\n"
       "Process time for profiling: sum of the kernel and user-space CPU time.")
static PyObject *time_process_time(PyObject *module)
{
    return clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
}

METHOD(process_time_ns, "module",
       "process_time() -> int\n\n"
       "Process time for profiling as nanoseconds:\n"
       "sum of the kernel and user-space CPU time.")
static PyObject *time_process_time_ns(PyObject *module)
{
    return clock_nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
}

METHOD(thread_time, "module",
       "thread_time() -> float\n\n"
       "Thread time for profiling: sum of the kernel and user-space CPU time.")
static PyObject *time_thread_time(PyObject *module)
{
    return clock_seconds(CLOCK_THREAD_CPUTIME_ID);
}

METHOD(thread_time_ns, "module",
       "thread_time() -> int\n\n"
       "Thread time for profiling as nanoseconds:\n"
       "sum of the kernel and user-space CPU time.")
static PyObject *time_thread_time_ns(PyObject *module)
{
    return clock_nanoseconds(CLOCK_THREAD_CPUTIME_ID);
}

METHOD(clock_gettime, "module, clk_id: int, /",
       "clock_gettime(clk_id) -> float\n\n"
       "Return the time of the specified clock clk_id.")
static PyObject *time_clock_gettime(PyObject *module, int clk_id)
{
    return clock_seconds(clk_id);
}

METHOD(clock_gettime_ns, "module, clk_id: int, /",
       "clock_gettime_ns(clk_id) -> int\n\n"
       "Return the time of the specified clock clk_id as nanoseconds.")
static PyObject *time_clock_gettime_ns(PyObject *module, int clk_id)
{
    return clock_nanoseconds(clk_id);
}

METHOD(clock_getres, "module, clk_id: int, /",
       "clock_getres(clk_id) -> floating point number\n\n"
       "Return the resolution (precision) of the specified clock clk_id.")
static PyObject *time_clock_getres(PyObject *module, int clk_id)
{
    struct timespec unit;
    if (clock_getres(clk_id, &unit) != 0) return raise_errno();
    return PyFloat_FromDouble((double)unit.tv_sec + (double)unit.tv_nsec * 1e-9);
}

static PyObject *set_clock(int clk_id, _PyTime_t time)
{
    struct timespec value;
    if (_PyTime_AsTimespec(time, &value) < 0) return NULL;
    if (clock_settime(clk_id, &value) != 0) return raise_errno();
    Py_RETURN_NONE;
}

METHOD(clock_settime, "module, clk_id: int, time, /",
       "clock_settime(clk_id, time)\n\n"
       "Set the time of the specified clock clk_id.")
static PyObject *time_clock_settime(PyObject *module, int clk_id, PyObject *time)
{
    _PyTime_t value;
    if (_PyTime_FromSecondsObject(&value, time, _PyTime_ROUND_FLOOR) < 0) return NULL;
    return set_clock(clk_id, value);
}

METHOD(clock_settime_ns, "module, clk_id: int, time, /",
       "clock_settime_ns(clk_id, time)\n\n"
       "Set the time of the specified clock clk_id with nanoseconds.")
static PyObject *time_clock_settime_ns(PyObject *module, int clk_id, PyObject *time)
{
    _PyTime_t value;
    if (_PyTime_FromNanosecondsObject(&value, time) < 0) return NULL;
    return set_clock(clk_id, value);
}

METHOD(pthread_getcpuclockid, "module, thread_id: ulong_mask, /",
       "pthread_getcpuclockid(thread_id) -> int\n\n"
       "Return the clk_id of a thread's CPU time clock.")
static PyObject *time_pthread_getcpuclockid(PyObject *module, unsigned long thread_id)
{
    clockid_t clock;
    int error = pthread_getcpuclockid((pthread_t)thread_id, &clock);
    if (error == 0) return PyLong_FromLong(clock);
    errno = error;
    return raise_errno();
}

typedef struct Clock {
    const char *name;
    clockid_t id;
    const char *implementation;
    int is_monotonic;
} Clock;

static const Clock clocks[] = {
    {"time", CLOCK_REALTIME, "clock_gettime(CLOCK_REALTIME)", 0},
    {"monotonic", CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", 1},
    {"perf_counter", CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", 1},
    {"process_time", CLOCK_PROCESS_CPUTIME_ID, "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", 1},
    {"thread_time", CLOCK_THREAD_CPUTIME_ID, "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", 1},
};

static PyObject *describe_clock(const Clock *clock)
{
    struct timespec unit = {0, 1};
    (void)clock_getres(clock->id, &unit);
    KR_AUTO PyObject *fields =
        Py_BuildValue("{sssOsOsd}", "implementation", clock->implementation, "monotonic",
                      clock->is_monotonic ? Py_True : Py_False, "adjustable",
                      clock->is_monotonic ? Py_False : Py_True, "resolution",
                      (double)unit.tv_sec + (double)unit.tv_nsec * 1e-9);
    return fields ? _PyNamespace_New(fields) : NULL;
}

METHOD(get_clock_info, "module, name: cstr, /",
       "get_clock_info(name: str) -> dict\n\n"
       "Get information of the specified clock.")
static PyObject *time_get_clock_info(PyObject *module, const char *name)
{
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++)
        if (strcmp(name, clocks[i].name) == 0) return describe_clock(&clocks[i]);
    return kr_raise(PyExc_ValueError, "unknown clock");
}

// --- sleeping -----------------------------------------------------------------------------------

// Sleeps until the monotonic clock shows [deadline]; signals are handled on the way.
static int sleep_until(_PyTime_t deadline)
{
    struct timespec end;
    if (_PyTime_AsTimespec(deadline, &end) < 0) return -1;
    for (;;) {
        int error;
        Py_BEGIN_ALLOW_THREADS
        error = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL);
        Py_END_ALLOW_THREADS
        if (error == 0) return 0;
        if (error != EINTR) {
            errno = error;
            raise_errno();
            return -1;
        }
        if (PyErr_CheckSignals() < 0) return -1;
    }
}

METHOD(sleep, "module, seconds, /",
       "sleep(seconds)\n\n"
       "Delay execution for a given number of seconds.  The argument may be\n"
       "a floating point number for subsecond precision.")
static PyObject *time_sleep(PyObject *module, PyObject *seconds)
{
    _PyTime_t duration;
    if (_PyTime_FromSecondsObject(&duration, seconds, _PyTime_ROUND_TIMEOUT) < 0) return NULL;
    if (duration < 0) return kr_raise(PyExc_ValueError, "sleep length must be non-negative");
    if (sleep_until(_PyTime_Add(_PyTime_GetMonotonicClock(), duration)) < 0) return NULL;
    Py_RETURN_NONE;
}

// --- calendar times -----------------------------------------------------------------------------

static PyStructSequence_Field struct_time_fields[] = {
    {"tm_year", "year, for example, 1993"},
    {"tm_mon", "month of year, range [1, 12]"},
    {"tm_mday", "day of month, range [1, 31]"},
    {"tm_hour", "hours, range [0, 23]"},
    {"tm_min", "minutes, range [0, 59]"},
    {"tm_sec", "seconds, range [0, 61])"},
    {"tm_wday", "day of week, range [0, 6], Monday is 0"},
    {"tm_yday", "day of year, range [1, 366]"},
    {"tm_isdst", "1 if summer time is in effect, 0 if not, and -1 if unknown"},
    {"tm_zone", "abbreviation of timezone name"},
    {"tm_gmtoff", "offset from UTC in seconds"},
    {NULL, NULL},
};

static PyStructSequence_Desc struct_time_description = {
    "time.struct_time",
    "The time value as returned by gmtime(), localtime(), and strptime(), and\n"
    " accepted by asctime(), mktime() and strftime().  May be considered as a\n"
    " sequence of 9 integers.\n\n"
    " Note that several fields' values are not the same as those defined by\n"
    " the C language standard for struct tm.  For example, the value of the\n"
    " field tm_year is the actual year, not year - 1900.  See individual\n"
    " fields' descriptions for details.",
    struct_time_fields,
    9,
};

static PyObject *from_tm(PyObject *module, const struct tm *tm)
{
    const long values[] = {
        tm->tm_year + 1900L, tm->tm_mon + 1,       tm->tm_mday,     tm->tm_hour,  tm->tm_min,
        tm->tm_sec,          (tm->tm_wday + 6) % 7, tm->tm_yday + 1, tm->tm_isdst,
    };
    KR_AUTO PyObject *result = PyStructSequence_New(state_of(module)->struct_time);
    if (result == NULL) return NULL;
    for (Py_ssize_t i = 0; i < 11; i++) {
        PyObject *value =
            i < 9    ? PyLong_FromLong(values[i])
            : i == 9 ? PyUnicode_DecodeLocale(tm->tm_zone ? tm->tm_zone : "", "surrogateescape")
                     : PyLong_FromLong(tm->tm_gmtoff);
        if (value == NULL) return NULL;
        PyStructSequence_SetItem(result, i, value);
    }
    return kr_take(result);
}

// Seconds since 1970 of an argument; None or NULL is now.
static int get_seconds(PyObject *object, time_t *ret_seconds)
{
    if (object != NULL && object != Py_None)
        return _PyTime_ObjectToTime_t(object, ret_seconds, _PyTime_ROUND_FLOOR);
    *ret_seconds = time(NULL);
    return 0;
}

METHOD(gmtime, "module, seconds: object = None, /",
       "gmtime([seconds]) -> (tm_year, tm_mon, tm_mday, tm_hour, tm_min,\n"
       "                       tm_sec, tm_wday, tm_yday, tm_isdst)\n\n"
       "Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a.\n"
       "GMT).  When 'seconds' is not passed in, convert the current time instead.\n\n"
       "If the platform supports the tm_gmtoff and tm_zone, they are available as\n"
       "attributes only.")
static PyObject *time_gmtime(PyObject *module, PyObject *seconds)
{
    time_t when;
    struct tm tm;
    if (get_seconds(seconds, &when) < 0 || _PyTime_gmtime(when, &tm) < 0) return NULL;
    tm.tm_zone = "UTC";
    return from_tm(module, &tm);
}

METHOD(localtime, "module, seconds: object = None, /",
       "localtime([seconds]) -> (tm_year,tm_mon,tm_mday,tm_hour,tm_min,\n"
       "                          tm_sec,tm_wday,tm_yday,tm_isdst)\n\n"
       "Convert seconds since the Epoch to a time tuple expressing local time.\n"
       "When 'seconds' is not passed in, convert the current time instead.")
static PyObject *time_localtime(PyObject *module, PyObject *seconds)
{
    time_t when;
    struct tm tm;
    if (get_seconds(seconds, &when) < 0 || _PyTime_localtime(when, &tm) < 0) return NULL;
    return from_tm(module, &tm);
}

// Fields of a struct_time that a tuple does not have.
static int get_zone(PyObject *time, struct tm *tm)
{
    PyObject *zone = PyStructSequence_GetItem(time, 9),
             *offset = PyStructSequence_GetItem(time, 10);
    if (zone && zone != Py_None && (tm->tm_zone = PyUnicode_AsUTF8(zone)) == NULL) return -1;
    if (offset && offset != Py_None) {
        tm->tm_gmtoff = PyLong_AsLong(offset);
        if (tm->tm_gmtoff == -1 && PyErr_Occurred()) return -1;
    }
    return 0;
}

// A tuple of nine ints as a struct tm.
static int get_tm(PyObject *module, PyObject *tuple, const char *function, struct tm *ret_tm)
{
    int values[9];
    if (!PyTuple_Check(tuple))
        return kr_raise_int(PyExc_TypeError, "Tuple or struct_time argument required");
    if (PyTuple_GET_SIZE(tuple) != 9)
        return kr_raise_int(PyExc_TypeError, "%s(): illegal time tuple argument", function);
    for (Py_ssize_t i = 0; i < 9; i++)
        if (kr_argument_int(PyTuple_GET_ITEM(tuple, i), &values[i]) < 0) return -1;
    if (values[0] < INT_MIN + 1900) return kr_raise_int(PyExc_OverflowError, "year out of range");
    *ret_tm = (struct tm){
        .tm_year = values[0] - 1900,
        .tm_mon = values[1] - 1,
        .tm_mday = values[2],
        .tm_hour = values[3],
        .tm_min = values[4],
        .tm_sec = values[5],
        .tm_wday = (values[6] + 1) % 7,
        .tm_yday = values[7] - 1,
        .tm_isdst = values[8],
    };
    return Py_IS_TYPE(tuple, state_of(module)->struct_time) ? get_zone(tuple, ret_tm) : 0;
}

// Zero stands for the first month, day and day of the year.
static int check_tm(struct tm *tm)
{
    if (tm->tm_mon == -1) tm->tm_mon = 0;
    if (tm->tm_mday == 0) tm->tm_mday = 1;
    if (tm->tm_yday == -1) tm->tm_yday = 0;
    const struct {
        int value, most;
        const char *name;
    } ranges[] = {
        {tm->tm_mon, 11, "month"},         {tm->tm_mday, 31, "day of month"},
        {tm->tm_hour, 23, "hour"},         {tm->tm_min, 59, "minute"},
        {tm->tm_sec, 61, "seconds"},       {tm->tm_wday, 6, "day of week"},
        {tm->tm_yday, 365, "day of year"},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (ranges[i].value < 0 || ranges[i].value > ranges[i].most)
            return kr_raise_int(PyExc_ValueError, "%s out of range", ranges[i].name);
    return 0;
}

static PyObject *show_time(const struct tm *tm)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    return PyUnicode_FromFormat("%.3s %.3s%3d %.2d:%.2d:%.2d %d", days + 3 * tm->tm_wday,
                                months + 3 * tm->tm_mon, tm->tm_mday, tm->tm_hour, tm->tm_min,
                                tm->tm_sec, 1900 + tm->tm_year);
}

// The tuple given, or the local time.
static int get_tm_or_now(PyObject *module, PyObject *tuple, const char *function,
                         struct tm *ret_tm)
{
    if (tuple == NULL) return _PyTime_localtime(time(NULL), ret_tm);
    if (get_tm(module, tuple, function, ret_tm) < 0) return -1;
    return check_tm(ret_tm);
}

METHOD(asctime, "module, tuple: object = NULL, /",
       "asctime([tuple]) -> string\n\n"
       "Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.\n"
       "When the time tuple is not present, current time as returned by localtime()\n"
       "is used.")
static PyObject *time_asctime(PyObject *module, PyObject *tuple)
{
    struct tm tm;
    return get_tm_or_now(module, tuple, "asctime", &tm) < 0 ? NULL : show_time(&tm);
}

METHOD(ctime, "module, seconds: object = None, /",
       "ctime(seconds) -> string\n\n"
       "Convert a time in seconds since the Epoch to a string in local time.\n"
       "This is equivalent to asctime(localtime(seconds)). When the time tuple is\n"
       "not present, current time as returned by localtime() is used.")
static PyObject *time_ctime(PyObject *module, PyObject *seconds)
{
    time_t when;
    struct tm tm;
    if (get_seconds(seconds, &when) < 0 || _PyTime_localtime(when, &tm) < 0) return NULL;
    return show_time(&tm);
}

METHOD(mktime, "module, tuple, /",
       "mktime(tuple) -> floating point number\n\n"
       "Convert a time tuple in local time to seconds since the Epoch.\n"
       "Note that mktime(gmtime(0)) will not generally return zero for most\n"
       "time zones; instead the returned value will either be equal to that\n"
       "of the timezone or altzone attributes on the time module.")
static PyObject *time_mktime(PyObject *module, PyObject *tuple)
{
    struct tm tm;
    if (get_tm(module, tuple, "mktime", &tm) < 0) return NULL;
    tm.tm_wday = -1;   // stays so on failure; -1 may also be a time
    time_t when = mktime(&tm);
    if (when == (time_t)-1 && tm.tm_wday == -1)
        return kr_raise(PyExc_OverflowError, "mktime argument out of range");
    return PyFloat_FromDouble((double)when);
}

// The text of [tm] in [format], in a buffer that grows until it is enough.
static PyObject *format_tm(const wchar_t *format, const struct tm *tm)
{
    size_t format_length = wcslen(format);
    for (size_t size = 1024;; size *= 2) {
        wchar_t *text = PyMem_New(wchar_t, size);
        if (text == NULL) return PyErr_NoMemory();
        size_t length = wcsftime(text, size, format, tm);
        // No text at all is possible too.
        int done = length > 0 || size >= 256 * format_length;
        PyObject *result = done ? PyUnicode_FromWideChar(text, (Py_ssize_t)length) : NULL;
        PyMem_Free(text);
        if (done) return result;
    }
}

METHOD(strftime, "module, format: str, tuple: object = NULL, /",
       "strftime(format[, tuple]) -> string\n\n"
       "Convert a time tuple to a string according to a format specification.\n"
       "See the library reference manual for formatting codes. When the time tuple\n"
       "is not present, current time as returned by localtime() is used.\n\n"
       "Commonly used format codes:\n\n"
       "%Y  Year with century as a decimal number.\n"
       "%m  Month as a decimal number [01,12].\n"
       "%d  Day of the month as a decimal number [01,31].\n"
       "%H  Hour (24-hour clock) as a decimal number [00,23].\n"
       "%M  Minute as a decimal number [00,59].\n"
       "%S  Second as a decimal number [00,61].\n"
       "%z  Time zone offset from UTC.\n"
       "%a  Locale's abbreviated weekday name.\n"
       "%A  Locale's full weekday name.\n"
       "%b  Locale's abbreviated month name.\n"
       "%B  Locale's full month name.\n"
       "%c  Locale's appropriate date and time representation.\n"
       "%I  Hour (12-hour clock) as a decimal number [01,12].\n"
       "%p  Locale's equivalent of either AM or PM.\n\n"
       "Other codes may be available on your platform.  See documentation for\n"
       "the C library strftime function.\n")
static PyObject *time_strftime(PyObject *module, PyObject *format, PyObject *tuple)
{
    struct tm tm;
    if (get_tm_or_now(module, tuple, "strftime", &tm) < 0) return NULL;
    // For zones that the C library derives from it.
    if (tm.tm_isdst < -1) tm.tm_isdst = -1;
    if (tm.tm_isdst > 1) tm.tm_isdst = 1;
    wchar_t *wide = PyUnicode_AsWideCharString(format, NULL);
    if (wide == NULL) return NULL;
    PyObject *text = format_tm(wide, &tm);
    PyMem_Free(wide);
    return text;
}

METHOD(strptime, "module, *args",
       "strptime(string, format) -> struct_time\n\n"
       "Parse a string to a time tuple according to a format specification.\n"
       "See the library reference manual for formatting codes (same as\n"
       "strftime()).\n\n"
       "Commonly used format codes:\n\n"
       "%Y  Year with century as a decimal number.\n"
       "%m  Month as a decimal number [01,12].\n"
       "%d  Day of the month as a decimal number [01,31].\n"
       "%H  Hour (24-hour clock) as a decimal number [00,23].\n"
       "%M  Minute as a decimal number [00,59].\n"
       "%S  Second as a decimal number [00,61].\n"
       "%z  Time zone offset from UTC.\n"
       "%a  Locale's abbreviated weekday name.\n"
       "%A  Locale's full weekday name.\n"
       "%b  Locale's abbreviated month name.\n"
       "%B  Locale's full month name.\n"
       "%c  Locale's appropriate date and time representation.\n"
       "%I  Hour (12-hour clock) as a decimal number [01,12].\n"
       "%p  Locale's equivalent of either AM or PM.\n\n"
       "Other codes may be available on your platform.  See documentation for\n"
       "the C library strftime function.\n")
static PyObject *time_strptime(PyObject *module, PyObject *args)
{
    KR_AUTO PyObject *helper = PyImport_ImportModule("_strptime");
    KR_AUTO PyObject *function = helper ? PyObject_GetAttrString(helper, "_strptime_time") : NULL;
    return function ? PyObject_Call(function, args, NULL) : NULL;
}

// --- time zones ---------------------------------------------------------------------------------

typedef struct Zone {
    char name[100];
    long west;     // seconds west of UTC
} Zone;

static int zone_at(time_t when, Zone *ret_zone)
{
    struct tm tm;
    if (_PyTime_localtime(when, &tm) < 0) return -1;
    snprintf(ret_zone->name, sizeof ret_zone->name, "%s", tm.tm_zone ? tm.tm_zone : "");
    ret_zone->west = -tm.tm_gmtoff;
    return 0;
}

// Sets timezone, altzone, daylight and tzname from the zones of this winter and summer.
static int set_zones(PyObject *module)
{
    static const time_t year = (365 * 24 + 6) * 3600;
    time_t start = time(NULL) / year * year;
    Zone january, july;
    tzset();
    if (zone_at(start, &january) < 0 || zone_at(start + year / 2, &july) < 0) return -1;
    // South of the equator summer is in January.
    int is_southern = january.west < july.west;
    const Zone *standard = is_southern ? &july : &january, *other = is_southern ? &january : &july;
    if (PyModule_AddIntConstant(module, "timezone", standard->west) < 0
        || PyModule_AddIntConstant(module, "altzone", other->west) < 0
        || PyModule_AddIntConstant(module, "daylight", january.west != july.west) < 0)
        return -1;
    KR_AUTO PyObject *first = PyUnicode_DecodeLocale(standard->name, "surrogateescape");
    KR_AUTO PyObject *second =
        first ? PyUnicode_DecodeLocale(other->name, "surrogateescape") : NULL;
    KR_AUTO PyObject *names = second ? PyTuple_Pack(2, first, second) : NULL;
    return names ? PyModule_AddObjectRef(module, "tzname", names) : -1;
}

METHOD(tzset, "module",
       "tzset()\n\n"
       "Initialize, or reinitialize, the local timezone to the value stored in\n"
       "os.environ['TZ']. The TZ environment variable should be specified in\n"
       "standard Unix timezone format as documented in the tzset man page\n"
       "(eg. 'US/Eastern', 'Europe/Amsterdam'). Unknown timezones will silently\n"
       "fall back to UTC. If the TZ environment variable is not set, the local\n"
       "timezone is set to the systems best guess of wallclock time.\n"
       "Changing the TZ environment variable without calling tzset *may* change\n"
       "the local timezone used by methods such as localtime, but this behaviour\n"
       "should not be relied on.")
static PyObject *time_tzset(PyObject *module)
{
    if (set_zones(module) < 0) return NULL;
    Py_RETURN_NONE;
}

#include "modules/time.methods.h"

// --- the module ---------------------------------------------------------------------------------

static int time_exec(PyObject *module)
{
    static const struct {
        const char *name;
        long value;
    } constants[] = {
        {"CLOCK_REALTIME", CLOCK_REALTIME},
        {"CLOCK_MONOTONIC", CLOCK_MONOTONIC},
        {"CLOCK_MONOTONIC_RAW", CLOCK_MONOTONIC_RAW},
        {"CLOCK_PROCESS_CPUTIME_ID", CLOCK_PROCESS_CPUTIME_ID},
        {"CLOCK_THREAD_CPUTIME_ID", CLOCK_THREAD_CPUTIME_ID},
        {"CLOCK_BOOTTIME", CLOCK_BOOTTIME},
        {"CLOCK_TAI", CLOCK_TAI},
        {"_STRUCT_TM_ITEMS", 11},
    };
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) return -1;
    State *state = state_of(module);
    state->struct_time = PyStructSequence_NewType(&struct_time_description);
    if (state->struct_time == NULL || PyModule_AddType(module, state->struct_time) < 0) return -1;
    return set_zones(module);
}

static int time_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(state_of(module)->struct_time);
    return 0;
}

static int time_clear(PyObject *module)
{
    Py_CLEAR(state_of(module)->struct_time);
    return 0;
}

static PyModuleDef_Slot time_slots[] = {
    {Py_mod_exec, time_exec},
    {0, NULL},
};

static struct PyModuleDef time_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "time",
    .m_doc = "This module provides various functions to manipulate time values.\n\n"
             "There are two standard representations of time.  One is the number\n"
             "of seconds since the Epoch, in UTC (a.k.a. GMT).  It may be an integer\n"
             "or a floating point number (to represent fractions of seconds).\n"
             "The Epoch is system-defined; on Unix, it is generally January 1st, 1970.\n"
             "The actual value can be retrieved by calling gmtime(0).\n\n"
             "The other representation is a tuple of 9 integers giving local time.\n"
             "The tuple items are:\n"
             "  year (including century, e.g. 1998)\n"
             "  month (1-12)\n"
             "  day (1-31)\n"
             "  hours (0-23)\n"
             "  minutes (0-59)\n"
             "  seconds (0-59)\n"
             "  weekday (0-6, Monday is 0)\n"
             "  Julian day (day in the year, 1-366)\n"
             "  DST (Daylight Savings Time) flag (-1, 0 or 1)\n"
             "If the DST flag is 0, the time is given in the regular time zone;\n"
             "if it is 1, the time is given in the DST time zone;\n"
             "if it is -1, mktime() should guess based on the date and time.\n",
    .m_size = sizeof(State),
    .m_methods = time_methods,
    .m_slots = time_slots,
    .m_traverse = time_traverse,
    .m_clear = time_clear,
};

PyMODINIT_FUNC PyInit_time(void)
{
    return PyModuleDef_Init(&time_definition);
}
