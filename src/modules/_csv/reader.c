// reader.c - _csv.reader: lines to rows, by a machine of nine states that gets one character after
// the other.
#include "modules/_csv/csv.h"

enum { END_OF_LINE = (Py_UCS4)-2 };

typedef enum {
    START_RECORD,
    START_FIELD,
    ESCAPED,
    IN_FIELD,
    IN_QUOTES,
    ESCAPED_IN_QUOTES,
    QUOTE_IN_QUOTES,
    EAT_NEWLINE,
    AFTER_ESCAPED_NEWLINE,
} State;

typedef struct KrCsvReader {
    PyObject_HEAD
    PyObject *module;
    PyObject *input;     // iterator over lines
    PyObject *dialect;
    PyObject *fields;    // list of the fields of the present row
    State state;
    bool is_number;      // QUOTE_NONNUMERIC: the field had no quotes
    KrCsvText field;
    unsigned long line_number;
} KrCsvReader;

static KrCsvDialect *dialect_of(KrCsvReader *self)
{
    return (KrCsvDialect *)self->dialect;
}

static int fail(KrCsvReader *self, const char *message)
{
    return kr_raise_int(kr_csv_state(self->module)->error, message);
}

static int reset(KrCsvReader *self)
{
    PyObject *fields = PyList_New(0);
    Py_XSETREF(self->fields, fields);
    self->field.size = 0;
    self->state = START_RECORD;
    self->is_number = false;
    return fields == NULL ? -1 : 0;
}

static int save(KrCsvReader *self, State next)
{
    KR_AUTO PyObject *field = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, self->field.data,
                                                        self->field.size);
    self->field.size = 0;
    if (field != NULL && self->is_number) {
        self->is_number = false;
        Py_SETREF(field, PyNumber_Float(field));
    }
    if (field == NULL || PyList_Append(self->fields, field) < 0) return -1;
    self->state = next;
    return 0;
}

static int add(KrCsvReader *self, Py_UCS4 character, State next)
{
    long limit = kr_csv_state(self->module)->field_limit;
    if (self->field.size >= limit)
        return kr_raise_int(kr_csv_state(self->module)->error,
                            "field larger than field limit (%ld)", limit);
    self->state = next;
    return kr_csv_text_add(&self->field, character);
}

static bool ends_line(Py_UCS4 c)
{
    return c == '\n' || c == '\r' || c == END_OF_LINE;
}

static State after_line(Py_UCS4 c)
{
    return c == END_OF_LINE ? START_RECORD : EAT_NEWLINE;
}

static int start_field(KrCsvReader *self, Py_UCS4 c)
{
    KrCsvDialect *dialect = dialect_of(self);
    if (ends_line(c)) return save(self, after_line(c));
    if (c == dialect->quotechar && dialect->quoting != CSV_QUOTE_NONE) self->state = IN_QUOTES;
    else if (c == dialect->escapechar) self->state = ESCAPED;
    else if (c == ' ' && dialect->skipinitialspace) self->state = START_FIELD;
    else if (c == dialect->delimiter) return save(self, START_FIELD);
    else {
        if (dialect->quoting == CSV_QUOTE_NONNUMERIC) self->is_number = true;
        return add(self, c, IN_FIELD);
    }
    return 0;
}

static int in_field(KrCsvReader *self, Py_UCS4 c)
{
    KrCsvDialect *dialect = dialect_of(self);
    if (ends_line(c)) return save(self, after_line(c));
    if (c == dialect->delimiter) return save(self, START_FIELD);
    if (c != dialect->escapechar) return add(self, c, IN_FIELD);
    self->state = ESCAPED;
    return 0;
}

static int in_quotes(KrCsvReader *self, Py_UCS4 c)
{
    KrCsvDialect *dialect = dialect_of(self);
    if (c == END_OF_LINE) return 0;
    if (c == dialect->escapechar) self->state = ESCAPED_IN_QUOTES;
    else if (c == dialect->quotechar && dialect->quoting != CSV_QUOTE_NONE)
        self->state = dialect->doublequote ? QUOTE_IN_QUOTES : IN_FIELD;
    else return add(self, c, IN_QUOTES);
    return 0;
}

static int quote_in_quotes(KrCsvReader *self, Py_UCS4 c)
{
    KrCsvDialect *dialect = dialect_of(self);
    if (dialect->quoting != CSV_QUOTE_NONE && c == dialect->quotechar)
        return add(self, c, IN_QUOTES);
    if (c == dialect->delimiter) return save(self, START_FIELD);
    if (ends_line(c)) return save(self, after_line(c));
    if (!dialect->strict) return add(self, c, IN_FIELD);
    return kr_raise_int(kr_csv_state(self->module)->error, "'%c' expected after '%c'",
                        dialect->delimiter, dialect->quotechar);
}

