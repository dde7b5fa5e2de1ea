// fold_format.c - turns "…%s…" % (a, b) into an f-string when each unit is %s, %r or %a.
#include "compile/fold.h"

#include <assert.h>
#include <stdio.h>

#include "pyerrors.h"
#include "runtime/owned.h"
#include "unicodeobject.h"

enum { DIGITS_MAX = 2 };

typedef struct KrFormatReader {
    PyObject *text;
    Py_ssize_t position, length;
} KrFormatReader;

typedef struct KrFormatUnit {
    Py_UCS4 conversion;
    bool left;
    int width, precision; // -1: not given
} KrFormatUnit;

static const KrPosition no_position = {-1, -1, -1, -1};

static Py_UCS4 peek(const KrFormatReader *reader)
{
    return reader->position < reader->length ? PyUnicode_READ_CHAR(reader->text, reader->position)
                                             : 0;
}

static KrExpr *constant_node(KrFolder *folder, PyObject *text)
{
    if (text == NULL || kr_ast_arena_add_object(folder->arena, text) < 0) return NULL;
    return kr_ast_constant(folder->arena, text, NULL, no_position);
}

// Reads up to the next unit.  *ret_node stays NULL when there is nothing before it.
static int read_literal(KrFolder *folder, KrFormatReader *reader, KrExpr **ret_node)
{
    Py_ssize_t start = reader->position;
    bool has_percents = false;
    while (reader->position < reader->length) {
        if (peek(reader) == '%') {
            if (reader->position + 1 == reader->length ||
                PyUnicode_READ_CHAR(reader->text, reader->position + 1) != '%')
                break;
            has_percents = true;
            reader->position++;
        }
        reader->position++;
    }
    if (reader->position == start) return 0;
    PyObject *text = PyUnicode_Substring(reader->text, start, reader->position);
    if (has_percents && text != NULL) {
        KR_AUTO PyObject *two = PyUnicode_FromString("%%");
        KR_AUTO PyObject *one = PyUnicode_FromString("%");
        PyObject *replaced = two && one ? PyUnicode_Replace(text, two, one, -1) : NULL;
        Py_DECREF(text);
        text = replaced;
    }
    *ret_node = constant_node(folder, text);
    return *ret_node == NULL ? -1 : 0;
}

// A number of at most two digits; false: more.
static bool read_number(KrFormatReader *reader, int *number)
{
    int digits = 0;
    for (; peek(reader) >= '0' && peek(reader) <= '9'; reader->position++) {
        if (digits++ == 0) *number = 0;
        if (digits > DIGITS_MAX) return false;
        *number = *number * 10 + (int)(peek(reader) - '0');
    }
    return true;
}

// False for everything but %s, %r, %a with plain width and precision.
static bool read_unit(KrFormatReader *reader, KrFormatUnit *unit)
{
    *unit = (KrFormatUnit){0, false, -1, -1};
    assert(peek(reader) == '%');
    reader->position++;
    for (;; reader->position++) {
        Py_UCS4 flag = peek(reader);
        if (flag == '-') unit->left = true;
        else if (flag != '+' && flag != ' ' && flag != '#' && flag != '0') break;
    }
    if (!read_number(reader, &unit->width)) return false;
    if (peek(reader) == '.') {
        reader->position++;
        unit->precision = 0;
        if (!read_number(reader, &unit->precision)) return false;
    }
    unit->conversion = peek(reader);
    reader->position++;
    return unit->conversion == 's' || unit->conversion == 'r' || unit->conversion == 'a';
}

static KrExpr *unit_node(KrFolder *folder, const KrFormatUnit *unit, KrExpr *item)
{
    char spec[16];
    int length = 0;
    if (!unit->left && unit->width > 0) spec[length++] = '>';
    if (unit->width >= 0) length += sprintf(spec + length, "%d", unit->width);
    if (unit->precision >= 0) length += sprintf(spec + length, ".%d", unit->precision);
    KrExpr *spec_node = NULL;
    if (length > 0 &&
        (spec_node = constant_node(folder, PyUnicode_FromStringAndSize(spec, length))) == NULL)
        return NULL;
    return kr_ast_formatted_value(folder->arena, item, (int)unit->conversion, spec_node,
                                  item->position);
}

// 1 done, 0 not possible, -1 error; *ret_count values are filled.
static int convert(KrFolder *folder, KrFormatReader *reader, KrExprSeq *items, KrExprSeq *values,
                   Py_ssize_t *ret_count)
{
    Py_ssize_t used = 0, count = 0;
    for (;;) {
        KrExpr *literal = NULL;
        if (read_literal(folder, reader, &literal) < 0) return -1;
        if (literal != NULL) values->items[count++] = literal;
        if (reader->position >= reader->length) break;
        KrFormatUnit unit;
        if (used >= items->length || !read_unit(reader, &unit)) return 0;
        KrExpr *value = unit_node(folder, &unit, items->items[used++]);
        if (value == NULL) return -1;
        values->items[count++] = value;
    }
    *ret_count = count;
    return used == items->length;
}

int kr_fold_format(KrFolder *folder, KrExpr *node, PyObject *format, KrExprSeq *items)
{
    KrFormatReader reader = {format, 0, PyUnicode_GET_LENGTH(format)};
    KrExprSeq *values = kr_ast_seq_new(folder->arena, items->length * 2 + 1);
    if (values == NULL) return -1;
    Py_ssize_t count = 0;
    int result = convert(folder, &reader, items, values, &count);
    if (result <= 0) return result;
    values->length = count;
    KrExpr *joined =
        kr_ast_joined_str(folder->arena, count > 0 ? values : kr_ast_empty_seq(), node->position);
    if (joined == NULL) return -1;
    *node = *joined;
    return 0;
}
