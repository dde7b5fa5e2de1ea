// _csv.c - reading and writing comma-separated values.
//
// A reader is an automaton over the characters of lines; a writer quotes fields as its dialect says.
//
// (1) A dialect never changes after it is made.
#include "Python.h"
#include "base/vector.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "structmember.h"

enum { QUOTE_MINIMAL, QUOTE_ALL, QUOTE_NONNUMERIC, QUOTE_NONE };
static const uint32_t NOT_SET = UINT32_MAX, END_OF_LINE = UINT32_MAX - 1;

typedef struct State {
    PyObject *error;
    PyObject *dialects;          // dict by name
    PyTypeObject *dialect_type, *reader_type, *writer_type;
    long field_limit;
} State;

typedef struct Dialect {
    PyObject_HEAD
    char doublequote, skipinitialspace, strict;
    int quoting;
    uint32_t delimiter, quotechar, escapechar;
    PyObject *lineterminator;
} Dialect;

static struct PyModuleDef csv_definition;

static State *state_of(PyTypeObject *type)
{
    return PyModule_GetState(PyType_GetModuleByDef(type, &csv_definition));
}

// --- dialects -------------------------------------------------------------------------------------

static PyObject *find_dialect(State *state, PyObject *name)
{
    PyObject *dialect = PyDict_GetItemWithError(state->dialects, name);
    if (dialect == NULL && !PyErr_Occurred()) PyErr_SetString(state->error, "unknown dialect");
    return Py_XNewRef(dialect);
}

static int set_flag(PyObject *source, char *target)
{
    int truth = PyObject_IsTrue(source);
    *target = (char)(truth > 0);
    return truth < 0 ? -1 : 0;
}

static int set_character(const char *name, PyObject *source, int may_be_none, uint32_t *target)
{
    *target = NOT_SET;
    if (source == Py_None && may_be_none) return 0;
    if (!PyUnicode_Check(source))
        return kr_raise_int(PyExc_TypeError, "\"%s\" must be string%s, not %.200s", name,
                            may_be_none ? " or None" : "", Py_TYPE(source)->tp_name);
    if (PyUnicode_GET_LENGTH(source) != 1)
        return kr_raise_int(PyExc_TypeError, "\"%s\" must be a 1-character string", name);
    *target = PyUnicode_READ_CHAR(source, 0);
    return 0;
}

static int set_quoting(PyObject *source, int *target)
{
    if (!PyLong_CheckExact(source)) return kr_raise_int(PyExc_TypeError, "\"quoting\" must be an integer");
    *target = _PyLong_AsInt(source);
    return *target == -1 && PyErr_Occurred() ? -1 : 0;
}

static int set_line_end(PyObject *source, PyObject **target)
{
    if (source != Py_None && !PyUnicode_Check(source))
        return kr_raise_int(PyExc_TypeError, "\"lineterminator\" must be a string");
    Py_XSETREF(*target, source == Py_None ? NULL : Py_NewRef(source));
    return 0;
}

enum { DELIMITER, DOUBLEQUOTE, ESCAPECHAR, LINETERMINATOR, QUOTECHAR, QUOTING, SKIPINITIALSPACE, STRICT, SETTINGS };
static const char *const setting_names[SETTINGS] = {
    "delimiter", "doublequote", "escapechar", "lineterminator",
    "quotechar", "quoting",     "skipinitialspace", "strict",
};

static int apply_setting(Dialect *self, int setting, PyObject *value)
{
    switch (setting) {
    case DELIMITER:
        return set_character("delimiter", value, 0, &self->delimiter);
    case DOUBLEQUOTE:
        return set_flag(value, &self->doublequote);
    case ESCAPECHAR:
        return set_character("escapechar", value, 1, &self->escapechar);
    case LINETERMINATOR:
        return set_line_end(value, &self->lineterminator);
    case QUOTECHAR:
        return set_character("quotechar", value, 1, &self->quotechar);
    case QUOTING:
        return set_quoting(value, &self->quoting);
    case SKIPINITIALSPACE:
        return set_flag(value, &self->skipinitialspace);
    default:
        return set_flag(value, &self->strict);
    }
}

static int check_dialect(Dialect *self, int none_given)
{
    if (self->quoting < QUOTE_MINIMAL || self->quoting > QUOTE_NONE)
        return kr_raise_int(PyExc_TypeError, "bad \"quoting\" value");
    if (none_given) self->quoting = QUOTE_NONE;
    if (self->quoting != QUOTE_NONE && self->quotechar == NOT_SET)
        return kr_raise_int(PyExc_TypeError, "quotechar must be set if quoting enabled");
    if (self->lineterminator == NULL) return kr_raise_int(PyExc_TypeError, "lineterminator must be set");
    return 0;
}

