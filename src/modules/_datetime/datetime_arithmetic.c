// datetime_arithmetic.c - datetimes: sums, differences, comparison, hash, other zones, timestamps.
#include "modules/_datetime/datetimes.h"

#define DATETIME(object) ((PyDateTime_DateTime *)(object))
#define EPOCH_SECONDS ((int64_t)719163 * KR_DAY_SECONDS)

// Wall-clock microseconds since the start of the calendar.
static KrMicroseconds wall_of(PyObject *self)
{
    KrMoment moment;
    kr_datetime_moment(self, &moment);
    return (KrMicroseconds)kr_calendar_seconds(&moment) * KR_SECOND_MICROSECONDS + moment.microsecond;
}

static KrMicroseconds offset_of(PyObject *offset)
{
    return offset == Py_None ? 0 : kr_delta_microseconds(offset);
}

// ---- sums and differences ---------------------------------------------------------------------------

static int moment_from_wall(KrMicroseconds wall, KrMoment *ret_moment)
{
    if (wall < KR_DAY_MICROSECONDS || wall >= (KrMicroseconds)(KR_MAX_ORDINAL + 1) * KR_DAY_MICROSECONDS)
        return kr_raise_int(PyExc_OverflowError, "date value out of range");
    int64_t rest = (int64_t)(wall % KR_DAY_MICROSECONDS);
    int seconds = (int)(rest / KR_SECOND_MICROSECONDS);
    kr_calendar_from_ordinal((int)(wall / KR_DAY_MICROSECONDS), ret_moment);
    ret_moment->hour = seconds / 3600;
    ret_moment->minute = seconds / 60 % 60;
    ret_moment->second = seconds % 60;
    ret_moment->microsecond = (int)(rest % KR_SECOND_MICROSECONDS);
    return 0;
}

PyObject *kr_datetime_add(PyObject *datetime, PyObject *delta, bool negate)
{
    KrMoment moment;
    KrMicroseconds change = kr_delta_microseconds(delta);
    if (moment_from_wall(wall_of(datetime) + (negate ? -change : change), &moment) < 0) return NULL;
    return kr_datetime_create((PyObject *)Py_TYPE(datetime), &moment, kr_datetime_zone(datetime), 0);
}

PyObject *kr_datetime_subtract(PyObject *left, PyObject *right)
{
    KrMicroseconds difference = wall_of(left) - wall_of(right);
    if (kr_datetime_zone(left) != kr_datetime_zone(right)) {
        KR_AUTO PyObject *offset = kr_datetime_utcoffset(left);
        KR_AUTO PyObject *other = offset == NULL ? NULL : kr_datetime_utcoffset(right);
        if (other == NULL) return NULL;
        if ((offset == Py_None) != (other == Py_None))
            return kr_raise(PyExc_TypeError, "can't subtract offset-naive and offset-aware datetimes");
        difference -= offset_of(offset) - offset_of(other);
    }
    return kr_delta_from_microseconds(difference, &kr_delta_type);
}

static PyObject *datetime_add(PyObject *left, PyObject *right)
{
    if (kr_is_datetime(left) && kr_is_delta(right)) return kr_datetime_add(left, right, false);
    if (kr_is_delta(left) && kr_is_datetime(right)) return kr_datetime_add(right, left, false);
    Py_RETURN_NOTIMPLEMENTED;
}

static PyObject *datetime_subtract(PyObject *left, PyObject *right)
{
    if (!kr_is_datetime(left)) Py_RETURN_NOTIMPLEMENTED;
    if (kr_is_datetime(right)) return kr_datetime_subtract(left, right);
    if (kr_is_delta(right)) return kr_datetime_add(left, right, true);
    Py_RETURN_NOTIMPLEMENTED;
}

PyNumberMethods kr_datetime_as_number = {.nb_add = datetime_add, .nb_subtract = datetime_subtract};

// ---- comparison ------------------------------------------------------------------------------------

// The UTC offset that [self] would have with the other fold.
static PyObject *folded_offset(PyObject *self, int fold)
{
    KrMoment moment;
    kr_datetime_moment(self, &moment);
    KR_AUTO PyObject *other = kr_datetime_new(&moment, kr_datetime_zone(self), fold, &kr_datetime_type);
    return other == NULL ? NULL : kr_datetime_utcoffset(other);
}

// PEP 495: a time whose offset depends on the fold equals no time of another zone.  Yes, no or -1.
static int depends_on_fold(PyObject *self, PyObject *offset)
{
    KR_AUTO PyObject *other = folded_offset(self, !DATETIME(self)->fold);
    if (other == NULL) return -1;
    if (other == offset) return 0;
    return other == Py_None || offset == Py_None || offset_of(other) != offset_of(offset);
}

