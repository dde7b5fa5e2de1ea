// dialect.c - _csv.Dialect: the settings of a reader or writer, checked.
#include "modules/_csv/csv.h"

// ---- one setting each: 0 or -1 ----------------------------------------------------------------

static int set_bool(char *target, PyObject *value, bool fallback)
{
    int truth = value == NULL ? fallback : PyObject_IsTrue(value);
    if (truth < 0) return -1;
    *target = truth != 0;
    return 0;
}

static int set_character(const char *name, Py_UCS4 *target, PyObject *value, Py_UCS4 fallback,
                         bool may_be_none)
{
    *target = value == NULL ? fallback : CSV_NOT_SET;
    if (value == NULL || (value == Py_None && may_be_none)) return 0;
    if (!PyUnicode_Check(value))
        return kr_raise_int(PyExc_TypeError, "\"%s\" must be string%s, not %.200s", name,
                            may_be_none ? " or None" : "", Py_TYPE(value)->tp_name);
    if (PyUnicode_GetLength(value) != 1)
        return kr_raise_int(PyExc_TypeError, "\"%s\" must be a 1-character string", name);
    *target = PyUnicode_READ_CHAR(value, 0);
    return 0;
}

static int set_quoting(int *target, PyObject *value)
{
    *target = CSV_QUOTE_MINIMAL;
    if (value == NULL) return 0;
    if (!PyLong_CheckExact(value))
        return kr_raise_int(PyExc_TypeError, "\"%s\" must be an integer", "quoting");
    int overflow;
    long quoting = PyLong_AsLongAndOverflow(value, &overflow);
    if (overflow || quoting < CSV_QUOTE_MINIMAL || quoting > CSV_QUOTE_NONE)
        return kr_raise_int(PyExc_TypeError, "bad \"quoting\" value");
    *target = (int)quoting;
    return 0;
}

static int set_terminator(PyObject **target, PyObject *value)
{
    if (value == NULL) *target = PyUnicode_FromString("\r\n");
    else if (value == Py_None) return kr_raise_int(PyExc_TypeError, "lineterminator must be set");
    else if (!PyUnicode_Check(value))
        return kr_raise_int(PyExc_TypeError, "\"%s\" must be a string", "lineterminator");
    else *target = PyUnicode_FromObject(value);
    return *target == NULL ? -1 : 0;
}

// ---- making -----------------------------------------------------------------------------------

enum { DELIMITER, DOUBLEQUOTE, ESCAPECHAR, LINETERMINATOR, QUOTECHAR, QUOTING, SKIPINITIALSPACE,
      STRICT, SETTINGS };

static const char *const setting_names[SETTINGS] = {
    "delimiter", "doublequote", "escapechar", "lineterminator", "quotechar", "quoting",
    "skipinitialspace", "strict",
};

static int fill(KrCsvDialect *self, PyObject *const *values)
{
    if (set_character("delimiter", &self->delimiter, values[DELIMITER], ',', false) < 0) return -1;
    if (set_bool(&self->doublequote, values[DOUBLEQUOTE], true) < 0) return -1;
    if (set_character("escapechar", &self->escapechar, values[ESCAPECHAR], CSV_NOT_SET, true) < 0)
        return -1;
    if (set_terminator(&self->lineterminator, values[LINETERMINATOR]) < 0) return -1;
    if (set_character("quotechar", &self->quotechar, values[QUOTECHAR], '"', true) < 0) return -1;
    if (set_quoting(&self->quoting, values[QUOTING]) < 0) return -1;
    if (set_bool(&self->skipinitialspace, values[SKIPINITIALSPACE], false) < 0) return -1;
    if (set_bool(&self->strict, values[STRICT], false) < 0) return -1;
    if (values[QUOTECHAR] == Py_None && values[QUOTING] == NULL) self->quoting = CSV_QUOTE_NONE;
    if (self->quoting != CSV_QUOTE_NONE && self->quotechar == CSV_NOT_SET)
        return kr_raise_int(PyExc_TypeError, "quotechar must be set if quoting enabled");
    return 0;
}

CONSTRUCTOR(Dialect, "dialect: object = NULL, delimiter: object = NULL, doublequote: object = "
            "NULL,escapechar: object = NULL, lineterminator: object = NULL, quotechar: object = "
            "NULL,quoting: object = NULL, skipinitialspace: object = NULL, strict: object = NULL",
            "CSV dialect\n\nThe Dialect type records CSV parsing and generation options.\n")
