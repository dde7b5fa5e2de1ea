// time.c - the type time: a time of a day, with or without a zone.
#include "modules/_datetime/datetimes.h"

#define TIME(object) ((PyDateTime_Time *)(object))

static const KrStateRule state_rule = {"time", _PyDateTime_TIME_DATASIZE, 0, 0, 23};

void kr_time_moment(PyObject *time, KrMoment *ret_moment)
{
    *ret_moment = (KrMoment){1900, 1, 1, PyDateTime_TIME_GET_HOUR(time), PyDateTime_TIME_GET_MINUTE(time),
                             PyDateTime_TIME_GET_SECOND(time), PyDateTime_TIME_GET_MICROSECOND(time)};
}

static PyDateTime_Time *allocate(PyTypeObject *type, PyObject *tzinfo, int fold)
{
    PyDateTime_Time *self = TIME(type->tp_alloc(type, 0));
    if (self == NULL) return NULL;
    self->hashcode = -1;
    self->hastzinfo = tzinfo != Py_None;
    self->tzinfo = self->hastzinfo ? Py_NewRef(tzinfo) : NULL;
    self->fold = (unsigned char)fold;
    return self;
}

PyObject *kr_time_new(const KrMoment *moment, PyObject *tzinfo, int fold, PyTypeObject *type)
{
    if (kr_calendar_check_time(moment, fold) < 0 || kr_zone_check(tzinfo) < 0) return NULL;
    PyDateTime_Time *self = allocate(type, tzinfo, fold);
    if (self == NULL) return NULL;
    self->data[0] = (unsigned char)moment->hour;
    self->data[1] = (unsigned char)moment->minute;
    self->data[2] = (unsigned char)moment->second;
    self->data[3] = (unsigned char)(moment->microsecond >> 16);
    self->data[4] = (unsigned char)(moment->microsecond >> 8);
    self->data[5] = (unsigned char)moment->microsecond;
    return (PyObject *)self;
}

static PyObject *from_state(PyTypeObject *type, PyObject *state, PyObject *tzinfo)
{
    if (tzinfo != Py_None && !PyObject_TypeCheck(tzinfo, &kr_tzinfo_type))
        return kr_raise(PyExc_TypeError, "bad tzinfo state arg");
    PyDateTime_Time *self = allocate(type, tzinfo, 0);
    if (self == NULL) return NULL;
    memcpy(self->data, PyBytes_AS_STRING(state), sizeof self->data);
    self->fold = self->data[0] >> 7;
    self->data[0] &= 0x7F;
    return (PyObject *)self;
}

CONSTRUCTOR(time,
            "hour: object = NULL, minute: object = NULL, second: object = NULL, "
            "microsecond: object = NULL, tzinfo: object = None, *, fold: int = 0",
            "time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object\n\n"
            "All arguments are optional. tzinfo may be None, or an instance of\n"
            "a tzinfo subclass. The remaining arguments may be ints.\n")
static PyObject *time_new(PyTypeObject *type, PyObject *hour, PyObject *minute, PyObject *second,
                          PyObject *microsecond, PyObject *tzinfo, int fold)
{
    if (hour != NULL && second == NULL && (PyBytes_Check(hour) || PyUnicode_Check(hour))) {
        KR_AUTO PyObject *state = kr_state_find(hour, &state_rule);
        if (state != NULL) return from_state(type, state, minute != NULL ? minute : tzinfo);
        if (PyErr_Occurred()) return NULL;
    }
    KrMoment moment = {0};
    if (hour != NULL && kr_argument_int(hour, &moment.hour) < 0) return NULL;
    if (minute != NULL && kr_argument_int(minute, &moment.minute) < 0) return NULL;
    if (second != NULL && kr_argument_int(second, &moment.second) < 0) return NULL;
    if (microsecond != NULL && kr_argument_int(microsecond, &moment.microsecond) < 0) return NULL;
    return kr_time_new(&moment, tzinfo, fold, type);
}

static void time_dealloc(PyObject *self)
{
    Py_CLEAR(TIME(self)->tzinfo);
    Py_TYPE(self)->tp_free(self);
}

METHOD(isoformat, "self, timespec: cstr = 'auto'",
       "Return string in ISO 8601 format, [HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\n\n"
       "The optional argument timespec specifies the number of additional terms\n"
       "of the time to include. Valid options are 'auto', 'hours', 'minutes',\n"
       "'seconds', 'milliseconds' and 'microseconds'.\n")
