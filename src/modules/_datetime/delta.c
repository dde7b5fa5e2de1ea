// delta.c - timedelta: days, seconds and microseconds, normalised.
//
// (1) |days| <= 999999999, 0 <= seconds < 86400, 0 <= microseconds < 1000000.
// (2) Any timedelta is less than 2**67 microseconds, so sums are done in 128 bits.
#include "modules/_datetime/datetimes.h"

#include <math.h>
#include <structmember.h>

#define FIELDS(object) ((PyDateTime_Delta *)(object))

// ---- making -----------------------------------------------------------------------------------

KrMicroseconds kr_delta_microseconds(PyObject *delta)
{
    PyDateTime_Delta *self = FIELDS(delta);
    return (KrMicroseconds)self->days * KR_DAY_MICROSECONDS
           + (int64_t)self->seconds * KR_SECOND_MICROSECONDS + self->microseconds;
}

PyObject *kr_delta_from_microseconds(KrMicroseconds total, PyTypeObject *type)
{
    KrMicroseconds days = total / KR_DAY_MICROSECONDS;
    int64_t rest = (int64_t)(total % KR_DAY_MICROSECONDS);
    if (rest < 0) {
        rest += KR_DAY_MICROSECONDS;
        days--;
    }
    if (days < INT_MIN || days > INT_MAX)
        return kr_raise(PyExc_OverflowError, "Python int too large to convert to C int");
    if (days < -KR_MAX_DELTA_DAYS || days > KR_MAX_DELTA_DAYS)
        return kr_raise(PyExc_OverflowError, "days=%d; must have magnitude <= %d", (int)days,
                        KR_MAX_DELTA_DAYS);
    PyDateTime_Delta *self = FIELDS(type->tp_alloc(type, 0));
    if (self == NULL) return NULL;
    self->hashcode = -1;
    self->days = (int)days;
    self->seconds = (int)(rest / KR_SECOND_MICROSECONDS);
    self->microseconds = (int)(rest % KR_SECOND_MICROSECONDS);
    return (PyObject *)self;
}

PyObject *kr_delta_new(int days, int seconds, int microseconds, int normalize, PyTypeObject *type)
{
    assert(normalize || (seconds >= 0 && seconds < KR_DAY_SECONDS && microseconds >= 0));
    return kr_delta_from_microseconds((KrMicroseconds)days * KR_DAY_MICROSECONDS
                                      + (int64_t)seconds * KR_SECOND_MICROSECONDS + microseconds, type);
}

static PyObject *to_int(KrMicroseconds number)
{
    if (number >= INT64_MIN && number <= INT64_MAX) return PyLong_FromLongLong((int64_t)number);
    return _PyLong_FromByteArray((const unsigned char *)&number, sizeof number, 1, 1);
}

static int as_microseconds(PyObject *number, KrMicroseconds *ret_number)
{
    unsigned char bytes[sizeof(KrMicroseconds)];
    if (!PyLong_Check(number))         // an int's subclass may compute anything
        return kr_raise_int(PyExc_TypeError, "non-integer arguments in division");
    if (_PyLong_AsByteArray((PyLongObject *)number, bytes, sizeof bytes, 1, 1) < 0) {
        if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
            PyErr_Clear();
            kr_raise(PyExc_OverflowError, "Python int too large to convert to C int");
        }
        return -1;
    }
    memcpy(ret_number, bytes, sizeof bytes);
    return 0;
}

static PyObject *from_int(STEALS PyObject *number, PyTypeObject *type)
{
    KR_AUTO PyObject *owned = number;
    KrMicroseconds microseconds;
    if (owned == NULL || as_microseconds(owned, &microseconds) < 0) return NULL;
    return kr_delta_from_microseconds(microseconds, type);
}

static PyObject *delta_int(PyObject *delta)
{
    return to_int(kr_delta_microseconds(delta));
}

// ---- the constructor: a sum of components --------------------------------------------------------

typedef struct Component {
    const char *name;
    PyObject *value;       // or NULL
    int64_t factor;        // microseconds in one
} Component;

static int add_product(PyObject **sum, STEALS PyObject *number, int64_t factor)
{
    KR_AUTO PyObject *owned = number;
    KR_AUTO PyObject *scale = PyLong_FromLongLong(factor);
    KR_AUTO PyObject *product = owned == NULL || scale == NULL ? NULL : PyNumber_Multiply(owned, scale);
    PyObject *total = product == NULL ? NULL : PyNumber_Add(*sum, product);
    if (total == NULL) return -1;
    Py_SETREF(*sum, total);
    return 0;
}

