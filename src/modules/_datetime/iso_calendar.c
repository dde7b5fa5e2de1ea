// iso_calendar.c - IsoCalendarDate, the named tuple that date.isocalendar() returns.
#include "modules/_datetime/datetimes.h"

PyObject *kr_iso_calendar_new(int year, int month, int day)
{
    int ordinal = kr_calendar_ordinal(year, month, day), first = kr_calendar_first_monday(year);
    if (ordinal < first) first = kr_calendar_first_monday(--year);
    else if (ordinal >= kr_calendar_first_monday(year + 1)) first = kr_calendar_first_monday(++year);
    int past = ordinal - first, values[] = {year, past / 7 + 1, past % 7 + 1};
    PyObject *self = PyTuple_Type.tp_alloc(&kr_iso_calendar_type, 3);
    for (int i = 0; self != NULL && i < 3; i++) {
        PyObject *value = PyLong_FromLong(values[i]);
        if (value == NULL) Py_CLEAR(self);
        else PyTuple_SET_ITEM(self, i, value);
    }
    return self;
}

static PyObject *iso_calendar_repr(PyObject *self)
{
    return PyUnicode_FromFormat("%.200s(year=%S, week=%S, weekday=%S)", Py_TYPE(self)->tp_name,
                                PyTuple_GET_ITEM(self, 0), PyTuple_GET_ITEM(self, 1),
                                PyTuple_GET_ITEM(self, 2));
}

METHOD(__reduce__, "self", NULL)
static PyObject *iso_calendar___reduce__(PyObject *self)
{
    KR_AUTO PyObject *plain = PyTuple_GetSlice(self, 0, 3);
    return plain == NULL ? NULL : Py_BuildValue("O(O)", &PyTuple_Type, plain);
}

GETTER(year, NULL)
static PyObject *iso_calendar_get_year(PyObject *self)
{
    return Py_NewRef(PyTuple_GET_ITEM(self, 0));
}

GETTER(week, NULL)
static PyObject *iso_calendar_get_week(PyObject *self)
{
    return Py_NewRef(PyTuple_GET_ITEM(self, 1));
}

GETTER(weekday, NULL)
static PyObject *iso_calendar_get_weekday(PyObject *self)
{
    return Py_NewRef(PyTuple_GET_ITEM(self, 2));
}

#include "modules/_datetime/iso_calendar.methods.h"

PyTypeObject kr_iso_calendar_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "datetime.IsoCalendarDate",
    .tp_basicsize = sizeof(PyTupleObject) - sizeof(PyObject *),
    .tp_itemsize = sizeof(PyObject *),
    .tp_repr = iso_calendar_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "The result of date.isocalendar() or datetime.isocalendar()\n\n"
              "This object may be accessed either as a tuple of\n"
              "  ((year, week, weekday))\n"
              "or via the object attributes as named in the above tuple.",
    .tp_methods = iso_calendar_methods,
    .tp_getset = iso_calendar_getset,
    .tp_base = &PyTuple_Type,
};