// A new dialect out of settings (NULL: not given) and, for those not given, attributes of [base] (or NULL).
static PyObject *make_dialect(PyTypeObject *type, PyObject *base, PyObject **settings)
{
    KR_AUTO PyObject *object = type->tp_alloc(type, 0);
    if (object == NULL) return NULL;
    Dialect *self = (Dialect *)object;
    self->delimiter = ',';
    self->doublequote = 1;
    self->escapechar = NOT_SET;
    self->quotechar = '"';
    self->lineterminator = PyUnicode_FromString("\r\n");
    if (self->lineterminator == NULL) return NULL;
    int no_quotes = 0;
    for (int i = 0; i < SETTINGS; i++) {
        KR_AUTO PyObject *value = Py_XNewRef(settings[i]);
        if (value == NULL && base != NULL) {
            value = PyObject_GetAttrString(base, setting_names[i]);
            if (value == NULL) PyErr_Clear();
        }
        if (value == NULL) continue;
        if (i == QUOTECHAR && value == Py_None) no_quotes = 1;
        if (i == QUOTING) no_quotes = 0;
        if (apply_setting(self, i, value) < 0) return NULL;
    }
    return check_dialect(self, no_quotes) < 0 ? NULL : kr_take(object);
}

CONSTRUCTOR(dialect,
            "dialect: object = NULL, delimiter: object = NULL, doublequote: object = NULL, "
            "escapechar: object = NULL, lineterminator: object = NULL, quotechar: object = NULL, "
            "quoting: object = NULL, skipinitialspace: object = NULL, strict: object = NULL",
            "CSV dialect\n\nThe Dialect type records CSV dialect options.\n")
static PyObject *dialect_new(PyTypeObject *type, PyObject *dialect, PyObject *delimiter, PyObject *doublequote,
                             PyObject *escapechar, PyObject *lineterminator, PyObject *quotechar,
                             PyObject *quoting, PyObject *skipinitialspace, PyObject *strict)
{
    PyObject *settings[SETTINGS] = {delimiter, doublequote, escapechar, lineterminator,
                                    quotechar, quoting,     skipinitialspace, strict};
    State *state = state_of(type);
    KR_AUTO PyObject *base = NULL;
    if (dialect != NULL) {
        base = PyUnicode_Check(dialect) ? find_dialect(state, dialect) : Py_NewRef(dialect);
        if (base == NULL) return NULL;
        int is_plain = PyObject_TypeCheck(base, state->dialect_type);
        for (int i = 0; i < SETTINGS; i++) is_plain = is_plain && settings[i] == NULL;
        if (is_plain) return kr_take(base);
    }
    return make_dialect(type, base, settings);
}

static PyObject *from_character(uint32_t character)
{
    return character == NOT_SET ? Py_NewRef(Py_None) : PyUnicode_FromOrdinal((int)character);
}

GETTER(delimiter)
static PyObject *dialect_get_delimiter(Dialect *self)
{
    return from_character(self->delimiter);
}

GETTER(escapechar)
static PyObject *dialect_get_escapechar(Dialect *self)
{
    return from_character(self->escapechar);
}

GETTER(lineterminator)
static PyObject *dialect_get_lineterminator(Dialect *self)
{
    return Py_NewRef(self->lineterminator ? self->lineterminator : Py_None);
}

GETTER(quotechar)
static PyObject *dialect_get_quotechar(Dialect *self)
{
    return from_character(self->quotechar);
}

GETTER(quoting)
static PyObject *dialect_get_quoting(Dialect *self)
{
    return PyLong_FromLong(self->quoting);
}

METHOD(__reduce__, "self", "raises an exception to avoid pickling")
static PyObject *dialect___reduce__(Dialect *self)
{
    return kr_raise(PyExc_TypeError, "cannot pickle '%.100s' instances", _PyType_Name(Py_TYPE(self)));
}

METHOD(__reduce_ex__, "self, protocol, /", "raises an exception to avoid pickling")
static PyObject *dialect___reduce_ex__(Dialect *self, PyObject *protocol)
{
    return dialect___reduce__(self);
}

static PyMemberDef dialect_members[] = {
    {"skipinitialspace", T_BOOL, offsetof(Dialect, skipinitialspace), READONLY, NULL},
    {"doublequote", T_BOOL, offsetof(Dialect, doublequote), READONLY, NULL},
    {"strict", T_BOOL, offsetof(Dialect, strict), READONLY, NULL},
    {NULL},
};

