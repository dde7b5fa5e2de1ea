// zone.c - tzinfo, the base of time zones; timezone, a fixed offset; and asking any tzinfo.
#include "modules/_datetime/datetimes.h"

PyObject *kr_zone_utc;      // made once with the module: the singleton of the static type timezone

static bool is_within_day(PyObject *offset)
{
    KrMicroseconds total = kr_delta_microseconds(offset);
    return total > -KR_DAY_MICROSECONDS && total < KR_DAY_MICROSECONDS;
}

// ---- asking a tzinfo ------------------------------------------------------------------------------

int kr_zone_check(PyObject *tzinfo)
{
    if (tzinfo == Py_None || PyObject_TypeCheck(tzinfo, &kr_tzinfo_type)) return 0;
    return kr_raise_int(PyExc_TypeError,
                        "tzinfo argument must be None or of a tzinfo subclass, not type '%s'",
                        Py_TYPE(tzinfo)->tp_name);
}

PyObject *kr_zone_offset(PyObject *tzinfo, const char *method, PyObject *argument)
{
    if (tzinfo == Py_None) Py_RETURN_NONE;
    if (Py_IS_TYPE(tzinfo, &kr_timezone_type) && method[0] == 'u')
        return Py_NewRef(((KrTimezone *)tzinfo)->offset);
    KR_AUTO PyObject *offset = PyObject_CallMethod(tzinfo, method, "O", argument);
    if (offset == NULL || offset == Py_None) return kr_take(offset);
    if (!kr_is_delta(offset))
        return kr_raise(PyExc_TypeError, "tzinfo.%s() must return None or a timedelta, not '%.200s'", method,
                        Py_TYPE(offset)->tp_name);
    if (!is_within_day(offset))
        return kr_raise(PyExc_ValueError, "offset must be a timedelta strictly between "
                        "-timedelta(hours=24) and timedelta(hours=24).");
    return kr_take(offset);
}

PyObject *kr_zone_name(PyObject *tzinfo, PyObject *argument)
{
    if (tzinfo == Py_None) Py_RETURN_NONE;
    KR_AUTO PyObject *name = PyObject_CallMethodOneArg(tzinfo, ID(tzname), argument);
    if (name == NULL || name == Py_None || PyUnicode_Check(name)) return kr_take(name);
    return kr_raise(PyExc_TypeError, "tzinfo.tzname() must return None or a string, not '%s'",
                    Py_TYPE(name)->tp_name);
}

PyObject *kr_zone_offset_text(PyObject *offset, const char *separator)
{
    int64_t total = (int64_t)kr_delta_microseconds(offset);
    char sign = total < 0 ? '-' : '+';
    if (total < 0) total = -total;
    int rest = (int)(total % KR_SECOND_MICROSECONDS), seconds = (int)(total / KR_SECOND_MICROSECONDS);
    char text[64];
    int used = snprintf(text, sizeof text, "%c%02d%s%02d", sign, seconds / 3600, separator,
                        seconds / 60 % 60);
    if (seconds % 60 != 0 || rest != 0)
        used += snprintf(text + used, sizeof text - (size_t)used, "%s%02d", separator, seconds % 60);
    if (rest != 0) snprintf(text + used, sizeof text - (size_t)used, ".%06d", rest);
    return PyUnicode_FromString(text);
}

// ---- tzinfo ---------------------------------------------------------------------------------------

static PyObject *raise_abstract(const char *name)
{
    return kr_raise(PyExc_NotImplementedError, "a tzinfo subclass must implement %s()", name);
}

METHOD(tzname, "self, dt, /", "datetime -> string name of time zone.")
static PyObject *tzinfo_tzname(PyObject *self, PyObject *datetime)
{
    return raise_abstract("tzname");
}

METHOD(utcoffset, "self, dt, /",
       "datetime -> timedelta showing offset from UTC, negative values indicating West of UTC")
static PyObject *tzinfo_utcoffset(PyObject *self, PyObject *datetime)
{
    return raise_abstract("utcoffset");
}

METHOD(dst, "self, dt, /", "datetime -> DST offset as timedelta positive east of UTC.")
static PyObject *tzinfo_dst(PyObject *self, PyObject *datetime)
{
    return raise_abstract("dst");
}

