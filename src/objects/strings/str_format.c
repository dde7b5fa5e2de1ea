// str_format.c - str.format, str.format_map, and str.__format__.
//
// The fields are read by format_markup; here they are looked up, converted and formatted into one
// writer.  A format spec may hold fields itself, one level deep.
#include "abstract.h"
#include "boolobject.h"
#include "complexobject.h"
#include "dictobject.h"
#include "floatobject.h"
#include "internal/pycore_floatobject.h"
#include "internal/pycore_long.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/numbers/number_format.h"
#include "objects/strings/format_markup.h"
#include "pyerrors.h"
#include "text/search.h"
#include "tupleobject.h"

typedef enum Numbering { NOT_YET, AUTOMATIC, MANUAL } Numbering;

typedef struct Format {
    PyObject *args;      // tuple, or NULL for format_map
    PyObject *kwargs;    // mapping, or NULL
    Numbering numbering;
    Py_ssize_t next;     // automatic number
} Format;

static int format_text(Format *self, KrText text, int depth, _PyUnicodeWriter *writer);

// --- finding the object -----------------------------------------------------------------------

static int check_numbering(Format *self, int is_empty)
{
    Numbering wanted = is_empty ? AUTOMATIC : MANUAL;
    if (self->numbering == NOT_YET) self->numbering = wanted;
    if (self->numbering == wanted) return 0;
    return kr_raise_int(PyExc_ValueError, wanted == AUTOMATIC ? "cannot switch from manual field "
                        "specification to automatic field numbering" : "cannot switch from "
                        "automatic field numbering to manual field specification");
}

static PyObject *find_keyword(Format *self, KrText name)
{
    KR_AUTO PyObject *key = kr_str_from_chars(name);
    if (key == NULL) return NULL;
    if (self->kwargs != NULL) return PyObject_GetItem(self->kwargs, key);
    return kr_raise_value(PyExc_KeyError, key);
}

// The object that the first part of a field name means.
static PyObject *find_first(Format *self, KrText first, Py_ssize_t index)
{
    int is_empty = first.length == 0;
    if (!is_empty && index < 0) return find_keyword(self, first);
    if (check_numbering(self, is_empty) < 0) return NULL;
    if (is_empty) index = self->next++;
    if (self->args == NULL)
        return kr_raise(PyExc_ValueError, "Format string contains positional fields");
    if (index >= PyTuple_GET_SIZE(self->args))
        return kr_raise(PyExc_IndexError,
                        "Replacement index %zd out of range for positional args tuple", index);
    return Py_NewRef(PyTuple_GET_ITEM(self->args, index));
}

static PyObject *take_step(PyObject *object, const KrMarkupStep *step)
{
    if (!step->is_attribute && step->index >= 0) {
        if (PySequence_Check(object) && !PyDict_Check(object) &&
            Py_TYPE(object)->tp_as_sequence->sq_item != NULL)
            return PySequence_GetItem(object, step->index);
        KR_AUTO PyObject *index = PyLong_FromSsize_t(step->index);
        return index == NULL ? NULL : PyObject_GetItem(object, index);
    }
    KR_AUTO PyObject *name = kr_str_from_chars(step->name);
    if (name == NULL) return NULL;
    return step->is_attribute ? PyObject_GetAttr(object, name) : PyObject_GetItem(object, name);
}

static PyObject *find_object(Format *self, KrText name)
{
    KrText first, rest;
    Py_ssize_t index, position = 0;
    if (kr_markup_split_name(name, &first, &index, &rest) < 0) return NULL;
    KR_AUTO PyObject *object = find_first(self, first, index);
    for (;;) {
        if (object == NULL) return NULL;
        KrMarkupStep step;
        int more = kr_markup_next_step(rest, &position, &step);
        if (more <= 0) return more < 0 ? NULL : kr_take(object);
        PyObject *next = take_step(object, &step);
        Py_SETREF(object, next);
    }
}

static PyObject *convert(PyObject *object, Py_UCS4 conversion)
{
    switch (conversion) {
    case 0: return Py_NewRef(object);
    case 'r': return PyObject_Repr(object);
    case 's': return PyObject_Str(object);
    case 'a': return PyObject_ASCII(object);
    }
    if (conversion > 32 && conversion < 127)
        return kr_raise(PyExc_ValueError, "Unknown conversion specifier '%c'", (int)conversion);
    return kr_raise(PyExc_ValueError, "Unknown conversion specifier '\\x%x'",
                    (unsigned)conversion);
}

// --- formatting -------------------------------------------------------------------------------

static int format_object(PyObject *object, PyObject *spec, _PyUnicodeWriter *writer)
{
    Py_ssize_t end = PyUnicode_GET_LENGTH(spec);
    if (PyUnicode_CheckExact(object))
        return _PyUnicode_FormatAdvancedWriter(writer, object, spec, 0, end);
    if (PyLong_CheckExact(object))
        return _PyLong_FormatAdvancedWriter(writer, object, spec, 0, end);
    if (PyFloat_CheckExact(object))
        return _PyFloat_FormatAdvancedWriter(writer, object, spec, 0, end);
    KR_AUTO PyObject *text = PyObject_Format(object, end > 0 ? spec : NULL);
    return text == NULL ? -1 : _PyUnicodeWriter_WriteStr(writer, text);
}