static int dialect_traverse(Dialect *self, visitproc visit, void *arg)
{
    Py_VISIT(self->lineterminator);
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static void dialect_dealloc(Dialect *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->lineterminator);
    type->tp_free(self);
    Py_DECREF(type);
}

// What reader(), writer() and register_dialect() make of their arguments.
static PyObject *call_dialect(State *state, PyObject *dialect, PyObject *kwargs)
{
    return PyObject_VectorcallDict((PyObject *)state->dialect_type, &dialect, dialect ? 1 : 0, kwargs);
}

// --- readers --------------------------------------------------------------------------------------

typedef enum ReaderState {
    START_RECORD,
    START_FIELD,
    ESCAPED_CHARACTER,
    IN_FIELD,
    IN_QUOTED_FIELD,
    ESCAPE_IN_QUOTED_FIELD,
    QUOTE_IN_QUOTED_FIELD,
    END_OF_RECORD,
    AFTER_ESCAPED_LINE_END,
} ReaderState;

typedef struct Reader {
    PyObject_HEAD
    PyObject *lines;             // iterator
    PyObject *dialect;
    PyObject *fields;            // list of the current record, or NULL
    ReaderState state;
    KR_VECTOR(uint32_t) field;   // characters of the current field
    int is_numeric;              // to be converted to float
    unsigned long line_number;
} Reader;

static int save_field(Reader *self)
{
    KR_AUTO PyObject *field = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, self->field.items, self->field.count);
    if (field == NULL) return -1;
    self->field.count = 0;
    if (self->is_numeric) {
        self->is_numeric = 0;
        PyObject *number = PyNumber_Float(field);
        if (number == NULL) return -1;
        Py_SETREF(field, number);
    }
    return PyList_Append(self->fields, field);
}

static int add_character(Reader *self, State *state, uint32_t c)
{
    if (self->field.count >= state->field_limit)
        return kr_raise_int(state->error, "field larger than field limit (%ld)", state->field_limit);
    if (kr_vector_push(&self->field, c) == 0) return 0;
    PyErr_NoMemory();
    return -1;
}

static int is_line_end(uint32_t c)
{
    return c == '\n' || c == '\r' || c == END_OF_LINE;
}

// The end of a line ends the field and the record.
static int end_record(Reader *self, uint32_t c)
{
    if (save_field(self) < 0) return -1;
    self->state = c == END_OF_LINE ? START_RECORD : END_OF_RECORD;
    return 0;
}

static int start_field(Reader *self, State *state, const Dialect *dialect, uint32_t c)
{
    if (is_line_end(c)) return end_record(self, c);
    if (c == dialect->quotechar && dialect->quoting != QUOTE_NONE)
        self->state = IN_QUOTED_FIELD;
    else if (c == dialect->escapechar)
        self->state = ESCAPED_CHARACTER;
    else if (c == ' ' && dialect->skipinitialspace)
        return 0;
    else if (c == dialect->delimiter)
        return save_field(self);
    else {
        if (dialect->quoting == QUOTE_NONNUMERIC) self->is_numeric = 1;
        self->state = IN_FIELD;
        return add_character(self, state, c);
    }
    return 0;
}

static int in_field(Reader *self, State *state, const Dialect *dialect, uint32_t c)
{
    if (is_line_end(c)) return end_record(self, c);
    if (c == dialect->escapechar) {
        self->state = ESCAPED_CHARACTER;
        return 0;
    }
    if (c == dialect->delimiter) {
        self->state = START_FIELD;
        return save_field(self);
    }
    return add_character(self, state, c);
}

static int in_quoted_field(Reader *self, State *state, const Dialect *dialect, uint32_t c)
{
    if (c == END_OF_LINE) return 0;
    if (c == dialect->escapechar) {
        self->state = ESCAPE_IN_QUOTED_FIELD;
        return 0;
    }
    if (c == dialect->quotechar && dialect->quoting != QUOTE_NONE) {
        self->state = dialect->doublequote ? QUOTE_IN_QUOTED_FIELD : IN_FIELD;
        return 0;
    }
    return add_character(self, state, c);
}

