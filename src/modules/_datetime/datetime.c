// datetime.c - the type datetime: constructors, fields and methods.  Operators are in datetime_arithmetic.c.
#include "modules/_datetime/datetimes.h"

#define DATETIME(object) ((PyDateTime_DateTime *)(object))

static const KrStateRule state_rule = {"datetime", _PyDateTime_DATETIME_DATASIZE, 2, 1, 12};

void kr_datetime_moment(PyObject *self, KrMoment *ret_moment)
{
    *ret_moment = (KrMoment){
        PyDateTime_GET_YEAR(self), PyDateTime_GET_MONTH(self), PyDateTime_GET_DAY(self),
        PyDateTime_DATE_GET_HOUR(self), PyDateTime_DATE_GET_MINUTE(self),
        PyDateTime_DATE_GET_SECOND(self), PyDateTime_DATE_GET_MICROSECOND(self)};
}

static PyDateTime_DateTime *allocate(PyTypeObject *type, PyObject *tzinfo, int fold)
{
    PyDateTime_DateTime *self = DATETIME(type->tp_alloc(type, 0));
    if (self == NULL) return NULL;
    self->hashcode = -1;
    self->hastzinfo = tzinfo != Py_None;
    self->tzinfo = self->hastzinfo ? Py_NewRef(tzinfo) : NULL;
    self->fold = (unsigned char)fold;
    return self;
}

PyObject *kr_datetime_new(const KrMoment *moment, PyObject *tzinfo, int fold, PyTypeObject *type)
{
    if (kr_calendar_check_date(moment->year, moment->month, moment->day) < 0) return NULL;
    if (kr_calendar_check_time(moment, fold) < 0 || kr_zone_check(tzinfo) < 0) return NULL;
    PyDateTime_DateTime *self = allocate(type, tzinfo, fold);
    if (self == NULL) return NULL;
    int parts[] = {moment->year >> 8, moment->year, moment->month, moment->day, moment->hour,
                   moment->minute, moment->second, moment->microsecond >> 16,
                   moment->microsecond >> 8, moment->microsecond};
    for (size_t i = 0; i < sizeof self->data; i++) self->data[i] = (unsigned char)parts[i];
    return (PyObject *)self;
}

PyObject *kr_datetime_create(PyObject *type, const KrMoment *moment, PyObject *tzinfo, int fold)
{
    if (type == (PyObject *)&kr_datetime_type)
        return kr_datetime_new(moment, tzinfo, fold, &kr_datetime_type);
    PyObject *made = PyObject_CallFunction(type, "iiiiiiiO", moment->year, moment->month, moment->day,
                                           moment->hour, moment->minute, moment->second,
                                           moment->microsecond, tzinfo);
    if (made != NULL && fold && kr_is_datetime(made)) DATETIME(made)->fold = 1;
    return made;
}

static PyObject *from_state(PyTypeObject *type, PyObject *state, PyObject *tzinfo)
{
    if (tzinfo != Py_None && !PyObject_TypeCheck(tzinfo, &kr_tzinfo_type))
        return kr_raise(PyExc_TypeError, "bad tzinfo state arg");
    PyDateTime_DateTime *self = allocate(type, tzinfo, 0);
    if (self == NULL) return NULL;
    memcpy(self->data, PyBytes_AS_STRING(state), sizeof self->data);
    self->fold = self->data[2] >> 7;
    self->data[2] &= 0x7F;
    return (PyObject *)self;
}

// Reads those of the seven fields that are [given].
static int read_fields(PyObject *const given[7], KrMoment *moment)
{
    int *fields[] = {&moment->year, &moment->month, &moment->day, &moment->hour, &moment->minute,
                     &moment->second, &moment->microsecond};
    for (int i = 0; i < 7; i++)
        if (given[i] != NULL && kr_argument_int(given[i], fields[i]) < 0) return -1;
    return 0;
}

