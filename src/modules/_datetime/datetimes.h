// datetimes.h - what the files of the module _datetime share.
//
// The layouts are those of include/datetime.h; an object whose hastzinfo is 0 has a NULL tzinfo.
#ifndef KR_MODULES_DATETIME_DATETIMES_H
#define KR_MODULES_DATETIME_DATETIMES_H

#include <stdbool.h>
#include <string.h>
#include <time.h>

#define PY_SSIZE_T_CLEAN
#include "Python.h"
#include "datetime.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/owned.h"

typedef __int128 KrMicroseconds;

#define KR_MIN_YEAR 1
#define KR_MAX_YEAR 9999
#define KR_MAX_ORDINAL 3652059
#define KR_MAX_DELTA_DAYS 999999999
#define KR_DAY_SECONDS 86400
#define KR_SECOND_MICROSECONDS 1000000
#define KR_DAY_MICROSECONDS ((int64_t)KR_DAY_SECONDS * KR_SECOND_MICROSECONDS)

// A calendar day and a time of that day.
typedef struct KrMoment {
    int year, month, day, hour, minute, second, microsecond;
} KrMoment;

typedef struct KrTimezone {
    PyObject_HEAD
    PyObject *offset;      // a timedelta
    PyObject *name;        // a str, or NULL
} KrTimezone;

extern PyTypeObject kr_delta_type, kr_tzinfo_type, kr_timezone_type, kr_date_type, kr_time_type,
    kr_datetime_type, kr_iso_calendar_type;

static inline bool kr_is_delta(PyObject *object)
{
    return PyObject_TypeCheck(object, &kr_delta_type);
}

static inline bool kr_is_date(PyObject *object)
{
    return PyObject_TypeCheck(object, &kr_date_type);
}

static inline bool kr_is_time(PyObject *object)
{
    return PyObject_TypeCheck(object, &kr_time_type);
}

static inline bool kr_is_datetime(PyObject *object)
{
    return PyObject_TypeCheck(object, &kr_datetime_type);
}

// ---- calendar.c -------------------------------------------------------------------------------

int kr_calendar_days_in_month(int year, int month);
// Days before January 1 of [year].
int kr_calendar_days_before_year(int year);
int kr_calendar_day_of_year(int year, int month, int day);
// Day 1 is January 1 of year 1.
int kr_calendar_ordinal(int year, int month, int day);
void kr_calendar_from_ordinal(int ordinal, KrMoment *ret_day);
int kr_calendar_weekday(int year, int month, int day);      // Monday is 0
int kr_calendar_first_monday(int year);                     // ordinal of the Monday of ISO week 1
// Raises ValueError for a week or day that does not exist.
int kr_calendar_from_iso(int year, int week, int weekday, KrMoment *ret_day);
int kr_calendar_check_date(int year, int month, int day);
int kr_calendar_check_time(const KrMoment *moment, int fold);
// Wall-clock seconds since January 1 of year 1.
int64_t kr_calendar_seconds(const KrMoment *moment);
void kr_calendar_from_tm(const struct tm *tm, KrMoment *ret_moment);

// ---- clock.c: local time ------------------------------------------------------------------------

int kr_clock_local(int64_t timestamp, KrMoment *ret_moment, int *ret_fold);
int kr_clock_utc(int64_t timestamp, KrMoment *ret_moment);
// The timestamp of local wall-clock time.
int kr_clock_timestamp(const KrMoment *wall, int fold, int64_t *ret_timestamp);
// A timezone for the local time at [timestamp].
PyObject *kr_clock_zone(int64_t timestamp);

// ---- delta.c ------------------------------------------------------------------------------------

PyObject *kr_delta_new(int days, int seconds, int microseconds, int normalize, PyTypeObject *type);
PyObject *kr_delta_from_microseconds(KrMicroseconds microseconds, PyTypeObject *type);
KrMicroseconds kr_delta_microseconds(PyObject *delta);
PyObject *kr_delta_total_seconds(PyObject *delta);

// ---- zone.c -------------------------------------------------------------------------------------