static int after_quote(Reader *self, State *state, const Dialect *dialect, uint32_t c)
{
    if (dialect->quoting != QUOTE_NONE && c == dialect->quotechar) {
        self->state = IN_QUOTED_FIELD;
        return add_character(self, state, c);
    }
    if (c == dialect->delimiter) {
        self->state = START_FIELD;
        return save_field(self);
    }
    if (is_line_end(c)) return end_record(self, c);
    if (dialect->strict)
        return kr_raise_int(state->error, "'%c' expected after '%c'", (int)dialect->delimiter,
                            (int)dialect->quotechar);
    self->state = IN_FIELD;
    return add_character(self, state, c);
}

static int take_character(Reader *self, State *state, const Dialect *dialect, uint32_t c)
{
    switch (self->state) {
    case START_RECORD:
        if (c == END_OF_LINE) return 0;
        if (c == '\n' || c == '\r') {
            self->state = END_OF_RECORD;
            return 0;
        }
        self->state = START_FIELD;
        return start_field(self, state, dialect, c);
    case START_FIELD:
        return start_field(self, state, dialect, c);
    case ESCAPED_CHARACTER:
        self->state = c == '\n' || c == '\r' ? AFTER_ESCAPED_LINE_END : IN_FIELD;
        return add_character(self, state, c == END_OF_LINE ? '\n' : c);
    case AFTER_ESCAPED_LINE_END:
        if (c == END_OF_LINE) return 0;
        return in_field(self, state, dialect, c);
    case IN_FIELD:
        return in_field(self, state, dialect, c);
    case IN_QUOTED_FIELD:
        return in_quoted_field(self, state, dialect, c);
    case ESCAPE_IN_QUOTED_FIELD:
        self->state = IN_QUOTED_FIELD;
        return add_character(self, state, c == END_OF_LINE ? '\n' : c);
    case QUOTE_IN_QUOTED_FIELD:
        return after_quote(self, state, dialect, c);
    case END_OF_RECORD:
        if (c == '\n' || c == '\r') return 0;
        if (c != END_OF_LINE)
            return kr_raise_int(state->error, "new-line character seen in unquoted field - do you need to open the "
                                              "file with newline=''?");
        self->state = START_RECORD;
    }
    return 0;
}

static int take_line(Reader *self, State *state, PyObject *line)
{
    const Dialect *dialect = (Dialect *)self->dialect;
    if (!PyUnicode_Check(line))
        return kr_raise_int(state->error,
                            "iterator should return strings, not %.200s (the file should be opened in text mode)",
                            Py_TYPE(line)->tp_name);
    self->line_number++;
    int kind = (int)PyUnicode_KIND(line);
    const void *data = PyUnicode_DATA(line);
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(line); i++)
        if (take_character(self, state, dialect, PyUnicode_READ(kind, data, i)) < 0) return -1;
    return take_character(self, state, dialect, END_OF_LINE);
}

static PyObject *reader_next(Reader *self)
{
    State *state = state_of(Py_TYPE(self));
    Py_XSETREF(self->fields, PyList_New(0));
    if (self->fields == NULL) return NULL;
    self->field.count = 0;
    self->state = START_RECORD;
    self->is_numeric = 0;
    do {
        KR_AUTO PyObject *line = PyIter_Next(self->lines);
        if (line == NULL) {
            int is_open = self->field.count != 0 || self->state == IN_QUOTED_FIELD;
            if (PyErr_Occurred() || !is_open) return NULL;
            if (((Dialect *)self->dialect)->strict) return kr_raise(state->error, "unexpected end of data");
            if (save_field(self) < 0) return NULL;
            break;
        }
        if (take_line(self, state, line) < 0) return NULL;
        if (self->fields == NULL) return NULL;
    } while (self->state != START_RECORD);
    return kr_take(self->fields);
}