// Adds a float's whole part exactly, and the rest as far as a double goes: [leftover] collects what is
// less than a microsecond.
static int add_float(PyObject **sum, double number, int64_t factor, double *leftover)
{
    double whole, part = modf(number, &whole);
    if (add_product(sum, PyLong_FromDouble(whole), factor) < 0) return -1;
    if (part == 0.0) return 0;
    *leftover += modf(part * (double)factor, &whole);
    return add_product(sum, PyLong_FromDouble(whole), 1);
}

static int add_component(PyObject **sum, const Component *component, double *leftover)
{
    PyObject *value = component->value;
    if (PyLong_Check(value)) return add_product(sum, Py_NewRef(value), component->factor);
    if (PyFloat_Check(value))
        return add_float(sum, PyFloat_AS_DOUBLE(value), component->factor, leftover);
    return kr_raise_int(PyExc_TypeError, "unsupported type for timedelta %s component: %s",
                        component->name, Py_TYPE(value)->tp_name);
}

// Rounds [leftover] so that the sum's half-way cases become even.
static int add_leftover(PyObject **sum, double leftover)
{
    if (leftover == 0.0) return 0;
    double whole = round(leftover);
    if (fabs(whole - leftover) == 0.5) {
        KR_AUTO PyObject *one = PyLong_FromLong(1);
        KR_AUTO PyObject *lowest = one == NULL ? NULL : PyNumber_And(*sum, one);
        if (lowest == NULL) return -1;
        int is_odd = PyObject_IsTrue(lowest);
        whole = 2.0 * round((leftover + is_odd) * 0.5) - is_odd;
    }
    return add_product(sum, PyLong_FromDouble(whole), 1);
}

static bool sum_of_small(const Component *components, size_t count, KrMicroseconds *ret_sum)
{
    KrMicroseconds sum = 0;
    for (size_t i = 0; i < count; i++) {
        int overflow = 0;
        if (components[i].value == NULL) continue;
        if (!PyLong_CheckExact(components[i].value)) return false;
        long long number = PyLong_AsLongLongAndOverflow(components[i].value, &overflow);
        if (overflow) return false;
        sum += (KrMicroseconds)number * components[i].factor;
    }
    *ret_sum = sum;
    return true;
}

CONSTRUCTOR(timedelta,
            "days: object = NULL, seconds: object = NULL, microseconds: object = NULL, "
            "milliseconds: object = NULL, minutes: object = NULL, hours: object = NULL, "
            "weeks: object = NULL",
            "Difference between two datetime values.\n\n"
            "timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)\n\n"
            "All arguments are optional and default to 0.\n"
            "Arguments may be integers or floats, and may be positive or negative.")
static PyObject *timedelta_new(PyTypeObject *type, PyObject *days, PyObject *seconds,
                               PyObject *microseconds, PyObject *milliseconds, PyObject *minutes,
                               PyObject *hours, PyObject *weeks)
{
    const Component components[] = {
        {"microseconds", microseconds, 1},
        {"milliseconds", milliseconds, 1000},
        {"seconds", seconds, KR_SECOND_MICROSECONDS},
        {"minutes", minutes, 60 * (int64_t)KR_SECOND_MICROSECONDS},
        {"hours", hours, 3600 * (int64_t)KR_SECOND_MICROSECONDS},
        {"days", days, KR_DAY_MICROSECONDS},
        {"weeks", weeks, 7 * KR_DAY_MICROSECONDS},
    };
    KrMicroseconds small;
    if (sum_of_small(components, Py_ARRAY_LENGTH(components), &small))
        return kr_delta_from_microseconds(small, type);
    KR_AUTO PyObject *sum = PyLong_FromLong(0);
    double leftover = 0.0;
    if (sum == NULL) return NULL;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(components); i++)
        if (components[i].value != NULL && add_component(&sum, &components[i], &leftover) < 0)
            return NULL;
    if (add_leftover(&sum, leftover) < 0) return NULL;
    return from_int(kr_take(sum), type);
}

// ---- arithmetic ---------------------------------------------------------------------------------

static PyObject *from_sum(KrMicroseconds sum)
{
    return kr_delta_from_microseconds(sum, &kr_delta_type);
}

static PyObject *delta_add(PyObject *left, PyObject *right)
{
    if (!kr_is_delta(left) || !kr_is_delta(right)) Py_RETURN_NOTIMPLEMENTED;
    return from_sum(kr_delta_microseconds(left) + kr_delta_microseconds(right));
}

static PyObject *delta_subtract(PyObject *left, PyObject *right)
{
    if (!kr_is_delta(left) || !kr_is_delta(right)) Py_RETURN_NOTIMPLEMENTED;
    return from_sum(kr_delta_microseconds(left) - kr_delta_microseconds(right));
}

