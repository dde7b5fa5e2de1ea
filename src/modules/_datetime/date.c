// date.c - the type date.
#include "modules/_datetime/datetimes.h"

#define DATA(object) (((PyDateTime_Date *)(object))->data)

static const KrStateRule state_rule = {"date", _PyDateTime_DATE_DATASIZE, 2, 1, 12};

static int year_of(PyObject *self)
{
    return PyDateTime_GET_YEAR(self);
}

static int ordinal_of(PyObject *self)
{
    return kr_calendar_ordinal(year_of(self), DATA(self)[2], DATA(self)[3]);
}

static int weekday_of(PyObject *self)
{
    return kr_calendar_weekday(year_of(self), DATA(self)[2], DATA(self)[3]);
}

PyObject *kr_date_new(int year, int month, int day, PyTypeObject *type)
{
    if (kr_calendar_check_date(year, month, day) < 0) return NULL;
    PyDateTime_Date *self = (PyDateTime_Date *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->hashcode = -1;
    self->data[0] = (unsigned char)(year >> 8);
    self->data[1] = (unsigned char)year;
    self->data[2] = (unsigned char)month;
    self->data[3] = (unsigned char)day;
    return (PyObject *)self;
}

PyObject *kr_date_create(PyObject *type, const KrMoment *day)
{
    if (type == (PyObject *)&kr_date_type)
        return kr_date_new(day->year, day->month, day->day, &kr_date_type);
    return PyObject_CallFunction(type, "iii", day->year, day->month, day->day);
}

static PyObject *from_state(PyTypeObject *type, PyObject *state)
{
    PyDateTime_Date *self = (PyDateTime_Date *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->hashcode = -1;
    memcpy(self->data, PyBytes_AS_STRING(state), sizeof self->data);
    return (PyObject *)self;
}

CONSTRUCTOR(date, "year: object = NULL, month: object = NULL, day: object = NULL",
            "date(year, month, day) --> date object")
static PyObject *date_new(PyTypeObject *type, PyObject *year, PyObject *month, PyObject *day)
{
    if (year != NULL && month == NULL && day == NULL) {
        KR_AUTO PyObject *state = kr_state_find(year, &state_rule);
        if (state != NULL) return from_state(type, state);
        if (PyErr_Occurred()) return NULL;
    }
    static const char *const names[] = {"year", "month", "day"};
    PyObject *given[] = {year, month, day};
    int values[3];
    for (int i = 0; i < 3; i++) {
        if (given[i] == NULL)
            return kr_raise(PyExc_TypeError, "function missing required argument '%s' (pos %d)", names[i],
                            i + 1);
        if (kr_argument_int(given[i], &values[i]) < 0) return NULL;
    }
    return kr_date_new(values[0], values[1], values[2], type);
}

PyObject *kr_date_from_timestamp(PyObject *type, PyObject *timestamp)
{
    time_t seconds;
    struct tm tm;
    KrMoment moment;
    if (_PyTime_ObjectToTime_t(timestamp, &seconds, _PyTime_ROUND_FLOOR) < 0) return NULL;
    if (_PyTime_localtime(seconds, &tm) < 0) return NULL;
    kr_calendar_from_tm(&tm, &moment);
    return kr_date_create(type, &moment);
}

METHOD(fromtimestamp, "cls, timestamp, /",
       "Create a date from a POSIX timestamp.\n\n"
       "The timestamp is a number, e.g. created via time.time(), that is interpreted\n"
       "as local time.")
static PyObject *date_fromtimestamp(PyObject *type, PyObject *timestamp)
{
    return kr_date_from_timestamp(type, timestamp);
}

METHOD(fromordinal, "cls, ordinal: int, /", "int -> date corresponding to a proleptic Gregorian ordinal.")
static PyObject *date_fromordinal(PyObject *type, int ordinal)
{
    KrMoment day;
    if (ordinal < 1) return kr_raise(PyExc_ValueError, "ordinal must be >= 1");
    if (ordinal > KR_MAX_ORDINAL + 366)
        return kr_raise(PyExc_ValueError, "year is out of range");
    kr_calendar_from_ordinal(ordinal, &day);
    return kr_date_create(type, &day);
}

METHOD(fromisoformat, "cls, date_string, /", "str -> Construct a date from a string in ISO 8601 format.")
static PyObject *date_fromisoformat(PyObject *type, PyObject *text)
{
    return kr_iso_date(type, text);
}

METHOD(fromisocalendar, "cls, year: object, week: object, day: object",
       "int, int, int -> Construct a date from the ISO year, week number and weekday.\n\n"
       "This is the inverse of the date.isocalendar() function")
static PyObject *date_fromisocalendar(PyObject *type, PyObject *year, PyObject *week, PyObject *day)
{
    KrMoment moment;
    int values[3];
    if (kr_argument_int(year, &values[0]) < 0 || kr_argument_int(week, &values[1]) < 0
        || kr_argument_int(day, &values[2]) < 0) {
        if (PyErr_ExceptionMatches(PyExc_OverflowError))
            kr_raise(PyExc_ValueError, "ISO calendar component out of range");
        return NULL;
    }
    if (kr_calendar_from_iso(values[0], values[1], values[2], &moment) < 0) return NULL;
    return kr_date_create(type, &moment);
}

METHOD(today, "cls", "Current date or datetime:  same as self.__class__.fromtimestamp(time.time()).")
static PyObject *date_today(PyObject *type)
{
    KR_AUTO PyObject *module = PyImport_ImportModule("time");
    KR_AUTO PyObject *now = module == NULL ? NULL : PyObject_CallMethod(module, "time", NULL);
    return now == NULL ? NULL : PyObject_CallMethodOneArg(type, ID(fromtimestamp), now);
}

METHOD(ctime, "self", "Return ctime() style string.")
static PyObject *date_ctime(PyObject *self)
{
    return kr_text_ctime(self, 0, 0, 0);
}

METHOD(strftime, "self, format: str", "format -> strftime() style string.")
static PyObject *date_strftime(PyObject *self, PyObject *format)
{
    KR_AUTO PyObject *tuple = PyObject_CallMethodNoArgs(self, ID(timetuple));
    return tuple == NULL ? NULL : kr_text_strftime(self, format, tuple, self);
}

METHOD(__format__, "self, format: str, /", "Formats self with strftime.")
static PyObject *date___format__(PyObject *self, PyObject *format)
{
    return kr_text_format(self, format);
}

METHOD(timetuple, "self", "Return time tuple, compatible with time.localtime().")
static PyObject *date_timetuple(PyObject *self)
{
    KrMoment moment = {.year = year_of(self), .month = DATA(self)[2], .day = DATA(self)[3]};
    return kr_text_struct_time(&moment, -1);
}

METHOD(isocalendar, "self", "Return a named tuple containing ISO year, week number, and weekday.")
static PyObject *date_isocalendar(PyObject *self)
{
    return kr_iso_calendar_new(year_of(self), DATA(self)[2], DATA(self)[3]);
}

METHOD(isoformat, "self", "Return string in ISO 8601 format, YYYY-MM-DD.")
static PyObject *date_isoformat(PyObject *self)
{
    return PyUnicode_FromFormat("%04d-%02d-%02d", year_of(self), DATA(self)[2], DATA(self)[3]);
}

METHOD(isoweekday, "self",
       "Return the day of the week represented by the date.\nMonday == 1 ... Sunday == 7")
static PyObject *date_isoweekday(PyObject *self)
{
    return PyLong_FromLong(weekday_of(self) + 1);
}

METHOD(toordinal, "self", "Return proleptic Gregorian ordinal.  January 1 of year 1 is day 1.")
static PyObject *date_toordinal(PyObject *self)
{
    return PyLong_FromLong(ordinal_of(self));
}

METHOD(weekday, "self",
       "Return the day of the week represented by the date.\nMonday == 0 ... Sunday == 6")
static PyObject *date_weekday(PyObject *self)
{
    return PyLong_FromLong(weekday_of(self));
}

METHOD(replace, "self, year: object = NULL, month: object = NULL, day: object = NULL",
       "Return date with new specified fields.")
static PyObject *date_replace(PyObject *self, PyObject *year, PyObject *month, PyObject *day)
{
    int values[] = {year_of(self), DATA(self)[2], DATA(self)[3]};
    if (year != NULL && kr_argument_int(year, &values[0]) < 0) return NULL;
    if (month != NULL && kr_argument_int(month, &values[1]) < 0) return NULL;
    if (day != NULL && kr_argument_int(day, &values[2]) < 0) return NULL;
    return kr_date_new(values[0], values[1], values[2], Py_TYPE(self));
}

METHOD(__reduce__, "self", "__reduce__() -> (cls, state)")
static PyObject *date___reduce__(PyObject *self)
{
    return Py_BuildValue("O(y#)", Py_TYPE(self), DATA(self), (Py_ssize_t)_PyDateTime_DATE_DATASIZE);
}

GETTER(year, NULL)
static PyObject *date_get_year(PyObject *self)
{
    return PyLong_FromLong(year_of(self));
}

GETTER(month, NULL)
static PyObject *date_get_month(PyObject *self)
{
    return PyLong_FromLong(DATA(self)[2]);
}

GETTER(day, NULL)
static PyObject *date_get_day(PyObject *self)
{
    return PyLong_FromLong(DATA(self)[3]);
}

#include "modules/_datetime/date.methods.h"

// ---- operators ------------------------------------------------------------------------------------

PyObject *kr_date_add(PyObject *date, PyObject *delta, bool negate)
{
    int days = ((PyDateTime_Delta *)delta)->days;
    int64_t ordinal = (int64_t)ordinal_of(date) + (negate ? -days : days);
    KrMoment day;
    if (ordinal < 1 || ordinal > KR_MAX_ORDINAL)
        return kr_raise(PyExc_OverflowError, "date value out of range");
    kr_calendar_from_ordinal((int)ordinal, &day);
    return kr_date_create((PyObject *)Py_TYPE(date), &day);
}

static PyObject *date_add(PyObject *left, PyObject *right)
{
    if (kr_is_datetime(left) || kr_is_datetime(right)) Py_RETURN_NOTIMPLEMENTED;
    if (kr_is_date(left) && kr_is_delta(right)) return kr_date_add(left, right, false);
    if (kr_is_delta(left) && kr_is_date(right)) return kr_date_add(right, left, false);
    Py_RETURN_NOTIMPLEMENTED;
}

static PyObject *date_subtract(PyObject *left, PyObject *right)
{
    if (kr_is_datetime(left) || kr_is_datetime(right) || !kr_is_date(left)) Py_RETURN_NOTIMPLEMENTED;
    if (kr_is_date(right))
        return kr_delta_new(ordinal_of(left) - ordinal_of(right), 0, 0, 1, &kr_delta_type);
    if (kr_is_delta(right)) return kr_date_add(left, right, true);
    Py_RETURN_NOTIMPLEMENTED;
}

static PyObject *date_compare(PyObject *self, PyObject *other, int operation)
{
    if (!kr_is_date(other)) Py_RETURN_NOTIMPLEMENTED;
    int difference = memcmp(DATA(self), DATA(other), _PyDateTime_DATE_DATASIZE);
    Py_RETURN_RICHCOMPARE(difference, 0, operation);
}

static Py_hash_t date_hash(PyObject *object)
{
    PyDateTime_Date *self = (PyDateTime_Date *)object;
    if (self->hashcode == -1) self->hashcode = _Py_HashBytes(self->data, sizeof self->data);
    return self->hashcode;
}

static PyObject *date_repr(PyObject *self)
{
    return PyUnicode_FromFormat("%s(%d, %d, %d)", Py_TYPE(self)->tp_name, year_of(self), DATA(self)[2],
                                DATA(self)[3]);
}

static PyObject *date_str(PyObject *self)
{
    return PyObject_CallMethodNoArgs(self, ID(isoformat));
}

static PyNumberMethods date_as_number = {.nb_add = date_add, .nb_subtract = date_subtract};

PyTypeObject kr_date_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "datetime.date",
    .tp_basicsize = sizeof(PyDateTime_Date),
    .tp_repr = date_repr,
    .tp_as_number = &date_as_number,
    .tp_hash = date_hash,
    .tp_str = date_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = date_doc,
    .tp_richcompare = date_compare,
    .tp_methods = date_methods,
    .tp_getset = date_getset,
    .tp_new = date_tp_new,
    .tp_vectorcall = date_tp_vectorcall,
};