static int reader_traverse(Reader *self, visitproc visit, void *arg)
{
    Py_VISIT(self->dialect);
    Py_VISIT(self->lines);
    Py_VISIT(self->fields);
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static int reader_clear(Reader *self)
{
    Py_CLEAR(self->dialect);
    Py_CLEAR(self->lines);
    Py_CLEAR(self->fields);
    return 0;
}

static void reader_dealloc(Reader *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    reader_clear(self);
    kr_vector_clear(&self->field);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMemberDef reader_members[] = {
    {"dialect", T_OBJECT, offsetof(Reader, dialect), READONLY, NULL},
    {"line_num", T_ULONG, offsetof(Reader, line_number), READONLY, NULL},
    {NULL},
};

METHOD(reader, "module, *args, **kwargs",
       "    csv_reader = reader(iterable [, dialect='excel']\n"
       "                        [optional keyword args])\n"
       "    for row in csv_reader:\n"
       "        process(row)\n\n"
       "The \"iterable\" argument can be any object that returns a line\n"
       "of input for each iteration, such as a file object or a list.  The\n"
       "optional \"dialect\" parameter is discussed below.  The function\n"
       "also accepts optional keyword arguments which override settings\n"
       "provided by the dialect.\n\n"
       "The returned object is an iterator.  Each iteration returns a row\n"
       "of the CSV file (which can span multiple input lines).\n")
static PyObject *csv_reader(PyObject *module, PyObject *args, PyObject *kwargs)
{
    State *state = PyModule_GetState(module);
    PyObject *iterable, *dialect = NULL;
    if (!PyArg_UnpackTuple(args, "", 1, 2, &iterable, &dialect)) return NULL;
    KR_AUTO PyObject *object = state->reader_type->tp_alloc(state->reader_type, 0);
    if (object == NULL) return NULL;
    Reader *self = (Reader *)object;
    self->lines = PyObject_GetIter(iterable);
    self->dialect = self->lines ? call_dialect(state, dialect, kwargs) : NULL;
    return self->dialect ? kr_take(object) : NULL;
}

// --- writers --------------------------------------------------------------------------------------

typedef struct Writer {
    PyObject_HEAD
    PyObject *write;             // method of the file
    PyObject *dialect;
    KR_VECTOR(uint32_t) record;
    int field_count;
} Writer;

static int put(Writer *self, uint32_t c)
{
    if (kr_vector_push(&self->record, c) == 0) return 0;
    PyErr_NoMemory();
    return -1;
}

// Writes one character of a field; sets [quoted] when the field must be in quotes.
static int put_escaped(Writer *self, State *state, const Dialect *dialect, uint32_t c, int *quoted)
{
    int is_special = c == dialect->delimiter || c == dialect->escapechar || c == dialect->quotechar
                     || PyUnicode_FindChar(dialect->lineterminator, c, 0,
                                           PyUnicode_GET_LENGTH(dialect->lineterminator), 1) >= 0;
    if (is_special) {
        int escape = dialect->quoting == QUOTE_NONE;
        if (!escape && c == dialect->quotechar) {
            if (!dialect->doublequote)
                escape = 1;
            else if (put(self, dialect->quotechar) < 0)
                return -1;
        } else if (!escape && c == dialect->escapechar) {
            escape = 1;
        }
        if (!escape) *quoted = 1;
        if (escape) {
            if (dialect->escapechar == NOT_SET)
                return kr_raise_int(state->error, "need to escape, but no escapechar set");
            if (put(self, dialect->escapechar) < 0) return -1;
        }
    }
    return put(self, c);
}

// Appends [field] (a str, or NULL for nothing) to the record.
static int put_field(Writer *self, State *state, PyObject *field, int quoted)
{
    const Dialect *dialect = (Dialect *)self->dialect;
    if (self->field_count > 0 && put(self, dialect->delimiter) < 0) return -1;
    ptrdiff_t start = self->record.count;
    // Room for the opening quote, which may turn out to be unnecessary.
    if (put(self, dialect->quotechar) < 0) return -1;
    for (Py_ssize_t i = 0; field && i < PyUnicode_GET_LENGTH(field); i++)
        if (put_escaped(self, state, dialect, PyUnicode_READ_CHAR(field, i), &quoted) < 0) return -1;
    if (quoted) {
        if (put(self, dialect->quotechar) < 0) return -1;
    } else {
        self->record.count--;
        memmove(self->record.items + start, self->record.items + start + 1,
                (size_t)(self->record.count - start) * sizeof(uint32_t));
    }
    self->field_count++;
    return 0;
}

static int put_object(Writer *self, State *state, PyObject *object)
{
    int quoting = ((Dialect *)self->dialect)->quoting;
    int quoted = quoting == QUOTE_ALL || (quoting == QUOTE_NONNUMERIC && !PyNumber_Check(object));
    if (object == Py_None) return put_field(self, state, NULL, quoted);
    if (PyUnicode_Check(object))
        return PyUnicode_READY(object) < 0 ? -1 : put_field(self, state, object, quoted);
    KR_AUTO PyObject *text = PyObject_Str(object);
    return text ? put_field(self, state, text, quoted) : -1;
}

static int put_line_end(Writer *self)
{
    PyObject *end = ((Dialect *)self->dialect)->lineterminator;
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(end); i++)
        if (put(self, PyUnicode_READ_CHAR(end, i)) < 0) return -1;
    return 0;
}

METHOD(writerow, "self, row, /",
       "writerow(iterable)\n\n"
       "Construct and write a CSV record from an iterable of fields.  Non-string\n"
       "elements will be converted to string.")
static PyObject *writer_writerow(Writer *self, PyObject *row)
{
    State *state = state_of(Py_TYPE(self));
    KR_AUTO PyObject *iterator = PyObject_GetIter(row);
    if (iterator == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError))
            PyErr_Format(state->error, "iterable expected, not %.200s", Py_TYPE(row)->tp_name);
        return NULL;
    }
    self->record.count = 0;
    self->field_count = 0;
    PyObject *field;
    while ((field = PyIter_Next(iterator))) {
        int failed = put_object(self, state, field);
        Py_DECREF(field);
        if (failed) return NULL;
    }
    if (PyErr_Occurred()) return NULL;
    if (self->field_count > 0 && self->record.count == 0) {
        if (((Dialect *)self->dialect)->quoting == QUOTE_NONE)
            return kr_raise(state->error, "single empty field record must be quoted");
        self->field_count--;
        if (put_field(self, state, NULL, 1) < 0) return NULL;
    }
    if (put_line_end(self) < 0) return NULL;
    KR_AUTO PyObject *line =
        PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, self->record.items, self->record.count);
    return line ? PyObject_CallOneArg(self->write, line) : NULL;
}