static PyObject *dialect_new(PyTypeObject *type, PyObject *dialect, PyObject *delimiter,
                             PyObject *doublequote, PyObject *escapechar, PyObject *lineterminator,
                             PyObject *quotechar, PyObject *quoting, PyObject *skipinitialspace,
                             PyObject *strict)
{
    PyObject *given[SETTINGS] = {delimiter, doublequote, escapechar, lineterminator,
                                 quotechar, quoting,     skipinitialspace, strict};
    PyObject *values[SETTINGS];
    bool plain = true;
    for (int i = 0; i < SETTINGS; i++) plain = plain && given[i] == NULL;
    if (dialect != NULL && plain && PyObject_TypeCheck(dialect, &kr_csv_dialect_type))
        return Py_NewRef(dialect);
    KR_AUTO PyObject *self = type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    for (int i = 0; i < SETTINGS; i++) {
        values[i] = Py_XNewRef(given[i]);
        if (values[i] != NULL || dialect == NULL) continue;
        values[i] = PyObject_GetAttrString(dialect, setting_names[i]);
        if (values[i] == NULL) PyErr_Clear();
    }
    int failed = fill((KrCsvDialect *)self, values);
    for (int i = 0; i < SETTINGS; i++) Py_XDECREF(values[i]);
    return failed < 0 ? NULL : kr_take(self);
}

PyObject *kr_csv_dialect_for(PyObject *module, PyObject *dialect, PyObject *settings)
{
    KR_AUTO PyObject *found = Py_XNewRef(dialect);
    if (dialect != NULL && PyUnicode_Check(dialect)) {
        Py_SETREF(found,
                  Py_XNewRef(PyDict_GetItemWithError(kr_csv_state(module)->dialects, dialect)));
        if (found == NULL)
            return PyErr_Occurred() ? NULL
                : kr_raise(kr_csv_state(module)->error, "unknown dialect");
    }
    return PyObject_VectorcallDict((PyObject *)&kr_csv_dialect_type, &found, found != NULL,
                                   settings);
}

static void dialect_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(((KrCsvDialect *)self)->lineterminator);
    Py_TYPE(self)->tp_free(self);
}

static int dialect_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrCsvDialect *)self)->lineterminator);
    return 0;
}

// ---- attributes -------------------------------------------------------------------------------

static PyObject *character(Py_UCS4 value)
{
    return value == CSV_NOT_SET ? Py_NewRef(Py_None) : PyUnicode_FromOrdinal((int)value);
}

GETTER(delimiter, "")
static PyObject *dialect_get_delimiter(KrCsvDialect *self)
{
    return character(self->delimiter);
}

GETTER(escapechar, "")
static PyObject *dialect_get_escapechar(KrCsvDialect *self)
{
    return character(self->escapechar);
}

GETTER(lineterminator, "")
static PyObject *dialect_get_lineterminator(KrCsvDialect *self)
{
    return Py_XNewRef(self->lineterminator);
}

GETTER(quotechar, "")
static PyObject *dialect_get_quotechar(KrCsvDialect *self)
{
    return character(self->quotechar);
}

GETTER(quoting, "")
static PyObject *dialect_get_quoting(KrCsvDialect *self)
{
    return PyLong_FromLong(self->quoting);
}

METHOD(__reduce__, "self, *args: array", "raises an exception to avoid pickling")
static PyObject *dialect___reduce__(KrCsvDialect *self, PyObject *const *args, Py_ssize_t count)
{
    return kr_raise(PyExc_TypeError, "cannot pickle '%.100s' instances",
                    _PyType_Name(Py_TYPE(self)));
}

METHOD(__reduce_ex__, "self, *args: array", "raises an exception to avoid pickling")
static PyObject *dialect___reduce_ex__(KrCsvDialect *self, PyObject *const *args, Py_ssize_t count)
{
    return dialect___reduce__(self, args, count);
}

#include "modules/_csv/dialect.methods.h"

static PyMemberDef dialect_members[] = {
    {"doublequote", T_BOOL, offsetof(KrCsvDialect, doublequote), READONLY, NULL},
    {"skipinitialspace", T_BOOL, offsetof(KrCsvDialect, skipinitialspace), READONLY, NULL},
    {"strict", T_BOOL, offsetof(KrCsvDialect, strict), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject kr_csv_dialect_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_csv.Dialect",
    .tp_basicsize = sizeof(KrCsvDialect),
    .tp_dealloc = dialect_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = dialect_doc,
    .tp_traverse = dialect_traverse,
    .tp_methods = dialect_methods,
    .tp_members = dialect_members,
    .tp_getset = dialect_getset,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = dialect_tp_new,
    .tp_free = PyObject_GC_Del,
};