static PyObject *delta_negative(PyObject *self)
{
    return from_sum(-kr_delta_microseconds(self));
}

static PyObject *delta_positive(PyObject *self)
{
    return from_sum(kr_delta_microseconds(self));
}

static PyObject *delta_absolute(PyObject *self)
{
    return FIELDS(self)->days < 0 ? delta_negative(self) : delta_positive(self);
}

static int delta_bool(PyObject *self)
{
    return kr_delta_microseconds(self) != 0;
}

// The quotient of two ints rounded to the nearest, half to even, as a timedelta.
static PyObject *from_nearest(PyObject *number, PyObject *divisor)
{
    KR_AUTO PyObject *both = number == NULL || divisor == NULL ? NULL : _PyLong_DivmodNear(number, divisor);
    if (both == NULL) return NULL;
    return from_int(Py_NewRef(PyTuple_GET_ITEM(both, 0)), &kr_delta_type);
}

// self * number, or self / number with [divide], by the number's exact ratio.
static PyObject *scale_by_float(PyObject *self, PyObject *number, bool divide)
{
    KR_AUTO PyObject *ratio = PyObject_CallMethodNoArgs(number, ID(as_integer_ratio));
    if (ratio == NULL) return NULL;
    if (!PyTuple_Check(ratio))
        return kr_raise(PyExc_TypeError,
                        "unexpected return type from as_integer_ratio(): expected tuple, got '%.200s'",
                        Py_TYPE(ratio)->tp_name);
    if (PyTuple_GET_SIZE(ratio) != 2)
        return kr_raise(PyExc_ValueError, "as_integer_ratio() must return a 2-tuple");
    KR_AUTO PyObject *total = delta_int(self);
    KR_AUTO PyObject *product =
        total == NULL ? NULL : PyNumber_Multiply(total, PyTuple_GET_ITEM(ratio, divide ? 1 : 0));
    return from_nearest(product, PyTuple_GET_ITEM(ratio, divide ? 0 : 1));
}

static PyObject *delta_multiply(PyObject *left, PyObject *right)
{
    PyObject *delta = kr_is_delta(left) ? left : right, *number = delta == left ? right : left;
    if (PyFloat_Check(number)) return scale_by_float(delta, number, false);
    if (!PyLong_Check(number)) Py_RETURN_NOTIMPLEMENTED;
    KR_AUTO PyObject *total = delta_int(delta);
    return total == NULL ? NULL : from_int(PyNumber_Multiply(number, total), &kr_delta_type);
}

static PyObject *delta_true_divide(PyObject *left, PyObject *right)
{
    if (!kr_is_delta(left)) Py_RETURN_NOTIMPLEMENTED;
    if (PyFloat_Check(right)) return scale_by_float(left, right, true);
    KR_AUTO PyObject *total = delta_int(left);
    if (total == NULL) return NULL;
    if (PyLong_Check(right)) return from_nearest(total, right);
    if (!kr_is_delta(right)) Py_RETURN_NOTIMPLEMENTED;
    KR_AUTO PyObject *divisor = delta_int(right);
    return divisor == NULL ? NULL : PyNumber_TrueDivide(total, divisor);
}

static PyObject *delta_floor_divide(PyObject *left, PyObject *right)
{
    if (!kr_is_delta(left)) Py_RETURN_NOTIMPLEMENTED;
    KR_AUTO PyObject *total = delta_int(left);
    if (total == NULL) return NULL;
    if (PyLong_Check(right)) return from_int(PyNumber_FloorDivide(total, right), &kr_delta_type);
    if (!kr_is_delta(right)) Py_RETURN_NOTIMPLEMENTED;
    KR_AUTO PyObject *divisor = delta_int(right);
    return divisor == NULL ? NULL : PyNumber_FloorDivide(total, divisor);
}

static PyObject *delta_remainder(PyObject *left, PyObject *right)
{
    if (!kr_is_delta(left) || !kr_is_delta(right)) Py_RETURN_NOTIMPLEMENTED;
    KR_AUTO PyObject *total = delta_int(left);
    KR_AUTO PyObject *divisor = total == NULL ? NULL : delta_int(right);
    return divisor == NULL ? NULL : from_int(PyNumber_Remainder(total, divisor), &kr_delta_type);
}

static PyObject *delta_divmod(PyObject *left, PyObject *right)
{
    KR_AUTO PyObject *rest = delta_remainder(left, right);
    if (rest == NULL || rest == Py_NotImplemented) return kr_take(rest);
    KR_AUTO PyObject *quotient = delta_floor_divide(left, right);
    return quotient == NULL ? NULL : PyTuple_Pack(2, quotient, rest);
}