static PyObject *compare_zones(PyObject *self, PyObject *other, int operation)
{
    KR_AUTO PyObject *offset = kr_datetime_utcoffset(self);
    KR_AUTO PyObject *other_offset = offset == NULL ? NULL : kr_datetime_utcoffset(other);
    if (other_offset == NULL) return NULL;
    if ((offset == Py_None) != (other_offset == Py_None)) {
        if (operation == Py_EQ) Py_RETURN_FALSE;
        if (operation == Py_NE) Py_RETURN_TRUE;
        return kr_raise(PyExc_TypeError, "can't compare offset-naive and offset-aware datetimes");
    }
    KrMicroseconds difference =
        wall_of(self) - offset_of(offset) - wall_of(other) + offset_of(other_offset);
    if (difference == 0 && (operation == Py_EQ || operation == Py_NE)) {
        int depends = depends_on_fold(self, offset);
        if (depends == 0) depends = depends_on_fold(other, other_offset);
        if (depends < 0) return NULL;
        difference = depends;
    }
    Py_RETURN_RICHCOMPARE(difference, 0, operation);
}

PyObject *kr_datetime_compare(PyObject *self, PyObject *other, int operation)
{
    if (kr_is_datetime(other)) {
        if (kr_datetime_zone(self) != kr_datetime_zone(other))
            return compare_zones(self, other, operation);
        int difference = memcmp(DATETIME(self)->data, DATETIME(other)->data,
                                _PyDateTime_DATETIME_DATASIZE);
        Py_RETURN_RICHCOMPARE(difference, 0, operation);
    }
    if (!kr_is_date(other)) Py_RETURN_NOTIMPLEMENTED;
    if (operation == Py_EQ) Py_RETURN_FALSE;
    if (operation == Py_NE) Py_RETURN_TRUE;
    return kr_raise(PyExc_TypeError, "can't compare %s to %s", Py_TYPE(self)->tp_name,
                    Py_TYPE(other)->tp_name);
}

Py_hash_t kr_datetime_hash(PyObject *object)
{
    PyDateTime_DateTime *self = DATETIME(object);
    if (self->hashcode != -1) return self->hashcode;
    KR_AUTO PyObject *offset = self->fold ? folded_offset(object, 0) : kr_datetime_utcoffset(object);
    if (offset == NULL) return -1;
    if (offset == Py_None) return self->hashcode = _Py_HashBytes(self->data, sizeof self->data);
    KR_AUTO PyObject *since =
        kr_delta_from_microseconds(wall_of(object) - offset_of(offset), &kr_delta_type);
    return since == NULL ? -1 : (self->hashcode = PyObject_Hash(since));
}

// ---- timestamps and zones ----------------------------------------------------------------------------

PyObject *kr_datetime_timestamp(PyObject *self)
{
    KrMoment moment;
    int64_t seconds;
    kr_datetime_moment(self, &moment);
    if (!DATETIME(self)->hastzinfo) {
        if (kr_clock_timestamp(&moment, DATETIME(self)->fold, &seconds) < 0) return NULL;
        return PyFloat_FromDouble((double)seconds + moment.microsecond / 1e6);
    }
    KR_AUTO PyObject *offset = kr_datetime_utcoffset(self);
    if (offset == NULL) return NULL;
    if (offset == Py_None)
        return kr_raise(PyExc_TypeError, "can't subtract offset-naive and offset-aware datetimes");
    KrMicroseconds since = wall_of(self) - offset_of(offset)
                           - (KrMicroseconds)EPOCH_SECONDS * KR_SECOND_MICROSECONDS;
    KR_AUTO PyObject *delta = kr_delta_from_microseconds(since, &kr_delta_type);
    return delta == NULL ? NULL : kr_delta_total_seconds(delta);
}

static PyObject *local_zone(PyObject *self)
{
    KrMoment moment;
    int64_t timestamp;
    kr_datetime_moment(self, &moment);
    if (kr_clock_timestamp(&moment, DATETIME(self)->fold, &timestamp) < 0) return NULL;
    return kr_clock_zone(timestamp);
}

static PyObject *local_zone_of_utc(KrMicroseconds utc)
{
    int64_t seconds = (int64_t)(utc / KR_SECOND_MICROSECONDS) - EPOCH_SECONDS;
    return kr_clock_zone(seconds);
}

PyObject *kr_datetime_as_zone(PyObject *self, PyObject *tzinfo)
{
    KrMoment moment;
    if (kr_zone_check(tzinfo) < 0) return NULL;
    if (tzinfo != Py_None && kr_datetime_zone(self) == tzinfo) return Py_NewRef(self);
    KR_AUTO PyObject *offset = kr_datetime_utcoffset(self);
    if (offset == NULL) return NULL;
    if (offset == Py_None) {
        KR_AUTO PyObject *own = local_zone(self);
        PyObject *own_offset = own == NULL ? NULL : kr_zone_offset(own, "utcoffset", Py_None);
        if (own_offset == NULL) return NULL;
        Py_SETREF(offset, own_offset);
    }
    KrMicroseconds utc = wall_of(self) - offset_of(offset);
    if (moment_from_wall(utc, &moment) < 0) return NULL;
    KR_AUTO PyObject *zone = tzinfo == Py_None ? local_zone_of_utc(utc) : Py_NewRef(tzinfo);
    if (zone == NULL) return NULL;
    KR_AUTO PyObject *there = kr_datetime_create((PyObject *)Py_TYPE(self), &moment, zone, 0);
    if (there == NULL || zone == kr_zone_utc) return kr_take(there);
    return PyObject_CallMethodOneArg(zone, ID(fromutc), there);
}