static PyObject *time_isoformat(PyObject *self, const char *timespec)
{
    KrMoment moment;
    kr_time_moment(self, &moment);
    KR_AUTO PyObject *text = kr_text_time(&moment, timespec);
    if (text == NULL || !TIME(self)->hastzinfo) return kr_take(text);
    KR_AUTO PyObject *offset = kr_zone_offset(kr_time_zone(self), "utcoffset", Py_None);
    if (offset == NULL) return NULL;
    if (offset == Py_None) return kr_take(text);
    KR_AUTO PyObject *zone = kr_zone_offset_text(offset, ":");
    return zone == NULL ? NULL : PyUnicode_Concat(text, zone);
}

METHOD(strftime, "self, format: str", "format -> strftime() style string.")
static PyObject *time_strftime(PyObject *self, PyObject *format)
{
    KR_AUTO PyObject *tuple =
        Py_BuildValue("iiiiiiiii", 1900, 1, 1, TIME(self)->data[0], TIME(self)->data[1], TIME(self)->data[2],
                      0, 1, -1);
    return tuple == NULL ? NULL : kr_text_strftime(self, format, tuple, Py_None);
}

METHOD(__format__, "self, format: str, /", "Formats self with strftime.")
static PyObject *time___format__(PyObject *self, PyObject *format)
{
    return kr_text_format(self, format);
}

METHOD(utcoffset, "self", "Return self.tzinfo.utcoffset(self).")
static PyObject *time_utcoffset(PyObject *self)
{
    return kr_zone_offset(kr_time_zone(self), "utcoffset", Py_None);
}

METHOD(tzname, "self", "Return self.tzinfo.tzname(self).")
static PyObject *time_tzname(PyObject *self)
{
    return kr_zone_name(kr_time_zone(self), Py_None);
}

METHOD(dst, "self", "Return self.tzinfo.dst(self).")
static PyObject *time_dst(PyObject *self)
{
    return kr_zone_offset(kr_time_zone(self), "dst", Py_None);
}

METHOD(replace,
       "self, hour: object = NULL, minute: object = NULL, second: object = NULL, "
       "microsecond: object = NULL, tzinfo: object = NULL, *, fold: int = -1",
       "Return time with new specified fields.")
static PyObject *time_replace(PyObject *self, PyObject *hour, PyObject *minute, PyObject *second,
                              PyObject *microsecond, PyObject *tzinfo, int fold)
{
    KrMoment moment;
    kr_time_moment(self, &moment);
    if (hour != NULL && kr_argument_int(hour, &moment.hour) < 0) return NULL;
    if (minute != NULL && kr_argument_int(minute, &moment.minute) < 0) return NULL;
    if (second != NULL && kr_argument_int(second, &moment.second) < 0) return NULL;
    if (microsecond != NULL && kr_argument_int(microsecond, &moment.microsecond) < 0) return NULL;
    if (tzinfo == NULL) tzinfo = kr_time_zone(self);
    return kr_time_new(&moment, tzinfo, fold == -1 ? TIME(self)->fold : fold, Py_TYPE(self));
}

METHOD(fromisoformat, "cls, time_string, /", "string -> time from a string in ISO 8601 format")
static PyObject *time_fromisoformat(PyObject *type, PyObject *text)
{
    return kr_iso_time(type, text);
}

METHOD(__reduce_ex__, "self, proto: int, /", "__reduce_ex__(proto) -> (cls, state)")
static PyObject *time___reduce_ex__(PyObject *self, int protocol)
{
    unsigned char data[_PyDateTime_TIME_DATASIZE];
    memcpy(data, TIME(self)->data, sizeof data);
    if (protocol > 3 && TIME(self)->fold) data[0] |= 0x80;
    if (!TIME(self)->hastzinfo) return Py_BuildValue("O(y#)", Py_TYPE(self), data, (Py_ssize_t)sizeof data);
    return Py_BuildValue("O(y#O)", Py_TYPE(self), data, (Py_ssize_t)sizeof data, TIME(self)->tzinfo);
}

METHOD(__reduce__, "self", "__reduce__() -> (cls, state)")
static PyObject *time___reduce__(PyObject *self)
{
    return time___reduce_ex__(self, 2);
}

GETTER(hour, NULL)
static PyObject *time_get_hour(PyObject *self)
{
    return PyLong_FromLong(PyDateTime_TIME_GET_HOUR(self));
}