METHOD(writerows, "self, rows, /",
       "writerows(iterable of iterables)\n\n"
       "Construct and write a series of iterables to a csv file.  Non-string\n"
       "elements will be converted to string.")
static PyObject *writer_writerows(Writer *self, PyObject *rows)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(rows);
    if (iterator == NULL) return NULL;
    PyObject *row;
    while ((row = PyIter_Next(iterator))) {
        PyObject *result = writer_writerow(self, row);
        Py_DECREF(row);
        if (result == NULL) return NULL;
        Py_DECREF(result);
    }
    if (PyErr_Occurred()) return NULL;
    Py_RETURN_NONE;
}

static int writer_traverse(Writer *self, visitproc visit, void *arg)
{
    Py_VISIT(self->dialect);
    Py_VISIT(self->write);
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static int writer_clear(Writer *self)
{
    Py_CLEAR(self->dialect);
    Py_CLEAR(self->write);
    return 0;
}

static void writer_dealloc(Writer *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    writer_clear(self);
    kr_vector_clear(&self->record);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMemberDef writer_members[] = {
    {"dialect", T_OBJECT, offsetof(Writer, dialect), READONLY, NULL},
    {NULL},
};

METHOD(writer, "module, *args, **kwargs",
       "    csv_writer = csv.writer(fileobj [, dialect='excel']\n"
       "                            [optional keyword args])\n"
       "    for row in sequence:\n"
       "        csv_writer.writerow(row)\n\n"
       "    [or]\n\n"
       "    csv_writer = csv.writer(fileobj [, dialect='excel']\n"
       "                            [optional keyword args])\n"
       "    csv_writer.writerows(rows)\n\n"
       "The \"fileobj\" argument can be any object that supports the file API.\n")
static PyObject *csv_writer(PyObject *module, PyObject *args, PyObject *kwargs)
{
    State *state = PyModule_GetState(module);
    PyObject *file, *dialect = NULL;
    if (!PyArg_UnpackTuple(args, "", 1, 2, &file, &dialect)) return NULL;
    KR_AUTO PyObject *object = state->writer_type->tp_alloc(state->writer_type, 0);
    if (object == NULL) return NULL;
    Writer *self = (Writer *)object;
    self->write = PyObject_GetAttrString(file, "write");
    if (self->write == NULL && !PyErr_ExceptionMatches(PyExc_AttributeError)) return NULL;
    if (self->write == NULL || !PyCallable_Check(self->write)) {
        PyErr_Clear();
        return kr_raise(PyExc_TypeError, "argument 1 must have a \"write\" method");
    }
    self->dialect = call_dialect(state, dialect, kwargs);
    return self->dialect ? kr_take(object) : NULL;
}

// --- the registry ---------------------------------------------------------------------------------

METHOD(list_dialects, "module",
       "Return a list of all known dialect names.\n\n"
       "    names = csv.list_dialects()")
static PyObject *csv_list_dialects(PyObject *module)
{
    return PyDict_Keys(((State *)PyModule_GetState(module))->dialects);
}

METHOD(register_dialect, "module, *args, **kwargs",
       "Create a mapping from a string name to a dialect class.\n"
       "    dialect = csv.register_dialect(name[, dialect[, **fmtparams]])")
static PyObject *csv_register_dialect(PyObject *module, PyObject *args, PyObject *kwargs)
{
    State *state = PyModule_GetState(module);
    PyObject *name, *dialect = NULL;
    if (!PyArg_UnpackTuple(args, "", 1, 2, &name, &dialect)) return NULL;
    if (!PyUnicode_Check(name)) return kr_raise(PyExc_TypeError, "dialect name must be a string");
    KR_AUTO PyObject *made = call_dialect(state, dialect, kwargs);
    if (made == NULL || PyDict_SetItem(state->dialects, name, made) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(unregister_dialect, "module, name",
       "Delete the name/dialect mapping associated with a string name.\n\n"
       "    csv.unregister_dialect(name)")
static PyObject *csv_unregister_dialect(PyObject *module, PyObject *name)
{
    State *state = PyModule_GetState(module);
    if (PyDict_DelItem(state->dialects, name) < 0) {
        if (PyErr_ExceptionMatches(PyExc_KeyError)) PyErr_SetString(state->error, "unknown dialect");
        return NULL;
    }
    Py_RETURN_NONE;
}

METHOD(get_dialect, "module, name",
       "Return the dialect instance associated with name.\n\n"
       "    dialect = csv.get_dialect(name)")
static PyObject *csv_get_dialect(PyObject *module, PyObject *name)
{
    return find_dialect(PyModule_GetState(module), name);
}

METHOD(field_size_limit, "module, new_limit: object = NULL",
       "Sets an upper limit on parsed fields.\n\n"
       "    csv.field_size_limit([limit])\n\n"
       "Returns old limit. If limit is not given, no new limit is set and\n"
       "the old limit is returned")
static PyObject *csv_field_size_limit(PyObject *module, PyObject *new_limit)
{
    State *state = PyModule_GetState(module);
    long old = state->field_limit;
    if (new_limit) {
        if (!PyLong_CheckExact(new_limit)) return kr_raise(PyExc_TypeError, "limit must be an integer");
        long limit = PyLong_AsLong(new_limit);
        if (limit == -1 && PyErr_Occurred()) return NULL;
        state->field_limit = limit;
    }
    return PyLong_FromLong(old);
}

#include "modules/_csv.methods.h"

// --- the module -----------------------------------------------------------------------------------

static PyType_Slot dialect_slots[] = {
    {Py_tp_doc, (void *)dialect_doc},
    {Py_tp_members, dialect_members},
    {Py_tp_getset, dialect_getset},
    {Py_tp_methods, dialect_methods},
    {Py_tp_new, dialect_tp_new},
    {Py_tp_dealloc, dialect_dealloc},
    {Py_tp_traverse, dialect_traverse},
    {0, NULL},
};

static PyType_Spec dialect_spec = {
    "_csv.Dialect", sizeof(Dialect), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE, dialect_slots,
};

static PyType_Slot reader_slots[] = {
    {Py_tp_doc, "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.\n"},
    {Py_tp_traverse, reader_traverse},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, reader_next},
    {Py_tp_members, reader_members},
    {Py_tp_clear, reader_clear},
    {Py_tp_dealloc, reader_dealloc},
    {0, NULL},
};

static PyType_Spec reader_spec = {
    "_csv.reader", sizeof(Reader), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    reader_slots,
};

static PyType_Slot writer_slots[] = {
    {Py_tp_doc, "CSV writer\n\nWriter objects are responsible for generating tabular data\n"
                "in CSV format from sequence input.\n"},
    {Py_tp_traverse, writer_traverse},
    {Py_tp_clear, writer_clear},
    {Py_tp_dealloc, writer_dealloc},
    {Py_tp_members, writer_members},
    {Py_tp_methods, writer_methods},
    {0, NULL},
};

static PyType_Spec writer_spec = {
    "_csv.writer", sizeof(Writer), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    writer_slots,
};

static int csv_exec(PyObject *module)
{
    State *state = PyModule_GetState(module);
    static const char *const names[] = {"QUOTE_MINIMAL", "QUOTE_ALL", "QUOTE_NONNUMERIC", "QUOTE_NONE"};
    for (int i = 0; i < 4; i++)
        if (PyModule_AddIntConstant(module, names[i], i) < 0) return -1;
    state->field_limit = 128 * 1024;
    state->dialects = PyDict_New();
    state->error = PyErr_NewException("_csv.Error", NULL, NULL);
    state->dialect_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &dialect_spec, NULL);
    state->reader_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &reader_spec, NULL);
    state->writer_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &writer_spec, NULL);
    if (!state->dialects || !state->error || !state->dialect_type || !state->reader_type || !state->writer_type)
        return -1;
    if (PyModule_AddStringConstant(module, "__version__", "1.0") < 0
        || PyModule_AddObjectRef(module, "_dialects", state->dialects) < 0
        || PyModule_AddObjectRef(module, "Error", state->error) < 0
        || PyModule_AddObjectRef(module, "Dialect", (PyObject *)state->dialect_type) < 0
        || PyModule_AddObjectRef(module, "Reader", (PyObject *)state->reader_type) < 0)
        return -1;
    return PyModule_AddObjectRef(module, "Writer", (PyObject *)state->writer_type);
}

