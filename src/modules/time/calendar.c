// calendar.c - struct_time, and times in seconds to and from it.
#include "modules/time/calendar.h"

#include <limits.h>
#include <string.h>
#include <time.h>

#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/owned.h"

static PyStructSequence_Field fields[] = {
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

static PyStructSequence_Desc description = {
    "time.struct_time",
    "The time value as returned by gmtime(), localtime(), and strptime(), and\n"
    " accepted by asctime(), mktime() and strftime().  May be considered as a\n"
    " sequence of 9 integers.\n\n"
    " Note that several fields' values are not the same as those defined by\n"
    " the C language standard for struct tm.  For example, the value of the\n"
    " field tm_year is the actual year, not year - 1900.  See individual\n"
    " fields' descriptions for details.",
    fields, 9,
};

enum { YEAR = (365 * 24 + 6) * 3600 };

// The struct_time type of [module]; borrowed.
static PyTypeObject *type_of(PyObject *module)
{
    return *(PyTypeObject **)PyModule_GetState(module);
}

// ---- C to Python

static PyObject *new_fields(PyObject *module, const struct tm *tm)
{
    KR_AUTO PyObject *result = PyStructSequence_New(type_of(module));
    if (result == NULL) return NULL;
    const int numbers[] = {tm->tm_year + 1900, tm->tm_mon + 1, tm->tm_mday, tm->tm_hour, tm->tm_min, tm->tm_sec,
                           (tm->tm_wday + 6) % 7, tm->tm_yday + 1, tm->tm_isdst};
    for (int i = 0; i < 9; i++) PyStructSequence_SetItem(result, i, PyLong_FromLong(numbers[i]));
    PyStructSequence_SetItem(result, 9, PyUnicode_DecodeLocale(tm->tm_zone, "surrogateescape"));
    PyStructSequence_SetItem(result, 10, PyLong_FromLong(tm->tm_gmtoff));
    return PyErr_Occurred() ? NULL : kr_take(result);
}

// Seconds out of [object], or now for None.
static int seconds_of(PyObject *object, time_t *ret_seconds)
{
    if (object != Py_None) return _PyTime_ObjectToTime_t(object, ret_seconds, _PyTime_ROUND_FLOOR);
    *ret_seconds = time(NULL);
    return 0;
}

// ---- Python to C

static int raise_illegal(const char *function)
{
    PyErr_Format(PyExc_TypeError, "%s(): illegal time tuple argument", function);
    return -1;
}

static int read_fields(PyObject *module, PyObject *object, const char *function, struct tm *ret_tm)
{
    if (!PyTuple_Check(object)) {
        PyErr_SetString(PyExc_TypeError, "Tuple or struct_time argument required");
        return -1;
    }
    int numbers[9];
    if (PyTuple_GET_SIZE(object) != 9) return raise_illegal(function);
    for (int i = 0; i < 9; i++) {
        numbers[i] = _PyLong_AsInt(PyTuple_GET_ITEM(object, i));
        if (numbers[i] == -1 && PyErr_Occurred()) return -1;
    }
    if (numbers[0] < INT_MIN + 1900) {
        PyErr_SetString(PyExc_OverflowError, "year out of range");
        return -1;
    }
    *ret_tm = (struct tm){.tm_year = numbers[0] - 1900, .tm_mon = numbers[1] - 1, .tm_mday = numbers[2],
                          .tm_hour = numbers[3], .tm_min = numbers[4], .tm_sec = numbers[5],
                          .tm_wday = (numbers[6] + 1) % 7, .tm_yday = numbers[7] - 1, .tm_isdst = numbers[8]};
    if (!PyObject_TypeCheck(object, type_of(module))) return 0;
    PyObject *zone = PyStructSequence_GET_ITEM(object, 9), *offset = PyStructSequence_GET_ITEM(object, 10);
    if (zone != Py_None && zone != NULL) {
        ret_tm->tm_zone = PyUnicode_AsUTF8(zone);
        if (ret_tm->tm_zone == NULL) return -1;
    }
    if (offset != Py_None && offset != NULL) {
        ret_tm->tm_gmtoff = PyLong_AsLong(offset);
        if (ret_tm->tm_gmtoff == -1 && PyErr_Occurred()) return -1;
    }
    return 0;
}

static int out_of_range(const char *what)
{
    PyErr_Format(PyExc_ValueError, "%s out of range", what);
    return -1;
}

// What goes into text has to be in range; zeros for month and day count as the first.
static int check_fields(struct tm *tm)
{
    if (tm->tm_mon == -1) tm->tm_mon = 0;
    if (tm->tm_mon < 0 || tm->tm_mon > 11) return out_of_range("month");
    if (tm->tm_mday == 0) tm->tm_mday = 1;
    if (tm->tm_mday < 0 || tm->tm_mday > 31) return out_of_range("day of month");
    if (tm->tm_hour < 0 || tm->tm_hour > 23) return out_of_range("hour");
    if (tm->tm_min < 0 || tm->tm_min > 59) return out_of_range("minute");
    if (tm->tm_sec < 0 || tm->tm_sec > 61) return out_of_range("seconds");
    if (tm->tm_wday < 0) return out_of_range("day of week");
    if (tm->tm_yday == -1) tm->tm_yday = 0;
    if (tm->tm_yday < 0 || tm->tm_yday > 365) return out_of_range("day of year");
    return 0;
}

// The fields of [object], or local time now when it is None.
static int fields_or_now(PyObject *module, PyObject *object, const char *function, struct tm *ret_tm)
{
    if (object == Py_None) return _PyTime_localtime(time(NULL), ret_tm);
    return read_fields(module, object, function, ret_tm) < 0 ? -1 : check_fields(ret_tm);
}

// ---- functions

METHOD(gmtime, "module, seconds = None, /",
       "gmtime([seconds]) -> (tm_year, tm_mon, tm_mday, tm_hour, tm_min,\n"
       "                       tm_sec, tm_wday, tm_yday, tm_isdst)\n\n"
       "Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a.\n"
       "GMT).  When 'seconds' is not passed in, convert the current time instead.\n\n"
       "If the platform supports the tm_gmtoff and tm_zone, they are available as\nattributes only.")
static PyObject *calendar_gmtime(PyObject *module, PyObject *seconds)
{
    time_t when;
    struct tm tm;
    if (seconds_of(seconds, &when) < 0 || _PyTime_gmtime(when, &tm) < 0) return NULL;
    return new_fields(module, &tm);
}

METHOD(localtime, "module, seconds = None, /",
       "localtime([seconds]) -> (tm_year,tm_mon,tm_mday,tm_hour,tm_min,\n"
       "                          tm_sec,tm_wday,tm_yday,tm_isdst)\n\n"
       "Convert seconds since the Epoch to a time tuple expressing local time.\n"
       "When 'seconds' is not passed in, convert the current time instead.")
static PyObject *calendar_localtime(PyObject *module, PyObject *seconds)
{
    time_t when;
    struct tm tm;
    if (seconds_of(seconds, &when) < 0 || _PyTime_localtime(when, &tm) < 0) return NULL;
    return new_fields(module, &tm);
}

static PyObject *as_text(const struct tm *tm)
{
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char text[64];
    PyOS_snprintf(text, sizeof text, "%.3s %.3s%3d %.2d:%.2d:%.2d %d", days + 3 * tm->tm_wday, months + 3 * tm->tm_mon,
                  tm->tm_mday, tm->tm_hour, tm->tm_min, tm->tm_sec, 1900 + tm->tm_year);
    return PyUnicode_FromString(text);
}

METHOD(asctime, "module, tuple = None, /",
       "asctime([tuple]) -> string\n\n"
       "Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.\n"
       "When the time tuple is not present, current time as returned by localtime()\nis used.")
static PyObject *calendar_asctime(PyObject *module, PyObject *tuple)
{
    struct tm tm;
    return fields_or_now(module, tuple, "asctime", &tm) < 0 ? NULL : as_text(&tm);
}

METHOD(ctime, "module, seconds = None, /",
       "ctime(seconds) -> string\n\n"
       "Convert a time in seconds since the Epoch to a string in local time.\n"
       "This is equivalent to asctime(localtime(seconds)). When the time tuple is\n"
       "not present, current time as returned by localtime() is used.")
static PyObject *calendar_ctime(PyObject *module, PyObject *seconds)
{
    time_t when;
    struct tm tm;
    if (seconds_of(seconds, &when) < 0 || _PyTime_localtime(when, &tm) < 0) return NULL;
    return as_text(&tm);
}

METHOD(mktime, "module, tuple, /",
       "mktime(tuple) -> floating point number\n\n"
       "Convert a time tuple in local time to seconds since the Epoch.\n"
       "Note that mktime(gmtime(0)) will not generally return zero for most\n"
       "time zones; instead the returned value will either be equal to that\n"
       "of the timezone or altzone attributes on the time module.")
static PyObject *calendar_mktime(PyObject *module, PyObject *tuple)
{
    struct tm tm;
    if (read_fields(module, tuple, "mktime", &tm) < 0) return NULL;
    tm.tm_wday = -1;
    time_t when = mktime(&tm);
    if (when == (time_t)-1 && tm.tm_wday == -1) {
        PyErr_SetString(PyExc_OverflowError, "mktime argument out of range");
        return NULL;
    }
    return PyFloat_FromDouble((double)when);
}

METHOD(strftime, "module, format: str, tuple = None, /",
       "strftime(format[, tuple]) -> string\n\n"
       "Convert a time tuple to a string according to a format specification.\n"
       "See the library reference manual for formatting codes. When the time tuple\n"
       "is not present, current time as returned by localtime() is used.\n\n"
       "Commonly used format codes:\n\n"
       "%Y  Year with century as a decimal number.\n%m  Month as a decimal number [01,12].\n"
       "%d  Day of the month as a decimal number [01,31].\n%H  Hour (24-hour clock) as a decimal number [00,23].\n"
       "%M  Minute as a decimal number [00,59].\n%S  Second as a decimal number [00,61].\n"
       "%z  Time zone offset from UTC.\n%a  Locale's abbreviated weekday name.\n"
       "%A  Locale's full weekday name.\n%b  Locale's abbreviated month name.\n%B  Locale's full month name.\n"
       "%c  Locale's appropriate date and time representation.\n"
       "%I  Hour (12-hour clock) as a decimal number [01,12].\n%p  Locale's equivalent of either AM or PM.\n\n"
       "Other codes may be available on your platform.  See documentation for\nthe C library strftime function.\n")
static PyObject *calendar_strftime(PyObject *module, PyObject *format, PyObject *tuple)
{
    struct tm tm;
    if (fields_or_now(module, tuple, "strftime", &tm) < 0) return NULL;
    tm.tm_isdst = tm.tm_isdst < -1 ? -1 : tm.tm_isdst > 1 ? 1 : tm.tm_isdst;
    KR_AUTO PyObject *bytes = PyUnicode_EncodeLocale(format, "surrogateescape");
    if (bytes == NULL) return NULL;
    const char *pattern = PyBytes_AS_STRING(bytes);
    size_t length = strlen(pattern);
    // A result of no characters is the same as too little room: room grows to a limit.
    for (size_t room = 1024;; room *= 2) {
        char *text = PyMem_Malloc(room);
        if (text == NULL) return PyErr_NoMemory();
        size_t size = strftime(text, room, pattern, &tm);
        PyObject *result = NULL;
        int is_done = size > 0 || room >= 256 * length;
        if (is_done) result = PyUnicode_DecodeLocaleAndSize(text, (Py_ssize_t)size, "surrogateescape");
        PyMem_Free(text);
        if (is_done) return result;
    }
}

METHOD(strptime, "module, *args",
       "strptime(string, format) -> struct_time\n\n"
       "Parse a string to a time tuple according to a format specification.\n"
       "See the library reference manual for formatting codes (same as\nstrftime()).\n\n"
       "Commonly used format codes:\n\n"
       "%Y  Year with century as a decimal number.\n%m  Month as a decimal number [01,12].\n"
       "%d  Day of the month as a decimal number [01,31].\n%H  Hour (24-hour clock) as a decimal number [00,23].\n"
       "%M  Minute as a decimal number [00,59].\n%S  Second as a decimal number [00,61].\n"
       "%z  Time zone offset from UTC.\n%a  Locale's abbreviated weekday name.\n"
       "%A  Locale's full weekday name.\n%b  Locale's abbreviated month name.\n%B  Locale's full month name.\n"
       "%c  Locale's appropriate date and time representation.\n"
       "%I  Hour (12-hour clock) as a decimal number [01,12].\n%p  Locale's equivalent of either AM or PM.\n\n"
       "Other codes may be available on your platform.  See documentation for\nthe C library strftime function.\n")
static PyObject *calendar_strptime(PyObject *module, PyObject *args)
{
    KR_AUTO PyObject *helper = PyImport_ImportModule("_strptime");
    KR_AUTO PyObject *function = helper == NULL ? NULL : PyObject_GetAttr(helper, ID(_strptime_time));
    return function == NULL ? NULL : PyObject_Call(function, args, NULL);
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
       "the local timezone used by methods such as localtime, but this behaviour\nshould not be relied on.")
static PyObject *calendar_tzset(PyObject *module)
{
    tzset();
    if (kr_calendar_set_zone(module) < 0) return NULL;
    Py_RETURN_NONE;
}

#include "modules/time/calendar.methods.h"

// ---- time zone

typedef struct {
    long west;          // seconds west of UTC
    char name[16];
} Zone;

static int zone_at(time_t when, Zone *ret_zone)
{
    struct tm tm;
    if (_PyTime_localtime(when, &tm) < 0) return -1;
    ret_zone->west = -tm.tm_gmtoff;
    PyOS_snprintf(ret_zone->name, sizeof ret_zone->name, "%s", tm.tm_zone ? tm.tm_zone : "   ");
    return 0;
}

int kr_calendar_set_zone(PyObject *module)
{
    time_t january = time(NULL) / YEAR * YEAR;
    Zone first, second;
    if (zone_at(january, &first) < 0 || zone_at(january + YEAR / 2, &second) < 0) return -1;
    // Summer time is where less is west: north of the equator in July, south in January.
    const Zone *standard = first.west < second.west ? &second : &first;
    const Zone *summer = first.west < second.west ? &first : &second;
    if (PyModule_AddIntConstant(module, "timezone", standard->west) < 0
        || PyModule_AddIntConstant(module, "altzone", summer->west) < 0
        || PyModule_AddIntConstant(module, "daylight", first.west != second.west) < 0)
        return -1;
    KR_AUTO PyObject *standard_name = PyUnicode_DecodeLocale(standard->name, "surrogateescape");
    KR_AUTO PyObject *summer_name = PyUnicode_DecodeLocale(summer->name, "surrogateescape");
    if (standard_name == NULL || summer_name == NULL) return -1;
    KR_AUTO PyObject *names = PyTuple_Pack(2, standard_name, summer_name);
    return names == NULL ? -1 : PyModule_AddObjectRef(module, "tzname", names);
}

int kr_calendar_add(PyObject *module)
{
    PyTypeObject *type = PyStructSequence_NewType(&description);
    if (type == NULL) return -1;
    *(PyTypeObject **)PyModule_GetState(module) = type;
    if (PyModule_AddObjectRef(module, "struct_time", (PyObject *)type) < 0
        || PyModule_AddIntConstant(module, "_STRUCT_TM_ITEMS", 11) < 0
        || PyModule_AddFunctions(module, calendar_methods) < 0)
        return -1;
    return kr_calendar_set_zone(module);
}