static int process(KrCsvReader *self, Py_UCS4 c)
{
    switch (self->state) {
    case START_RECORD:
        if (c == END_OF_LINE) return 0;
        if (c == '\n' || c == '\r') {
            self->state = EAT_NEWLINE;
            return 0;
        }
        return start_field(self, c);
    case START_FIELD: return start_field(self, c);
    case ESCAPED:
        if (c == '\n' || c == '\r') return add(self, c, AFTER_ESCAPED_NEWLINE);
        return add(self, c == END_OF_LINE ? '\n' : c, IN_FIELD);
    case AFTER_ESCAPED_NEWLINE: return c == END_OF_LINE ? 0 : in_field(self, c);
    case IN_FIELD: return in_field(self, c);
    case IN_QUOTES: return in_quotes(self, c);
    case ESCAPED_IN_QUOTES: return add(self, c == END_OF_LINE ? '\n' : c, IN_QUOTES);
    case QUOTE_IN_QUOTES: return quote_in_quotes(self, c);
    case EAT_NEWLINE:
        if (c == END_OF_LINE) self->state = START_RECORD;
        else if (c != '\n' && c != '\r')
            return fail(self, "new-line character seen in unquoted field - do you need to open "
                        "the file with newline=''?");
        return 0;
    }
    return 0;
}

static int process_line(KrCsvReader *self, PyObject *line)
{
    if (!PyUnicode_Check(line))
        return kr_raise_int(kr_csv_state(self->module)->error, "iterator should return strings, "
                            "not %.200s (the file should be opened in text mode)",
                            Py_TYPE(line)->tp_name);
    if (PyUnicode_READY(line) < 0) return -1;
    self->line_number++;
    int kind = PyUnicode_KIND(line);
    const void *data = PyUnicode_DATA(line);
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(line); i++)
        if (process(self, PyUnicode_READ(kind, data, i)) < 0) return -1;
    return process(self, END_OF_LINE);
}

static PyObject *reader_next(PyObject *object)
{
    KrCsvReader *self = (KrCsvReader *)object;
    if (reset(self) < 0) return NULL;
    do {
        KR_AUTO PyObject *line = PyIter_Next(self->input);
        if (line == NULL) {
            bool open = self->field.size != 0 || self->state == IN_QUOTES;
            if (PyErr_Occurred() || !open) return NULL;
            if (dialect_of(self)->strict) {
                fail(self, "unexpected end of data");
                return NULL;
            }
            if (save(self, START_RECORD) < 0) return NULL;
            break;
        }
        if (process_line(self, line) < 0) return NULL;
    } while (self->state != START_RECORD);
    return kr_take(self->fields);
}

PyObject *kr_csv_reader_new(PyObject *module, PyObject *iterable, PyObject *dialect,
                            PyObject *settings)
{
    KR_AUTO PyObject *input = PyObject_GetIter(iterable);
    KR_AUTO PyObject *own = input == NULL ? NULL : kr_csv_dialect_for(module, dialect, settings);
    KrCsvReader *self = own == NULL ? NULL : PyObject_GC_New(KrCsvReader, &kr_csv_reader_type);
    if (self == NULL) return NULL;
    self->module = Py_NewRef(module);
    self->input = kr_take(input);
    self->dialect = kr_take(own);
    self->fields = NULL;
    self->field = (KrCsvText){NULL, 0, 0};
    self->state = START_RECORD;
    self->is_number = false;
    self->line_number = 0;
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static void reader_dealloc(PyObject *object)
{
    KrCsvReader *self = (KrCsvReader *)object;
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->module);
    Py_XDECREF(self->input);
    Py_XDECREF(self->dialect);
    Py_XDECREF(self->fields);
    PyMem_Free(self->field.data);
    PyObject_GC_Del(self);
}

static int reader_traverse(PyObject *object, visitproc visit, void *arg)
{
    KrCsvReader *self = (KrCsvReader *)object;
    Py_VISIT(self->module);
    Py_VISIT(self->input);
    Py_VISIT(self->dialect);
    Py_VISIT(self->fields);
    return 0;
}

static PyMemberDef reader_members[] = {
    {"dialect", T_OBJECT, offsetof(KrCsvReader, dialect), READONLY, NULL},
    {"line_num", T_ULONG, offsetof(KrCsvReader, line_number), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject kr_csv_reader_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_csv.reader",
    .tp_basicsize = sizeof(KrCsvReader),
    .tp_dealloc = reader_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_doc = "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\n"
        "in CSV format.\n",
    .tp_traverse = reader_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = reader_next,
    .tp_members = reader_members,
};