static int csv_traverse(PyObject *module, visitproc visit, void *arg)
{
    State *state = PyModule_GetState(module);
    Py_VISIT(state->error);
    Py_VISIT(state->dialects);
    Py_VISIT(state->dialect_type);
    Py_VISIT(state->reader_type);
    Py_VISIT(state->writer_type);
    return 0;
}

static int csv_clear(PyObject *module)
{
    State *state = PyModule_GetState(module);
    Py_CLEAR(state->error);
    Py_CLEAR(state->dialects);
    Py_CLEAR(state->dialect_type);
    Py_CLEAR(state->reader_type);
    Py_CLEAR(state->writer_type);
    return 0;
}

static PyModuleDef_Slot csv_slots[] = {
    {Py_mod_exec, csv_exec},
    {0, NULL},
};

static struct PyModuleDef csv_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_csv",
    .m_doc = "CSV parsing and writing.\n\n"
             "This module provides classes that assist in the reading and writing\n"
             "of Comma Separated Value (CSV) files, and implements the interface\n"
             "described by PEP 305.  Although many CSV files are simple to parse,\n"
             "the format is not formally defined by a stable specification and\n"
             "is subtle enough that parsing lines of a CSV file with something\n"
             "like line.split(\",\") is bound to fail.  The module supports three\n"
             "basic APIs: reading, writing, and registration of dialects.\n\n\n"
             "DIALECT REGISTRATION:\n\n"
             "Readers and writers support a dialect argument, which is a convenient\n"
             "handle on a group of settings.  When the dialect argument is a string,\n"
             "it identifies one of the dialects previously registered with the module.\n"
             "If it is a class or instance, the attributes of the argument are used as\n"
             "the settings for the reader or writer:\n\n"
             "    class excel:\n"
             "        delimiter = ','\n"
             "        quotechar = '\"'\n"
             "        escapechar = None\n"
             "        doublequote = True\n"
             "        skipinitialspace = False\n"
             "        lineterminator = '\\r\\n'\n"
             "        quoting = QUOTE_MINIMAL\n\n"
             "SETTINGS:\n\n"
             "    * quotechar - specifies a one-character string to use as the\n"
             "        quoting character.  It defaults to '\"'.\n"
             "    * delimiter - specifies a one-character string to use as the\n"
             "        field separator.  It defaults to ','.\n"
             "    * skipinitialspace - specifies how to interpret spaces which\n"
             "        immediately follow a delimiter.  It defaults to False, which\n"
             "        means that spaces immediately following a delimiter is part\n"
             "        of the following field.\n"
             "    * lineterminator -  specifies the character sequence which should\n"
             "        terminate rows.\n"
             "    * quoting - controls when quotes should be generated by the writer.\n"
             "        It can take on any of the following module constants:\n\n"
             "        csv.QUOTE_MINIMAL means only when required, for example, when a\n"
             "            field contains either the quotechar or the delimiter\n"
             "        csv.QUOTE_ALL means that quotes are always placed around fields.\n"
             "        csv.QUOTE_NONNUMERIC means that quotes are always placed around\n"
             "            fields which do not parse as integers or floating point\n"
             "            numbers.\n"
             "        csv.QUOTE_NONE means that quotes are never placed around fields.\n"
             "    * escapechar - specifies a one-character string used to escape\n"
             "        the delimiter when quoting is set to QUOTE_NONE.\n"
             "    * doublequote - controls the handling of quotes inside fields.  When\n"
             "        True, two consecutive quotes are interpreted as one during read,\n"
             "        and when writing, each quote character embedded in the data is\n"
             "        written as two quotes\n",
    .m_size = sizeof(State),
    .m_methods = csv_methods,
    .m_slots = csv_slots,
    .m_traverse = csv_traverse,
    .m_clear = csv_clear,
};

PyMODINIT_FUNC PyInit__csv(void)
{
    return PyModuleDef_Init(&csv_definition);
}