// The spec with its own fields filled in.
static PyObject *expand_spec(Format *self, const KrMarkup *markup, int depth)
{
    if (!markup->spec_has_fields) return kr_str_from_chars(markup->spec);
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    if (format_text(self, markup->spec, depth - 1, &writer) < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}

static int format_field(Format *self, const KrMarkup *markup, int depth, _PyUnicodeWriter *writer)
{
    KR_AUTO PyObject *found = find_object(self, markup->name);
    KR_AUTO PyObject *object = found == NULL ? NULL : convert(found, markup->conversion);
    KR_AUTO PyObject *spec = object == NULL ? NULL : expand_spec(self, markup, depth);
    return spec == NULL ? -1 : format_object(object, spec, writer);
}

static int format_text(Format *self, KrText text, int depth, _PyUnicodeWriter *writer)
{
    if (depth == 0) return kr_raise_int(PyExc_ValueError, "Max string recursion exceeded");
    Py_ssize_t position = 0;
    KrMarkup markup;
    int more;
    while ((more = kr_markup_next(text, &position, &markup)) > 0) {
        KrText literal = markup.literal;
        if (literal.length > 0) {
            if (_PyUnicodeWriter_Prepare(writer, literal.length, kr_str_find_max(literal)) < 0)
                return -1;
            kr_str_copy(writer->data, writer->kind, writer->pos, literal);
            writer->pos += literal.length;
        }
        if (markup.has_field) {
            if (position == text.length) writer->overallocate = 0;
            if (format_field(self, &markup, depth, writer) < 0) return -1;
        }
    }
    return more;
}

static PyObject *format(PyObject *text, PyObject *args, PyObject *kwargs)
{
    if (PyUnicode_READY(text) < 0) return NULL;
    KrText chars = kr_str_chars(text);
    if (PyUnicode_CheckExact(text) && kr_search_char(chars, '{') < 0 &&
        kr_search_char(chars, '}') < 0)
        return Py_NewRef(text);
    Format self = {.args = args, .kwargs = kwargs};
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    writer.min_length = PyUnicode_GET_LENGTH(text) + 100;
    if (format_text(&self, chars, 2, &writer) < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}

PyObject *kr_str_format_method(PyObject *text, PyObject *args, PyObject *kwargs)
{
    return format(text, args, kwargs);
}

PyObject *kr_str_format_map(PyObject *text, PyObject *mapping)
{
    return format(text, NULL, mapping);
}

// --- str.__format__ ---------------------------------------------------------------------------

static int check_str_spec(PyObject *text, const KrFormatSpec *spec)
{
    if (spec->sign == ' ')
        return kr_raise_int(PyExc_ValueError, "Space not allowed in string format specifier");
    if (spec->sign != 0)
        return kr_raise_int(PyExc_ValueError, "Sign not allowed in string format specifier");
    if (spec->no_negative_zero)
        return kr_raise_int(PyExc_ValueError,
                            "Negative zero coercion (z) not allowed in string format specifier");
    if (spec->alternate)
        return kr_raise_int(PyExc_ValueError,
                            "Alternate form (#) not allowed in string format specifier");
    if (spec->align == '=')
        return kr_raise_int(PyExc_ValueError,
                            "'=' alignment not allowed in string format specifier");
    return spec->type == 's' ? 0 : kr_number_format_unknown(spec->type, text);
}

static int write_fill(_PyUnicodeWriter *writer, Py_ssize_t count, Py_UCS4 fill)
{
    for (; count > 0; count--) kr_text_write(writer->kind, writer->data, writer->pos++, fill);
    return 0;
}

int _PyUnicode_FormatAdvancedWriter(_PyUnicodeWriter *writer, PyObject *text, PyObject *spec_text,
                                    Py_ssize_t start, Py_ssize_t end)
{
    if (start == end) {
        if (PyUnicode_CheckExact(text)) return _PyUnicodeWriter_WriteStr(writer, text);
        KR_AUTO PyObject *exact = PyObject_Str(text);
        return exact == NULL ? -1 : _PyUnicodeWriter_WriteStr(writer, exact);
    }
    KrFormatSpec spec;
    if (PyUnicode_READY(text) < 0 ||
        kr_number_format_parse(text, spec_text, start, end, 's', '<', &spec) < 0 ||
        check_str_spec(text, &spec) < 0)
        return -1;
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (spec.precision >= 0 && spec.precision < length) length = spec.precision;
    Py_ssize_t missing = spec.width > length ? spec.width - length : 0;
    if (missing == 0) return _PyUnicodeWriter_WriteSubstring(writer, text, 0, length);
    Py_UCS4 max = Py_MAX(spec.fill, _PyUnicode_FindMaxChar(text, 0, length));
    if (_PyUnicodeWriter_Prepare(writer, length + missing, max) < 0) return -1;
    Py_ssize_t left = spec.align == '>' ? missing : spec.align == '^' ? missing / 2 : 0;
    write_fill(writer, left, spec.fill);
    kr_str_copy(writer->data, writer->kind, writer->pos,
                kr_chars_slice(kr_str_chars(text), 0, length));
    writer->pos += length;
    return write_fill(writer, missing - left, spec.fill);
}