GETTER(minute, NULL)
static PyObject *time_get_minute(PyObject *self)
{
    return PyLong_FromLong(PyDateTime_TIME_GET_MINUTE(self));
}

GETTER(second, NULL)
static PyObject *time_get_second(PyObject *self)
{
    return PyLong_FromLong(PyDateTime_TIME_GET_SECOND(self));
}

GETTER(microsecond, NULL)
static PyObject *time_get_microsecond(PyObject *self)
{
    return PyLong_FromLong(PyDateTime_TIME_GET_MICROSECOND(self));
}

GETTER(tzinfo, NULL)
static PyObject *time_get_tzinfo(PyObject *self)
{
    return Py_NewRef(kr_time_zone(self));
}

GETTER(fold, NULL)
static PyObject *time_get_fold(PyObject *self)
{
    return PyLong_FromLong(TIME(self)->fold);
}

#include "modules/_datetime/time.methods.h"

// ---- comparing -------------------------------------------------------------------------------------

static int64_t microseconds_of(PyObject *self, PyObject *offset)
{
    KrMoment moment;
    kr_time_moment(self, &moment);
    int64_t seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second;
    return seconds * KR_SECOND_MICROSECONDS + moment.microsecond
           - (offset == Py_None ? 0 : (int64_t)kr_delta_microseconds(offset));
}

static PyObject *time_compare(PyObject *self, PyObject *other, int operation)
{
    if (!kr_is_time(other)) Py_RETURN_NOTIMPLEMENTED;
    if (kr_time_zone(self) == kr_time_zone(other))
        Py_RETURN_RICHCOMPARE(microseconds_of(self, Py_None), microseconds_of(other, Py_None), operation);
    KR_AUTO PyObject *offset = time_utcoffset(self);
    KR_AUTO PyObject *other_offset = offset == NULL ? NULL : time_utcoffset(other);
    if (other_offset == NULL) return NULL;
    if ((offset == Py_None) == (other_offset == Py_None))
        Py_RETURN_RICHCOMPARE(microseconds_of(self, offset), microseconds_of(other, other_offset), operation);
    if (operation == Py_EQ) Py_RETURN_FALSE;
    if (operation == Py_NE) Py_RETURN_TRUE;
    return kr_raise(PyExc_TypeError, "can't compare offset-naive and offset-aware times");
}

static Py_hash_t time_hash(PyObject *object)
{
    PyDateTime_Time *self = TIME(object);
    if (self->hashcode != -1) return self->hashcode;
    KrMoment moment;
    kr_time_moment(object, &moment);
    KR_AUTO PyObject *unfolded =
        self->fold ? kr_time_new(&moment, kr_time_zone(object), 0, Py_TYPE(object)) : Py_NewRef(object);
    KR_AUTO PyObject *offset = unfolded == NULL ? NULL : time_utcoffset(unfolded);
    if (offset == NULL) return -1;
    if (offset == Py_None) return self->hashcode = _Py_HashBytes(self->data, sizeof self->data);
    KR_AUTO PyObject *since = kr_delta_from_microseconds(microseconds_of(object, offset), &kr_delta_type);
    return since == NULL ? -1 : (self->hashcode = PyObject_Hash(since));
}

static PyObject *time_repr(PyObject *self)
{
    const char *name = Py_TYPE(self)->tp_name;
    KrMoment moment;
    kr_time_moment(self, &moment);
    int hour = moment.hour, minute = moment.minute, second = moment.second;
    PyObject *text =
        moment.microsecond != 0 ? PyUnicode_FromFormat("%s(%d, %d, %d, %d)", name, hour, minute, second,
                                                       moment.microsecond)
        : second != 0           ? PyUnicode_FromFormat("%s(%d, %d, %d)", name, hour, minute, second)
                                : PyUnicode_FromFormat("%s(%d, %d)", name, hour, minute);
    return kr_text_with_zone(text, kr_time_zone(self), TIME(self)->fold);
}

static PyObject *time_str(PyObject *self)
{
    return PyObject_CallMethodNoArgs(self, ID(isoformat));
}

PyTypeObject kr_time_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "datetime.time",
    .tp_basicsize = sizeof(PyDateTime_Time),
    .tp_dealloc = time_dealloc,
    .tp_repr = time_repr,
    .tp_hash = time_hash,
    .tp_str = time_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = time_doc,
    .tp_richcompare = time_compare,
    .tp_methods = time_methods,
    .tp_getset = time_getset,
    .tp_new = time_tp_new,
    .tp_vectorcall = time_tp_vectorcall,
};