static int check_utc_argument(PyObject *self, PyObject *datetime)
{
    if (!kr_is_datetime(datetime))
        return kr_raise_int(PyExc_TypeError, "fromutc: argument must be a datetime");
    if (kr_datetime_zone(datetime) != self)
        return kr_raise_int(PyExc_ValueError, "fromutc: dt.tzinfo is not self");
    return 0;
}

METHOD(fromutc, "self, dt, /", "datetime in UTC -> datetime in local time.")
static PyObject *tzinfo_fromutc(PyObject *self, PyObject *datetime)
{
    if (check_utc_argument(self, datetime) < 0) return NULL;
    KR_AUTO PyObject *offset = kr_datetime_utcoffset(datetime);
    if (offset == NULL) return NULL;
    if (offset == Py_None)
        return kr_raise(PyExc_ValueError, "fromutc: non-None utcoffset() result required");
    KR_AUTO PyObject *dst = kr_zone_offset(self, "dst", datetime);
    if (dst == NULL) return NULL;
    if (dst == Py_None) return kr_raise(PyExc_ValueError, "fromutc: non-None dst() result required");
    // The zone's standard offset leads to a time whose dst() is the one that counts.
    KR_AUTO PyObject *standard =
        kr_delta_from_microseconds(kr_delta_microseconds(offset) - kr_delta_microseconds(dst), &kr_delta_type);
    KR_AUTO PyObject *result = standard == NULL ? NULL : kr_datetime_add(datetime, standard, false);
    if (result == NULL) return NULL;
    KR_AUTO PyObject *final_dst = kr_zone_offset(kr_datetime_zone(result), "dst", result);
    if (final_dst == NULL) return NULL;
    if (final_dst == Py_None)
        return kr_raise(PyExc_ValueError,
                        "fromutc: tz.dst() gave inconsistent results; cannot convert");
    return kr_delta_microseconds(final_dst) == 0 ? kr_take(result)
                                                 : kr_datetime_add(result, final_dst, false);
}

METHOD(__reduce__, "self", "-> (cls, state)")
static PyObject *tzinfo___reduce__(PyObject *self)
{
    KR_AUTO PyObject *find = NULL;
    if (_PyObject_LookupAttr(self, ID(__getinitargs__), &find) < 0) return NULL;
    KR_AUTO PyObject *args = find == NULL ? PyTuple_New(0) : PyObject_CallNoArgs(find);
    KR_AUTO PyObject *state = args == NULL ? NULL : PyObject_CallMethodNoArgs(self, ID(__getstate__));
    return state == NULL ? NULL : PyTuple_Pack(3, (PyObject *)Py_TYPE(self), args, state);
}

// ---- timezone -------------------------------------------------------------------------------------

static PyObject *create(PyObject *offset, PyObject *name)
{
    KrTimezone *self = (KrTimezone *)kr_timezone_type.tp_alloc(&kr_timezone_type, 0);
    if (self == NULL) return NULL;
    self->offset = Py_NewRef(offset);
    self->name = Py_XNewRef(name);
    return (PyObject *)self;
}

PyObject *kr_zone_new(PyObject *offset, PyObject *name)
{
    assert(kr_is_delta(offset) && (name == NULL || PyUnicode_Check(name)));
    if (name == NULL && kr_delta_microseconds(offset) == 0 && kr_zone_utc != NULL)
        return Py_NewRef(kr_zone_utc);
    if (!is_within_day(offset))
        return kr_raise(PyExc_ValueError, "offset must be a timedelta strictly between "
                        "-timedelta(hours=24) and timedelta(hours=24), not %R.", offset);
    return create(offset, name);
}

CONSTRUCTOR(timezone, "offset: !kr_delta_type, name: optional = None",
            "Fixed offset from UTC implementation of tzinfo.")
static PyObject *timezone_new(PyTypeObject *type, PyObject *offset, PyObject *name)
{
    if (name != NULL && !PyUnicode_Check(name))
        return kr_raise(PyExc_TypeError, "timezone() argument 2 must be str, not %.200s",
                        name == Py_None ? "None" : Py_TYPE(name)->tp_name);
    return kr_zone_new(offset, name);
}

