// writer.c - _csv.writer: rows to lines.
#include "modules/_csv/csv.h"

typedef struct KrCsvWriter {
    PyObject_HEAD
    PyObject *module;
    PyObject *write;    // method of the file
    PyObject *dialect;
    KrCsvText line;
    Py_ssize_t field_count;
} KrCsvWriter;

static KrCsvDialect *dialect_of(KrCsvWriter *self)
{
    return (KrCsvDialect *)self->dialect;
}

static PyObject *error_of(KrCsvWriter *self)
{
    return kr_csv_state(self->module)->error;
}

// What goes before [c]: the quote or escape character, or nothing (CSV_NOT_SET); quoted fields are
// noted.  -1 on failure.
static int prefix_of(KrCsvWriter *self, Py_UCS4 c, bool *quoted, Py_UCS4 *ret)
{
    KrCsvDialect *dialect = dialect_of(self);
    *ret = CSV_NOT_SET;
    bool special = c == dialect->delimiter || c == dialect->escapechar || c == dialect->quotechar
        || PyUnicode_FindChar(dialect->lineterminator, c, 0,
                              PyUnicode_GET_LENGTH(dialect->lineterminator), 1) >= 0;
    if (!special) return 0;
    bool escape = dialect->quoting == CSV_QUOTE_NONE;
    if (!escape) {
        if (c == dialect->quotechar && dialect->doublequote) *ret = dialect->quotechar;
        else escape = c == dialect->quotechar || c == dialect->escapechar;
        if (!escape) *quoted = true;
    }
    if (!escape) return 0;
    if (dialect->escapechar == CSV_NOT_SET)
        return kr_raise_int(error_of(self), "need to escape, but no escapechar set");
    *ret = dialect->escapechar;
    return 0;
}

static int append_field(KrCsvWriter *self, PyObject *field, bool quoted)
{
    KrCsvDialect *dialect = dialect_of(self);
    if (self->field_count > 0 && kr_csv_text_add(&self->line, dialect->delimiter) < 0) return -1;
    Py_ssize_t start = self->line.size;
    if (field != NULL && PyUnicode_READY(field) < 0) return -1;
    for (Py_ssize_t i = 0; field != NULL && i < PyUnicode_GET_LENGTH(field); i++) {
        Py_UCS4 c = PyUnicode_READ_CHAR(field, i), prefix;
        if (prefix_of(self, c, &quoted, &prefix) < 0) return -1;
        if (prefix != CSV_NOT_SET && kr_csv_text_add(&self->line, prefix) < 0) return -1;
        if (kr_csv_text_add(&self->line, c) < 0) return -1;
    }
    if (quoted) {
        if (kr_csv_text_add(&self->line, 0) < 0
            || kr_csv_text_add(&self->line, dialect->quotechar) < 0)
            return -1;
        Py_UCS4 *data = self->line.data;
        memmove(data + start + 1, data + start,
                (size_t)(self->line.size - 2 - start) * sizeof *data);
        data[start] = dialect->quotechar;
        data[self->line.size - 1] = dialect->quotechar;
    }
    self->field_count++;
    return 0;
}

static int append_value(KrCsvWriter *self, PyObject *value)
{
    int quoting = dialect_of(self)->quoting;
    bool quoted = quoting == CSV_QUOTE_ALL
        || (quoting == CSV_QUOTE_NONNUMERIC && !PyNumber_Check(value));
    if (value == Py_None) return append_field(self, NULL, quoted);
    KR_AUTO PyObject *text = PyUnicode_Check(value) ? Py_NewRef(value) : PyObject_Str(value);
    return text == NULL ? -1 : append_field(self, text, quoted);
}

METHOD(writerow, "self, row, /",
       "writerow(iterable)\n\n"
       "Construct and write a CSV record from an iterable of fields.  Non-string\nelements will "
       "be converted to string.")
static PyObject *writer_writerow(KrCsvWriter *self, PyObject *row)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(row);
    if (iterator == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError))
            kr_raise(error_of(self), "iterable expected, not %.200s", Py_TYPE(row)->tp_name);
        return NULL;
    }
    self->line.size = 0;
    self->field_count = 0;
    for (;;) {
        KR_AUTO PyObject *value = PyIter_Next(iterator);
        if (value == NULL) break;
        if (append_value(self, value) < 0) return NULL;
    }
    if (PyErr_Occurred()) return NULL;
    if (self->field_count > 0 && self->line.size == 0) {
        if (dialect_of(self)->quoting == CSV_QUOTE_NONE)
            return kr_raise(error_of(self), "single empty field record must be quoted");
        self->field_count--;
        if (append_field(self, NULL, true) < 0) return NULL;
    }
    PyObject *terminator = dialect_of(self)->lineterminator;
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(terminator); i++)
        if (kr_csv_text_add(&self->line, PyUnicode_READ_CHAR(terminator, i)) < 0) return NULL;
    KR_AUTO PyObject *line = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, self->line.data,
                                                       self->line.size);
    return line == NULL ? NULL : PyObject_CallOneArg(self->write, line);
}

METHOD(writerows, "self, rows, /",
       "writerows(iterable of iterables)\n\n"
       "Construct and write a series of iterables to a csv file.  Non-string\nelements will be "
       "converted to string.")
static PyObject *writer_writerows(KrCsvWriter *self, PyObject *rows)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(rows);
    if (iterator == NULL) return NULL;
    for (;;) {
        KR_AUTO PyObject *row = PyIter_Next(iterator);
        if (row == NULL) break;
        KR_AUTO PyObject *result = writer_writerow(self, row);
        if (result == NULL) return NULL;
    }
    if (PyErr_Occurred()) return NULL;
    Py_RETURN_NONE;
}

#include "modules/_csv/writer.methods.h"

PyObject *kr_csv_writer_new(PyObject *module, PyObject *file, PyObject *dialect,
                            PyObject *settings)
{
    PyObject *found;
    if (_PyObject_LookupAttr(file, ID(write), &found) < 0) return NULL;
    KR_AUTO PyObject *write = found;
    if (write == NULL || !PyCallable_Check(write))
        return kr_raise(PyExc_TypeError, "argument 1 must have a \"write\" method");
    KR_AUTO PyObject *own = kr_csv_dialect_for(module, dialect, settings);
    KrCsvWriter *self = own == NULL ? NULL : PyObject_GC_New(KrCsvWriter, &kr_csv_writer_type);
    if (self == NULL) return NULL;
    self->module = Py_NewRef(module);
    self->write = kr_take(write);
    self->dialect = kr_take(own);
    self->line = (KrCsvText){NULL, 0, 0};
    self->field_count = 0;
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static void writer_dealloc(PyObject *object)
{
    KrCsvWriter *self = (KrCsvWriter *)object;
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->module);
    Py_XDECREF(self->write);
    Py_XDECREF(self->dialect);
    PyMem_Free(self->line.data);
    PyObject_GC_Del(self);
}

static int writer_traverse(PyObject *object, visitproc visit, void *arg)
{
    KrCsvWriter *self = (KrCsvWriter *)object;
    Py_VISIT(self->module);
    Py_VISIT(self->write);
    Py_VISIT(self->dialect);
    return 0;
}

static PyMemberDef writer_members[] = {
    {"dialect", T_OBJECT, offsetof(KrCsvWriter, dialect), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject kr_csv_writer_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_csv.writer",
    .tp_basicsize = sizeof(KrCsvWriter),
    .tp_dealloc = writer_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_doc = "CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV "
        "format from sequence input.\n",
    .tp_traverse = writer_traverse,
    .tp_methods = writer_methods,
    .tp_members = writer_members,
};