CONSTRUCTOR(datetime,
            "year: object = NULL, month: object = NULL, day: object = NULL, "
            "hour: object = NULL, minute: object = NULL, second: object = NULL, "
            "microsecond: object = NULL, tzinfo: object = None, *, fold: int = 0",
            "datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])\n\n"
            "The year, month and day arguments are required. tzinfo may be None, or an\n"
            "instance of a tzinfo subclass. The remaining arguments may be ints.\n")
static PyObject *datetime_new(PyTypeObject *type, PyObject *year, PyObject *month, PyObject *day,
                              PyObject *hour, PyObject *minute, PyObject *second,
                              PyObject *microsecond, PyObject *tzinfo, int fold)
{
    if (year != NULL && day == NULL && (PyBytes_Check(year) || PyUnicode_Check(year))) {
        KR_AUTO PyObject *state = kr_state_find(year, &state_rule);
        if (state != NULL) return from_state(type, state, month != NULL ? month : tzinfo);
        if (PyErr_Occurred()) return NULL;
    }
    static const char *const names[] = {"year", "month", "day"};
    PyObject *given[] = {year, month, day, hour, minute, second, microsecond};
    for (int i = 0; i < 3; i++)
        if (given[i] == NULL)
            return kr_raise(PyExc_TypeError, "function missing required argument '%s' (pos %d)",
                            names[i], i + 1);
    KrMoment moment = {0};
    if (read_fields(given, &moment) < 0) return NULL;
    return kr_datetime_new(&moment, tzinfo, fold, type);
}

static void datetime_dealloc(PyObject *self)
{
    Py_CLEAR(DATETIME(self)->tzinfo);
    Py_TYPE(self)->tp_free(self);
}

// ---- from a clock ---------------------------------------------------------------------------------

// Local time without [tzinfo], or the time there.
static PyObject *from_clock(PyObject *type, int64_t seconds, int microsecond, PyObject *tzinfo)
{
    KrMoment moment;
    int fold = 0;
    int failed = tzinfo == Py_None ? kr_clock_local(seconds, &moment, &fold)
                                   : kr_clock_utc(seconds, &moment);
    if (failed < 0) return NULL;
    moment.microsecond = microsecond;
    KR_AUTO PyObject *made = kr_datetime_create(type, &moment, tzinfo, fold);
    if (made == NULL || tzinfo == Py_None) return kr_take(made);
    return PyObject_CallMethodOneArg(tzinfo, ID(fromutc), made);
}

static PyObject *from_utc_clock(PyObject *type, int64_t seconds, int microsecond)
{
    KrMoment moment;
    if (kr_clock_utc(seconds, &moment) < 0) return NULL;
    moment.microsecond = microsecond;
    return kr_datetime_create(type, &moment, Py_None, 0);
}

PyObject *kr_datetime_from_timestamp(PyObject *type, PyObject *timestamp, PyObject *tzinfo)
{
    time_t seconds;
    long rest;
    if (kr_zone_check(tzinfo) < 0) return NULL;
    if (_PyTime_ObjectToTimeval(timestamp, &seconds, &rest, _PyTime_ROUND_HALF_EVEN) < 0) return NULL;
    return from_clock(type, seconds, (int)rest, tzinfo);
}

METHOD(now, "cls, /, tz=None",
       "Returns new datetime object representing current time local to tz.\n\n"
       "  tz\n    Timezone object.\n\nIf no tz is specified, uses local timezone.")
static PyObject *datetime_now(PyObject *type, PyObject *tzinfo)
{
    struct timespec now;
    if (kr_zone_check(tzinfo) < 0) return NULL;
    clock_gettime(CLOCK_REALTIME, &now);
    return from_clock(type, now.tv_sec, (int)(now.tv_nsec / 1000), tzinfo);
}

METHOD(utcnow, "cls", "Return a new datetime representing UTC day and time.")
static PyObject *datetime_utcnow(PyObject *type)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return from_utc_clock(type, now.tv_sec, (int)(now.tv_nsec / 1000));
}

METHOD(fromtimestamp, "cls, timestamp, tz=None",
       "timestamp[, tz] -> tz's local time from POSIX timestamp.")