static PyObject *delta_compare(PyObject *self, PyObject *other, int operation)
{
    if (!kr_is_delta(other)) Py_RETURN_NOTIMPLEMENTED;
    Py_RETURN_RICHCOMPARE(kr_delta_microseconds(self), kr_delta_microseconds(other), operation);
}

static Py_hash_t delta_hash(PyObject *self)
{
    PyDateTime_Delta *delta = FIELDS(self);
    if (delta->hashcode != -1) return delta->hashcode;
    KR_AUTO PyObject *fields = Py_BuildValue("iii", delta->days, delta->seconds, delta->microseconds);
    if (fields == NULL) return -1;
    return delta->hashcode = PyObject_Hash(fields);
}

// ---- text and methods -----------------------------------------------------------------------------

static PyObject *delta_repr(PyObject *self)
{
    PyDateTime_Delta *delta = FIELDS(self);
    const char *names[] = {"days", "seconds", "microseconds"};
    int values[] = {delta->days, delta->seconds, delta->microseconds}, used = 0;
    char text[100] = "0";
    for (int i = 0; i < 3; i++)
        if (values[i] != 0)
            used += snprintf(text + used, sizeof text - (size_t)used, "%s%s=%d", used > 0 ? ", " : "",
                             names[i], values[i]);
    return PyUnicode_FromFormat("%s(%s)", Py_TYPE(self)->tp_name, text);
}

static PyObject *delta_str(PyObject *self)
{
    PyDateTime_Delta *delta = FIELDS(self);
    char text[100];
    int used = 0, minutes = delta->seconds / 60;
    if (delta->days != 0)
        used = snprintf(text, sizeof text, "%d day%s, ", delta->days,
                        delta->days == 1 || delta->days == -1 ? "" : "s");
    used += snprintf(text + used, sizeof text - (size_t)used, "%d:%02d:%02d", minutes / 60, minutes % 60,
                     delta->seconds % 60);
    if (delta->microseconds != 0)
        snprintf(text + used, sizeof text - (size_t)used, ".%06d", delta->microseconds);
    return PyUnicode_FromString(text);
}

METHOD(total_seconds, "self", "Total seconds in the duration.")
static PyObject *timedelta_total_seconds(PyObject *self)
{
    KrMicroseconds total = kr_delta_microseconds(self);
    if (total < (1LL << 53) && total > -(1LL << 53)) return PyFloat_FromDouble((double)total / 1e6);
    KR_AUTO PyObject *number = to_int(total);
    KR_AUTO PyObject *million = PyLong_FromLong(KR_SECOND_MICROSECONDS);
    return number == NULL || million == NULL ? NULL : PyNumber_TrueDivide(number, million);
}

PyObject *kr_delta_total_seconds(PyObject *delta)
{
    return timedelta_total_seconds(delta);
}

METHOD(__reduce__, "self", "__reduce__() -> (cls, state)")
static PyObject *timedelta___reduce__(PyObject *self)
{
    PyDateTime_Delta *delta = FIELDS(self);
    return Py_BuildValue("O(iii)", Py_TYPE(self), delta->days, delta->seconds, delta->microseconds);
}

#include "modules/_datetime/delta.methods.h"

static PyMemberDef delta_members[] = {
    {"days", T_INT, offsetof(PyDateTime_Delta, days), READONLY, "Number of days."},
    {"seconds", T_INT, offsetof(PyDateTime_Delta, seconds), READONLY,
     "Number of seconds (>= 0 and less than 1 day)."},
    {"microseconds", T_INT, offsetof(PyDateTime_Delta, microseconds), READONLY,
     "Number of microseconds (>= 0 and less than 1 second)."},
    {NULL},
};

static PyNumberMethods delta_as_number = {
    .nb_add = delta_add,
    .nb_subtract = delta_subtract,
    .nb_multiply = delta_multiply,
    .nb_remainder = delta_remainder,
    .nb_divmod = delta_divmod,
    .nb_negative = delta_negative,
    .nb_positive = delta_positive,
    .nb_absolute = delta_absolute,
    .nb_bool = delta_bool,
    .nb_floor_divide = delta_floor_divide,
    .nb_true_divide = delta_true_divide,
};

PyTypeObject kr_delta_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "datetime.timedelta",
    .tp_basicsize = sizeof(PyDateTime_Delta),
    .tp_repr = delta_repr,
    .tp_as_number = &delta_as_number,
    .tp_hash = delta_hash,
    .tp_str = delta_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = timedelta_doc,
    .tp_richcompare = delta_compare,
    .tp_methods = timedelta_methods,
    .tp_members = delta_members,
    .tp_new = timedelta_tp_new,
    .tp_vectorcall = timedelta_tp_vectorcall,
};