extern PyObject *kr_zone_utc;
PyObject *kr_zone_new(PyObject *offset, PyObject *name);
int kr_zone_check(PyObject *tzinfo);
// The answer of tzinfo.<method>(argument): a timedelta within a day, or None.
PyObject *kr_zone_offset(PyObject *tzinfo, const char *method, PyObject *argument);
PyObject *kr_zone_name(PyObject *tzinfo, PyObject *argument);
// [offset] as text, "+HH:MM" with [separator] between the parts.
PyObject *kr_zone_offset_text(PyObject *offset, const char *separator);

// ---- date.c, time.c, datetime.c -----------------------------------------------------------------

PyObject *kr_date_new(int year, int month, int day, PyTypeObject *type);
// The same by calling [type] if it is a subclass.
PyObject *kr_date_create(PyObject *type, const KrMoment *day);
PyObject *kr_date_from_timestamp(PyObject *type, PyObject *timestamp);
PyObject *kr_date_add(PyObject *date, PyObject *delta, bool negate);
PyObject *kr_iso_calendar_new(int year, int month, int day);

PyObject *kr_time_new(const KrMoment *moment, PyObject *tzinfo, int fold, PyTypeObject *type);
void kr_time_moment(PyObject *time, KrMoment *ret_moment);

PyObject *kr_datetime_new(const KrMoment *moment, PyObject *tzinfo, int fold, PyTypeObject *type);
PyObject *kr_datetime_create(PyObject *type, const KrMoment *moment, PyObject *tzinfo, int fold);
PyObject *kr_datetime_from_timestamp(PyObject *type, PyObject *timestamp, PyObject *tzinfo);
void kr_datetime_moment(PyObject *datetime, KrMoment *ret_moment);
PyObject *kr_datetime_utcoffset(PyObject *datetime);
// The moments of [delta] after (or before) [datetime].
PyObject *kr_datetime_add(PyObject *datetime, PyObject *delta, bool negate);
PyObject *kr_datetime_subtract(PyObject *left, PyObject *right);
PyObject *kr_datetime_compare(PyObject *self, PyObject *other, int operation);
PyObject *kr_datetime_as_zone(PyObject *self, PyObject *tzinfo);
PyObject *kr_datetime_timestamp(PyObject *self);
Py_hash_t kr_datetime_hash(PyObject *self);
extern PyNumberMethods kr_datetime_as_number;

static inline BORROWED PyObject *kr_datetime_zone(PyObject *datetime)
{
    PyDateTime_DateTime *self = (PyDateTime_DateTime *)datetime;
    return self->hastzinfo ? self->tzinfo : Py_None;
}

static inline BORROWED PyObject *kr_time_zone(PyObject *time)
{
    PyDateTime_Time *self = (PyDateTime_Time *)time;
    return self->hastzinfo ? self->tzinfo : Py_None;
}

// ---- state.c: the states of pickles ---------------------------------------------------------------

// New bytes if [value] is the pickled state of [size] bytes, as bytes or as a str of Python 2; NULL without an
// exception if it is none.  [tested] is the byte that has to lie between [low] and [high].
typedef struct KrStateRule {
    const char *what;
    int size, tested, low, high;
} KrStateRule;
PyObject *kr_state_find(PyObject *value, const KrStateRule *rule);

// ---- text.c: out of and into text -----------------------------------------------------------------

PyObject *kr_text_strftime(PyObject *self, PyObject *format, PyObject *timetuple, PyObject *zone_argument);
PyObject *kr_text_format(PyObject *self, PyObject *format);
PyObject *kr_text_ctime(PyObject *date, int hour, int minute, int second);
PyObject *kr_text_time(const KrMoment *moment, const char *timespec);
PyObject *kr_text_struct_time(const KrMoment *moment, int dst_flag);
// Appends what repr() says of a tzinfo and of a fold to [text].
PyObject *kr_text_with_zone(STEALS PyObject *text, PyObject *tzinfo, int fold);

// ---- iso.c: ISO 8601 -------------------------------------------------------------------------------

PyObject *kr_iso_date(PyObject *type, PyObject *text);
PyObject *kr_iso_time(PyObject *type, PyObject *text);
PyObject *kr_iso_datetime(PyObject *type, PyObject *text);

static inline bool kr_add_constant(PyTypeObject *type, const char *name, STEALS PyObject *value)
{
    KR_AUTO PyObject *owned = value;
    return owned != NULL && PyDict_SetItemString(type->tp_dict, name, owned) == 0;
}

#endif