static PyObject *datetime_fromtimestamp(PyObject *type, PyObject *timestamp, PyObject *tzinfo)
{
    return kr_datetime_from_timestamp(type, timestamp, tzinfo);
}

METHOD(utcfromtimestamp, "cls, timestamp, /",
       "Construct a naive UTC datetime from a POSIX timestamp.")
static PyObject *datetime_utcfromtimestamp(PyObject *type, PyObject *timestamp)
{
    time_t seconds;
    long rest;
    if (_PyTime_ObjectToTimeval(timestamp, &seconds, &rest, _PyTime_ROUND_HALF_EVEN) < 0) return NULL;
    return from_utc_clock(type, seconds, (int)rest);
}

METHOD(strptime, "cls, date_string: str, format: str, /",
       "string, format -> new datetime parsed from a string (like time.strptime()).")
static PyObject *datetime_strptime(PyObject *type, PyObject *text, PyObject *format)
{
    KR_AUTO PyObject *module = PyImport_ImportModule("_strptime");
    if (module == NULL) return NULL;
    return PyObject_CallMethod(module, "_strptime_datetime", "OOO", type, text, format);
}

METHOD(combine, "cls, date: !kr_date_type, time: !kr_time_type, tzinfo: object = NULL",
       "date, time -> datetime with same date and time fields")
static PyObject *datetime_combine(PyObject *type, PyObject *date, PyObject *time, PyObject *tzinfo)
{
    KrMoment moment;
    kr_time_moment(time, &moment);
    moment.year = PyDateTime_GET_YEAR(date);
    moment.month = PyDateTime_GET_MONTH(date);
    moment.day = PyDateTime_GET_DAY(date);
    if (tzinfo == NULL) tzinfo = kr_time_zone(time);
    return kr_datetime_create(type, &moment, tzinfo, ((PyDateTime_Time *)time)->fold);
}

METHOD(fromisoformat, "cls, date_string, /",
       "string -> datetime from a string in most ISO 8601 formats")
static PyObject *datetime_fromisoformat(PyObject *type, PyObject *text)
{
    return kr_iso_datetime(type, text);
}

// ---- parts ----------------------------------------------------------------------------------------

METHOD(date, "self", "Return date object with same year, month and day.")
static PyObject *datetime_date(PyObject *self)
{
    return kr_date_new(PyDateTime_GET_YEAR(self), PyDateTime_GET_MONTH(self), PyDateTime_GET_DAY(self),
                       &kr_date_type);
}

METHOD(time, "self", "Return time object with same time but with tzinfo=None.")
static PyObject *datetime_time(PyObject *self)
{
    KrMoment moment;
    kr_datetime_moment(self, &moment);
    return kr_time_new(&moment, Py_None, DATETIME(self)->fold, &kr_time_type);
}

METHOD(timetz, "self", "Return time object with same time and tzinfo.")
static PyObject *datetime_timetz(PyObject *self)
{
    KrMoment moment;
    kr_datetime_moment(self, &moment);
    return kr_time_new(&moment, kr_datetime_zone(self), DATETIME(self)->fold, &kr_time_type);
}

METHOD(ctime, "self", "Return ctime() style string.")
static PyObject *datetime_ctime(PyObject *self)
{
    return kr_text_ctime(self, PyDateTime_DATE_GET_HOUR(self), PyDateTime_DATE_GET_MINUTE(self),
                         PyDateTime_DATE_GET_SECOND(self));
}

METHOD(timetuple, "self", "Return time tuple, compatible with time.localtime().")
static PyObject *datetime_timetuple(PyObject *self)
{
    KrMoment moment;
    kr_datetime_moment(self, &moment);
    KR_AUTO PyObject *dst = kr_zone_offset(kr_datetime_zone(self), "dst", self);
    if (dst == NULL) return NULL;
    return kr_text_struct_time(&moment, dst == Py_None ? -1 : kr_delta_microseconds(dst) != 0);
}