static void timezone_dealloc(PyObject *self)
{
    Py_CLEAR(((KrTimezone *)self)->offset);
    Py_CLEAR(((KrTimezone *)self)->name);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *timezone_repr(PyObject *self)
{
    KrTimezone *zone = (KrTimezone *)self;
    const char *type = Py_TYPE(self)->tp_name;
    if (self == kr_zone_utc) return PyUnicode_FromString("datetime.timezone.utc");
    if (zone->name == NULL) return PyUnicode_FromFormat("%s(%R)", type, zone->offset);
    return PyUnicode_FromFormat("%s(%R, %R)", type, zone->offset, zone->name);
}

static PyObject *timezone_str(PyObject *self)
{
    KrTimezone *zone = (KrTimezone *)self;
    if (zone->name != NULL) return Py_NewRef(zone->name);
    if (kr_delta_microseconds(zone->offset) == 0) return PyUnicode_FromString("UTC");
    KR_AUTO PyObject *offset = kr_zone_offset_text(zone->offset, ":");
    return offset == NULL ? NULL : PyUnicode_FromFormat("UTC%U", offset);
}

static Py_hash_t timezone_hash(PyObject *self)
{
    return PyObject_Hash(((KrTimezone *)self)->offset);
}

static PyObject *timezone_compare(PyObject *self, PyObject *other, int operation)
{
    if ((operation != Py_EQ && operation != Py_NE) || !Py_IS_TYPE(other, &kr_timezone_type))
        Py_RETURN_NOTIMPLEMENTED;
    return PyObject_RichCompare(((KrTimezone *)self)->offset, ((KrTimezone *)other)->offset, operation);
}

static int check_argument(PyObject *datetime, const char *method)
{
    if (datetime == Py_None || kr_is_datetime(datetime)) return 0;
    return kr_raise_int(PyExc_TypeError,
                        "%s(dt) argument must be a datetime instance or None, not %.200s", method,
                        Py_TYPE(datetime)->tp_name);
}

METHOD(tzname, "self, dt, /",
       "If name is specified when timezone is created, returns the name.  "
       "Otherwise returns offset as 'UTC(+|-)HH:MM'.")
static PyObject *timezone_tzname(PyObject *self, PyObject *datetime)
{
    return check_argument(datetime, "tzname") < 0 ? NULL : timezone_str(self);
}

METHOD(utcoffset, "self, dt, /", "Return fixed offset.")
static PyObject *timezone_utcoffset(PyObject *self, PyObject *datetime)
{
    return check_argument(datetime, "utcoffset") < 0 ? NULL : Py_NewRef(((KrTimezone *)self)->offset);
}

METHOD(dst, "self, dt, /", "Return None.")
static PyObject *timezone_dst(PyObject *self, PyObject *datetime)
{
    return check_argument(datetime, "dst") < 0 ? NULL : Py_NewRef(Py_None);
}

METHOD(fromutc, "self, dt, /", "datetime in UTC -> datetime in local time.")
static PyObject *timezone_fromutc(PyObject *self, PyObject *datetime)
{
    if (check_utc_argument(self, datetime) < 0) return NULL;
    return kr_datetime_add(datetime, ((KrTimezone *)self)->offset, false);
}

METHOD(__getinitargs__, "self", "pickle support")
static PyObject *timezone___getinitargs__(PyObject *self)
{
    KrTimezone *zone = (KrTimezone *)self;
    return zone->name == NULL ? PyTuple_Pack(1, zone->offset) : PyTuple_Pack(2, zone->offset, zone->name);
}

#include "modules/_datetime/zone.methods.h"

PyTypeObject kr_tzinfo_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "datetime.tzinfo",
    .tp_basicsize = sizeof(PyDateTime_TZInfo),
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "Abstract base class for time zone info objects.",
    .tp_methods = tzinfo_methods,
    .tp_new = PyType_GenericNew,
};

PyTypeObject kr_timezone_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "datetime.timezone",
    .tp_basicsize = sizeof(KrTimezone),
    .tp_dealloc = timezone_dealloc,
    .tp_repr = timezone_repr,
    .tp_hash = timezone_hash,
    .tp_str = timezone_str,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = timezone_doc,
    .tp_richcompare = timezone_compare,
    .tp_methods = timezone_methods,
    .tp_base = &kr_tzinfo_type,
    .tp_new = timezone_tp_new,
    .tp_vectorcall = timezone_tp_vectorcall,
};
