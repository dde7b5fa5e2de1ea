// module.c - the module _datetime: types, their constants, and the table for other C code.
#include "modules/_datetime/datetimes.h"

// ---- the capsule datetime.datetime_CAPI ---------------------------------------------------------------

static PyObject *capi_datetime_fold(int year, int month, int day, int hour, int minute, int second,
                                    int microsecond, PyObject *tzinfo, int fold, PyTypeObject *type)
{
    KrMoment moment = {year, month, day, hour, minute, second, microsecond};
    return kr_datetime_new(&moment, tzinfo, fold, type);
}

static PyObject *capi_datetime(int year, int month, int day, int hour, int minute, int second,
                               int microsecond, PyObject *tzinfo, PyTypeObject *type)
{
    return capi_datetime_fold(year, month, day, hour, minute, second, microsecond, tzinfo, 0, type);
}

static PyObject *capi_time_fold(int hour, int minute, int second, int microsecond, PyObject *tzinfo,
                                int fold, PyTypeObject *type)
{
    KrMoment moment = {1900, 1, 1, hour, minute, second, microsecond};
    return kr_time_new(&moment, tzinfo, fold, type);
}

static PyObject *capi_time(int hour, int minute, int second, int microsecond, PyObject *tzinfo,
                           PyTypeObject *type)
{
    return capi_time_fold(hour, minute, second, microsecond, tzinfo, 0, type);
}

static PyObject *capi_timezone(PyObject *offset, PyObject *name)
{
    return kr_zone_new(offset, name);
}

static PyObject *capi_datetime_timestamp(PyObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"timestamp", "tz", NULL};
    PyObject *timestamp, *tzinfo = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O:fromtimestamp", names, &timestamp, &tzinfo))
        return NULL;
    return kr_datetime_from_timestamp(type, timestamp, tzinfo);
}

static PyObject *capi_date_timestamp(PyObject *type, PyObject *args)
{
    PyObject *timestamp;
    if (!PyArg_UnpackTuple(args, "fromtimestamp", 1, 1, &timestamp)) return NULL;
    return kr_date_from_timestamp(type, timestamp);
}

// TimeZone_UTC is written once, with the module; extensions read the table by its address.
static PyDateTime_CAPI capi = {
    .DateType = &kr_date_type,
    .DateTimeType = &kr_datetime_type,
    .TimeType = &kr_time_type,
    .DeltaType = &kr_delta_type,
    .TZInfoType = &kr_tzinfo_type,
    .Date_FromDate = kr_date_new,
    .DateTime_FromDateAndTime = capi_datetime,
    .Time_FromTime = capi_time,
    .Delta_FromDelta = kr_delta_new,
    .TimeZone_FromTimeZone = capi_timezone,
    .DateTime_FromTimestamp = capi_datetime_timestamp,
    .Date_FromTimestamp = capi_date_timestamp,
    .DateTime_FromDateAndTimeAndFold = capi_datetime_fold,
    .Time_FromTimeAndFold = capi_time_fold,
};

// ---- constants of the types -----------------------------------------------------------------------------

static bool add_zones(void)
{
    if (kr_zone_utc == NULL) {
        KR_AUTO PyObject *zero = kr_delta_new(0, 0, 0, 0, &kr_delta_type);
        kr_zone_utc = zero == NULL ? NULL : kr_zone_new(zero, NULL);
        if (kr_zone_utc == NULL) return false;
        capi.TimeZone_UTC = kr_zone_utc;
    }
    KR_AUTO PyObject *limit = kr_delta_new(0, KR_DAY_SECONDS - 60, 0, 1, &kr_delta_type);
    KR_AUTO PyObject *lowest = kr_delta_new(0, 60 - KR_DAY_SECONDS, 0, 1, &kr_delta_type);
    if (limit == NULL || lowest == NULL) return false;
    return kr_add_constant(&kr_timezone_type, "utc", Py_NewRef(kr_zone_utc))
           && kr_add_constant(&kr_timezone_type, "min", kr_zone_new(lowest, NULL))
           && kr_add_constant(&kr_timezone_type, "max", kr_zone_new(limit, NULL));
}

static bool add_range(PyTypeObject *type, PyObject *min, PyObject *max, PyObject *resolution)
{
    bool done = kr_add_constant(type, "min", min);
    done = kr_add_constant(type, "max", max) && done;
    return kr_add_constant(type, "resolution", resolution) && done;
}

static bool add_ranges(void)
{
    PyTypeObject *delta = &kr_delta_type, *time = &kr_time_type;
    const KrMoment first = {1, 1, 1, 0, 0, 0, 0}, last = {9999, 12, 31, 23, 59, 59, 999999};
    return add_range(delta, kr_delta_new(-KR_MAX_DELTA_DAYS, 0, 0, 0, delta),
                     kr_delta_new(KR_MAX_DELTA_DAYS, KR_DAY_SECONDS - 1, 999999, 0, delta),
                     kr_delta_new(0, 0, 1, 0, delta))
           && add_range(&kr_date_type, kr_date_new(1, 1, 1, &kr_date_type),
                        kr_date_new(9999, 12, 31, &kr_date_type), kr_delta_new(1, 0, 0, 0, delta))
           && add_range(time, kr_time_new(&first, Py_None, 0, time),
                        kr_time_new(&last, Py_None, 0, time), kr_delta_new(0, 0, 1, 0, delta))
           && add_range(&kr_datetime_type, kr_datetime_new(&first, Py_None, 0, &kr_datetime_type),
                        kr_datetime_new(&last, Py_None, 0, &kr_datetime_type),
                        kr_delta_new(0, 0, 1, 0, delta));
}

static int execute(PyObject *module)
{
    PyTypeObject *types[] = {&kr_date_type, &kr_datetime_type, &kr_time_type, &kr_delta_type,
                             &kr_tzinfo_type, &kr_timezone_type};
    if (PyType_Ready(&kr_iso_calendar_type) < 0) return -1;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(types); i++)
        if (PyModule_AddType(module, types[i]) < 0) return -1;
    if (!add_zones() || !add_ranges()) return -1;
    if (PyModule_AddIntConstant(module, "MINYEAR", KR_MIN_YEAR) < 0) return -1;
    if (PyModule_AddIntConstant(module, "MAXYEAR", KR_MAX_YEAR) < 0) return -1;
    if (PyModule_AddObjectRef(module, "UTC", kr_zone_utc) < 0) return -1;
    KR_AUTO PyObject *capsule = PyCapsule_New(&capi, PyDateTime_CAPSULE_NAME, NULL);
    if (capsule == NULL) return -1;
    return PyModule_AddObjectRef(module, "datetime_CAPI", capsule);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_datetime",
    .m_doc = "Fast implementation of the datetime type.",
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__datetime(void)
{
    return PyModuleDef_Init(&definition);
}