METHOD(timestamp, "self", "Return POSIX timestamp as float.")
static PyObject *datetime_timestamp(PyObject *self)
{
    return kr_datetime_timestamp(self);
}

METHOD(utctimetuple, "self", "Return UTC time tuple, compatible with time.localtime().")
static PyObject *datetime_utctimetuple(PyObject *self)
{
    KrMoment moment;
    KR_AUTO PyObject *offset = kr_datetime_utcoffset(self);
    if (offset == NULL) return NULL;
    kr_datetime_moment(self, &moment);
    if (offset != Py_None) {
        KR_AUTO PyObject *naive = kr_datetime_new(&moment, Py_None, 0, &kr_datetime_type);
        KR_AUTO PyObject *utc = naive == NULL ? NULL : kr_datetime_add(naive, offset, true);
        if (utc == NULL) return NULL;
        kr_datetime_moment(utc, &moment);
    }
    return kr_text_struct_time(&moment, 0);
}

METHOD(isoformat, "self, sep: object = NULL, timespec: cstr = 'auto'",
       "[sep] -> string in ISO 8601 format, YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\n"
       "sep is used to separate the year from the time, and defaults to 'T'.\n"
       "The optional argument timespec specifies the number of additional terms\n"
       "of the time to include. Valid options are 'auto', 'hours', 'minutes',\n"
       "'seconds', 'milliseconds' and 'microseconds'.\n")
static PyObject *datetime_isoformat(PyObject *self, PyObject *separator, const char *timespec)
{
    KrMoment moment;
    int letter = 'T';
    if (separator != NULL
        && kr_argument_char(separator, &letter, "isoformat", "argument 1") < 0) return NULL;
    kr_datetime_moment(self, &moment);
    KR_AUTO PyObject *time = kr_text_time(&moment, timespec);
    KR_AUTO PyObject *between = PyUnicode_FromOrdinal(letter);
    if (time == NULL || between == NULL) return NULL;
    KR_AUTO PyObject *text = PyUnicode_FromFormat("%04d-%02d-%02d%U%U", moment.year, moment.month,
                                                  moment.day, between, time);
    KR_AUTO PyObject *offset = text == NULL ? NULL : kr_datetime_utcoffset(self);
    if (offset == NULL) return NULL;
    if (offset == Py_None) return kr_take(text);
    KR_AUTO PyObject *zone = kr_zone_offset_text(offset, ":");
    return zone == NULL ? NULL : PyUnicode_Concat(text, zone);
}

METHOD(utcoffset, "self", "Return self.tzinfo.utcoffset(self).")
static PyObject *datetime_utcoffset(PyObject *self)
{
    return kr_zone_offset(kr_datetime_zone(self), "utcoffset", self);
}

PyObject *kr_datetime_utcoffset(PyObject *datetime)
{
    return datetime_utcoffset(datetime);
}

METHOD(tzname, "self", "Return self.tzinfo.tzname(self).")
static PyObject *datetime_tzname(PyObject *self)
{
    return kr_zone_name(kr_datetime_zone(self), self);
}

METHOD(dst, "self", "Return self.tzinfo.dst(self).")
static PyObject *datetime_dst(PyObject *self)
{
    return kr_zone_offset(kr_datetime_zone(self), "dst", self);
}

METHOD(replace,
       "self, year: object = NULL, month: object = NULL, day: object = NULL, "
       "hour: object = NULL, minute: object = NULL, second: object = NULL, "
       "microsecond: object = NULL, tzinfo: object = NULL, *, fold: int = -1",
       "Return datetime with new specified fields.")
static PyObject *datetime_replace(PyObject *self, PyObject *year, PyObject *month, PyObject *day,
                                  PyObject *hour, PyObject *minute, PyObject *second,
                                  PyObject *microsecond, PyObject *tzinfo, int fold)
{
    KrMoment moment;
    PyObject *given[] = {year, month, day, hour, minute, second, microsecond};
    kr_datetime_moment(self, &moment);
    if (read_fields(given, &moment) < 0) return NULL;
    if (tzinfo == NULL) tzinfo = kr_datetime_zone(self);
    return kr_datetime_new(&moment, tzinfo, fold == -1 ? DATETIME(self)->fold : fold, Py_TYPE(self));
}

METHOD(astimezone, "self, tz=None", "tz -> convert to local time in new timezone tz\n")
static PyObject *datetime_astimezone(PyObject *self, PyObject *tzinfo)
{
    return kr_datetime_as_zone(self, tzinfo);
}

METHOD(__reduce_ex__, "self, proto: int, /", "__reduce_ex__(proto) -> (cls, state)")
static PyObject *datetime___reduce_ex__(PyObject *self, int protocol)
{
    unsigned char data[_PyDateTime_DATETIME_DATASIZE];
    Py_ssize_t size = sizeof data;
    memcpy(data, DATETIME(self)->data, sizeof data);
    if (protocol > 3 && DATETIME(self)->fold) data[2] |= 0x80;
    if (!DATETIME(self)->hastzinfo) return Py_BuildValue("O(y#)", Py_TYPE(self), data, size);
    return Py_BuildValue("O(y#O)", Py_TYPE(self), data, size, DATETIME(self)->tzinfo);
}

METHOD(__reduce__, "self", "__reduce__() -> (cls, state)")
static PyObject *datetime___reduce__(PyObject *self)
{
    return datetime___reduce_ex__(self, 2);
}

GETTER(hour, NULL)
static PyObject *datetime_get_hour(PyObject *self)
{
    return PyLong_FromLong(PyDateTime_DATE_GET_HOUR(self));
}

GETTER(minute, NULL)
static PyObject *datetime_get_minute(PyObject *self)
{
    return PyLong_FromLong(PyDateTime_DATE_GET_MINUTE(self));
}

GETTER(second, NULL)
static PyObject *datetime_get_second(PyObject *self)
{
    return PyLong_FromLong(PyDateTime_DATE_GET_SECOND(self));
}

GETTER(microsecond, NULL)
static PyObject *datetime_get_microsecond(PyObject *self)
{
    return PyLong_FromLong(PyDateTime_DATE_GET_MICROSECOND(self));
}

GETTER(tzinfo, NULL)
static PyObject *datetime_get_tzinfo(PyObject *self)
{
    return Py_NewRef(kr_datetime_zone(self));
}

GETTER(fold, NULL)
static PyObject *datetime_get_fold(PyObject *self)
{
    return PyLong_FromLong(DATETIME(self)->fold);
}

#include "modules/_datetime/datetime.methods.h"

static PyObject *datetime_repr(PyObject *self)
{
    const char *name = Py_TYPE(self)->tp_name;
    char rest[40] = "";
    KrMoment moment;
    kr_datetime_moment(self, &moment);
    if (moment.microsecond != 0)
        snprintf(rest, sizeof rest, ", %d, %d", moment.second, moment.microsecond);
    else if (moment.second != 0) snprintf(rest, sizeof rest, ", %d", moment.second);
    PyObject *text = PyUnicode_FromFormat("%s(%d, %d, %d, %d, %d%s)", name, moment.year, moment.month,
                                          moment.day, moment.hour, moment.minute, rest);
    return kr_text_with_zone(text, kr_datetime_zone(self), DATETIME(self)->fold);
}

static PyObject *datetime_str(PyObject *self)
{
    return PyObject_CallMethod(self, "isoformat", "s", " ");
}

PyTypeObject kr_datetime_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "datetime.datetime",
    .tp_basicsize = sizeof(PyDateTime_DateTime),
    .tp_dealloc = datetime_dealloc,
    .tp_repr = datetime_repr,
    .tp_as_number = &kr_datetime_as_number,
    .tp_hash = kr_datetime_hash,
    .tp_str = datetime_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = datetime_doc,
    .tp_richcompare = kr_datetime_compare,
    .tp_methods = datetime_methods,
    .tp_getset = datetime_getset,
    .tp_base = &kr_date_type,
    .tp_new = datetime_tp_new,
    .tp_vectorcall = datetime_tp_vectorcall,
};
